"""Market-entry simulation: which markets, when, with which strategy, and how sure can we be?

>>> from simulator import load_scenario, run
>>> results = run(load_scenario("scenarios/flagship.yaml"), replications=8)    # doctest: +SKIP
>>> results.summary                                                           # doctest: +SKIP

The names below load what they need on first use, so that ``import simulator`` is instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api import resume, run
    from simulator.engine import Results
    from simulator.model import MarketEntryModel
    from simulator.scenario import load_scenario

__version__ = "0.1.0"
__all__ = ["MarketEntryModel", "Results", "__version__", "load_scenario", "resume", "run"]

_HOMES = {
    "load_scenario": "simulator.scenario",
    "resume": "simulator.api",
    "run": "simulator.api",
    "Results": "simulator.engine",
    "MarketEntryModel": "simulator.model",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
