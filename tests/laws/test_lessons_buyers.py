"""Lessons of buyers over time: how a novelty spreads, and who buys again, by the textbook and by the engine."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy import special
from scipy.optimize import curve_fit

from simulator import lessons
from simulator.consumers.utilities import gamma_tastes
from simulator.lessons import bass, double_jeopardy
from simulator.lessons.lesson import Measured, compare

SETTINGS: list[tuple[str, dict[str, str]]] = [
    ("bass", {}),
    ("bass", {"years": "15", "consumers": "5000"}),
    ("bass", {"p": "0.2", "q": "0", "consumers": "10000"}),  # nobody imitates: most adopt at the start
    ("bass", {"p": "0.3", "q": "0.3", "years": "5", "consumers": "10000"}),  # the peak leaves the start
    ("bass", {"p": "1", "q": "5", "years": "1", "consumers": "10000"}),  # a fad
    ("bass", {"p": "0.001", "q": "0.5", "years": "20", "consumers": "60000"}),  # few begin it
    ("bass", {"p": "0.5", "q": "1.5", "consumers": "2000"}),  # all have adopted long before the end
    ("bass", {"p": "0.002", "q": "0.25", "years": "40", "consumers": "20000"}),
    ("double_jeopardy", {}),
    ("double_jeopardy", {"shares": "[0.5, 0.3, 0.2]", "penetration": "0.9", "rate": "10", "switching": "1.2"}),
    ("double_jeopardy", {"shares": "[0.9, 0.02]", "penetration": "0.1", "rate": "2", "switching": "0.5"}),  # loyal
    ("double_jeopardy", {"shares": "[0.3, 0.3, 0.2, 0.1, 0.1]", "penetration": "0.5", "rate": "3", "switching": "20"}),
    ("double_jeopardy", {"penetration": "0.2", "rate": "1.2"}),  # many buy once
    ("double_jeopardy", {"penetration": "0.95", "rate": "20"}),  # and heavy buyers
    ("double_jeopardy", {"shares": "[0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]", "consumers": "5000"}),
]


@pytest.mark.parametrize(("name", "given_settings"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_lesson_meets_its_closed_form(name: str, given_settings: Mapping[str, str]) -> None:
    played = lessons.play(name, given_settings)
    assert played.ok, [check for check in played.checks if not check.ok]


# ----------------------------------------------------------------------------------------------- diffusion
@pytest.fixture(scope="module")
def diffusion() -> dict[str, Measured]:
    """Play the lesson as it is."""
    return bass.simulated(bass.Bass())


def missed(textbook: Mapping[str, float], measured: Mapping[str, Measured]) -> set[str]:
    """Return the checks that fail."""
    return {check.name for check in compare(textbook, measured) if not check.ok}


@pytest.mark.parametrize("change", [{"p": 0.036}, {"p": 0.025}, {"q": 0.42}, {"q": 0.34}])
def test_another_curve_fails_the_bass(change: dict[str, float], diffusion: dict[str, Measured]) -> None:
    textbook = bass.expected(bass.Bass().model_copy(update=change))
    assert {"adopted_share_6", "adopted_share_7"} <= missed(textbook, diffusion)


def test_a_curve_without_imitators_or_without_innovators_fails_the_bass(diffusion: dict[str, Measured]) -> None:
    """The exponential curve of q = 0, and the logistic one that meets Bass's after ten years, begun by as many."""
    alone = missed(bass.expected(bass.Bass(q=0.0)), diffusion)
    assert {"peak_time_years", "peak_rate_share", "adopted_share_3", "adopted_share_10"} <= alone
    right = bass.expected(bass.Bass())
    odds = [right[f"adopted_share_{year}"] / (1.0 - right[f"adopted_share_{year}"]) for year in (1, 10)]
    pace = np.log(odds[1] / odds[0]) / 9.0
    logistic = {f"adopted_share_{y}": 1.0 / (1.0 + np.exp(-pace * (y - 1.0)) / odds[0]) for y in range(1, 11)}
    assert {"adopted_share_3", "adopted_share_4"} <= missed(logistic, diffusion)


