"""The form for one's own product: what is answered is what the Lab plays, in both languages."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from simulator import facts
from simulator.errors import Problem
from simulator.scenario import parse_scenario
from simulator.scenario.describing import type_of
from simulator.starter import Answers, answered, scenario_text
from simulator.starter.questions import ORDER
from simulator.texts import LANGUAGES, Lang, catalogue
from simulator.texts.numbers import money
from simulator.ui import answering, asked, builder, words
from simulator.ui.asked import OWN
from simulator.ui.builder import SECTIONS, STEPS
from simulator.ui.pages import lab
from tests.ui.conftest import Opened

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARKETS = ["SG", "MY"]


@pytest.fixture
def form(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    """Return what opens the form in a language."""

    def open_form(lang: Lang = "en") -> AppTest:
        page = opened(lang)
        # AppTest asks for the words of options outside of the session, which alone knows the language and its own.
        held: dict[str, str] = {}
        for module in (words, builder, lab):
            monkeypatch.setattr(module, "language", lambda: lang)
        for module in (asked, builder):
            monkeypatch.setattr(module, "own", lambda: held)
        page.session_state["own"] = held
        page = page.button(key="build.open").click().run()
        assert not page.exception
        return page

    return open_form


def _submit(page: AppTest) -> AppTest:
    done = next(each for each in page.button if each.icon == ":material/play_arrow:")
    return done.click().run()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lab_answers_for_the_own_product(form, lang: Lang) -> None:
    page = form(lang)
    page.text_input(key="build.0.title").input("Nordic *buds*")
    page.number_input(key="build.0.sports_earbuds.price_usd").set_value(58.5)
    page.number_input(key="build.0.sports_earbuds.cash_usd").set_value(90_000.0)
    page.multiselect(key="build.0.markets").set_value(MARKETS)
    page.selectbox(key="build.0.pace").set_value("at_once")
    page = _submit(page)
    assert not page.exception
    assert page.title[0].value == r"Nordic \*buds\*"
    assert "build.0.title" not in {each.key for each in page.text_input}
    assert page.session_state["example"] == f"{OWN}nordic_buds"
    alone = answered(
        {"title": "Nordic *buds*", "price_usd": 58.5, "cash_usd": 9e4, "markets": MARKETS, "pace": "at_once"}
    )
    plan = parse_scenario(scenario_text(alone, lang))
    assert plan.strategies["localised"].price.position == 0.9
    answer = answering.Answers().draft(plan, "localised")
    assert page.metric[0].value == money(float(answer.figures("profit_usd").mean()), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_is_asked_in_the_language_with_its_default(form, lang: Lang) -> None:
    page = form(lang)
    kinds = (page.text_input, page.number_input, page.multiselect, page.selectbox, page.date_input)
    shown = {each.key: each for kind in kinds for each in kind if str(each.key).startswith("build.0.")}
    keys = {f"build.0.sports_earbuds.{name}" if name in STEPS else f"build.0.{name}" for name, _ in ORDER}
    assert shown.keys() == keys | {"build.0.category"}
    for each in shown.values():
        assert bool(CHINESE.search(each.label)) == (lang == "zh")
        assert each.help
    cost = shown["build.0.sports_earbuds.unit_cost_usd"]
    fact = facts.load("categories", "sports_earbuds").leaves["typical_seller.unit_cost_usd"]
    assert cost.value == fact.value
    for part in (f"{fact.low:g}", f"{fact.high:g}", fact.source.removeprefix("assumption: ")):
        assert words.plain(part) in cost.help


def test_another_category_brings_its_own_defaults(form) -> None:
    page = form().selectbox(key="build.0.category").set_value("cosmetics").run()
    assert not page.exception
    assert page.number_input(key="build.0.cosmetics.reference_price_usd").value == 24.0
    assert all(not str(each.key).startswith("build.0.sports_earbuds") for each in page.number_input)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_wrong_is_listed_by_its_question_and_the_form_stays(form, lang: Lang) -> None:
    page = form(lang)
    page.text_input(key="build.0.title").input("<b>Mine</b>")
    page.number_input(key="build.0.sports_earbuds.price_usd").set_value(10_000.0)
    page.number_input(key="build.0.sports_earbuds.unit_cost_usd").set_value(0.0)
    page.multiselect(key="build.0.markets").set_value([])
    page = _submit(page)
    assert not page.exception
    (found,) = [each.value for each in page.markdown if each.value.startswith("- **")]
    listed = found.splitlines()
    assert len(listed) == 3
    assert all(bool(CHINESE.search(each)) == (lang == "zh") for each in listed)
    assert page.session_state["example"] == "flagship" and not page.session_state["own"]
    assert page.text_input(key="build.0.title").value == "<b>Mine</b>"
    page.number_input(key="build.0.sports_earbuds.price_usd").set_value(None)
    page.number_input(key="build.0.sports_earbuds.unit_cost_usd").set_value(9.0)
    page.multiselect(key="build.0.markets").set_value(["SG"])
    page = _submit(page)
    assert not page.exception and len(page.metric) == 4
    assert page.title[0].value == words.plain("<b>Mine</b>")


def test_two_products_of_one_name_are_two_and_the_form_remembers(form) -> None:
    page = form()
    page.text_input(key="build.0.title").input("耳机")
    page.multiselect(key="build.0.markets").set_value(["SG"])
    page.number_input(key="build.0.sports_earbuds.unit_cost_usd").set_value(21.5)
    for _ in range(2):
        page = _submit(page).button(key="build.open").click().run()
        assert page.text_input(key="build.0.title").value == "耳机"
        assert page.multiselect(key="build.0.markets").value == ["SG"]
        assert page.number_input(key="build.0.sports_earbuds.unit_cost_usd").value == 21.5
    first, second = (parse_scenario(text) for text in page.session_state["own"].values())
    assert list(page.session_state["own"]) == [f"{OWN}my_product", f"{OWN}my_product_2"]
    assert (first.title.en, second.title.en) == ("耳机", "耳机 (2)")
    page = page.button(key="build.empty").click().run()
    assert page.text_input(key="build.1.title").value == ""
    assert page.number_input(key="build.1.sports_earbuds.unit_cost_usd").value == 18.0


def test_a_product_without_a_name_is_called_by_its_category(form) -> None:
    page = form("zh")
    page.text_input(key="build.0.title").input("   ")
    page.multiselect(key="build.0.markets").set_value(["SG"])
    page = _submit(page)
    assert not page.exception
    ((name, text),) = page.session_state["own"].items()
    assert name == f"{OWN}sports_earbuds"
    assert parse_scenario(text).title.zh == "运动耳机：初步方案"
    assert text.splitlines()[0].startswith("# sports_earbuds：")


def test_large_numbers_are_written_out(form) -> None:
    cash = form().number_input(key="build.0.sports_earbuds.cash_usd")
    assert words.plain("300,000 to 2,000,000") in cash.help
    problem = Problem("answers", 1, 1, "cash_usd", "")
    assert "1,000,000,000,000" in builder._mend(problem).replace("\\", "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_of_a_question_has_words(lang: Lang) -> None:
    for name, _ in ORDER:
        bounds = type_of(Answers, name)
        if bounds.low is None or name == "price_usd":
            assert f"builder.mend.{name}" in catalogue(lang)
        else:
            assert bounds.high is not None


def test_the_form_has_a_place_for_every_question() -> None:
    assert [name for names in SECTIONS.values() for name in names] == [name for name, _ in ORDER]
    assert STEPS.keys() == {name for name, kind in ORDER if kind == "number"}
