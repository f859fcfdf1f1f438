"""What the model hands to the outcomes: one frozen record of a strategy played in a batch of futures.

Axes, always in this order where they occur: W weeks, F futures, M markets, 1+K sellers (the entrant first),
G segments, S stages, A ledger accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from simulator.scenario import names

ENTRANT = names.ENTRANT
"""The seller whose decisions are studied."""

STAGES = (
    "unaware", "device", "payment", "language", "compliance", "stock", "price", "delivery", "trust", "features",
    "habit", "outside", "sale",
)  # fmt: skip
"""Where a need ends, in the order in which it is examined; each need ends in exactly one."""

SEGMENTS = ("low_mobile", "low_desktop", "middle_mobile", "middle_desktop", "high_mobile", "high_desktop")
"""Income tercile of the market and device of the session."""

CARBON_PARTS = ("product", "freight", "last_mile")
"""What the entrant's greenhouse gases come from."""

SAMPLING_GROUPS = 16
"""Independent groups of consumers (row modulo 16) whose scatter tells the sampling error."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ORDER = np.dtype(
    [
        ("future", "i4"),  # position in the batch
        ("market", "i2"),
        ("week", "i2"),
        ("consumer", "u4"),
        ("segment", "u1"),
        ("mobile", "u1"),
        ("payment", "u1"),  # position of the method that the shopper prefers
        ("stage", "i1"),  # -1: the entrant is not there
        ("offer", "i2"),  # bought, the entrant's variants first; -1: nothing, and the rest is 0
        ("price_usd", "f8"),
        ("promised_days", "f8"),
        ("delivery_days", "f8"),
        ("stars", "u1"),  # 0: no review
        ("returned", "u1"),
    ]
)
"""One need of a shopper of the panel (`simulator.panel`)."""


@dataclass(frozen=True, eq=False)
class Records:
    """Facts of one strategy in a batch of futures; every reported figure is computed from them.

    Shapes and units follow each field. Money is in USD, except the ledger (cents).
    """

    strategy: str
    replications: tuple[int, ...]
    """Number of each future, length F."""
    markets: tuple[str, ...]
    """Market codes, length M."""
    sellers: tuple[str, ...]
    """Keys of the listings, the entrant first, length 1+K."""
    units: Ints
    """Sold, int64[W, F, M, 1+K]."""
    revenue_usd: Floats
    """Paid by consumers, tax included, float64[W, F, M, 1+K]."""
    price_usd: Floats
    """Consumer price, float64[W, F, M, 1+K]; nan: not listed."""
    needs: Ints
    """Purchase occasions of the niche, int64[W, F, M]."""
    awareness: Floats
    """Share of people who remember the entrant, float64[W, F, M]."""
    visibility: Floats
    """Share of needs that meet the entrant by search or advertising, float64[W, F, M]."""
    rating: Floats
    """Stars shown, float64[W, F, M]; nan: not listed."""
    stock: Ints
    """Units on the books at the end of the week, int64[W, F, M], where they lie."""
    misplaced: Ints
    """Units of the stock that nobody finds at the end of the week, int64[W, F, M]."""
    demand: Ints
    """The entrant's units wanted before stock, int64[W, F, M]."""
    ad_usd: Floats
    """Advertising spend, float64[W, F, M]."""
    ad_attributed: Floats
    """The entrant's revenue credited to advertising, USD, float64[W, F, M]."""
    funnel: Ints
    """Needs by where they ended, int64[F, M, G, S]."""
    ledger: Ints
    """Cents, debit − credit, int64[W, F, M+1, A]; entity M is the headquarters."""
    received_units: Ints
    """Units that entered stock, int64[F, M]."""
    leftover_units: Ints
    """Units written off at the end of a product life, int64[F, M]."""
    lost_units: Ints
    """Misplaced units that no count found, written down, int64[F, M]."""
    seized_units: Ints
    """Units that authorities took after audits, written down, int64[F, M]."""
    stock_wanted: Ints
    """Units that shoppers wanted from the stock that lies here, in the weeks that ended with some, int64[F, M]."""
    delivered: Ints
    """Deliveries, int64[F, M]."""
    on_time: Ints
    """Deliveries within the promise, int64[F, M]."""
    returned: Ints
    """Units sent back, int64[F, M]."""
    incidents: Ints
    """Audit hits, exposures and failed audits of certificates, int64[F, M]."""
    landed_cost_usd: Floats
    """Product, freight, duty and fees per unit sold, float64[F, M]; nan: nothing sold."""
    group_units: Floats
    """Expected units by sampling group, float64[F, M, 16]."""
    insolvent_week: Ints
    """int64[F]; −1: never."""
    first_sale_week: Ints
    """First week of saleable stock (direct: first listing), int64[F, M]; −1: never."""
    end_stock_units: Ints
    """int64[F, M]."""
    end_stock_value_usd: Floats
    """At the lower of cost and salvage, float64[F, M]."""
    business_units: Ints
    """Delivered to business buyers, int64[W, F, M]."""
    business_alone_units: Ints
    """Of them on contracts for which no other bidder qualified, int64[F, M]."""
    business_requests: Ints
    """Requests for quotation, int64[F, M]; 0 where the entrant asks for none."""
    business_bids: Ints
    business_won: Ints
    """Of them those on which the entrant bid, and those that it won, int64[F, M]."""
    co2_kg: Floats
    """The entrant's greenhouse gases, kg CO2e, by part (`CARBON_PARTS`), float64[F, M, 3]."""
    response_seconds: Floats
    """Median time until a buyer's question is answered, over the units sold, float64[F, M]; NaN without a sale."""
    grey_units: Ints
    """Leaked units that shoppers bought instead of the entrant's, int64[F, M]."""
    variant_units: Ints
    """Sold by variant, int64[F, M, V]; they sum to the entrant's `units`."""
    variants: tuple[str, ...] = ("core",)
    """Names of the variants, length V."""
    offers: tuple[str, ...] = ()
    """Names of what can be bought, ``seller/variant``, as `orders` numbers them; empty without a panel."""
    orders: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, ORDER))
    """Needs of the panel, records of `ORDER` by future, market, week and shopper."""

    @property
    def weeks(self) -> int:
        """Number of weeks played."""
        return int(self.units.shape[0])

    def nbytes(self) -> int:
        """Memory held by the arrays, bytes."""
        values = (getattr(self, each.name) for each in fields(self))
        return sum(value.nbytes for value in values if isinstance(value, np.ndarray))


