"""The reference model: MODEL sections 2, 4 and 5 with one Mesa agent per consumer, for one market of one future.

It shares with the product the world's inputs (traits, wallets, how shoppers respond) and what the host decides every
week (offers, listing, the delivered part of last week's sales). Draws, needs, looking, barriers, choices, reasons of
lost sales and memory are stated again, one consumer at a time.

Utilities are float32 in the order of operations that the kernels' docstrings state, because the last bit decides
which sampled choice wins; probabilities are then float64, free of order and of fixed point.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import mesa
import numpy as np

from tests.reference.arithmetic import ONE, PREMIUM, ZERO, bits, exp32, f32, key, log32, name_id, taste, uniform
from tests.reference.choice import STAGES, Answers, Branch, Need, Nest, Note, Rated, nobody

UPPER_TERCILE = f32(0.4307272992954576)
INSTALMENTS = 9
"""Bit of a wallet."""


class Traits(NamedTuple):
    """One row of the population's standard draws, float32."""

    income: np.float32
    price_residual: np.float32
    need_rate: np.float32
    health: np.float32
    green: np.float32
    safety: np.float32
    tolerance: np.float32
    language: np.float32
    distrust: np.float32
    mobile_only: np.float32
    payment_block: np.float32
    device_block: np.float32
    loyalty: np.float32


class Offer:
    """An offer in one week: the host's numbers, and keys from the reference's own chain."""

    def __init__(self, name: str, record: np.void, seed: int, market: str) -> None:
        self.identity = name_id(name)
        # persistent taste is for a listing, which all variants of the entrant share
        tasted = name_id("entrant/core") if name.startswith("entrant/") else self.identity
        self.taste_key = key(seed, 0, "taste", market, 0, tasted)
        self.consider_key = key(seed, 0, "consideration", market, 0, self.identity)
        self.record = record

    def __getattr__(self, number: str) -> np.float32:
        return self.record[number]


