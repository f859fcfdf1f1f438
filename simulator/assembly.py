"""From a scenario and replication numbers to a world: births, needs, the start-up solve, the warm start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator import calendar, draws, facts
from simulator.batch import Batch, Floats
from simulator.consumers import calibration, kernels, polls, population
from simulator.consumers.columns import LISTING, OFFER, RESPONSE, Memory, Pending, Tallies
from simulator.errors import SimulationError
from simulator.exact import normal_quantile
from simulator.market.environment import late_at_most, needs_path, promised_days, taste_path, uniforms
from simulator.market.platform import rival_awareness, star_premium
from simulator.market.shocks import shocks
from simulator.regulations import regulations
from simulator.scenario import Scenario
from simulator.scenario.profiles import PAYMENT_METHODS, Archetype, CategoryProfile, CloseRival, MarketProfile
from simulator.sellers.pricing import reference_price
from simulator.shocks import Shocks
from simulator.views import ENTRANT
from simulator.world import CORE, FESTIVAL, NEVER, WARM_WEEKS, CloseRivals, Ints, Solved, World

LOOK_AHEAD = 60
"""Weeks of season beyond the last, for the forecasts of the last orders."""
SECOND_METHOD_FACTOR = 2.0
"""A payment method is within reach of so many times its share of primary users (assumption)."""
CASH_FACTOR = 5.5
"""The same for cash on delivery: in Indonesia 61 % of users against 11 % of value (Kredivo-Katadata 2023)."""


def build_world(scenario: Scenario, replications: Sequence[int]) -> World:
    """Return the world of a batch of futures; pure: the same arguments give the same bits.

    Raises
    ------
    SimulationError
        Where no constants make a market start as asked.
    """
    batch = Batch(scenario, replications)
    happening = shocks(batch)
    close = _close_rivals(batch, happening)
    rivals, start, end = _rivals(batch, close, happening)
    variants = variants_of(scenario)
    traits, wallet = _births(batch)
    response = _responses(batch)
    menu = _menu(batch, variants, rivals, close, start, response)
    weeks_per_year = 52.0 * 7.0 / scenario.period_days
    season = _season(batch)
    wanted = season[:, :, : scenario.weeks] * np.moveaxis(happening.demand, 0, -1)
    polled = _polls(batch, traits, wanted, weeks_per_year)
    solved = _solve(batch, variants, response, menu, traits)
    last, satisfaction = _warm(batch, variants, rivals, response, menu, polled, traits, wallet)

    people = batch.market("shoppers") * batch.category_in("penetration_share")
    needs_week = people * batch.category_in("frequency_per_year") / weeks_per_year
    reference, reference_us = _reference_prices(batch)
    _check_niche(batch, needs_week * weeks_per_year * reference)
    growth = batch.market("ecommerce_growth_share") * scenario.on("growth")
    noise = batch.constant(1.0) * batch.category("season.noise_sd") * scenario.on("market_noise")
    ar1 = batch.constant(1.0) * batch.category("season.noise_ar1")
    needs = needs_path(
        prefixes(batch, "market_noise"), needs_week, wanted, growth, noise, ar1,
        weeks_per_year,
    )  # fmt: skip
    history = max(b.incubation_weeks for b in batch.behaviours) + 1
    drift = batch.constant(1.0) * batch.behaviour("taste_drift_sd") * scenario.on("taste_drift")
    return World(
        batch=batch, rivals=rivals, archetypes=len(batch.categories[0].archetypes), rival_start=start, rival_end=end,
        close_rivals=close, variants=variants, traits=traits, wallet=wallet, events=polled.events,
        weights=polled.weights, offsets=polled.offsets, capacity=_capacity(polled), response=response, menu=menu,
        last=last, satisfaction=satisfaction, needs=needs, season=season, needs_week=needs_week, people=people,
        reference_price=reference, reference_price_us=reference_us,
        taste=taste_path(prefixes(batch, "taste_drift"), drift, history, scenario.weeks), taste_history=history,
        selection_luck=np.stack(
            [uniforms(prefixes(batch, "selection"), week, np.uint64(0)) for week in range(season.shape[2])], axis=-1
        ),
        shocks=happening, solved=solved,
    )  # fmt: skip


def prefixes(batch: Batch, stream: str) -> NDArray[np.uint64]:
    """Return the key prefixes of a stream, uint64[F, M]."""
    seed, number = batch.scenario.seed, draws.STREAMS[stream]
    return np.array(
        [[draws.prefix(seed, r, number, draws.name_id(code)) for code in batch.codes] for r in batch.replications],
        np.uint64,
    )


def _check_niche(batch: Batch, usd_year: Floats) -> None:
    """Refuse a niche that is worth more than all of a market's e-commerce: some input must be wrong."""
    too_large = np.argwhere(usd_year > batch.market("ecommerce_usd_year"))
    if too_large.size:
        f, m = too_large[0]
        raise SimulationError(
            f"{batch.codes[m]}: the niche is worth {usd_year[f, m] / 1e9:,.1f} bn USD a year, more than all e-commerce "
            "there; check shoppers, penetration_share, frequency_per_year and reference_price_usd"
        )


