"""Each mechanism of the trends moves what it should, for sure, and nothing that it should not."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.comparison import interval
from simulator.ledger import INDEX
from tests.laws.switches import business, compliance, emerging, goods, rivals, simple
from tests.laws.switches.switch import FIXED, Switch, figure, play

SWITCHES = (
    *goods.SWITCHES, *emerging.SWITCHES, *business.SWITCHES, *compliance.SWITCHES, *simple.SWITCHES, *rivals.SWITCHES,
)  # fmt: skip

each = pytest.mark.parametrize("switch", [pytest.param(switch, id=switch.name) for switch in SWITCHES])


@pytest.fixture(scope="module", autouse=True)
def _played() -> None:
    play(SWITCHES)


@each
def test_a_mechanism_moves_what_it_should(switch: Switch) -> None:
    for name, sign in switch.moves.items():
        low, high = interval(sign * (figure(switch.on, name) - figure(switch.off, name)))
        assert 0.0 < low <= high, (name, sign * low, sign * high)


@each
def test_a_mechanism_moves_no_other_cost(switch: Switch) -> None:
    for name in FIXED:
        moved = figure(switch.on, name) - figure(switch.off, name)
        if name in switch.own:
            assert moved.any(), f"{name} is its own account"
        else:
            assert not moved.any(), name


@each
def test_what_it_cannot_touch_stays_to_the_last_bit(switch: Switch) -> None:
    for name in switch.stays:
        on, off = figure(switch.on, name), figure(switch.off, name)
        both = ~(np.isnan(on) | np.isnan(off))  # a price where both are listed
        assert both.any()
        np.testing.assert_array_equal(on[both], off[both], err_msg=name)


def test_fixed_costs_are_costs_that_do_not_go_by_units() -> None:
    assert {"software", "certificates", "design", "logistics", "headquarters"} <= set(FIXED) <= set(INDEX)
    assert not {"sales", "cost_of_goods", "advertising", "storage"} & set(FIXED)
