"""Lessons: textbook cases with a known answer, played by the same engine as any run."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from simulator.errors import UsageError
from simulator.lessons.lesson import Check, Lesson

__all__ = ["Check", "Lesson", "names", "play"]

_NAMES = (
    "logit", "segments", "elasticity", "bertrand", "bass", "landed_cost", "newsvendor", "lost_sales", "pooling",
    "double_jeopardy", "common_random_numbers",
)  # fmt: skip


def names() -> tuple[str, ...]:
    """Return the names of the lessons that can be played, in the order in which they are best read."""
    return _NAMES


def play(name: str, settings: Mapping[str, str] | None = None) -> Lesson:
    """Play a lesson.

    Parameters
    ----------
    name
        One of `names`.
    settings
        Parameter -> text, read as one YAML value; what is left out has its default.

    Raises
    ------
    UsageError
        For a lesson or parameter that does not exist, and for a value that is not allowed.
    """
    from simulator.lessons.lesson import compare
    from simulator.lessons.settings import read
    from simulator.scenario.names import allowed

    if name not in _NAMES:
        raise UsageError(f"no lesson {name!r}; {allowed(name, _NAMES)}")
    # A lesson brings the engine with it, which those who only ask for names should not wait for.
    lesson = import_module(f"{__name__}.{name}")
    given = read(lesson.PARAMETERS, settings or {})
    checks = compare(lesson.expected(given), lesson.simulated(given))
    return Lesson(name, given.model_dump(mode="json"), checks)
