"""The calendar: weeks and dates, and what a season curve must obey."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import facts
from simulator.calendar import iso_week, monday, season_curve, weeks_in_year
from simulator.scenario.profiles import MarketProfile

START = date(2026, 1, 5)  # ISO week 2 of 2026, a year of 53 weeks


@dataclass(frozen=True)
class Peak:
    iso_weeks: dict[int, int]
    weeks: int = 1
    multiplier: float = 1.5
    event: str = field(default="peak")


def by_year(curve: np.ndarray, start: date) -> dict[int, list[float]]:
    years: dict[int, list[float]] = {}
    for week, value in enumerate(curve):
        years.setdefault(iso_week(monday(start, week))[0], []).append(float(value))
    return years


def whole_years(windows: list[Peak], first: int, last: int, strength: float = 1.0) -> np.ndarray:
    start = date.fromisocalendar(first, 1, 1)
    weeks = sum(weeks_in_year(year) for year in range(first, last + 1))
    return season_curve(windows, start, weeks, strength)


def windows_of(market: str) -> tuple[object, ...]:
    return MarketProfile(**facts.load("markets", market).values).seasonality


def test_weeks_and_days_are_inverse() -> None:
    assert monday(START, 0) == START
    assert iso_week(monday(START, 51)) == (2026, 53)


def test_a_run_starts_on_a_monday() -> None:
    with pytest.raises(ValueError, match="no Monday"):
        monday(date(2026, 1, 6), 0)


@given(st.integers(1950, 2150))
def test_iso_years_tile_the_calendar(year: int) -> None:
    first = date.fromisocalendar(year, 1, 1)
    assert first + timedelta(weeks=weeks_in_year(year)) == date.fromisocalendar(year + 1, 1, 1)


peaks = st.builds(
    Peak,
    st.dictionaries(st.integers(2024, 2030), st.integers(1, 53), min_size=1),
    st.integers(1, 20),
    st.floats(0.3, 4.0),
)


@given(st.lists(peaks, max_size=6), st.integers(2023, 2031), st.floats(0.0, 1.4))
def test_mean_is_one_in_every_year(windows: list[Peak], year: int, strength: float) -> None:
    curve = whole_years(windows, year, year + 2, strength)
    for values in by_year(curve, date.fromisocalendar(year, 1, 1)).values():
        assert np.mean(values) == pytest.approx(1.0, abs=1e-12)
        assert min(values) >= 0.0


@given(st.lists(peaks, max_size=6), st.integers(0, 120), st.integers(1, 120))
def test_a_run_that_covers_part_of_a_year_is_a_cut_of_the_whole(windows: list[Peak], skip: int, weeks: int) -> None:
    whole = whole_years(windows, 2026, 2032)
    start = date.fromisocalendar(2026, 1, 1) + timedelta(weeks=skip)
    assert np.array_equal(season_curve(windows, start, weeks), whole[skip : skip + weeks])


@given(st.lists(peaks, max_size=6))
def test_strength_zero_is_flat(windows: list[Peak]) -> None:
    assert np.array_equal(season_curve(windows, START, 104, 0.0), np.ones(104))


def test_one_window_in_closed_form() -> None:
    curve = whole_years([Peak({2027: 10}, weeks=2, multiplier=2.0)], 2027, 2027)
    mean = (50 + 2 * 2.0) / 52
    assert curve[9] == curve[10] == pytest.approx(2.0 / mean)
    assert curve[8] == curve[11] == pytest.approx(1.0 / mean)


def test_strength_multiplies_the_deviation() -> None:
    curve = whole_years([Peak({2027: 10}, multiplier=1.4)], 2027, 2027, strength=2.0)
    assert curve[9] / curve[8] == pytest.approx(1.8)


def test_overlapping_windows_take_the_larger_deviation_in_any_order() -> None:
    season, peak, dip = Peak({2027: 44}, 9, 1.2), Peak({2027: 47}, 2, 2.1), Peak({2027: 48}, 1, 0.5)
    curve = whole_years([season, peak, dip], 2027, 2027)
    base = curve[0]
    assert curve[43] / base == pytest.approx(1.2)
    assert (
        curve[46] / base == curve[47] / base == pytest.approx(2.1)
    )  # 1.1 above beats .5 below, and nothing multiplies
    np.testing.assert_array_equal(curve, whole_years([dip, peak, season], 2027, 2027))


def test_a_window_runs_over_the_end_of_its_year() -> None:
    windows = [Peak({2026: 53, 2027: 20}, weeks=2)]
    curve = season_curve(windows, date(2026, 12, 28), 3)
    assert curve[0] > 1.0 and curve[1] > 1.0 > curve[2]


def test_years_without_data_use_the_nearest() -> None:
    curve = whole_years([Peak({2026: 10, 2027: 20})], 2024, 2029)
    peaks_at = {year: int(np.argmax(values)) + 1 for year, values in by_year(curve, date(2024, 1, 1)).items()}
    assert peaks_at == {2024: 10, 2025: 10, 2026: 10, 2027: 20, 2028: 20, 2029: 20}


def test_ramadan_moves_through_the_year() -> None:
    window = next(w for w in windows_of("SA") if w.event == "Ramadan")
    starts = [date.fromisocalendar(year, window.iso_weeks[year], 1) for year in range(2024, 2030)]
    for earlier, later in pairwise(starts):
        assert -21 <= (later - earlier).days - 365 <= -7  # 354 or 355 days, in whole weeks
    assert starts[2] <= date(2026, 2, 18) < starts[2] + timedelta(days=7)
    curve = season_curve([window], START, 104)
    first, second = ((day - START).days // 7 for day in (date(2026, 2, 18), date(2027, 2, 8)))
    assert second - first == 51
    assert (curve[[first, first + 3, second, second + 3]] > 1.0).all()
    assert (curve[[first - 1, first + 4, second - 1, second + 4]] < 1.0).all()


@pytest.mark.parametrize("market", facts.available("markets"))
def test_every_market_has_a_plausible_season(market: str) -> None:
    curve = season_curve(windows_of(market), START, 104)
    assert 1.2 < curve.max() < 2.2
    assert 0.5 < curve.min() < 1.0
