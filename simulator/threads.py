"""Futures side by side on several threads: compiled code releases the GIL, and no future knows of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise


def parts(futures: int, threads: int) -> list[slice]:
    """Return even parts of the futures, at most one for each thread."""
    count = min(futures, threads)
    ends = [futures * number // count for number in range(count + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


def side_by_side(calls: Sequence[Callable[[], None]]) -> None:
    """Make all calls, the first on this thread; raises what any of them raises."""
    others = [_helpers().submit(call) for call in calls[1:]]
    calls[0]()
    for each in others:
        each.result()


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="market-entry-helper")
