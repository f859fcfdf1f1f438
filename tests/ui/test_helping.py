"""What would help: what the search found stands in words, and a button makes its move in the Lab."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from simulator.engine.solo import drafted
from simulator.experiments.improving import Found, search
from simulator.report import helps
from simulator.scenario.levers import changed
from simulator.texts import LANGUAGES, catalogue, tr
from simulator.texts.numbers import money
from simulator.ui import answering, asked
from simulator.ui.answering import answers
from simulator.ui.asked import OWN, scenario_from
from tests.ui.conftest import CHINESE, Opened

SMALL = """
extends: base.yaml
title: {en: "Small", zh: "小"}
weeks: 12
replications: 3
consumers: 200
strategies:
  losing: {entry: {US: 0, DE: 0}, price: {position: 1.4}, ads: {budget_usd_week: 3000}, payments: [card]}
baseline: losing
"""
NAME = f"{OWN}small"


@pytest.fixture(scope="module")
def found() -> Found:
    return search(drafted(scenario_from(SMALL)), "losing")


@pytest.fixture
def known(found: Found, monkeypatch: pytest.MonkeyPatch) -> Iterator[Found]:
    """Let the app know what the search found."""
    monkeypatch.setattr(answering.Answers, "found", lambda self, scenario, strategy: found)
    yield found


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let AppTest know the session's own scenarios: it asks for the words of options outside of the session."""
    held = {NAME: SMALL}
    monkeypatch.setattr(asked, "own", lambda: held)
    return held


def _open(opened: Opened, lang: str = "en") -> AppTest:
    return opened(lang, example=NAME, strategy="losing")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_best_steps_stand_in_words_in_both_languages(opened: Opened, known: Found, lang: str) -> None:
    page = _open(opened, lang)
    assert not page.exception
    rows = [each.value for each in page.markdown if each.value.startswith("**") and "95\u00a0%" in each.value]
    best = helps.best(known.single)
    assert len(rows) == len(best) > 2
    for row, (_, step) in zip(rows, best.iterrows()):
        assert money(step["change"], lang, signed=True) in row.replace("\\", "")
        assert (tr("helps.unclear", lang) in row) == (not step["clear"])
        assert bool(CHINESE.search(row)) == (lang == "zh")


def test_a_step_that_is_taken_is_a_move_of_the_lab(opened: Opened, known: Found) -> None:
    page = _open(opened)
    step = helps.best(known.single).iloc[0]
    page = page.button(key="helps.try.0").click().run()
    assert not page.exception
    assert page.session_state["moves"][NAME, "losing"] == step["moves"]
    assert page.metric[0].value == money(float(step["profit"]))


def test_all_steps_of_the_way_are_taken_together(opened: Opened, known: Found) -> None:
    assert known.base < 0.0
    page = _open(opened)
    page = page.button(key="helps.all").click().run()
    scenario = scenario_from(SMALL)
    for moves in known.way["moves"]:
        scenario = changed(scenario, "losing", moves)
    taken = changed(scenario_from(SMALL), "losing", page.session_state["moves"][NAME, "losing"])
    assert taken == scenario
    assert page.metric[0].value == money(float(known.way["profit"].iloc[-1]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_nothing_pays_the_page_says_so(opened: Opened, found: Found, lang: str, monkeypatch) -> None:
    lost = Found(-1.0, found.single, found.way.assign(profit=-5_000.0, pays=False))
    monkeypatch.setattr(answering.Answers, "found", lambda self, scenario, strategy: lost)
    page = _open(opened, lang)
    head = catalogue(lang)["helps.no_way"].split("**")[1]
    assert any(head in each.value for each in page.warning)
    none = Found(-1.0, found.single[found.single["change"] <= 0], found.way.iloc[:0])
    monkeypatch.setattr(answering.Answers, "found", lambda self, scenario, strategy: none)
    page = _open(opened, lang)
    assert tr("helps.nothing", lang) in [each.value for each in page.info]


def test_the_job_finds_what_the_search_finds(opened: Opened, found: Found) -> None:
    page = _open(opened)
    page = page.button(key="helps.find").click().run()
    assert not page.exception
    until = time.monotonic() + 100
    while answers().found(scenario_from(SMALL), "losing") is None and time.monotonic() < until:
        time.sleep(0.2)
    kept = answers().found(scenario_from(SMALL), "losing")
    assert kept is not None and kept.single.drop(columns="moves").equals(found.single.drop(columns="moves"))
    assert "helps.try.0" in {each.key for each in page.run().button}


def test_a_job_that_is_cancelled_leaves_the_offer(opened: Opened, held: dict[str, str]) -> None:
    text = held[NAME] = SMALL.replace("weeks: 12", "weeks: 13")
    page = _open(opened)
    page = page.button(key="helps.find").click().run()
    page = page.button(key="stop.helps").click().run()
    until = time.monotonic() + 30
    while "helps.find" not in {each.key for each in page.button} and time.monotonic() < until:
        time.sleep(0.2)
        page = page.run()
    assert "helps.find" in {each.key for each in page.button}
    assert answers().found(scenario_from(text), "losing") is None


# ------------------------------------------------------------------------------------------------ the chart
def test_the_chart_says_which_step_is_best_and_how_many_are_clear(found: Found) -> None:
    table = helps.best(found.single)
    assert (table["change"] > 0).all() and table["change"].is_monotonic_decreasing
    assert (table["clear"] == (table["low"] > 0)).all()
    named = table.assign(label=[f"step {i}" for i in range(len(table))])
    for lang in LANGUAGES:
        spec = helps.steps(named, lambda key, lang=lang, **values: tr(key, lang, **values)).to_dict()
        assert "step 0" in spec["description"]
        assert money(float(table["change"].iloc[0]), lang, signed=True) in spec["description"]
        rows = [row for data in spec["datasets"].values() for row in data if "kind" in row]
        assert {row["label"] for row in rows} == set(named["label"])
        assert all(row["kind"] == tr("helps.clear" if clear else "helps.unclear", lang)
                   for row, clear in zip(rows, named["clear"]))  # fmt: skip
