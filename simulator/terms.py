"""The terms of trade by week: taxes, fees and bans in force, ready for the rules of landed cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.regulations import regulations

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TradeTerms:
    """Dated terms, each float64[W, F, M] (flags as 0 or 1)."""

    parcel_vat_share: Floats
    vat_inside: Floats
    duty_added: Floats
    low_share: Floats
    band_usd: Floats
    high_share: Floats
    deduction_usd: Floats
    fee_usd: Floats
    stock_vat_share: Floats
    import_vat_share: Floats
    duty_share: Floats
    """Of the goods, on stock."""
    minimum_usd: Floats
    """Lowest FOB value of foreign goods on marketplaces, 0 without such a rule."""

    @classmethod
    def of(cls, start: date, weeks: int, markets: Sequence[str], duty_share: Floats) -> TradeTerms:
        """Return the terms of every week from the dated rules.

        Parameters
        ----------
        start
            Monday of the first week; a rule holds from the first Monday on or after its day.
        duty_share : float64[F, M]
            Duty of the category.
        """
        out = {f.name: np.zeros((weeks, *duty_share.shape)) for f in fields(cls)}
        for m, code in enumerate(markets):
            rules = regulations(code)
            for t in range(weeks):
                day = calendar.monday(start, t)
                parcel, duty = rules.parcel, rules.parcel.duty.on(day)
                out["parcel_vat_share"][t, :, m] = parcel.vat_share.on(day)
                out["vat_inside"][t, :, m] = parcel.vat_inside
                out["duty_added"][t, :, m] = parcel.regime == "added"
                out["low_share"][t, :, m] = duty_share[:, m] if duty.low_share == "category" else duty.low_share
                out["band_usd"][t, :, m] = duty.band_usd
                out["high_share"][t, :, m] = duty_share[:, m] if duty.high_share == "category" else duty.high_share
                out["deduction_usd"][t, :, m] = duty.deduction_usd
                out["fee_usd"][t, :, m] = parcel.line_fee_usd.on(day)
                out["stock_vat_share"][t, :, m] = rules.stock.vat_share.on(day)
                out["import_vat_share"][t, :, m] = rules.stock.import_vat_share.on(day)
                out["duty_share"][t, :, m] = duty_share[:, m]
                if rules.marketplace_min_usd is not None:
                    out["minimum_usd"][t, :, m] = rules.marketplace_min_usd.on(day)
        return cls(**out)

    def parcel(self, week: int) -> tuple[Floats, ...]:
        """Return what `landed_cost.parcel_value` takes after the price."""
        return (
            self.parcel_vat_share[week], self.vat_inside[week], self.duty_added[week], self.low_share[week],
            self.band_usd[week], self.high_share[week], self.deduction_usd[week],
        )  # fmt: skip

    def repeated(self, variants: int) -> TradeTerms:
        """Return the terms of cells: those of each market for each of its variants."""
        if variants == 1:
            return self
        return TradeTerms(**{f.name: np.repeat(getattr(self, f.name), variants, axis=-1) for f in fields(self)})
