"""How people buy, told from a table of orders: simulated ones, or those of a real panel.

A table needs the columns of `orders.parquet` that a measure reads: `replication, market, consumer` say who bought,
`week`, `offer` and `price_usd` what, `promised_days, delivery_days, stars` how it came. A need that bought nothing has
no offer. Archetypes stand for several brands each, so their buyers' loyalty is an upper bound of a brand's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.scorecard.demand import rank_correlation
from simulator.scorecard.pattern import Estimate

Floats = NDArray[np.float64]

BUYER = ["replication", "market", "consumer"]
YEAR = 52
LEAST = 25
"""Buyers of a brand, deliveries over a lane, reviews of a kind: fewer tell nothing."""
TOP = 0.2


def purchases(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the needs that bought something, names as plain text."""
    bought = orders[orders["offer"].notna()]
    return bought.assign(market=bought["market"].astype(str), offer=bought["offer"].astype(str))


# ------------------------------------------------------------------------------------- who buys how often
def double_jeopardy(orders: pd.DataFrame) -> Estimate:
    """Return the rank correlation, over the brands of a market, of how many people buy a brand and how often these
    buy it; mean over markets."""
    tables = _brands(orders)
    found = {market: rank_correlation(*table.T) for market, table in tables.items()}
    return Estimate.of(np.array(list(found.values()), np.float64), found)


def small_brand_frequency(orders: pd.DataFrame) -> Estimate:
    """Return purchases per buyer of the smaller half of a market's brands over those of the larger half, mean over
    markets."""
    found = {}
    for market, table in _brands(orders).items():
        by_size = table[np.argsort(table[:, 0])][:, 1]
        half = len(by_size) // 2
        found[market] = float(by_size[:half].mean() / by_size[-half:].mean())
    return Estimate.of(np.array(list(found.values()), np.float64), found)


def _brands(orders: pd.DataFrame) -> dict[str, Floats]:
    """Return buyers and purchases per buyer of the brands of each market that has three or more, float64[n, 2]."""
    bought = purchases(orders)
    counts = bought.groupby([*BUYER, "offer"], sort=False, observed=True).size()
    by_brand = counts.groupby(["market", "offer"], observed=True).agg(["count", "mean"])
    by_brand = by_brand[by_brand["count"] >= LEAST]
    tables = {market: rows.to_numpy(float) for market, rows in by_brand.groupby("market")}
    return {str(market): table for market, table in tables.items() if len(table) >= 3}


def top_share(orders: pd.DataFrame) -> Estimate:
    """Return the share of spend by the fifth of a market's buyers who spend most, mean over futures and markets; by
    market, and the Gini index beside."""
    spent = purchases(orders).groupby(BUYER, sort=False, observed=True)["price_usd"].sum()
    places = spent.groupby(["replication", "market"])
    shares = places.apply(lambda each: top(each.to_numpy(float)))
    parts = {str(market): float(value) for market, value in shares.groupby("market").mean().items()}
    parts["gini"] = float(places.apply(lambda each: gini(each.to_numpy(float))).mean())
    by_future = shares.groupby("replication").mean()
    return Estimate.of(np.asarray(by_future, np.float64), parts)


def top(spent: Floats, share: float = TOP) -> float:
    """Return what the top share of people spend of all; the person on the border counts in part."""
    ordered = np.sort(spent)[::-1]
    whole, rest = divmod(share * len(ordered), 1.0)
    border = ordered[int(whole)] * rest if int(whole) < len(ordered) else 0.0
    return float((ordered[: int(whole)].sum() + border) / ordered.sum()) if ordered.sum() > 0.0 else float("nan")


def gini(spent: Floats) -> float:
    """Return the Gini index of what people spend: 0 where all spend the same."""
    ordered = np.sort(spent)
    n = len(ordered)
    if not n or ordered.sum() <= 0.0:
        return float("nan")
    return float((2.0 * np.arange(1, n + 1) - n - 1.0) @ ordered / (n * ordered.sum()))


def once_share(orders: pd.DataFrame) -> Estimate:
    """Return the share of an offer's buyers of the last year who bought it once in it, all buyers of offers together;
    mean over futures, and by offer."""
    bought = purchases(orders)
    year = bought[bought["week"] > bought["week"].max() - YEAR]
    counts = year.groupby([*BUYER, "offer"], sort=False, observed=True).size()
    return _share(counts == 1)


def repeat_buyers(orders: pd.DataFrame) -> Estimate:
    """Return the share of an offer's buyers who buy it again within a year of the first time that is seen, of those
    who are seen for a year afterwards; mean over futures, and by offer."""
    bought = purchases(orders)
    last = bought["week"].max()
    weeks = bought.sort_values("week", kind="stable").groupby([*BUYER, "offer"], sort=False, observed=True)["week"]
    first, second = weeks.nth(0), weeks.nth(1)
    key = bought.set_index([*BUYER, "offer"]).index
    seen = pd.Series(first.to_numpy(), index=key[bought.index.get_indexer(first.index)])
    again = pd.Series(second.to_numpy(), index=key[bought.index.get_indexer(second.index)])
    seen = seen[seen <= last - YEAR]
    return _share((again.reindex(seen.index) - seen) <= YEAR)


