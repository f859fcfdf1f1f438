"""The ledger conserves every cent, and settlements move exactly what was booked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import SimulationError
from simulator.ledger import ACCOUNTS, INDEX, RESULT, Ledger

WEEKS, FUTURES, MARKETS = 6, 3, 2
NAMES = [account.name for account in ACCOUNTS]


def usd(*values: float) -> np.ndarray:
    """Return one amount per market, the same in every future."""
    return np.tile(np.array(values, float), (FUTURES, 1))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(WEEKS, FUTURES, MARKETS)


def test_account_names_are_unique_and_every_kind_is_there():
    assert len(INDEX) == len(ACCOUNTS)
    assert {account.kind for account in ACCOUNTS} == {"asset", "liability", "equity", "income", "expense"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, WEEKS - 1), st.sampled_from(NAMES), st.sampled_from(NAMES),
            st.floats(-1e9, 1e9), st.integers(-2, MARKETS - 1),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_every_entity_of_every_week_sums_to_zero(postings):
    book = Ledger(WEEKS, FUTURES, MARKETS)
    for week, debit, credit, amount, entity in postings:
        shape = (FUTURES, MARKETS) if entity == book.MARKETS else (FUTURES,)
        book.post(week, entity, debit, credit, np.full(shape, amount))
    assert not book.entries.sum(axis=-1).any()
    for week in range(WEEKS):
        book.check(week)


def test_an_amount_is_rounded_once_to_the_nearest_cent_with_halves_upwards(ledger):
    cents = ledger.post(0, ledger.MARKETS, "receivable", "sales", usd(10.004, -0.125))
    np.testing.assert_array_equal(cents, usd(1000, -12).astype(int))
    np.testing.assert_array_equal(ledger.entries[0, :, :2, INDEX["sales"]], -cents)


def test_thirds_of_a_cent_are_not_lost_between_the_two_sides_of_a_payout(ledger):
    booked = sum(ledger.post(0, 0, "receivable", "sales", usd(1 / 3, 0)[:, 0].copy()) for _ in range(100))
    ledger.schedule(2, 0, "cash", "receivable", booked)
    assert (ledger.balance("receivable", 1)[:, 0] == 3300).all()
    assert not ledger.balance("receivable", 2).any()
    assert (ledger.cash(2) == 3300).all() and not ledger.cash(1).any()


def test_a_settlement_after_the_last_week_stays_on_the_balance_sheet(ledger):
    cents = ledger.post(WEEKS - 1, ledger.MARKETS, "receivable", "sales", usd(5, 7))
    ledger.schedule(WEEKS, ledger.MARKETS, "cash", "receivable", cents)
    np.testing.assert_array_equal(ledger.balance("receivable", WEEKS - 1)[:, :2], cents)
    assert not ledger.cash(WEEKS - 1).any()


def test_balances_are_the_same_before_and_after_a_week_is_closed(ledger):
    rng = np.random.default_rng(1)
    for week in range(WEEKS):
        ledger.post(week, ledger.MARKETS, "inventory", "cash", rng.random((FUTURES, MARKETS)) * 1e4)
        ledger.post(week, ledger.HQ, "headquarters", "cash", rng.random(FUTURES) * 1e3)
        ledger.schedule(week + 2, ledger.HQ, "cash", "equity", np.full(FUTURES, 100))
    open_books = [ledger.cash(week) for week in range(WEEKS)]
    for week in range(WEEKS):
        ledger.check(week)
    for week, cash in enumerate(open_books):
        np.testing.assert_array_equal(ledger.cash(week), cash)
        np.testing.assert_array_equal(cash, ledger.entries[: week + 1, :, :, INDEX["cash"]].sum(axis=(0, 2)))


def test_profit_is_what_equity_and_the_other_balances_gained(ledger):
    ledger.post(0, ledger.MARKETS, "cash", "sales", usd(100, 50))
    ledger.post(1, ledger.MARKETS, "advertising", "cash", usd(30, 60))
    ledger.post(1, ledger.HQ, "cash", "equity", np.full(FUTURES, 999.0))
    profit = ledger.profit()
    assert profit[:, 0].sum(axis=0).tolist() == [7000, -1000, 0]
    np.testing.assert_array_equal(profit, ledger.entries[..., ~RESULT].sum(axis=-1))


def test_futures_and_markets_do_not_touch_each_other(ledger):
    one = np.array([1.0, 2.0, 3.0])
    ledger.post(0, 1, "fines", "cash", one)
    assert not ledger.entries[:, :, 0].any() and not ledger.entries[:, :, 2].any()
    np.testing.assert_array_equal(ledger.cash(0), [-100, -200, -300])


def test_broken_books_closed_weeks_wrong_shapes_and_no_amounts_are_refused(ledger):
    with pytest.raises(SimulationError, match="no amount"):
        ledger.post(0, ledger.MARKETS, "cash", "sales", usd(np.nan, 1))
    with pytest.raises(SimulationError, match="shape"):
        ledger.post(0, ledger.HQ, "cash", "sales", usd(1, 1))
    ledger.check(0)
    with pytest.raises(SimulationError, match="closed"):
        ledger.post(0, ledger.MARKETS, "cash", "sales", usd(1, 1))
    ledger.entries[1, 2, 1, 0] = 5
    with pytest.raises(SimulationError, match="week 1, future 2: the books of market 1 differ by 5 cents"):
        ledger.check(1)