# ------------------------------------------------------------------------------------------------- sellers
def _rivals(batch: Batch, close: CloseRivals, happening: Shocks) -> tuple[tuple[str, ...], Ints, Ints]:
    """Return the keys of all rivals, and the weeks from and until which each is listed, int64[F, M, K]."""
    archetypes = tuple(batch.categories[0].archetypes)
    keys = archetypes + tuple(dict.fromkeys(rival.key for row in close[0] for rival in row))
    start = np.full((len(batch.futures), len(batch.codes), len(keys)), NEVER, np.int64)
    end = np.full_like(start, NEVER)
    start[:, :, : len(archetypes)] = 0
    for f, future in enumerate(close):
        for m, there in enumerate(future):
            for rival in there:
                start[f, m, keys.index(rival.key)] = rival.enter_week
    for newcomer in happening.newcomers:
        k = keys.index(newcomer.key)
        start[:, :, k], end[:, :, k] = newcomer.enter, newcomer.leave
    return keys, start, end


def _close_rivals(batch: Batch, happening: Shocks) -> CloseRivals:
    """Return the close rivals of every future and market, those that an event brings included."""
    out = []
    for future in batch.futures:
        row = []
        for code in batch.codes:
            there = future.close_rivals(code)
            clones = [
                rival.model_copy(update={"key": newcomer.key, "owner": None})
                for newcomer in happening.newcomers
                for rival in there
                if rival.key == newcomer.like
            ]
            row.append((*there, *clones))
        out.append(tuple(row))
    return tuple(out)


