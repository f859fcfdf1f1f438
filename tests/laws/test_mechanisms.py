"""Every mechanism can be switched off alone: the draws of the others stay, and a figure of its own moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator import fulfilment
from simulator import model as models
from simulator.assembly import build_world
from simulator.ledger import INDEX
from simulator.market import exposure, listing, regulator
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario.scenario import MECHANISMS
from simulator.views import STAGES, Records
from simulator.world import World
from tests.laws.worlds import MIXED, PARCELS, STOCK, UNCERTAIN, scenario

FUTURES = (0, 1)
HISTORY = {
    "category": {"key": "sports_earbuds", "loyalty": 0.3, "life_weeks": 26}, "uncertainties": UNCERTAIN,
    "behaviour": {"contagion_per_year": 0.6, "exposure_hazard": 0.05},
    "markets": {"US": {"payment_mix": {"card": 0.25, "instalments": 0.25}}, "DE": {}, "ID": {}},
    "events": [
        {"kind": "demand", "market": "US", "factor": 0.8, "date": "2026-09-07"},
        {"kind": "tariff", "market": "DE", "change": 0.1, "date": "2026-10-05"},
    ],
}  # fmt: skip
"""Loyal shoppers, two generations of the product, claims that are looked into, a fall of demand and a duty."""

BELONGS = {
    "season": {"events", "season", "needs"},
    "events": {"events", "needs", "shocks"},
    "fx": {"shocks"},
    "growth": {"needs"},
    "market_noise": {"needs"},
    "taste_drift": {"taste"},
    "trust": {"response", "menu", "solved", "last", "satisfaction"},
    "ratings": {"menu", "solved", "response", "last", "satisfaction"},
    "delivery": {"response", "menu", "solved", "last", "satisfaction"},
    "taste": {"response", "menu", "solved", "last", "satisfaction"},
    "loyalty": {"response", "menu", "solved", "last", "satisfaction"},
    "language": {"response"},
    "instalments": {"response"},
}
"""What of the world changes with a mechanism; with all others nothing does.