@pytest.mark.parametrize(
    ("p", "q", "years", "consumers"), [(0.03, 0.38, 10, 2000), (0.02, 0.5, 10, 2500), (0.2, 0, 5, 1000)]
)
def test_luck_stays_within_its_tolerance_and_nearly_fills_it(p: float, q: float, years: int, consumers: int) -> None:
    """The process of Bass's people, drawn in numpy a thousand times: each share and the peak, four standard errors."""
    given, runs, rng = bass.Bass(p=p, q=q, years=years, consumers=consumers), 1000, np.random.default_rng(1)
    steps, fine = given.steps_a_year, 8
    owners, paths = np.zeros(runs, np.int64), np.zeros((years * steps, runs))
    for step in range(years * steps * fine):
        hazard = (p + q * owners / consumers) / steps / fine
        owners += rng.binomial(consumers - owners, -np.expm1(-hazard))
        paths[step // fine] = owners / consumers
    blur, textbook = bass._tolerances(given), bass.expected(given)
    shares = paths[steps - 1 :: steps]
    wrong = shares - np.array([[textbook[f"adopted_share_{year}"]] for year in range(1, years + 1)])
    assert (np.abs(wrong) > blur.adopted[:, None]).mean() < 0.001
    assert (np.abs(wrong).max(axis=1) > 0.5 * blur.adopted).all(), "or the tolerance would be too generous"
    smooth = bass._smoother(given) @ np.diff(paths, axis=0, prepend=0.0) * steps
    times = (smooth.argmax(axis=0) + 0.5) / steps
    assert (np.abs(times - textbook["peak_time_years"]) > blur.time).mean() < 0.001
    assert (np.abs(smooth.max(axis=0) - textbook["peak_rate_share"]) > blur.rate).mean() < 0.001


@pytest.mark.parametrize("years", [10, 20, 40])
def test_steps_move_the_curve_by_less_the_shorter_they_are(years: int) -> None:
    given = bass.Bass(years=years)
    times = bass._times(given)
    gap = np.abs(bass._steps(given) - bass.curve(given, times)).max()
    assert gap < 0.01 * years / 40.0, "steps grow with the years"
    assert gap < 0.5 * np.max(4.0 * bass.speed(given, times) * bass._shift(given)), "luck is the larger part"


def test_the_speed_is_that_of_the_curve_and_its_peak_where_it_is_said_to_be() -> None:
    given = bass.Bass(p=0.02, q=0.6)
    fine = np.linspace(0.0, 10.0, 200_001)
    shares = bass.curve(given, fine)
    np.testing.assert_allclose(np.gradient(shares, fine)[1:-1], bass.speed(given, fine)[1:-1], rtol=1e-6)
    np.testing.assert_allclose(bass.speed(given, fine), (1.0 - shares) * (0.02 + 0.6 * shares), rtol=1e-9)
    textbook = bass.expected(given)
    assert fine[bass.speed(given, fine).argmax()] == pytest.approx(textbook["peak_time_years"], abs=1e-4)
    assert bass.speed(given, fine).max() == pytest.approx(textbook["peak_rate_share"], rel=1e-8)


# ----------------------------------------------------------------------------------------- double jeopardy
@pytest.fixture(scope="module")
def brands() -> dict[str, Measured]:
    """Play the lesson as it is."""
    return double_jeopardy.simulated(double_jeopardy.DoubleJeopardy())


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"switching": 3.0}, {"penetration_1", "penetration_2", "rate_1", "rate_2", "rate_3", "rate_4"}),
        ({"switching": 1.3}, {"penetration_1", "penetration_2", "rate_1", "rate_2", "rate_3", "rate_4"}),
        ({"penetration": 0.75}, {"category_penetration", "penetration_1", "category_rate"}),
        ({"rate": 9.0}, {"category_rate", "rate_1"}),
        ({"shares": (0.38, 0.32, 0.12, 0.04)}, {"penetration_1", "penetration_2", "rate_1", "rate_2"}),
    ],
)
def test_another_market_fails_the_double_jeopardy(
    change: dict[str, object], wrong: set[str], brands: dict[str, Measured]
) -> None:
    right = double_jeopardy.DoubleJeopardy()
    rates = {"rate": 6.4 / 0.75} if "penetration" in change else {}  # as many purchases by fewer people
    textbook = double_jeopardy.expected(right.model_copy(update=change | rates))
    assert wrong <= missed(textbook, brands)


