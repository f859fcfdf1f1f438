"""Trend 1: what people say they would pay for health and green goods, and what happens at those prices."""

from __future__ import annotations

from simulator.consumers.population import HEALTH
from simulator.trends import measures
from simulator.trends.claim import Estimate, Part, Unit
from simulator.trends.paired import paired
from simulator.trends.verdict import AtLeast, Direction, Point, Within
from simulator.trends.worlds import Question, Worlds

PREMIUM, GREENER = Question("premium"), Question("green")
STATED = PREMIUM.but({"behaviour.say_do_share": 1.0})


def _kept(question: Question, dearer: int) -> Part:
    """Return the part on demand at a premium against the plain product."""
    key, names = "4_stated" if question == STATED else "4_revealed", {"premium": f"{dearer} %"}
    sides = (question, f"plus_{dearer}"), (question, "plain")
    return paired(key, 1, "emergent", AtLeast(1.0), "ratio", *sides, measures.wanted(measures.YEAR), names)


def _percentile(share: float) -> Part:
    """Return the part on a percentile of the stated premium."""

    def measure(worlds: Worlds) -> Estimate:
        return worlds.people(PREMIUM).percentile(HEALTH, share)

    rule, names = Within(0.10, 0.30), {"p": f"{100 * share:.0f}"}
    return Part("3_percentile", 3, 1, "recovered input", rule, "share", PREMIUM.path, measure=measure, names=names)


def _mark(key: str, rule: Direction, unit: Unit, measure: measures.Measure) -> Part:
    """Return the part on a figure of the marked product against the same one without a mark."""
    return paired(key, 1, "emergent", rule, unit, (PREMIUM, "marked"), (PREMIUM, "later"), measure)


PARTS: tuple[Part, ...] = (
    Part("2_stated", 2, 1, "recovered input", Point(0.73), "share", PREMIUM.path,
         measure=lambda worlds: worlds.people(PREMIUM).state(HEALTH)),
    _percentile(0.1), _percentile(0.9),
    *(_kept(question, dearer) for question in (STATED, PREMIUM) for dearer in (10, 20, 30)),
    Part("5_equal", 5, 1, "recovered input", Point(0.63), "share", GREENER.path,
         measure=lambda worlds: worlds.people(GREENER).prefer_green(0.0)),
    Part("5_dearer", 5, 1, "emergent", Point(0.63), "share", GREENER.path,
         measure=lambda worlds: worlds.people(GREENER).prefer_green(0.10)),
    _mark("7_conversion", Direction(+1), "change", measures.conversion_in("DE")),
    _mark("7_first", Direction(+1), "change", measures.wanted_first("DE", 13)),
    _mark("7_trust", Direction(-1), "points", measures.lost_to("trust", "DE")),
    _mark("7_late", Direction(+1), "change", measures.conversion_in("US")),
)  # fmt: skip
