"""Commands answer at once, refuse with one message and an exit code, and never show a trace."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from simulator.cli.common import clock, table, width
from simulator.texts import LANGUAGES, catalogue
from simulator.texts.numbers import count, money, share

WRONG = {
    "unknown key": ("nonsense: 1\n", "nonsense"),
    "wrong type": ("weeks: many\n", "weeks"),
    "out of range": ("weeks: 3\n", "weeks"),
    "no Monday": ("start: 2026-01-06\n", "start"),
    "unknown market": ("markets: [UK]\n", "markets"),
    "duplicate key": ("weeks: 52\nweeks: 53\n", "weeks"),
    "hub elsewhere": ("strategies: {localised: {logistics: {mode: hub, hub: PA}}}\n", "does not serve"),
    "circle": ("extends: wrong.yaml\n", "circle"),
    "no YAML": ("weeks: [\n", "wrong.yaml"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_scenario_gets_a_place_exit_3_and_leaves_nothing(cli, flagship, tmp_path, kind):
    text, told = WRONG[kind]
    for name in ("base.yaml", "flagship.yaml"):
        (tmp_path / name).write_bytes((flagship.parent / name).read_bytes())
    head = "" if "extends" in text else "extends: flagship.yaml\n"
    (tmp_path / "wrong.yaml").write_text(head + text, encoding="utf-8")
    said = cli("run", tmp_path / "wrong.yaml", "--out", tmp_path / "runs")
    assert said.code == 3, said.err
    assert told in said.err
    assert "wrong.yaml:" in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "runs").exists()
    checked = cli("validate", tmp_path / "wrong.yaml", "--json")
    assert checked.code == 3
    assert checked.json["valid"] is False
    assert checked.json["problems"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run"], 2),
        (["run", "nosuch.yaml"], 3),
        (["run", "FLAGSHIP", "--engine", "ray"], 2),
        (["run", "FLAGSHIP", "--workers", "many"], 2),
        (["run", "FLAGSHIP", "--workers", "0"], 2),
        (["run", "FLAGSHIP", "--set", "category.nope=1"], 3),
        (["run", "FLAGSHIP", "--weeks", "3"], 3),
        (["run", "FLAGSHIP", "--consumers", "100000000", "--replications", "10000"], 3),
        (["run", "FLAGSHIP", "--fail-if", "profit < 0"], 2),
        (["facts", "UK"], 2),
        (["nosuch"], 2),
    ],
)
def test_mistakes_have_exit_codes_and_leave_nothing(cli, flagship, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    said = cli(*(flagship if each == "FLAGSHIP" else each for each in arguments))
    assert said.code == code, said.err
    assert said.err.strip()
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_too_large_a_run_is_refused_with_the_figure(cli, flagship, tmp_path):
    said = cli("run", flagship, "--consumers", "100000000", "--out", tmp_path / "runs")
    assert said.code == 3
    assert "GB of memory" in said.err


def test_validate_counts_what_it_found(cli, flagship):
    said = cli("validate", flagship, "--json")
    assert said.code == 0
    assert (said.json["valid"], said.json["strategies"], said.json["markets"]) == (True, 5, 5)


def test_schema_and_paths_parse(cli):
    assert "properties" in cli("schema").json
    paths = cli("schema", "--paths", "--json").json
    assert "category.own_price_elasticity" in paths


def test_facts_name_unit_year_source_and_confidence(cli):
    found = cli("facts", "US", "--json").json
    leaf = found["markets.US"]["shoppers"]
    assert {"value", "unit", "year", "source", "confidence", "low", "high"} <= set(leaf)
    assert found["rules"]["us_de_minimis_back"]["source"], "what may come is shown too"
    text = cli("facts", "US").out
    assert "payment_mix.card" in text
    assert leaf["source"] in text


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "simulator", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_both_languages_have_the_same_keys_and_placeholders():
    from string import Formatter

    english, chinese = (catalogue(lang) for lang in LANGUAGES)
    assert set(english) == set(chinese)
    for key, text in english.items():
        fields = [{name for _, name, _, _ in Formatter().parse(each) if name} for each in (text, chinese[key])]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("usd", "english", "chinese"),
    [
        (0.0, "$0", "$0"),
        (-1_223_000.0, "-$1.2M", "-$122万"),
        (999_960.0, "$1M", "$100万"),
        (12_345.0, "$12.3k", "$1.2万"),
        (7.25, "$7.2", "$7.2"),
        (float("nan"), "–", "–"),
    ],
)
def test_money_is_written_as_people_do(usd, english, chinese):
    assert money(usd) == english
    assert money(usd, "zh") == chinese


def test_other_numbers():
    assert [share(x) for x in (0.0, 1e-6, 0.004, 0.05, 0.42, 1.0, -71.0)] == [
        "0 %", "< 0.01 %", "0.40 %", "5.0 %", "42 %", "100 %", "< -999 %",
    ]  # fmt: skip
    assert [count(x) for x in (0, 12, 999, 12_400)] == ["0", "12", "999", "12.4k"]
    assert money(5.0, signed=True) == "+$5"
    assert [clock(x) for x in (3.2, 125)] == ["3 s", "2:05"]


def test_tables_line_up_with_wide_characters():
    lines = table(("策略", "n"), [("a", "1"), ("本地化", "23")]).splitlines()
    assert len({width(line) for line in lines}) == 1


def test_json_of_a_lessons_command_follows_the_contract(cli):
    said = cli("lesson", "logit", "--json")
    assert said.code in (0, 1), said.err
    assert set(json.loads(said.out)) == {"lesson", "parameters", "checks", "ok"}
