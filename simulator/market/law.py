"""The law of each future: the dated rules of a market, those that a scenario adds, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator import calendar
from simulator.batch import Batch
from simulator.regulations import MarketRules, amended, optional_rule, regulations
from simulator.shocks import Floats, Ints, RuleInForce, Shocks
from simulator.terms import TradeTerms


def law(batch: Batch, rules: Sequence[RuleInForce], weeks: int) -> dict[tuple[int, int], MarketRules]:
    """Return row of a future and of a market -> the rules there, where a rule event changes them within `weeks`."""
    out: dict[tuple[int, int], MarketRules] = {}
    start = batch.scenario.start
    for rule in rules:
        until = optional_rule(rule.key).until
        for f in range(len(batch.futures)):
            first, last = int(rule.start[f]), int(rule.end[f])
            if first >= weeks or last <= 0:
                continue
            day = calendar.monday(start, max(first, 0))
            end = calendar.monday(start, last) if last < weeks else until
            if until is not None:
                if until <= day:
                    continue  # drawn so late that the rule would be over
                end = min(end, until) if end is not None else until
            for m in rule.markets:
                held = out.get((f, m)) or regulations(batch.codes[m])
                out[f, m] = amended(batch.codes[m], rule.key, day, end, held)
    return out


@dataclass(frozen=True, eq=False)
class Foresight:
    """What sellers know of the duties to come: the dated law, what holds, and what was announced."""

    base: TradeTerms
    """The dated law alone, beyond the last week of the run."""
    rules: tuple[tuple[Ints, Floats], ...]
    """Rule events: first week in which sellers know, int64[F], and change of the duty on stock, float64[W, F, M]."""
    shocks: Shocks

    @classmethod
    def of(cls, batch: Batch, shocks: Shocks, duty_share: Floats, weeks: int) -> Foresight:
        """Return the foresight of a batch over so many weeks."""
        start, codes = batch.scenario.start, batch.codes
        before = base = TradeTerms.of(start, weeks, codes, duty_share)
        changes = []
        for k, rule in enumerate(shocks.rules):
            after = TradeTerms.of(start, weeks, codes, duty_share, law(batch, shocks.rules[: k + 1], weeks))
            changes.append((rule.announced, after.duty_share - before.duty_share))
            before = after
        return cls(base, tuple(changes), shocks)

    def duty(self, week: int, arrival: Ints) -> Floats:
        """Return the duty that sellers expect in `week` on stock that arrives in `arrival` int64[M], float64[F, M]."""
        markets = np.arange(len(arrival))
        expected = self.base.duty_share[arrival, :, markets].T
        for announced, change in self.rules:
            expected = expected + np.where(announced[:, None] <= week, change[arrival, :, markets].T, 0.0)
        known = self.shocks.known_duty_change(week, arrival)
        known = known * (1.0 + self.base.border_tax_share[arrival, :, markets].T)
        return np.ascontiguousarray(np.maximum(expected + known, 0.0))