class Consumer(mesa.Agent):
    """A shopper of one market."""

    def __init__(self, model: ReferenceMarket, row: int, traits: Traits, wallet: int) -> None:
        super().__init__(model)
        self.row, self.traits = row, traits
        self.methods, self.primary = wallet & 0xFFF, wallet >> 12
        self.last: int | None = None
        self.satisfaction = ZERO
        self.memory = 0.0
        """m: probability that the last buy was the entrant's."""
        self.waiting: tuple[float, float] | None = None
        """Expected purchase and kept memory of last week, until it is known what was delivered."""
        self.bought = False
        """A sampled purchase of the entrant's that waits for the same; `second` is what it takes if refused."""
        self.second: int | None = None

    # ------------------------------------------------------------------------------------------- draws
    def u(self, stream: str, week: int) -> np.float32:
        """Return this consumer's uniform of a stream and week."""
        return uniform(self.model.key(stream, week), self.row)

    # -------------------------------------------------------------------------------------------- need
    def need(self, week: int, frequency: np.float32) -> Need | None:
        """Return this week's need, None where the consumer is not asked."""
        model, rate = self.model, self.traits.need_rate
        asked = max(frequency, f32(0.125))
        u = self.u("poll", week)
        if not u < asked * rate:
            return None
        weight = max(asked * rate * f32(256), f32(256)) + f32(0.5)
        mobile = self.traits.mobile_only < model.mobile_only or self.u("session", week) < model.mobile_session
        return Need(
            int(weight), bool(u < frequency * rate), bool(mobile), bool(self.u("venue", week) < model.web_share)
        )

    def segment(self, need: Need) -> int:
        """Return income tercile x device."""
        income = self.traits.income
        tercile = 2 if income > UPPER_TERCILE else 1 if income > -UPPER_TERCILE else 0
        return 2 * tercile + (0 if need.mobile else 1)

    # ------------------------------------------------------------------------------------------- taste
    def price_scale(self) -> np.float32:
        """Return mu_i, utils per reference price."""
        r = self.model.response
        return exp32(
            r["log_price_scale"]
            + r["income_slope"] * self.traits.income
            + r["residual_slope"] * self.traits.price_residual
        )

    def delivery_cost(self, days: np.float32) -> np.float32:
        """Return mu_m delta_i(days): a little per day, more beyond what is tolerated."""
        r = self.model.response
        late = max(days - r["tolerance"] * self.traits.tolerance, ZERO)
        return r["price_scale"] * (r["delay"] * days + r["late"] * late)

    def rate(self, offer: Offer, friction: np.float32 | None, dearer: np.float32 = ONE) -> Rated:
        """Return an offer in this consumer's eyes; `friction` of the language for the entrant, None for a rival."""
        r, mu = self.model.response, self.price_scale()
        delivery = self.delivery_cost(offer.days)
        trust = r["price_scale"] * (offer.rating - r["distrust"] * self.traits.distrust * offer.unfamiliar)
        seen = offer.listed
        if friction is None:
            share = offer.considered * offer.listed
            seen = ONE if uniform(offer.consider_key, self.row) < share else ZERO
        premiums = (
            r["health"] * offer.health * self.traits.health
            + r["green"] * offer.green * self.traits.green
            + r["safety"] * offer.safety * self.traits.safety
        )
        cost = ZERO if friction is None else friction
        features = mu * premiums + r["price_scale"] * (offer.quality - cost)
        if offer.smart_load + offer.custom + offer.festival + offer.child_safe > ZERO:
            features = features + mu * self.extras(offer)
        own_taste = r["taste_sd"] * taste(offer.taste_key, self.row)
        v = offer.constant + own_taste + (trust - delivery) + features - mu * (offer.price * dearer - ONE)
        return Rated(exp32(v) * seen, offer.price * dearer, delivery, trust, features)

    def extras(self, offer: Offer) -> np.float32:
        """Return what functions, customisation, a festival edition and child safety are worth, WTP share."""
        r, model = self.model.response, self.model
        income = f32(0.3) * self.traits.income + f32((1 - 0.3**2) ** 0.5) * taste(model.person("smart_home"), self.row)
        worth = r["smart"] * (r["smart_base"] + (r["smart_home"] if income > r["home_score"] else ZERO))
        senior = uniform(model.person("age"), self.row) < r["senior"]
        burden = (r["complexity_senior"] if senior else r["complexity"]) * offer.smart_load
        total = worth * (offer.smart_gain - burden)
        total += r["custom"] * offer.custom * PREMIUM[bits(model.person("custom"), self.row) >> 52]
        if uniform(model.person("observing"), self.row) < r["observing"]:
            total += r["festival"] * offer.festival
        if uniform(model.person("parent"), self.row) < r["parent"]:
            total += r["safety"] * offer.child_safe * self.traits.safety
        return total

    def loyalty(self, satisfaction: np.float32) -> np.float32:
        """Return the factor e^(mu_m lambda_i sat) on the offer bought last."""
        r = self.model.response
        return exp32(r["price_scale"] * r["loyalty"] * self.traits.loyalty * satisfaction)

    # ---------------------------------------------------------------------------------------- barriers
    def dearer(self, shop: np.void, need: Need) -> np.float32:
        """Return how much dearer a price feels to who could pay in instalments where they are not taken."""
        missed = self.methods & ~int(shop["pays"][int(need.web)]) & (1 << INSTALMENTS)
        return ONE + self.model.response["instalments"] if missed else ONE

    def barrier(self, shop: np.void, need: Need) -> str | None:
        """Return what keeps this need from buying at the entrant's, the first in the order of the stages."""
        r, place = self.model.response, int(need.web)
        if shop["desktop_only"][place]:
            only = self.traits.mobile_only < r["mobile_only"]
            if only or (need.mobile and self.traits.device_block < r["mobile_block"]):
                return "device"
        accepted = int(shop["pays"][place])
        if not accepted & (1 << self.primary):
            loss = r["second_loss"] if self.methods & accepted else r["none_loss"]
            if self.traits.payment_block < loss:
                return "payment"
        if self.traits.language < r["language_refuse"] * shop["refuse_factor"][place]:
            return "language"
        if shop["barred"][place]:
            return "compliance"
        return None

    def friction(self, shop: np.void, need: Need) -> np.float32:
        """Return what a foreign language costs those who prefer their own."""
        r = self.model.response
        prefers = self.traits.language < r["language_prefer"]
        return r["language_cost"] * shop["language"][int(need.web)] if prefers else ZERO

    # ---------------------------------------------------------------------------------------- a choice
    def race(self, week: int, runners: list[tuple[int, int, np.float32]], stream: str = "choice") -> int:
        """Return the winner of a race of exponential clocks -ln(u) / q among (number, identity, q).

        A later runner must be strictly faster; two clocks are compared by cross-multiplication.
        """
        winner, best_q, best_x = -1, ZERO, ONE
        for number, identity, q in runners:
            x = -log32(uniform(self.model.key(stream, week, identity), self.row))
            if winner < 0 or q * best_x > best_q * x:
                winner, best_q, best_x = number, q, x
        return winner

    def remember(self, k: int, offer: Offer, week: int) -> None:
        """Take the purchase of rival `k`, and how it was delivered, into memory."""
        r, u = self.model.response, self.u("delivery_class", week)
        x = ONE if u < offer.on_time else r["slight"] if u < offer.not_bad else r["bad"]
        carried = r["carry"] * self.satisfaction + (ONE - r["carry"]) * x
        self.satisfaction = carried if self.last == k else x
        self.last = k

    def settle(self, menu: list[Offer], sold_share: np.float32, week: int) -> None:
        """Close the purchases of `week`, now that it is known which part was delivered."""
        if self.waiting is not None:
            bought, kept = self.waiting
            self.memory = bought * float(sold_share) + kept
        if self.bought:
            if self.u("rationing", week) < sold_share:
                self.memory = 1.0
            elif self.second is not None:
                self.memory = 0.0
                self.remember(self.second, menu[self.model.variants + self.second], week)
        self.waiting, self.bought = None, False

    # ------------------------------------------------------------------------------------------- birth
    def born(self, menu: list[Offer], rounds: int) -> None:
        """Draw the last purchase: choices among rivals in sequence, with loyalty."""
        r, mu, t = self.model.response, self.price_scale(), self.traits
        rivals = menu[self.model.variants :]
        known = []
        for offer in rivals:
            late = max(offer.days - r["tolerance"] * t.tolerance, ZERO)
            gains = (
                offer.rating
                - r["distrust"] * t.distrust * offer.unfamiliar
                - r["delay"] * offer.days
                - r["late"] * late
                + offer.quality
            )
            own_taste = r["taste_sd"] * taste(offer.taste_key, self.row)
            seen = uniform(offer.consider_key, self.row) < offer.considered * offer.listed
            v = offer.constant + own_taste + r["price_scale"] * gains - mu * (offer.price - ONE)
            known.append(exp32(v) if seen else ZERO)
        for number in range(rounds):
            runners = [(len(rivals), 0, ONE)]
            for k, weight in enumerate(known):
                boost = self.loyalty(self.satisfaction) if self.last == k else ONE
                runners.append((k, rivals[k].identity, weight * boost))
            k = self.race(number, runners, "birth_choice")
            if k < len(rivals):
                self.remember(k, rivals[k], -1000 - number)

    # ---------------------------------------------------------------------------------------- the week
    def live(self, need: Need, menu: list[Offer], shop: np.void, week: int, tally: Answers) -> None:
        """Look, be blocked or choose; at a true need also buy and remember."""
        variants = self.model.variants
        present = self.model.entering and any(offer.listed for offer in menu[:variants])
        friction = self.friction(shop, need)
        dearer = self.dearer(shop, need)
        own = [self.rate(offer, friction, dearer) for offer in menu[:variants]] if present else []
        rivals = [self.rate(offer, None) for offer in menu[variants:]]
        plain = [rated.weight for rated in rivals]
        boost = self.loyalty(self.satisfaction)
        loyal = [q * boost if self.last == k else q for k, q in enumerate(plain)]
        own_boost = self.loyalty(shop["satisfaction"])
        nested = Nest([rated.weight for rated in own])
        own_plain = nested.weights
        own_loyal = [q * own_boost for q in own_plain]
        considers = float(shop["consider"][int(need.web), int(need.mobile)])
        blocked = self.barrier(shop, need) if present else None

        # the last buy was a rival's with probability 1 - m, the entrant's with probability m
        m = self.memory
        stranger = Branch(1.0 - m, considers, blocked, loyal, own_plain, nested)
        customer = Branch(m, 1.0, blocked, plain, own_loyal, nested)
        segment, weight = self.segment(need), need.weight / 256.0
        for branch in (stranger, customer):
            branch.add_shares(tally, variants, segment, weight)
            if present:
                branch.add_stages(tally, segment, weight, self.price_scale(), rivals, own, self.local_delivery())
        if not need.true:
            return

        mine = self.model.sampled and m > 0.0
        outside = (len(menu), 0, ONE)
        runners = [outside] + [
            (variants + k, menu[variants + k].identity, q) for k, q in enumerate(plain if mine else loyal)
        ]
        chosen = second = self.race(week, runners)
        looks = self.model.sampled and present and (mine or self.finds(menu[0], shop, need, week))
        if looks and blocked is None:
            entrant = own_loyal if mine else own_plain
            runners += [(v, menu[v].identity, q) for v, q in enumerate(entrant)]
            chosen = self.race(week, runners)
        tally.counts[chosen] += 1
        rival = second - variants if second < len(menu) else None
        stage, chance = (None if not present else "unaware" if not looks else blocked), 0.0
        if looks and blocked is None:
            stage = "sale"
            if chosen >= variants:
                other = nobody(self.local_delivery()) if rival is None else rivals[rival]
                stage, after, before = (customer if mine else stranger).reason(self.price_scale(), own, other)
                chance = (after - before) / (1.0 - before)
        tally.notes[self.row] = Note(chosen, rival, segment, need.mobile, stage, chance)
        if chosen < variants:
            self.bought, self.second = True, rival
            return
        if rival is not None:
            self.remember(rival, menu[second], week)
        if self.model.sampled:
            self.memory = 0.0 if rival is not None else m
        elif present:
            self.waiting = (sum(stranger.own) + sum(customer.own), customer.outside)
        else:
            self.memory = customer.outside

    def finds(self, offer: Offer, shop: np.void, need: Need, week: int) -> bool:
        """Say whether a sampled need considers the entrant: it remembers it, or search or an advertisement shows it."""
        remembers = uniform(offer.consider_key, self.row) < shop["aware"]
        return bool(remembers or self.u("exposure", week) < shop["found"][int(need.web), int(need.mobile)])

    def local_delivery(self) -> np.float32:
        """Return the delivery cost of the outside option."""
        return self.delivery_cost(self.model.response["local_days"])