def _menu(
    batch: Batch, variants: Sequence[str], rivals: Sequence[str], close_rivals: CloseRivals, start: Ints,
    response: NDArray[np.void],
) -> NDArray[np.void]:  # fmt: skip
    """Return the offers as they stand before the first week, later rivals not listed; constants are solved later."""
    scenario, codes = batch.scenario, batch.codes
    menu = np.zeros((len(batch.futures), len(codes), len(variants) + len(rivals)), OFFER)
    names = [f"{ENTRANT}/{key}" for key in variants] + [f"{key}/core" for key in rivals]
    for j, name in enumerate(names):
        menu["identity"][:, :, j] = draws.name_id(name)
        for m, code in enumerate(codes):
            place = draws.name_id(code)
            for field, stream in (("taste_key", "taste"), ("consider_key", "consideration")):
                menu[field][:, m, j] = draws.key(scenario.seed, 0, draws.STREAMS[stream], place, 0, draws.name_id(name))
    local, direct = lane(batch, "local_days"), lane(batch, "direct_days")
    response["local_days"] = local[0] * scenario.on("delivery")
    star, visibility = batch.behaviour("star_effect"), batch.behaviour("star_visibility")
    ratings_on, trust_on = scenario.on("ratings"), scenario.on("trust")
    for k, key in enumerate(rivals):
        j = len(variants) + k
        for f, category in enumerate(batch.categories):
            for m in range(len(codes)):
                offer = menu[f, m, j]
                offer["listed"] = start[f, m, k] == 0
                known_here = key in category.archetypes or any(r.key == key for r in close_rivals[f][m])
                if not known_here:
                    offer["price"] = 1.0
                    continue
                if key in category.archetypes:
                    rival: Archetype | CloseRival = category.archetypes[key]
                    days = local if category.archetypes[key].delivery == "local" else direct
                    offer["considered"] = rival.awareness
                    unfamiliar = 1.0 - rival.trust
                else:
                    rival = close = next(r for r in close_rivals[f][m] if r.key == key)
                    days = local
                    numbers = batch.in_markets[f][m]
                    neutral = min(numbers.reference_seller_share / numbers.conversion_at_parity, 1.0)
                    known = neutral if close.awareness is None else close.awareness
                    strength = visibility[f, 0] if ratings_on else 0.0
                    offer["considered"] = rival_awareness(known, close.rating, 1.0, strength)
                    seen = close.reviews / batch.behaviours[f].reviews_to_trust
                    unfamiliar = (1.0 - close.trust) * math.exp(-seen)
                    offer["quality"] = close.quality
                offer["price"] = rival.price_position
                offer["unfamiliar"] = unfamiliar if trust_on else 0.0
                offer["rating"] = star_premium(rival.rating, star[f, 0]) if ratings_on else 0.0
                offer["days"] = days[0][f, m] * scenario.on("delivery")
                offer["on_time"], offer["not_bad"] = days[1][f, m], days[2][f, m]
    return menu


def variants_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of all variants that some strategy may offer, the core product first."""
    settings = [scenario.strategy(name, code) for name in scenario.strategies for code in scenario.markets]
    edition = any(setting.localisation.festival_edition for setting in settings)
    return (CORE, *scenario.seller.products, *((FESTIVAL,) if edition else ()))


def lane(batch: Batch, name: str) -> tuple[Floats, Floats, Floats]:
    """Return promised days and punctuality of a lane of the markets, as `punctuality` does."""
    low, typical, high = (batch.market(f"{name}.{part}") for part in ("low", "typical", "high"))
    return punctuality(batch, low, typical, high)


def punctuality(batch: Batch, low: Floats, typical: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Return promised days, and the probabilities of on time and of on time or slightly late, each float64[F, M].

    The days float64[F, M] are those that hold nine deliveries in ten. A defect counts as a bad delivery.
    """
    promise = promised_days(low, typical, high, batch.behaviour("promise_quantile_share"))
    sound = 1.0 - batch.category("quality.defect_share")
    on_time = sound * late_at_most(0.0, promise, low, typical, high)
    return promise, on_time, sound * late_at_most(batch.behaviour("slight_late_days"), promise, low, typical, high)


# ----------------------------------------------------------------------------------------------- consumers
def _births(batch: Batch) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """Return the populations of all markets, stacked."""
    scenario = batch.scenario
    category, behaviour = scenario.category_profile, scenario.behaviour_profile
    green = category.green_segments
    born = []
    for code in batch.codes:
        market = scenario.market(code)
        shape = population.Shape(
            need_rate_shape=category.need_rate_shape,
            identical=scenario.consumers_override.identical,
            tolerance_sd=behaviour.tolerance_sd,
            health=(
                behaviour.health_any_share, behaviour.health_premium_low_share, behaviour.health_premium_high_share,
            ),
            green=(
                green.committed_share, green.committed_premium_share, green.open_share, green.open_premium_share,
            ),
            safety_mean=category.safety_premium_share,
            payment_mix=tuple(market.payment_mix.get(method, 0.0) for method in PAYMENT_METHODS),
            payment_access=_payment_access(market),
        )  # fmt: skip
        born.append(population.birth(scenario.seed, code, scenario.consumers, shape))
    return np.stack([p.traits for p in born]), np.stack([p.wallet for p in born])


