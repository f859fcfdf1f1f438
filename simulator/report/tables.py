"""From the tables of a run to the few numbers that a page shows: pure functions of frames."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd

from simulator.comparison import CONFIDENCE, interval, student
from simulator.outcomes import ALL, HEADQUARTERS, NO_ENTRY
from simulator.views import ENTRANT

RANGE = (0.10, 0.90)
"""Quantiles of futures that a band or range shows: 80 % of them lie inside."""

MOST_POINTS = 4_000

BARRIERS = ("device", "payment", "language", "compliance")
OFFER = ("price", "delivery", "trust", "features")
REASONS = (*BARRIERS, "stock", *OFFER)
"""Stages that a seller can do something about, in the order in which a need meets them."""

STEPS = {
    "sales": ("sales",),
    "refunds": ("refunds", "returns_handling", "refused_parcels"),
    "business": ("business_sales", "business_goods", "business_costs"),
    "goods": ("cost_of_goods",),
    "parcels": ("parcel_freight", "parcel_duty"),
    "platform": ("commission", "payment_fees"),
    "warehouse": ("fulfilment", "storage"),
    "advertising": ("advertising",),
    "environment": ("packaging", "carbon_border"),
    "write_downs": ("write_downs",),
    "setup": (
        "setup", "approvals", "certificates", "localisation", "payment_setup", "storefront", "returns_service",
        "local_stock",
    ),
    "compliance": ("compliance", "fines"),
    "people": ("salaries", "software", "design"),
    "overhead": ("overhead", "headquarters", "logistics"),
    "interest": ("interest",),
}  # fmt: skip
"""Steps from sales to profit: accounts of the income statement, each in exactly one."""


def strategies(summary: pd.DataFrame, comparison: pd.DataFrame) -> pd.DataFrame:
    """Return one row per strategy, in the order of the scenario.

    Columns: strategy, n, profit, low, high (95 % interval of the mean), p10, p90, p_loss, p_best, difference,
    difference_low, difference_high, payback_week (median of the futures that pay back), payback_share,
    peak_funding_usd, insolvent_share.
    """
    rows = []
    paired = comparison[(comparison.market == ALL) & (comparison.outcome == "profit_usd")].set_index("strategy")
    for name, group in summary[summary.market == ALL].groupby("strategy", sort=False, observed=True):
        profit = group.profit_usd.to_numpy(dtype=float)
        low, high = interval(profit)
        p10, p90 = np.quantile(profit, RANGE)
        against = paired.loc[name]
        payback = group.payback_week.dropna()
        rows.append(
            {
                "strategy": name,
                "n": len(profit),
                "profit": profit.mean(),
                "low": low,
                "high": high,
                "p10": p10,
                "p90": p90,
                "p_loss": float((profit < 0).mean()),
                "p_best": against.p_best,
                "difference": against.difference,
                "difference_low": against.low,
                "difference_high": against.high,
                "payback_week": float(payback.median()) if len(payback) else np.nan,
                "payback_share": len(payback) / len(profit),
                "peak_funding_usd": group.peak_funding_usd.mean(),
                "insolvent_share": float(group.insolvent.mean()),
            }
        )
    return pd.DataFrame(rows)


def markets(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the means over futures by strategy and market, ``ALL`` last, markets never entered left out."""
    names = ["profit_usd", "revenue_usd", "units", "market_share", "margin_share", "stockout_share", "landed_cost_usd",
             "acos_share", "rating", "awareness_share", "sampling_cv"]  # fmt: skip
    numbers = summary[["strategy", "market", *names]].astype(dict.fromkeys(names, "float64"))
    numbers["p_loss"] = (numbers.profit_usd < 0).astype(float)
    means = numbers.groupby(["strategy", "market"], sort=False, observed=True).mean().reset_index()
    return means[(means.units > 0) | (means.profit_usd != 0) | (means.market == ALL)].reset_index(drop=True)


def cash(weekly: pd.DataFrame) -> pd.DataFrame:
    """Return the firm's cash by strategy and week over futures: median, p10, p90, thousand USD."""
    own = weekly[(weekly.seller == ENTRANT) & (weekly.market == ALL) & (weekly.strategy != NO_ENTRY)]
    grouped = own.groupby(["strategy", "week", "date"], observed=True, sort=False)["cash_usd"]
    table = (grouped.quantile(np.array([RANGE[0], 0.5, RANGE[1]])) / 1e3).unstack()
    table.columns = pd.Index(["p10", "median", "p90"])
    return thinned(table.reset_index())


