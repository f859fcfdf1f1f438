"""From records to reported figures: pure functions, one per table of a run folder.

Every figure is null where it is undefined, never 0: a market that was not entered has no stock-out share, and
figures of the firm (cash, peak funding, insolvency, return on investment) stand on the rows ``ALL`` alone.
Rows follow the order of the strategies, futures, markets (then ``ALL`` or ``HQ``), sellers, weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.exact import power
from simulator.ledger import ACCOUNTS, INDEX, RESULT, UNIT_ACCOUNTS
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.views import CARBON_PARTS, SEGMENTS, STAGES, Floats, Records

ALL = "ALL"
HEADQUARTERS = "HQ"
NO_ENTRY = "no_entry"
"""Reserved strategy: the world without the entrant. Only its rivals are reported, in `weekly`."""

CONTRIBUTION = (*UNIT_ACCOUNTS, "write_downs")
"""Accounts of the contribution after ads of a whole run, in which stock is written down for good."""

CLAIMS = ("receivable", "import_vat_receivable", "export_vat_receivable", "tax_payable")
"""Accounts that turn into cash, or take it, after the last week."""

ACCOUNT_NAMES = tuple(account.name for account in ACCOUNTS)

LATE_WEEKS = 26
"""Weeks at the end over which the run rate and the means of awareness are taken."""

SUMMARY_COLUMNS = (
    "strategy", "market", "replication", "profit_usd", "npv_usd", "run_rate_usd_year", "revenue_usd", "units",
    "market_share", "margin_share", "roi", "payback_week", "peak_funding_usd", "min_cash_usd", "insolvent",
    "stockout_share", "leftover_share", "on_time_share", "rating", "response_seconds", "awareness_share",
    "return_share", "ad_share", "acos_share", "landed_cost_usd", "b2b_units", "incidents", "fines_usd", "co2_kg",
    "co2_product_kg", "co2_freight_kg", "co2_last_mile_kg", "co2_kg_unit", "sampling_cv", "stock_error_share",
)  # fmt: skip

OUTCOMES = SUMMARY_COLUMNS[3:]
"""Every figure of `summary`."""


@dataclass(frozen=True)
class Setting:
    """What the records do not know: the calendar, the money at the start, and the labels of the whole run."""

    start: date
    discount_rate: float
    """Per year."""
    cash_usd: float
    """At the start."""
    strategies: tuple[str, ...]
    """All strategies of the run, in order (categories of the label columns)."""


@dataclass(frozen=True)
class _Books:
    """Weekly money in USD from the ledger; [W, F, M+2]: the markets, the headquarters, everything."""

    profit: Floats
    contribution: Floats
    free_cash: Floats
    """Change in cash apart from what the owners and lenders put in or took out."""
    cash_change: Floats
    claims: Floats
    """Receivables less what is owed, at the end, [F, M+2]."""
    fines: Floats
    business: Floats
    """Sales to business buyers."""


def _books(records: Records) -> _Books:
    cents = np.concatenate([records.ledger, records.ledger.sum(axis=2, keepdims=True)], axis=2)

    def total(*accounts: str) -> Floats:
        return cents[..., [INDEX[name] for name in accounts]].sum(axis=-1) / 100.0

    return _Books(
        profit=-cents[..., RESULT].sum(axis=-1) / 100.0,
        contribution=-total(*CONTRIBUTION),
        free_cash=total("cash", "equity"),
        cash_change=total("cash"),
        claims=total(*CLAIMS).sum(axis=0),
        fines=total("fines"),
        business=-total("business_sales"),
    )


def _share(part: NDArray, whole: NDArray) -> Floats:
    """Return part / whole, null where the whole is 0 or unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole == 0, np.nan, part / whole)


def _with_all(by_market: NDArray) -> NDArray:
    """Append the total over markets; the markets are the last axis."""
    return np.concatenate([by_market, by_market.sum(axis=-1, keepdims=True)], axis=-1)


def _markets_and_total(entities: NDArray) -> NDArray:
    """Drop the headquarters from [..., M+2]: it has no row of its own, its money is in the total."""
    return np.delete(entities, -2, axis=-1)


def _only_all(values: NDArray, markets: int) -> Floats:
    """Place a figure of the firm, [F], on the rows ``ALL`` of [F, M+1]."""
    placed = np.full((len(values), markets + 1), np.nan)
    placed[:, -1] = values
    return placed


