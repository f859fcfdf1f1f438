"""The words of the product in two languages: one catalogue, the same keys and placeholders in both."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")

TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Bidirectional classes of the signs that embed or override a direction (Unicode Standard Annex 9)."""


def tr(key: str, lang: Lang = "en", **values: Any) -> str:
    """Return a text of the catalogue with its placeholders filled; KeyError for an unknown key."""
    return catalogue(lang)[key].format(**values)


def in_language(words: Mapping[str, str], lang: Lang) -> str:
    """Return a text that has words in both languages, else the English ones."""
    return words.get(lang) or words.get("en", "")


def is_control(sign: str) -> bool:
    """Say whether a sign breaks a line, moves a cursor or turns the direction of reading."""
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(sign) in TURNS


def visible(text: str) -> str:
    """Return a text on one line, with a blank for every sign that a terminal would obey."""
    return "".join(" " if is_control(sign) else sign for sign in text)


@lru_cache(maxsize=2)
def catalogue(lang: Lang = "en") -> dict[str, str]:
    """Return all texts of a language by dotted key; its files share no key."""
    from simulator.facts import read  # it keeps a parsed copy: the YAML parser takes a tenth of a second

    folder = Path(__file__).with_name(lang)
    return {key: text for path in sorted(folder.glob("*.yaml")) for key, text in _flat(read(path), "")}


def _flat(node: Any, prefix: str) -> list[tuple[str, str]]:
    if not isinstance(node, dict):
        return [(prefix, str(node))]
    return [pair for key, child in node.items() for pair in _flat(child, f"{prefix}.{key}" if prefix else str(key))]
