"""The start of a market: the constants that reproduce its facts, and the memory of its shoppers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.batch import Batch
from simulator.consumers import calibration, kernels, polls
from simulator.consumers.columns import LISTING, Memory, Pending, Tallies
from simulator.scenario.category import CategoryProfile
from simulator.world import WARM_WEEKS, Solved


def prefixes(batch: Batch, stream: str) -> NDArray[np.uint64]:
    """Return the key prefixes of a stream, uint64[F, M]."""
    seed, number = batch.scenario.seed, draws.STREAMS[stream]
    return np.array(
        [[draws.prefix(seed, r, number, draws.name_id(code)) for code in batch.codes] for r in batch.replications],
        np.uint64,
    )


def solve(
    batch: Batch, variants: Sequence[str], response: NDArray[np.void], menu: NDArray[np.void],
    tables: NDArray[np.float32], traits: NDArray[np.float32],
) -> tuple[Solved, ...]:  # fmt: skip
    """Solve the constants of every (future, market) and write them into `response` and `menu`."""
    streams = np.stack([prefixes(batch, name) for name in ("birth_choice", "delivery_class")], axis=-1)
    out = []
    for f, replication in enumerate(batch.replications):
        category = batch.categories[f]
        for m, code in enumerate(batch.codes):
            targets = _targets(batch, category, f, m)
            done = calibration.solve(
                targets, response[f, m], menu[f, m], len(variants), streams[f, m], tables, traits[m]
            )
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


def warm(
    batch: Batch, variants: Sequence[str], rivals: Sequence[str], response: NDArray[np.void],
    menu: NDArray[np.void], polled: polls.Polls, tables: NDArray[np.float32],
    traits: NDArray[np.float32], wallet: NDArray[np.uint16],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:  # fmt: skip
    """Draw the last purchases of all consumers and play the rival-only weeks; return last and satisfaction."""
    shape = (*response.shape, traits.shape[2])
    memory = Memory.of(np.zeros(shape, np.uint8), np.zeros(shape, np.float32), once=False, entering=False)
    streams = np.stack([prefixes(batch, name) for name in ("birth_choice", "delivery_class")], axis=-1)
    for f in range(shape[0]):
        for m in range(shape[1]):
            calibration.birth_choices(
                streams[f, m, 0], streams[f, m, 1], response[f, m], menu[f, m], len(variants), tables, traits[m],
                calibration.BIRTH_CHOICES, shape[2], memory.last[f, m], memory.satisfaction[f, m],
            )  # fmt: skip
    tallies = Tallies.empty(shape[0], shape[1], len(variants), len(rivals))
    pending = Pending.empty(shape[0], shape[1], 1)
    listing = np.zeros(shape[:2], LISTING)
    week_prefixes = consumer_prefixes(batch)
    for t in range(WARM_WEEKS):
        kernels.consumer_week(
            t, t - WARM_WEEKS, False, False, False, len(variants), len(rivals), response, menu, listing, week_prefixes,
            polled.events, polled.weights, polled.offsets, tables, traits, wallet, memory.last, memory.satisfaction,
            memory.own, memory.left, tallies.shares, tallies.stages, tallies.divert, tallies.groups, tallies.polled,
            tallies.counts, pending.count, pending.row, pending.buy, pending.keep, pending.second, tallies.noted,
            tallies.notes,
        )  # fmt: skip
    return memory.last, memory.satisfaction


def consumer_prefixes(batch: Batch) -> NDArray[np.uint64]:
    """Return the key prefixes that the week of consumers takes, uint64[F, M, 4]."""
    names = ("choice", "delivery_class", "exposure", "rationing")
    return np.ascontiguousarray(np.stack([prefixes(batch, name) for name in names], axis=-1))
