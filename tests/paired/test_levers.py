"""No lever is accepted and ignored: each leaf of the strategy schema moves a named account and a named outcome."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from simulator.assembly import variants_of
from simulator.batch import Batch
from simulator.comparison import interval
from simulator.ledger import INDEX
from simulator.outcomes import OUTCOMES
from simulator.scenario.strategy import FIRM_ONLY, Price, Product
from simulator.scenario.strategy import Levers as MarketLevers
from simulator.sellers.levers import Levers
from simulator.views import STAGES
from tests.paired.bases import BASES
from tests.paired.leaves import CERTIFICATES, PER_MARKET, VARIANT, Leaf, leaves
from tests.paired.levers import LEVERS, effect, table
from tests.paired.measuring import LEFT_OUT, STAGE, Comparison, with_value

CATEGORY = BASES["marketplace"].scenario({"one": BASES["marketplace"].strategy}).category_profile
SCHEMA = {leaf.path: leaf for leaf in leaves(CATEGORY)}
OVERRIDABLE = [c for c in LEVERS if c.lever.split(".")[0] not in FIRM_ONLY]

each_lever = pytest.mark.parametrize("comparison", [pytest.param(c, id=c.name) for c in LEVERS])


def leaf_of(lever: str) -> str:
    """Return the leaf of the schema that a comparison's path is a place of."""
    if re.fullmatch(r"entry\.[A-Z]{2}", lever):
        return "entry.<market>"
    if re.match(r"markets\.[A-Z]{2}\.", lever):
        return PER_MARKET
    return re.sub(r"^products\.[a-z]+", VARIANT, lever)


def values_of(comparison: Comparison) -> set[Any]:
    """Return the values that a comparison tries, elements of lists one by one."""
    both = (comparison.value, comparison.against)
    return {v for value in both if value != LEFT_OUT for v in (value if isinstance(value, list) else [value])}


# ------------------------------------------------------------------------------------------- nothing is left out
def test_every_leaf_of_the_schema_is_compared() -> None:
    assert {leaf_of(comparison.lever) for comparison in LEVERS} == set(SCHEMA)


@pytest.mark.parametrize("leaf", [pytest.param(leaf, id=path) for path, leaf in SCHEMA.items() if leaf.values])
def test_every_value_of_a_choice_is_compared(leaf: Leaf) -> None:
    tried = {value for c in LEVERS if c.lever == leaf.path for value in values_of(c)}
    assert tried == set(leaf.values)


def test_leaves_come_from_the_schema() -> None:
    assert SCHEMA["channel"].values == ("marketplace", "store", "both")
    assert SCHEMA["inventory.forecast"].values == ("mean", "smoothing", "ai", "plan")
    assert SCHEMA[CERTIFICATES].values == tuple(CATEGORY.certificates)
    assert not {path for path in SCHEMA if path.startswith(("title", "summary"))}
    assert {path.removeprefix(VARIANT) for path in SCHEMA if path.startswith(VARIANT)} == {
        ".offered",
        *(f".{option}" for option in Product.model_fields),
        *(f".price.{part}" for part in Price.model_fields),
    }
    assert {path.split(".")[0] for path in SCHEMA} <= {*MarketLevers.model_fields, "entry", "gate", "markets"}


def test_comparisons_name_accounts_and_outcomes_that_exist() -> None:
    assert {c.account for c in LEVERS} <= set(INDEX)
    assert {name for c in LEVERS for name in c.outcomes} <= {*OUTCOMES, *(STAGE + stage for stage in STAGES)}
    assert all(c.outcomes and set(c.outcomes.values()) <= {-1, 1} and c.value != c.against for c in LEVERS)


# --------------------------------------------------------------------------------------------- every lever moves
@each_lever
def test_lever_moves_its_account(comparison: Comparison) -> None:
    moved = effect(comparison).account_usd
    assert np.isfinite(moved).all()
    assert (moved != 0.0).mean() > 0.5, "in most futures"


