"""The README says the same in both languages: the same figures, commands, files and pictures."""

from __future__ import annotations

import re

import pytest

from simulator.facts import DATA

ROOT = DATA.parents[1]
ENGLISH, CHINESE = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md"))


def _tables(text: str) -> list[list[str]]:
    """Return the numbers of each row of the tables, as they are written."""
    rows = [line for line in text.splitlines() if line.startswith("|") and not set(line) <= set("|- ")]
    return [re.findall(r"[−+]?\d[\d,.]*", row) for row in rows]


def _code(text: str) -> list[str]:
    """Return the lines of code without their comments."""
    lines = "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)).splitlines()
    return [re.sub(r"\s+#.*", "", line).rstrip().removesuffix(" --lang zh") for line in lines]


def test_the_tables_have_the_same_figures() -> None:
    assert len(_tables(ENGLISH)) > 10
    assert _tables(CHINESE) == _tables(ENGLISH)


def test_the_code_is_the_same_but_for_its_comments() -> None:
    assert len(_code(ENGLISH)) > 40
    assert _code(CHINESE) == _code(ENGLISH)


def test_the_chapters_and_their_points_are_the_same_in_number() -> None:
    shapes = [re.findall(r"^(#+|-) ", text, re.MULTILINE) for text in (ENGLISH, CHINESE)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("pattern", [r"`((?:docs|tests|scenarios|simulator)[\w./-]*)`", r"\]\(([^)]+)\)"])
def test_both_point_to_the_same_files(pattern: str) -> None:
    named = [set(re.findall(pattern, text)) - {"README.md", "README.zh.md"} for text in (ENGLISH, CHINESE)]
    # Pictures of the app are those of the reader's language.
    theirs = {re.sub(r"-en\.png$", "-zh.png", name) for name in named[0]}
    assert theirs == named[1] and theirs
    assert [name for name in named[0] | named[1] if not (ROOT / name).exists()] == []
