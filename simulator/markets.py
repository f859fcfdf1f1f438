"""The markets of a model as one looks at them: their codes, and the traits and memory of their consumers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import pandas as pd

from simulator.consumers.population import COLUMNS

if TYPE_CHECKING:
    from simulator.model import MarketEntryModel


class Market(mesa.Agent):
    """A market as one looks at it: its code, and its consumers."""

    def __init__(self, model: MarketEntryModel, code: str, position: int) -> None:
        super().__init__(model)
        self.code, self.position = code, position

    @property
    def consumers(self) -> Consumers:
        """Return the market's consumers."""
        return Consumers(self)


class Consumers:
    """A view of the columns of one market, of the first future."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def frame(self) -> pd.DataFrame:
        """Return traits (standard draws) and memory, one row per consumer."""
        model, m = self._market.model, self._market.position
        world, memory = model.world, model.memory
        frame = pd.DataFrame(dict(zip(COLUMNS, world.traits[m], strict=True)))
        frame["wallet"] = world.wallet[m]
        frame["last"] = [None if k == 0 else world.rivals[k - 1] for k in memory.last[0, m]]
        frame["satisfaction"] = memory.satisfaction[0, m]
        frame["last_entrant_share"] = memory.own[0, m]
        return frame
