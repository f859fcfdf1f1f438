"""The facts as a table: complete, named in both languages, searchable; and safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache

import pandas as pd
import pytest

from simulator import facts
from simulator.report.fact_table import COLUMNS, EVERY, KINDS, PLACED, chosen, fact_name, fact_table, keys
from simulator.report.figures import figures
from simulator.report.limits import NOT_REPRODUCED, OUTSIDE
from simulator.report.spreadsheet import csv_bytes, harmless
from simulator.texts import LANGUAGES, catalogue
from tests.ui.test_lab import CHINESE

ROOT = facts.DATA.parents[1]


@lru_cache(maxsize=1)
def leaves() -> list[tuple[str, str, str, facts.Fact]]:
    """Return every fact with its kind, key and path."""
    return [
        (kind, key, path, fact)
        for kind in KINDS
        for key in facts.available(kind)
        for path, fact in facts.load(kind, key).leaves.items()
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fact_has_a_name(lang) -> None:
    named = {(kind, path): fact_name(kind, key, path, lang) for kind, key, path, _ in leaves()}
    assert [place for place, name in named.items() if not name] == []
    if lang == "zh":
        # Nodes and hubs are named by the data themselves.
        assert [name for name in named.values() if not CHINESE.search(name)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_figures_of_a_market_or_category_never_share_a_name(lang) -> None:
    for kind in KINDS:
        for key in facts.available(kind):
            table = fact_table(kind, key, lang)
            assert table.loc[table["name"].duplicated(keep=False), "path"].tolist() == [], (kind, key)


def test_units_have_words_and_none_is_stale() -> None:
    used = {fact.unit for *_, fact in leaves()}
    for lang in LANGUAGES:
        known = {key.removeprefix("units.") for key in catalogue(lang) if key.startswith("units.")}
        assert known == used
    english = {key: text for key, text in catalogue("en").items() if key.startswith("units.")}
    assert all(key == f"units.{text}" for key, text in english.items())


def test_no_name_of_a_figure_is_stale() -> None:
    """A name whose fact is gone would never be seen again."""
    kinds = tuple(f"figures.{kind}." for kind in KINDS)
    held = {key for key in catalogue("en") if key.startswith(kinds)}
    bare = [(kind, PLACED.sub(r"\1.each", path, count=1)) for kind, _, path, _ in leaves()]
    used = {f"figures.{kind}.{path}" for kind, path in bare}
    assert held <= used


def test_the_table_holds_every_number_and_nothing_else() -> None:
    table = fact_table(EVERY, EVERY, "en")
    spread = [each for *_, path, fact in leaves() for each in figures(path, fact.value, fact.low, fact.high)]
    names = {path for _, _, path, _ in leaves() if path.endswith("name")}
    both = sum(each.path.endswith(".zh") for each in spread)
    assert names and len(table) == len(spread) - both
    assert set(fact_table("markets", "DE", "en")["path"]) <= set(table["path"])


def test_a_dated_rule_and_a_mix_keep_value_and_range_together() -> None:
    law = fact_table("regulations", "US", "en").set_index("path")
    assert law.loc["duty_change.2025-04-10", ["value", "low", "high"]].tolist() == ["1.35", "0.9", "1.35"]
    mix = fact_table("markets", "US", "zh").set_index("path")
    assert mix.loc["payment_mix.paypal", ["value", "low", "high"]].tolist() == ["0.2", "0.12", "0.26"]


def test_all_words_of_a_search_must_be_there() -> None:
    table = fact_table("markets", EVERY, "en")
    found = chosen(table, "EGYPT  cash", (), assumed_only=False)
    assert len(found) and set(found["of"]) == {"Egypt (EG)"}
    assert chosen(table, "Egypt (.*", (), assumed_only=False).empty, "a search is no pattern"
    assert set(chosen(table, "", ("low",), assumed_only=True)["level"]) == {"low"}
    assert chosen(table, "", (), assumed_only=True)["source"].str.startswith("assumption").all()
    assert len(chosen(table, "", (), assumed_only=False)) == len(table)


def test_only_https_becomes_a_link() -> None:
    table = fact_table(EVERY, EVERY, "en")
    links = table["link"].dropna()
    assert len(links) and links.str.fullmatch(r"https://\S+[^.,;)\s]").all()
    assert (table["source"].str.contains("https://", regex=False) == table["link"].notna()).all()


def test_a_kind_of_one_has_no_choice() -> None:
    assert keys("behaviour") == () and "DE" in keys("markets")


DANGEROUS = ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", "\t=1", "\r=1", "\n=1", "  =1", "-inf", "+1e", "-1-1"]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_run_stays_a_text(cell: str) -> None:
    content = csv_bytes(pd.DataFrame({cell: [cell], "计": [1]}))
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == [f"'{cell}", "计"] and row == [f"'{cell}", "1"]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+1|cmd", "-2+3", "\t=1", "-$5M … =1"])
def test_a_page_offers_no_table_with_a_formula(cell: str) -> None:
    for column in (pd.Series([cell, "fine"]), pd.Categorical([cell, "fine"])):
        assert harmless(pd.DataFrame({"title": column}))["title"].tolist() == [f"'{cell}", "fine"]


def test_figures_stand_on_a_page_as_they_are() -> None:
    table = pd.DataFrame({"a": ["-$351k", "+$5.6万", "-0.2 pp … 0.3 pp", "-12 个百分点"], "b": [-1.5, 2.0, 0.0, 1.0]})
    pd.testing.assert_frame_equal(harmless(table), table)


def test_numbers_and_words_reach_the_spreadsheet_as_they_are() -> None:
    cells = ["-0.05", "+3", "-1,200.5", "-1e-05", "–", "5 % - 6 %", "a=b", "中文", 'said "so", twice']
    content = csv_bytes(pd.DataFrame({"x": cells}))
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))] == ["x", *cells]


def test_every_fact_survives_the_way_through_a_file() -> None:
    table = fact_table(EVERY, EVERY, "zh")[list(COLUMNS)]
    read = pd.read_csv(io.BytesIO(csv_bytes(table)), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    changed = read.map(lambda cell: cell.removeprefix("'")) != table.fillna("").map(lambda cell: cell.removeprefix("'"))
    assert not changed.to_numpy().any()
    assert not read.map(lambda cell: cell.startswith(("=", "@", "+"))).to_numpy().any()


def test_claims_not_reproduced_are_those_of_the_pages() -> None:
    """`docs/trends` is written from runs; the app must not tell another story."""
    verdicts: dict[int, list[str]] = {}
    for page in sorted((ROOT / "docs" / "trends").glob("*.md")):
        for number, verdict in re.findall(r"^\| (\d+) \|.*\*\*([a-z ]+)\*\* \|", page.read_text("utf-8"), re.MULTILINE):
            verdicts.setdefault(int(number), []).append(verdict)
    found = {}
    for number, each in sorted(verdicts.items()):
        tested = [verdict for verdict in each if verdict != "not tested"]
        if missed := tested.count("not reproduced"):
            found[number] = (missed, len(tested))
    assert len(verdicts) > 30
    assert found == NOT_REPRODUCED


def test_patterns_outside_are_those_of_the_scorecard() -> None:
    text = (ROOT / "docs" / "scorecard.md").read_text("utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    head = next(row for row in rows if row[0] == "pattern")
    names = {text: key for key, text in catalogue("en").items() if key.startswith("scorecard.patterns.")}
    found: dict[str, list[str]] = {}
    for row in rows:
        for category, cell in zip(head[3:], row[3:]):
            if "**outside**" in cell:
                found.setdefault(names[row[0]].removeprefix("scorecard.patterns."), []).append(category)
    order = head[3:]
    assert {name: tuple(sorted(where, key=order.index)) for name, where in found.items()} == OUTSIDE
