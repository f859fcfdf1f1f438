"""Stock that cannot be found: its size by closed form, what it stops, and what traced goods spare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from simulator.assembly import build_world
from simulator.comparison import interval
from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.outcomes import ALL, Setting, summary
from simulator.views import Records
from tests.laws.worlds import PARCELS, STOCK, Watched, same, scenario

PLAIN = {
    "entry": {"US": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 4000}, "compliance": "full",
    "price": {"position": 0.9},
}  # fmt: skip
"""One market from stock."""
TRACED = PLAIN | {"product": {"traceable": True}}
UNFELT = {
    "category": {
        "key": "sports_earbuds", "life_weeks": 500, "attributes": {"safety": 0.0},
        "unit_adders": {"traceable_usd": 0.0},
    },
    "markets": ["US"], "uncertainties": {},
}  # fmt: skip
"""A category in which tracing costs nothing and pleases nobody: it can act in the warehouse and on auditors alone."""
MANY = tuple(range(48))


def play(strategy: dict[str, Any], futures: tuple[int, ...] = MANY, **changed: Any) -> Watched:
    """Return a model of one strategy, ready to step."""
    asked = scenario(strategies={"plan": strategy}, **(UNFELT | {"consumers": 300} | changed))
    return Watched(asked, "plan", futures, world=build_world(asked, futures))


def figures(model: Watched, records: Records) -> dict[str, np.ndarray]:
    """Return the outcomes of the firm by future."""
    asked = model.world.batch.scenario
    table = summary(records, Setting(asked.start, asked.discount_rate, asked.seller.cash_usd, ("plan",)))
    return {name: column.to_numpy() for name, column in table[table["market"] == ALL].items()}


# ------------------------------------------------------------------------------------------------- how much
@dataclass(frozen=True)
class Weeks:
    """What a run did, int64[W, F] each."""

    handled: np.ndarray
    misplaced: np.ndarray
    stock: np.ndarray


def watched(model: Watched) -> Weeks:
    """Play all weeks; what is handled follows from shipments, sales and returns."""
    handled = []
    received = model.entrant.warehouse.received.sum(axis=1)
    while model.week < model.weeks:
        model.step()
        sales, now = model.sales, model.entrant.warehouse.received.sum(axis=1)
        back = sales.resold + sales.refused  # from stock in the market
        handled.append(now - received + (sales.sold + back).sum(axis=1) + model.lots.sum(axis=1))
        received = now
    records = model.records
    return Weeks(np.array(handled), records.misplaced.sum(axis=2), records.stock.sum(axis=2))


@pytest.mark.parametrize(("strategy", "factor"), [(PLAIN, 1.0), (TRACED, 0.4)])
def test_stock_that_is_misplaced_between_counts_has_its_closed_form(strategy, factor) -> None:
    """A unit handled is out of sight with probability e until the next count: the sum of misplaced units over the
    weeks of a cycle is binomial in the units handled, each weighed with the weeks that remain. Where equal numbers H
    are handled every week, the mean is e·H·(K + 1)/2 at a week's end."""
    share, every = 0.02, 8
    behaviour = {
        "stock_error_share": share, "stock_error_traceable_factor": 0.4, "stock_count_weeks": every,
        "stock_error_lost_share": 0.0,
    }  # fmt: skip
    weeks = watched(play(strategy | {"inventory": {"service_level": 0.999}}, behaviour=behaviour, weeks=56))
    e = share * factor
    remaining = (every - np.arange(len(weeks.handled)) % every)[:, None]
    expected, variance = e * weeks.handled * remaining, e * (1.0 - e) * weeks.handled * remaining**2
    assert weeks.misplaced.any(axis=0).all() and weeks.misplaced[:, 0].max() < weeks.stock[:, 0].max() / 3
    z = (weeks.misplaced.sum() - expected.sum()) / np.sqrt(variance.sum())
    assert abs(z) < 4.0
    assert np.sqrt(variance.sum()) < 0.06 * expected.sum(), "too few units measure nothing"


def test_a_count_finds_all_but_the_share_that_is_gone() -> None:
    """A count finds what is misplaced; what is gone is written down in full at its mean cost, not sold at salvage."""
    behaviour = {"stock_error_share": 0.05, "stock_count_weeks": 13, "stock_error_lost_share": 0.25}
    model = play(PLAIN, behaviour=behaviour, weeks=28)
    warehouse = model.entrant.warehouse
    while model.week < 26:
        model.step()
    missing, gone, cash = warehouse.misplaced.sum(), warehouse.lost.copy(), model.ledger.cash(26)
    model.arrivals(26)
    lost = warehouse.lost - gone
    assert not warehouse.misplaced.any() and missing > 300
    assert abs(lost.sum() - 0.25 * missing) < 4.0 * np.sqrt(0.25 * 0.75 * missing)
    written = model.ledger.entries[26, :, 0, INDEX["write_downs"]]
    np.testing.assert_allclose(
        written, (lost * warehouse.cents / np.maximum(warehouse.units, 1))[:, 0], atol=lost.max()
    )
    np.testing.assert_array_equal(model.ledger.cash(26), cash)


