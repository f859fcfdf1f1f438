"""``compare``: differences of inputs and outcomes, paired where the futures are the same."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from simulator import Results
from simulator.comparison import interval


def pick(answer, **wanted):
    rows = [row for row in answer["outcomes"] if all(row[name] == value for name, value in wanted.items())]
    assert len(rows) == 1, wanted
    return rows[0]


def profits(folder, strategy, market="ALL") -> pd.Series:
    summary = Results.load(folder).summary
    own = summary[(summary.strategy == strategy) & (summary.market == market)]
    return own.set_index("replication").profit_usd


def test_a_run_against_itself_copied_differs_by_exactly_nothing(cli, played, tmp_path):
    import shutil

    copy = tmp_path / played.folder.name
    shutil.copytree(played.folder, copy)
    answer = cli("compare", played.folder, copy, "--json").json
    assert answer["inputs"] == []
    defined = [row for row in answer["outcomes"] if row["difference"] is not None]
    assert defined
    assert {(row["difference"], row["low"], row["high"]) for row in defined} <= {(0.0, 0.0, 0.0), (0.0, None, None)}


def test_inputs_that_differ_are_named_and_outcomes_are_paired(cli, played, variants):
    answer = cli("compare", played.folder, variants["dearer"], "--json").json
    first, second = answer["runs"]
    assert answer["paired"] == {second: True}
    assert {row["path"]: (row[first], row[second]) for row in answer["inputs"]} == {
        "seller.unit_cost_usd": (18.0, 30.0),
        "strategies.price_war.price.position": (0.78, 0.9),
    }
    row = pick(answer, strategy="price_war", market="ALL", outcome="profit_usd")
    pairs = profits(variants["dearer"], "price_war") - profits(played.folder, "price_war")
    low, high = interval(pairs.to_numpy())
    assert row["pairing"] == "paired"
    assert row["n"] == 2
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((pairs.mean(), low, high))
    assert row["win_share"] == (pairs > 0).mean()
    loss = pick(answer, strategy="price_war", market="ALL", outcome="p_loss")
    assert loss["mean"] == (profits(variants["dearer"], "price_war") < 0).mean()


def test_more_futures_are_paired_on_those_that_both_have(cli, played, variants):
    answer = cli("compare", played.folder, variants["longer"], "--json").json
    row = pick(answer, strategy="localised", market="US", outcome="profit_usd")
    assert (row["pairing"], row["n"], row["difference"]) == ("paired", 2, 0.0)
    assert [each["path"] for each in answer["inputs"]] == ["replications"]


def test_another_seed_is_unpaired_and_said_so(cli, played, variants):
    answer = cli("compare", played.folder, variants["reseeded"], "--json").json
    (label,) = answer["unpaired_because"]
    assert answer["unpaired_because"][label] == ["seed"]
    row = pick(answer, strategy="localised", market="US", outcome="profit_usd")
    assert row["pairing"] == "unpaired"
    assert row["win_share"] is None
    assert row["low"] < row["difference"] < row["high"]
    text = cli("compare", played.folder, variants["reseeded"]).out
    assert "Unpaired: the runs differ in seed" in text
    assert "非配对" in cli("compare", played.folder, variants["reseeded"], "--lang", "zh").out


def test_several_runs_by_name_and_a_csv(cli, variants, tmp_path):
    out = variants["dearer"].parent
    names = [folder.name for folder in variants.values()]
    said = cli("compare", *names, "--out", out, "--csv", tmp_path / "all.csv", "--outcome", "units")
    assert said.code == 0, said.err
    assert said.out.count(" against ") == 2
    with (tmp_path / "all.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["run"] for row in rows} == set(names[1:])
    assert {row["against"] for row in rows} == {names[0]}
    assert len({row["outcome"] for row in rows}) > 20


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["RUN"], "two runs"),
        (["RUN", "RUN"], "once"),
        (["RUN", "nosuch"], "no run 'nosuch'"),
        (["RUN", "TMP"], "manifest.json"),
        (["RUN", "OTHER", "--outcome", "profit"], "profit_usd"),
        (["RUN", "OTHER", "--csv", "TMP/none/all.csv"], "cannot write"),
    ],
)
def test_mistakes_are_one_message(cli, played, variants, tmp_path, arguments, told):
    places = {"RUN": str(played.folder), "OTHER": str(variants["dearer"])}
    said = cli("compare", *(places.get(each, each.replace("TMP", str(tmp_path))) for each in arguments))
    assert said.code == 2
    assert told in said.err
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
