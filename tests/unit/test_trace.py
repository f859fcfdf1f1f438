"""The TRACE document counts the figures as they are, and the files it points to are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "TRACE.md"


def test_the_figures_are_counted_as_they_stand() -> None:
    spec = importlib.util.spec_from_file_location("trace_page", ROOT / "docs" / "trace.py")
    assert spec is not None and spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    text = PAGE.read_text(encoding="utf-8")
    assert writer.filled(text) == text, "write it anew: python docs/trace.py"


def test_every_file_that_it_names_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    files = re.findall(r"`(tests/[\w/.*]+)`", text)
    tests = [f"tests/**/{name}" for name in re.findall(r"`(test_\w+\.py)`", text)]
    links = [f"docs/{path}" for path in re.findall(r"\]\(([\w/.-]+)\)", text)]
    assert len(files) > 5 and len(tests) > 3 and len(links) > 3
    missing = [pattern for pattern in (*files, *tests, *links) if not list(ROOT.glob(pattern))]
    assert not missing
