"""The entrant's postings: every event of a week in double entry, USD in, whole cents out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.ledger import INDEX, UNIT_ACCOUNTS, Ledger, to_cents
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.sellers.capabilities import AI
from simulator.sellers.levers import Levers
from simulator.sellers.postponement import Moves
from simulator.sellers.product import SETUPS, asks
from simulator.sellers.warehouse import to_houses
from simulator.views import Quote, Sales

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTRIBUTION = np.array([INDEX[name] for name in UNIT_ACCOUNTS])
MARKETS, HQ = Ledger.MARKETS, Ledger.HQ
REFUSED_HANDLING_USD = 2.0
"""Carrying a refused parcel back to the hub (prototype; assumption)."""


class Books:
    """Writes one strategy's ledger."""

    def __init__(self, batch: Batch, levers: Levers, ledger: Ledger) -> None:
        self.batch, self.levers, self.ledger = batch, levers, ledger
        number = batch.behaviour
        scenario = batch.scenario
        self._market_of = np.arange(len(levers.house)) // levers.variants
        self._own_house = self._market_of[levers.house] == self._market_of
        self._payout = scenario.behaviour_profile.payout_weeks
        self._cash_payout = max(self._payout, scenario.behaviour_profile.cash_remittance_weeks)
        self._vat, self._import_vat = (
            scenario.behaviour_profile.vat_remittance_weeks, scenario.behaviour_profile.import_vat_weeks,
        )  # fmt: skip
        self._refund = scenario.behaviour_profile.export_vat_refund_weeks
        self.export_vat = levers.cells(number("export_vat_share") * (np.array(levers.compliance) != "none"))
        self._kept = number("commission_kept_on_return_share")
        self._kept_stock = levers.shelved
        self._handling = levers.cells(number("return_handling_usd") * (levers.local_stock | levers.local_returns))
        self._wage = np.maximum(
            number("team_wage_floor_usd_year"), number("team_wage_gdp_factor") * batch.market("gdp_per_head_usd")
        )
        self.salvage = batch.constant(1.0) * batch.category("salvage_share")
        mix = [scenario.market(code).payment_mix.get("cash_on_delivery", 0.0) for code in batch.codes]
        accepts = levers.marketplace | ((levers.payments >> PAYMENT_METHODS.index("cash_on_delivery")) & 1 == 1)
        self.cash_share: Floats = np.array(mix) * accepts
        self._running, self._firm_running = self._running_costs(), self._firm_costs()

    # ------------------------------------------------------------------------------------------ once
    def open(self) -> None:
        """Pay in the capital."""
        capital = self.batch.seller("cash_usd")[:, 0]
        self.ledger.post(0, HQ, "cash", "equity", capital)

    def enter(self, week: int, entered: Flags, entry: Ints) -> None:
        """Pay for the set-up of the markets that are entered this week; in business bool[F, M], entries int64[F, M]."""
        opening = entered & (entry == week)
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
            "design": number("festival_setup_usd") * levers.festival,
        }
        for account, usd in once.items():
            self.ledger.post(week, MARKETS, account, "cash", usd * opening)
        self._firm_setup(week, opening, entry)

    def _firm_setup(self, week: int, opening: Flags, entry: Ints) -> None:
        """Pay once, at the first use, for what serves all markets."""
        alive = opening.any(axis=1)
        for account, users, usd in self._once():
            due = entry[:, users].min(axis=1, initial=NEVER) == week
            if due.any():
                self.ledger.post(week, HQ, account, "cash", usd * (alive & due))

    def _once(self) -> Iterator[tuple[str, Flags, Floats]]:
        """Yield account, users bool[M] and USD float64[F] of everything that is paid once."""
        levers, batch = self.levers, self.batch

        def number(name: str) -> Floats:
            return batch.behaviour(name)[:, 0]

        yield "storefront", levers.store & levers.mobile, number("mobile_setup_usd")
        yield "storefront", levers.try_on, number("ar_setup_usd")
        for name in AI:
            yield "software", getattr(levers, name), number(f"ai_{name}_setup_usd")
        for name, option in {**SETUPS, "custom_setup_usd": "custom"}.items():
            wanted = np.array([asks(product, option) for product in levers.products]) & levers.offered
            yield "design", levers.any(wanted), number(name)
        yield "logistics", levers.any(levers.postponed), number("postponement_setup_usd")
        yield "logistics", np.array([mode == "pool" for mode in levers.mode]), number("pool_setup_usd")
        for hub in sorted(set(levers.hub) - {""}):
            yield "logistics", _at_hub(levers, hub), number("hub_setup_usd")
        for code in batch.categories[0].certificates:
            wearing = np.array([code in codes for codes in levers.certificates]) & levers.offered
            usd = np.array([category.certificates[code].setup_usd for category in batch.categories])
            yield "certificates", levers.any(wearing), usd

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

    def _firm_costs(self) -> list[tuple[str, Flags, Floats]]:
        """Return account, users bool[M] and USD a week float64[F] of what the firm pays while a market uses it."""
        levers = self.levers

        def number(name: str) -> Floats:
            return self.batch.behaviour(name)[:, 0]

        costs = [("software", getattr(levers, name), number(f"ai_{name}_usd_week")) for name in AI]
        costs.append(("storefront", levers.try_on, number("ar_usd_week")))
        costs.append(("logistics", np.array([mode == "pool" for mode in levers.mode]), number("pool_usd_week")))
        costs += [("logistics", _at_hub(levers, hub), number("hub_usd_week")) for hub in sorted(set(levers.hub) - {""})]
        return [cost for cost in costs if cost[1].any()]

    def run(self, week: int, active: Flags, alive: Flags) -> None:
        """Pay the week's fixed costs of active markets, bool[F, M], and of the firm, bool[F]."""
        for account, usd in self._running.items():
            self.ledger.post(week, MARKETS, account, "cash", usd * active)
        for account, users, usd in self._firm_running:
            self.ledger.post(week, HQ, account, "cash", usd * (active & users).any(axis=1))
        hq = self.batch.behaviour("headquarters_usd_week")[:, 0]
        self.ledger.post(week, HQ, "headquarters", "cash", hq * alive)
        drawn = np.maximum(-self.ledger.cash(week) / 100.0, 0.0)
        rate = self.batch.behaviour("interest_share_year")[:, 0] / 52.0
        self.ledger.post(week, HQ, "interest", "cash", drawn * rate)

    def buy(
        self, week: int, units: Ints, unit_usd: Floats, freight: Floats, duty_share: Floats, vat_share: Floats
    ) -> tuple[Ints, Ints]:
        """Pay for stock at order: goods, freight, duty, import VAT; return its landed cents and those of the goods.

        All arrays are by cell, [F, C]; taxes are booked once per market.
        """
        if not units.any():
            return np.zeros_like(units), np.zeros_like(units)
        ledger = self.ledger
        value = unit_usd + freight
        goods, carriage, duty = (to_cents(usd * units) for usd in (unit_usd, freight, value * duty_share))
        cents = goods + carriage + duty
        ledger.post_cents(week, MARKETS, "inventory", "cash", self._by_market(cents))
        self._pay_import_vat(week, value * (1.0 + duty_share) * vat_share * units)
        refund = self._by_market(unit_usd * units * self.export_vat)
        paid = ledger.post(week, MARKETS, "export_vat_receivable", "cash", refund)
        ledger.schedule(week + self._refund, MARKETS, "cash", "export_vat_receivable", paid)
        return cents, goods

    def _pay_import_vat(self, week: int, usd: Floats) -> None:
        """Pay import VAT, USD float64[F, C], and get it back weeks later; negative: the other way round."""
        paid = self.ledger.post(week, MARKETS, "import_vat_receivable", "cash", self._by_market(usd))
        self.ledger.schedule(week + self._import_vat, MARKETS, "cash", "import_vat_receivable", paid)

    def redirect(self, week: int, moves: Moves, freight: Floats, duty_share: Floats, vat_share: Floats) -> Ints:
        """Pay for what changes its destination at the gate; return the landed cents of what joins, int64[F, C].

        The new market pays the old one for the goods, and freight and duty at this week's rates. The old one gets
        back what it had paid for freight and duty, so that each loses exactly the landed value that leaves its books.
        """
        carriage = to_cents(freight * moves.in_units)
        duty = to_cents((moves.in_goods / 100.0 + freight * moves.in_units) * duty_share)
        cents = moves.in_goods + carriage + duty
        more = cents - moves.out_cents
        self.ledger.post_cents(week, MARKETS, "inventory", "cash", self._by_market(more))
        self._pay_import_vat(week, more / 100.0 * vat_share)
        return cents

    def _by_market(self, by_cell: NDArray) -> NDArray:
        return np.ascontiguousarray(self.levers.markets(by_cell))

    def take(self, week: int, cents: Ints, account: str = "cost_of_goods") -> None:
        """Book goods out of the house that serves each cell, int64[F, C]; negative cents put them back."""
        own = cents * self._own_house
        self.ledger.post_cents(week, MARKETS, account, "inventory", self._by_market(own))
        other = cents - own
        if other.any():  # the market pays the house
            self.ledger.post_cents(week, MARKETS, account, "cash", self._by_market(other))
            paid = self._by_market(to_houses(other, self.levers.house))
            self.ledger.post_cents(week, MARKETS, "cash", "inventory", paid)

    def sell(self, week: int, sales: Sales, quote: Quote) -> None:
        """Book the week's sales, refusals and returns; payouts and taxes fall due weeks later."""
        ledger, total = self.ledger, self._by_market
        shipped, kept, back = sales.sold * 1.0, (sales.sold - sales.refused) * 1.0, sales.returned * 1.0
        due = ledger.post(week, MARKETS, "receivable", "sales", total(quote.net * kept))
        tax = ledger.post(week, MARKETS, "receivable", "tax_payable", total(quote.tax * kept))
        due = due + tax
        due = due - ledger.post(week, MARKETS, "commission", "receivable", total(quote.commission * kept))
        due = due - ledger.post(week, MARKETS, "payment_fees", "receivable", total(quote.payment_fee * kept))
        due = due - ledger.post(week, MARKETS, "refunds", "receivable", total(quote.net * back))
        refunded = ledger.post(week, MARKETS, "tax_payable", "receivable", total(quote.tax * back))
        due = due - refunded
        given = total(quote.commission * (1.0 - self._kept) * back)
        due = due + ledger.post(week, MARKETS, "receivable", "commission", given)
        late = np.floor(due * self.cash_share).astype(np.int64)
        ledger.schedule(week + self._payout, MARKETS, "cash", "receivable", due - late)
        ledger.schedule(week + self._cash_payout, MARKETS, "cash", "receivable", late)
        ledger.schedule(week + self._vat, MARKETS, "tax_payable", "cash", tax - refunded)
        ledger.post(week, MARKETS, "parcel_freight", "cash", total(quote.freight * shipped))
        ledger.post(week, MARKETS, "parcel_duty", "cash", total(quote.duty * shipped))
        ledger.post(week, MARKETS, "fulfilment", "cash", total(quote.handling * shipped))
        ledger.post(week, MARKETS, "packaging", "cash", total(quote.packaging * shipped))
        imported = shipped - sales.resold - sales.refused * self._kept_stock  # what is sold again is imported once
        ledger.post(week, MARKETS, "carbon_border", "cash", total(quote.carbon_border * imported))
        carried = (quote.freight + REFUSED_HANDLING_USD) * sales.refused
        ledger.post(week, MARKETS, "refused_parcels", "cash", total(carried))
        ledger.post(week, MARKETS, "returns_handling", "cash", total(self._handling * back))

    def sell_lots(self, week: int, revenue: Floats, costs: Floats, fees: Floats, due: Ints) -> None:
        """Book what business buyers received, USD float64[F, M]; fees are kept back, the rest is paid in week `due`.

        `due` is int64[F, M]. Prices are net of VAT, which business buyers account for themselves.
        """
        ledger = self.ledger
        owed = ledger.post(week, MARKETS, "receivable", "business_sales", revenue)
        owed = owed - ledger.post(week, MARKETS, "business_costs", "receivable", fees)
        ledger.post(week, MARKETS, "business_costs", "cash", costs)
        for paid in np.unique(due):
            ledger.schedule(int(paid), MARKETS, "cash", "receivable", owed * (due == paid))

    def pay(self, week: int, account: str, usd: Floats) -> None:
        """Pay a cost of the markets, USD float64[F, M]."""
        self.ledger.post(week, MARKETS, account, "cash", usd)

    def pay_firm(self, week: int, account: str, usd: Floats) -> None:
        """Pay a cost of the whole firm, USD float64[F]."""
        if usd.any():
            self.ledger.post(week, HQ, account, "cash", usd)

    def clear(self, week: int, cents: Ints) -> None:
        """Sell off stock at salvage and write the rest down, int64[F, C] cents at the houses."""
        if not cents.any():
            return
        cents = self._by_market(cents)
        got = np.floor(cents * self.salvage).astype(np.int64)
        self.ledger.post_cents(week, MARKETS, "cash", "inventory", got)
        self.ledger.post_cents(week, MARKETS, "write_downs", "inventory", cents - got)

    def lose(self, week: int, cents: Ints) -> None:
        """Write down what a count did not find or an authority took, int64[F, C] cents at the houses."""
        if cents.any():
            self.ledger.post_cents(week, MARKETS, "write_downs", "inventory", self._by_market(cents))

    def contribution(self, week: int) -> Floats:
        """Return the week's contribution after advertising, USD float64[F, M]."""
        page = self.ledger.entries[week, :, :-1][:, :, CONTRIBUTION]
        return -page.sum(axis=-1) / 100.0


def _at_hub(levers: Levers, hub: str) -> Flags:
    """Say which markets a hub serves, bool[M]."""
    return np.array([code == hub for code in levers.hub])
