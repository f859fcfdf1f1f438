"""The entrant's postings: every event of a week in double entry, USD in, whole cents out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.ledger import INDEX, Ledger
from simulator.sellers.levers import NEVER, Levers
from simulator.views import Quote, Sales

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTRIBUTION = np.array(
    [
        INDEX[name]
        for name in (
            "sales", "refunds", "cost_of_goods", "parcel_freight", "parcel_duty", "commission", "payment_fees",
            "fulfilment", "storage", "returns_handling", "refused_parcels", "advertising",
        )
    ]
)  # fmt: skip
"""Accounts of the contribution after advertising."""
MARKETS, HQ = Ledger.MARKETS, Ledger.HQ
REFUSED_HANDLING_USD = 2.0
"""Carrying a refused parcel back to the hub (prototype; assumption)."""


class Books:
    """Writes one strategy's ledger."""

    def __init__(self, batch: Batch, levers: Levers, ledger: Ledger) -> None:
        self.batch, self.levers, self.ledger = batch, levers, ledger
        number = batch.behaviour
        scenario = batch.scenario
        self._own_house = levers.house == np.arange(len(levers.house))
        self._payout = scenario.behaviour_profile.payout_weeks
        self._cash_payout = max(self._payout, scenario.behaviour_profile.cash_remittance_weeks)
        self._vat, self._import_vat = (
            scenario.behaviour_profile.vat_remittance_weeks, scenario.behaviour_profile.import_vat_weeks,
        )  # fmt: skip
        self._refund = scenario.behaviour_profile.export_vat_refund_weeks
        self.export_vat = number("export_vat_share") * (np.array(levers.compliance) != "none")
        self._kept = number("commission_kept_on_return_share")
        self._handling = number("return_handling_usd") * (levers.local_stock | levers.local_returns)
        self._wage = np.maximum(
            number("team_wage_floor_usd_year"), number("team_wage_gdp_factor") * batch.market("gdp_per_head_usd")
        )
        self.salvage = batch.constant(1.0) * batch.category("salvage_share")
        mix = [scenario.market(code).payment_mix.get("cash_on_delivery", 0.0) for code in batch.codes]
        accepts = levers.marketplace | ((levers.payments >> 6) & 1 == 1)
        self.cash_share: Floats = np.array(mix) * accepts
        self._running = self._running_costs()

    # ------------------------------------------------------------------------------------------ once
    def open(self) -> None:
        """Pay in the capital."""
        capital = self.batch.seller("cash_usd")[:, 0]
        self.ledger.post(0, HQ, "cash", "equity", capital)

    def enter(self, week: int, opening: Flags) -> None:
        """Pay for the set-up of the markets that are entered this week, bool[F, M]."""
        if not opening.any():
            return
        number, levers = self.batch.behaviour, self.levers
        approvals = self.batch.market("approvals_usd") * np.where(
            np.array(levers.compliance) == "full", number("compliance_full_factor"), 1.0
        )
        once = {
            "setup": number("market_setup_usd"),
            "localisation": number("language_setup_usd") * levers.language,
            "payment_setup": number("payments_setup_usd") * (levers.store & levers.local_payments),
            "salaries": number("team_setup_usd") * levers.team,
            "returns_service": number("returns_setup_usd") * levers.local_returns,
            "approvals": approvals * (np.array(levers.compliance) != "none"),
            "local_stock": self.batch.market("local_stock_setup_usd") * levers.local_stock,
        }
        for account, usd in once.items():
            self.ledger.post(week, MARKETS, account, "cash", usd * opening)
        self._firm_setup(week, opening)

    def _firm_setup(self, week: int, opening: Flags) -> None:
        """Pay once for what serves all markets: the mobile storefront, and certificates of the product."""
        levers, alive = self.levers, opening.any(axis=1)
        users = levers.store & levers.mobile & (levers.entry < NEVER)
        if users.any() and week == levers.entry[users].min():
            self.ledger.post(week, HQ, "storefront", "cash", self.batch.behaviour("mobile_setup_usd")[:, 0] * alive)
        for code in self.batch.categories[0].certificates:
            wearing = np.array([code in codes for codes in levers.certificates]) & (levers.entry < NEVER)
            if wearing.any() and week == levers.entry[wearing].min():
                usd = np.array([category.certificates[code].setup_usd for category in self.batch.categories])
                self.ledger.post(week, HQ, "certificates", "cash", usd * alive)

    # --------------------------------------------------------------------------------------- each week
    def _running_costs(self) -> dict[str, Floats]:
        number, levers = self.batch.behaviour, self.levers
        shape = self.batch.constant(1.0)
        return {
            "overhead": number("market_usd_week") * shape,
            "localisation": number("language_usd_week") * levers.language,
            "salaries": number("team_fte") * self._wage / 52.0 * levers.team,
            "compliance": number("compliance_full_usd_week") * (np.array(levers.compliance) == "full"),
            "local_stock": number("local_stock_usd_week") * levers.local_stock,
        }

    def run(self, week: int, active: Flags, alive: Flags) -> None:
        """Pay the week's fixed costs of active markets, bool[F, M], and of the firm, bool[F]."""
        for account, usd in self._running.items():
            self.ledger.post(week, MARKETS, account, "cash", usd * active)
        hq = self.batch.behaviour("headquarters_usd_week")[:, 0]
        self.ledger.post(week, HQ, "headquarters", "cash", hq * alive)
        drawn = np.maximum(-self.ledger.cash(week) / 100.0, 0.0)
        rate = self.batch.behaviour("interest_share_year")[:, 0] / 52.0
        self.ledger.post(week, HQ, "interest", "cash", drawn * rate)

    def buy(
        self, week: int, units: Ints, unit_usd: Floats, freight: Floats, duty_share: Floats, vat_share: Floats
    ) -> Ints:
        """Pay for stock at order: goods, freight, duty, import VAT; return its landed cents, int64[F, M]."""
        if not units.any():
            return np.zeros_like(units)
        ledger = self.ledger
        goods = ledger.post(week, MARKETS, "inventory", "cash", unit_usd * units)
        carriage = ledger.post(week, MARKETS, "inventory", "cash", freight * units)
        duty = ledger.post(week, MARKETS, "inventory", "cash", (unit_usd + freight) * duty_share * units)
        vat = (unit_usd + freight) * (1.0 + duty_share) * vat_share * units
        paid = ledger.post(week, MARKETS, "import_vat_receivable", "cash", vat)
        ledger.schedule(week + self._import_vat, MARKETS, "cash", "import_vat_receivable", paid)
        paid = ledger.post(week, MARKETS, "export_vat_receivable", "cash", unit_usd * units * self.export_vat)
        ledger.schedule(week + self._refund, MARKETS, "cash", "export_vat_receivable", paid)
        return goods + carriage + duty

    def take(self, week: int, cents: Ints) -> None:
        """Book goods out of the house that serves each market, int64[F, M]; negative cents put them back."""
        own = cents * self._own_house
        self.ledger.post_cents(week, MARKETS, "cost_of_goods", "inventory", own)
        other = cents - own
        if other.any():  # the market pays the house
            self.ledger.post_cents(week, MARKETS, "cost_of_goods", "cash", other)
            paid = np.zeros_like(other)
            for m, house in enumerate(self.levers.house):
                paid[:, house] += other[:, m]
            self.ledger.post_cents(week, MARKETS, "cash", "inventory", paid)

    def sell(self, week: int, sales: Sales, quote: Quote) -> None:
        """Book the week's sales, refusals and returns; payouts and taxes fall due weeks later."""
        ledger = self.ledger
        shipped, kept, back = sales.sold * 1.0, (sales.sold - sales.refused) * 1.0, sales.returned * 1.0
        due = ledger.post(week, MARKETS, "receivable", "sales", quote.net * kept)
        tax = ledger.post(week, MARKETS, "receivable", "tax_payable", quote.tax * kept)
        due = due + tax
        due = due - ledger.post(week, MARKETS, "commission", "receivable", quote.commission * kept)
        due = due - ledger.post(week, MARKETS, "payment_fees", "receivable", quote.payment_fee * kept)
        due = due - ledger.post(week, MARKETS, "refunds", "receivable", quote.net * back)
        refunded = ledger.post(week, MARKETS, "tax_payable", "receivable", quote.tax * back)
        due = due - refunded
        given = quote.commission * (1.0 - self._kept) * back
        due = due + ledger.post(week, MARKETS, "receivable", "commission", given)
        late = np.floor(due * self.cash_share).astype(np.int64)
        ledger.schedule(week + self._payout, MARKETS, "cash", "receivable", due - late)
        ledger.schedule(week + self._cash_payout, MARKETS, "cash", "receivable", late)
        ledger.schedule(week + self._vat, MARKETS, "tax_payable", "cash", tax - refunded)
        ledger.post(week, MARKETS, "parcel_freight", "cash", quote.freight * shipped)
        ledger.post(week, MARKETS, "parcel_duty", "cash", quote.duty * shipped)
        ledger.post(week, MARKETS, "fulfilment", "cash", quote.handling * shipped)
        carried = (quote.freight + REFUSED_HANDLING_USD) * sales.refused
        ledger.post(week, MARKETS, "refused_parcels", "cash", carried)
        ledger.post(week, MARKETS, "returns_handling", "cash", self._handling * back)

    def pay(self, week: int, account: str, usd: Floats) -> None:
        """Pay a cost of the markets, USD float64[F, M]."""
        self.ledger.post(week, MARKETS, account, "cash", usd)

    def clear(self, week: int, cents: Ints) -> None:
        """Sell off stock at salvage and write the rest down, int64[F, M] cents at the houses."""
        if not cents.any():
            return
        got = np.floor(cents * self.salvage).astype(np.int64)
        self.ledger.post_cents(week, MARKETS, "cash", "inventory", got)
        self.ledger.post_cents(week, MARKETS, "write_downs", "inventory", cents - got)

    def contribution(self, week: int) -> Floats:
        """Return the week's contribution after advertising, USD float64[F, M]."""
        page = self.ledger.entries[week, :, :-1][:, :, CONTRIBUTION]
        return -page.sum(axis=-1) / 100.0
