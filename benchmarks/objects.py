"""Peer of the consumer kernel: choice-week with one Mesa agent per consumer, as Mesa's tutorials write it."""

from __future__ import annotations

from math import exp

import mesa
import numpy as np

from benchmarks.workload import listing, menu
from simulator.consumers import population as p
from simulator.consumers.columns import LISTING, OFFER, RESPONSE
from simulator.consumers.polls import POLLED, SEGMENTS
from simulator.consumers.stages import COMPLIANCE, DEVICE, PAYMENT, WORDS
from simulator.consumers.utilities import TASTE
from simulator.world import World


class Record:
    """Numbers of an offer, a listing or a market as plain attributes, which Python reads fastest."""

    def __init__(self, record: np.void, kind: np.dtype) -> None:
        for name in kind.names or ():
            setattr(self, name, record[name].tolist())


class Shopper(mesa.Agent):
    """A consumer: standing traits, tastes and what it remembers."""

    def __init__(self, model: ObjectMarket, traits: list[float], wallet: int, last: int, satisfaction: float) -> None:
        super().__init__(model)
        (
            self.income, residual, self.rate, self.health, self.green, self.safety, self.tolerance, self.language,
            self.distrust, self.mobile_only, self.payment_block, self.device_block, self.loyalty,
        ) = traits  # fmt: skip
        a, random = model.answer, self.random
        self.wallet, self.last, self.satisfaction, self.own = wallet, last, satisfaction, 0.0
        self.mu = exp(a.log_price_scale + a.income_slope * self.income + a.residual_slope * residual)
        self.tercile = (self.income > -p.TERCILE) + (self.income > p.TERCILE)
        self.taste = [a.taste_sd * float(TASTE[random.randrange(TASTE.size)]) for _ in model.offers]
        self.considers = [random.random() < offer.considered * offer.listed for offer in model.rivals]

    def step(self) -> None:
        """Have a need or not; look, be blocked or choose; remember."""
        model, random = self.model, self.random
        u = random.random()
        if u >= model.polled * self.rate:
            return
        weight = max(1.0, model.polled * self.rate)
        a = model.answer
        mobile = self.mobile_only < a.mobile_only or random.random() < model.session
        web = random.random() < model.web
        plain = [
            exp(self.utility(offer, self.taste[model.variants + k])) if self.considers[k] else 0.0
            for k, offer in enumerate(model.rivals)
        ]
        q = list(plain)
        if self.last:
            q[self.last - 1] *= exp(a.price_scale * a.loyalty * self.loyalty * self.satisfaction)
        shop = model.shop
        stage = self.barrier(mobile, web)
        friction = a.language_cost * shop.language[web] if self.language < a.language_prefer else 0.0
        own = [exp(self.own_utility(offer, v, friction)) * offer.listed for v, offer in enumerate(model.entrant)]
        consider = shop.consider[web][mobile]
        segment = 2 * self.tercile + 1 - mobile
        shares = model.shares
        total = 1.0 + sum(q)
        z = 0.0 if stage else (1.0 - self.own) * consider
        with_own = z / (total + sum(own))
        rest = (1.0 - self.own - z) / total + with_own
        pi = [x * with_own for x in own]
        rivals = [x * rest for x in q]
        kept = 0.0
        if self.own > 0.0:
            loyal = exp(a.price_scale * a.loyalty * self.loyalty * shop.satisfaction)
            own = [x * loyal for x in own]
            total = 1.0 + sum(plain)
            z = 0.0 if stage else self.own
            with_own = z / (total + sum(own))
            kept = (self.own - z) / total + with_own
            pi = [x + y * with_own for x, y in zip(pi, own)]
            rivals = [x + y * kept for x, y in zip(rivals, plain)]
        for j, x in enumerate((*pi, *rivals, rest + kept)):
            shares[j][segment] += x * weight
        model.blocked[0] += weight * (1.0 - self.own) * (1.0 - consider)
        if stage:
            model.blocked[stage] += weight * ((1.0 - self.own) * consider + self.own)
        if u < model.needed * self.rate:
            self.buy(q, sum(pi), kept)

    def utility(self, offer: Record, taste: float) -> float:
        """Utility of an offer without premiums."""
        a = self.model.answer
        late = max(offer.days - a.tolerance * self.tolerance, 0.0)
        delivery = a.delay * offer.days + a.late * late
        trust = offer.rating - a.distrust * self.distrust * offer.unfamiliar
        return offer.constant + taste + a.price_scale * (trust - delivery) - self.mu * (offer.price - 1.0)

    def own_utility(self, offer: Record, variant: int, friction: float) -> float:
        """Utility of a variant of the entrant."""
        a = self.model.answer
        premium = (
            a.health * offer.health * self.health
            + a.green * offer.green * self.green
            + a.safety * offer.safety * self.safety
        )
        fixed = self.utility(offer, self.taste[variant])
        return fixed + self.mu * premium + a.price_scale * (offer.quality - friction)

    def barrier(self, mobile: bool, web: bool) -> int:
        """Return the first barrier, 0 where none."""
        a, shop = self.model.answer, self.model.shop
        if shop.desktop_only[web] and (
            self.mobile_only < a.mobile_only or (mobile and self.device_block < a.mobile_block)
        ):
            return DEVICE
        accepted = shop.pays[web]
        if not (accepted >> (self.wallet >> 12)) & 1:
            loss = a.second_loss if self.wallet & accepted & 0xFFF else a.none_loss
            if self.payment_block < loss:
                return PAYMENT
        if self.language < a.language_refuse * shop.refuse_factor[web]:
            return WORDS
        return COMPLIANCE if shop.barred[web] else 0

    def buy(self, q: list[float], bought: float, kept: float) -> None:
        """Sample a rival or nothing by exponential clocks, and remember."""
        random, model = self.random, self.model
        best, winner = 1.0 / random.expovariate(1.0), -1
        for k, weight in enumerate(q):
            speed = weight / random.expovariate(1.0)
            if speed > best:
                best, winner = speed, k
        if winner >= 0:
            offer, u, a = model.rivals[winner], random.random(), model.answer
            x = 1.0 if u < offer.on_time else (a.slight if u < offer.not_bad else a.bad)
            again = self.last == winner + 1
            self.satisfaction = a.carry * self.satisfaction + (1.0 - a.carry) * x if again else x
            self.last = winner + 1
        self.own = bought + kept


