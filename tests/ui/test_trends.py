"""The page of the trends: every claim in the language, and its worlds in the Lab."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from simulator.examples import app_script
from simulator.report import board
from simulator.report.experiments import experiments
from simulator.report.findings import code_of
from simulator.report.titles import text_of
from simulator.texts import LANGUAGES, tr
from simulator.ui.asked import OWN, scenario_from
from simulator.ui.words import plain

SOME = (2, 5, 0)
"""Trends with figures of every kind; each page takes its time."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def visited(lang: str = "en", **state: object) -> AppTest:
    """Return the page of the trends in a new session; it has no file that a test could switch to."""
    page = AppTest.from_file(str(app_script()), default_timeout=120)
    for name, value in {"lang": lang, **state}.items():
        page.session_state[name] = value
    page._page_hash = calc_hash("trends")
    return page.run()


@cache
def board_that_ships() -> tuple[board.Finding, ...]:
    found = board.load()
    assert found is not None, "run `make shipped`"
    return found


def labels(page: AppTest) -> list[str]:
    return [each.label for each in page.expander if " — " in each.label]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_claim_of_a_trend_has_its_line_in_the_language(lang: str) -> None:
    shown = {}
    for trend in SOME:
        page = visited(lang, trend=trend)
        assert not page.exception
        for label in labels(page):
            number = int(re.match(r"\*\*(\d+)\*\*", label)[1])
            shown[number] = label
            counts = Counter(code_of(each) for each in board_that_ships() if each.part.claim == number)
            for code, count in counts.items():
                assert f"{count} {tr(f'trends.verdicts.{code}', lang)}" in label
        texts = [*(e.value for kind in (page.markdown, page.caption, page.info) for e in kind), *labels(page)]
        assert all(CHINESE.search(text) for text in texts if lang == "zh" and not text.startswith(":")), texts
        assert lang == "zh" or not any(CHINESE.search(text) for text in texts)
    assert set(shown) == {each.part.claim for each in board_that_ships() if each.part.trend in SOME}


def test_counts_of_the_page_are_those_of_the_board() -> None:
    page = visited()
    counts = Counter(map(code_of, board_that_ships()))
    badges = " ".join(each.value for each in page.markdown)
    for code, count in counts.items():
        assert f"{count} {tr(f'trends.verdicts.{code}')}" in badges


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_claim_opens_in_the_lab_with_its_strategies(lang: str) -> None:
    """The first claim of trend 4: one pool against stock on the spot."""
    page = visited(lang, trend=4)
    (button,) = [each for each in page.button if each.key == "claim.21.open"]
    page = button.click().run()
    assert not page.exception
    name = page.session_state["example"]
    assert name.startswith(OWN)
    scenario = scenario_from(page.session_state["own"][name])
    (world,) = experiments([each for each in board_that_ships() if each.part.claim == 21])
    assert set(scenario.strategies) == set(world.strategies)
    assert page.session_state["strategy"] == world.strategies[0] != scenario.baseline
    assert page.metric[0].label == tr("outcomes.profit_usd", lang)
    assert page.title[0].value == plain(text_of(scenario.title, lang))


def test_a_trend_outlives_a_visit_to_the_lab() -> None:
    page = visited().pills[0].set_value(7).run()
    for name in ("", "trends"):
        page._page_hash = calc_hash(name)
        page = page.run()
        assert len(page.metric) == (4 if name == "" else 0)
    assert page.pills[0].value == 7


def test_a_board_that_does_not_fit_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    from simulator.ui.pages import trends

    text = board.FILE.read_text("utf-8").replace('"data": "', '"data": "other ')
    (tmp_path / "trends.json").write_text(text, "utf-8")
    monkeypatch.setattr(board.load, "__defaults__", (tmp_path / "trends.json",))
    trends.shipped.clear()
    try:
        page = visited()
    finally:
        trends.shipped.clear()
    assert not page.exception and not labels(page)
    assert "make shipped" in page.warning[0].value
