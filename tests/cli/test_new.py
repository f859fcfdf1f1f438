"""``new``: a scenario that validates, explained in both languages, and nothing overwritten by accident."""

from __future__ import annotations

import os

import pytest

from simulator import facts, load_scenario
from simulator.starter import Answers, writing
from tests.cli.conftest import SMALL


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("category", facts.available("categories"))
def test_the_scenario_of_every_category_is_valid_everywhere(cli, tmp_path, category, lang):
    everywhere = ",".join(facts.available("markets"))
    said = cli("new", "plan", "--category", category, "--markets", everywhere, "--out", tmp_path, "--lang", lang)
    assert said.code == 0, said.err
    checked = cli("validate", tmp_path / "plan.yaml", "--json")
    assert checked.code == 0, checked.err
    assert checked.json["markets"] == len(facts.available("markets"))
    scenario = load_scenario(tmp_path / "plan.yaml")
    assert scenario.category["key"] == category
    weeks = list(scenario.strategies["localised"].entry.values())
    assert weeks == sorted(weeks)
    assert weeks[-1] < scenario.weeks
    assert scenario.uncertainties
    assert scenario.title.zh


def test_every_line_with_a_value_is_explained(cli, tmp_path):
    cli("new", "plan", "--out", tmp_path)
    lines = (tmp_path / "plan.yaml").read_text().splitlines()
    values = [line for line in lines if ": " in line and not line.lstrip().startswith(("#", "title", "summary"))]
    explained = [line for line in values if "#" in line or line.endswith("from_facts") or line.startswith("outcomes")]
    assert explained == values


@pytest.mark.parametrize("key", facts.available("categories"))
def test_a_typical_seller_is_the_start(key):
    category = facts.load("categories", key).values
    typical = category["typical_seller"]
    assert {"unit_cost_usd", "weight_kg", "volume_l", "cash_usd"} <= set(typical)
    plain = writing.seller_of(Answers(category=key), category)
    assert plain == {name: typical[name] for name in plain}
    without = {name: value for name, value in category.items() if name != "typical_seller"}
    cost = writing.seller_of(Answers(category=key), without)["unit_cost_usd"]
    assert cost == pytest.approx(writing.COST_SHARE * category["reference_price_usd"])


def test_the_scenario_can_be_played(cli, tmp_path):
    cli("new", "plan", "--markets", "sg", "--out", tmp_path)
    said = cli("run", tmp_path / "plan.yaml", *SMALL, "--out", tmp_path / "runs", "--json")
    assert said.code == 0, said.err
    assert [each["strategy"] for each in said.json["strategies"]] == ["from_home", "localised"]


def test_a_file_is_replaced_only_when_told(cli, tmp_path):
    (tmp_path / "plan.yaml").write_text("mine")
    said = cli("new", "plan", "--out", tmp_path)
    assert said.code == 2
    assert "--force" in said.err
    assert (tmp_path / "plan.yaml").read_text() == "mine"
    assert cli("new", "plan", "--out", tmp_path, "--force").code == 0
    assert "strategies:" in (tmp_path / "plan.yaml").read_text()
    assert os.listdir(tmp_path) == ["plan.yaml"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["My Plan"], "my_plan"),
        (["plan.yaml"], "plan"),
        (["../plan"], "plan"),
        (["a/b"], "a_b"),
        (["x" * 41], "x" * 40),
        (["计划"], "my_scenario"),
        (["plan", "--category", "sports_earbud"], "sports_earbuds"),
        (["plan", "--markets", "US,UK"], "UK"),
        (["plan", "--markets", ","], "allowed"),
        (["plan", "--out", "nosuch"], "nosuch"),
        ([], "NAME"),
    ],
)
def test_mistakes_are_one_message_and_no_file(cli, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    said = cli("new", *arguments)
    assert said.code == 2
    assert told in said.err
    assert said.out == ""
    assert os.listdir(tmp_path) == []
