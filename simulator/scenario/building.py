"""From a tree that stands alone to a `Scenario`, or to the list of all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from simulator import facts
from simulator.errors import Problem, ScenarioError
from simulator.network import hubs
from simulator.scenario.category import CategoryProfile
from simulator.scenario.describing import describe, type_of
from simulator.scenario.figures import check_behaviour, check_category, check_market, check_rivals
from simulator.scenario.happenings import check_events
from simulator.scenario.names import ENTRANT, MAX_STRATEGIES, NAME, RESERVED, FrozenDict, allowed
from simulator.scenario.paths import settable
from simulator.scenario.places import Node, collapse_nodes, merge, plain, without_nulls
from simulator.scenario.scenario import Scenario
from simulator.scenario.spread import check_uncertainties
from simulator.scenario.strategy import FIRM_ONLY, Levers, Strategy
from simulator.scenario.validating import MAX_PROBLEMS, check, shown

PLAIN_NUMBERS = ("seller", "rivals", "strategies", "events")
"""Parts in which a figure with range and source counts by its value alone."""


def build(document: Node, found: Sequence[Problem] = (), notes: tuple[str, ...] = ()) -> Scenario:
    """Return the scenario of a tree; ScenarioError with every problem, those already `found` included."""
    problems = list(found)
    document = without_nulls(document)
    parts = {name: collapse_nodes(child) if name in PLAIN_NUMBERS else child for name, child in document.items.items()}
    document = Node(dict(parts), document.place, document.key)
    values = _sections(document, problems)
    category = check_category(parts["category"], problems) if "category" in parts else None
    for code, node in (parts["markets"].items if "markets" in parts else {}).items():
        if isinstance(node.value, dict):
            check_market(code, node, problems)
    if "behaviour" in parts:
        check_behaviour(parts["behaviour"], problems)
    problems += check_rivals(parts.get("rivals"), parts.get("markets"), category, parts.get("category"))
    events = parts.get("events"), values.get("events")
    named = check_events(*events, parts.get("markets"), parts.get("rivals"), category)
    problems += [problem for problem in named if not _repeats(problem, problems)]
    problems.extend(_tastes(document, category))
    values["strategies"] = _strategies(document, category, problems)
    values["baseline"] = _baseline(document, problems)
    if "uncertainties" in parts:
        types = settable(Scenario, plain(document))
        lost = tuple(f"uncertainties.strategies.{name}." for name in _broken(problems))
        spread: list[Problem] = []
        laws = check_uncertainties(parts["uncertainties"], document, types, spread)
        values["uncertainties"] = FrozenDict(laws)
        problems += [problem for problem in spread if not problem.path.startswith(lost)]
    if problems:
        raise ScenarioError(_ordered(problems, document.place.file))
    scenario = Scenario.model_construct(**values)
    scenario._notes = notes
    return scenario


def _sections(document: Node, problems: list[Problem]) -> dict[str, Any]:
    """Check each part by its type; the parts that are checked one by one follow later."""
    values: dict[str, Any] = {}
    unknown = {name: node for name, node in document.items.items() if name not in Scenario.model_fields}
    for name, node in list(unknown.items())[:MAX_PROBLEMS]:
        problems.append(node.start.problem(name, f"unknown key; {allowed(name, Scenario.model_fields)}"))
    for name, field in Scenario.model_fields.items():
        child = document.items.get(name)
        if child is None:
            if field.is_required():
                wanted = describe(type_of(Scenario, name))
                problems.append(document.start.problem(name, f"the key '{name}' is missing; allowed: {wanted}"))
            continue
        if name in ("strategies", "uncertainties") and isinstance(child.value, dict):
            continue
        values[name] = check(field.rebuild_annotation(), child, (name,), problems)
    return values


def _strategies(document: Node, category: CategoryProfile | None, problems: list[Problem]) -> Any:
    """Return the strategies by name."""
    node = document.items.get("strategies")
    markets = document.items.get("markets")
    codes = list(markets.items) if markets is not None else []
    made: dict[str, Strategy | None] = {}
    for name, child in node.items.items() if node is not None else ():
        problems.extend(_name(name, child))
        own: list[Problem] = []
        made[name] = check(Strategy, child, ("strategies", name), own)
        problems.extend(own)
        problems.extend(_places(name, child, codes))
        problems.extend(_certificates(name, child, category))
        problems.extend(_variants(name, child, document.get("seller", "products")))
        problems.extend(_hubs(name, child, markets))
        problems.extend(_postponed(name, child))
        problems.extend(_gate(name, child))
        patches = child.items.get("markets")
        for code, patch in patches.items.items() if patches is not None else ():
            problems.extend(found for found in _patch(name, code, patch, child) if not _repeats(found, own))
    told = any(problem.path.startswith("strategies") for problem in problems)
    if node is not None and isinstance(node.value, dict) and not made and not told:
        problems.append(node.start.problem("strategies", f"read no strategy; allowed: 1 to {MAX_STRATEGIES}"))
    return FrozenDict(made)


def _repeats(problem: Problem, others: Sequence[Problem]) -> bool:
    """Say whether another problem has the same place."""
    place = (problem.file, problem.line, problem.column)
    return any((other.file, other.line, other.column) == place for other in others)


def _name(name: str, node: Node) -> Iterator[Problem]:
    if name in RESERVED:
        message = "the name is reserved for the world without the entrant; allowed: any other name"
        yield node.start.problem(f"strategies.{name}", message)
    elif not re.fullmatch(NAME, name):
        message = "a name starts with a small letter, then up to 39 small letters, digits and _"
        yield node.start.problem(f"strategies.{name}", f"read the name {name[:60]!r}; allowed: {message}")


def _places(name: str, strategy: Node, codes: Sequence[str]) -> Iterator[Problem]:
    """Check that a strategy speaks of markets of the scenario only."""
    for key in ("entry", "markets"):
        node = strategy.items.get(key)
        for code, child in node.items.items() if node is not None else ():
            if code not in codes:
                message = f"no market of this scenario; {allowed(code, codes)}"
                yield child.start.problem(f"strategies.{name}.{key}.{code}", message)


def _variants(name: str, strategy: Node, products: Node | None) -> Iterator[Problem]:
    """Check that a strategy speaks of products of the seller only, in general and for single markets."""
    known = ["core", *(products.items if products is not None else {})]
    patches = strategy.items.get("markets")
    places = [
        ("", strategy),
        *((f".markets.{code}", each) for code, each in (patches.items if patches else {}).items()),
    ]
    for where, levers in places:
        written = levers.get("products")
        for variant, child in (written.items if written is not None else {}).items():
            if variant not in known:
                message = f"no product of the seller; {allowed(variant, known)}"
                yield child.start.problem(f"strategies.{name}{where}.products.{variant}", message)


def _hubs(name: str, strategy: Node, markets: Node | None) -> Iterator[Problem]:
    """Check that hubs exist, and that each serves the markets that are entered through it."""
    patches, entry = strategy.items.get("markets"), strategy.items.get("entry")
    patched = patches.items if patches is not None else {}
    for where, levers in [("", strategy), *((f".markets.{code}", patch) for code, patch in patched.items())]:
        hub = levers.get("logistics", "hub")
        if hub is not None and isinstance(hub.value, str) and hub.value not in hubs():
            message = f"read {shown(hub.value)}, no hub; {allowed(hub.value, hubs())}"
            yield hub.place.problem(f"strategies.{name}{where}.logistics.hub", message)
    for code in entry.items if entry is not None else ():
        logistics = _in_market(strategy, code, "logistics")
        mode, hub = (logistics.get(key) if logistics is not None else None for key in ("mode", "hub"))
        if mode is None or mode.value != "hub" or hub is None or hub.value not in tuple(hubs()):
            continue
        lanes = _hubs_of(code, markets)
        if code in (markets.items if markets is not None else {}) and hub.value not in lanes:
            message = f"read {shown(hub.value)}, which does not serve {code}; "
            rest = f"allowed there: {', '.join(lanes)}" if lanes else "no hub does; allowed there: another mode"
            yield hub.place.problem(f"strategies.{name}.logistics.hub", message + rest)


def _in_market(strategy: Node, code: str, key: str) -> Node | None:
    """Return a group of levers as it holds in one market, None where nothing is written."""
    general, own = strategy.get(key), strategy.get("markets", code, key)
    if general is None or own is None:
        return own if general is None else general
    return merge(general, own)


def _postponed(name: str, strategy: Node) -> Iterator[Problem]:
    """Check that a strategy that postpones serves a market from local stock there: elsewhere it would do nothing."""
    entry, patches = strategy.items.get("entry"), strategy.items.get("markets")
    asked = {"": strategy.get("inventory", "postponed")} | {
        f".markets.{code}": patch.get("inventory", "postponed")
        for code, patch in (patches.items if patches is not None else {}).items()
    }
    for code in entry.items if entry is not None else ():
        inventory, logistics = (_in_market(strategy, code, key) for key in ("inventory", "logistics"))
        postponed = inventory.get("postponed") if inventory is not None else None
        mode = logistics.get("mode") if logistics is not None else None
        if postponed is not None and postponed.value is True and mode is not None and mode.value == "local":
            return
    for where, node in asked.items():
        if node is not None and node.value is True:
            message = "read true, but no market that is entered is served from local stock that is postponed; "
            rest = "allowed: logistics.mode local there, or postponed: false (the other modes share their stock)"
            yield node.place.problem(f"strategies.{name}{where}.inventory.postponed", message + rest)


def _gate(name: str, strategy: Node) -> Iterator[Problem]:
    """Check that a gate has a market to keep waiting."""
    gate, entry = strategy.items.get("gate"), strategy.items.get("entry")
    weeks = [child.value for child in entry.items.values()] if entry is not None else []
    if gate is not None and weeks and all(type(week) is int and week == weeks[0] for week in weeks):
        message = f"read a gate, but all markets are entered in week {weeks[0]}, so it would keep none waiting; "
        rest = "allowed: a later week of entry for some of them, or no gate"
        yield gate.start.problem(f"strategies.{name}.gate", message + rest)


def _hubs_of(code: str, markets: Node | None) -> list[str]:
    """Return the hubs that serve a market, by the facts and the scenario's own."""
    known = facts.load("markets", code).values["hubs"] if code in facts.available("markets") else {}
    own = markets.get(code, "hubs") if markets is not None else None
    return list(dict.fromkeys([*known, *(own.items if own is not None else {})]))


