"""Reported figures against hand-computed books."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulator import outcomes
from simulator.ledger import ACCOUNTS
from simulator.views import SEGMENTS, STAGES, Records
from tests.unit.records import blank, book

SETTING = outcomes.Setting(date(2026, 1, 5), discount_rate=0.12, cash_usd=1_000.0, strategies=("plan", "no_entry"))


def row(records: Records, market: str, replication: int = 0) -> pd.Series:
    table = outcomes.summary(records, SETTING)
    return table[(table.market == market) & (table.replication == replication)].iloc[0]


def test_a_firm_that_does_nothing_earns_exactly_zero_and_leaves_the_rest_undefined():
    table = outcomes.summary(blank(), SETTING)
    assert list(table.columns) == list(outcomes.SUMMARY_COLUMNS)
    assert list(table.market) == ["US", "ID", "ALL"]
    for zero in ("profit_usd", "npv_usd", "revenue_usd", "units", "incidents", "fines_usd", "awareness_share",
                 "co2_kg", "co2_product_kg", "co2_freight_kg", "co2_last_mile_kg"):  # fmt: skip
        assert (table[zero] == 0).all(), zero
    for undefined in ("market_share", "margin_share", "roi", "payback_week", "stockout_share", "leftover_share",
                      "on_time_share", "rating", "response_seconds", "return_share", "ad_share", "acos_share",
                      "landed_cost_usd", "co2_kg_unit", "sampling_cv", "stock_error_share",
                      "run_rate_usd_year"):  # fmt: skip
        assert table[undefined].isna().all(), undefined
    for firm, value in {"peak_funding_usd": 0.0, "min_cash_usd": 1_000.0, "insolvent": False}.items():
        assert table[firm].isna().tolist() == [True, True, False]
        assert table[firm].iloc[2] == value


def test_profit_npv_and_payback_by_hand():
    records = blank(weeks=4)
    book(records, 0, 0, "setup", "cash", 100.0)
    book(records, 1, 0, "inventory", "cash", 50.0)
    book(records, 2, 0, "receivable", "sales", 300.0)
    book(records, 2, 0, "cost_of_goods", "inventory", 40.0)
    book(records, 3, 0, "cash", "receivable", 200.0)
    book(records, 3, 0, "receivable", "tax_payable", 20.0)
    book(records, 0, 2, "headquarters", "cash", 10.0)
    records.end_stock_value_usd[0, 0] = 6.0
    us, everything = row(records, "US"), row(records, "ALL")
    weekly_rate = 1.12 ** (-1 / 52)
    npv = -100.0 - 50.0 * weekly_rate + 200.0 * weekly_rate**3 + (100.0 + 20.0 - 20.0 + 6.0) * weekly_rate**4
    assert us.profit_usd == pytest.approx(300.0 - 40.0 - 100.0)
    assert us.npv_usd == pytest.approx(npv)
    assert us.payback_week == 3
    assert everything.profit_usd == pytest.approx(us.profit_usd - 10.0)
    assert everything.npv_usd == pytest.approx(npv - 10.0)
    assert everything.peak_funding_usd == pytest.approx(160.0)
    assert everything.min_cash_usd == pytest.approx(1_000.0 - 160.0)
    assert everything.roi == pytest.approx(everything.profit_usd / 160.0)
    assert pd.isna(us.roi)


def test_npv_of_a_level_annuity_has_its_closed_form():
    weeks = 104
    records = blank(weeks=weeks)
    for week in range(weeks):
        book(records, week, 1, "cash", "sales", 7.0)
    factor = 1.12 ** (-1 / 52)
    assert row(records, "ID").npv_usd == pytest.approx(7.0 * (1 - factor**weeks) / (1 - factor))
    assert row(records, "ID").run_rate_usd_year == pytest.approx(26 * 7.0 * 2)
    assert row(records, "ID").payback_week == 0


@pytest.mark.parametrize(
    ("flows", "week"),
    [
        ((-5, 2, 3, 0), 2),  # exactly even counts
        ((-5, 6, -2, 3), 3),  # a second dip postpones it
        ((-5, 1, 1, 1), None),
        ((0, 0, 4, -1), 2),  # never in debt: from the first money on
        ((0, 0, 0, 0), None),
        ((-0.01, 0.03, -0.03, 0.01), 3),  # cents, where float sums would leave a residue
    ],
)
def test_payback_is_the_first_week_from_which_cash_stays_non_negative(flows, week):
    records = blank()
    for t, usd in enumerate(flows):
        book(records, t, 0, "cash", "sales", usd)
    found = row(records, "US").payback_week
    assert pd.isna(found) if week is None else found == week


def test_the_owners_capital_is_no_free_cash():
    records = blank()
    book(records, 0, 2, "cash", "equity", 1_000.0)
    book(records, 1, 2, "headquarters", "cash", 30.0)
    everything = row(records, "ALL")
    assert everything.peak_funding_usd == pytest.approx(30.0)
    assert everything.min_cash_usd == pytest.approx(970.0)
    assert everything.profit_usd == pytest.approx(-30.0)


def test_shares_are_ratios_of_sums_and_all_is_no_mean_of_markets():
    records = blank(weeks=2)
    records.units[:, 0, 0] = [[6, 50, 4], [4, 30, 6]]
    records.units[:, 0, 1, 1] = 100
    records.demand[:, 0, 0] = [10, 4]
    records.revenue_usd[:, 0, 0, 0] = [60.0, 40.0]
    records.ad_usd[:, 0, 0] = 5.0
    records.ad_attributed[:, 0, 0] = 20.0
    records.received_units[0, 0], records.leftover_units[0, 0] = 20, 5
    records.misplaced[:, 0, 0], records.stock_wanted[0, 0] = [1, 2], 12
    records.misplaced[:, 0, 1], records.stock_wanted[0, 1] = [0, 3], 48
    records.delivered[0, 0], records.on_time[0, 0], records.returned[0, 0] = 10, 8, 1
    records.needs[:, 0, 0], records.needs[:, 0, 1] = [100, 300], 400
    records.awareness[:, 0, 0] = [0.1, 0.3]
    records.rating[:, 0, 0] = [4.2, 4.4]
    records.landed_cost_usd[0, 0] = 22.0
    book(records, 0, 0, "receivable", "sales", 100.0)
    book(records, 0, 0, "advertising", "cash", 10.0)
    book(records, 0, 0, "setup", "cash", 70.0)
    book(records, 0, 0, "fines", "cash", 2.0)
    us, everything = row(records, "US"), row(records, "ALL")
    assert us.units == 10
    assert us.market_share == pytest.approx(10 / 100)
    assert everything.market_share == pytest.approx(10 / 300)
    assert us.margin_share == pytest.approx(0.90)
    assert us.stockout_share == everything.stockout_share == pytest.approx(4 / 14)
    assert us.leftover_share == pytest.approx(0.25)
    assert us.stock_error_share == pytest.approx(3 / 12)
    assert everything.stock_error_share == pytest.approx(6 / 60)
    assert us.on_time_share == pytest.approx(0.8)
    assert us.return_share == pytest.approx(0.1)
    assert us.ad_share == pytest.approx(0.10)
    assert us.acos_share == pytest.approx(0.25)
    assert us.awareness_share == pytest.approx((0.1 * 100 + 0.3 * 300) / 400)
    assert everything.awareness_share == pytest.approx((0.1 * 100 + 0.3 * 300) / 1200)
    assert us.rating == everything.rating == pytest.approx(4.4)
    assert us.landed_cost_usd == everything.landed_cost_usd == pytest.approx(22.0)
    assert us.fines_usd == everything.fines_usd == pytest.approx(2.0)
    assert pd.isna(row(records, "ID").stockout_share)


def test_response_times_of_markets_are_weighed_by_units():
    records = blank(response_seconds=np.array([[15.0, 7215.0]]))
    records.units[0, 0, :, 0] = [3, 1]
    assert [row(records, market).response_seconds for market in ("US", "ID", "ALL")] == [15.0, 7215.0, 1815.0]
    records.units[0, 0, 1, 0] = 0
    assert pd.isna(row(records, "ID").response_seconds), "nobody asked"
    assert row(records, "ALL").response_seconds == 15.0


def test_sampling_error_is_the_scatter_of_the_groups_and_adds_over_markets():
    records = blank()
    generator = np.random.default_rng(1)
    records.group_units[:] = generator.normal(100.0, 8.0, records.group_units.shape)
    us, indonesia = records.group_units[0]
    assert row(records, "US").sampling_cv == pytest.approx(us.std(ddof=1) / 4 / us.mean())
    both = np.sqrt(us.var(ddof=1) / 16 + indonesia.var(ddof=1) / 16) / (us.mean() + indonesia.mean())
    assert row(records, "ALL").sampling_cv == pytest.approx(both)


def test_weekly_rows_are_in_order_and_all_sums_the_markets():
    records = blank(replications=(3, 4), weeks=3)
    records.units[:] = np.arange(records.units.size).reshape(records.units.shape)
    records.revenue_usd[:] = records.units * 2.0
    records.price_usd[:] = 2.0
    records.stock[:] = 9
    book(records, 1, 1, "cash", "sales", 12.0, future=1)
    table = outcomes.weekly(records, SETTING)
    keys = ["replication", "market", "seller", "week"]
    assert list(table.columns[:5]) == ["strategy", *keys]
    assert len(table) == 2 * 3 * 3 * 3
    expected = [
        (r, m, s, w)
        for r in (3, 4)
        for m in ("US", "ID", "ALL")
        for s in ("entrant", "champion", "near")
        for w in range(3)
    ]
    assert list(table[keys].itertuples(index=False, name=None)) == expected
    wide = table.pivot(index=["replication", "seller", "week"], columns="market", values="units")
    assert (wide["US"] + wide["ID"] == wide["ALL"]).all()
    assert set(table.date[table.week == 2]) == {pd.Timestamp(2026, 1, 19)}
    assert table.price_usd[table.market == "ALL"].isna().all()
    shares = table.groupby(["replication", "market", "week"], observed=True).market_share.sum()
    np.testing.assert_allclose(shares, 1.0)
    rivals = table[table.seller != "entrant"]
    for own in ("awareness_share", "stock_units", "ad_usd", "cash_usd", "profit_usd", "rating"):
        assert rivals[own].isna().all()
    own = table[(table.seller == "entrant") & (table.replication == 4)]
    assert own[own.market == "ALL"].cash_usd.tolist() == [1_000.0, 1_012.0, 1_012.0]
    assert own[own.market != "ALL"].cash_usd.isna().all()
    assert own[own.market == "ID"].profit_usd.tolist() == [0.0, 12.0, 0.0]
    assert own[own.market == "ALL"].stock_units.tolist() == [18, 18, 18]


def test_the_world_without_the_entrant_has_rows_of_rivals_only():
    table = outcomes.weekly(blank(strategy="no_entry"), SETTING)
    assert set(table.seller) == {"champion", "near"}


def test_the_funnel_keeps_its_zeros_and_every_need():
    records = blank(replications=(0, 1))
    records.funnel[:] = np.arange(records.funnel.size).reshape(records.funnel.shape)
    records.funnel[0, 0, 0, 0] = 0
    table = outcomes.funnel(records, SETTING)
    assert len(table) == 2 * 2 * len(SEGMENTS) * len(STAGES)
    assert table.needs.sum() == records.funnel.sum()
    one = table[(table.replication == 1) & (table.market == "ID")]
    assert one.needs.to_numpy().tolist() == records.funnel[1, 1].ravel().tolist()
    assert list(one.stage[: len(STAGES)]) == list(STAGES)


def test_the_ledger_lists_what_moved_and_balances():
    records = blank(weeks=3)
    book(records, 0, 0, "setup", "cash", 1.23)
    book(records, 2, 2, "headquarters", "cash", 4.56)
    table = outcomes.ledger(records, SETTING)
    rows = list(table[["market", "week", "account", "amount_cents"]].itertuples(index=False, name=None))
    assert rows == [
        ("US", 0, "cash", -123),
        ("US", 0, "setup", 123),
        ("HQ", 2, "cash", -456),
        ("HQ", 2, "headquarters", 456),
    ]
    assert (table.groupby(["market", "week"], observed=True).amount_cents.sum() == 0).all()


def test_every_account_of_the_income_statement_moves_profit_by_its_amount():
    for account in ACCOUNTS:
        if account.kind in ("income", "expense"):
            records = blank()
            book(records, 1, 0, account.name, "cash", 3.0)
            assert row(records, "ALL").profit_usd == pytest.approx(-3.0), account.name
