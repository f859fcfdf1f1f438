"""The flagship as the laws play it: its futures, and paired runs in them with one lever or one week changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator import scorecard
from simulator.scenario import Scenario, load_scenario
from simulator.scorecard.futures import Futures
from simulator.scorecard.study import Study as Worlds
from simulator.scorecard.study import derived

PATH = Path(__file__).parents[2] / "scenarios" / "flagship.yaml"
FEW = 4
"""Futures where only luck differs: for figures that it hardly moves."""
PULSE_WEEK = 60
"""All markets of the localised strategy are listed, and advertise, by then."""


@dataclass(frozen=True)
class Study:
    """The flagship, and the few worlds beside it that figures need."""

    consumers: int = 20_000
    futures: int = 20

    @cached_property
    def scenario(self) -> Scenario:
        """Return the flagship with fewer consumers."""
        return load_scenario(PATH, consumers=self.consumers, replications=self.futures)

    @cached_property
    def card(self) -> Worlds:
        """Return the worlds of its scorecard, with the strategies that only the laws ask for beside."""
        own = self.scenario.document()["strategies"]
        staying = {f"{name}_staying": {**own[name], "exit": {}} for name in ("one_size_fits_all", "price_war")}
        return Worlds(self.scenario, "localised", extra=staying | dict(_bare(own["localised"])))

    @cached_property
    def scores(self) -> tuple[scorecard.Score, ...]:
        """Return the patterns, measured."""
        self.card.play()
        return scorecard.scored(self.card)

    @property
    def flagship(self) -> Futures:
        """Return the flagship's futures; derived strategies of the paired runs stand beside its own."""
        return self.card.main

    @cached_property
    def central(self) -> Futures:
        """Return futures without uncertain numbers: luck alone differs, and stated premiums count at 0.35."""
        return Futures(self.card.but({"uncertainties": {}}), FEW)

    @cached_property
    def face_value(self) -> Futures:
        """Return the same where people do what they say."""
        return Futures(self.card.but({"uncertainties": {}, "behaviour": {"say_do_share": 1.0}}), FEW)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Return the flagship's own strategies."""
        return self.card.strategies


def _bare(localised: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the localised strategy without localisation in all markets at once, from stock and by parcel."""
    plain = {
        **dict(derived(localised))["everyday"],
        "entry": dict.fromkeys(localised["entry"], 0),
        "markets": {},
        "localisation": {"language": False, "team": False, "local_returns": False},
    }
    yield "stock", plain
    yield "parcels", {**plain, "logistics": {"mode": "direct"}}