def _certificates(name: str, strategy: Node, category: CategoryProfile | None) -> Iterator[Problem]:
    """Check the codes of certificates, in general and for single markets."""
    if category is None:
        return
    patches = strategy.items.get("markets")
    places = [
        ("", strategy),
        *((f".markets.{code}", child) for code, child in (patches.items if patches else {}).items()),
    ]
    for where, levers in places:
        variants = levers.get("products")
        products = [("product", levers.get("product"))]
        products += [(f"products.{v}", child) for v, child in (variants.items if variants else {}).items()]
        for place, product in products:
            codes = product.get("certificates") if product is not None else None
            for child in codes.value if codes is not None and isinstance(codes.value, list) else ():
                if isinstance(child.value, str) and child.value not in category.certificates:
                    message = (
                        f"read {shown(child.value)}, no certificate; {allowed(child.value, category.certificates)}"
                    )
                    yield child.place.problem(f"strategies.{name}{where}.{place}.certificates", message)


def _patch(name: str, code: str, patch: Node, strategy: Node) -> list[Problem]:
    """Check the levers of one market where they will hold: over the general ones."""
    if not isinstance(patch.value, dict):
        return []
    path = ("strategies", name, "markets", code)
    problems: list[Problem] = []
    for key, child in patch.items.items():
        if key in FIRM_ONLY:
            message = f"unknown key: it holds for the whole firm; allowed: {', '.join(Levers.model_fields)}"
            problems.append(child.start.problem(".".join((*path, key)), message))
    kept = {key: child for key, child in patch.items.items() if key not in FIRM_ONLY}
    general = {key: child for key, child in strategy.items.items() if key not in FIRM_ONLY}
    merged = merge(Node(dict(general), strategy.place, patch.start), Node(kept, patch.place, patch.start))
    check(Levers, merged, path, problems)
    return problems