def _payment_access(market: MarketProfile) -> tuple[float, ...]:
    """Return who could use each method besides the primary one, by ownership of cards and accounts (assumption)."""
    mix = market.payment_mix
    given = {
        "card": market.card_share,
        "bank_transfer": market.account_share,
        "instant_bank": market.account_share,
        "direct_debit": market.account_share,
        "instalments": market.card_share,
        "cash_on_delivery": min(1.0, CASH_FACTOR * mix.get("cash_on_delivery", 0.0)),
        "other": 0.0,
    }
    return tuple(
        0.0 if mix.get(method, 0.0) <= 0.0 else given.get(method, min(1.0, SECOND_METHOD_FACTOR * mix[method]))
        for method in PAYMENT_METHODS
    )


@lru_cache(maxsize=8)
def market_mean(name: str) -> float:
    """Return the mean of a market figure over the shoppers of all markets in the data."""
    values = [facts.load("markets", code).values for code in facts.available("markets")]
    weights = [float(v["shoppers"]) for v in values]
    return sum(w * float(v[name]) for w, v in zip(weights, values, strict=True)) / sum(weights)


def _responses(batch: Batch) -> NDArray[np.void]:
    """Return how shoppers respond, `RESPONSE`[F, M]; the price scale is solved later."""
    scenario = batch.scenario
    out = np.zeros((len(batch.futures), len(batch.codes)), RESPONSE)
    on = scenario.on
    override = scenario.consumers_override
    sigma = batch.market("income_sigma")
    if override.income_sigma is not None:
        sigma = np.full_like(sigma, override.income_sigma)
    slope = batch.behaviour("price_scale_income_elasticity") * sigma
    spread = batch.behaviour("price_scale_sd")
    out["income_slope"] = slope
    out["residual_slope"] = np.sqrt(np.maximum(spread * spread - slope * slope, 0.0))
    say_do = batch.behaviour("say_do_share")
    health = batch.market("health_premium_share") / market_mean("health_premium_share")
    green = batch.market("green_premium_share") / market_mean("green_premium_share")
    out["health"] = say_do * batch.category("attributes.health") * health
    out["green"] = say_do * batch.category("attributes.green") * green
    out["safety"] = say_do * batch.category("attributes.safety")
    out["smart"] = batch.category("attributes.smart")
    out["smart_base"] = batch.behaviour("smart_base_share")
    out["smart_home"] = batch.behaviour("smart_home_premium_share")
    out["complexity"] = batch.behaviour("complexity_share")
    out["complexity_senior"] = batch.behaviour("complexity_senior_share")
    out["custom"] = say_do * batch.category("attributes.custom") * batch.market("custom_premium_share")
    out["festival"] = say_do * batch.behaviour("festival_premium_share")
    out["home_score"] = [[normal_score(1.0 - m.smart_home_share) for m in row] for row in batch.markets]
    out["senior"] = batch.market("senior_share")
    out["parent"] = batch.market("parent_share")
    out["observing"] = batch.market("festival_observing_share")
    for stream in ("smart_home", "age", "parent", "observing", "custom"):
        field = "home_key" if stream == "smart_home" else f"{stream}_key"
        out[field] = [draws.key(scenario.seed, 0, draws.STREAMS[stream], draws.name_id(code)) for code in batch.codes]
    out["delay"] = batch.behaviour("delay_per_day") * on("delivery")
    out["late"] = batch.behaviour("late_per_day") * on("delivery")
    out["tolerance"] = batch.market("delivery_tolerance_days")
    refuse = batch.market("language_refusing_share") * on("language")
    out["language_refuse"] = refuse
    out["language_prefer"] = (refuse + batch.behaviour("language_prefer_share") * (1.0 - refuse)) * on("language")
    out["language_cost"] = batch.behaviour("language_premium")
    trust = batch.market("trust_share")
    out["distrust"] = batch.behaviour("distrust_mean") * (1.0 - trust) / 0.5 * on("trust")
    out["mobile_only"] = batch.market("mobile_only_share")
    out["mobile_block"] = batch.behaviour("mobile_block_share")
    out["second_loss"] = batch.behaviour("payment_second_loss_share")
    out["none_loss"] = batch.behaviour("payment_none_loss_share")
    out["loyalty"] = batch.category("loyalty") * on("loyalty")
    taste = batch.category("taste_sd") if override.taste_sd is None else override.taste_sd
    out["taste_sd"] = taste * on("taste")
    out["slight"] = batch.behaviour("satisfaction_slight")
    out["bad"] = batch.behaviour("satisfaction_bad")
    out["carry"] = batch.behaviour("satisfaction_carry_share")
    return out