# What the domains hand each other in a week; all frozen, float64[F, M] and int64[F, M] unless noted.
@dataclass(frozen=True, eq=False)
class View:
    """What a seller may know when it decides: last week's facts and this week's terms."""

    week: int
    entrant_price: Floats
    """Mean of the entrant's products, USD; NaN where it is not listed."""
    entrant_low: Floats
    """Its lowest price, USD; NaN where it is not listed."""
    close_price: Floats
    """Mean price of the listed close rivals, USD; NaN where none is."""
    close_low: Floats
    """Lowest price of a listed close rival, USD; NaN where none is."""
    rival_price: Floats
    """Price of every rival, float64[F, M, K], USD; NaN where it is not listed."""
    price_floor: Floats
    """Lowest price that earns the floor margin, USD, by cell."""
    break_even: Floats
    """Price at which the entrant earns nothing, USD; inf: none does, by cell."""
    reference_price: Floats
    """P_m, USD, tax included."""
    price_scale: Floats
    """mu_m, utils per reference price."""
    conversion: Floats
    """The entrant's sales per need that looked at it and met no barrier; NaN where none did."""
    rival_conversion: Floats
    """Sales per need that considered the rival, float64[F, M, K]; NaN where it was not listed."""
    shown: NDArray[np.void]
    """Records `consumers.columns.OFFER`[F, M, V] of what the entrant showed."""
    freight_usd: Floats
    """Inbound freight per unit of stock, by cell; 0 for parcels."""
    duty_share: Floats
    """Import duty on stock that is ordered now, as far as sellers know, by cell; 0 for parcels."""
    duty_rises: NDArray[np.bool_]
    """Stock that is ordered a week later will pay more, by cell."""
    import_vat_share: Floats
    """By cell."""
    export_vat_share: Floats
    """Paid on goods at order and refunded weeks later, by cell."""
    barred: NDArray[np.bool_]
    """The law bars last week's offers from the marketplace."""
    cash_usd: Floats
    """The firm's, float64[F]."""
    firm_units: Ints
    """Promised to business buyers in the weeks that an order of this week covers, by cell."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """What the entrant shows this week; products by cell, [F, C] (market x variant)."""

    listed: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    """Products that stand in the listing, by cell."""
    price: Floats
    """By cell."""
    age_weeks: Ints
    """Since the listing started."""
    ads_usd: Floats
    """Budget."""
    health: Floats
    green: Floats
    safety: Floats
    """Function level times credibility, by cell."""
    certified: NDArray[np.bool_]
    """A certificate is shown."""
    green_badge: NDArray[np.bool_]
    voice_badge: NDArray[np.bool_]
    unproven: NDArray[np.bool_]
    """A claim is shown that no certificate proves."""
    quality: Floats
    """WTP share, by cell."""
    constant: Floats
    """Added to the constant of the utility, by cell: product life, local team, service."""


@dataclass(frozen=True, eq=False)
class Reach:
    """How the week's needs met the entrant."""

    visibility: Floats
    """v and a together, mean over needs."""
    organic: Floats
    ads: Floats
    awareness: Floats
    contacts: Floats
    found: Floats
    """Needs that met the listing in organic search."""
    spent_usd: Floats


