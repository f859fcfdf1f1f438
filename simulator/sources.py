"""Where units come from: a strategy beside a reference, future by future, in real units.

Both meet the same needs and the same requests of firms. So whatever the entrant sells more, another sells less, or
fewer people go without: the sources of a row sum to the units that it gained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.comparison import interval
from simulator.outcomes import ALL, NO_ENTRY
from simulator.views import Records

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

COLUMNS = ("strategy", "reference", "market", "gained", "source", "units", "low", "high")
OUTSIDE, LEAKED, NEEDS = "outside", "leaked", "needs"
"""Bought nothing of the kind, or elsewhere; bought the entrant's goods from a firm; needs that the other has not."""
OTHER_BIDDER, NO_BIDDER = "other_bidder", "no_bidder"
"""Lots that another would have delivered, and those for which nobody else qualifies."""
BUSINESS = "business"
"""The row of what firms were delivered."""
_ARRAYS = "own", "others", "needs", "lots"


@dataclass(frozen=True, eq=False)
class Volumes:
    """Who served the shoppers and firms of F futures and M markets, units of the whole run."""

    strategy: str
    replications: tuple[int, ...]
    markets: tuple[str, ...]
    variants: tuple[str, ...]
    rivals: tuple[str, ...]
    own: Ints
    """Sold by variant, int64[F, M, V]."""
    others: Ints
    """Rivals, outside, leaked goods, int64[F, M, K + 2]; with `own` they sum to the needs."""
    needs: Ints
    """int64[F, M]."""
    lots: Ints
    """Delivered to firms: what another bidder would have, and what nobody else could, int64[F, M, 2]."""

    @classmethod
    def of(cls, records: Records) -> Volumes:
        """Return the volumes of records."""
        own, grey = records.variant_units, records.grey_units
        sold, needs = records.units[..., 1:].sum(axis=0), records.needs.sum(axis=0)
        outside = needs - own.sum(axis=-1) - sold.sum(axis=-1) - grey
        delivered, alone = records.business_units.sum(axis=0), records.business_alone_units
        return cls(
            strategy=records.strategy, replications=records.replications, markets=records.markets,
            variants=records.variants, rivals=records.sellers[1:], own=own,
            others=np.concatenate([sold, outside[..., None], grey[..., None]], axis=-1), needs=needs,
            lots=np.stack([delivered - alone, alone], axis=-1),
        )  # fmt: skip

    def at(self, replications: Sequence[int]) -> tuple[Ints, Ints, Ints, Ints]:
        """Return own units, others, needs and lots of some futures."""
        rows = [self.replications.index(r) for r in replications]
        return self.own[rows], self.others[rows], self.needs[rows], self.lots[rows]

    def only(self, replications: Sequence[int]) -> Volumes:
        """Return the volumes of some futures."""
        arrays: dict[str, Any] = dict(zip(_ARRAYS, self.at(replications), strict=True))
        return replace(self, replications=tuple(replications), **arrays)

    @property
    def sources(self) -> tuple[str, ...]:
        """Name what a row can draw from."""
        return (*self.variants, *self.rivals, OUTSIDE, LEAKED, NEEDS, OTHER_BIDDER, NO_BIDDER)


def joined(batches: Sequence[Volumes]) -> Volumes:
    """Return the volumes of all futures of a strategy."""
    arrays: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in batches]) for name in _ARRAYS}
    return replace(batches[0], replications=tuple(r for each in batches for r in each.replications), **arrays)


def matrix(strategy: Volumes, reference: Volumes, replications: Sequence[int]) -> Floats:
    """Return gained units by row and source, float64[F, M, V + 1, S]: the variants and `BUSINESS`; `Volumes.sources`.

    Where the variants together gain, those that gained are the rows, and those that lost are sources (cannibalised);
    where they lose together, it is the other way round and all numbers change their sign. Several rows draw from each
    source in proportion to what they gained: nobody knows which shopper would have bought what.
    """
    (own, others, needs, lots), (own0, others0, needs0, lots0) = (v.at(replications) for v in (strategy, reference))
    gain, lost = own - own0, others0 - others
    sign = np.where(gain.sum(axis=-1) >= 0, 1, -1)[..., None]
    rows = np.maximum(gain * sign, 0)
    siblings = np.maximum(-gain * sign, 0) * sign
    sources = np.concatenate([siblings, lost, (needs - needs0)[..., None]], axis=-1)
    total = rows.sum(axis=-1, keepdims=True)
    share = np.where(total > 0, rows / np.maximum(total, 1), 0.0)
    futures, markets, variants = gain.shape
    retail = sources.shape[-1]
    out = np.zeros((futures, markets, variants + 1, retail + 2))
    out[:, :, :-1, :retail] = share[..., None] * sources[:, :, None, :]
    out[:, :, -1, retail:] = lots - lots0
    return out


def table(strategy: Volumes, reference: Volumes) -> pd.DataFrame:
    """Return the mean of `matrix` over the futures that both have, with its 95 % interval; rows of zeros left out."""
    common = [r for r in strategy.replications if r in set(reference.replications)]
    if not common:
        return pd.DataFrame(columns=list(COLUMNS))
    by_market = matrix(strategy, reference, common)
    units = np.concatenate([by_market, by_market.sum(axis=1, keepdims=True)], axis=1)
    rows = []
    for m, market in enumerate((*strategy.markets, ALL)):
        for g, gained in enumerate((*strategy.variants, BUSINESS)):
            for s, source in enumerate(strategy.sources):
                values = units[:, m, g, s]
                if values.any():
                    labels = (strategy.strategy, reference.strategy, market, gained, source)
                    rows.append((*labels, float(values.mean()), *interval(values)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def tables(volumes: Sequence[Volumes], references: Sequence[str]) -> pd.DataFrame:
    """Return the sources of all strategies against each reference that is another one."""
    by_name = {each.strategy: each for each in volumes}
    found = [
        table(each, by_name[name])
        for name in dict.fromkeys(references)
        for each in volumes
        if name in by_name and each.strategy not in (NO_ENTRY, name)
    ]
    filled = [each for each in found if len(each)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))