def normal_score(share: float) -> float:
    """Return the standard normal quantile of a share, also of 0 and 1."""
    return float(normal_quantile(min(max(share, 1e-9), 1.0 - 1e-9)))


def _season(batch: Batch) -> Floats:
    """Return the season of every market, float64[F, M, W + LOOK_AHEAD]; flat when off or in other periods."""
    scenario = batch.scenario
    weeks = scenario.weeks + LOOK_AHEAD
    out = np.ones((len(batch.futures), len(batch.codes), weeks))
    if scenario.on("season") and scenario.period_days == 7 and scenario.category_profile.season.peaks == "market":
        for f, category in enumerate(batch.categories):
            for m, code in enumerate(batch.codes):
                windows = scenario.market(code).seasonality
                out[f, m] = calendar.season_curve(windows, scenario.start, weeks, category.season.strength)
    return out


def _polls(batch: Batch, traits: NDArray[np.float32], wanted: Floats, weeks_per_year: float) -> polls.Polls:
    """Return the polled needs of the warm start and, by relative demand float64[F, M, W], of the run."""
    scenario = batch.scenario
    weeks = WARM_WEEKS + scenario.weeks
    frequency = batch.category_in("frequency_per_year") / weeks_per_year
    streams = np.stack([prefixes(batch, name) for name in ("poll", "session", "venue")], axis=-1)
    path = np.ones((*frequency.shape, weeks))
    path[:, :, WARM_WEEKS:] = wanted
    path *= frequency[:, :, None]
    share = np.minimum(np.maximum(path, polls.POLLED), 1.0)
    expected = share.sum(axis=-1) * scenario.consumers
    room = int((expected + 8.0 * np.sqrt(expected * weeks) + 64).sum()) + scenario.consumers
    events, weights = np.empty(room, np.uint32), np.empty(room, np.uint16)
    offsets = np.empty((*frequency.shape, weeks * polls.SEGMENTS + 1), np.int64)
    only, mobile = batch.market("mobile_only_share"), batch.market("mobile_share")
    web = batch.constant(1.0) * batch.behaviour("web_share")
    at = 0
    for f in range(frequency.shape[0]):
        for m in range(frequency.shape[1]):
            at = polls.poll(
                streams[f, m], -WARM_WEEKS, path[f, m], only[f, m], mobile[f, m], web[f, m], traits[m], events,
                weights, offsets[f, m], at,
            )  # fmt: skip
            if at < 0:
                raise AssertionError("the polled needs do not fit the room made for them")
    return polls.Polls(events[:at].copy(), weights[:at].copy(), offsets)


def _capacity(polled: polls.Polls) -> int:
    """Return a bound on the true needs of one (future, market) in a week."""
    return int(np.diff(polled.offsets[:, :, :: polls.SEGMENTS], axis=-1).max(initial=0)) + 1


# ----------------------------------------------------------------------------------------------- start-up
def _solve(
    batch: Batch, variants: Sequence[str], response: NDArray[np.void], menu: NDArray[np.void],
    traits: NDArray[np.float32],
) -> tuple[Solved, ...]:  # fmt: skip
    """Solve the constants of every (future, market) and write them into `response` and `menu`."""
    streams = np.stack([prefixes(batch, name) for name in ("birth_choice", "delivery_class")], axis=-1)
    out = []
    for f, replication in enumerate(batch.replications):
        category = batch.categories[f]
        for m, code in enumerate(batch.codes):
            targets = _targets(batch, category, f, m)
            done = calibration.solve(targets, response[f, m], menu[f, m], len(variants), streams[f, m], traits[m])
            out.append(
                Solved(
                    replication,
                    code,
                    done.price_scale,
                    done.entrant_constant,
                    tuple(targets.shares.tolist()),
                    tuple(done.shares.tolist()),
                    targets.elasticity,
                    done.elasticity,
                    targets.conversion,
                    done.conversion,
                )
            )
    return tuple(out)


