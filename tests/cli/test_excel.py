"""``report --excel``: the workbook holds what the tables say, and no cell runs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from simulator import Results
from simulator.report import excel, sheets
from simulator.texts import tr
from tests.cli.conftest import SMALL


@pytest.fixture(scope="module")
def book(tmp_path_factory, played):
    from tests.cli.conftest import call

    path = tmp_path_factory.mktemp("excel") / "report.xlsx"
    said = call("report", played.folder, "--excel", "--out", path, "--json")
    assert said.code == 0, said.err
    assert said.json == {"report": str(path)}
    return load_workbook(path)


def rows(sheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[1]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]


def test_the_sheets_are_there(book):
    assert book.sheetnames == [
        "About", "Summary", "Comparison", "Funnel", "Weeks", "Profit and loss", "Inputs", "Facts",
    ]  # fmt: skip


def test_the_summary_is_the_mean_over_futures(book, played):
    results = Results.load(played.folder)
    means = results.summary.groupby(["strategy", "market"]).profit_usd.mean()
    found = {(row["Strategy"], row["Market"]): row["Profit"] for row in rows(book["Summary"])}
    assert found == pytest.approx(means.to_dict())


def test_the_income_statement_ends_at_the_profit_of_every_market(book, played):
    results = Results.load(played.folder)
    means = results.summary.groupby(["strategy", "market"]).profit_usd.mean()
    last = [row for row in rows(book["Profit and loss"]) if row["Account"] in (None, "")]
    assert [row["Strategy"] for row in last] == list(results.scenario.strategies)
    for row in last:
        for market in (*results.scenario.markets, "ALL"):
            assert row[market] == pytest.approx(means[row["Strategy"], market], abs=0.01)


def test_weeks_add_up_to_the_run_and_needs_to_the_funnel(book, played):
    results = Results.load(played.folder)
    means = results.summary.groupby(["strategy", "market"]).units.mean()
    sold = dict.fromkeys(means.index, 0.0)
    for row in rows(book["Weeks"]):
        sold[row["Strategy"], row["Market"]] += row["Units"]
    assert sold == pytest.approx(means.astype(float).to_dict())
    bought = {(row["Strategy"], row["Market"]): row["bought"] for row in rows(book["Funnel"])}
    assert bought == pytest.approx({key: sold[key] for key in bought})
    assert len(rows(book["Comparison"])) == len(results.comparison)


def test_facts_carry_unit_and_source_and_what_replaces_them(book):
    found = {row["Path"]: row for row in rows(book["Facts"])}
    assert all(row["Unit"] and row["Source"] and row["Confidence"] for row in found.values())
    assert {"markets.US.shoppers", "category.own_price_elasticity", "regulations.BR.parcel.vat_share"} <= set(found)
    inputs = {row["Path"]: row["Value"] for row in rows(book["Inputs"])}
    assert inputs["seller.unit_cost_usd"] == 18
    assert inputs["strategies.price_war.price.position"] == 0.78


def test_text_that_looks_like_a_formula_is_text(cli, flagship, tmp_path):
    traps = ["=1+1", "+1", "-1", "@SUM(A1)", "=2+2"]
    source = flagship.parent
    (tmp_path / "base.yaml").write_bytes((source / "base.yaml").read_bytes())
    names = ("localised", "green_premium", "price_war", "one_size_fits_all")
    settings = [f"strategies.{name}.title.en={json.dumps(trap)}" for name, trap in zip(names, traps)]
    settings.append(f"title.en={json.dumps(traps[4])}")
    options = [part for each in settings for part in ("--set", each)]
    said = cli("run", flagship, *SMALL, *options, "--out", tmp_path / "runs", "--json", "--quiet")
    assert said.code == 0, said.err
    said = cli("report", said.json["folder"], "--excel", "--json")
    assert said.code == 0, said.err
    path = Path(said.json["report"])
    assert path.name == "report.xlsx"
    seen = set()
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t")):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                    seen.add(cell.value)
    assert set(traps) <= seen
    with zipfile.ZipFile(path) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in file.read(name) for name in sheets)


def test_the_workbook_speaks_chinese(cli, played, tmp_path):
    said = cli("report", played.folder, "--excel", "--lang", "zh", "--out", tmp_path / "zh.xlsx")
    assert said.code == 0, said.err
    book = load_workbook(tmp_path / "zh.xlsx")
    assert "汇总" in book.sheetnames
    assert "一刀切" in {cell.value for cell in book["汇总"]["B"]}


def test_the_chinese_workbook_has_no_keys_in_place_of_words(cli, played, tmp_path):
    assert cli("report", played.folder, "--excel", "--lang", "zh", "--out", tmp_path / "zh.xlsx").code == 0
    book = load_workbook(tmp_path / "zh.xlsx")
    for sheet, column in (("comparison", "outcome"), ("ledger", "step"), ("ledger", "account")):
        rows = list(book[tr(f"excel.{sheet}", "zh")].values)
        place = rows[0].index(tr(f"columns.{column}", "zh"))
        words = {row[place] for row in rows[1:]} - {None, ""}
        assert len(words) > 3 and not {word for word in words if "_" in word or word.islower()}, words


def test_long_runs_are_blocks_of_weeks_that_add_up(played, monkeypatch):
    results = Results.load(played.folder)
    whole = sheets.weekly(results)
    monkeypatch.setattr(sheets, "MOST_ROWS", len(whole) // 5)
    blocks = sheets.weekly(results)
    assert len(blocks) <= len(whole) / 4
    for keys in (["strategy"], ["strategy", "market"]):
        sums, expected = (table.groupby(keys)["units"].sum() for table in (blocks, whole))
        pd.testing.assert_series_equal(sums, expected)
    last = ["strategy", "market"]
    pd.testing.assert_series_equal(blocks.groupby(last)["cash_usd"].last(), whole.groupby(last)["cash_usd"].last())


def test_shares_are_shown_as_percent_and_money_without(book):
    sheet = book["Summary"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, heads["Market share"]).number_format == "0.0%"
    assert sheet.cell(2, heads["Profit"]).number_format == "#,##0"


def test_signs_that_the_format_cannot_hold_are_replaced():
    from openpyxl import Workbook

    cell = Workbook().active.cell(1, 1)
    excel._write(cell, "a\x00b\x1fc" + "x" * 40_000)
    assert cell.value.startswith("a\ufffdb\ufffdc")
    assert len(cell.value) == excel.MOST_SIGNS


def test_a_missing_library_is_one_message_with_the_cure(cli, played, tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "find_spec", lambda name: None)
    said = cli("report", played.folder, "--excel", "--out", tmp_path / "report.xlsx")
    assert said.code == 2
    assert "pip install 'market-entry-simulator[excel]'" in said.err
    assert said.out == ""
    assert not (tmp_path / "report.xlsx").exists()


def test_a_place_that_cannot_be_written_is_one_message_and_no_file(cli, played, tmp_path):
    said = cli("report", played.folder, "--excel", "--out", tmp_path / "none" / "report.xlsx")
    assert said.code == 2
    assert "cannot write" in said.err
    assert list(tmp_path.iterdir()) == []
