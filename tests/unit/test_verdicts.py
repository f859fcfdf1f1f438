"""The rules of the verdicts, at their edges; numbers by hand from the wording of the rules."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.trends.claim import Estimate
from simulator.trends.verdict import AtLeast, Direction, Factor, Point, Untested, Within

REPRODUCED, PARTLY, NOT, UNTESTED = "reproduced", "partly", "not reproduced", "not tested"


@pytest.mark.parametrize(
    ("rule", "mean", "low", "high", "verdict"),
    [
        # a point: 15 % of it on both sides, whatever the interval says
        (Point(-0.22), -0.22, -0.5, 0.1, REPRODUCED),
        (Point(-0.20), -0.171, -0.18, -0.16, REPRODUCED),
        (Point(-0.20), -0.169, -0.18, -0.16, PARTLY),
        (Point(-0.20), -0.231, -0.24, -0.22, PARTLY),
        # partly: the sign for sure and a third of the size, or the claim in the interval
        (Point(0.30), 0.11, 0.05, 0.17, PARTLY),
        (Point(0.30), 0.09, 0.05, 0.13, NOT),
        (Point(0.30), 0.09, 0.05, 0.31, PARTLY),
        (Point(0.30), 0.20, -0.01, 0.41, NOT),  # a wide interval is not rewarded
        (Point(0.30), -0.30, -0.31, -0.29, NOT),
        # a bound from below: the mean above it, the interval not far below
        (AtLeast(1.0), 1.0, 0.85, 1.2, REPRODUCED),
        (AtLeast(1.0), 1.3, 0.84, 1.7, PARTLY),
        (AtLeast(1.0), 0.99, 0.98, 1.0, PARTLY),
        (AtLeast(1.0), 0.32, 0.31, 0.33, NOT),
        (AtLeast(0.3), 0.29, -0.1, 0.7, NOT),
        # a range: the mean inside
        (Within(0.1, 0.3), 0.1, 0.0, 0.2, REPRODUCED),
        (Within(0.1, 0.3), 0.04, 0.03, 0.05, PARTLY),
        (Within(0.1, 0.3), 0.03, 0.02, 0.04, NOT),
        (Within(0.1, 0.3), 0.5, 0.4, 0.6, PARTLY),
        # a factor
        (Factor(773.0, 3.0), 258.0, 250.0, 266.0, REPRODUCED),
        (Factor(773.0, 3.0), 2400.0, 2300.0, 2500.0, PARTLY),
        (Factor(773.0, 3.0), 7000.0, 6900.0, 7100.0, NOT),
        (Factor(773.0, 3.0), 200.0, 150.0, 250.0, PARTLY),
        (Factor(773.0, 3.0), 80.0, 70.0, 90.0, NOT),
        (Factor(773.0, 3.0), 500.0, -100.0, 1100.0, NOT),
        # directions: the whole interval on the right side, or the mean alone
        (Direction(+1), 0.1, 0.01, 0.2, REPRODUCED),
        (Direction(+1), 0.1, -0.01, 0.2, PARTLY),
        (Direction(+1), 0.1, 0.0, 0.2, PARTLY),
        (Direction(+1), -0.1, -0.2, 0.01, NOT),
        (Direction(-1), -0.1, -0.2, -0.01, REPRODUCED),
        (Direction(-1), -0.1, -0.2, 0.01, PARTLY),
        (Direction(-1), 0.0, 0.0, 0.0, NOT),
        (Direction(+1), math.nan, math.nan, math.nan, NOT),
        (Untested(5.0), 5.0, 5.0, 5.0, UNTESTED),
    ],
)
def test_a_verdict_follows_the_stated_rule(rule, mean: float, low: float, high: float, verdict: str) -> None:
    assert rule.judge(mean, low, high) == verdict


def test_claims_are_numbers_for_points_and_text_for_all_else() -> None:
    assert Point(-0.22).claimed == -0.22
    assert AtLeast(0.3).claimed == ">= 0.30"
    assert Within(0.1, 0.3).claimed == "0.10 ... 0.30"
    assert (Direction(+1).claimed, Direction(-1).claimed) == ("> 0", "< 0")
    assert all(isinstance(rule.claimed, str) for rule in (AtLeast(1.0), Within(0.0, 1.0), Factor(1.0, 3.0)))


def test_people_read_a_claim_in_the_unit_of_its_figure() -> None:
    def percent(value: float) -> str:
        return f"{100 * value:.0f} %"

    rules = (Point(0.3), AtLeast(0.3), Within(0.1, 0.3), Factor(2.0, 3.0), Direction(-1), Untested())
    words = ("30 %", "≥ 30 %", "10 % … 30 %", "200 % ×/÷ 3", "< 0", "")
    assert tuple(rule.written(percent) for rule in rules) == words


def test_an_estimate_leaves_out_futures_in_which_it_is_undefined() -> None:
    found = Estimate.of(np.array([1.0, np.nan, 3.0]))
    # mean 2, sd sqrt(2), Student's t with one degree of freedom 12.706
    assert found.mean == 2.0
    assert found.high - found.mean == pytest.approx(12.7062 * math.sqrt(2.0) / math.sqrt(2.0), rel=1e-4)
    assert math.isnan(Estimate.of(np.array([np.nan])).mean)


def test_a_share_of_people_has_the_error_of_their_number() -> None:
    found = Estimate.of_people(np.full(32, 0.5), people=10_000)
    assert found.high - found.mean == pytest.approx(1.96 * 0.005, rel=1e-4)
    spread = Estimate.of_people(np.array([0.4, 0.6] * 16), people=10**9)
    assert spread.high - spread.mean == pytest.approx(1.96 * np.std([0.4, 0.6] * 16, ddof=1) / math.sqrt(32), rel=1e-3)


@pytest.mark.parametrize(
    "rule", [Point(0.3), Point(-0.22), AtLeast(0.5), Within(0.1, 0.3), Factor(773.0, 3.0), Direction(+1), Direction(-1)]
)
def test_a_mean_meets_its_rule_where_the_band_says_so(rule) -> None:
    """With an interval of no width; the edges themselves may fall to either side by rounding."""
    least, most = rule.band
    size = max(abs(end) for end in (least, most) if math.isfinite(end)) or 1.0
    for mean in np.linspace(-5.0 * size, 5.0 * size, 401):
        if min(abs(mean - least), abs(mean - most)) > 1e-9 * size:
            assert (rule.judge(mean, mean, mean) == REPRODUCED) == (least < mean < most), mean


def test_what_is_not_judged_has_no_band() -> None:
    assert Untested(0.3).band is None
