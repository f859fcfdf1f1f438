"""Reading a scenario: file, what it extends, settings, strategies, checks, in the order that the guide gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator.errors import Problem, ScenarioError
from simulator.scenario.building import build
from simulator.scenario.inheriting import extended, flattened, markets_of, normalised
from simulator.scenario.paths import closest_path, settable
from simulator.scenario.places import Node, Place, node_of, placed, plain
from simulator.scenario.reading import MAX_BYTES, MAX_UPLOAD_BYTES, decode, parse
from simulator.scenario.scenario import Scenario
from simulator.scenario.validating import shown

MAX_EXTENDS = 16
"""Longest chain of files."""


def load_scenario(
    path: str | Path,
    settings: Sequence[str] = (),
    *,
    seed: int | None = None,
    replications: int | None = None,
    consumers: int | None = None,
    weeks: int | None = None,
    max_bytes: int = MAX_BYTES,
) -> Scenario:
    """Return the scenario of a file.

    Parameters
    ----------
    path : path
        A YAML 1.2 file; what it `extends` is sought relative to it.
    settings : sequence of str
        ``PATH=VALUE``, left to right, each value read as one YAML value; they come before strategies inherit.
    seed, replications, consumers, weeks : int, optional
        Short forms of settings, after the others.
    max_bytes : int
        Largest size of each file.

    Raises
    ------
    ScenarioError
        With every problem that was found.
    """
    document = _chain(Path(path), max_bytes)
    options = {"seed": seed, "replications": replications, "consumers": consumers, "weeks": weeks}
    found = _finished(document, settings, {name: value for name, value in options.items() if value is not None})
    found._name = Path(path).stem
    return found


def parse_scenario(
    text: str | bytes,
    name: str = "upload",
    *,
    folder: Path | None = None,
    max_bytes: int = MAX_UPLOAD_BYTES,
    settings: Sequence[str] = (),
) -> Scenario:
    """Return the scenario of a text, such as an upload.

    Parameters
    ----------
    text : str or bytes
        One YAML 1.2 document.
    name : str
        Stands for the file in messages.
    folder : path, optional
        Where `extends` may find a file by its bare name; without it nothing can be extended.
    max_bytes : int
        Largest size of the text.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    document = _root(parse(decode(data, name, max_bytes), name))
    parent = document.items.get("extends")
    if parent is not None and parent.value is not None:
        names = sorted(entry.name for entry in folder.glob("*.yaml")) if folder is not None else []
        if folder is None or parent.value not in names:
            message = f"read {shown(parent.value)}; allowed here: {', '.join(names) or 'no extends'}"
            raise ScenarioError([parent.place.problem("extends", message)])
        document = extended(_chain(folder / str(parent.value), MAX_BYTES), _bare(document))
    return _finished(_bare(document), settings, {})


def scenario_of(
    document: Mapping[str, Any], name: str = "scenario", values: Mapping[str, Any] | None = None
) -> Scenario:
    """Return the scenario of plain data made in Python; `values` are set at dotted paths.

    The data have the shape of a file without `extends`.
    """
    return _finished(_bare(_root(node_of(document, Place(name)))), (), values or {}, source=name)


def _chain(path: Path, max_bytes: int) -> Node:
    """Return a file laid on all that it extends."""
    files: list[Path] = []
    documents: list[Node] = []
    asked: Node | None = None
    while True:
        problem = _unreadable(path, files, asked)
        if problem is not None:
            raise ScenarioError([problem])
        try:
            document = _root(parse(decode(path.read_bytes(), str(path), max_bytes), str(path)))
        except OSError as error:
            place = asked.place if asked else Place(str(path))
            raise ScenarioError([place.problem("", f"cannot read the file: {error.strerror}")]) from None
        files.append(path.resolve())
        documents.append(document)
        asked = document.items.get("extends")
        if asked is None or asked.value is None:
            break
        if not isinstance(asked.value, str) or Path(asked.value).is_absolute():
            message = f"read {shown(asked.value)}; allowed: a file, relative to this one"
            raise ScenarioError([asked.place.problem("extends", message)])
        path = path.parent / asked.value
    merged = _bare(documents[-1])
    for over in reversed(documents[:-1]):
        merged = extended(merged, _bare(over))
    return merged


