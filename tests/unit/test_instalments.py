"""Instalments: how many, what a price paid at once feels like beside them, and who bears the cost."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.market.instalments import felt_surcharge, parts
from simulator.model import MarketEntryModel, build_world
from simulator.scenario import scenario_of

STORE = {
    "entry": {"BR": 0, "DE": 0}, "channel": "store", "price": {"position": 1.0}, "mobile_storefront": True,
    "ads": {"rule": "fixed", "budget_usd_week": 4000}, "localisation": {"language": True},
    "payments": ["card", "paypal"], "logistics": {"mode": "direct"},
}  # fmt: skip
TAKING = STORE | {"payments": ["card", "paypal", "instalments"]}
MARKETPLACE = STORE | {"channel": "marketplace"}


def question(**changed):
    return scenario_of(
        {
            "start": "2026-01-05", "weeks": 30, "consumers": 1500, "replications": 4, "seed": 5,
            "category": "sports_earbuds", "markets": ["BR", "DE"], "baseline": "store",
            "seller": {"cash_usd": 5e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
            "strategies": {"store": STORE, "taking": TAKING, "marketplace": MARKETPLACE},
            # no payment stops anybody, so that what is felt of the price is seen alone
            "behaviour": {"payment_second_loss_share": 0.0, "payment_none_loss_share": 0.0},
        }
        | changed
    )  # fmt: skip


def demand(asked, strategy: str) -> np.ndarray:
    futures = tuple(range(4))
    return MarketEntryModel(asked, strategy, futures, world=build_world(asked, futures)).run().demand.sum(axis=0)


@pytest.mark.parametrize(("basket", "least", "most", "expected"),
                         [(19.0, 10.0, 10.0, 0), (20.0, 10.0, 10.0, 2), (55.0, 10.0, 10.0, 5), (500.0, 10.0, 10.0, 10),
                          (500.0, 10.0, 1.0, 0)])  # fmt: skip
def test_a_basket_is_split_into_as_many_parts_as_are_large_enough(basket, least, most, expected) -> None:
    assert parts(basket, least, most) == expected


@pytest.mark.parametrize(("number", "rate"), [(2, 0.02), (5, 0.02), (10, 0.05), (12, 0.001)])
def test_a_price_at_once_feels_dearer_by_what_waiting_is_worth(number, rate) -> None:
    """The seller who asks (1 + x) now for what another asks in n parts asks the same present value."""
    present = sum((1.0 / number) / (1.0 + rate) ** month for month in range(1, number + 1))
    assert felt_surcharge(number, rate) == pytest.approx(1.0 / present - 1.0, rel=1e-9)


def test_who_does_not_wait_or_cannot_split_feels_nothing() -> None:
    assert felt_surcharge(0.0, 0.02) == felt_surcharge(1.0, 0.02) == felt_surcharge(5.0, 0.0) == 0.0


def test_only_a_store_where_instalments_are_used_sells_more_by_taking_them() -> None:
    asked = question()
    store, taking = demand(asked, "store"), demand(asked, "taking")
    assert taking[:, 0].sum() > store[:, 0].sum()
    np.testing.assert_array_equal(taking[:, 1], store[:, 1])  # nobody pays so in Germany
    off = question(mechanisms={"instalments": False})
    np.testing.assert_array_equal(demand(off, "store"), demand(off, "taking"))
    np.testing.assert_array_equal(demand(off, "taking"), taking)  # who takes them is at parity
    np.testing.assert_array_equal(demand(off, "marketplace"), demand(asked, "marketplace"))


def test_the_fee_is_the_share_that_pays_so_by_the_number_of_parts() -> None:
    asked = question()
    model = {name: MarketEntryModel(asked, name, (0,)) for name in ("store", "taking", "marketplace")}
    share = {name: each.lanes.payment_share[0] for name, each in model.items()}
    batch, price = model["store"].world.batch, model["store"].world.reference_price[0, 0]
    mix = batch.markets[0][0].payment_mix["instalments"]
    expected = (
        mix * batch.behaviours[0].instalment_fee_share * np.floor(price / batch.behaviours[0].instalment_least_usd)
    )
    assert expected > 0.0
    np.testing.assert_allclose(share["taking"] - share["store"], [expected, 0.0])
    assert (model["marketplace"].route.instalment_fee[0] == 0.0).all()
