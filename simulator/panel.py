"""The panel: the first shoppers of every market, whose every need is written down (`orders`).

The week of consumers tells the entrant's memory as a probability, and units as expected shares; no shopper buys
there. The panel plays the same shoppers once more with sampled choices: same needs, same offers, same luck, but a
memory of its own. It changes nothing for anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.consumers import kernels
from simulator.consumers.columns import Memory, Pending, Tallies
from simulator.consumers.notes import luck
from simulator.consumers.polls import SEGMENTS, needs_of_first
from simulator.fulfilment import return_share
from simulator.logistics.lanes import parcel_nodes
from simulator.market.environment import promised_days
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.sellers.entrant import Entrant
from simulator.startup import consumer_prefixes, prefixes
from simulator.storefront import Storefront
from simulator.views import ENTRANT, ORDER, STAGES, Records, Sales, Shelf
from simulator.world import WARM_WEEKS, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CASH = PAYMENT_METHODS.index("cash_on_delivery")
STOCK, PRICE, FEATURES, HABIT, OUTSIDE = map(STAGES.index, ("stock", "price", "features", "habit", "outside"))
_STREAMS = "reason", "rationing", "delivery_class", "order_delivery", "order_review", "order_return"


class Panel:
    """Sampled needs of `count` shoppers a market, for one strategy in F futures and M markets; J offers."""

    def __init__(self, world: World, count: int, entrant: Entrant, storefront: Storefront, accepts_cash: Flags) -> None:
        """Start with what the shoppers remember of rivals; `accepts_cash` bool[M]: the entrant takes it at the door."""
        self.world, self.entrant, self.storefront = world, entrant, storefront
        batch, variants, rivals = world.batch, len(world.variants), len(world.rivals)
        futures, markets = world.needs_week.shape
        self._once = batch.categories[0].once
        self._events, self._offsets = needs_of_first(count, world.events, world.offsets)
        self._weights = np.full(len(self._events), 256, np.uint16)
        room = int(np.diff(self._offsets[:, :, ::SEGMENTS], axis=-1).max(initial=0)) + 1
        known = world.last[:, :, :count].copy(), world.satisfaction[:, :, :count].copy()
        self.memory = Memory.of(*known, self._once)
        self._tallies = Tallies.empty(futures, markets, variants, rivals, room)
        self._pending = Pending.empty(futures, markets, room)
        self._prefixes = consumer_prefixes(batch)
        self._luck = {name: prefixes(batch, name) for name in _STREAMS}
        self._rows: list[NDArray[np.void]] = []
        self._read_deliveries()
        self._read_afterwards(accepts_cash)

    def _read_deliveries(self) -> None:
        """Read the lane of every offer: float64[F, M, J] each."""
        world, batch, storefront = self.world, self.world.batch, self.storefront
        variants = len(world.variants)
        archetypes = list(batch.categories[0].archetypes.values())
        abroad = [k < len(archetypes) and archetypes[k].delivery == "direct" for k in range(len(world.rivals))]
        parts = []
        for part, own in zip(("low", "typical", "high"), storefront.lane_days, strict=True):
            ways = batch.market(f"local_days.{part}"), batch.market(f"direct_days.{part}")
            parts.append(np.stack([own] * variants + [ways[far] for far in abroad], axis=-1))
        self._lane = tuple(parts)
        self._promise = promised_days(*self._lane, batch.behaviour("promise_quantile_share")[:, :, None])
        self._abroad = np.array([False] * variants + abroad)
        self._wait = 7.0 * world.shocks.wait(parcel_nodes(batch))
        self._slight = batch.behaviour("slight_late_days")[:, 0]
        self._sound = 1.0 - batch.category("quality.defect_share")[:, :, None] + np.zeros_like(self._promise)

    def _read_afterwards(self, accepts_cash: Flags) -> None:
        """Read who reviews, returns and refuses."""
        batch, variants, offers = self.world.batch, len(self.world.variants), self._promise.shape[2]
        self._review = batch.behaviour("review_rate_share")[:, 0]
        classes = "stars_on_time_shares", "stars_slight_shares", "stars_bad_shares"
        shares = np.array([[getattr(each, name) for name in classes] for each in batch.behaviours], np.float64)
        self._stars = np.cumsum(shares, axis=-1)[:, :, :-1]
        elsewhere = return_share(batch, np.zeros(len(batch.codes), bool))
        self._back = np.repeat(elsewhere[:, :, None], offers, axis=2)
        own = return_share(batch, self.entrant.levers.team)
        self._own_back = np.repeat(own[:, :, None], variants, axis=2)
        refusal = batch.market("cash_refusal_share") * batch.scenario.on("returns")
        self._refusal = np.repeat(refusal[:, :, None], offers, axis=2)
        self._refusal[:, :, :variants] *= accepts_cash[:, None]

    # ------------------------------------------------------------------------------------------ the week
    def choose(self, week: int) -> None:
        """Let the panel need, look, be blocked or choose, before the week's stock is shared out."""
        world, t, p, memory = self.world, self._tallies, self._pending, self.memory
        kernels.consumer_week(
            WARM_WEEKS + week, week, True, True, self._once, len(world.variants), len(world.rivals),
            world.response, self.storefront.menu, self.storefront.record, self._prefixes, self._events, self._weights,
            self._offsets, world.tables, world.traits, world.wallet, memory.last, memory.satisfaction, memory.own,
            memory.left, t.shares, t.stages, t.divert, t.groups, t.polled, t.counts, p.count, p.row, p.buy, p.keep,
            p.second, t.noted, t.notes,
        )  # fmt: skip

    def record(self, week: int, shelf: Shelf, sales: Sales, prices: Sequence[Floats]) -> None:
        """Write down the week's needs, once it is known what was delivered; `prices` of the rivals, float64[F, M]."""
        noted = np.arange(self._tallies.notes.shape[2]) < self._tallies.noted[:, :, None]
        future, market, _ = at = np.nonzero(noted)
        if not len(future):
            return
        need = self._tallies.notes[at]
        row = need["row"].astype(np.int64)
        u = {name: luck(keys, week, future, market, row) for name, keys in self._luck.items()}
        out = np.zeros(len(row), ORDER)
        out["future"], out["market"], out["week"], out["consumer"] = future, market, week, row
        out["segment"], out["mobile"] = need["segment"], need["mobile"]
        out["payment"] = self.world.wallet[market, row] >> 12
        offer, out["stage"] = self._settled(need, sales, u, future, market)
        variants, offers = len(self.world.variants), self._promise.shape[2]
        out["offer"] = np.where(offer < offers, offer, -1)
        some = np.flatnonzero(offer < offers)
        f, m, j = future[some], market[some], offer[some]
        by_offer = np.concatenate([shelf.price.reshape(*prices[0].shape, variants), np.stack(prices, axis=-1)], axis=-1)
        out["price_usd"][some] = by_offer[f, m, j]
        part = {name: each[some] for name, each in u.items()}
        promised, days, spoiled = self._delivered(week, part, f, m, j)
        out["promised_days"][some], out["delivery_days"][some] = promised, days
        late = days - promised
        klass = np.where(spoiled | (late > self._slight[f]), 2, (late > 0.0) * 1)
        refused, returned = self._sent_back(week, part["order_return"], out["payment"][some], f, m, j)
        out["returned"][some] = refused | returned
        out["stars"][some] = np.where(refused, 0, self._reviewed(part["order_review"], f, klass))
        self._rows.append(out)

    def _settled(
        self, need: NDArray[np.void], sales: Sales, u: dict[str, Floats], future: Ints, market: Ints
    ) -> tuple[Ints, Ints]:
        """Return what each need got in the end, and the stage where it ended from the entrant's view."""
        variants, offers = len(self.world.variants), self._promise.shape[2]
        offer, stage = need["chosen"].astype(np.int64), need["stage"].astype(np.int64)
        habit = (stage >= PRICE) & (stage <= FEATURES) & (u["reason"] >= need["chance"])
        stage[habit] = np.where(offer[habit] == offers, OUTSIDE, HABIT)
        own = offer < variants
        by_variant = (*self.world.needs_week.shape, variants)
        wanted, sold = sales.demand.reshape(by_variant), sales.sold.reshape(by_variant)
        refused = own & (u["rationing"] >= self.storefront.record["sold_share"][future, market])
        direct = np.where(wanted > 0, sold / np.maximum(wanted, 1), 1.0)[future, market, np.where(own, offer, 0)]
        surplus = (sold - wanted)[future, market]
        lent = own & ~refused & (u["rationing"] >= direct) & (surplus.max(axis=-1) > 0)
        offer[lent] = surplus[lent].argmax(axis=-1)  # a sibling took over
        second = need["second"].astype(np.int64)
        offer[refused] = np.where(second >= 0, variants + second, offers)[refused]
        stage[refused] = STOCK
        return offer, stage

    def _delivered(self, week: int, u: dict[str, Floats], f: Ints, m: Ints, j: Ints) -> tuple[Floats, Floats, Flags]:
        """Return promised days, days until delivery, and whether the delivery was spoiled otherwise.

        The uniform that decides between on time, slight and bad is the quantile of the days among sound deliveries,
        so days and class agree with what shoppers remember; what is spoiled takes its days from a draw of its own.
        """
        variants = len(self.world.variants)
        sound, promise = self._sound.copy(), self._promise + self._wait[week][:, :, None] * self._abroad
        wrong = self.entrant.capabilities.wrong_answers(week)
        sound[:, :, :variants] *= 1.0 - wrong[:, :, None]
        promise[:, :, :variants] = self.storefront.days(week).reshape(*wrong.shape, variants)
        quantile = u["delivery_class"] / sound[f, m, j]
        spoiled = quantile >= 1.0
        low, typical, high = (part[f, m, j] for part in self._lane)
        days = promised_days(low, typical, high, np.where(spoiled, u["order_delivery"], quantile))
        extra = promise - self._promise  # making to order, and closed airports, delay promise and parcel alike
        return promise[f, m, j], days + extra[f, m, j], spoiled

    def _sent_back(self, week: int, u: Floats, payment: Ints, f: Ints, m: Ints, j: Ints) -> tuple[Flags, Flags]:
        """Say what was refused at the door, and what came back later."""
        variants = len(self.world.variants)
        fewer = self.entrant.capabilities.returns(week)
        self._back[:, :, :variants] = np.minimum(self._own_back * fewer[:, :, None], 1.0)
        refusal = np.where(payment == CASH, self._refusal[f, m, j], 0.0)
        refused = u < refusal
        return refused, ~refused & (u < refusal + (1.0 - refusal) * self._back[f, m, j])

    def _reviewed(self, u: Floats, f: Ints, klass: Ints) -> Ints:
        """Return the stars given, 0 without a review: few leave one, by how the delivery went."""
        rate = self._review[f]
        luck_of_stars = u / np.maximum(rate, 1e-12)
        stars = 1 + (luck_of_stars[:, None] >= self._stars[f, klass]).sum(axis=-1)
        return np.where(u < rate, stars, 0)

    def notes(self, future: int) -> list[NDArray[np.void]]:
        """Return the last week's notes of a future by market, records of `columns.NOTE`."""
        counts = self._tallies.noted[future]
        return [each[:count].copy() for each, count in zip(self._tallies.notes[future], counts, strict=True)]

    def added_to(self, records: Records) -> Records:
        """Return records with all needs so far, by future, market, week and shopper."""
        rows = np.concatenate(self._rows) if self._rows else np.zeros(0, ORDER)
        order = np.lexsort([rows[name] for name in ("consumer", "week", "market", "future")])
        names = [f"{ENTRANT}/{name}" for name in self.world.variants] + [f"{key}/core" for key in self.world.rivals]
        return replace(records, offers=tuple(names), orders=rows[order])