def _tastes(document: Node, category: CategoryProfile | None) -> Iterator[Problem]:
    """Check that tastes of a shape are for sellers that there are."""
    shapes = document.get("consumers_override", "taste_shapes")
    if shapes is None or category is None or not isinstance(shapes.value, dict):
        return
    rivals = document.items.get("rivals")
    own = [
        each
        for node in (rivals.items.values() if rivals else ())
        if isinstance(node.value, list)
        for each in node.value
    ]
    known = [ENTRANT, *category.archetypes, *(rival.key for rival in category.close_rivals)]
    known += [str(key.value) for key in (each.get("key") for each in own) if key is not None]
    for seller, child in shapes.items.items():
        if seller not in known:
            message = f"no seller of this scenario; {allowed(seller, known)}"
            yield child.start.problem(f"consumers_override.taste_shapes.{seller}", message)


def _baseline(document: Node, problems: list[Problem]) -> str:
    """Return the baseline's name: given, or the first strategy."""
    strategies = document.items.get("strategies")
    names = [name for name in strategies.items if name not in RESERVED] if strategies is not None else []
    node = document.items.get("baseline")
    if node is None:
        return names[0] if names else ""
    if isinstance(node.value, str) and names and node.value not in names and node.value not in _broken(problems):
        problems.append(
            node.place.problem("baseline", f"read {shown(node.value)}, no strategy; {allowed(node.value, names)}")
        )
    return str(node.value)


def _broken(problems: Sequence[Problem]) -> list[str]:
    """Return the strategies that are written but could not inherit: they are missing, not unknown."""
    return [
        problem.path.split(".")[1]
        for problem in problems
        if re.fullmatch(r"strategies\.[^.]+(\.extends)?", problem.path)
    ]


def _ordered(problems: Sequence[Problem], file: str) -> list[Problem]:
    """Return each problem once, those of the file itself first, then by place.

    Heirs repeat what is wrong in the strategy that they extend, at the same place.
    """
    unique: dict[tuple[str, int, int, str], Problem] = {}
    for problem in problems:
        unique.setdefault((problem.file, problem.line, problem.column, problem.message), problem)
    return sorted(unique.values(), key=lambda problem: (problem.file != file, problem))
