"""A market as the text of its file: one figure per entry, lines broken between its parts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tools.market_files import derived
from tools.market_files.research import Leaf, Research, ResearchError, from_fact, from_judgement, review

WIDTH = 120
HEADER = """\
# {name}: consumers, platform, logistics and entry (simulator/scenario/profiles.py, MarketProfile).
# Shares, not percent. Low confidence: use the range, not the point.
# Written by tools/markets.py from the reviewed facts and the judgement in tools/market_files.
"""
_PLAIN = re.compile(r"[A-Za-zÀ-￿(][\w ()./+;=–-]*")
_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off"}
_PARTS = ("value", "low", "high", "unit", "year", "confidence", "source", "note")


def figures(research: Research, market: str) -> dict[str, Leaf | list[Leaf]]:
    """Return every figure of a market, in the order of the file."""
    found: dict[str, Leaf | list[Leaf]] = {}
    for key, spec in research.fields.items():
        if spec.get("make") == "days":
            leaf: Any = derived.days(research, market, key)
        elif "make" in spec:
            leaf = derived.MAKERS[spec["make"]](research, market)
        elif "by" in spec:
            leaf = from_judgement(research, market, key)
        else:
            leaf = from_fact(research, market, key)
        found[key] = leaf if isinstance(leaf, list) else review(research, market, key, leaf)
    if unknown := set(research.reviewed[market]) - set(research.fields):
        raise ResearchError(f"{market}: reviewed.yaml decides on unknown {', '.join(sorted(unknown))}")
    return found


def market_file(research: Research, market: str) -> str:
    """Return the text of a market's file."""
    lines = [HEADER.format(name=research.facts["trade"][market]["name"])]
    for key, leaf in figures(research, market).items():
        if group := research.fields[key].get("group"):
            lines.append(f"\n# {group}\n")
        if isinstance(leaf, list):
            lines.append(f"{key}:\n")
            lines += [_entry("  - ", "      ", each) for each in leaf]
        else:
            lines.append(_entry(f"{key}: ", "    ", leaf))
    return "".join(lines)


def _entry(start: str, indent: str, leaf: Leaf) -> str:
    """Write one figure; a part that would take the line past `WIDTH` starts the next one."""
    parts = [f"{part}: {_text(getattr(leaf, part))}" for part in _PARTS if getattr(leaf, part) not in (None, "")]
    lines, line = [], start + "{"
    for i, part in enumerate(parts):
        piece = part + ("}" if i == len(parts) - 1 else ",")
        empty = line.endswith("{") or line == indent
        if not empty and len(line) + 1 + len(piece) > WIDTH:
            lines.append(line)
            line, empty = indent, True
        line += piece if empty else " " + piece
    return "\n".join([*lines, line]) + "\n"


def _text(node: Any) -> str:
    """Return a value in YAML's flow style."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_text(child)}" for key, child in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(_text(child) for child in node) + "]"
    if isinstance(node, str):
        plain = _PLAIN.fullmatch(node) and node.lower() not in _WORDS_OF_YAML and not node.endswith(" ")
        return node if plain else json.dumps(node, ensure_ascii=False)
    return repr(node)
