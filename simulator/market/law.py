"""The law of each future: the dated rules of a market, and rules that a scenario puts in force."""

from __future__ import annotations

from simulator import calendar
from simulator.batch import Batch
from simulator.regulations import MarketRules, amended, regulations
from simulator.shocks import Shocks


def law(batch: Batch, shocks: Shocks) -> dict[tuple[int, int], MarketRules]:
    """Return row of a future and of a market -> the rules there, where a rule event changes them."""
    out: dict[tuple[int, int], MarketRules] = {}
    start, weeks = batch.scenario.start, batch.scenario.weeks
    for rule in shocks.rules:
        for f in range(len(batch.futures)):
            first, last = int(rule.start[f]), int(rule.end[f])
            if first >= weeks or last <= 0:
                continue
            end = calendar.monday(start, last) if last < weeks else None
            for m in rule.markets:
                rules = out.get((f, m)) or regulations(batch.codes[m])
                day = calendar.monday(start, max(first, 0))
                out[f, m] = amended(batch.codes[m], rule.key, day, end, rules)
    return out
