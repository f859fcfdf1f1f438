"""``run``, ``replay``, ``report``: the folder is whole, says how it was made, and can be made again."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from simulator import Results
from simulator.engine import content
from tests.cli.conftest import SMALL

FILES = {
    "manifest.json", "scenario.yaml", "summary.parquet", "summary.csv", "weekly.parquet", "funnel.parquet",
    "ledger.parquet", "comparison.csv", "sources.csv", "sources.parquet", "report.html",
}  # fmt: skip


def test_a_run_writes_every_file_of_its_folder_and_no_other(played):
    assert {path.name for path in played.folder.iterdir()} == FILES
    assert [path.name for path in played.folder.parent.iterdir()] == [played.folder.name]
    manifest = json.loads((played.folder / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    assert re.fullmatch(r"flagship-[0-9a-f]{8}", played.folder.name)
    assert manifest["scenario_sha256"].startswith(played.folder.name[-8:])
    assert set(manifest["tables"]) == {"summary", "weekly", "funnel", "ledger", "comparison", "sources"}


def test_json_carries_the_answer_and_nothing_else(played):
    answer = played.said.json
    assert [each["strategy"] for each in answer["strategies"]] == [
        "one_size_fits_all", "localised", "green_premium", "ai_driven", "price_war",
    ]  # fmt: skip
    assert Path(answer["report"]).is_file()
    assert "Infinity" not in played.said.out
    assert "NaN" not in played.said.out


def test_tables_hold_together(played):
    results = Results.load(played.folder)
    ledger = results.ledger.groupby(["strategy", "replication", "market", "week"], observed=True).amount_cents.sum()
    assert (ledger == 0).all()
    profit = _by_unit(results.summary, "profit_usd")
    entrant = results.weekly[(results.weekly.seller == "entrant") & (results.weekly.strategy != "no_entry")]
    pd.testing.assert_series_equal(_by_unit(entrant, "profit_usd"), profit)
    sold = _by_unit(results.funnel[results.funnel.stage == "sale"], "needs")
    assert sold.to_dict() == _by_unit(results.summary[results.summary.market != "ALL"], "units").to_dict()
    with (played.folder / "summary.csv").open(newline="") as file:
        assert next(csv.reader(file)) == list(results.summary.columns)


def _by_unit(frame: pd.DataFrame, column: str) -> pd.Series:
    """Sum a column by strategy, future and market."""
    plain = frame.astype({"strategy": str, "market": str})
    return plain.groupby(["strategy", "replication", "market"])[column].sum().astype(float)


def test_the_world_without_the_entrant_is_in_weekly_alone(played):
    results = Results.load(played.folder)
    assert "no_entry" in set(results.weekly.strategy)
    for table in (results.summary, results.funnel, results.ledger, results.comparison):
        assert "no_entry" not in set(table.strategy)


def test_the_manifest_knows_the_content_of_every_table(played):
    results = Results.load(played.folder)
    for name, entry in json.loads((played.folder / "manifest.json").read_text())["tables"].items():
        assert content.digest(results.tables[name]) == entry["sha256"], name
        assert len(results.tables[name]) == entry["rows"]


def test_replay_finds_the_same_content(cli, played):
    said = cli("replay", played.folder, "--json", "--workers", "1")
    assert said.code == 0
    assert said.json["same"] is True
    assert len(said.json["tables"]) == 6


def test_replay_tells_a_table_that_differs(cli, played, tmp_path):
    forged = tmp_path / played.folder.name
    forged.mkdir()
    (forged / "scenario.yaml").write_bytes((played.folder / "scenario.yaml").read_bytes())
    manifest = json.loads((played.folder / "manifest.json").read_text())
    manifest["tables"]["ledger"]["sha256"] = "0" * 64
    (forged / "manifest.json").write_text(json.dumps(manifest))
    said = cli("replay", forged)
    assert said.code == 1
    assert "ledger: DIFFERENT" in said.out
    assert "summary: same" in said.out


@pytest.mark.parametrize("harm", ["doubled", "no table"])
def test_replay_tells_a_file_that_was_changed(cli, played, tmp_path, harm):
    forged = Path(shutil.copytree(played.folder, tmp_path / played.folder.name))
    table = forged / "summary.parquet"
    if harm == "doubled":
        frame = pd.read_parquet(table)
        frame.assign(profit_usd=2.0 * frame["profit_usd"]).to_parquet(table, index=False)
    else:
        table.write_bytes(b"PAR1")
    said = cli("replay", forged.name, "--out", tmp_path, "--json")
    assert (said.code, said.json["altered"], said.json["same"]) == (1, ["summary"], False)
    assert all(said.json["tables"].values())


def test_the_same_run_again_replaces_the_folder(cli, flagship, played, tmp_path):
    first = cli("run", flagship, *SMALL, "--out", tmp_path, "--json")
    folder = Path(first.json["folder"])
    (folder / "stray.txt").write_text("left by hand")
    assert cli("run", flagship, *SMALL, "--out", tmp_path, "--quiet").code == 0
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in tmp_path.iterdir()] == [folder.name] == [played.folder.name]


def test_the_report_needs_no_network(played):
    text = (played.folder / "report.html").read_text(encoding="utf-8")
    markup = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", markup)
    assert "default-src 'none'" in markup
    assert "@import" not in markup
    for name in ("cash", "heat", "funnel", "waterfall"):
        assert f'id="chart-{name}"' in markup
    charts = re.search(r"const charts = (\{.*\});\n", text)
    assert charts is not None
    assert "<" not in charts.group(1)
    assert set(json.loads(charts.group(1))) <= {"cash", "heat", "funnel", "waterfall"}


def test_the_report_speaks_chinese(cli, played, tmp_path):
    said = cli("report", played.folder, "--lang", "zh", "--out", tmp_path / "zh.html")
    assert said.code == 0
    text = (tmp_path / "zh.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in text
    assert "为什么流失销量" in text
    assert "旗舰案例" in text


def test_a_title_cannot_break_out_of_the_report(cli, tmp_path):
    (tmp_path / "run").mkdir()
    trap = "</title></script><script>alert(1)</script>"
    source = Path(__file__).parents[2] / "scenarios" / "flagship.yaml"
    scenario = tmp_path / "trap.yaml"
    scenario.write_text(
        source.read_text(encoding="utf-8").replace("extends: base.yaml", f"extends: {json.dumps('base.yaml')}"),
        encoding="utf-8",
    )
    (tmp_path / "base.yaml").write_bytes((source.parent / "base.yaml").read_bytes())
    said = cli("run", scenario, *SMALL, "--set", f"title.en={json.dumps(trap)}", "--out", tmp_path / "run", "--json")
    assert said.code == 0, said.err
    assert "<script>alert(1)" not in Path(said.json["report"]).read_text(encoding="utf-8")


def test_an_interrupt_leaves_only_the_hidden_folder(flagship, tmp_path):
    out = tmp_path / "runs"
    command = [sys.executable, "-m", "simulator", "run", str(flagship), "--out", str(out), "--consumers", "2000"]
    process = subprocess.Popen([*command, "--replications", "200"], stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not list(out.glob(".*.part/manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert stdout == b""
    assert b"Traceback" not in stderr
    (hidden,) = out.iterdir()
    assert hidden.name.startswith(".flagship-")
    assert hidden.name.endswith(".part")
    assert json.loads((hidden / "manifest.json").read_text())["status"] == "interrupted"


@pytest.mark.parametrize("folder", ["none", "."])
def test_what_is_no_run_is_refused(cli, tmp_path, folder):
    for command in ("replay", "report"):
        said = cli(command, tmp_path / folder)
        assert said.code == 2
        assert "run" in said.err


def test_a_run_of_the_usual_folder_is_found_by_its_name(cli, played, tmp_path, monkeypatch):
    (tmp_path / "runs").symlink_to(played.folder.parent, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    assert cli("report", played.folder.name, "--out", "report.html").code == 0
    assert (tmp_path / "report.html").stat().st_size > 100_000
    said = cli("report", played.folder.name[:-2])
    assert said.code == 2
    assert f"did you mean '{played.folder.name}'" in said.err


def test_orders_are_written_and_played_again(cli, flagship, tmp_path):
    said = cli("run", flagship, *SMALL, "--orders", "40", "--out", tmp_path, "--json", "--quiet")
    assert said.code == 0, said.err
    folder = Path(said.json["folder"])
    orders = pd.read_parquet(folder / "orders.parquet")
    assert orders["consumer"].between(0, 39).all() and set(orders["market"]) <= {"US", "DE", "ID", "SA", "BR"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["orders"] == 40 and manifest["tables"]["orders"]["rows"] == len(orders) > 0
    again = cli("replay", folder, "--json", "--quiet")
    assert again.code == 0 and again.json["tables"]["orders"] is True


@pytest.mark.parametrize("count", ["-1", "301", "many"])
def test_a_wrong_number_of_orders_is_refused_with_the_cure(cli, flagship, tmp_path, count):
    said = cli("run", flagship, *SMALL, "--orders", count, "--out", tmp_path)
    assert said.code == 2 and not list(tmp_path.iterdir())
    assert "300" in said.err if count != "many" else "--orders" in said.err


def test_a_resumed_run_keeps_its_orders(cli, tmp_path):
    said = cli("run", "--resume", "flagship-0123abcd", "--orders", "5", "--out", tmp_path)
    assert said.code == 2 and "leave out --orders" in said.err
