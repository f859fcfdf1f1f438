"""The scenario of one's own product: every answer reaches it, none breaks it, and what is not answered is a fact."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import facts
from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario
from simulator.scenario.plausible import UNCERTAIN
from simulator.starter import answered, questions, scenario_text
from simulator.starter.answers import FIRST_LAW
from simulator.texts import LANGUAGES, catalogue, visible

CATEGORIES = facts.available("categories")
EVERYWHERE = facts.available("markets")
PLACES = (("ID",), ("US", "DE", "ID", "SA", "BR"), EVERYWHERE)

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" and 'single' \\ back",
    "a: b # no comment",
    "{en: x, zh: y}",
    "[1, 2] & *alias !tag |",
    "=cmd|'/c calc'!A1",
    "two\nlines\r\nand\ttab",
    "{product} {} {0} %s",
    "---\n...\n",
    "nul\0 bell\x07 del\x7f nel\x85 sep\u2028 bom\ufeff",
    "耳机 🎧 👩‍👩‍👧 \U000e0001",
    "~",
    "null",
    "yes",
)


def _scenario(lang="en", **answers):
    return parse_scenario(scenario_text(answered(answers), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("pace", ["staged", "at_once"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_the_defaults_answered_aloud_are_the_scenario_of_silence(category, pace, lang) -> None:
    for markets in PLACES:
        asked = {each.key: each.default for each in questions(category, markets)}
        assert tuple(asked["markets"]) == markets
        aloud = _scenario(lang, **asked | {"category": category, "pace": pace})
        silent = _scenario(lang, category=category, markets=markets, pace=pace)
        assert aloud == silent
        assert aloud.category["key"] == category and list(aloud.markets) == list(markets)
        weeks = list(aloud.strategies["localised"].entry.values())
        assert (max(weeks) == 0) == (pace == "at_once" or len(markets) == 1)


def test_every_answer_reaches_the_scenario() -> None:
    own = _scenario(
        category="cosmetics", title="Serum", reference_price_usd=30.0, price_usd=36.0, unit_cost_usd=1234.56789,
        weight_kg=0.123, volume_l=7.5, penetration_share=0.28, frequency_per_year=2.5, markets=["FR", "US"],
        cash_usd=123_456.5, ads_usd_week=777.25, start=datetime.date(2027, 3, 1), weeks=60,
    )  # fmt: skip
    assert own.title.en == own.title.zh == "Serum"
    assert own.category_profile.reference_price_usd == 30.0
    assert own.category_profile.frequency_per_year == 2.5
    assert (own.seller.unit_cost_usd, own.seller.weight_kg, own.seller.volume_l) == (1234.56789, 0.123, 7.5)
    assert own.seller.cash_usd == 123_456.5
    assert (own.start, own.weeks) == (datetime.date(2027, 3, 1), 60)
    for strategy in own.strategies.values():
        assert strategy.price.position == 1.2
        assert strategy.ads.budget_usd_week == 777.25
    assert dict(own.strategies["localised"].entry) == {"FR": 0, "US": 8}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_niche_of_twice_the_size_is_twice_as_large_in_every_market(category) -> None:
    usual = facts.load("categories", category).values["penetration_share"]
    silent = _scenario(category=category, markets=EVERYWHERE)
    wide = _scenario(category=category, markets=EVERYWHERE, penetration_share=2 * usual)
    for code in EVERYWHERE:
        here, there = (each.category_in(code).penetration_share for each in (wide, silent))
        assert here == pytest.approx(min(1.0, 2 * there))
    assert wide.category_in("US").penetration_share == pytest.approx(2 * usual)
    others = {name for name in type(silent.category_in("US")).model_fields if name != "penetration_share"}
    for name in others:
        assert getattr(wide.category_in("DE"), name) == getattr(silent.category_in("DE"), name)


@pytest.mark.parametrize(
    ("price", "uncertain"), [(50.0, True), (80.0, True), (49.99, False), (80.01, False), (2000.0, False)]
)
def test_a_number_outside_the_range_of_its_fact_is_certain(price, uncertain) -> None:
    own = _scenario(category="sports_earbuds", reference_price_usd=price)
    path = "category.reference_price_usd"
    assert (path in own.uncertainties) == uncertain
    assert set(own.uncertainties) | {path} == set(UNCERTAIN)
    if uncertain:
        assert own.uncertainties[path].mode == price


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_a_text(title, lang) -> None:
    own, plain = _scenario(lang, title=title), _scenario(lang, title="x")
    assert own.title.en == own.title.zh == visible(title).strip()
    assert own.title.en in own.summary.en
    for each in (own, plain):
        assert each.document().keys() == plain.document().keys()
    assert own.document() | {"title": 0, "summary": 0} == plain.document() | {"title": 0, "summary": 0}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_title_is_a_text(title: str) -> None:
    own = _scenario(title=title)
    assert own.title.en == visible(title).strip() or not visible(title).strip()


def test_half_a_letter_becomes_a_question_mark() -> None:
    assert answered({"title": "a\ud800b"}).title == "a?b"


EDGES = {
    "reference_price_usd": (1e-6, 1e6), "unit_cost_usd": (1e-6, 1e6), "weight_kg": (1e-6, 1000.0),
    "volume_l": (1e-6, 10_000.0), "penetration_share": (1e-6, 1.0), "frequency_per_year": (1e-6, 40.0),
    "cash_usd": (0.0, 1e12), "ads_usd_week": (0.0, 1e9), "weeks": (4, 520), "start": ("2020-01-06", "2100-12-27"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, ends in EDGES.items() for value in ends])
@pytest.mark.parametrize("markets", PLACES)
def test_the_ends_of_what_is_allowed_are_scenarios(key, value, markets) -> None:
    own = _scenario(markets=markets, **{key: value})
    assert max(own.strategies["localised"].entry.values()) < own.weeks


def test_the_law_of_every_market_is_known_on_the_first_day() -> None:
    for code in EVERYWHERE:
        rules = [fact.value for fact in facts.load("regulations", code).leaves.values() if isinstance(fact.value, dict)]
        assert rules and max(min(rule) for rule in rules) <= FIRST_LAW.isoformat()


def test_questions_name_the_ends_of_what_is_allowed() -> None:
    for each in questions("cosmetics", ["US"]):
        if each.key not in EDGES or each.kind == "day":
            continue
        assert each.high == EDGES[each.key][1]
        assert each.low == (0.0 if each.low_open else EDGES[each.key][0])
        with pytest.raises(ScenarioError) as refused:
            answered({each.key: each.high * 1.01 if each.kind == "number" else int(each.high) + 1})
        assert [problem.path for problem in refused.value.problems] == [each.key]


@pytest.mark.parametrize(
    ("answers", "path", "told"),
    [
        ({"category": "sport_earbuds"}, "category", "sports_earbuds"),
        ({"markets": ["US", "UK"]}, "markets", "UK"),
        ({"markets": []}, "markets", "no market"),
        ({"start": "2026-01-06"}, "start", "2026-01-05"),
        ({"start": datetime.date(2026, 1, 6)}, "start", "Monday"),
        ({"start": "2019-12-30"}, "start", "2020-01-01"),
        ({"pace": "slow"}, "pace", "staged"),
        ({"unit_cost_usd": "12"}, "unit_cost_usd", "a number"),
        ({"weeks": 52.5}, "weeks", "whole"),
        ({"price_usd": 700.0}, "price_usd", "6.5 to 650"),
        ({"reference_price_usd": 10.0, "price_usd": 0.9}, "price_usd", "1 to 100"),
        ({"title": "x" * 121}, "title", "120"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_question(answers, path, told) -> None:
    with pytest.raises(ScenarioError) as refused:
        answered(answers)
    (problem,) = refused.value.problems
    assert problem.path == path and told in problem.message


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        answered({"category": "nothing", "price_usd": 5.0, "weight_kg": 0.0, "weeks": 3})
    assert {problem.path for problem in refused.value.problems} == {"category", "weight_kg", "weeks"}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_default_is_a_fact_or_called_an_assumption(category) -> None:
    goods = facts.load("categories", category)
    figures = {(fact.source, fact.value) for fact in goods.leaves.values() if not isinstance(fact.value, dict | list)}
    for each in questions(category, ["US"]):
        if each.source == facts.ASSUMPTION:
            assert each.confidence == "low" and each.likely is None
            assert all(f"builder.assumed.{each.key}" in catalogue(lang) for lang in LANGUAGES)
        else:
            assert (each.source, each.default) in figures
            low, high = each.likely
            assert low <= each.default <= high
        for lang in LANGUAGES:
            assert {f"builder.{group}.{each.key}" for group in ("questions", "why")} <= catalogue(lang).keys()