def test_people_who_are_all_alike_and_buyers_of_one_brand_fail_the_double_jeopardy(brands: dict[str, Measured]) -> None:
    """Multinomial people buy every brand; if everybody has one brand, small ones are bought as often as large ones."""
    right = double_jeopardy.DoubleJeopardy()
    shares = np.array(right.shares)
    alike = 1.0 - (1.0 + right.mean * shares / right.shape) ** -right.shape  # an NBD for each brand
    textbooks = (alike, right.mean * shares / alike), (right.penetration * shares, np.full(4, right.rate))
    for penetration, rate in textbooks:
        named = {f"penetration_{j}": each for j, each in enumerate(penetration, start=1)}
        named |= {f"rate_{j}": each for j, each in enumerate(rate, start=1)}
        assert missed(named, brands) == set(named)


def test_a_small_brand_that_is_bought_more_often_breaks_the_ranks() -> None:
    given = double_jeopardy.DoubleJeopardy()
    penetration, rate = np.array([0.6, 0.43, 0.25, 0.09]), np.array([4.8, 3.7, 3.1, 2.8])
    assert double_jeopardy._agreement(given, penetration, rate) == Measured(1.0, 0.0)
    assert double_jeopardy._agreement(given, penetration, rate[[0, 1, 3, 2]]).value == pytest.approx(5.0 / 6.0)


def test_the_nbd_has_the_penetration_and_rate_that_are_asked_for() -> None:
    given = double_jeopardy.DoubleJeopardy(penetration=0.35, rate=3.3)
    chances = double_jeopardy._nbd(given)
    assert chances.sum() == pytest.approx(1.0, abs=1e-9)
    assert 1.0 - chances[0] == pytest.approx(0.35, rel=1e-9)
    assert chances @ np.arange(len(chances)) == pytest.approx(0.35 * 3.3, rel=1e-9)


def test_the_closed_form_of_a_brand_is_what_drawn_people_buy() -> None:
    """The definition, drawn in numpy: a Gamma of needs, a Poisson number, a Beta of chances, a binomial part."""
    given = double_jeopardy.DoubleJeopardy(penetration=0.7, rate=5.0, switching=1.5)
    people, rng, share = 400_000, np.random.default_rng(3), 0.25
    needs = rng.poisson(given.mean * rng.gamma(given.shape, 1.0 / given.shape, people))
    chance = rng.beta(given.switching * share, given.switching * (1.0 - share), people)
    bought = rng.binomial(needs, chance)
    theory = double_jeopardy.buyers(given, share, double_jeopardy._nbd(given))
    those = bought[bought > 0]
    assert len(those) / people == pytest.approx(theory.penetration, abs=4.0 * 0.5 / np.sqrt(people))
    assert those.mean() == pytest.approx(theory.rate, abs=4.0 * np.sqrt(theory.variance / len(those)))
    assert those.var() == pytest.approx(theory.variance, rel=0.05)
    assert ((those - those.mean()) ** 3).mean() == pytest.approx(theory.third, rel=0.2)


