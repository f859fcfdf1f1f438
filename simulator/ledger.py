"""Double entry in whole cents: one book per market and one for the headquarters, side by side for all futures.

Every posting is rounded once and booked with the same integer on both sides, so each entity sums to exactly zero
in every week. A payment that is due later is written on the page of its week at once; what is due after the last
week never moves and stays on the balance sheet.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit
from simulator.errors import SimulationError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Kind = Literal["asset", "liability", "equity", "income", "expense"]


class Account(NamedTuple):
    """A line of the book; balances are debit − credit (assets and expenses positive)."""

    name: str
    kind: Kind


ACCOUNTS: Final = (
    Account("cash", "asset"),
    Account("receivable", "asset"),  # what platforms and payment firms hold until the payout
    Account("inventory", "asset"),  # landed value of stock on hand and on the way
    Account("import_vat_receivable", "asset"),
    Account("export_vat_receivable", "asset"),
    Account("tax_payable", "liability"),  # consumer taxes collected, not yet remitted
    Account("equity", "equity"),
    Account("sales", "income"),  # net of consumer taxes
    Account("refunds", "expense"),
    Account("cost_of_goods", "expense"),  # from stock: landed value; parcels: the unit
    Account("parcel_freight", "expense"),
    Account("parcel_duty", "expense"),  # duty and line fees of parcels that the seller bears
    Account("commission", "expense"),
    Account("payment_fees", "expense"),
    Account("fulfilment", "expense"),
    Account("storage", "expense"),
    Account("returns_handling", "expense"),
    Account("refused_parcels", "expense"),  # cash on delivery, turned away at the door
    Account("advertising", "expense"),
    Account("write_downs", "expense"),
    Account("setup", "expense"),  # opening a market
    Account("approvals", "expense"),  # product approvals of a market
    Account("certificates", "expense"),
    Account("compliance", "expense"),  # running the compliance programme
    Account("fines", "expense"),
    Account("localisation", "expense"),  # language
    Account("payment_setup", "expense"),  # local payment methods
    Account("storefront", "expense"),  # mobile storefront
    Account("returns_service", "expense"),  # local returns
    Account("local_stock", "expense"),  # registration and agents of a warehouse abroad
    Account("salaries", "expense"),  # local team
    Account("software", "expense"),
    Account("overhead", "expense"),  # running a market
    Account("headquarters", "expense"),
    Account("interest", "expense"),
    Account("design", "expense"),  # options of the product that are designed once
    Account("logistics", "expense"),  # contracts of hubs and pools
    Account("business_sales", "income"),  # to business buyers, net of taxes and of damages for delay
    Account("business_goods", "expense"),  # landed value of what they received
    Account("business_costs", "expense"),  # freight, duty, handling and fees of their lots
    Account("packaging", "expense"),  # fees by the weight of packaging
    Account("carbon_border", "expense"),  # charge on the carbon of making covered goods
)
"""The chart of accounts, in the order of the last axis."""

UNIT_ACCOUNTS: Final = (
    "sales", "refunds", "cost_of_goods", "parcel_freight", "parcel_duty", "commission", "payment_fees", "fulfilment",
    "storage", "returns_handling", "refused_parcels", "advertising", "business_sales", "business_goods",
    "business_costs", "packaging", "carbon_border",
)  # fmt: skip
"""Accounts that move with the units sold; what is left of sales after them is the contribution after advertising."""

INDEX: Final = {account.name: position for position, account in enumerate(ACCOUNTS)}
"""Position of an account on the last axis."""

RESULT: Final = np.array([a.kind in ("income", "expense") for a in ACCOUNTS])
"""bool[A]: accounts of the income statement; profit = −(sum of these)."""

CASH: Final = INDEX["cash"]


@njit
def _post(page: Ints, first: int, debit: int, credit: int, usd: Floats, cents: Ints) -> bool:
    """Round `usd` float64[F, n] to `cents` and book it from entity `first` on; False where it is no amount."""
    for f in range(usd.shape[0]):
        for j in range(usd.shape[1]):
            x = np.floor(usd[f, j] * 100.0 + 0.5)
            if not (abs(x) < 4e15):
                return False
            amount = np.int64(x)
            cents[f, j] = amount
            page[f, first + j, debit] += amount
            page[f, first + j, credit] -= amount
    return True


@njit
def _book(page: Ints, first: int, debit: int, credit: int, cents: Ints) -> None:
    """Book `cents` int64[F, n] from entity `first` on."""
    for f in range(cents.shape[0]):
        for j in range(cents.shape[1]):
            page[f, first + j, debit] += cents[f, j]
            page[f, first + j, credit] -= cents[f, j]


def to_cents(usd: Floats) -> Ints:
    """Return whole cents, halves upwards, int64 of the shape of `usd`."""
    return np.floor(usd * 100.0 + 0.5).astype(np.int64)


class Ledger:
    """The entrant's books in a batch of F futures, M markets and W weeks.

    `entity` is a market's position, `MARKETS` (amounts ``[F, M]``) or `HQ` (amounts ``[F]``).

    Attributes
    ----------
    entries : int64[W, F, M + 1, A]
        Debit − credit of each week, cents; entity M is the headquarters.
    """

    MARKETS: Final = -2
    HQ: Final = -1

    def __init__(self, weeks: int, futures: int, markets: int) -> None:
        self.weeks, self.futures, self.markets = weeks, futures, markets
        self.entries: Ints = np.zeros((weeks, futures, markets + 1, len(ACCOUNTS)), np.int64)
        self._opening: Ints = np.zeros((futures, markets + 1, len(ACCOUNTS)), np.int64)
        self._open_week = 0

    # ------------------------------------------------------------------------------------------ writing
    def post(self, week: int, entity: int, debit: str, credit: str, usd: Floats) -> Ints:
        """Book USD amounts, each rounded once to the nearest cent, halves upwards.

        Parameters
        ----------
        usd : float64[F, M] for `MARKETS`, float64[F] for one entity
            Negative amounts book the other way round.

        Returns
        -------
        int64, shape of `usd`
            The cents booked, for `schedule` and reversals.
        """
        amounts, first = self._place(week, entity, usd)
        cents = np.empty(amounts.shape, np.int64)
        if not _post(self.entries[week], first, INDEX[debit], INDEX[credit], amounts, cents):
            raise SimulationError(f"week {week}: no amount of money to book from {credit} to {debit}: {usd}")
        return cents if entity == self.MARKETS else cents[:, 0]

    def post_cents(self, week: int, entity: int, debit: str, credit: str, cents: Ints) -> None:
        """Book exact cents, int64[F, M] for `MARKETS`, int64[F] for one entity."""
        amounts, first = self._place(week, entity, cents)
        _book(self.entries[week], first, INDEX[debit], INDEX[credit], amounts)

    def schedule(self, week: int, entity: int, debit: str, credit: str, cents: Ints) -> None:
        """Book exact cents when `week` comes; after the last week they stay open."""
        if week < self.weeks:
            self.post_cents(week, entity, debit, credit, cents)

    def _place(self, week: int, entity: int, amounts: NDArray) -> tuple[NDArray, int]:
        """Return the amounts as [F, n] and the first entity, refusing closed weeks and wrong shapes."""
        if not self._open_week <= week < self.weeks:
            raise SimulationError(
                f"week {week} of the ledger is closed; weeks {self._open_week}–{self.weeks - 1} are open"
            )
        if entity == self.MARKETS:
            if amounts.shape == (self.futures, self.markets):
                return amounts, 0
        elif amounts.shape == (self.futures,):
            return amounts.reshape(-1, 1), self.markets if entity == self.HQ else entity
        raise SimulationError(f"amounts of shape {amounts.shape} do not fit entity {entity} of the ledger")

    # ------------------------------------------------------------------------------------------ reading
    def balance(self, account: str, week: int | None = None) -> Ints:
        """Return the cents on an account after `week` (default: the open week), int64[F, M + 1]."""
        position, last = INDEX[account], self._open_week if week is None else week
        if last < self._open_week:
            return self.entries[: last + 1, :, :, position].sum(axis=0)
        return self._opening[:, :, position] + self.entries[self._open_week : last + 1, :, :, position].sum(axis=0)

    def cash(self, week: int) -> Ints:
        """Return the firm's cash after `week`, all entities together, cents int64[F]; below 0: drawn credit."""
        return self.balance("cash", week).sum(axis=1)

    def profit(self) -> Ints:
        """Return profit before income tax by week and entity, cents int64[W, F, M + 1]."""
        return -self.entries[..., RESULT].sum(axis=-1)

    def check(self, week: int) -> None:
        """Check that every entity of `week` sums to 0, and close the weeks up to it."""
        wrong = self.entries[week].sum(axis=-1)
        if wrong.any():
            future, entity = (int(i) for i in np.argwhere(wrong)[0])
            name = "the headquarters" if entity == self.markets else f"market {entity}"
            raise SimulationError(
                f"week {week}, future {future}: the books of {name} differ by {wrong[future, entity]} cents"
            )
        if week >= self._open_week:
            self._opening += self.entries[self._open_week : week + 1].sum(axis=0)
            self._open_week = week + 1
