"""The Guide: every tab in both languages, and facts that can be chosen, searched and taken along."""

from __future__ import annotations

import re
from importlib import import_module
from string import Formatter

import pytest
from streamlit.testing.v1 import AppTest

from simulator.report.fact_table import EVERY, KINDS, fact_table
from simulator.report.limits import NOT_REPRODUCED, OUTSIDE
from simulator.texts import LANGUAGES, catalogue
from simulator.ui.equations import EQUATIONS
from simulator.ui.limits import evidence
from simulator.ui.navigation import ICONS
from tests.ui.test_lab import CHINESE

TERMS = "guide.glossary.terms."
SENTENCE = re.compile(r"(?:[A-Za-z][a-z]+[ ,]+){4,}")
"""Five English words in a row: no name, code or equation."""


def _page() -> None:
    from simulator.ui.pages import guide

    guide.show()


def opened(lang: str, **state: object) -> AppTest:
    page = AppTest.from_function(_page, default_timeout=120)
    for name, value in {"lang": lang, **state}.items():
        page.session_state[name] = value
    page = page.run()
    assert not page.exception
    return page


def said(page: AppTest) -> list[str]:
    """Return every text of the page but those of tables."""
    kinds = (page.title, page.caption, page.subheader, page.markdown, page.info, page.warning)
    texts = [each.value for kind in kinds for each in kind]
    texts += [each.label for kind in (page.tabs, page.expander, page.selectbox, page.text_input) for each in kind]
    return texts + [each.label for each in page.toggle]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_tab_speaks_the_language(lang: str) -> None:
    page = opened(lang)
    assert len(page.tabs) == 4
    texts = said(page)
    assert len(texts) > 60
    assert all(bool(CHINESE.search(text)) == (lang == "zh") for text in texts), texts
    if lang == "zh":
        assert [text for text in texts if SENTENCE.search(text)] == []


def test_the_chinese_tables_hold_english_in_sources_and_codes_alone() -> None:
    page = opened("zh")
    for table in page.table:
        cells = [str(cell) for name in table.value for cell in table.value[name]]
        assert [cell for cell in cells if SENTENCE.search(cell)] == []
    for frame in page.dataframe:
        told = frame.value[[name for name in ("name", "unit", "confidence") if name in frame.value]]
        assert [cell for cell in told.to_numpy().ravel() if SENTENCE.search(str(cell))] == []


@pytest.mark.parametrize("kind", [*KINDS, EVERY])
def test_every_kind_of_facts_can_be_chosen(kind: str) -> None:
    page = opened("zh", **{"guide.kind": kind})
    shown = page.dataframe[0].value
    assert len(shown) and shown["source"].str.len().gt(0).all()
    assert len(page.selectbox) == (2 if kind in ("markets", "categories", "regulations") else 1)
    assert len(page.dataframe) == (3 if kind in ("regulations", EVERY) else 1)


def test_a_market_a_search_and_a_level_narrow_the_facts() -> None:
    page = opened("en")
    page.selectbox(key="guide.key.markets").set_value("EG").run()
    assert len(page.dataframe[0].value) == len(fact_table("markets", "EG", "en"))
    page.text_input(key="guide.words").set_value("payment cash").run()
    found = page.dataframe[0].value
    assert 0 < len(found) < 20 and "payment_mix.cash_on_delivery" in set(found["path"])
    page.text_input(key="guide.words").set_value("no such thing").run()
    assert not page.exception and not page.dataframe
    assert page.info[0].value == catalogue("en")["guide.facts.none"]
    page.text_input(key="guide.words").set_value("")
    page.toggle(key="guide.assumed").set_value(True).run()
    assert page.dataframe[0].value["source"].str.startswith("assumption").all()


def test_the_glossary_finds_a_term_by_either_language() -> None:
    for lang, word in (("en", "漂绿"), ("zh", "GREENWASHING")):
        page = opened(lang)
        page.text_input(key="guide.term").set_value(word).run()
        assert len(page.table[-1].value) == 1


def test_both_glossaries_hold_the_same_terms_and_each_is_explained() -> None:
    english, chinese = (
        {key.removeprefix(TERMS) for key in catalogue(lang) if key.startswith(TERMS)} for lang in LANGUAGES
    )
    assert english == chinese
    names = {key.rpartition(".")[0] for key in english}
    assert english == {f"{name}.{part}" for name in names for part in ("term", "text")}
    assert len(names) >= 40
    for lang in LANGUAGES:
        terms = [catalogue(lang)[f"{TERMS}{name}.term"].casefold() for name in names]
        assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_stage_and_every_equation_is_explained(lang: str) -> None:
    known = catalogue(lang)
    stages = [key.removeprefix("stages.") for key in known if key.startswith("stages.")]
    told = {key.split(".")[3] for key in known if key.startswith("guide.how.stages.")}
    assert told == set(stages)
    explained = {key.split(".")[2] for key in known if key.startswith("guide.equations.") and key.count(".") == 3}
    assert explained == set(EQUATIONS)


def test_the_guide_in_chinese_is_chinese() -> None:
    for key, text in catalogue("zh").items():
        if key.startswith(("guide.", "units.", "figures.")):
            bare = "".join(part for part, *_ in Formatter().parse(text))
            assert not SENTENCE.search(bare), key


def test_the_evidence_is_that_of_the_trace_document() -> None:
    """`docs/TRACE.md` counts the same figures."""
    from simulator.facts import DATA

    text = (DATA.parents[1] / "docs" / "TRACE.md").read_text("utf-8")
    for kind in KINDS:
        row = re.search(rf"^\| {kind} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", text, re.MULTILINE)
        assert row and evidence(kind) == tuple(map(int, row.groups()))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_confirmed_has_a_reason_and_nothing_else_has(lang: str) -> None:
    for section, expected in (("claims", map(str, NOT_REPRODUCED)), ("patterns", OUTSIDE)):
        head = f"guide.limits.{section}.why."
        assert {key.removeprefix(head) for key in catalogue(lang) if key.startswith(head)} == set(expected)


def test_every_page_of_the_navigation_has_a_title_and_something_to_show() -> None:
    for name in ICONS:
        assert callable(import_module(f"simulator.ui.pages.{name}").show)
        assert all(f"app.pages.{name}" in catalogue(lang) for lang in LANGUAGES)
