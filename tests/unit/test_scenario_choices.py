"""Nothing that the schema offers is refused: every choice of a lever, mechanism, event, rival or law loads."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from simulator.scenario import resolving, scenario_of
from simulator.scenario.category import CloseRival
from simulator.scenario.describing import Type, members, type_of, unwrap
from simulator.scenario.events import Event
from simulator.scenario.scenario import MECHANISMS, Scenario
from tests.paired.leaves import Leaf, leaves
from tests.paired.measuring import with_value

CATEGORY = resolving.category_profile({"key": "sports_earbuds"})
CHOICES = [leaf for leaf in leaves(CATEGORY) if leaf.values]
SELLER = {"cash_usd": 1e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
GOES_WITH: dict[tuple[str, Any], dict[str, Any]] = {
    ("ads.rule", "tacos"): {"ads.share": 0.1},
    ("ads.rule", "acos"): {"ads.target_share": 0.3},
    ("logistics.mode", "hub"): {"logistics.hub": "CA"},
    ("logistics.transport", "air"): {"logistics.mode": "local"},
}
"""What a choice needs beside it."""
EVENTS: dict[str, dict[str, Any]] = {
    "tariff": {"change": 0.1, "market": "US"},
    "fx": {"factor": 1.2, "market": "ID"},
    "freight": {"factor": 2.0, "lane": "sea"},
    "port_closure": {"node": "suez", "weeks": 3},
    "platform_fee": {"change": 0.03},
    "demand": {"factor": 0.9},
    "rival_entry": {"like": "near"},
    "rule": {"key": "id_minimum_lifted"},
}


def document(**changed: Any) -> dict[str, Any]:
    """Return the smallest scenario; `changed` replaces whole keys."""
    plain = {
        "category": "sports_earbuds",
        "markets": ["US", "ID"],
        "seller": SELLER,
        "strategies": {"plain": {"entry": {"US": 0}}},
    }
    return plain | changed


def written(leaf: Leaf, value: Any) -> dict[str, Any]:
    """Return levers with one choice, and what it needs beside it."""
    is_list = leaf.path in ("payments", "product.certificates")
    levers: dict[str, Any] = {}
    for path, setting in {leaf.path: [value] if is_list else value, **GOES_WITH.get((leaf.path, value), {})}.items():
        levers = with_value(levers, path.split("."), setting)
    return levers


@pytest.mark.parametrize(
    ("leaf", "value"), [pytest.param(leaf, v, id=f"{leaf.path}={v}") for leaf in CHOICES for v in leaf.values]
)
def test_every_choice_of_a_lever_loads_in_general_and_for_one_market(leaf: Leaf, value: Any) -> None:
    levers = written(leaf, value)
    both = {"general": {"entry": {"US": 0}} | levers, "apart": {"entry": {"US": 0}, "markets": {"US": levers}}}
    loaded = scenario_of(document(strategies=both))
    assert loaded.strategy("general", "US").model_dump(exclude={"markets"}) == loaded.strategy(
        "apart", "US"
    ).model_dump(exclude={"markets"})


def test_every_mechanism_can_be_on_and_off() -> None:
    for on in (True, False):
        loaded = scenario_of(document(mechanisms=dict.fromkeys(MECHANISMS, on)))
        assert [loaded.on(name) for name in MECHANISMS] == [on] * len(MECHANISMS)


def test_every_kind_of_event_loads() -> None:
    kinds = {get_args(member.model_fields["kind"].annotation)[0] for member in members(unwrap(Event))}
    assert set(EVENTS) == kinds
    events = [{"kind": kind, "date": "2026-03-02", **rest} for kind, rest in EVENTS.items()]
    assert len(scenario_of(document(events=events)).events) == len(kinds)


def choices_of(model: Any, field: str) -> tuple[Any, ...]:
    """Return the values of a choice, or of the elements of a list of them."""
    kind: Type = type_of(model, field)
    return get_args(unwrap(kind.element).core if kind.element is not None else kind.core)


def test_every_rule_and_copy_of_a_rival_loads() -> None:
    rival = {"price_position": 0.9, "rating": 4.0, "reviews": 30}
    copies = choices_of(CloseRival, "copies")
    rivals = [
        rival | {"key": f"r{n}", "rule": rule, "copies": list(copies)}
        for n, rule in enumerate(choices_of(CloseRival, "rule"))
    ]
    assert len(rivals) >= 4 and len(copies) >= 4
    loaded = scenario_of(document(rivals={"US": rivals}))
    assert [r.rule for r in loaded.close_rivals("US")] == [r["rule"] for r in rivals]


@pytest.mark.parametrize("field", ["demand", "outcomes"])
def test_every_other_choice_loads(field: str) -> None:
    for value in choices_of(Scenario, field):
        assert scenario_of(document(**{field: [value] if field == "outcomes" else value}))


def test_adopters_may_leave_and_behaviour_may_change() -> None:
    loaded = scenario_of(
        document(category={"key": "sports_earbuds", "once": True}, behaviour={"contagion_per_year": 0.4})
    )
    assert loaded.category_profile.once
    assert loaded.behaviour_profile.contagion_per_year == 0.4


def test_variants_inherit_from_the_seller_then_from_the_product() -> None:
    products = {"pro": {"unit_cost_usd": 26.0, "health": 1.0, "smart": "core"}}
    general = {"entry": {"US": 0}, "product": {"green": 0.5, "smart": "full"}, "price": {"position": 1.1}}
    both = {
        "all": general,
        "own": general | {"products": {"pro": {"smart": "none", "price": {"rule": "follow"}}}},
        "none": general | {"products": {"pro": None}},
    }
    loaded = scenario_of(document(seller=SELLER | {"products": products}, strategies=both))
    pro = {name: loaded.strategy(name, "US").products["pro"] for name in both}
    assert (pro["all"].health, pro["all"].green, pro["all"].smart) == (1.0, 0.5, "core")
    assert (pro["own"].health, pro["own"].smart) == (1.0, "none")
    assert pro["own"].price is not None
    assert (pro["own"].price.position, pro["own"].price.rule) == (1.1, "follow")
    assert [pro[name].offered for name in both] == [True, True, False]
