"""Law that keeps goods from abroad out: Indonesia's minimum on marketplaces, Türkiye's closed parcel regime."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.model import MarketEntryModel
from simulator.observer import Records
from simulator.scenario import scenario_of

START = "2026-03-02"
WEEKS, SHUT = 24, 12
"""Weeks of a run, and the first one in which the parcel regime of the second test is closed."""


def model(
    market: str, channel: str, mode: str, position: float = 1.0, start: str = START, **mechanisms: bool
) -> MarketEntryModel:
    strategy: dict[str, Any] = {
        "entry": {market: 0},
        "channel": channel,
        "price": {"rule": "fixed", "position": position},
        "ads": {"budget_usd_week": 20000},
        "localisation": {"language": True, "team": True},
        "payments": ["local"],
        "compliance": "full",
        "logistics": {"mode": mode},
    }
    scenario = scenario_of(
        {
            "start": start,
            "weeks": WEEKS,
            "consumers": 1000,
            "category": "sports_earbuds",
            "markets": {market: {}},
            "seller": {"cash_usd": 1e7, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
            "mechanisms": mechanisms,
            "strategies": {"firm": strategy},
        }
    )
    return MarketEntryModel(scenario, "firm")


def sold(records: Records) -> np.ndarray:
    """Return the entrant's units by week."""
    return records.units[:, 0, 0, 0]


def test_indonesian_marketplaces_bar_cheap_parcels_and_nothing_else():
    assert sold(model("ID", "marketplace", "direct").run()).sum() == 0
    assert sold(model("ID", "store", "direct").run()).sum() > 0, "the rule is about marketplaces"
    assert sold(model("ID", "marketplace", "direct", compliance=False).run()).sum() > 0, "the rule switched off"


def test_above_100_dollars_fob_indonesian_marketplaces_are_open():
    world = model("ID", "marketplace", "direct", position=3.0)
    price = world.entrant.price
    assert world.lanes.barred(0, price).tolist() == [[False]]
    freight = world.lanes.parcel
    tax = world.terms.parcel(0, freight)
    assert (price / (1.0 + tax[0]) - freight > 100.0).all()


def close(world: MarketEntryModel) -> None:
    """Close the parcel regime from week `SHUT` on, as the law of Türkiye does."""
    closed = np.zeros_like(world.terms.closed)
    closed[SHUT:] = 1.0
    world.terms = replace(world.terms, closed=closed)
    world.lanes = world.storefront.lanes = replace(world.lanes, terms=world.terms)


@pytest.mark.parametrize("channel", ["marketplace", "store", "both"])
def test_a_closed_parcel_regime_shuts_every_channel_from_its_week(channel):
    shut, still = model("DE", channel, "direct"), model("DE", channel, "direct")
    close(shut)
    units, open_units = sold(shut.run()), sold(still.run())
    assert (units[:SHUT] == open_units[:SHUT]).all(), "nothing before the week"
    assert units[:SHUT].sum() > 0 and open_units[SHUT:].sum() > 0
    assert units[SHUT:].sum() == 0


@pytest.mark.parametrize("channel", ["marketplace", "store"])
def test_turkey_sells_parcels_until_the_law_of_february_2026(channel):
    """Week 5 begins on 2026-02-09, the first Monday under the law of 2026-02-06."""
    world = model("TR", channel, "direct", start="2026-01-05")
    assert [bool(world.lanes.closed(week)) for week in (0, 4, 5, WEEKS - 1)] == [False, False, True, True]
    units = sold(world.run())
    assert units[5:].sum() == 0
    if channel == "marketplace":  # which sells at once
        assert units[:5].sum() > 0


def test_turkey_stays_open_to_stock_in_the_country():
    assert sold(model("TR", "both", "local", stock=False).run()).sum() > 0


def test_a_closed_parcel_regime_leaves_local_stock_alone():
    shut, still = (model("DE", "both", "local", stock=False) for _ in range(2))
    close(shut)
    units = sold(shut.run())
    assert (units == sold(still.run())).all()
    assert units[SHUT:].sum() > 0


def test_a_closed_regime_is_law_and_falls_with_the_mechanism_of_law():
    shut = model("DE", "both", "direct", compliance=False)
    close(shut)
    assert sold(shut.run())[SHUT:].sum() > 0
