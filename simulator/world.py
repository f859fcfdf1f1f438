"""The world: all that no strategy changes, built once per batch of futures and shared by its strategies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.scenario.category import CloseRival
from simulator.shocks import Shocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CloseRivals = tuple[tuple[tuple[CloseRival, ...], ...], ...]
"""[future][market] -> close rivals."""

CORE = "core"
"""The first variant: what a seller with one product sells."""
FESTIVAL = "festival"
"""The variant of a festival edition; it is the core product in another dress."""

WARM_WEEKS = 26
"""Rival-only weeks that are played before the first week and discarded."""


@dataclass(frozen=True)
class Solved:
    """Targets and results of the start-up solve of one (future, market)."""

    replication: int
    market: str
    price_scale: float
    entrant_constant: float
    target_shares: tuple[float, ...]
    shares: tuple[float, ...]
    target_elasticity: float
    elasticity: float
    target_conversion: float
    conversion: float


@dataclass(frozen=True, eq=False)
class World:
    """Populations, polls, needs, shocks and constants of a batch.

    Axes: W weeks, F futures, M markets, V variants, K rivals, N consumers a market.
    """

    batch: Batch
    rivals: tuple[str, ...]
    """Keys of the rivals: archetypes, then close rivals."""
    archetypes: int
    """How many of them are archetypes."""
    rival_start: Ints
    """Week from which a rival is listed, int64[F, M, K]: 0 at the start, `NEVER` where it is not in the market."""
    rival_end: Ints
    """Week from which it is listed no more, int64[F, M, K]; `NEVER` where it stays."""
    close_rivals: CloseRivals
    """Of every future and market, those that an event brings included."""
    variants: tuple[str, ...]
    tables: NDArray[np.float32]
    """Quantiles of persistent tastes, float32[tables, 4096]; an offer of the menu names its row."""
    traits: NDArray[np.float32]
    """float32[M, 13, N]."""
    wallet: NDArray[np.uint16]
    """uint16[M, N]."""
    events: NDArray[np.uint32]
    weights: NDArray[np.uint16]
    offsets: Ints
    """Polls, `simulator.consumers.polls.Polls`; offsets int64[F, M, (WARM_WEEKS + W) * 6 + 1]."""
    capacity: int
    """Most true needs of a (future, market) in a week."""
    response: NDArray[np.void]
    """`columns.RESPONSE`[F, M], price scale solved."""
    menu: NDArray[np.void]
    """`columns.OFFER`[F, M, V + K]: identities, keys, constants, the rivals at the start."""
    last: NDArray[np.uint8]
    satisfaction: NDArray[np.float32]
    """Memory after the warm start, [F, M, N]."""
    needs: Ints
    """Real needs, int64[W, F, M]."""
    season: Floats
    """Season factor of the category, float64[F, M, W]."""
    needs_week: Floats
    """Q_m, needs in an average week of the first year, float64[F, M]."""
    people: Floats
    """Shoppers who ever need the category, float64[F, M]."""
    reference_price: Floats
    """P_m, USD, tax included, float64[F, M]."""
    reference_price_us: Floats
    """float64[F, 1]."""
    taste: Floats
    """Drifting taste tau, float64[F, M, history + W]; week t stands at `history + t`."""
    taste_history: int
    shocks: Shocks
    """What events and exchange rates do, by week."""
    selection_luck: Floats
    """Uniform luck of a machine's pick for a product launched in week t, float64[F, M, T]."""
    solved: tuple[Solved, ...]
