"""The terms of trade by week: taxes, fees and bans in force, ready for the rules of landed cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.regulations import Dated, MarketRules, regulations

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TradeTerms:
    """Dated terms, each float64[W, F, M] (flags as 0 or 1)."""

    parcel_vat_share: Floats
    vat_inside: Floats
    vat_free_usd: Floats
    duty_added: Floats
    low_share: Floats
    band_usd: Floats
    high_share: Floats
    deduction_usd: Floats
    fob: Floats
    """Thresholds and duty of parcels look at the value less freight."""
    fee_usd: Floats
    fee_band_usd: Floats
    closed: Floats
    """Nothing may be shipped from abroad order by order."""
    stock_vat_share: Floats
    import_vat_share: Floats
    duty_share: Floats
    """What the border takes of stock for good: duty of the goods, and taxes that nobody gives back."""
    border_tax_share: Floats
    """The latter, of the duty-paid value."""
    minimum_usd: Floats
    """Lowest FOB value of foreign goods on marketplaces, 0 without such a rule."""
    packaging_usd_kg: Floats
    """Fee per kg of packaging that reaches a household."""
    carbon_usd_t: Floats
    """Carbon border charge per tonne CO2e of making covered goods."""

    @classmethod
    def of(
        cls,
        start: date,
        weeks: int,
        markets: Sequence[str],
        duty_share: Floats,
        amended: Mapping[tuple[int, int], MarketRules] | None = None,
        duty_change: Floats | None = None,
    ) -> TradeTerms:
        """Return the terms of every week from the dated rules.

        Parameters
        ----------
        start
            Monday of the first week; a rule holds from the first Monday on or after its day.
        duty_share : float64[F, M]
            Duty of the category.
        amended
            Row of a future and of a market -> the rules there, where they are not `regulations`.
        duty_change : float64[W, F, M]
            Points on the duty of the goods by events; None: no event.
        """
        futures = range(len(duty_share))
        days = calendar.monday(start, 0).toordinal() + 7 * np.arange(weeks)
        out = {f.name: np.zeros((weeks, *duty_share.shape)) for f in fields(cls)}
        change = np.zeros((weeks, *duty_share.shape)) if duty_change is None else duty_change
        for m, code in enumerate(markets):
            law = [(amended or {}).get((f, m), regulations(code)) for f in futures]
            for rules in {id(each): each for each in law}.values():
                members = [f for f in futures if law[f] is rules]
                for name, values in _weekly(rules, days, duty_share[members, m], change[:, members, m]).items():
                    out[name][:, members, m] = values
        return cls(**out)

    def parcel(self, week: int, freight_usd: Floats | float = 0.0) -> tuple[Floats, ...]:
        """Return what `landed_cost.parcel_value` takes after the price; freight: of the parcel, in its price."""
        return (
            self.parcel_vat_share[week], self.vat_inside[week], self.vat_free_usd[week],
            *self._duty(week, freight_usd),
        )  # fmt: skip

    def repeated(self, variants: int) -> TradeTerms:
        """Return the terms of cells: those of each market for each of its variants."""
        if variants == 1:
            return self
        return TradeTerms(**{f.name: np.repeat(getattr(self, f.name), variants, axis=-1) for f in fields(self)})

    def borne(self, week: int, freight_usd: Floats | float = 0.0) -> tuple[Floats, ...]:
        """Return what `landed_cost.parcel_duty` takes after the value."""
        return (*self._duty(week, freight_usd), self.fee_usd[week], self.fee_band_usd[week])

    def _duty(self, week: int, freight_usd: Floats | float) -> tuple[Floats, ...]:
        return (
            self.duty_added[week], self.low_share[week], self.band_usd[week], self.high_share[week],
            self.deduction_usd[week], self.fob[week] * freight_usd,
        )  # fmt: skip


def _weekly(rules: MarketRules, days: NDArray[np.int64], category: Floats, change: Floats) -> dict[str, Floats]:
    """Return the terms of a market, each float64[W, F].

    `days`: ordinals of the Mondays; `category`: duties [F]; `change`: points on them by events [W, F].
    """

    def series(dated: Dated[Any]) -> Floats:
        return _in_force(dated, days)[:, None].astype(float) * np.ones(len(category))

    def band(name: str) -> Floats:
        given = np.array([getattr(duty, name) for duty in _in_force(rules.parcel.duty, days)], object)[:, None]
        return np.where(given == "category", goods, given).astype(float)

    parcel, stock, whole = rules.parcel, rules.stock, np.ones((len(days), len(category)))
    goods = np.maximum(np.minimum(category, series(rules.duty_limit_share)) + series(rules.duty_change) + change, 0.0)
    return {
        "parcel_vat_share": series(parcel.vat_share),
        "vat_inside": parcel.vat_inside * whole,
        "vat_free_usd": series(parcel.vat_free_usd),
        "duty_added": (parcel.regime == "added") * whole,
        "low_share": band("low_share"),
        "band_usd": band("band_usd"),
        "high_share": band("high_share"),
        "deduction_usd": band("deduction_usd"),
        "fob": (parcel.base == "fob") * whole,
        "fee_usd": series(parcel.line_fee_usd),
        "fee_band_usd": series(parcel.line_fee_band_usd),
        "closed": series(parcel.closed),
        "stock_vat_share": series(stock.vat_share),
        "import_vat_share": series(stock.import_vat_share),
        "duty_share": goods + series(stock.border_tax_share) * (1.0 + goods),
        "border_tax_share": series(stock.border_tax_share),
        "minimum_usd": series(rules.marketplace_min_usd),
        "packaging_usd_kg": series(rules.packaging_usd_kg),
        "carbon_usd_t": series(rules.carbon_usd_t),
    }


def _in_force(dated: Dated[Any], days: NDArray[np.int64]) -> NDArray[Any]:
    """Return the value in force on each day, object[W]."""
    starts = np.array([day.toordinal() for day in dated.days()])
    if days[0] < starts[0]:
        dated.on(date.fromordinal(int(days[0])))  # its error names the first day in force
    values = np.empty(len(starts), object)
    values[:] = [value for _, value in dated.values]
    return values[np.searchsorted(starts, days, side="right") - 1]
