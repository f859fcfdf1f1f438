"""What a unit costs until it is at the consumer's door, under the two tax regimes of a market.

A **parcel** is taxed on what the consumer pays. Where `duty_added` is 0 the seller quotes a price that holds
VAT, and bears duty and line fees out of it; where it is 1 (Brazil, Mexico) duty and tax come on top of the seller's
value and the consumer pays them. **Stock** is taxed on its customs value at import, and carries output VAT in
the price. All amounts are USD per unit; `price` is what the consumer pays, tax included.

A parcel's duty has two bands: ``low_share · v`` for a value v up to `band_usd`, above it
``high_share · v − deduction_usd``. A duty-free threshold is a low band of 0; one rate has no band. VAT starts above
`vat_free_usd`: a relief, or a flat rate that stands in the low band and covers VAT (Mexico). `outside_usd` is the part
of the value that thresholds and duty do not look at: the freight where the law says FOB, else 0.
"""

from __future__ import annotations

import math

from simulator.compiled import njit, rule

WEEKS_PER_MONTH = 52.0 / 12.0


# ------------------------------------------------------------------------------------------------- parcels
@njit
def _kept(vat_share: float, vat_inside: float) -> float:
    """Share of the consumer's price left after VAT, charged on top or as a part of the price itself."""
    return 1.0 - vat_share if vat_inside else 1.0 / (1.0 + vat_share)


@njit
def _duty(value: float, low_share: float, band_usd: float, high_share: float, deduction_usd: float) -> float:
    if value <= band_usd:
        return max(low_share * value, 0.0)
    return max(high_share * value - deduction_usd, 0.0)


@njit
def _before_duty(
    paid: float,
    most_usd: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
) -> float:
    """Return the highest value, up to `most_usd`, in what the consumer pays for value and duty."""
    if not duty_added or paid <= 0.0:
        return min(paid, most_usd)
    value = min((paid + deduction_usd) / (1.0 + high_share), most_usd)
    if value > band_usd:
        return value
    # Where duty jumps up at the band no value meets prices in the gap exactly: the value stays at the band.
    return min(paid / (1.0 + low_share), band_usd, most_usd)


@rule
def parcel_value(
    price: float,
    vat_share: float,
    vat_inside: float,
    vat_free_usd: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
    outside_usd: float,
) -> float:
    """Return the customs value of a parcel = the seller's net revenue, USD (DEFAULTS eq. 9).

    Solves ``price · kept = v`` (duty borne by the seller) or ``price · kept = v + duty(v)`` (duty added);
    Brazil: ``v = .83 p / 1.2`` up to 50 USD, else ``(.83 p + 20) / 1.6``. ``price − v`` is what the consumer
    pays to the state.
    """
    duty = duty_added, low_share, band_usd, high_share, deduction_usd
    taxed = _before_duty(price * _kept(vat_share, vat_inside) - outside_usd, math.inf, *duty)
    # As with duty, the value stays at the relief for prices between its own untaxed and taxed price.
    return outside_usd + max(taxed, _before_duty(price - outside_usd, vat_free_usd, *duty))


@rule
def parcel_price(
    value: float,
    vat_share: float,
    vat_inside: float,
    vat_free_usd: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
    outside_usd: float,
) -> float:
    """Return what the consumer pays for a parcel of that value, USD: the inverse of `parcel_value`."""
    base = value - outside_usd
    added = _duty(base, low_share, band_usd, high_share, deduction_usd) if duty_added else 0.0
    return (value + added) / (1.0 if base <= vat_free_usd else _kept(vat_share, vat_inside))


@rule
def parcel_duty(
    value: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
    outside_usd: float,
    fee_usd: float,
    fee_band_usd: float,
) -> float:
    """Return duty and line fees that the seller bears on a parcel, USD (DEFAULTS eq. 9).

    `fee_usd` is the entry fee or the fees per tariff line in force, due on parcels up to `fee_band_usd`; with
    `duty_added` the consumer pays the duty.
    """
    base = value - outside_usd
    fee = fee_usd if base <= fee_band_usd else 0.0
    if duty_added:
        return fee
    return _duty(base, low_share, band_usd, high_share, deduction_usd) + fee


@rule
def parcel_freight(weight_kg: float, usd_kg: float, usd_parcel: float) -> float:
    """Return the cost of the line haul of one parcel, USD."""
    return weight_kg * usd_kg + usd_parcel


@rule
def barred(value: float, freight_usd: float, minimum_usd: float) -> float:
    """Return 1 where a foreign offer is below the lowest FOB value that a marketplace may list, else 0.

    FOB is the price net of tax and freight (Indonesia: 100 USD; DEFAULTS eq. 9); a minimum of 0 bars nothing.
    """
    return 1.0 if minimum_usd > 0.0 and value - freight_usd < minimum_usd else 0.0


# --------------------------------------------------------------------------------------------------- stock
@rule
def sea_freight(volume_l: float, usd_m3: float, door_factor: float) -> float:
    """Return the sea freight of one unit to the shelf, USD: port-to-port rate times door factor."""
    return volume_l / 1000.0 * usd_m3 * door_factor


