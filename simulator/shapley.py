"""What each part of a whole is worth: Shapley values and interaction indices of all combinations of n parts.

A *coalition* is a set of parts, written as a number whose bit i says whether part i is in it: 0 is none of them,
``2^n − 1`` all. Which parts are worth something depends on which others are there; the Shapley value is the mean over
all orders in which they could be added, the only division that is whole, symmetric, additive and gives nothing for
nothing (Shapley 1953). It is linear, so it is taken future by future.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shapley(values: Floats) -> Floats:
    """Return what each part is worth, float64[n, F].

    ``φ_i = Σ_S |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))`` over the coalitions S without i.

    Parameters
    ----------
    values : float64[2^n, F]
        Value of every coalition, by future.
    """
    n = _parts(values)
    out = np.zeros((n, values.shape[1]))
    for i in range(n):
        for s in _without(n, i):
            size = s.bit_count()
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            out[i] += weight * (values[s | 1 << i] - values[s])
    return out


def interactions(values: Floats) -> Floats:
    """Return how much more two parts are worth together than apart, float64[n, n, F]; 0 on the diagonal.

    Shapley interaction index (Grabisch and Roubens 1999): the mean over coalitions S without i and j of
    ``v(S ∪ ij) − v(S ∪ i) − v(S ∪ j) + v(S)``, weighted by ``|S|! (n − |S| − 2)! / (n − 1)!``. Above 0 they help each
    other, below 0 they stand in for each other.
    """
    n = _parts(values)
    out = np.zeros((n, n, values.shape[1]))
    for i in range(n):
        for j in range(i):
            for s in _without(n, i, j):
                size = s.bit_count()
                weight = factorial(size) * factorial(n - size - 2) / factorial(n - 1)
                with_i, without = values[s | 1 << i | 1 << j] - values[s | 1 << i], values[s | 1 << j] - values[s]
                out[i, j] += weight * (with_i - without)
            out[j, i] = out[i, j]
    return out


def alone(values: Floats) -> Floats:
    """Return what each part adds to nothing, float64[n, F]."""
    return np.array([values[1 << i] - values[0] for i in range(_parts(values))])


def last(values: Floats) -> Floats:
    """Return what each part adds to all others, float64[n, F]."""
    whole = len(values) - 1
    return np.array([values[whole] - values[whole ^ 1 << i] for i in range(_parts(values))])


def _parts(values: Floats) -> int:
    """Return n."""
    n = len(values).bit_length() - 1
    if n < 1 or len(values) != 1 << n:
        raise ValueError(f"read {len(values)} coalitions; allowed: 2, 4, 8, ..., all of 1, 2, 3, ... parts")
    return n


def _without(n: int, *parts: int) -> list[int]:
    """Return the coalitions that hold none of some parts."""
    return [s for s in range(1 << n) if not any(s >> i & 1 for i in parts)]