class ReferenceMarket(mesa.Model):
    """One market of one future, week by week.

    Parameters
    ----------
    world
        Inputs are read from it: traits, wallets, responses, the season.
    f, m
        Position of the future and the market.
    entering, sampled
        Whether the strategy enters at all; whether demand is sampled (lessons).
    """

    def __init__(self, world: Any, f: int, m: int, entering: bool = True, sampled: bool = False) -> None:
        super().__init__(rng=0)
        future = world.batch.futures[f]
        self.seed_, self.code, self.replication = future.seed, world.batch.codes[m], world.batch.replications[f]
        self.entering, self.sampled, self.variants = entering, sampled, len(world.variants)
        self.names = [f"entrant/{v}" for v in world.variants] + [f"{k}/core" for k in world.rivals]
        self.response = world.response[f, m]
        profile = future.market(self.code)
        self.mobile_only, self.web_share = f32(profile.mobile_only_share), f32(future.behaviour_profile.web_share)
        self.mobile_session = f32(
            (profile.mobile_share - profile.mobile_only_share) / (1.0 - profile.mobile_only_share)
        )  # fmt: skip
        self.frequency = future.category_in(self.code).frequency_per_year / 52.0
        self.season = world.season[f, m]
        self._keys: dict[tuple[str, int, int], int] = {}
        columns, wallets = world.traits[m], world.wallet[m]
        self.consumers = [Consumer(self, i, Traits(*columns[:, i]), int(wallets[i])) for i in range(columns.shape[1])]

    def key(self, stream: str, week: int, identity: int = 0) -> int:
        """Return the key of a stream in a week, for all consumers of the market."""
        name = stream, week, identity
        if name not in self._keys:
            self._keys[name] = key(self.seed_, self.replication, stream, self.code, week, identity)
        return self._keys[name]

    def person(self, stream: str) -> int:
        """Return the key of what a person is in every future."""
        name = stream, 0, -1
        if name not in self._keys:
            self._keys[name] = key(self.seed_, 0, stream, self.code)
        return self._keys[name]

    def offers(self, menu: np.ndarray) -> list[Offer]:
        """Return the offers of a week from the host's records."""
        return [Offer(name, record, self.seed_, self.code) for name, record in zip(self.names, menu, strict=True)]

    def frequency_of(self, week: int) -> np.float32:
        """Return needs per consumer this week; the warm start knows no season."""
        return f32(self.frequency * (self.season[week] if week >= 0 else 1.0))

    def warm_up(self, menu: np.ndarray, shop: np.void, weeks: int, rounds: int = 6) -> None:
        """Draw the last purchases, and play the rival-only weeks."""
        entering, sampled = self.entering, self.sampled
        self.entering = self.sampled = False
        for consumer in self.consumers:
            consumer.born(self.offers(menu), rounds)
        for week in range(-weeks, 0):
            self.play(week, menu, shop)
        self.entering, self.sampled = entering, sampled

    def play(self, week: int, menu: np.ndarray, shop: np.void) -> Answers:
        """Play one week on the host's offers and listing; return what it adds up to."""
        offers = self.offers(menu)
        count = len(offers) + 1
        tally = Answers(
            np.zeros((count, 6)), np.zeros((6, len(STAGES))), np.zeros((self.variants, count)),
            np.zeros(count, np.int64), np.zeros(6),
        )  # fmt: skip
        frequency = self.frequency_of(week)
        for consumer in self.consumers:
            consumer.settle(offers, shop["sold_share"], week - 1)
            need = consumer.need(week, frequency)
            if need is not None:
                tally.needs.append((consumer.row, need))
                tally.polled[consumer.segment(need)] += need.weight / 256.0
                consumer.live(need, offers, shop, week, tally)
        return tally
