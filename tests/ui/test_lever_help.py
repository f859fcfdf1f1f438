"""The help of the levers: one plain sentence for each, in both languages, on the widget that it explains."""

from __future__ import annotations

import re

import pytest

from simulator.scenario.levers import GROUPS
from simulator.texts import LANGUAGES, Lang, catalogue
from tests.ui.conftest import Opened

PATHS = tuple(path for paths in GROUPS.values() for path in paths)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_has_one_plain_sentence(lang: Lang) -> None:
    told = {
        key.removeprefix("lever_help."): text for key, text in catalogue(lang).items() if key.startswith("lever_help.")
    }
    assert told.keys() == {*PATHS, "entry"}
    for path, text in told.items():
        assert len(re.findall(r"[.。](?!\d)", text)) == 1 and text[-1] in ".。", (path, text)
        assert bool(CHINESE.search(text)) == (lang == "zh"), path
        assert not set("{}$*_`<>[]") & set(text), path
    assert len(set(told.values())) == len(told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_shows_its_sentence(opened: Opened, lang: Lang) -> None:
    page = opened(lang)
    kinds = (page.slider, page.toggle, page.selectbox, page.multiselect, page.number_input)
    shown = {each.label: each.help for kind in kinds for each in kind}
    words = catalogue(lang)
    for path in PATHS:
        assert shown[words[f"levers.{path}"]] == words[f"lever_help.{path}"]
    assert sum(text == words["lever_help.entry"] for text in shown.values()) == 5
