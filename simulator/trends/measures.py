"""Figures of a strategy by future, float64[F], from its records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.ledger import ACCOUNTS, INDEX, UNIT_ACCOUNTS
from simulator.outcomes import LATE_WEEKS
from simulator.views import SEGMENTS, STAGES, Records

Floats = NDArray[np.float64]
Measure = Callable[[Records], Floats]

YEAR = 52
"""Weeks; by the second year certificates are there, and a listing has found its place."""
LOOKED = STAGES.index("stock")
"""First stage of needs that considered the entrant and met no barrier."""

EXPENSES = [i for i, account in enumerate(ACCOUNTS) if account.kind == "expense" and account.name != "refunds"]
"""Accounts of what is spent; refunds are sales that were none."""
PROGRAMME = [INDEX["approvals"], INDEX["compliance"]]
"""Accounts of what a compliance programme costs, certificates apart."""
CARRIED = ("storage", "local_stock", "logistics", "write_downs")
"""Accounts of what it costs to hold stock: rent, registration, contracts of pool and hub, what was written down."""


def wanted(first: int = 0) -> Measure:
    """Return the measure of the units wanted from a week on, in stock or not."""
    return lambda records: records.demand[first:].sum(axis=(0, 2)) * 1.0


def revenue_after(life: int) -> Measure:
    """Return the measure of what consumers paid after the first life of the product, of `life` weeks, USD."""

    def revenue(records: Records) -> Floats:
        paid = records.revenue_usd[..., 0].sum(axis=2)
        return np.where(_since_first_sale(records) >= life, paid, 0.0).sum(axis=0)

    return revenue


def left_over(life: int) -> Measure:
    """Return the measure of the share of the goods of ended lives that was written off.

    The goods are what was sold while they lasted, and the leftovers. A life of `life` weeks that the run cuts short
    has goods but no end yet: in the share of all units received it would count as if it left nothing.
    """

    def share(records: Records) -> Floats:
        since = _since_first_sale(records)
        lives = since[-1] // life  # what is left is written off in the week after the last
        ended = (since >= 0) & (since < lives * life)
        sold = (records.units[..., 0].sum(axis=2) * ended).sum(axis=0)
        left = records.leftover_units.sum(axis=1)
        return np.where(lives > 0, left / np.maximum(sold + left, 1), np.nan)

    return share


def _since_first_sale(records: Records) -> NDArray[np.int64]:
    """Return the weeks since the first sale anywhere, int64[W, F]; negative before it, and where there was none."""
    sale = records.first_sale_week
    first = np.where(sale >= 0, sale, records.weeks).min(axis=1)
    since: NDArray[np.int64] = np.arange(records.weeks)[:, None] - first
    return since


def wanted_first(market: str, weeks: int) -> Measure:
    """Return the measure of the units wanted in the first weeks on sale in a market."""

    def first(records: Records) -> Floats:
        m = records.markets.index(market)
        since = np.arange(records.weeks)[:, None] - records.first_sale_week[:, m]
        return (records.demand[:, :, m] * ((since >= 0) & (since < weeks))).sum(axis=0) * 1.0

    return first


def conversion(records: Records) -> Floats:
    """Return the units wanted per need that considered the offer and met no barrier, all markets."""
    return _of_those_who_looked(records.funnel.sum(axis=1), "sale", "stock")


def conversion_in(market: str) -> Measure:
    """Return the measure of the same in one market."""
    return lambda records: _of_those_who_looked(records.funnel[:, records.markets.index(market)], "sale", "stock")


def lost_to(stage: str, market: str) -> Measure:
    """Return the measure of needs lost to a reason, per need that considered the offer and met no barrier."""
    return lambda records: _of_those_who_looked(records.funnel[:, records.markets.index(market)], stage)


def _of_those_who_looked(funnel: NDArray[np.int64], *ends: str) -> Floats:
    """Return the share of needs with such an end among those that met no barrier; int64[F, G, S] -> float64[F]."""
    stages = funnel.sum(axis=1)
    ended = stages[:, [STAGES.index(name) for name in ends]].sum(axis=1)
    return ended / np.maximum(stages[:, LOOKED:].sum(axis=1), 1)


def visibility(records: Records) -> Floats:
    """Return the share of needs that met the listing by search or advertising, of the last weeks."""
    late = slice(-LATE_WEEKS, None)
    needs = records.needs[late]
    return (records.visibility[late] * needs).sum(axis=(0, 2)) / needs.sum(axis=(0, 2))


def expenses_per_unit(records: Records) -> Floats:
    """Return all expenses of the firm per unit sold, to shoppers and business buyers, USD."""
    spent = records.ledger[:, :, :, EXPENSES].sum(axis=(0, 2, 3)) / 100.0
    sold = records.units[..., 0].sum(axis=(0, 2)) + records.business_units.sum(axis=(0, 2))
    return np.where(sold > 0, spent / np.maximum(sold, 1), np.nan)


def stock_cost_per_unit(discount_rate: float) -> Measure:
    """Return the measure of what holding stock costs per unit sold, capital at `discount_rate` a year included."""

    def cost(records: Records) -> Floats:
        pages = records.ledger.sum(axis=2) / 100.0
        carried = pages[:, :, [INDEX[name] for name in CARRIED]].sum(axis=(0, 2))
        tied = np.cumsum(pages[:, :, INDEX["inventory"]], axis=0).sum(axis=0) * discount_rate / 52.0
        sold = records.units[..., 0].sum(axis=(0, 2))
        return np.where(sold > 0, (carried + tied) / np.maximum(sold, 1), np.nan)

    return cost


def cost_per_unit(account: str, first: int, last: int) -> Measure:
    """Return the measure of an account per unit sold in the weeks `first` to before `last`, USD."""

    def cost(records: Records) -> Floats:
        spent = records.ledger[first:last, :, :, INDEX[account]].sum(axis=(0, 2)) / 100.0
        sold = records.units[first:last, :, :, 0].sum(axis=(0, 2))
        return np.where(sold > 0, spent / np.maximum(sold, 1), np.nan)

    return cost


def units_with_label(first: int, last: int) -> Measure:
    """Return the measure of the units of labelled rivals in the weeks `first` to before `last`.

    The entrant does not count: it starts from nothing, and its growth is its own start.
    """

    def units(records: Records) -> Floats:
        sellers = [k for k, name in enumerate(records.sellers) if name.endswith("_labelled")]
        return records.units[first:last][..., sellers].sum(axis=(0, 2, 3)) * 1.0

    return units


def sold_a_year(first: int) -> Measure:
    """Return the measure of the entrant's units a year, from a week on."""
    return lambda records: records.units[first:, :, :, 0].sum(axis=(0, 2)) * (52.0 / (records.weeks - first))