@pytest.mark.parametrize(("one", "other"), [(0.01, 0.49), (0.06, 1.14), (0.5, 1.5), (0.4, 19.6)])
def test_tables_of_tastes_make_a_dirichlet(one: float, other: float) -> None:
    """All pairs of values of two brands' tables: chances of being bought in n purchases, against the Beta's."""
    mine, theirs = (np.exp(gamma_tastes(shape).astype(np.float64)) for shape in (one, other))
    assert mine.mean() == pytest.approx(one, rel=1e-5), "each value is the mean of its part"
    rest = theirs / (mine[:, None] + theirs)
    for n in (1, 3, 20):
        never = np.exp(special.betaln(one, other + n) - special.betaln(one, other))
        assert 1.0 - (rest**n).mean() == pytest.approx(1.0 - never, rel=double_jeopardy.BLUR)


# -------------------------------------------------------------------------------------------- real series
def series(*path: str) -> Path:
    """Return a file of real data, which is not part of the product; skip where there is none."""
    given = os.environ.get("MARKET_ENTRY_SHARED")
    folder = (Path(given) if given else Path(__file__).resolve().parents[3] / "shared") / "data"
    found = folder.joinpath(*path)
    if not found.exists():
        pytest.skip("the series are not beside the checkout; MARKET_ENTRY_SHARED names their folder")
    return found


def test_the_engine_spreads_as_room_air_conditioners_did() -> None:
    """Fit p, q and the market to US sales of 1949 to 1961 (Bass 1969), and let the engine play those years."""
    with series("bass_series", "bass_series.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["series"] == "us_room_air_conditioners_k"]
    sold = np.array([float(row["adoptions"]) for row in rows])
    ends = np.arange(1.0, len(sold) + 1.0)

    def yearly(year: np.ndarray, p: float, q: float, people: float) -> np.ndarray:
        given = bass.Bass.model_construct(p=p, q=q)
        return people * (bass.curve(given, year) - bass.curve(given, year - 1.0))

    (p, q, people), _ = curve_fit(yearly, ends, sold, p0=(0.01, 0.4, 17_000.0), bounds=(1e-4, (1.0, 2.0, 1e6)))
    given = bass.Bass(p=float(p), q=float(q), years=len(sold), consumers=60_000)
    measured = bass.simulated(given)
    assert not missed(bass.expected(given), measured)
    adopted = np.array([measured[f"adopted_share_{year}"].value for year in range(1, len(sold) + 1)])
    played = people * np.diff(adopted, prepend=0.0)
    assert 1.0 - ((sold - played) ** 2).sum() / ((sold - sold.mean()) ** 2).sum() > 0.85


def test_the_closed_form_foresees_the_buyers_of_yogurt() -> None:
    """Brands of a scanner panel: fit S to the buyers of the largest brand, foresee those of the others.

    All households of the panel buy, so the category's purchases are the counts themselves.
    """
    with gzip.open(series("choice_panels", "Ecdat_Yogurt.csv.gz"), "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    totals = Counter(row["id"] for row in rows)
    chances = np.bincount(list(totals.values())) / len(totals)
    by_brand = {brand: Counter(r["id"] for r in rows if r["choice"] == brand) for brand in {r["choice"] for r in rows}}
    share = {brand: sum(count.values()) / len(rows) for brand, count in by_brand.items()}
    real = {brand: len(count) / len(totals) for brand, count in by_brand.items()}
    large, *rest = sorted(share, key=lambda brand: -share[brand])

    def foreseen(brand: str, switching: float) -> double_jeopardy.Buyers:
        given = double_jeopardy.DoubleJeopardy.model_construct(switching=switching)
        return double_jeopardy.buyers(given, share[brand], chances)

    tried = np.geomspace(0.2, 20.0, 400)
    fitted = tried[np.argmin([abs(foreseen(large, s).penetration - real[large]) for s in tried])]
    errors = [
        sum(abs(foreseen(brand, switching).penetration - real[brand]) for brand in rest) for switching in (fitted, 1e6)
    ]
    assert errors[0] < 0.5 * errors[1], "against people who are all alike; the smallest brand lives on deals"
