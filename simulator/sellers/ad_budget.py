"""What the entrant spends on advertising: fixed, a share of revenue (tacos), or after its ACOS (DEFAULTS eq. 10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.sellers import advertising
from simulator.sellers.forecasting import FIRST_WEEKS, History
from simulator.sellers.levers import Levers
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class AdBudget:
    """Budgets of a strategy, in F futures and M markets.

    Attributes
    ----------
    reference : float64[F, M]
        Weekly spend S° of a reference seller, USD.
    room : float64[F, M]
        Reference spend of the listing's channels, USD.
    """

    def __init__(self, world: World, levers: Levers) -> None:
        batch, web = world.batch, world.batch.behaviour("web_share")
        self._levers = levers
        self.reference: Floats = advertising.reference_spend(
            batch.market("tacos_share"), batch.category_in("reference_seller_share"), world.needs_week,
            world.reference_price,
        )  # fmt: skip
        store = levers.store * 1.0
        self.room: Floats = advertising.channel_reference(self.reference, levers.marketplace * 1.0, store, web)
        self._room_in_store: Floats = advertising.channel_reference(self.reference, 0.0, store, web)
        self._cap = batch.behaviour("ad_cap_factor")
        rules = np.array(levers.ads_rule)
        self._by_revenue, self._by_acos = rules == "tacos", rules == "acos"
        shape = world.needs_week.shape
        self._revenue = History(*shape)
        self._alpha = batch.behaviour("smoothing_alpha")[:, 0]
        self._followed: Floats = np.full(shape, np.nan)
        self._acos: Floats = np.full(shape, np.nan)

    def decide(self, barred: Flags, live: Flags, on_sale_weeks: Ints) -> Floats:
        """Return the week's budgets, USD, float64[F, M].

        Parameters
        ----------
        barred : bool[F, M]
            Where the law bars the goods from the marketplace: nobody can buy there what it advertises.
        live : bool[F, M]
            Where something is on the shelf; advertising pauses elsewhere.
        on_sale_weeks : int64[F, M]
        """
        levers, cap = self._levers, self._cap
        room = np.where(barred, self._room_in_store, self.room)
        live = live & (room > 0.0)
        own = advertising.capped_budget(levers.ads_budget, room, cap)
        share = advertising.split_budget(levers.ads_budget, room, live & ~levers.ads_own, cap)
        fixed = np.where(levers.ads_own, own, share)
        budget = fixed
        if self._by_revenue.any():
            launching, known = on_sale_weeks < levers.ads_launch, self._revenue.count >= FIRST_WEEKS
            tacos = advertising.tacos_budget(
                levers.ads_share, self._revenue.recent(), fixed, launching * 1.0, known * 1.0
            )  # fmt: skip
            budget = np.where(self._by_revenue, advertising.capped_budget(tacos, room, cap), budget)
        if self._by_acos.any():
            acos = advertising.acos_budget(self._followed, fixed, self._acos, levers.ads_target)
            acos = advertising.capped_budget(acos, room, cap)
            self._followed = np.where(live, acos, self._followed)
            budget = np.where(self._by_acos, acos, budget)
        return np.where(live, budget, 0.0)

    def observe(self, revenue_usd: Floats, listed: Flags, acos: Floats) -> None:
        """Take in the week's revenue float64[F, M] where listed bool[F, M], and its ACOS float64[F, M], NaN: none."""
        self._revenue.observe(revenue_usd, np.ones_like(revenue_usd), listed, self._alpha)
        self._acos = acos