def needs(first: int, last: int) -> Measure:
    """Return the measure of the needs of the niche in the weeks `first` to before `last`."""
    return lambda records: records.needs[first:last].sum(axis=(0, 2)) * 1.0


def tax_usd(records: Records) -> Floats:
    """Return the taxes in the price of a unit that the consumer kept at the door, USD, mean over units."""
    paid, price = records.revenue_usd[..., 0].sum(axis=2), records.price_usd[..., 0]
    kept = np.nansum(records.revenue_usd[..., 0] / price, axis=(0, 2))
    net = -records.ledger[..., INDEX["sales"]].sum(axis=(0, 2)) / 100.0
    return np.where(kept > 0.0, (paid.sum(axis=0) - net) / np.maximum(kept, 1.0), np.nan)


def won(tercile: str) -> Measure:
    """Return the measure of the needs that an income tercile bought from the entrant."""
    segments = [k for k, name in enumerate(SEGMENTS) if name.startswith(tercile)]
    return lambda records: records.funnel[:, :, segments, STAGES.index("sale")].sum(axis=(1, 2)) * 1.0


def open_week_usd(records: Records) -> Floats:
    """Return the mean contribution of a week in which the firm is listed everywhere, USD."""
    cents = -records.ledger[:, :, :-1][..., [INDEX[name] for name in UNIT_ACCOUNTS]].sum(axis=(0, 2, 3))
    return cents / 100.0 / _listed_weeks(records)


def programme_usd(records: Records) -> Floats:
    """Return what a compliance programme costs in the run, certificates apart, USD."""
    return records.ledger[..., PROGRAMME].sum(axis=(0, 2, 3)) / 100.0


def stock_usd(records: Records) -> Floats:
    """Return the mean value of the firm's stock in the weeks in which it is listed, at landed cost, USD."""
    listed = ~np.isnan(records.rating)
    value = (records.stock * listed).sum(axis=0) * np.nan_to_num(records.landed_cost_usd)
    return value.sum(axis=1) / _listed_weeks(records)


def _listed_weeks(records: Records) -> Floats:
    """Return the weeks in which the firm is listed, mean over the markets in which it ever is, float64[F]."""
    weeks = (~np.isnan(records.rating)).sum(axis=0)
    return weeks.sum(axis=1) / np.maximum((weeks > 0).sum(axis=1), 1)


def crossing(at: Sequence[float], values: Sequence[float]) -> float:
    """Return where a falling line through points first crosses 0; nan where it does not."""
    for (x, y), (x1, y1) in zip(zip(at, values), zip(at[1:], values[1:]), strict=False):
        if y >= 0.0 > y1:
            return float(x + (x1 - x) * y / (y - y1))
    return float("nan") if values[0] >= 0.0 else 0.0


def fill(records: Records) -> Floats:
    """Return the share of the units wanted that were delivered."""
    wanted_units = records.demand.sum(axis=(0, 2))
    sold = np.minimum(records.units[..., 0], records.demand).sum(axis=(0, 2))
    return np.where(wanted_units > 0, sold / np.maximum(wanted_units, 1), np.nan)


def won_share(records: Records) -> Floats:
    """Return the share of the entrant's bids on requests of firms that won."""
    bids, won = records.business_bids.sum(axis=1), records.business_won.sum(axis=1)
    return np.where(bids > 0, won / np.maximum(bids, 1), np.nan)


def lots(records: Records) -> Floats:
    """Return the units delivered to firms."""
    return records.business_units.sum(axis=(0, 2)) * 1.0
