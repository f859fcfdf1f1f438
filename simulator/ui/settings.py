"""What is set in a scenario, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.report.contrasts import STRATEGY
from simulator.report.parameters import label
from simulator.texts import catalogue
from simulator.texts.numbers import NOTHING
from simulator.ui.words import language, market_name, plain, say


def setting_words(row: Mapping[Any, Any]) -> dict[str, str]:
    """Return the words of a path, and of what each side sets there, as Markdown that shows a user's text as it is."""
    path = str(row["path"])
    words = {str(name): setting_name(path) if name == "path" else setting(path, each) for name, each in row.items()}
    return {name: plain(each) for name, each in words.items()}


def setting_name(path: str) -> str:
    """Return what a setting is called: one below ``strategy.`` is a lever, of a market where one stands before it."""
    market, lever = _lever(path)
    if lever is None:
        return label(path, language())
    if lever.startswith("entry."):
        return say("levers.entry", market=market_name(lever.removeprefix("entry.")))
    name = catalogue(language()).get(f"levers.{lever}", lever)
    return f"{market_name(market)}: {name}" if market else name


def setting(path: str, value: Any) -> str:
    """Return what a setting is set to."""
    if value is None or value != value:  # pandas writes a missing value as nan
        return NOTHING
    if isinstance(value, bool):
        return say("comparing.yes" if value else "comparing.no")
    if isinstance(value, list | tuple):
        return ", ".join(setting(path, each) for each in value) or NOTHING
    words, (_, lever) = catalogue(language()), _lever(path)
    if isinstance(value, str) and lever is not None:
        head = "payments" if lever == "payments" else f"levers.words.{lever}"
        return words.get(f"{head}.{value}", say("lab.all_local") if value == "local" else value)
    return str(value)


def _lever(path: str) -> tuple[str, str | None]:
    """Return the market and the path of a lever; None where the path is that of something else."""
    bare = path.removeprefix(f"{STRATEGY}.")
    if bare == path:
        return "", None
    if bare.startswith("markets.") and bare.count(".") >= 2:
        _, market, lever = bare.split(".", 2)
        return market, lever
    return "", bare