@each_lever
def test_lever_moves_its_outcomes_the_right_way(comparison: Comparison) -> None:
    for outcome, sign in comparison.outcomes.items():
        low, high = interval(sign * effect(comparison).outcomes[outcome])
        assert 0.0 < low <= high, (outcome, sign, low, high)


def test_effects_of_known_size_are_measured_as_such() -> None:
    """Set-up and running costs follow from the data, to the cent in every future."""
    of = {comparison.name: effect(comparison).account_usd for comparison in LEVERS}
    assert (of["entry.US: 0 -> 20"] == -20 * 150.0).all()
    assert (of["mobile_storefront: false -> true"] == 8000.0).all()
    assert (of["localisation.language: false -> true"] == 2500.0 + 40 * 40.0).all()
    assert (of["localisation.local_returns: false -> true"] == 1000.0).all()
    assert (of["compliance: minimum -> full"] == 52 * 100.0).all()
    assert (of["compliance: minimum -> none"] == -6000.0).all()
    assert (of["localisation.festival_edition: false -> true"] == 4000.0).all()
    assert (of["product.voice_ecosystem: false -> true"] == 5000.0).all()
    assert (of["product.custom: none -> options"] == 3000.0).all()
    assert (of["products.pro.simplified: false -> true"] == 6000.0).all()
    assert (of["ai.advertising: false -> true"] == 3000.0 + 52 * 150.0).all()
    assert (of["ai.service: false -> true"] == 4000.0 + 52 * 150.0).all()
    assert (of["ai.forecasting: false -> true"] == 5000.0 + 60 * 200.0).all()
    assert (of["ai.selection: false -> true"] == 6000.0 + 80 * 250.0).all()
    assert (of["ar_try_on: false -> true"] == 12000.0 + 52 * 60.0).all()
    assert (of["logistics.mode: direct -> hub"] == 6000.0 + 52 * 80.0).all()
    assert (of["logistics.mode: direct -> pool"] == 5000.0 + 52 * 120.0).all()
    assert (of["inventory.postponed: false -> true"] == 4000.0).all()
    assert (of['product.certificates: [] -> ["FDA"]'] == 14000.0).all()
    # 26 weeks of sales or more cannot hide the adder: health costs 1.8 USD a unit, less by experience and lot size
    landed = next(effect(c).outcomes["landed_cost_usd"] for c in LEVERS if c.lever == "product.health")
    assert 1.8 * 0.8 < landed.mean() < 1.8 * 1.1


# ----------------------------------------------------------------------------------------------- for one market
@pytest.mark.parametrize("comparison", [pytest.param(c, id=c.name) for c in OVERRIDABLE])
def test_a_lever_set_for_every_market_goes_over_the_general_one(comparison: Comparison) -> None:
    base = BASES[comparison.base]
    general = comparison.side(base.strategy, comparison.value)
    apart = comparison.side(base.strategy, comparison.against)
    for code in base.world["markets"]:
        apart = with_value(apart, ["markets", code, *comparison.lever.split(".")], comparison.value)
    batch = Batch(base.scenario({"general": general, "apart": apart}), (0,))
    one, other = (Levers.of(batch, name, variants_of(batch.scenario)) for name in ("general", "apart"))
    if comparison.lever == "ads.budget_usd_week":  # the firm's total in general, each market's own budget apart
        assert not one.ads_own.any() and other.ads_own.all()
        other = replace(other, ads_own=one.ads_own)
    for field in fields(Levers):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, tuple):
            assert a == b, field.name
        else:
            np.testing.assert_array_equal(a, b, err_msg=field.name)


def test_the_table_has_a_row_for_every_outcome() -> None:
    rows = table().splitlines()[2:]
    assert len(rows) == sum(len(c.outcomes) for c in LEVERS)
    assert all(row.count("|") == 6 for row in rows)
