"""Shoppers of a batch: their births, and how they respond to offers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator import draws, facts
from simulator.batch import Batch
from simulator.consumers import population
from simulator.consumers.columns import RESPONSE
from simulator.consumers.utilities import TASTE, gamma_tastes
from simulator.exact import normal_quantile
from simulator.scenario.profiles import PAYMENT_METHODS, MarketProfile

SECOND_METHOD_FACTOR = 2.0
"""A payment method is within reach of so many times its share of primary users (assumption)."""
CASH_FACTOR = 5.5
"""The same for cash on delivery: in Indonesia 61 % of users against 11 % of value (Kredivo-Katadata 2023)."""


def births(batch: Batch) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
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


def responses(batch: Batch) -> NDArray[np.void]:
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
    out["taste_sd"] = (1.0 if override.taste_shapes else taste) * on("taste")
    out["slight"] = batch.behaviour("satisfaction_slight")
    out["bad"] = batch.behaviour("satisfaction_bad")
    out["carry"] = batch.behaviour("satisfaction_carry_share")
    return out


def taste_tables(batch: Batch) -> tuple[NDArray[np.float32], Mapping[str, int]]:
    """Return quantiles of tastes, float32[tables, 4096], and which row a seller has, if not the first.

    The normal law for all; or none, but for the sellers that are given the log of a Gamma of some shape.
    """
    shapes = batch.scenario.consumers_override.taste_shapes
    if not shapes:
        return TASTE[None], {}
    tables = [np.zeros_like(TASTE), *(gamma_tastes(shape) for shape in shapes.values())]
    return np.stack(tables), {seller: row for row, seller in enumerate(shapes, start=1)}


def normal_score(share: float) -> float:
    """Return the standard normal quantile of a share, also of 0 and 1."""
    return float(normal_quantile(min(max(share, 1e-9), 1.0 - 1e-9)))