def _payback_week(free_cash: Floats) -> Floats:
    """Return the first week from which cumulated free cash stays at or above 0 to the end.

    Parameters
    ----------
    free_cash
        USD, [W, ...]. Where no money ever moved there is nothing to pay back: null.
    """
    weeks = free_cash.shape[0]
    # Cents are exact in int64: a float sum could leave a residue of 1e-9 that never "pays back".
    cents = np.cumsum(np.rint(free_cash * 100.0).astype(np.int64), axis=0)
    under = cents < 0
    moved = free_cash != 0
    last_under = weeks - 1 - np.argmax(under[::-1], axis=0)
    first_move = np.argmax(moved, axis=0).astype(float)
    week = np.where(under.any(axis=0), last_under + 1.0, first_move)
    return np.where(under[-1] | ~moved.any(axis=0), np.nan, week)


def _sampling_cv(group_units: Floats) -> Floats:
    """Return the relative standard error of expected units from the scatter of the 16 groups, [F, M+1].

    Markets have their own consumers, so the variances add up in ``ALL``.
    """
    groups = group_units.shape[-1]
    mean = _with_all(group_units.mean(axis=-1))
    variance = _with_all(group_units.var(axis=-1, ddof=1) / groups)
    return _share(np.sqrt(variance), mean)


def _last_rating(records: Records) -> Floats:
    """Return the stars shown in the last listed week, [F, M+1]; ``ALL`` weighs markets by deliveries."""
    rating = records.rating
    listed = ~np.isnan(rating)
    last = rating.shape[0] - 1 - np.argmax(listed[::-1], axis=0)
    stars = np.take_along_axis(rating, last[None], axis=0)[0]
    stars = np.where(listed.any(axis=0), stars, np.nan)
    weight = np.where(np.isnan(stars), 0, records.delivered)
    overall = _share((np.nan_to_num(stars) * weight).sum(axis=-1), weight.sum(axis=-1))
    return np.concatenate([stars, overall[:, None]], axis=-1)


def _by_units(by_market: Floats, sold: NDArray[np.int64]) -> Floats:
    """Append the mean over markets by units sold; null where nothing was sold. `sold` is [F, M+1]."""
    known = np.where(sold[:, :-1] > 0, by_market, np.nan)
    overall = _share((np.nan_to_num(known) * sold[:, :-1]).sum(axis=-1), sold[:, -1])
    return np.concatenate([known, overall[:, None]], axis=-1)


def _integers(values: Floats) -> pd.Series:
    """Return nullable integers."""
    return pd.Series(values.ravel()).astype("Int64")


