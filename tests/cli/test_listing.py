"""``categories``, ``markets``, ``mechanisms``, ``examples``: all that there is, with the figures of the data."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import facts, load_scenario
from simulator.scenario.scenario import MECHANISMS
from simulator.texts import LANGUAGES, catalogue


def test_markets_are_all_there_with_their_figures(cli):
    found = {each["code"]: each for each in cli("markets", "--json").json}
    assert set(found) == set(facts.available("markets"))
    for code, each in found.items():
        tree = facts.load("markets", code).values
        assert each["shoppers"] == tree["shoppers"]
        assert each["name"] == tree["name"]
    areas = [each["area"] for each in found.values()]
    assert len(dict.fromkeys(areas)) == sum(a != b for a, b in zip([None, *areas], areas, strict=False))
    assert "United States" in cli("markets").out
    assert "美国" in cli("markets", "--lang", "zh").out


def test_categories_are_all_there_with_their_figures(cli):
    found = {each["key"]: each for each in cli("categories", "--json").json}
    assert set(found) == set(facts.available("categories"))
    for key, each in found.items():
        assert each["reference_price_usd"] == facts.load("categories", key).values["reference_price_usd"]
    assert "Sports earbuds" in cli("categories").out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_mechanism_says_what_it_does_and_what_off_means(cli, lang):
    found = {each["mechanism"]: each for each in cli("mechanisms", "--json", "--lang", lang).json}
    assert list(found) == list(MECHANISMS)
    for each in found.values():
        assert each["does"] and each["off"]
    text = cli("mechanisms", "--lang", lang).out
    assert all(f"\n{name}\n" in f"\n{text}" for name in MECHANISMS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codes_of_the_data_have_words(lang):
    known = catalogue(lang)
    for code in facts.available("markets"):
        tree = facts.load("markets", code).values
        assert f"areas.{tree['area']}" in known
        assert all(f"payments.{method}" in known for method in tree["payment_mix"])


def test_examples_have_title_summary_and_a_file_that_is_valid(cli):
    found = cli("examples", "--json").json
    assert "flagship" in {each["name"] for each in found}
    for each in found:
        scenario = load_scenario(Path(each["file"]))
        assert each["title"]["en"] == scenario.title.en
        assert each["title"]["zh"] == scenario.title.zh
        assert each["summary"]["en"]
    assert "旗舰案例" in cli("examples", "--lang", "zh").out


def test_an_example_that_only_extends_has_the_title_of_its_parent(tmp_path):
    from simulator.cli.listing import _heading

    (tmp_path / "base.yaml").write_text("title: {en: Base, zh: 基准}\nsummary: What it asks\n", encoding="utf-8")
    (tmp_path / "over.yaml").write_text("extends: base.yaml\nsummary: {en: Other}\n")
    assert _heading(tmp_path / "over.yaml") == {"title": {"en": "Base", "zh": "基准"}, "summary": {"en": "Other"}}