def _unreadable(path: Path, files: Sequence[Path], asked: Node | None) -> Problem | None:
    """Return why a file cannot be read, at the place that asked for it."""
    place, where = (asked.place, "extends") if asked else (Place(str(path)), "")
    if path.resolve() in files:
        circle = " -> ".join([*(file.name for file in files), path.name])
        return place.problem(where, f"files extend each other in a circle: {circle}")
    if len(files) >= MAX_EXTENDS:
        return place.problem(where, f"more than {MAX_EXTENDS} files extend each other")
    if path.is_dir():
        return place.problem(where, f"{path} is a folder; allowed: a YAML file")
    if not path.is_file():
        return place.problem(where, f"there is no file {path}")
    return None


def _root(document: Node) -> Node:
    """Return a document with its short forms written out; it must be a mapping."""
    if not isinstance(document.value, dict):
        message = f"read {shown(plain(document))}; allowed: a mapping with category, markets, seller, strategies, …"
        raise ScenarioError([document.place.problem("", message)])
    return normalised(document)


def _bare(document: Node) -> Node:
    """Return a document without its `extends`."""
    items = {key: child for key, child in document.items.items() if key != "extends"}
    return Node(items, document.place, document.key)


def _finished(
    document: Node, settings: Sequence[str], options: Mapping[str, Any], source: str | None = None
) -> Scenario:
    """Apply settings and options, let strategies inherit, and check everything."""
    problems: list[Problem] = []
    notes: list[str] = []
    for setting in settings:
        # A command line may hold bytes that are no text; its messages must be.
        place = Place(f"--set {setting}".encode("utf-8", "backslashreplace").decode())
        name, sign, text = setting.partition("=")
        if not sign:
            problems.append(place.problem("", "read no '='; allowed: PATH=VALUE"))
            continue
        if not text.strip():
            problems.append(place.problem(name.strip(), "read no value; write null to take the scenario's away"))
            continue
        try:
            value = parse(text, place.file) if text.strip() not in ("~", "null") else Node(None, place, place)
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        document = _set(document, name.strip(), value, problems, notes)
    for name, option in options.items():
        place = Place(source or f"--{name}")
        document = _set(document, name, node_of(option, place), problems, notes)
    return build(flattened(document, problems), problems, tuple(notes))


def _set(document: Node, path: str, value: Node, problems: list[Problem], notes: list[str]) -> Node:
    """Return the document with one path set; a path that was uncertain is certain now."""
    types = settable(Scenario, plain(document))
    value = Node(value.value, value.place, value.place)
    if path not in types:
        problems.append(value.place.problem(path, f"unknown path; {closest_path(path, types)}"))
        return document
    if path == "category" and isinstance(value.value, str):
        value = Node({"key": value}, value.place, value.place)
    if path == "markets":
        value = markets_of(value, is_root=True)
        known = document.items.get("markets", value).items
        if isinstance(value.value, dict):
            items = {code: own if own.items else known.get(code, own) for code, own in value.items.items()}
            value = Node(items, value.place, value.key)
    uncertainties = document.items.get("uncertainties")
    if uncertainties is not None and path in uncertainties.items:
        rest = {key: child for key, child in uncertainties.items.items() if key != path}
        document = placed(document, ("uncertainties",), Node(rest, uncertainties.place, uncertainties.key))
        notes.append(f"{path} was uncertain and is now fixed at {shown(plain(value))}")
    return _placed_in(document, tuple(path.split(".")), value)


def _placed_in(node: Node, path: tuple[str, ...], value: Node) -> Node:
    """Return the tree with a value at a path that may pass through positions of a list."""
    if path and isinstance(node.value, list):
        position = int(path[0])
        elements = list(node.value)
        elements[position] = _placed_in(elements[position], path[1:], value)
        return Node(elements, node.place, node.key)
    if not path:
        return value
    items = dict(node.items)
    items[path[0]] = _placed_in(items.get(path[0]) or Node({}, value.place, value.key), path[1:], value)
    return Node(items, node.place, node.key)
