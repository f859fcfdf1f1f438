"""A condition on what comes out of a run: ``localised.US:profit_usd < -50000``, as ``run --fail-if`` takes it.

It speaks of the mean over the futures in which the outcome is defined, of ``ALL`` markets unless one is named, and of
any strategy unless one is named.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from simulator.errors import UsageError
from simulator.scenario.names import Outcome, allowed

if TYPE_CHECKING:
    import pandas as pd

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
}  # fmt: skip

FORM = "[strategy.][market:]outcome OP number, such as 'localised.US:profit_usd < -50000'"
ALL = "ALL"

OF_THE_FIRM = ("roi", "peak_funding_usd", "min_cash_usd", "insolvent")
"""Outcomes that stand on the rows ``ALL`` alone."""

_PARTS = re.compile(
    r"\s*(?:(?P<strategy>[^.:<>=!\s]*)\s*\.)?\s*(?:(?P<market>[^.:<>=!\s]*)\s*:)?\s*(?P<outcome>[^.:<>=!\s]*)\s*"
    r"(?P<sign>[<>=!]+)\s*(?P<number>\S*)\s*"
)


@dataclass(frozen=True)
class Finding:
    """What a condition says of one strategy."""

    strategy: str
    mean: float
    """Over futures; nan where the outcome is defined in none."""
    met: bool


@dataclass(frozen=True)
class Condition:
    """One comparison of a mean outcome with a number."""

    text: str
    strategy: str | None
    """None: any."""
    market: str
    outcome: str
    sign: str
    number: float

    def judge(self, summary: pd.DataFrame) -> tuple[Finding, ...]:
        """Return what holds for each strategy that the condition speaks of.

        Parameters
        ----------
        summary
            Table of outcomes, strategies × markets (and ``ALL``) × futures.
        """
        from simulator.experiments.futures import by_future

        values = by_future(summary[summary["market"] == self.market], (self.outcome,))
        means = values.groupby("strategy", sort=False)[self.outcome].mean()
        chosen = means if self.strategy is None else means[means.index == self.strategy]
        compare = OPERATORS[self.sign]
        return tuple(
            Finding(str(name), float(mean), not math.isnan(mean) and compare(float(mean), self.number))
            for name, mean in chosen.items()
        )


def parse(text: str, strategies: Sequence[str], markets: Sequence[str]) -> Condition:
    """Return a condition; UsageError with what was read, what is allowed and the closest name otherwise."""
    found = _PARTS.fullmatch(text)
    if found is None:
        raise _wrong(text, f"allowed: {FORM}")
    strategy, market, outcome, sign, number = found.group("strategy", "market", "outcome", "sign", "number")
    outcomes = get_args(Outcome)
    if outcome not in outcomes:
        raise _wrong(text, f"unknown outcome {outcome!r}; {allowed(outcome, outcomes)}")
    if strategy is not None and strategy not in strategies:
        raise _wrong(text, f"unknown strategy {strategy!r}; {allowed(strategy, strategies)}")
    if market is not None and market not in (*markets, ALL):
        raise _wrong(text, f"unknown market {market!r}; {allowed(market, (*markets, ALL))}")
    if market not in (None, ALL) and outcome in OF_THE_FIRM:
        raise _wrong(text, f"{outcome} is a figure of the firm; leave the market out")
    if sign not in OPERATORS:
        raise _wrong(text, f"read the operator {sign!r}; allowed: {', '.join(OPERATORS)}")
    return Condition(text.strip(), strategy, market or ALL, outcome, sign, _number(text, number))


def _number(text: str, word: str) -> float:
    if word.endswith("%"):
        raise _wrong(text, f"read the number {word!r}; shares are written as 0.25, not 25%")
    try:
        number = float(word) if "_" not in word else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(text, f"read the number {word!r}; allowed: a number such as -50000, 0.25 or 1e6")
    return number


def _wrong(text: str, message: str) -> UsageError:
    return UsageError(f"--fail-if {text!r}: {message}")
