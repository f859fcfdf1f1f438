"""How many functions are best: the closed form, and what simulated shoppers make of it."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import MarketEntryModel
from simulator.sellers.product import smart_gain
from simulator.trends import compliance, measures
from simulator.trends.simple import CORE, COUNTS, asked, best_count, top
from simulator.trends.worlds import Need, Worlds


@pytest.mark.parametrize("scale", [2.0, 3.0, 5.0])
@pytest.mark.parametrize("complexity", [0.01, 0.02, 0.08, 0.5])
def test_the_best_number_of_functions_has_its_closed_form(scale: float, complexity: float) -> None:
    """Of 1 - e^(-n/s) - κ n the slope e^(-n/s)/s - κ is 0 at n = s ln(1/(κ s)), and none are best where κ s >= 1."""
    n = np.linspace(0.0, 40.0, 40001)
    worth = smart_gain(n, scale) - complexity * n
    assert n[worth.argmax()] == pytest.approx(best_count(scale, complexity), abs=1e-3)


def test_the_top_between_points_is_that_of_the_parabola() -> None:
    at = (1, 4, 7, 11, 20)
    values = np.array([[100.0 - (x - best) ** 2 for best in (6.0, 9.5)] for x in at])
    np.testing.assert_allclose(top(at, values), [6.0, 9.5])
    rising = np.array([[float(x)] for x in at])
    assert (top(at, rising), top(at, -rising)) == (20, 1)


@pytest.mark.parametrize(("age", "number"), [("young", "complexity_share"), ("senior", "complexity_senior_share")])
@pytest.mark.parametrize("strategy", ["plain", "eased"])
def test_shoppers_of_one_age_buy_most_at_the_closed_form(age: str, number: str, strategy: str) -> None:
    """Whoever is of one age orders the numbers of functions alike, whatever else they want: by 1 - e^(-n/s) - κ n.

    Nothing runs out here; numbers that are worth the same but for .01 may change places by whole units.
    """
    worlds = Worlds(6, 1500)
    questions = [asked(count, age) for count in COUNTS]
    worlds.play([Need(question, (strategy,)) for question in questions])
    units = np.array([worlds.figure(question, strategy, measures.wanted()) for question in questions])
    batch = worlds.batch(questions[0])
    eased = batch.behaviour("complexity_eased_factor") if strategy == "eased" else 1.0
    scale = batch.behaviour("smart_functions_scale")
    n, kappa = np.array(COUNTS, np.float64), batch.behaviour(number) * eased
    expected = smart_gain(n, scale) - kappa * n
    better = expected.T[:, None] > expected.T[None] + 0.01  # [more, less, future]
    assert better.sum() > 40
    assert (units[:, None] > units[None])[better].all()


def test_the_cheaper_core_product_earns_as_much_a_unit() -> None:
    scenario = Worlds().scenario(CORE)
    margins = []
    for name in ("plain", "core"):
        model = MarketEntryModel(scenario, name, (0,))
        model.public_view(0)  # settles what a unit costs on the shelf
        quote = model.lanes.quote(0, model.entrant.price)
        fees = quote.commission + quote.payment_fee + quote.handling + quote.packaging
        margins.append(quote.net - fees - model.landed)
    np.testing.assert_allclose(*margins, atol=0.01)


def test_the_parcel_of_the_experiment_lies_below_the_old_relief_and_its_tax_is_to_the_cent() -> None:
    worlds = Worlds(2, 500)
    sides = (compliance.RELIEF, "plain"), (compliance.TAXED, "plain")
    worlds.play([Need(question, (name,)) for question, name in sides])
    price = worlds.figure(*sides[0], lambda r: np.nanmax(r.price_usd[..., 0], axis=(0, 2)))
    np.testing.assert_allclose(price, 22.0)
    free, taxed = (worlds.figure(*side, measures.tax_usd) for side in sides)
    np.testing.assert_allclose(free, 0.0, atol=0.005)
    np.testing.assert_allclose(taxed, 22.0 * 0.19 / 1.19, atol=0.005)
    assert round(22.0 * 0.19 / 1.19, 2) == compliance.TAX_USD
