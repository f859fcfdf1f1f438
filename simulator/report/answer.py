"""What a screen needs to know of one strategy: the small tables behind the verdict, the cards and the charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulator.comparison import interval
from simulator.outcomes import ALL
from simulator.report import buyers, tables

if TYPE_CHECKING:
    from simulator.engine import Results


@dataclass(frozen=True, eq=False)
class Answer:
    """One strategy in some futures; tables have the columns of the run folder unless they say otherwise."""

    strategy: str
    summary: pd.DataFrame
    """Markets (and ``ALL``) × futures."""
    cash: pd.DataFrame
    """See `tables.cash`."""
    units: pd.DataFrame
    """See `buyers.adoption_table`."""
    funnel: pd.DataFrame
    """market, segment, stage, needs; summed over futures."""
    ledger: pd.DataFrame
    """market, account, amount_cents; summed over weeks and futures."""
    sellers: pd.DataFrame
    """market, seller, week, date, units, price_usd, market_share; means over futures."""

    @classmethod
    def of(cls, strategy: str, frames: Mapping[str, pd.DataFrame]) -> Answer:
        """Return the answer for one strategy of the tables `summary`, `weekly`, `funnel` and `ledger`."""
        # As plain text: what tables of several answers are made of must not differ in kind.
        own = {name: frame[frame["strategy"] == strategy].assign(strategy=strategy) for name, frame in frames.items()}
        weekly = own["weekly"]
        sellers = weekly[weekly["market"] != ALL].groupby(
            ["strategy", "market", "seller", "week", "date"], observed=True, sort=False
        )[["units", "price_usd", "market_share"]]
        return cls(
            strategy=strategy,
            summary=own["summary"].reset_index(drop=True),
            cash=tables.cash(weekly),
            units=buyers.adoption_table(weekly, strategy).assign(strategy=strategy),
            funnel=_summed(own["funnel"], ["strategy", "market", "segment", "stage"], "needs"),
            ledger=_summed(own["ledger"], ["strategy", "market", "account"], "amount_cents"),
            sellers=sellers.mean().reset_index(),
        )

    @classmethod
    def of_results(cls, results: Results, strategy: str) -> Answer:
        """Return the answer for one strategy of a run."""
        return cls.of(strategy, {name: results.tables[name] for name in ("summary", "weekly", "funnel", "ledger")})

    def called(self, name: str) -> Answer:
        """Return the same answer under another name, to stand beside one of the same strategy."""
        tables_ = {each.name: getattr(self, each.name).assign(strategy=name) for each in fields(self)[1:]}
        return Answer(name, **tables_)

    @property
    def firm(self) -> pd.DataFrame:
        """Outcomes of the firm, one row per future."""
        return self.summary[self.summary["market"] == ALL].set_index("replication")

    def figures(self, outcome: str) -> np.ndarray:
        """Return an outcome of the firm by future, float64[F]."""
        return self.firm[outcome].to_numpy(dtype=np.float64)


@dataclass(frozen=True)
class Contrast:
    """An outcome of two answers, future by future."""

    mean: float
    low: float
    high: float
    win_share: float

    @property
    def is_clear(self) -> bool:
        """Say whether the 95 % interval excludes zero."""
        return bool(self.low > 0.0 or self.high < 0.0)


def contrast(here: Answer, there: Answer, outcome: str = "profit_usd") -> Contrast:
    """Return the paired difference `here` − `there` in the futures that both have."""
    both = pd.concat([here.firm[outcome], there.firm[outcome]], axis=1, join="inner").dropna()
    pairs = both.iloc[:, 0].to_numpy(dtype=np.float64) - both.iloc[:, 1].to_numpy(dtype=np.float64)
    if not len(pairs):
        return Contrast(np.nan, np.nan, np.nan, np.nan)
    low, high = interval(pairs)
    return Contrast(float(pairs.mean()), low, high, float((pairs > 0).mean()))


def _summed(frame: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    return frame.groupby(keys, observed=True, sort=False)[value].sum().reset_index()
