"""Promotions, variants and the gate: set in the app they are what the same lines of a file say."""

from __future__ import annotations

import shlex
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from simulator.engine.solo import drafted
from simulator.errors import ScenarioError
from simulator.examples import examples_dir
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.levers import VARIANT_LEVERS, changed, firm_levers
from simulator.scenario.strategy import Gate, VariantLevers
from simulator.texts import LANGUAGES, catalogue
from simulator.texts.numbers import money
from simulator.ui.answering import answers
from simulator.ui.asked import Asked, example
from simulator.ui.command import FILE, command
from simulator.ui.editor import text_of_question
from simulator.ui.lists import edited, promotions_of, weeks_of, weeks_text
from simulator.ui.share import Link, decode, encode
from tests.ui.conftest import CHINESE, Opened

CUTS = [{"weeks": [47, 48], "off_share": 0.15}, {"weeks": [5], "off_share": 0.2}]

CASES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "promotions": (
        "flagship", "localised", {"price.promotions": CUTS},
        "price: {promotions: [{weeks: [47, 48], off_share: 0.15}, {weeks: [5], off_share: 0.2}]}",
    ),
    "variants": (
        "watch_japan_europe", "all_functions",
        {"products.care.offered": True, "products.care.price.position": 1.3, "products.care.certificates": ["CE"],
         "products.care.smart": "core"},
        "products: {care: {offered: true, price: {position: 1.3}, certificates: [CE], smart: core}}",
    ),
    "gate": (
        "flagship", "localised",
        {"gate.if_contribution_above_usd_week": 500.0, "gate.for_weeks": 4},
        "gate: {if_contribution_above_usd_week: 500, for_weeks: 4}",
    ),
}  # fmt: skip
"""Name -> example, strategy, moves of the app, and the lines of a file that say the same."""


@pytest.mark.parametrize("case", CASES)
def test_set_in_the_app_it_is_what_the_file_says(case: str) -> None:
    name, strategy, moves, lines = CASES[case]
    text = f"extends: {name}.yaml\nstrategies:\n  {strategy}:\n    {lines}\n"
    written = parse_scenario(text, folder=examples_dir())
    there = changed(example(name), strategy, moves)
    # Other strategies of the file inherit what the app sets on one alone.
    assert there.strategies[strategy] == written.strategies[strategy] != example(name).strategies[strategy]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_lab_plays_it_and_shows_it(opened: Opened, case: str, lang: str) -> None:
    name, strategy, moves, _ = CASES[case]
    page = opened(lang, example=name, strategy=strategy, moves={(name, strategy): dict(moves)})
    assert not page.exception
    answer = answers().draft(changed(example(name), strategy, moves), strategy)
    assert page.metric[0].value == money(float(answer.figures("profit_usd").mean()), lang)
    tables = [each.value for each in page.main.data_editor] + [each.value for each in page.sidebar.data_editor]
    if case == "promotions":
        assert tables[0].to_dict("list") == {"weeks": ["47-48", "5"], "off": [15.0, 20.0]}
    elif case == "variants":
        row = tables[-1].iloc[0]
        assert bool(row["offered"]) and row["price.position"] == 1.3 and row["smart"] == "core"
    else:
        head = catalogue(lang)["lists.gate.if_contribution_above_usd_week"]
        widget = next(each for each in page.number_input if each.label.startswith(head))
        assert widget.value == 500.0 and widget.label.endswith("●")


def test_a_gate_is_set_and_taken_away_with_its_widgets(opened: Opened) -> None:
    page = opened("en")

    def widget(which: str):
        head = catalogue("en")[f"lists.gate.{which}"]
        return next((each for each in page.number_input if each.label.startswith(head)), None)

    def switch():
        return next(each for each in page.toggle if each.label == catalogue("en")["lists.gate.on"])

    assert not switch().value and widget("after_weeks") is None
    page = switch().set_value(True).run()
    assert page.session_state["moves"]["flagship", "localised"] == {"gate.if_contribution_above_usd_week": 0.0}
    assert widget("after_weeks").value == Gate.model_fields["after_weeks"].default
    page = widget("if_contribution_above_usd_week").set_value(500.0).run()
    page = widget("for_weeks").set_value(4).run()
    assert page.session_state["moves"]["flagship", "localised"] == CASES["gate"][2]
    page = switch().set_value(False).run()
    assert not page.exception and not page.session_state["moves"]["flagship", "localised"]
    assert widget("after_weeks") is None


def test_an_emptied_week_of_entry_leaves_the_market(opened: Opened) -> None:
    """Its widget has no default of its own, which a browser would put back into an emptied field."""
    page = opened("en")
    week = next(each for each in page.number_input if each.label.startswith("Enter Brazil"))
    assert week.value == 30 and not week.proto.HasField("default")
    page = week.set_value(None).run()
    assert page.session_state["moves"]["flagship", "localised"] == {"entry.BR": None}


