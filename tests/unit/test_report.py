"""The few numbers that the report shows, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulator import outcomes
from simulator.comparison import compare
from simulator.examples import examples_dir
from simulator.ledger import ACCOUNTS
from simulator.report import readable, tables
from simulator.report.titles import strategy_titles
from simulator.scenario import load_scenario, scenario_of
from simulator.texts import LANGUAGES, catalogue, numbers
from simulator.views import SEGMENTS, STAGES
from tests.unit.records import blank, book

SETTING = outcomes.Setting(date(2026, 1, 5), 0.12, 1_000.0, ("plan", "no_entry"))


def test_every_account_of_the_income_statement_is_in_exactly_one_step():
    placed = [account for accounts in tables.STEPS.values() for account in accounts]
    assert sorted(placed) == sorted(each.name for each in ACCOUNTS if each.kind in ("income", "expense"))


def test_the_waterfall_ends_at_the_mean_profit():
    records = blank(replications=(0, 1))
    for future, usd in enumerate((3_000.0, 5_000.0)):
        book(records, 1, 0, "cash", "sales", usd, future)
        book(records, 1, 0, "cost_of_goods", "cash", 1_000.0, future)
        book(records, 2, 2, "headquarters", "cash", 500.0, future)
    summary = outcomes.summary(records, SETTING)
    steps = tables.waterfall(outcomes.ledger(records, SETTING), summary, ["plan"])
    assert list(steps.step) == ["sales", "goods", "overhead", "profit"]
    assert list(steps.amount) == pytest.approx([4.0, -1.0, -0.5, 2.5])
    assert list(steps.end) == pytest.approx([4.0, 3.0, 2.5, 2.5])
    heat = tables.heat(summary).set_index("market").profit
    assert heat[["US", "HQ", "ALL"]].tolist() == pytest.approx([3.0, -0.5, 2.5])
    assert np.isnan(heat["ID"])


def test_a_blocked_need_counts_at_the_conversion_of_those_who_passed():
    records = blank()
    needs = dict.fromkeys(STAGES, 0) | {
        "unaware": 9_000, "payment": 500, "stock": 10, "price": 20, "habit": 400, "outside": 30, "sale": 40,
    }  # fmt: skip
    records.funnel[0, 0, 0] = [needs[stage] for stage in STAGES]
    table = outcomes.funnel(records, SETTING)
    lost = tables.lost_sales(table).set_index("stage").lost
    # Of 500 who passed the barriers 50 wanted it: 500 blocked needs are 50 lost sales, on 40 sold.
    assert lost["payment"] == pytest.approx(125.0)
    assert lost["stock"] == pytest.approx(25.0)
    assert lost["price"] == pytest.approx(50.0)
    assert lost["device"] == 0.0
    unaware, wanted = tables.looked_shares(table)
    assert (unaware, wanted) == pytest.approx((0.9, 0.05))


def test_where_nothing_was_sold_no_reason_is_scaled():
    records = blank()
    records.funnel[:, :, :, 0] = 100
    assert len(SEGMENTS) == records.funnel.shape[2]
    assert tables.lost_sales(outcomes.funnel(records, SETTING)).empty


def test_cash_shows_the_median_and_the_range_of_futures():
    records = blank(replications=tuple(range(11)), weeks=4)
    for future in range(11):
        book(records, 1, 2, "cash", "sales", 1_000.0 * future, future)
    shown = tables.cash(outcomes.weekly(records, SETTING)).set_index("week")
    assert shown.loc[3, ["p10", "median", "p90"]].tolist() == pytest.approx([2.0, 6.0, 10.0])
    assert shown.loc[0, "median"] == pytest.approx(1.0)


def test_a_strategy_is_summed_up_over_futures():
    records = blank(replications=(0, 1, 2, 3), weeks=4)
    for future, usd in enumerate((-10.0, 20.0, 30.0, 40.0)):
        book(records, 0, 2, "headquarters", "cash", 5.0, future)
        book(records, 2, 0, "cash", "sales", usd + 5.0, future)
    summary = outcomes.summary(records, SETTING)
    row = tables.strategies(summary, compare(summary, "plan")).iloc[0]
    assert row.profit == pytest.approx(20.0)
    assert row.p_loss == 0.25
    assert row.payback_share == 0.75
    assert row.payback_week == 2.0
    assert row.peak_funding_usd == pytest.approx((10 + 5 * 3) / 4)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_names_every_step_and_stage(lang):
    known = catalogue(lang)
    assert {f"steps.{step}" for step in tables.STEPS} | {f"stages.{stage}" for stage in STAGES} <= set(known)


def test_long_runs_with_many_strategies_stay_within_what_a_chart_takes():
    weeks, names = 520, [f"s{i}" for i in range(32)]
    one = outcomes.weekly(blank(weeks=weeks), SETTING)
    many = pd.concat([one.assign(strategy=name) for name in names])
    assert len(tables.cash(many)) < 5_000


def test_strategies_of_one_title_are_told_apart():
    scenario = load_scenario(examples_dir() / "flagship.yaml")
    document = scenario.document()
    document["strategies"]["price_war"]["title"] = dict(document["strategies"]["localised"]["title"])
    for lang in LANGUAGES:
        titles = strategy_titles(scenario_of(document), lang)
        assert len(set(titles.values())) == len(titles) == 5
        assert titles["localised"].endswith("(localised)")
        assert titles["green_premium"] == strategy_titles(scenario, lang)["green_premium"]


def test_a_time_is_told_in_the_unit_that_people_use():
    told = {15.0: "15 s", 2.5: "2.5 s", 89.0: "89 s", 120.0: "2 min", 4170.0: "70 min", 22470.0: "6.2 h", 1e5: "28 h"}
    assert {seconds: numbers.figure("response_seconds", seconds) for seconds in told} == told
    assert numbers.change("response_seconds", -22470.0, "zh", signed=True) == "-6.2 小时"
    assert numbers.change("response_seconds", 105.0, "en", signed=True) == "+1.8 min"
    assert numbers.figure("response_seconds", float("nan")) == numbers.NOTHING


def test_differences_of_shares_are_points_and_of_money_are_money():
    assert numbers.change("p_loss", 0.5, "en", signed=True) == "+50.0 pp"
    assert numbers.change("stockout_share", -0.031, "zh") == "-3.1 个百分点"
    assert numbers.change("profit_usd", 82_000.0, "en", signed=True) == "+$82k"
    assert numbers.change("p_loss", float("nan")) == numbers.NOTHING


@pytest.mark.parametrize(
    ("weeks", "told"), [((40, 60, 80), "60"), ((40, None, 80), "60 (67 % of futures)"), ((None,), "–")]
)
def test_a_payback_week_says_in_how_many_futures_it_comes(weeks, told):
    summary = pd.DataFrame(
        {"strategy": "plan", "market": outcomes.ALL, "replication": range(len(weeks)), "profit_usd": 1.0,
         "payback_week": pd.array(weeks, "Int64"), "peak_funding_usd": 1.0, "insolvent": False},
    )  # fmt: skip
    wide = summary.reindex(columns=outcomes.SUMMARY_COLUMNS).combine_first(summary)
    found = tables.strategies(wide, compare(wide, "plan"))
    assert readable.strategies(found, "en").iloc[0, -1] == told


def test_sources_are_grouped_and_every_row_adds_up():
    columns = ["strategy", "reference", "market", "gained", "source", "units", "low", "high"]
    rows = [
        ("plan", "no_entry", "ALL", "core", "champion", 30.0), ("plan", "no_entry", "ALL", "pro", "champion", 10.0),
        ("plan", "no_entry", "ALL", "core", "near", -5.0), ("plan", "no_entry", "ALL", "core", "outside", 8.0),
        ("plan", "no_entry", "ALL", "business", "no_bidder", 7.0), ("plan", "no_entry", "US", "core", "near", 99.0),
        ("other", "no_entry", "ALL", "core", "champion", 1.0), ("plan", "other", "ALL", "core", "champion", 50.0),
    ]  # fmt: skip
    frame = pd.DataFrame([(*row, np.nan, np.nan) for row in rows], columns=columns)
    shown = tables.sources(frame, {"champion"}).set_index("strategy")
    assert list(shown.columns) == ["units", "archetypes", "close", "outside", "no_bidder"]
    assert shown.loc["plan"].tolist() == [50.0, 40.0, -5.0, 8.0, 7.0]
    assert shown.loc["other"].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]
    assert tables.sources(frame[:0], {"champion"}).empty
