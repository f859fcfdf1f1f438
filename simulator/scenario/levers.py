"""The levers of a strategy, in the order in which people think of them: what an app or a link may set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from simulator.network import hubs
from simulator.scenario.describing import Type, type_of, unwrap
from simulator.scenario.strategy import Strategy, VariantLevers

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

Kind = Literal["flag", "choice", "choices", "number", "whole"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "price": ("price.position", "price.rule", "price.floor_margin_share"),
    "ads": ("ads.budget_usd_week", "ads.rule", "ads.share", "ads.launch_weeks", "ads.target_share"),
    "localisation": (
        "localisation.language", "localisation.team", "localisation.local_returns", "localisation.festival_edition",
        "mobile_storefront", "channel",
    ),
    "payments": ("payments",),
    "logistics": ("logistics.mode", "logistics.hub", "logistics.transport"),
    "certificates": ("product.certificates", "compliance"),
    "product": (
        "product.tier", "product.health", "product.green", "product.traceable", "product.empty_claim",
        "product.smart", "product.voice_ecosystem", "product.simplified", "product.child_safe", "product.custom",
        "ar_try_on",
    ),
    "ai": ("ai.selection", "ai.forecasting", "ai.advertising", "ai.service"),
    "inventory": ("inventory.forecast", "inventory.service_level", "inventory.postponed"),
    "b2b": ("b2b.enabled", "b2b.discount_share", "b2b.credit_weeks", "b2b.exclusive"),
    "exit": ("exit.if_contribution_below_usd_week", "exit.after_weeks", "exit.for_weeks"),
}  # fmt: skip
"""Group -> levers, those that decide most first. Weeks of entry have a form of their own, as have promotions, variants
and the gate."""

PROMOTIONS, GATE = "price.promotions", "gate"
"""Set as a whole: the list, and null for no gate."""

GATE_LEVERS = ("gate.if_contribution_above_usd_week", "gate.after_weeks", "gate.for_weeks")

VARIANT_LEVERS = (
    "offered", "price.position", "price.rule", "tier", "health", "green", "certificates", "traceable", "smart",
    "voice_ecosystem", "simplified", "child_safe", "custom",
)  # fmt: skip
"""Of each product of the seller besides the first, below ``products.NAME``."""

SPANS: Mapping[str, tuple[float, float, float]] = {
    "price.position": (0.5, 2.0, 0.01),
    "price.floor_margin_share": (0.0, 0.5, 0.01),
    "ads.budget_usd_week": (0.0, 20_000.0, 250.0),
    "ads.share": (0.0, 0.5, 0.01),
    "ads.launch_weeks": (0, 52, 1),
    "ads.target_share": (0.05, 1.0, 0.05),
    "product.health": (0.0, 1.0, 0.1),
    "product.green": (0.0, 1.0, 0.1),
    "inventory.service_level": (0.5, 0.99, 0.01),
    "b2b.discount_share": (0.0, 0.5, 0.01),
    "b2b.credit_weeks": (0, 26, 1),
    "exit.if_contribution_below_usd_week": (-5_000.0, 5_000.0, 100.0),
    "exit.after_weeks": (0, 104, 1),
    "exit.for_weeks": (1, 52, 1),
    "gate.if_contribution_above_usd_week": (-5_000.0, 20_000.0, 100.0),
    "gate.after_weeks": (0, 104, 1),
    "gate.for_weeks": (1, 52, 1),
}
"""Lever -> lowest, highest and step of a slider: what firms do; the model allows more."""


@dataclass(frozen=True)
class Lever:
    """One setting of a strategy."""

    path: str
    """Below the strategy: ``price.position``."""
    kind: Kind
    choices: tuple[str, ...] = ()
    optional: bool = False
    """May be null."""
    low: float | None = None
    high: float | None = None
    """What the model allows of a number."""


def levers(scenario: Scenario) -> tuple[Lever, ...]:
    """Return all levers, in order; the choices of certificates are those of the category."""
    return tuple(_lever(scenario, path) for paths in GROUPS.values() for path in paths)


def firm_levers(scenario: Scenario) -> tuple[Lever, ...]:
    """Return the levers of the gate and of the variants, which stand for all markets at once."""
    paths = [f"products.{name}.{path}" for name in scenario.seller.products for path in VARIANT_LEVERS]
    return tuple(_lever(scenario, path) for path in (*GATE_LEVERS, *paths))


def value_of(scenario: Scenario, strategy: str, path: str, market: str | None = None) -> Any:
    """Return what a lever of a strategy is set to, in one market if that is given; choices and promotions as
    a list; null for what is not there."""
    node: Any = scenario.strategy(strategy, market)
    for name in path.split("."):
        node = node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)
    if path == PROMOTIONS:
        return [each.model_dump(mode="json") for each in node]
    return list(node) if isinstance(node, tuple) else node


def changed(scenario: Scenario, strategy: str, values: Mapping[str, Any]) -> Scenario:
    """Return the scenario with levers of a strategy set; ScenarioError where they do not fit together.

    A lever stands as ``price.position``, that of one market as ``ID:price.position``, a week of entry as ``entry.ID``
    (null: not entered); ``price.promotions`` is the list as a scenario file has it, ``gate`` null for none.
    """
    entries = {path: value for path, value in values.items() if path.startswith("entry.")}
    paths = {
        f"strategies.{strategy}." + ("markets.{}.{}".format(*path.split(":", 1)) if ":" in path else path): value
        for path, value in values.items()
        if path not in entries and path != GATE
    }
    if entries or GATE in values:
        weeks = dict(scenario.strategies[strategy].entry)
        for path, week in entries.items():
            code = path.removeprefix("entry.")
            if week is None:
                weeks.pop(code, None)
            else:
                weeks[code] = week
        gate = {GATE: values[GATE]} if GATE in values else {}
        scenario = _rebuilt(scenario, strategy, {"entry": weeks, **gate})
    return scenario.with_values(paths) if paths else scenario


def _rebuilt(scenario: Scenario, strategy: str, parts: Mapping[str, Any]) -> Scenario:
    """Return the scenario with whole parts of a strategy replaced, all at once, for they must fit together."""
    from simulator.scenario.loading import scenario_of

    document = scenario.document()
    own = document["strategies"][strategy] | dict(parts)
    rebuilt = scenario_of(document | {"strategies": document["strategies"] | {strategy: own}}, name=scenario.name)
    rebuilt._name = scenario.name
    return rebuilt


def _lever(scenario: Scenario, path: str) -> Lever:
    kind = _type_of(path)
    if path.split(".")[-1] == "certificates":
        return Lever(path, "choices", tuple(scenario.category_profile.certificates))
    if path == "logistics.hub":
        return Lever(path, "choice", tuple(hubs()), optional=True)
    if get_origin(kind.core) is Literal:
        return Lever(path, "choice", get_args(kind.core), kind.optional)
    if get_origin(kind.core) is tuple:
        return Lever(path, "choices", get_args(unwrap(kind.element).core))
    words: dict[Any, Kind] = {bool: "flag", int: "whole", float: "number"}
    return Lever(path, words[kind.core], optional=kind.optional, low=kind.low, high=kind.high)


def _type_of(path: str) -> Type:
    kind = Type(Strategy)
    if path.startswith("products."):
        _, _, path = path.split(".", 2)
        kind = Type(VariantLevers)
    for name in path.split("."):
        assert kind.model is not None
        kind = type_of(kind.model, name)
    return kind