`trust` to `loyalty` are in utility, so constants are solved anew and the warm start plays other choices. Season and
events move the needs, hence which of those who are asked truly have one."""

ALWAYS = (
    "tables", "traits", "wallet", "people", "needs_week", "reference_price", "reference_price_us", "rivals",
    "rival_start", "rival_end", "close_rivals", "variants", "selection_luck",
)  # fmt: skip
"""Parts of the world that no mechanism touches."""


def question(off: str | None = None, **changed: Any):
    """Return the small world with all mechanisms on, or all but one."""
    strategies = {"stock": STOCK, "parcels": PARCELS, "mixed": MIXED, "business": STOCK | {"b2b": {"enabled": True}}}
    mechanisms = {} if off is None else {off: False}
    return scenario(strategies=strategies, mechanisms=mechanisms, **(HISTORY | changed))


@cache
def world_of(off: str | None) -> World:
    """Build a world once."""
    return build_world(question(off), FUTURES)


@cache
def records_of(off: str | None, strategy: str) -> Records:
    """Play a strategy once."""
    return MarketEntryModel(question(off), strategy, FUTURES, world=world_of(off)).run()


def test_every_mechanism_is_covered() -> None:
    assert set(FIGURES) == set(MECHANISMS)


# ------------------------------------------------------------------------------------------------- draws
def differing_parts(one: World, other: World) -> set[str]:
    """Return the names of the parts in which two worlds differ."""
    names = {field.name for field in fields(World)} - {"batch"}
    return {name for name in names if not equal(getattr(one, name), getattr(other, name))}


def equal(one: Any, other: Any) -> bool:
    """Say whether two parts are the same, arrays and records bit for bit."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if is_dataclass(one):
        return all(equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_switched_off_leaves_the_rest_of_the_world(mechanism: str) -> None:
    on, off = world_of(None), world_of(mechanism)
    differing = differing_parts(on, off)
    assert differing == BELONGS.get(mechanism, set())
    assert not differing & set(ALWAYS)
    for key in ("identity", "taste_key", "consider_key", "listed"):
        np.testing.assert_array_equal(on.menu[key], off.menu[key])


@dataclass
class Asked:
    """Names of all draws that a run takes in its weeks: function, key prefixes, week, identity."""

    names: set[tuple[Any, ...]] = field(default_factory=set)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Write down what the compiled functions are asked."""

        def spy(module: Any, name: str, place: Callable[..., tuple[Any, ...]]) -> None:
            function = getattr(module, name)

            def asked(*arguments: Any) -> Any:
                self.names.add((name, *place(*arguments)))
                return function(*arguments)

            monkeypatch.setattr(module, name, asked)

        for module in (fulfilment, listing):
            spy(module, "thin", lambda prefix, week, identity, *_: (prefix.tobytes(), week, identity))
        spy(listing, "draw_stars", lambda prefix, week, klass, *_: (prefix.tobytes(), week, klass))
        for module in (regulator, exposure):
            spy(module, "uniforms", lambda prefix, week, identity: (prefix.tobytes(), week, int(identity)))
        spy(fulfilment.units, "demand", lambda *a: (a[7].tobytes(), a[8].tobytes(), a[9].tobytes(), a[11]))
        spy(models.kernels, "consumer_week", lambda *a: (a[0], a[1], a[10].tobytes()))


@cache
def asked_of(off: str | None) -> frozenset[tuple[Any, ...]]:
    """Return the names of all draws of a run from stock and in parcels."""
    asked, world = Asked(), world_of(off)  # built before anybody watches
    with pytest.MonkeyPatch.context() as patch:
        asked.watch(patch)
        for strategy in ("stock", "parcels"):
            MarketEntryModel(question(off), strategy, FUTURES, world=world).run()
    return frozenset(asked.names)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_draws_of_a_run_keep_their_names(mechanism: str) -> None:
    """A number drawn for a market, week and offer is the same number, whatever is switched off."""
    assert asked_of(mechanism) == asked_of(None)


FELT = ("trust", "ratings", "delivery", "taste", "loyalty", "season", "events", "fx")
SILENT = tuple(name for name in MECHANISMS if name not in FELT)
"""Mechanisms that rivals' shoppers do not feel, or that move the number of needs alone."""


def sampled(off: str | None):
    """Return the sampled choices of the world without the entrant."""
    often = {"category": {"key": "sports_earbuds", "frequency_per_year": 6.0}}
    sampling = question(off, demand="sampled", weeks=20, uncertainties={}, **often)
    model = MarketEntryModel(sampling, NO_ENTRY, FUTURES, world=build_world(sampling, FUTURES))
    choices = []
    while model.week < model.weeks:
        model.step()
        choices.append(model.tallies.counts.copy())
    return np.array(choices), model.memory.last.copy(), model.memory.satisfaction.copy()


@pytest.fixture(scope="module")
def choices():
    return sampled(None)


@pytest.mark.parametrize("mechanism", SILENT)
def test_choices_and_deliveries_are_drawn_as_before(choices, mechanism: str) -> None:
    for before, after in zip(choices, sampled(mechanism), strict=True):
        np.testing.assert_array_equal(before, after)
    assert choices[0].sum() > 1000


# ----------------------------------------------------------------------------------------------- effects
def stage(name: str) -> Callable[[Records], float]:
    """Return a stage's share of needs."""
    return lambda records: records.funnel[..., STAGES.index(name)].sum() / records.funnel.sum()


def account(name: str) -> Callable[[Records], float]:
    """Return an account's sum, cents."""
    return lambda records: float(records.ledger[..., INDEX[name]].sum())


@dataclass(frozen=True)
class Figure:
    """The figure in which a mechanism shows, and the value that it has without the mechanism."""

    of: Callable[[Records], float]
    strategy: str = "parcels"
    without: float | None = None
    """None: any other value."""


FIGURES = {
    "organic": Figure(lambda r: float((r.visibility[:, :, :] * (r.ad_usd == 0)).sum()), "stock", 0.0),
    "ads": Figure(lambda r: float(r.ad_usd.sum()), "stock", 0.0),
    "memory": Figure(lambda r: float(r.awareness.sum()), "stock", 0.0),
    "word_of_mouth": Figure(lambda r: float(r.awareness.sum()), "stock"),
    "contagion": Figure(lambda r: float(r.demand.sum()), "stock"),
    "device": Figure(stage("device"), "parcels", 0.0),
    "payment": Figure(stage("payment"), "parcels", 0.0),
    "language": Figure(stage("language"), "parcels", 0.0),
    "compliance": Figure(stage("compliance"), "parcels", 0.0),
    "trust": Figure(stage("trust"), "parcels"),
    "ratings": Figure(stage("trust"), "stock"),
    "delivery": Figure(stage("delivery"), "parcels", 0.0),
    "loyalty": Figure(stage("habit"), "stock"),
    "taste": Figure(lambda r: float(r.group_units.sum()), "stock"),
    "taste_drift": Figure(lambda r: float(r.group_units.sum()), "stock"),
    "season": Figure(lambda r: float(np.std(r.needs[40:].sum(axis=(1, 2)))), "stock"),
    "growth": Figure(lambda r: float(r.needs.sum()), "stock"),
    "market_noise": Figure(lambda r: float(np.abs(np.diff(np.log(r.needs[:20]), axis=0)).sum()), "stock"),
    "listing_noise": Figure(lambda r: float(r.demand.sum()), "stock"),
    "product_life": Figure(lambda r: float(r.leftover_units.sum()), "stock", 0.0),
    "stock": Figure(lambda r: float(r.received_units.sum()), "stock", 0.0),
    "returns": Figure(lambda r: float(r.returned.sum()), "stock", 0.0),
    "audits": Figure(lambda r: float(r.incidents.sum()), "parcels", 0.0),
    "exposure": Figure(account("fines"), "stock"),
    "events": Figure(lambda r: -float(r.needs.sum()), "stock"),
    "fx": Figure(lambda r: float(np.nanstd(r.price_usd[:, :, 1, 0])), "stock"),
    "packaging": Figure(account("packaging"), "stock", 0.0),
    "experience_curve": Figure(account("cost_of_goods"), "stock"),
    "b2b": Figure(lambda r: float(r.business_units.sum()), "business", 0.0),
    "leakage": Figure(lambda r: float(r.grey_units.sum()), "business", 0.0),
    "instalments": Figure(lambda r: -float(r.demand.sum()), "parcels"),
    "even_output": Figure(account("cost_of_goods"), "stock"),
    "retail_proof": Figure(lambda r: float(r.business_won.sum()), "business"),
    "stock_accuracy": Figure(lambda r: float(r.misplaced.sum()), "stock", 0.0),
}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_moves_its_figure(mechanism: str) -> None:
    figure = FIGURES[mechanism]
    on = figure.of(records_of(None, figure.strategy))
    off = figure.of(records_of(mechanism, figure.strategy))
    assert on != off
    if figure.without is not None:
        assert off == figure.without < on


def test_noise_keeps_its_mean() -> None:
    """Noise of mean 1: over many futures, needs and demand are those without it."""
    futures = tuple(range(64))
    short = {"weeks": 12, "consumers": 200, "markets": ["US"], "uncertainties": {}}
    entry = {"only": STOCK | {"entry": {"US": 0}}}
    needs = []
    for off in (None, "market_noise"):
        asked = scenario(strategies=entry, mechanisms={} if off is None else {off: False}, **short)
        needs.append(build_world(asked, futures).needs[..., 0])
    ratio = needs[0] / needs[1]
    error = ratio.mean(axis=0).std(ddof=1) / np.sqrt(len(futures))
    assert abs(ratio.mean() - 1.0) < 4.0 * error
    assert error > 0.0
