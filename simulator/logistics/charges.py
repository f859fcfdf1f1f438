"""What the law charges a unit for its packaging and for the carbon of its making, whatever way it comes. USD."""

from __future__ import annotations

from simulator.compiled import rule


@rule
def packaging_fee(packaging_kg: float, usd_kg: float) -> float:
    """Return the fee of a unit's packaging, USD: a rate per kg that whoever sells to households pays for its waste."""
    return packaging_kg * usd_kg


@rule
def carbon_border(covered_kg: float, usd_t: float) -> float:
    """Return the carbon border charge of a unit, USD: on the kg CO2e of its making that the law covers."""
    return max(covered_kg / 1000.0 * usd_t, 0.0)
