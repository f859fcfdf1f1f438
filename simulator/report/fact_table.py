"""Every figure of the data as a table: what it is, its value and range, and how far it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import pandas as pd

from simulator import facts
from simulator.report import parameters
from simulator.report.figures import Figure, figures, written
from simulator.texts import Lang, catalogue, in_language, tr
from simulator.texts.numbers import NOTHING

EVERY = "every"
"""Stands for all kinds, or for all keys of a kind."""

KINDS = get_args(facts.Kind)

COLUMNS = (
    "of", "name", "value", "unit", "year", "low", "high", "confidence", "source", "link", "note", "path",
)  # fmt: skip
"""Shown and saved, in this order; `level` and `assumed`, by which rows are chosen, stand behind them."""

PREFIX = {"markets": "markets.{key}.", "categories": "category.", "behaviour": "behaviour."}
"""What comes before the path of a fact where a scenario sets it."""

LINK = re.compile(r"https://[^\s,;()\"'<>]+")

WORDS = ("figures.values", "areas", "charts.sellers")
"""Groups of the catalogue that tell what a code of the data means."""

PLACED = re.compile(r"^(market|archetypes|certificates|tiers|hubs|close_rivals|seasonality)\.([^.]+)")
"""A place inside a path: figures of all places share their name."""


def keys(kind: str) -> tuple[str, ...]:
    """Return the markets (by area, as one plans), categories, ... of a kind; a kind with a single one has no choice."""
    found = facts.available(_kind(kind))
    if kind in ("markets", "regulations"):
        areas = [key for key in catalogue() if key.startswith("areas.")]
        found = tuple(sorted(found, key=lambda code: areas.index(f"areas.{_area(code)}")))
    return () if len(found) == 1 else found


def key_name(kind: str, key: str, lang: Lang) -> str:
    """Return what a key of a kind is called."""
    if kind in ("markets", "regulations"):
        return f"{in_language(facts.load('markets', key).values['name'], lang)} ({key})"
    if kind == "categories":
        return in_language(facts.load("categories", key).values["name"], lang)
    return tr(f"guide.kinds.{kind}", lang)


@lru_cache(maxsize=64)
def fact_table(kind: str, key: str, lang: Lang) -> pd.DataFrame:
    """Return the figures of a kind and key, or of every one, a row each; callers must not change it."""
    kinds = KINDS if kind == EVERY else (kind,)
    places = [(each, name) for each in kinds for name in facts.available(_kind(each)) if key in (EVERY, name)]
    rows = [row for each, name in places for row in _rows(each, name, lang)]
    return pd.DataFrame(rows, columns=[*COLUMNS, "level", "assumed"])


def chosen(table: pd.DataFrame, words: str, levels: tuple[str, ...], assumed_only: bool) -> pd.DataFrame:
    """Return the rows that hold all words, at these levels of confidence."""
    found = table[table["level"].isin(levels)] if levels else table
    if assumed_only:
        found = found[found["assumed"]]
    wanted = words.casefold().split()
    if not wanted or found.empty:
        return found
    said = found[["of", "name", "value", "unit", "confidence", "source", "note", "path"]].agg(" ".join, axis=1)
    said = said.str.casefold()
    holds = pd.Series(True, index=found.index)
    for word in wanted:
        holds &= said.str.contains(word, regex=False)
    return found[holds]


def fact_name(kind: str, key: str, path: str, lang: Lang) -> str:
    """Return what a figure is called, with what tells it from others of the name; "" where it has no name."""
    if kind == "scorecard":
        return _pattern_name(path, lang)
    whole = PREFIX.get(kind, "").format(key=key) + path
    named = parameters.label(whole, lang)
    if named != whole:
        return named
    if kind == "network" and path.startswith("nodes."):
        return in_language(facts.load("network").values["nodes"][path.removeprefix("nodes.")]["name"], lang)
    place = PLACED.match(path)
    bare = path.replace(place[0], f"{place[1]}.each", 1) if place else path
    own = catalogue(lang).get(f"figures.{kind}.{bare}")
    if own is not None and place:
        spot = catalogue(lang).get(f"parameters.places.{place[2]}") or _position(place[2])
        return tr("parameters.placed", lang, name=own, place=spot)
    return own or ""


def unit_name(unit: str, lang: Lang) -> str:
    """Return a unit in words; as the data have it where the catalogue does not know it."""
    return catalogue(lang).get(f"units.{unit}", unit)


def _position(place: str) -> str:
    """Return an element of a list as people count; a code as it is."""
    return str(int(place) + 1) if place.isdigit() else place


def _rows(kind: str, key: str, lang: Lang) -> Iterator[dict[str, Any]]:
    of = key_name(kind, key, lang)
    for path, fact in facts.load(_kind(kind), key).leaves.items():
        link = LINK.search(fact.source)
        head = fact_name(kind, key, path, lang)
        for each in figures(path, _read_by(fact.value, lang), fact.low, fact.high):
            yield {
                "of": of,
                "name": _called(head, path, each, lang) or each.path,
                "value": _told(each.value, lang),
                "unit": unit_name(fact.unit, lang),
                "year": NOTHING if fact.year is None else str(fact.year),
                "low": NOTHING if each.low is None else written(each.low),
                "high": NOTHING if each.high is None else written(each.high),
                "confidence": tr(f"scorecard.confidence.{fact.confidence}", lang),
                "source": fact.source,
                "link": link[0].rstrip(".") if link else None,
                "note": fact.note,
                "path": each.path,
                "level": fact.confidence,
                "assumed": fact.source.startswith(facts.ASSUMPTION),
            }


def _called(head: str, path: str, figure: Figure, lang: Lang) -> str:
    """Return the name of a part: that of the whole, and which part of it."""
    known = catalogue(lang)
    parts = figure.path.removeprefix(path).removeprefix(".")
    words = [known.get(f"figures.parts.{part}") or known.get(f"payments.{part}", part) for part in parts.split(".")]
    return " · ".join([head, *words]) if head and parts else head


def _pattern_name(path: str, lang: Lang) -> str:
    """Return what a pattern of the scorecard is called; some have a band for goods that last and one for others."""
    known = catalogue(lang)
    pattern, _, goods = path.rpartition("_")
    if goods in ("consumables", "general"):
        return tr(
            "parameters.placed",
            lang,
            name=known[f"scorecard.patterns.{pattern}"],
            place=known[f"scorecard.applies.{goods}"],
        )
    return known.get(f"scorecard.patterns.{path}") or known.get(f"figures.scorecard.{path}", "")


def _read_by(value: Any, lang: Lang) -> Any:
    """Return a value in which what has words in both languages is that of the reader: one figure, not two."""
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"en", "zh"}:
        return in_language(value, lang)
    return {name: _read_by(part, lang) for name, part in value.items()}


def _told(value: Any, lang: Lang) -> str:
    """Return a value as text: codes of the data in words, as far as there are any."""
    if isinstance(value, list):
        return ", ".join(_told(each, lang) for each in value)
    return _word(str(value).lower(), lang) or str(value) if isinstance(value, bool | str) else written(value)


@lru_cache(maxsize=1024)
def _word(code: str, lang: Lang) -> str:
    """Return what a code of the data means; "" where it is no code."""
    node = facts.load("network").leaves.get(f"nodes.{code}")
    if node is not None:
        return in_language(node.value["name"], lang)
    known = catalogue(lang)
    return next((known[key] for key in (f"{group}.{code}" for group in WORDS) if key in known), "")


def _area(code: str) -> str:
    return str(facts.load("markets", code).values["area"])


def _kind(kind: str) -> facts.Kind:
    return next(each for each in KINDS if each == kind)
