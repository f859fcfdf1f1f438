"""From ``--set NAME=VALUE`` to the parameters of a lesson, or one message that says what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from simulator.errors import Problem, ScenarioError, UsageError
from simulator.lessons.lesson import Parameters
from simulator.scenario.places import Node, Place
from simulator.scenario.reading import parse
from simulator.scenario.validating import check

Kind = TypeVar("Kind", bound=Parameters)


def read(kind: type[Kind], settings: Mapping[str, str]) -> Kind:
    """Return the parameters of a lesson.

    Parameters
    ----------
    kind
        The lesson's parameters.
    settings
        Name -> text; a text is read as one YAML value.

    Raises
    ------
    UsageError
        With everything that is wrong: unknown names, values that cannot be, values that do not fit together.
    """
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    for name, text in settings.items():
        place = Place(f"--set {name}={text}")
        if name not in kind.model_fields:
            nodes[name] = Node(None, place, place)  # its value need not be read: the name is what is wrong
            continue
        try:
            found = parse(text, place.file) if text.strip() else Node(None, place)
        except ScenarioError as error:
            problems.extend(replace(one, path=".".join(filter(None, (name, one.path)))) for one in error.problems)
            continue
        nodes[name] = Node(found.value, place, place)
    made: Kind | None = check(kind, Node(dict(nodes), Place("parameters")), (), problems)
    if problems or made is None:
        raise UsageError("\n".join(_said(problem) for problem in problems))
    return made


def _said(problem: Problem) -> str:
    """Return a problem without the line and column that a setting does not have."""
    where = ": ".join(part for part in (problem.file, problem.path) if part)
    return f"{where}: {problem.message}"