@dataclass(frozen=True, eq=False)
class Sales:
    """What happened to the week's demand, by cell (int64[F, C])."""

    demand: Ints
    sold: Ints
    """What siblings took over included."""
    refused: Ints
    """Cash on delivery, turned away at the door."""
    returned: Ints
    resold: Ints
    """Returned units that go back on the shelf."""
    on_time: Ints
    slight: Ints
    bad: Ints


@dataclass(frozen=True, eq=False)
class Quote:
    """What one unit earns and costs at this week's price, USD, by cell."""

    price: Floats
    net: Floats
    """Seller's revenue."""
    tax: Floats
    """Paid by the consumer to the state: price - net."""
    freight: Floats
    """Of a parcel; 0 from local stock."""
    duty: Floats
    """Duty and line fees of a parcel that the seller bears."""
    commission: Floats
    payment_fee: Floats
    handling: Floats
    """Picking, packing and the last mile."""
    packaging: Floats
    """Fee of the packaging."""
    carbon_border: Floats
    """Carbon border charge."""


@dataclass(frozen=True, eq=False)
class BusinessOffer:
    """What the entrant bids on every request of a week; bool, int64 and float64[F, M]."""

    open: NDArray[np.bool_]
    """It bids."""
    price_usd: Floats
    """Of a unit, net of VAT, duty paid."""
    price_position: Floats
    """The same relative to the market's reference price, both with or both without VAT."""
    green: NDArray[np.bool_]
    """The green claim is certified and the goods traceable."""
    certified: NDArray[np.bool_]
    """A certificate is shown, or the whole compliance programme is run."""
    local: NDArray[np.bool_]
    """Stock or a team in the market."""
    on_time: Floats
    """Share of the retail lane's deliveries on time, believed until its own lots say more."""
    proof: Floats
    """How far its retail listing proves the product to firms, from 0 to 1."""
    credit_weeks: Floats
    """From delivery to payment."""
    free_units: Ints
    """Can leave the warehouse next week."""
    order_weeks: Ints
    """Weeks from award until goods made to order can leave the warehouse."""
    transit_weeks: Ints
    """From the warehouse to the buyer."""


@dataclass(frozen=True, eq=False)
class BusinessWeek:
    """What happened with business buyers in a week."""

    requests: Ints
    bids: Ints
    won: Ints
    """Requests for quotation, the entrant's bids on them, and those that it won."""
    won_units: Ints
    delivered: Ints
    """Units that left the warehouse."""
    alone: Ints
    """Of them on contracts for which no other bidder qualified."""
    on_time: Ints
    """Of them in the week agreed."""
    lost: Ints
    """Units not delivered within a cycle; the buyer has gone elsewhere."""
    revenue_usd: Floats
    """Of the delivered units, net of VAT and of damages for delay."""
    leaked: Ints
    """Delivered units that reappear in retail."""
