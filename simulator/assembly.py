"""From a scenario and replication numbers to a world: births, needs, the start-up solve, the warm start."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator import calendar, draws, facts
from simulator.batch import Batch, Floats
from simulator.calendar import NEVER
from simulator.consumers import polls
from simulator.consumers.columns import OFFER
from simulator.errors import SimulationError
from simulator.market.environment import late_at_most, needs_path, promised_days, taste_path, uniforms
from simulator.market.instalments import surcharge
from simulator.market.platform import rival_awareness, star_premium
from simulator.market.shocks import shocks
from simulator.regulations import regulations
from simulator.scenario import Scenario
from simulator.scenario.category import Archetype, CloseRival
from simulator.scenario.labelling import LabelledArchetype
from simulator.sellers.pricing import reference_price
from simulator.shocks import Shocks
from simulator.shoppers import births, responses, taste_tables
from simulator.startup import prefixes, solve, warm
from simulator.views import ENTRANT
from simulator.world import CORE, FESTIVAL, WARM_WEEKS, CloseRivals, Ints, World

LOOK_AHEAD = 60
"""Weeks of season beyond the last, for the forecasts of the last orders."""


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
    traits, wallet = births(batch)
    response = responses(batch)
    reference, reference_us = _reference_prices(batch)
    response["instalments"] = surcharge(batch, reference)
    tables, taste_rows = taste_tables(batch)
    menu = _menu(batch, variants, rivals, close, start, response, taste_rows)
    weeks_per_year = 52.0 * 7.0 / scenario.period_days
    season = _season(batch)
    wanted = season[:, :, : scenario.weeks] * np.moveaxis(happening.demand, 0, -1)
    polled = _polls(batch, traits, wanted, weeks_per_year)
    solved = solve(batch, variants, response, menu, tables, traits)
    last, satisfaction = warm(batch, variants, rivals, response, menu, polled, tables, traits, wallet)

    people = batch.market("shoppers") * batch.category_in("penetration_share")
    needs_week = people * batch.category_in("frequency_per_year") / weeks_per_year
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
        close_rivals=close, variants=variants, tables=tables, traits=traits, wallet=wallet, events=polled.events,
        weights=polled.weights, offsets=polled.offsets, capacity=_capacity(polled), response=response, menu=menu,
        last=last, satisfaction=satisfaction, needs=needs, season=season, needs_week=needs_week, people=people,
        reference_price=reference, reference_price_us=reference_us,
        taste=taste_path(prefixes(batch, "taste_drift"), drift, history, scenario.weeks), taste_history=history,
        selection_luck=np.stack(
            [uniforms(prefixes(batch, "selection"), week, np.uint64(0)) for week in range(season.shape[2])], axis=-1
        ),
        shocks=happening, solved=solved,
    )  # fmt: skip


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
    response: NDArray[np.void], taste_rows: Mapping[str, int],
) -> NDArray[np.void]:  # fmt: skip
    """Return the offers as they stand before the first week, later rivals not listed; constants are solved later."""
    scenario, codes = batch.scenario, batch.codes
    menu = np.zeros((len(batch.futures), len(codes), len(variants) + len(rivals)), OFFER)
    archetypes = batch.categories[0].archetypes
    # A label divides the sellers of an archetype, not its public: tastes, consideration and memory are the whole's.
    whole = [part.of if isinstance(part := archetypes.get(key), LabelledArchetype) else key for key in rivals]
    names = [f"{ENTRANT}/{key}" for key in variants] + [f"{key}/core" for key in rivals]
    public = [f"{ENTRANT}/{key}" for key in variants] + [f"{key}/core" for key in whole]
    menu["code"][:, :, len(variants) :] = [1 + rivals.index(key) for key in whole]
    for j, name in enumerate(names):
        menu["identity"][:, :, j] = draws.name_id(name)
        menu["taste"][:, :, j] = taste_rows.get(public[j].split("/")[0], 0)
        for m, code in enumerate(codes):
            place = draws.name_id(code)
            # Persistent taste is for a listing: the variants of one share it.
            tasted = names[0] if j < len(variants) else public[j]
            for field, stream, whose in (("taste_key", "taste", tasted), ("consider_key", "consideration", public[j])):
                menu[field][:, m, j] = draws.key(
                    scenario.seed, 0, draws.STREAMS[stream], place, 0, draws.name_id(whose)
                )
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
                    if isinstance(rival, LabelledArchetype) and rival.labelled is not None:
                        offer["green"] = rival.labelled.green
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