class ObjectMarket(mesa.Model):
    """One market of objects; its draws are Python's, so it agrees with the kernel in law, not draw for draw."""

    def __init__(self, world: World, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.answer, self.shop = Record(world.response[0, 0], RESPONSE), Record(listing((1, 1))[0, 0], LISTING)
        self.offers = [Record(offer, OFFER) for offer in menu(world)[0, 0]]
        self.variants = len(world.variants)
        self.entrant, self.rivals = self.offers[: self.variants], self.offers[self.variants :]
        batch = world.batch
        self.frequency = float(batch.category_in("frequency_per_year")[0, 0]) / 52.0 * world.season[0, 0]
        only, mobile = batch.market("mobile_only_share")[0, 0], batch.market("mobile_share")[0, 0]
        self.session, self.web = float((mobile - only) / (1.0 - only)), float(batch.behaviour("web_share")[0, 0])
        self.played = 0
        columns = world.traits[0].T.tolist()
        memory = world.wallet[0].tolist(), world.last[0, 0].tolist(), world.satisfaction[0, 0].tolist()
        for traits, *rest in zip(columns, *memory):
            Shopper(self, traits, *rest)

    def step(self) -> None:
        """Play one week."""
        self.needed = float(self.frequency[self.played])
        self.polled = max(self.needed, POLLED)
        self.shares = [[0.0] * SEGMENTS for _ in range(len(self.offers) + 1)]
        self.blocked = [0.0] * (COMPLIANCE + 1)
        self.agents.shuffle_do("step")
        self.played += 1
