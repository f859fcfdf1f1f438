"""What the numbers of a scenario are called in a language."""

from __future__ import annotations

from simulator.texts import Lang, catalogue, tr

PLACED = ("markets", "strategies", "rivals", "events")
"""Sections whose paths name a place before the number: a market, a strategy, the position of an event."""

PLACED_IN_CATEGORY = ("market", "archetypes", "tiers", "certificates")
"""The same inside a category."""


def label(path: str, lang: Lang) -> str:
    """Return the name of a number, with its place: "Return share (ID)"; the path itself where it has no name."""
    key, place = _split(path)
    name = catalogue(lang).get(f"parameters.names.{key}")
    if name is None:
        return path
    return tr("parameters.placed", lang, name=name, place=_place(key, place, lang)) if place else name


def _split(path: str) -> tuple[str, str]:
    """Return the key of a number in the catalogue, and its place; ``markets.ID.mobile_share``: the key without ID."""
    head, *rest = path.split(".")
    if head == "category" and len(rest) > 2 and rest[0] in PLACED_IN_CATEGORY:
        # What a market replaces of a category is called as in the category.
        kept = [] if rest[0] == "market" else [rest[0]]
        return ".".join([head, *kept, *rest[2:]]), rest[1]
    if head in PLACED and len(rest) > 1:
        # Close rivals are listed by market: their position says nothing.
        below = rest[2:] if head == "rivals" else rest[1:]
        return ".".join([head, *below]), rest[0]
    return path, ""


def _place(key: str, place: str, lang: Lang) -> str:
    if key.startswith("events.") and place.isdigit():
        return tr("parameters.event", lang, number=int(place) + 1)
    return catalogue(lang).get(f"parameters.places.{place}", place)
