"""Products with a season or without a shelf: festival editions and print on demand."""

from __future__ import annotations

from functools import cache

import numpy as np

from simulator import calendar
from simulator.ledger import INDEX
from simulator.sellers.generations import festival_windows
from tests.laws.worlds import PARCELS, STOCK, Watched, scenario

FESTIVE = STOCK | {"localisation": {"language": True, "team": True, "local_returns": True, "festival_edition": True}}
RUN = {"weeks": 70, "uncertainties": {}}


def steps(strategy: dict, **changed) -> tuple[Watched, dict[str, np.ndarray]]:
    """Play a strategy; return the model, and units by week and cell of one future."""
    model = Watched(scenario(strategies={"plan": strategy}, **(RUN | changed)), "plan")
    seen: dict[str, list] = {"sold": [], "demand": [], "stock": [], "shown": [], "orders": []}
    while model.week < model.weeks:
        shown = model.entrant.shown
        week = model.week
        model.step()
        seen["sold"].append(model.sales.sold[0].copy())
        seen["demand"].append(model.sales.demand[0].copy())
        seen["stock"].append(model.entrant.warehouse.units[0].copy())
        seen["shown"].append(shown(week)[0].copy())
        seen["orders"].append(model.entrant.orders[0].copy())
    return model, {name: np.array(values) for name, values in seen.items()}


@cache
def festive() -> tuple[Watched, dict[str, np.ndarray]]:
    return steps(FESTIVE)


def windows(model: Watched, market: int) -> list[range]:
    """Return the weeks of a market's festival."""
    scenario_ = model.world.batch.scenario
    festival = scenario_.market(model.world.batch.codes[market]).festival
    length = min(festival.weeks, scenario_.behaviour_profile.festival_life_weeks)
    first = festival_windows(festival.iso_weeks, length, scenario_, model.weeks)
    return [range(week, week + length) for week in first]


def test_an_edition_sells_only_in_the_weeks_of_its_festival() -> None:
    model, seen = festive()
    for market in range(3):
        cell = 2 * market + 1
        season = {week for window in windows(model, market) for week in window}
        sold = set(np.flatnonzero(seen["sold"][:, cell]).tolist())
        assert sold and sold <= season
        assert not seen["demand"][[week for week in range(model.weeks) if week not in season], cell].any()
        assert set(np.flatnonzero(seen["shown"][:, cell]).tolist()) <= season
        assert seen["sold"][:, cell - 1].sum() > seen["sold"][:, cell].sum(), "the core product sells all year"


def test_christmas_and_ramadan_come_when_they_come() -> None:
    model, _ = festive()
    start = model.world.batch.scenario.start
    days = [[calendar.monday(start, window[0]).isoformat() for window in windows(model, m)] for m in range(3)]
    assert days == [["2026-11-23"], ["2026-11-23"], ["2027-02-08"]]


def test_an_edition_is_ordered_once_and_what_is_left_is_cleared() -> None:
    model, seen = festive()
    ledger = model.ledger.entries[:, 0]
    for market in range(3):
        cell = 2 * market + 1
        (window,) = windows(model, market)
        assert (seen["orders"][:, cell] > 0).sum() == 1
        assert seen["stock"][window[0], cell] > 0 or seen["sold"][window[0], cell] > 0, "it is there on the first day"
        after = window[-1] + 1
        assert not seen["stock"][after:, cell].any()
        left = model.entrant.leftover[0, cell]
        assert left == seen["stock"][window[-1], cell]
        if left:
            assert ledger[after, market, INDEX["write_downs"]] > 0
    ordered = seen["orders"].sum(axis=0)[1::2]
    assert (ordered > 0).all()


def test_print_on_demand_has_no_stock_and_never_runs_out() -> None:
    made = PARCELS | {"product": {"custom": "pod"}}
    model, seen = steps(made, weeks=40)
    records = model.records
    assert not seen["stock"].any() and not seen["orders"].any() and not records.received_units.any()
    np.testing.assert_array_equal(seen["sold"], seen["demand"])
    assert records.units[..., 0].sum() > 1000
    entries = records.ledger[:, 0, :-1]
    for account in ("inventory", "storage", "write_downs"):
        assert not entries[..., INDEX[account]].any(), account
    # A unit costs a third more, and travels three days more.
    plain = Watched(scenario(strategies={"plan": PARCELS}, **RUN), "plan")
    adder = 0.8 * 1.35  # the templates of a custom product
    np.testing.assert_allclose(model.entrant.products.unit_usd, plain.entrant.products.unit_usd * 1.35 + adder)
    np.testing.assert_allclose(model.storefront.days(0), plain.storefront.days(0) + 3.0)
    # What nobody else wants is not sold again.
    assert entries[..., INDEX["cost_of_goods"]].sum() > 0
    sold = records.units[..., 0].sum()
    assert entries[..., INDEX["cost_of_goods"]].sum() / 100.0 > sold * 18.0 * 1.35 * 0.9