# ------------------------------------------------------------------------------------------- what it stops
LOSING_ALL = {"stock_error_share": 1.0, "stock_error_traceable_factor": 1.0, "stock_count_weeks": 104}


@pytest.mark.parametrize(
    "strategy",
    [
        pytest.param(STOCK | {"b2b": {"enabled": True}}, id="stock"),
        pytest.param(PARCELS | {"b2b": {"enabled": True}, "compliance": "minimum"}, id="shared house"),
        pytest.param(STOCK | {"products": {"pro": {"green": 1.0}}}, id="variants"),
    ],
)
def test_what_nobody_finds_is_not_sold_though_it_is_on_the_books(strategy) -> None:
    """Where all that is handled goes astray, goods sell in the week in which they arrive, and never again; nor are
    they advertised."""
    changed = {"markets": ["US", "DE", "ID"], "category": {"key": "sports_earbuds", "business": {"rfq_factor": 5.0}}}
    if "products" in strategy:
        products = {"pro": {"unit_cost_usd": 24.0, "moq_units": 50}}
        changed["seller"] = {
            "cash_usd": 2e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2, "products": products,
        }  # fmt: skip
    model = play(strategy, futures=(0, 1, 2), behaviour=LOSING_ALL, **changed)
    warehouse, levers, sold = model.entrant.warehouse, model.entrant.levers, 0
    dark = np.zeros((model.weeks, 3, 3), bool)
    while model.week < model.weeks:
        before = warehouse.received.copy()
        model.step()
        empty = (warehouse.received == before)[:, levers.house]
        assert not (model.sales.sold * empty).any()
        assert not (model.lots * levers.core(empty)).any()
        full = (warehouse.units > 0)[:, levers.house]
        dark[model.week - 1] = model.entrant.listed() & (levers.markets(1 * ~(full & empty)) == 0)
        sold += int(model.sales.sold.sum() + model.lots.sum())
    assert dark.sum() > 60 and sold > 100
    assert not model.records.ad_usd[dark].any(), "what cannot be sold is advertised"


def test_phantom_stock_is_not_reordered() -> None:
    """Orders rest on what the books say: a shelf that is full on paper stays empty (Kang and Gershwin 2005)."""
    orders = []
    for share in (0.0, 1.0):
        model = play(PLAIN, futures=(0, 1, 2, 3), behaviour=LOSING_ALL | {"stock_error_share": share})
        ordered = np.zeros((model.weeks, 4), np.int64)
        while model.week < model.weeks:
            model.step()
            ordered[model.week - 1] = model.entrant.orders.sum(axis=1)
        orders.append(ordered)
        if share:
            records = model.records
            phantom = (records.misplaced == records.stock) & (records.stock > 0)
            assert phantom[20:].mean() > 0.8
            assert (records.demand[20:] > records.units[20:, ..., 0]).mean() > 0.7
    assert (orders[1][10:].sum(axis=0) < 0.5 * orders[0][10:].sum(axis=0)).all()


# ------------------------------------------------------------------------------------------ what tracing spares
def test_traced_goods_have_fewer_errors_and_stock_outs() -> None:
    """The same luck, the same shoppers: tracing acts in the warehouse alone."""
    often = {"behaviour": {"stock_error_share": 0.02}, "mechanisms": {"audits": False}, "weeks": 80}
    runs = []
    for strategy in (PLAIN, TRACED):
        model = play(strategy, **often)
        runs.append(figures(model, model.run()))
    for name in ("stock_error_share", "stockout_share"):
        low, high = interval(runs[1][name] - runs[0][name])
        assert low <= high < 0.0, name
    factor = model.world.batch.scenario.behaviour_profile.stock_error_traceable_factor
    assert runs[1]["stock_error_share"].mean() / runs[0]["stock_error_share"].mean() == pytest.approx(factor, rel=0.1)


def test_without_the_mechanism_tracing_does_nothing_in_the_warehouse() -> None:
    off = {"mechanisms": {"audits": False, "stock_accuracy": False}, "futures": (0, 1, 2)}
    plain, traced = (play(strategy, **off).run() for strategy in (PLAIN, TRACED))
    assert same(plain, traced) == []
    assert not plain.misplaced.any() and not plain.lost_units.any() and plain.received_units.all()


def test_traced_goods_have_fewer_incidents_by_their_factor() -> None:
    """Audits that suspend nothing are trials of their own: of those that find something in plain goods, the factor's
    share finds something in traced goods, and no others."""
    risky = {"audit_hazard_full": 0.06, "audit_traceable_factor": 0.7}
    off = {"mechanisms": {"compliance": False, "stock_accuracy": False}}
    plain, traced = (
        MarketEntryModel.run(play(strategy, behaviour=risky, **off)).incidents for strategy in (PLAIN, TRACED)
    )
    assert (traced <= plain).all() and plain.sum() > 100
    assert abs(traced.sum() - 0.7 * plain.sum()) < 4.0 * np.sqrt(0.7 * 0.3 * plain.sum())
