"""What the world looks like, as plain checked numbers: markets, the category, behaviour, the home country.

The YAML files under ``simulator/data`` hold each number with unit, year, source, confidence and range
(`simulator.facts`). Here stand only the numbers, with their bounds; a scenario replaces any of them, and a
future replaces the uncertain ones. Field names carry the unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from simulator.texts import is_control

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0, lt=1e13)]
NonNegative = Annotated[float, Field(ge=0.0, lt=1e13)]
Finite = Annotated[float, Field(gt=-1e6, lt=1e6)]

PAYMENT_METHODS = (
    "card", "paypal", "wallet_global", "wallet_local", "bank_transfer", "instant_bank",
    "cash_on_delivery", "voucher", "pay_later", "instalments", "direct_debit", "other",
)  # fmt: skip
"""The 12 payment codes; the position is the bit in a consumer's wallet."""


Node = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Key of a node of the logistics network."""


class Frozen(BaseModel):
    """Immutable, closed and finite: an unknown key or a NaN is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


MOST_SIGNS = 500
"""Of a title or a summary."""


def _line(text: str) -> str:
    text = text.strip()
    control = next((sign for sign in text if is_control(sign)), None)
    if control is not None:
        raise ValueError(f"read the control character U+{ord(control):04X}; allowed: plain text on one line")
    if len(text) > MOST_SIGNS:
        raise ValueError(f"read {len(text):,} characters; allowed: at most {MOST_SIGNS}")
    return text


Line = Annotated[str, AfterValidator(_line)]
"""Plain text that every list, terminal and spreadsheet can show."""


class Texts(Frozen):
    """One text in the product's two languages."""

    en: Line
    zh: Line = ""


# ------------------------------------------------------------------------------------------------ markets
class SeasonWindow(Frozen):
    """Weeks of raised or lowered demand, repeated every year."""

    event: str
    iso_weeks: dict[int, int]
    """Calendar year -> first ISO week (2026 and 2027 at least; other years by `simulator.calendar`)."""
    weeks: Annotated[int, Field(ge=1, le=20)]
    multiplier: Positive
    """Demand relative to an average week."""


class Festival(Frozen):
    """The festival that a special edition is made for."""

    event: str
    iso_weeks: dict[int, int]
    """Calendar year -> ISO week of its first day (Hijri and lunar festivals move; other years by the nearest one)."""
    weeks: Annotated[int, Field(ge=1, le=20)]
    """Length of the shopping season, the festival's own weeks included."""


class Days(Frozen):
    """Door-to-door days: typical value and the range that holds about nine parcels in ten."""

    low: Positive
    typical: Positive
    high: Positive


class HubLane(Frozen):
    """Parcels from a hub abroad to the market."""

    days: Days
    usd_kg: Positive
    usd: NonNegative
    """Line haul by weight, and the fixed part per parcel."""
    air_km: NonNegative
    road_km: NonNegative
    """From the hub to the depot near the shopper."""


class MarketProfile(Frozen):
    """One country's consumers, platform, and logistics."""

    name: Texts
    region: Literal["mature", "emerging"]
    area: Literal["north_america", "europe", "east_asia", "southeast_asia", "middle_east", "latin_america"]
    currency: str
    language: str
    utc_offset_hours: Annotated[float, Field(ge=-12, le=14)]
    """Standard time of the most populous zone; summer time is left out."""
    marketplace: str
    # consumers
    shoppers: Positive
    """Adults who buy online, persons."""
    ecommerce_usd_year: Positive
    ecommerce_growth_share: Annotated[float, Field(ge=-0.5, le=1.0)]
    cross_border_share: Share
    """Of e-commerce value, bought from abroad."""
    gdp_per_head_ppp_usd: Positive
    gdp_per_head_usd: Positive
    income_sigma: Annotated[float, Field(gt=0.0, le=2.0)]
    """Standard deviation of log income."""
    price_elasticity_multiplier: Annotated[float, Field(gt=0.2, lt=5.0)]
    mobile_share: Share
    mobile_only_share: Share
    language_refusing_share: Share
    delivery_tolerance_days: Positive
    trust_share: Share
    """Shoppers willing to buy from an unknown foreign seller."""
    health_premium_share: Share
    green_premium_share: Share
    """Mean stated premium of the market."""
    custom_premium_share: Share
    """Mean stated premium for a customised product."""
    festival: Festival
    festival_observing_share: Share
    """Shoppers who keep the festival."""
    senior_share: Share
    """Shoppers of 65 and older."""
    parent_share: Share
    """Shoppers with children at home."""
    smart_home_share: Share
    """Households with at least one smart device."""
    voice_hub_share: Share
    """Smart households with a voice assistant that controls devices."""
    payment_mix: dict[str, Share]
    """Share of e-commerce value by payment method (`PAYMENT_METHODS`); sums to 1."""
    card_share: Share
    account_share: Share
    """Adults who own a credit card; who have an account."""
    cash_refusal_share: Share
    """Cash-on-delivery parcels refused at the door."""
    return_share: Share
    seasonality: tuple[SeasonWindow, ...]
    # platform
    commission_share: Share
    commission_base: Literal["gross", "net"]
    commission_order_usd: NonNegative
    acos_share: Share
    tacos_share: Share
    # logistics
    direct_days: Days
    local_days: Days
    parcel_usd_kg: Positive
    parcel_usd: NonNegative
    """Line haul by weight, and the fixed part per parcel."""
    sea_usd_m3: Positive
    sea_door_factor: Annotated[float, Field(ge=1.0, le=10.0)]
    """Door-to-warehouse cost as a multiple of port-to-port, inbound handling included."""
    sea_weeks: Annotated[float, Field(ge=1, le=30)]
    """Port to shelf, inbound handling included."""
    air_usd_kg: Positive
    """Air freight of stock to the shelf, door to door."""
    air_weeks: Annotated[float, Field(ge=0.5, le=10)]
    """Factory gate to shelf, inbound handling included."""
    sea_nodes: tuple[Node, ...]
    air_nodes: tuple[Node, ...]
    """Ports, straits and airports that stock and parcels pass (keys of ``network.yaml``), origin first."""
    sea_km: NonNegative
    air_km: NonNegative
    """From the origin to the port and to the airport of the market."""
    inland_km: NonNegative
    """By road from there to the depots near shoppers."""
    hubs: dict[str, HubLane]
    """Hub (a key of ``network.yaml``) -> its lane; a hub that is left out does not serve the market."""
    pool_days: Days
    pool_usd_kg: Positive
    """Parcels from the global pool: consolidated line haul, last mile included."""
    fulfilment_usd: NonNegative
    storage_usd_m3_month: NonNegative
    storage_peak_usd_m3_month: NonNegative
    """October to December."""
    fx_sd_week: Annotated[float, Field(ge=0.0, le=0.2)]
    """Standard deviation of the weekly log change of the exchange rate to the dollar."""
    rfq_week: NonNegative
    """Requests for quotation a week that a qualified foreign seller of general goods sees."""
    # entry
    approvals_usd: NonNegative
    local_stock_setup_usd: NonNegative