def thinned(table: pd.DataFrame) -> pd.DataFrame:
    """Return what a chart takes, 5,000 rows: of long runs with many lines every second, third, ... week."""
    step = -(-len(table) // MOST_POINTS)
    return table[table.week % step == 0] if step > 1 else table


def lookers(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return needs by strategy, market and stage, summed over futures and segments; stages are columns."""
    table = funnel.groupby(["strategy", "market", "stage"], observed=True, sort=False)["needs"].sum().unstack("stage")
    found: pd.DataFrame = table.astype(float).reset_index()
    return found


def lost_sales(funnel: pd.DataFrame) -> pd.DataFrame:
    """Return the sales lost per 100 units sold by strategy and reason.

    A blocked need is no lost sale yet: it counts at the conversion of the needs that passed the barriers in the same
    market. The reasons of the offer are lost sales already. Strategies without a sale have no rows.
    """
    needs = lookers(funnel)
    every = needs.drop(columns=["strategy", "market"])
    lost = every[list(REASONS)].to_numpy(copy=True)
    sold, stock, unaware = (every[stage].to_numpy() for stage in ("sale", "stock", "unaware"))
    blocked = lost[:, : len(BARRIERS)]
    passed = every.to_numpy().sum(axis=1) - unaware - blocked.sum(axis=1)
    blocked *= np.divide(sold + stock, passed, out=np.zeros_like(sold), where=passed > 0)[:, None]
    strategy, names = pd.factorize(needs["strategy"])
    total = np.zeros((len(names), len(REASONS) + 1))
    np.add.at(total, strategy, np.column_stack([lost, sold]))
    names, total = names[total[:, -1] > 0], total[total[:, -1] > 0]
    return pd.DataFrame(
        {
            "strategy": np.tile(np.asarray(names, object), len(REASONS)),
            "stage": np.repeat(REASONS, len(names)),
            "lost": (total[:, :-1] / total[:, -1:] * 100.0).T.ravel(),
            "kind": np.repeat([_kind(stage) for stage in REASONS], len(names)),
        }
    )


def _kind(stage: str) -> str:
    return "barrier" if stage in BARRIERS else "supply" if stage == "stock" else "offer"


def looked_shares(funnel: pd.DataFrame) -> tuple[float, float]:
    """Return the share of needs that never met the offer, and of the others the share that wanted it."""
    needs = lookers(funnel).drop(columns=["strategy", "market"]).sum()
    whole = float(needs.sum())
    looked = whole - float(needs["unaware"])
    wanted = float(needs["sale"] + needs["stock"])
    return (float(needs["unaware"]) / whole if whole else np.nan), (wanted / looked if looked else np.nan)


def waterfall(ledger: pd.DataFrame, summary: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the steps from sales to profit of some strategies: mean over futures, thousand USD.

    Columns: strategy, step, amount, start, end; the last step is the profit, from 0.
    """
    futures = summary[summary.market == ALL].groupby("strategy", observed=True).size()
    totals = ledger.groupby(["strategy", "account"], observed=True)["amount_cents"].sum()
    rows = []
    for name in names:
        level = 0.0
        for step, accounts in STEPS.items():
            cents = sum(float(totals.get((name, account), 0)) for account in accounts)
            amount = -cents / 100.0 / 1e3 / futures[name]
            if amount:
                rows.append({"strategy": name, "step": step, "amount": amount, "start": level, "end": level + amount})
            level += amount
        rows.append({"strategy": name, "step": "profit", "amount": level, "start": 0.0, "end": level})
    return pd.DataFrame(rows)


def heat(summary: pd.DataFrame) -> pd.DataFrame:
    """Return mean profit by strategy and market, with the headquarters, thousand USD; null where not entered."""
    means = summary.groupby(["strategy", "market"], sort=False, observed=True)["profit_usd"].mean().unstack() / 1e3
    order = [code for code in dict.fromkeys(summary["market"]) if code != ALL]
    means[HEADQUARTERS] = means[ALL] - means[order].sum(axis=1)
    table = means[[*order, HEADQUARTERS, ALL]].rename_axis(columns="market").reset_index()
    long = table.melt("strategy", var_name="market", value_name="profit")
    # A market that was not entered moved no money at all.
    idle = (long.profit == 0) & ~long.market.isin([ALL, HEADQUARTERS])
    return long.assign(profit=long.profit.mask(idle))


def futures_needed(profits: Sequence[float], half_width_usd: float) -> int:
    """Return the futures after which the 95 % interval of the mean profit is about ± `half_width_usd`.

    The scatter of the futures at hand, two or more, is taken for that of all.
    """
    values = np.asarray(profits, dtype=float)
    if len(values) < 2:
        raise ValueError("two futures or more are needed to know how much they differ")
    if not half_width_usd > 0:
        raise ValueError(f"half_width_usd is {half_width_usd}, must be above 0")
    ratio = float(values.std(ddof=1)) / half_width_usd
    # Student's quantile is always above the normal one, so the search starts below the answer.
    count = max(2, math.ceil((NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * ratio) ** 2))
    while student(count - 1) * ratio > math.sqrt(count):
        count += 1
    return count


GROUPS = ("archetypes", "close", "outside", "leaked", "needs", "other_bidder", "no_bidder")
"""Where units come from, rivals in two groups; the other names are those of `simulator.sources`."""


def sources(frame: pd.DataFrame, archetypes: Collection[str]) -> pd.DataFrame:
    """Return the mean units of each strategy by where they come from, against the world without the entrant.

    Columns: strategy, units, and those of `GROUPS` that any strategy draws from; `archetypes` are the keys of sellers
    that stand for many, all other rivals are close ones.
    """
    shown = frame[(frame.reference == NO_ENTRY) & (frame.market == ALL)]
    names = {name: name for name in GROUPS} | dict.fromkeys(archetypes, "archetypes")
    group = shown.source.map(lambda source: names.get(source, "close"))
    by_group = shown.assign(group=group).pivot_table(
        index="strategy", columns="group", values="units", aggfunc="sum", sort=False
    )
    by_group = by_group.reindex(columns=[name for name in GROUPS if name in by_group.columns]).fillna(0.0)
    by_group.insert(0, "units", by_group.sum(axis=1))
    return by_group.reset_index()
