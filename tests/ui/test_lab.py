"""The Lab: what it says is what the command line computes, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulator import engine
from simulator.engine.solo import Worlds, drafted, play_strategy, world_key
from simulator.examples import examples_dir
from simulator.report.answer import Answer, contrast
from simulator.scenario import load_scenario, scenario_of
from simulator.scenario.levers import GROUPS, SPANS, changed, levers, value_of
from simulator.texts import LANGUAGES, catalogue
from simulator.texts.numbers import money
from simulator.ui.answering import Answers
from simulator.ui.asked import example
from simulator.ui.words import plain
from tests.ui.conftest import CHINESE, Opened

MOVES = {"price.position": 0.9, "ID:localisation.team": False, "entry.BR": None}


@pytest.fixture(scope="module")
def flagship():
    return load_scenario(examples_dir() / "flagship.yaml")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_lab_opens_with_an_answer_in_the_language(opened: Opened, lang: str) -> None:
    page = opened(lang)
    assert not page.exception
    assert len(page.metric) == 4
    said = [each.value for kind in (page.success, page.warning, page.error) for each in kind]
    assert len(said) == 1
    texts = [*said, *(each.value for each in page.subheader), *(each.label for each in page.metric)]
    texts += [each.label for kind in (page.slider, page.toggle, page.selectbox, page.multiselect) for each in kind]
    assert all(bool(CHINESE.search(text)) == (lang == "zh") for text in texts if text != "AI"), texts


def test_the_lab_shows_what_the_command_line_computes(opened: Opened, flagship) -> None:
    """The same scenario at the same size, played by the engine with all its strategies and shared out in batches."""
    moved = changed(flagship, "localised", MOVES)
    results = engine.run(drafted(moved))
    answer = Answers().draft(moved, "localised")
    whole = Answer.of_results(results, "localised")
    for name in ("summary", "cash", "funnel", "ledger", "sellers"):
        pd.testing.assert_frame_equal(
            getattr(answer, name), getattr(whole, name), check_exact=True, check_categorical=False
        )
    page = opened("en", moves={("flagship", "localised"): dict(MOVES)})
    assert page.metric[0].value == money(float(answer.figures("profit_usd").mean()))


@pytest.mark.parametrize("strategy", ["localised", "price_war"])
def test_how_sure_we_are_is_told_of_the_strategy_that_is_asked(opened: Opened, flagship, strategy: str) -> None:
    page = opened("en", strategy=strategy, **{"question.sure": True})
    (told,) = [each.value for each in page.caption if "the mean profit is" in each.value]
    title = flagship.strategies[strategy].title.en
    assert told.startswith(f"{plain(title)}: ")
    assert page.metric[0].value.replace("$", r"\$") in told


def test_a_moved_lever_changes_the_answer_and_taking_it_back_restores_it(opened: Opened) -> None:
    page = opened()
    first = page.metric[0].value
    price = next(each for each in page.slider if each.label.startswith("Price ÷"))
    page = price.set_value(0.8).run()
    assert not page.exception
    assert page.metric[0].value != first
    back = next(each for each in page.button if "(1)" in each.label)
    page = back.click().run()
    assert page.metric[0].value == first


def test_levers_that_do_not_fit_together_are_refused_in_words(opened: Opened) -> None:
    page = opened("en", moves={("flagship", "localised"): {"logistics.mode": "hub"}})
    assert not page.exception and not page.metric
    assert "hub" in page.code[0].value


def test_strategies_share_a_world_and_other_seeds_do_not(flagship) -> None:
    moved = changed(flagship, "localised", MOVES)
    assert world_key(moved) == world_key(flagship)
    assert world_key(flagship.with_values({"seed": 1})) != world_key(flagship)


@pytest.mark.parametrize("uncertain", ["behaviour.organic_reference_share", "strategies.price_war.ads.share"])
def test_a_world_met_before_gives_the_same_answer(flagship, uncertain: str) -> None:
    small = flagship.with_values({"replications": 3, "consumers": 200, "weeks": 20})
    law = {uncertain: {"dist": "uniform", "low": 0.02, "high": 0.05}}
    small = scenario_of(small.document() | {"uncertainties": law}, name="small")
    moved = changed(small, "price_war", {"price.position": 0.8, "ID:localisation.team": True})
    worlds = Worlds(most=1)
    play_strategy(small, "price_war", worlds.of(small))
    assert worlds.of(small) is worlds.of(moved)
    met = play_strategy(moved, "price_war", worlds.of(moved))
    for name, table in play_strategy(moved, "price_war", Worlds().of(moved)).items():
        pd.testing.assert_frame_equal(table, met[name])


def test_a_strategy_differs_from_itself_by_nothing(flagship) -> None:
    answer = Answers().draft(flagship, "localised")
    same = contrast(answer, answer)
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    assert not same.is_clear


def test_every_lever_of_a_market_is_in_the_builder(flagship) -> None:
    """Variants and promotions are lists, which the YAML editor is for."""
    head = "strategies.localised.markets.ID."
    settable = {path.removeprefix(head) for path in flagship.settable_paths() if path.startswith(head)}
    assert settable - {"price.promotions"} == {lever.path for lever in levers(flagship)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_and_every_choice_has_words(flagship, lang) -> None:
    known = catalogue(lang)
    for lever in levers(flagship):
        assert f"levers.{lever.path}" in known
        if lever.kind == "choice" and not lever.optional:
            assert {f"levers.words.{lever.path}.{word}" for word in lever.choices} <= known.keys()
    assert {f"levers.groups.{group}" for group in (*GROUPS, "entry")} <= known.keys()


@pytest.mark.parametrize("name", sorted(path.stem for path in examples_dir().glob("*.yaml") if path.stem != "base"))
def test_a_slider_reaches_what_every_example_sets(name: str) -> None:
    scenario = example(name)
    for strategy in scenario.strategies:
        for path, (low, high, _) in SPANS.items():
            value = value_of(scenario, strategy, path)
            assert value is None or low <= value <= high, (strategy, path, value)


def test_a_lever_set_to_null_leaves_a_market(flagship) -> None:
    moved = changed(flagship, "localised", {"entry.BR": None, "entry.US": 4})
    assert dict(moved.strategies["localised"].entry) == {"US": 4, "DE": 8, "ID": 16, "SA": 16}
    assert np.isclose(moved.strategies["green_premium"].entry["BR"], 26)


def test_the_baseline_with_a_lever_moved_is_compared_with_itself(opened: Opened, flagship) -> None:
    moves = {"price.position": 0.8}
    page = opened("en", strategy="one_size_fits_all", moves={("flagship", "one_size_fits_all"): moves})
    assert not page.exception
    here, there = (
        Answers().draft(scenario, "one_size_fits_all")
        for scenario in (changed(flagship, "one_size_fits_all", moves), flagship)
    )
    expected = money(contrast(here, there).mean, signed=True)
    assert page.metric[0].delta.replace("\\", "") == expected


def test_moving_one_strategy_plays_that_one_alone(flagship, monkeypatch) -> None:
    from simulator.ui import answering

    played: list[str] = []

    def counted(scenario, strategy, world):
        played.append(strategy)
        return play_strategy(scenario, strategy, world)

    monkeypatch.setattr(answering, "play_strategy", counted)
    asked = Answers()
    for scenario in (flagship, changed(flagship, "localised", MOVES)):
        for strategy in ("localised", "price_war"):
            asked.draft(scenario, strategy)
    assert played == ["localised", "price_war", "localised"]