def _targets(batch: Batch, category: CategoryProfile, f: int, m: int) -> calibration.Targets:
    """Return what a (future, market) must start with."""
    numbers = batch.in_markets[f][m]
    archetypes = category.archetypes
    return calibration.Targets(
        shares=np.array([numbers.archetype_shares.get(key, a.share) for key, a in archetypes.items()]),
        sellers=np.array([a.sellers for a in archetypes.values()], np.float64),
        elasticity=numbers.own_price_elasticity * batch.markets[f][m].price_elasticity_multiplier,
        conversion=numbers.conversion_at_parity,
        price_scale=category.price_scale,
        constants=np.array([math.nan if a.constant is None else a.constant for a in archetypes.values()]),
        entrant_constant=math.nan if category.entrant_constant is None else category.entrant_constant,
    )


def _warm(
    batch: Batch, variants: Sequence[str], rivals: Sequence[str], response: NDArray[np.void],
    menu: NDArray[np.void], polled: polls.Polls, traits: NDArray[np.float32], wallet: NDArray[np.uint16],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:  # fmt: skip
    """Draw the last purchases of all consumers and play the rival-only weeks; return last and satisfaction."""
    shape = (*response.shape, traits.shape[2])
    memory = Memory.of(np.zeros(shape, np.uint8), np.zeros(shape, np.float32), once=False, entering=False)
    streams = np.stack([prefixes(batch, name) for name in ("birth_choice", "delivery_class")], axis=-1)
    for f in range(shape[0]):
        for m in range(shape[1]):
            calibration.birth_choices(
                streams[f, m, 0], streams[f, m, 1], response[f, m], menu[f, m], len(variants), traits[m],
                calibration.BIRTH_CHOICES, shape[2], memory.last[f, m], memory.satisfaction[f, m],
            )  # fmt: skip
    tallies = Tallies.empty(shape[0], shape[1], len(variants), len(rivals))
    pending = Pending.empty(shape[0], shape[1], 1)
    listing = np.zeros(shape[:2], LISTING)
    week_prefixes = consumer_prefixes(batch)
    for t in range(WARM_WEEKS):
        kernels.consumer_week(
            t, t - WARM_WEEKS, False, False, False, len(variants), len(rivals), response, menu, listing, week_prefixes,
            polled.events, polled.weights, polled.offsets, traits, wallet, memory.last, memory.satisfaction,
            memory.own, memory.left, tallies.shares, tallies.stages, tallies.divert, tallies.groups, tallies.polled,
            tallies.counts, pending.count, pending.row, pending.buy, pending.keep, pending.second, tallies.noted,
            tallies.notes,
        )  # fmt: skip
    return memory.last, memory.satisfaction


def consumer_prefixes(batch: Batch) -> NDArray[np.uint64]:
    """Return the key prefixes that the week of consumers takes, uint64[F, M, 4]."""
    names = ("choice", "delivery_class", "exposure", "rationing")
    return np.ascontiguousarray(np.stack([prefixes(batch, name) for name in names], axis=-1))


def _reference_prices(batch: Batch) -> tuple[Floats, Floats]:
    """Return P_m (float64[F, M]) and the US reference price (float64[F, 1]), USD, tax included (DEFAULTS eq. 1)."""
    day = batch.scenario.start
    us = facts.load("markets", "US").values
    vat_us = regulations("US").stock.vat_share.on(day)
    price_us = batch.category("reference_price_usd")
    vat = np.array([[regulations(code).stock.vat_share.on(day) for code in batch.codes]])
    income = batch.market("gdp_per_head_ppp_usd")
    by_income = reference_price(price_us, income, float(us["gdp_per_head_ppp_usd"]), vat, vat_us)
    given = batch.category_in("reference_price_given") > 0
    return np.where(given, batch.category_in("reference_price_usd"), by_income), price_us