def repeat_share(orders: pd.DataFrame) -> Estimate:
    """Return the share of the purchases of the second year whose offer the buyer had bought before; mean over futures,
    and by offer."""
    bought = purchases(orders).sort_values("week", kind="stable")
    again = bought.groupby([*BUYER, "offer"], sort=False, observed=True).cumcount() > 0
    again.index = pd.MultiIndex.from_frame(bought[[*BUYER, "offer"]])
    return _share(again[(bought["week"] >= YEAR).to_numpy()])


def _share(flags: pd.Series) -> Estimate:
    """Return the mean over futures of a share of (buyer, offer) or purchases, and the share by offer."""
    values = flags.astype(float)
    by_future = values.groupby("replication").mean()
    by_offer = values.groupby("offer").agg(["mean", "count"])
    parts = by_offer.loc[by_offer["count"] >= LEAST, "mean"]
    return Estimate.of(np.asarray(by_future, np.float64), {str(offer): float(value) for offer, value in parts.items()})


# -------------------------------------------------------------------------------------- delivery and stars
def delivery_log_skew(orders: pd.DataFrame) -> Estimate:
    """Return the skewness of log days within a lane, mean over lanes (market and promise), and by market."""
    return _skewness(orders, logs=True)


def delivery_skew(orders: pd.DataFrame) -> Estimate:
    """Return the skewness of days within a lane, mean over lanes, and by market."""
    return _skewness(orders, logs=False)


def _skewness(orders: pd.DataFrame, logs: bool) -> Estimate:
    """Lanes are told by what is promised: closed airports move promise and parcel alike."""
    bought = purchases(orders)
    days = np.log(bought["delivery_days"]) if logs else bought["delivery_days"]
    lanes = days.groupby([bought["replication"], bought["market"], bought["promised_days"].round(6)])
    found = lanes.agg(["count", "skew"])
    found = found[found["count"] >= LEAST]
    by_market = found.groupby("market")["skew"].mean()
    by_future = found.groupby("replication")["skew"].mean()
    return Estimate.of(
        np.asarray(by_future, np.float64), {str(code): float(value) for code, value in by_market.items()}
    )


def five_over_four(orders: pd.DataFrame) -> Estimate:
    """Return how many reviews of 5 stars there are to one of 4, pooled; and the share of each number of stars."""
    return _stars(orders, 5, 4)


def one_over_two(orders: pd.DataFrame) -> Estimate:
    """Return how many reviews of 1 star there are to one of 2, pooled; and the share of each number of stars."""
    return _stars(orders, 1, 2)


def _stars(orders: pd.DataFrame, one: int, other: int) -> Estimate:
    given = orders.dropna(subset=["stars"])
    counts = pd.crosstab(given["replication"], given["stars"].astype(int)).reindex(columns=range(1, 6), fill_value=0)
    if not len(counts):
        return Estimate(float("nan"))
    shares = counts.sum() / max(counts.to_numpy().sum(), 1)
    parts = {str(stars): float(share) for stars, share in shares.items()}
    return Estimate.pooled(np.divide, counts[one].to_numpy(), counts[other].to_numpy(), parts=parts)


def late_drop(orders: pd.DataFrame) -> Estimate:
    """Return how many stars fewer a parcel gets that comes after its promise, pooled; and the mean stars."""
    given, late = _reviewed(orders)
    return _difference(given, ~late, late, ("on_time", "late"))


def early_gain(orders: pd.DataFrame) -> Estimate:
    """Return how many stars more the earlier half of the parcels within their promise gets than the later half."""
    given, late = _reviewed(orders)
    kept = given[~late]
    before = kept["promised_days"] - kept["delivery_days"]
    lane = before.groupby([kept["market"].astype(str), kept["promised_days"].round(6)])
    early = before > lane.transform("median")
    return _difference(kept, early, ~early, ("early", "in_time"))


def _reviewed(orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    given = orders.dropna(subset=["stars"])
    return given, given["delivery_days"] > given["promised_days"]


def _difference(given: pd.DataFrame, one: pd.Series, other: pd.Series, names: tuple[str, str]) -> Estimate:
    """Return the difference of the mean stars of two kinds of reviews, pooled."""
    futures = given["replication"]
    if min(one.sum(), other.sum()) < LEAST:
        return Estimate(float("nan"))
    stars = given["stars"].astype(float)
    index = np.unique(futures)
    sums = []
    for side in (one, other):
        grouped = stars[side].groupby(futures[side])
        sums += [grouped.agg(how).reindex(index, fill_value=0).to_numpy(float) for how in ("sum", "count")]
    means = [float(sums[i].sum() / sums[i + 1].sum()) for i in (0, 2)]
    return Estimate.pooled(lambda a, b, c, d: a / b - c / d, *sums, parts=dict(zip(names, means, strict=True)))
