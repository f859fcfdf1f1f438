"""What is taken along from the Lab: the command and the file say what the page shows."""

from __future__ import annotations

import shlex

import pytest

from simulator.engine.solo import drafted
from simulator.scenario import load_scenario
from simulator.scenario.levers import changed
from simulator.texts import LANGUAGES
from simulator.ui.asked import Asked, example, scenario_from
from simulator.ui.command import FILE
from simulator.ui.editor import text_of_question
from tests.ui.conftest import CHINESE, Opened

FLAGSHIP = example("flagship")


def _command(page) -> list[str]:
    return next(shlex.split(each.value) for each in page.code if each.value.startswith("market-entry run"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_plays_the_scenario_that_answered(opened: Opened, lang: str) -> None:
    moves = {"price.position": 0.9, "ID:localisation.team": False}
    page = opened(lang, share=True, moves={("flagship", "localised"): dict(moves)})
    assert not page.exception
    _, _, path, *options = _command(page)
    named = dict(zip(options[::2], options[1::2]))
    numbers = {name: int(named[f"--{name}"]) for name in ("replications", "consumers")}
    settings = [value for name, value in zip(options[::2], options[1::2]) if name == "--set"]
    assert load_scenario(path, settings, **numbers) == drafted(changed(FLAGSHIP, "localised", moves))
    note = next(each.value for each in page.caption if each.value[:12] in ("This command", "这条命令用情景的全部策略"))
    assert bool(CHINESE.search(note)) == (lang == "zh")


def test_a_market_that_is_left_takes_the_file_along(opened: Opened) -> None:
    moves = {"entry.BR": None}
    page = opened("en", share=True, moves={("flagship", "localised"): dict(moves)})
    assert _command(page)[2] == FILE
    question = Asked("flagship", FLAGSHIP, "localised", moves)
    assert scenario_from(text_of_question(question)) == changed(FLAGSHIP, "localised", moves)


def test_levers_that_do_not_fit_together_have_a_link_and_no_command(opened: Opened) -> None:
    page = opened("en", share=True, moves={("flagship", "localised"): {"logistics.mode": "hub"}})
    assert any("logistics.mode=hub" in each.value for each in page.code)
    assert not any(each.value.startswith("market-entry") for each in page.code)
