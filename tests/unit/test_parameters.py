"""Names of numbers: every number that a scenario of ours is unsure of has one, in both languages, and none is stale."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest

from simulator.examples import examples_dir
from simulator.report.parameters import _split, label
from simulator.scenario import load_scenario
from simulator.scenario.plausible import IN_MARKET, OF_THE_FIRM, UNCERTAIN
from simulator.texts import LANGUAGES, catalogue

FILES = sorted(path.relative_to(examples_dir()).as_posix() for path in examples_dir().rglob("*.yaml"))
NAMES = "parameters.names."


@lru_cache(maxsize=1)
def settable() -> frozenset[str]:
    """Return the paths of scenarios with events and with labelled sellers."""
    files = ("flagship.yaml", "trends/labels.yaml")
    return frozenset(path for name in files for path in load_scenario(examples_dir() / name).settable_paths())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_every_uncertain_number_of_the_scenarios_has_a_name_of_its_own(file, lang):
    paths = load_scenario(examples_dir() / file).uncertainties
    labels = [label(path, lang) for path in paths]
    assert not set(labels) & set(paths)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_that_the_facts_add_has_a_name(lang):
    for path in (*UNCERTAIN, *OF_THE_FIRM, *(each.format("ID") for each in IN_MARKET)):
        assert label(path, lang) != path
        assert (label(path, lang).rstrip(")）").endswith("ID")) == ("ID" in path)


def test_every_name_belongs_to_a_number_that_can_be_set():
    named = {key.removeprefix(NAMES) for key in catalogue() if key.startswith(NAMES)}
    assert named <= {_split(path)[0] for path in settable()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_numbers_of_a_scenario_share_a_name(lang):
    labels = [label(path, lang) for path in settable()]
    named = [text for text, path in zip(labels, settable()) if text != path]
    twice = {text for text in named if named.count(text) > 1}
    assert not twice


def test_a_name_says_where():
    told = {
        "category.conversion_at_parity": ("Conversion at parity", "同等条件转化率"),
        "markets.ID.return_share": ("Return share (ID)", "退货率（ID）"),
        "category.market.ID.duty_share": ("Import duty (ID)", "进口关税（ID）"),
        "events.1.change": ("Size of the change (event 2)", "变动幅度（事件 2）"),
        "category.archetypes.global_brand.labelled.growth_share_year": (
            "Growth of labelled sellers (global brand)", "有标签卖家增长率（全球品牌）",
        ),
    }  # fmt: skip
    assert {path: tuple(label(path, lang) for lang in LANGUAGES) for path in told} == told


@pytest.mark.parametrize(
    "path", ["nothing", "markets", "markets.ID", "category.market.ID", "behaviour.no_such", "", "."]
)
def test_what_has_no_name_is_called_by_its_path(path):
    assert [label(path, lang) for lang in LANGUAGES] == [path, path]


def test_chinese_names_are_chinese():
    names = {key: text for key, text in catalogue("zh").items() if key.startswith("parameters.")}
    assert [key for key, text in names.items() if not re.search(r"[一-鿿]|^\{", text)] == []