def _label(names: Sequence[str], codes: NDArray[np.integer]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def summary(records: Records, setting: Setting) -> pd.DataFrame:
    """Return one row per market (and ``ALL``) and future of one strategy."""
    books = _books(records)
    weeks, futures, markets = records.needs.shape
    shape = (futures, markets + 1)
    late = slice(-LATE_WEEKS, None)
    sold = _with_all(records.units[..., 0].sum(axis=0))
    niche = _with_all(records.units.sum(axis=(0, 3)))
    revenue = _with_all(records.revenue_usd[..., 0].sum(axis=0)) + _markets_and_total(books.business).sum(axis=0)
    lost = _with_all(np.maximum(records.demand - records.units[..., 0], 0).sum(axis=0))
    needs = records.needs[late]
    profit = _markets_and_total(books.profit)
    free_cash = _markets_and_total(books.free_cash)
    discount = np.array([power(1.0 + setting.discount_rate, -week / 52.0) for week in range(weeks + 1)])
    end_value = _markets_and_total(books.claims) + _with_all(records.end_stock_value_usd)
    npv = (free_cash * discount[:-1, None, None]).sum(axis=0) + end_value * discount[-1]
    peak = np.maximum(0.0, -np.cumsum(books.free_cash[..., -1], axis=0).min(axis=0))
    opening = 0.0 if _posts_opening(records) else setting.cash_usd
    least_cash = (opening + np.cumsum(books.cash_change[..., -1], axis=0)).min(axis=0)
    business = _with_all(records.business_units.sum(axis=0))
    carbon = _with_all(records.co2_kg.transpose(2, 0, 1))
    total_profit = profit.sum(axis=0)
    run_rate = profit[late].sum(axis=0) * 2.0 if weeks >= LATE_WEEKS else np.full(shape, np.nan)
    figures = {
        "profit_usd": total_profit,
        "npv_usd": npv,
        "run_rate_usd_year": run_rate,
        "revenue_usd": revenue,
        "units": sold,
        "market_share": _share(sold, niche),
        "margin_share": _share(_markets_and_total(books.contribution).sum(axis=0), revenue),
        "roi": _only_all(_share(total_profit[:, -1], peak), markets),
        "payback_week": _payback_week(free_cash),
        "peak_funding_usd": _only_all(peak, markets),
        "min_cash_usd": _only_all(least_cash, markets),
        "insolvent": _only_all(records.insolvent_week >= 0, markets),
        "stockout_share": _share(lost, sold + lost),
        "leftover_share": _share(_with_all(records.leftover_units), _with_all(records.received_units)),
        "on_time_share": _share(_with_all(records.on_time), _with_all(records.delivered)),
        "rating": _last_rating(records),
        "response_seconds": _by_units(records.response_seconds, sold),
        "awareness_share": _share(
            _with_all((records.awareness[late] * needs).sum(axis=0)), _with_all(needs.sum(axis=0))
        ),
        "return_share": _share(_with_all(records.returned), _with_all(records.delivered)),
        "ad_share": _share(_with_all(records.ad_usd.sum(axis=0)), revenue),
        "acos_share": _share(_with_all(records.ad_usd.sum(axis=0)), _with_all(records.ad_attributed.sum(axis=0))),
        "landed_cost_usd": _by_units(records.landed_cost_usd, sold),
        "b2b_units": business,
        "incidents": _with_all(records.incidents),
        "fines_usd": _markets_and_total(books.fines).sum(axis=0),
        "co2_kg": carbon.sum(axis=0),
        **{f"co2_{part}_kg": kg for part, kg in zip(CARBON_PARTS, carbon, strict=True)},
        "co2_kg_unit": _share(carbon.sum(axis=0), sold + business),
        "sampling_cv": _sampling_cv(records.group_units),
        "stock_error_share": _share(_with_all(records.misplaced.sum(axis=0)), _with_all(records.stock_wanted)),
    }
    columns: dict[str, object] = {
        "strategy": [records.strategy] * (futures * (markets + 1)),
        "market": [*records.markets, ALL] * futures,
        "replication": np.repeat(np.array(records.replications, dtype=np.int64), markets + 1),
    }
    for name, values in figures.items():
        if name in ("payback_week", "units", "b2b_units", "incidents"):
            columns[name] = _integers(np.asarray(values, dtype=float))
        elif name == "insolvent":
            columns[name] = pd.Series(values.ravel()).astype("boolean")
        else:
            columns[name] = np.asarray(values, dtype=float).ravel()
    return pd.DataFrame(columns)


def _posts_opening(records: Records) -> bool:
    """Tell whether the ledger books the opening capital itself."""
    return bool(records.ledger[0, ..., INDEX["equity"]].any())


def weekly(records: Records, setting: Setting) -> pd.DataFrame:
    """Return one row per future, market (and ``ALL``), seller and week of one strategy.

    Stock, stock-outs, advertising, awareness, visibility, rating and profit are known for the entrant alone;
    cash stands on its rows ``ALL``. The world without the entrant has no rows of the entrant.
    """
    books = _books(records)
    weeks, futures, markets, sellers = records.units.shape
    present = range(1, sellers) if records.strategy == NO_ENTRY else range(sellers)

    def rows(values: NDArray) -> NDArray:
        """[W, F, M+1, sellers] -> rows by future, market, seller, week."""
        return np.ascontiguousarray(values[..., present].transpose(1, 2, 3, 0)).ravel()

    def total_markets(values: NDArray) -> NDArray:
        return np.concatenate([values, values.sum(axis=2, keepdims=True)], axis=2)

    def blank_all(values: NDArray) -> NDArray:
        """Append null for ``ALL``: a price or a rating has no sum over markets."""
        return np.concatenate([values, np.full_like(values[:, :, :1], np.nan)], axis=2)

    def entrant(values: NDArray) -> NDArray:
        """Rows of [W, F, M+1], null for the rivals."""
        wide = np.full((*values.shape, sellers), np.nan)
        wide[..., 0] = values
        return rows(wide)

    def mean_by_needs(values: Floats) -> Floats:
        overall = _share((values * records.needs).sum(axis=2), records.needs.sum(axis=2))
        return np.concatenate([values, overall[..., None]], axis=2)

    units = total_markets(records.units)
    unmet = np.maximum(records.demand - records.units[..., 0], 0)
    cash = np.full((weeks, futures, markets + 1), np.nan)
    opening = 0.0 if _posts_opening(records) else setting.cash_usd
    cash[..., -1] = opening + np.cumsum(books.cash_change[..., -1], axis=0)
    count = len(present)
    index = np.indices((futures, markets + 1, count, weeks), dtype=np.int32).reshape(4, -1)
    first = np.datetime64(setting.start, "ms")
    return pd.DataFrame(
        {
            "strategy": _label(setting.strategies, np.full(index.shape[1], setting.strategies.index(records.strategy))),
            "replication": np.array(records.replications, dtype=np.int64)[index[0]],
            "market": _label((*records.markets, ALL), index[1]),
            "seller": _label(records.sellers, np.array(list(present))[index[2]]),
            "week": index[3].astype(np.int64),
            "date": first + index[3].astype("timedelta64[W]"),
            "units": rows(units),
            "revenue_usd": rows(total_markets(records.revenue_usd)),
            "price_usd": rows(blank_all(records.price_usd)),
            "market_share": rows(_share(units, units.sum(axis=3, keepdims=True))),
            "awareness_share": entrant(mean_by_needs(records.awareness)),
            "visibility_share": entrant(mean_by_needs(records.visibility)),
            "rating": entrant(blank_all(records.rating)),
            "stock_units": _integers(entrant(total_markets(records.stock))),
            "stockout_units": _integers(entrant(total_markets(unmet))),
            "ad_usd": entrant(total_markets(records.ad_usd)),
            "cash_usd": entrant(cash),
            "profit_usd": entrant(_markets_and_total(books.profit)),
        }
    )


def funnel(records: Records, setting: Setting) -> pd.DataFrame:
    """Return the needs by where they ended: one row per future, market, segment and stage, zeros included."""
    index = np.indices(records.funnel.shape, dtype=np.int32).reshape(4, -1)
    return pd.DataFrame(
        {
            "strategy": _label(setting.strategies, np.full(index.shape[1], setting.strategies.index(records.strategy))),
            "replication": np.array(records.replications, dtype=np.int64)[index[0]],
            "market": _label(records.markets, index[1]),
            "segment": _label(SEGMENTS, index[2]),
            "stage": _label(STAGES, index[3]),
            "needs": records.funnel.ravel(),
        }
    )


def orders(records: Records, setting: Setting) -> pd.DataFrame:
    """Return the needs of the panel: one row per future, market, week and shopper; what was not bought is null.

    `repeat` counts from the first week of the run; `payment` is the method that the shopper prefers.
    """
    needs = records.orders
    bought = needs["offer"] >= 0
    sellers = np.array([records.sellers.index(name.split("/")[0]) for name in records.offers] or [0])

    def where_bought(values: NDArray, shown: NDArray) -> Floats:
        return np.where(shown, values, np.nan)

    frame = pd.DataFrame(
        {
            "strategy": _label(setting.strategies, np.full(len(needs), setting.strategies.index(records.strategy))),
            "replication": np.array(records.replications, dtype=np.int64)[needs["future"]],
            "market": _label(records.markets, needs["market"]),
            "week": needs["week"].astype(np.int64),
            "consumer": needs["consumer"].astype(np.int64),
            "segment": _label(SEGMENTS, needs["segment"]),
            "device": _label(("desktop", "mobile"), needs["mobile"]),
            "payment": _label(PAYMENT_METHODS, needs["payment"]),
            "seller": _label(records.sellers, np.where(bought, sellers[needs["offer"]], -1)),
            "offer": _label(records.offers, needs["offer"]),
            "stage": _label(STAGES, needs["stage"]),
            "price_usd": where_bought(needs["price_usd"], bought),
            "promised_days": where_bought(needs["promised_days"], bought),
            "delivery_days": where_bought(needs["delivery_days"], bought),
            "stars": _integers(where_bought(needs["stars"], needs["stars"] > 0)),
            "returned": pd.Series(where_bought(needs["returned"], bought)).astype("boolean"),
        }
    )
    buying = pd.DataFrame({name: needs[name][bought] for name in ("future", "market", "consumer", "offer")})
    again = np.full(len(needs), np.nan)
    again[bought] = buying.groupby(list(buying.columns), sort=False).cumcount() > 0
    return frame.assign(repeat=pd.Series(again).astype("boolean"))


def ledger(records: Records, setting: Setting) -> pd.DataFrame:
    """Return the entrant's books: one row per future, market (and ``HQ``), week and account that moved."""
    cents = np.ascontiguousarray(records.ledger.transpose(1, 2, 0, 3))
    future, entity, week, account = np.nonzero(cents)
    return pd.DataFrame(
        {
            "strategy": _label(setting.strategies, np.full(len(week), setting.strategies.index(records.strategy))),
            "replication": np.array(records.replications, dtype=np.int64)[future],
            "market": _label((*records.markets, HEADQUARTERS), entity),
            "week": week.astype(np.int64),
            "account": _label(ACCOUNT_NAMES, account),
            "amount_cents": cents[future, entity, week, account],
        }
    )
