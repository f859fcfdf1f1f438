"""Checks of events beyond their own fields: what they name exists, and their luck is told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator import facts
from simulator.errors import Problem
from simulator.network import nodes
from simulator.regulations import optional_rule, rule_keys
from simulator.scenario.category import CategoryProfile
from simulator.scenario.events import Event
from simulator.scenario.names import allowed
from simulator.scenario.places import Node
from simulator.scenario.validating import shown

ROUNDING = 1e-9
"""By so much shares may sum to more than 1."""


def check_events(
    node: Node | None, events: Sequence[Event] | None, markets: Node | None, rivals: Node | None,
    category: CategoryProfile | None,
) -> Iterator[Problem]:  # fmt: skip
    """Yield what is wrong with events.

    Parameters
    ----------
    node, markets, rivals
        Parts of the scenario as they are written.
    events
        The events, where their own fields are right; None: there is something wrong with them already.
    category
        The category with its close rivals; None: it is wrong itself.
    """
    written = node.value if node is not None and isinstance(node.value, list) else []
    codes = list(markets.items) if markets is not None else []
    for i, child in enumerate(written):
        yield from _named(child, f"events.{i}", codes, rivals, category)
    if events is not None and len(events) == len(written):
        yield from _told_apart(written, events)
        yield from _groups(written, events)


def _named(
    event: Node, path: str, codes: Sequence[str], rivals: Node | None, category: CategoryProfile | None
) -> Iterator[Problem]:
    """Check that market, node, rival and rule exist."""
    market, kind = _word(event, "market"), _word(event, "kind")
    if market is not None and market not in codes:
        yield _problem(event, path, "market", f"no market of this scenario; {allowed(market, codes)}")
        return
    if kind == "fx" and market is not None and _currency(market) == "USD":
        others = [code for code in codes if _currency(code) != "USD"]
        yield _problem(
            event, path, "market", f"all money is in USD, which has no price of its own; {allowed('', others)}"
        )
    if kind == "port_closure" and (place := _word(event, "node")) is not None and place not in nodes():
        yield _problem(event, path, "node", f"unknown node; {allowed(place, nodes())}")
    if kind == "rule" and (rule := _word(event, "key")) is not None:
        yield from _rule(event, path, rule, codes if market is None else [market])
    if kind == "rival_entry" and (like := _word(event, "like")) is not None and category is not None:
        asked = codes if market is None else [market]
        known = dict.fromkeys(key for code in asked for key in _close(code, rivals, category))
        if like not in known:
            where = "any market" if market is None else market
            yield _problem(event, path, "like", f"no close rival in {where}; {allowed(like, known)}")


def _rule(event: Node, path: str, key: str, codes: Sequence[str]) -> Iterator[Problem]:
    """Check that a rule exists, names a market that is asked for, and is not over on its day."""
    if key not in rule_keys():
        yield _problem(event, path, "key", f"no rule that may come; {allowed(key, rule_keys())}")
        return
    rule = optional_rule(key)
    named = [code for code, _ in rule.markets]
    if not set(named) & set(codes):
        yield _problem(
            event, path, "key", f"the rule changes nothing in {', '.join(codes)}, only in {', '.join(named)}"
        )
    day = _word(event, "date")
    if rule.until is not None and day is not None and day >= rule.until.isoformat():
        yield _problem(event, path, "date", f"the rule ends by itself on {rule.until}; allowed: a day before")


def _close(code: str, rivals: Node | None, category: CategoryProfile) -> list[str]:
    """Return the keys of the close rivals of a market: the scenario's, else the category's."""
    own = rivals.get(code) if rivals is not None else None
    if own is None:
        return [rival.key for rival in category.close_rivals]
    return [str(child.items["key"].value) for child in (own.value if isinstance(own.value, list) else [])
            if "key" in child.items]  # fmt: skip


def _told_apart(written: Sequence[Node], events: Sequence[Event]) -> Iterator[Problem]:
    """Check that events which draw are told apart by their names: else they would share their luck unasked."""
    seen: set[str] = set()
    for i, (child, event) in enumerate(zip(written, events, strict=True)):
        if event.key is not None or (event.drawn is None and event.reversal_probability in (0.0, 1.0)):
            continue
        if event.luck in seen:
            message = "an event of the same kind, market, place and days stands above; give each a `key` of its own"
            yield child.start.problem(f"events.{i}", f"{message}, or one `key` to let them happen together")
        seen.add(event.luck)


def _groups(written: Sequence[Node], events: Sequence[Event]) -> Iterator[Problem]:
    """Check that the alternatives of a group have at most all the probability."""
    total: dict[str, float] = {}
    for i, event in enumerate(events):
        if event.group is None or event.drawn is None:
            continue
        total[event.group] = total.get(event.group, 0.0) + event.drawn.probability
        if total[event.group] > 1.0 + ROUNDING:
            inner = written[i].get("drawn", "probability") or written[i]
            message = f"the probabilities of group '{event.group}' sum to {total[event.group]:.4g}; allowed: up to 1"
            yield inner.place.problem(f"events.{i}.drawn.probability", message)
            return


def _word(event: Node, name: str) -> str | None:
    child = event.items.get(name)
    return child.value if child is not None and isinstance(child.value, str) else None


def _problem(event: Node, path: str, name: str, message: str) -> Problem:
    child = event.items[name]
    return child.place.problem(f"{path}.{name}", f"read {shown(child.value)}; {message}")


def _currency(code: str) -> str:
    return str(facts.load("markets", code).values["currency"]) if code in facts.available("markets") else ""
