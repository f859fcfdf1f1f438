"""Facts: the figures of ``simulator/data``, each with unit, year, source, confidence and range.

A **leaf** is a mapping with a ``source``; it carries either one ``value`` (a number, a text, or a small mapping
such as a payment mix) or dated ``values`` (a rule: first day in force -> value, see `simulator.regulations`).
Everything else in a file is a group of leaves, so a number without a source cannot be written.

The YAML is parsed once per content: a JSON copy in the user's cache folder, named by the hash of the file, spares
later processes the slow parser.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from simulator import cache
from simulator.errors import FactError

DATA = Path(__file__).resolve().parent / "data"
"""Where the figures are."""

Kind = Literal["markets", "categories", "behaviour", "regulations", "network", "scorecard"]
SINGLE = ("behaviour", "network", "scorecard")
"""Kinds with a single key, their own name."""
Confidence = Literal["high", "medium", "low"]
ASSUMPTION = "assumption"
"""How the source of a figure starts that is this study's own judgement; the reason follows."""

_FIELDS = {"value", "values", "low", "high", "unit", "year", "source", "confidence", "note"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure and where it comes from."""

    value: Any
    """A number, a text, null, a small mapping, or (a dated rule) a mapping first day -> value."""
    unit: str
    year: int | None
    """Year that the figure describes; None for an assumption or a dated rule."""
    source: str
    confidence: Confidence
    low: Any = None
    high: Any = None
    """Range; for a mapping, a mapping of the parts that have one."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures of one market, category, ... as they stand in the data."""

    kind: Kind
    key: str
    leaves: Mapping[str, Fact]
    """Dotted path -> fact; elements of lists by their position (``seasonality.0``)."""
    tree: Any

    @property
    def values(self) -> dict[str, Any]:
        """Return a fresh nested mapping of the plain values; a dated rule stays the mapping that the file has."""
        plain: dict[str, Any] = _plain(self.tree)
        return plain


def load(kind: Kind, key: str | None = None) -> Facts:
    """Return the figures of one key of a kind (``load("markets", "US")``); some kinds have a single one."""
    return _load(kind, kind if key is None else key)


def available(kind: Kind) -> tuple[str, ...]:
    """Return the keys of a kind, in order."""
    if kind == "regulations":
        return tuple(sorted(read(DATA / "regulations.yaml")["markets"]))
    if kind in SINGLE:
        return (kind,)
    return tuple(sorted(path.stem for path in (DATA / kind).glob("*.yaml")))


@lru_cache(maxsize=1)
def data_version() -> str:
    """Return the SHA-256 of all data files, which names the figures that a run used."""
    digest = hashlib.sha256()
    for path in sorted(DATA.rglob("*.yaml")):
        digest.update(path.relative_to(DATA).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _load(kind: Kind, key: str) -> Facts:
    keys = available(kind)
    if key not in keys:
        raise FactError(f"no {kind} {key!r}; there are {', '.join(keys)}")
    if kind == "regulations":
        path, tree = DATA / "regulations.yaml", read(DATA / "regulations.yaml")["markets"][key]
    elif kind in SINGLE:
        path = DATA / f"{kind}.yaml"
        tree = read(path)
    else:
        path = DATA / kind / f"{key}.yaml"
        tree = read(path)
    leaves: dict[str, Fact] = {}
    problems: list[str] = []
    for place, node in _walk(tree, ""):
        found = list(_problems(node))
        problems += [f"{path.name}: {place}: {problem}" for problem in found]
        if not found:
            leaves[place] = _fact(node)
    if problems:
        raise FactError("\n".join(problems))
    return Facts(kind, key, leaves, tree)


@lru_cache(maxsize=64)
def read(path: Path) -> Any:
    """Return a data file as plain Python, dates as ISO texts; callers must not change it."""
    text = path.read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    copy = cache.root() / "facts" / f"{path.stem}-{digest[:16]}.json"
    try:
        return json.loads(copy.read_text(encoding="utf-8"), object_hook=_years)
    except (OSError, ValueError):
        pass
    tree = json.dumps(_jsonable(_parse(text, path)), ensure_ascii=False)
    cache.write(copy, tree)
    return json.loads(tree, object_hook=_years)


def _parse(text: bytes, path: Path) -> Any:
    from ruamel.yaml import YAML  # only when no parsed copy exists: the import alone is slow
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe").load(text)
    except YAMLError as error:
        raise FactError(f"{path.name}: {error}") from error


def _jsonable(node: Any) -> Any:
    """Turn dates into ISO texts, as keys and as values, and keys into texts."""
    if isinstance(node, dict):
        return {str(key): _jsonable(child) for key, child in node.items()}
    if isinstance(node, list):
        return [_jsonable(child) for child in node]
    return node.isoformat() if hasattr(node, "isoformat") else node


def _years(node: dict[str, Any]) -> dict[Any, Any]:
    """JSON has only text keys: calendar years become numbers again."""
    return {int(key) if len(key) == 4 and key.isdigit() else key: child for key, child in node.items()}


def _is_leaf(node: Any) -> bool:
    return isinstance(node, dict) and "source" in node


def _walk(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield every leaf, and everything that should have been one, with its dotted path."""
    if _is_leaf(node) or not isinstance(node, dict | list):
        yield place, node
        return
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield from _walk(child, f"{place}.{key}" if place else str(key))


def _plain(node: Any) -> Any:
    if _is_leaf(node):
        return _copy(node["value"]) if "value" in node else _copy(node)
    if isinstance(node, dict):
        return {key: _plain(child) for key, child in node.items()}
    return [_plain(child) for child in node]


def _copy(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copy(child) for key, child in node.items()}
    return [_copy(child) for child in node] if isinstance(node, list) else node


def _fact(node: dict[str, Any]) -> Fact:
    return Fact(
        value=node["value"] if "value" in node else node["values"],
        unit=node["unit"],
        year=node.get("year"),
        source=node["source"],
        confidence=node["confidence"],
        low=node.get("low"),
        high=node.get("high"),
        note=node.get("note", ""),
    )


def _problems(node: Any) -> Iterator[str]:
    """Say what is wrong with a leaf: the rules of the whole data folder."""
    if not _is_leaf(node):
        yield f"{node!r} stands without unit and source; write {{value: ..., unit: ..., source: ...}}"
        return
    if unknown := sorted(set(node) - _FIELDS):
        yield f"unknown {', '.join(unknown)}; a figure has {', '.join(sorted(_FIELDS))}"
    if ("value" in node) == ("values" in node):
        yield "needs one of value and values"
        return
    for field in ("unit", "source"):
        if not (isinstance(node.get(field), str) and node[field].strip()):
            yield f"needs a {field}"
    if node.get("confidence") not in get_args(Confidence):
        yield f"confidence is {node.get('confidence')!r}; allowed: {', '.join(get_args(Confidence))}"
    if "values" in node:
        if not (isinstance(node["values"], dict) and node["values"]):
            yield "needs values by day"
        return
    year = node.get("year")
    if not isinstance(year, int) and not (year is None and str(node["source"]).startswith(ASSUMPTION)):
        yield f"year is {year!r}; only an assumption has none"
    yield from _range_problems(node["value"], node.get("low"), node.get("high"))


def _range_problems(value: Any, low: Any, high: Any) -> Iterator[str]:
    if (low is None) != (high is None):
        yield "a range needs both low and high"
    elif isinstance(value, dict):
        for part in dict.fromkeys([*(low or {}), *(high or {})]):
            yield from _range_problems(value.get(part), (low or {}).get(part), (high or {}).get(part))
    elif low is not None and not (_is_number(value) and low <= value <= high):
        yield f"{value!r} is not within {low} and {high}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