@rule
def stock_duty(unit_usd: float, freight_usd: float, duty_share: float) -> float:
    """Return the import duty of one unit of stock, USD: on unit and freight (CIF; DEFAULTS eq. 9)."""
    return (unit_usd + freight_usd) * duty_share


@rule
def import_vat(unit_usd: float, freight_usd: float, duty_usd: float, vat_share: float) -> float:
    """Return the import VAT of one unit of stock, USD: on the duty-paid value; paid in cash, recovered later."""
    return (unit_usd + freight_usd + duty_usd) * vat_share


@rule
def net_of_vat(price: float, vat_share: float) -> float:
    """Return the seller's net revenue from stock, USD; ``price − net`` is the output VAT to remit."""
    return price / (1.0 + vat_share)


@rule
def storage(units: float, volume_l: float, usd_m3_month: float) -> float:
    """Return a week's rent of the units on the shelf, USD."""
    return units * (volume_l / 1000.0) * usd_m3_month / WEEKS_PER_MONTH


# ---------------------------------------------------------------------------------------------------- fees
@rule
def commission(price: float, net: float, share: float, on_gross: float, order_usd: float) -> float:
    """Return the platform's fee on one unit, USD: a share of price or net revenue, and a fixed part."""
    return share * (price if on_gross else net) + order_usd


@rule
def landed_cost(unit_usd: float, freight_usd: float, duty_usd: float) -> float:
    """Return product, freight, duty and line fees of one unit, USD."""
    return unit_usd + freight_usd + duty_usd


# ------------------------------------------------------------------------------------------- price floors
@njit
def _break_even(
    cost_usd: float,
    net_share: float,
    commission_share: float,
    on_gross: float,
    kept: float,
    added: float,
    rate: float,
    deduction_usd: float,
) -> float:
    """Return the value v at which ``v·net_share − commission − duty borne = cost`` for duty ``rate·v − deduction``."""
    borne = 0.0 if added else 1.0
    gross_per_value = (1.0 + rate * (1.0 - borne)) / kept if on_gross else 1.0
    gross_less = deduction_usd * (1.0 - borne) / kept if on_gross else 0.0
    per_value = net_share - commission_share * gross_per_value - borne * rate
    if per_value <= 0.0:
        return math.inf
    return (cost_usd - borne * deduction_usd - commission_share * gross_less) / per_value


@rule
def stock_price_floor(
    cost_usd: float,
    margin_share: float,
    commission_share: float,
    on_gross: float,
    payment_share: float,
    vat_share: float,
) -> float:
    """Return the lowest price from stock, tax included, USD: landed cost / (1 − fees − floor margin), DEFAULTS eq. 10.

    Parameters
    ----------
    cost_usd : what one unit costs at the door, landed cost, handling and fixed fees
    margin_share : floor margin, of net revenue
    commission_share, on_gross : as in `commission`
    payment_share : payment fee, of net revenue

    Returns
    -------
    USD; infinite where fees and margin eat the whole price.
    """
    kept = 1.0 / (1.0 + vat_share)
    return (
        _break_even(cost_usd, 1.0 - payment_share - margin_share, commission_share, on_gross, kept, 0.0, 0.0, 0.0)
        / kept
    )


@njit
def _floor_value(
    cost_usd: float,
    net_share: float,
    commission_share: float,
    on_gross: float,
    kept: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
    outside_usd: float,
    least_usd: float,
) -> float:
    """Return the value of a parcel, at least `least_usd`, that breaks even in the band of duty that it falls into."""
    fees = cost_usd, net_share, commission_share, on_gross, kept, duty_added
    band = outside_usd + band_usd
    low = _break_even(*fees, low_share, low_share * outside_usd)
    if low <= band and band > least_usd:
        return max(low, least_usd)
    high = _break_even(*fees, high_share, deduction_usd + high_share * outside_usd)
    return max(high, band, least_usd)


@rule
def parcel_price_floor(
    cost_usd: float,
    margin_share: float,
    commission_share: float,
    on_gross: float,
    payment_share: float,
    vat_share: float,
    vat_inside: float,
    vat_free_usd: float,
    duty_added: float,
    low_share: float,
    band_usd: float,
    high_share: float,
    deduction_usd: float,
    outside_usd: float,
) -> float:
    """Return the lowest price of a parcel, tax included, USD: the value at which it earns the floor margin.

    As `stock_price_floor`; `cost_usd` holds unit, freight, line fees (of any value) and handling, but no duty, which
    depends on the price and is solved for.
    """
    fees = cost_usd, 1.0 - payment_share - margin_share, commission_share, on_gross
    duty = duty_added, low_share, band_usd, high_share, deduction_usd, outside_usd
    kept, relief = 1.0, outside_usd + vat_free_usd
    value = _floor_value(*fees, kept, *duty, -math.inf)
    if value > relief:
        kept = _kept(vat_share, vat_inside)
        value = _floor_value(*fees, kept, *duty, relief)
    added = _duty(value - outside_usd, low_share, band_usd, high_share, deduction_usd) if duty_added else 0.0
    return (value + added) / kept
