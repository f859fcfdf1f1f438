"""The peers of the speed comparison compute what the kernel computes, or the comparison would be void."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import assembly, stages, workload
from benchmarks.arrays import ArrayMarket
from benchmarks.objects import ObjectMarket
from simulator.consumers import stages as kernel_stages
from simulator.consumers.polls import WEIGHT_ONE

UNITS = float(kernel_stages.SCALE) * WEIGHT_ONE
MARKETS = ("US",)
WEEKS = 16


@pytest.fixture(scope="module")
def world():
    return workload.world(3_000, MARKETS, 1, 52)


def test_arrays_agree_with_the_kernel_draw_for_draw(world):
    play, arrays = workload.Play(world, slice(0, 1), slice(0, 1)), ArrayMarket(world)
    for t in range(WEEKS):
        play.week(t)
        arrays.week(t)
        np.testing.assert_allclose(play.tallies.shares[0, 0] / UNITS, arrays.shares, atol=0.02, rtol=2e-4)
        barriers = play.tallies.stages[0, 0].sum(axis=0)[: kernel_stages.STOCK] / UNITS
        np.testing.assert_allclose(barriers, arrays.blocked, atol=0.02, rtol=2e-4)
    assert np.mean(play.memory.last[0, 0] != arrays.last) < 1e-3  # a race can hang on the last bit
    np.testing.assert_allclose(play.memory.own[0, 0], arrays.own, atol=1e-3)
    assert arrays.own.max() > 0.1


def test_objects_agree_with_arrays_in_law(world):
    arrays, objects = ArrayMarket(world), ObjectMarket(world)
    by_array, by_object = np.zeros((6, 6)), np.zeros((6, 6))
    blocked_array, blocked_object = np.zeros(5), np.zeros(5)
    for t in range(WEEKS):
        arrays.week(t)
        objects.step()
        by_array += arrays.shares
        by_object += objects.shares
        blocked_array += arrays.blocked
        blocked_object += objects.blocked
    polled = by_array.sum()
    assert by_object.sum() == pytest.approx(polled, rel=0.05)
    for one, other in ((by_array, by_object), (blocked_array, blocked_object)):
        np.testing.assert_allclose(one / polled, other / by_object.sum(), atol=0.02)


@pytest.mark.parametrize(
    "name",
    [
        "price_scales", "boosts", "delivery_costs", "trust_gains", "rival_weights", "offer_features",
        "entrant_weights", "tally", "split", "reasons",
    ],
)  # fmt: skip
def test_hot_stages_are_compiled_to_packed_arithmetic(world, name):
    play = workload.Play(world, slice(0, 1), slice(0, 1))
    stage = next(each for each in stages.stages(play) if each.name == name)
    code = assembly.machine_code(stage.function, stage.arguments)
    assert assembly.vectorised(code), f"{name}: packed operations {assembly.packed(code)}"


def test_a_branching_loop_is_not_taken_for_packed():
    import numba

    @numba.njit
    def collatz(n, out):
        for e in range(n):
            x = e + 1
            while x != 1:
                x = 3 * x + 1 if x & 1 else x // 2
                out[e] += 1.5

    assert not assembly.vectorised(assembly.machine_code(collatz, (3, np.zeros(4, np.float32))))