def test_a_gate_of_the_scenario_can_be_taken_away() -> None:
    name, strategy, moves, _ = CASES["gate"]
    gated = changed(example(name), strategy, moves)
    assert gated.strategies[strategy].gate is not None
    assert changed(gated, strategy, {"gate": None}) == example(name)
    at_once = dict.fromkeys(f"entry.{code}" for code in ("DE", "ID", "SA", "BR"))
    with pytest.raises(ScenarioError, match="keep none waiting"):
        changed(gated, strategy, at_once)
    assert changed(gated, strategy, at_once | {"gate": None}).strategies[strategy].gate is None


@pytest.mark.parametrize("case", CASES)
def test_links_and_the_command_say_it(case: str) -> None:
    name, strategy, moves, _ = CASES[case]
    assert decode(encode(name, "en", strategy, moves)) == Link(name, "en", strategy, moves)
    question = Asked(name, example(name), strategy, moves)
    played = drafted(question.scenario())
    words = shlex.split(command(question, played))
    if words[2] == FILE:
        found = parse_scenario(text_of_question(question))
    else:
        settings = [value for option, value in pairwise(words) if option == "--set"]
        found = load_scenario(words[2], settings)
    assert found == question.scenario()


def test_a_setting_that_would_reach_the_heirs_is_no_command() -> None:
    """`localised` extends `one_size_fits_all`: a setting of that one would move both."""
    question = Asked("flagship", example("flagship"), "one_size_fits_all", {"price.position": 0.9})
    assert shlex.split(command(question, question.scenario()))[2] == FILE
    own = Asked("flagship", example("flagship"), "localised", {"price.position": 0.9})
    assert shlex.split(command(own, own.scenario()))[2] != FILE


def test_a_link_takes_the_gate_away_and_empties_the_list() -> None:
    moves: dict[str, Any] = {"gate": None, "price.promotions": []}
    assert decode(encode("toy_middle_east", "en", "for_the_feasts", moves)).moves == moves


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("price.promotions", "54@0.1"), ("price.promotions", "1@0"), ("price.promotions", "1@1"),
        ("price.promotions", "@0.1"), ("price.promotions", "1@nan"), ("price.promotions", "1@0.1;"),
        ("price.promotions", "1,"), ("price.promotions", ";".join(["1@0.1"] * 400)), ("gate", "1"),
        ("gate.for_weeks", "0"), ("products.care.offered", "true"), ("products.x.tier", "gold"),
        ("ID:gate.for_weeks", "4"), ("ID:price.promotions", "1@0.1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_in_a_link_is_rejected(path: str, text: str) -> None:
    link = decode({"v": "1", "s": "flagship", "strategy": "localised", path: text})
    assert link.rejected == (path,) and not link.moves


# --------------------------------------------------------------------------------------------- the editor
def test_rows_of_the_editor_become_promotions() -> None:
    table = pd.DataFrame({"weeks": ["47-48", "5"], "off": [15.0, 20.0]})
    assert promotions_of(edited(table, {})) == CUTS
    state = {"edited_rows": {1: {"off": 12.5}}, "deleted_rows": [0], "added_rows": [{"weeks": "26-28, 1", "off": 7.0}]}
    assert promotions_of(edited(table, state)) == [
        {"weeks": [5], "off_share": 0.125}, {"weeks": [26, 27, 28, 1], "off_share": 0.07},
    ]  # fmt: skip
    assert promotions_of(edited(table, {"added_rows": [{"weeks": "3"}]})) is None  # it is being written
    assert promotions_of(edited(table, {"deleted_rows": [0, 1]})) == []


@pytest.mark.parametrize("weeks", [[1], [1, 2, 3], [53, 1], [5, 7, 8, 20], [8, 7]])
def test_weeks_are_read_as_they_are_written(weeks: list[int]) -> None:
    assert weeks_of(weeks_text(weeks)) == weeks


@pytest.mark.parametrize("text", ["54", "0", "x", "3-2", "5;;6", "1-60", "4.5", ""])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_weeks_that_no_year_has_are_refused_in_words(text: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.ui.words.language", lambda: lang)
    with pytest.raises(ValueError, match="53") as refused:
        weeks_of(text)
    assert bool(CHINESE.search(str(refused.value))) == (lang == "zh")


def test_every_option_of_a_variant_is_in_the_editor() -> None:
    """A variant's own margin and cuts are left to the file."""
    own = {name for name in VariantLevers.model_fields if name not in ("price", "empty_claim")}
    assert set(VARIANT_LEVERS) - {"price.position", "price.rule"} == own
    paths = {lever.path for lever in firm_levers(example("watch_japan_europe"))}
    assert {f"products.care.{path}" for path in VARIANT_LEVERS} < paths
