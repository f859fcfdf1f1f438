"""Every key of the data files is read by code that simulates: no figure is kept for show.

A full run is played while every attribute access on the checked models of the data is noted, whoever makes it outside
the layer that checks and merges them. What the data give and nobody asked for must stand below with a reason.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from simulator import facts, network, regulations
from simulator.assembly import build_world
from simulator.model import MarketEntryModel
from simulator.scenario import Scenario, profiles, scenario_of
from simulator.scenario.category import TypicalSeller

Key = tuple[str, str]
"""Model that defines a field, and the field."""

MARKETS = facts.available("markets")
CATEGORIES = ("sports_earbuds", "children_smart_toy")
"""One category with a plain seller, and one with certificates that markets demand."""
SELLER = {"unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
CHECKING = "simulator.scenario"
"""The layer that checks and merges figures: what it reads is not used yet."""

PRINTED = "words for people: `market-entry facts` prints them, no number depends on them"
CHECKED = "read where a scenario is checked and merged, which hands the numbers on"
METADATA = "says how sure the figure is and where it comes from: `market-entry facts` prints it"
CALENDAR = "printed by `market-entry facts`"
PLACE = "where on earth a node or a hub is: an event names it by its key"
HEADING = "tariff heading: the duties beside it were looked up under it"
START = "`market-entry new` starts a scenario's seller from it"

UNREAD: dict[Key, str] = {
    ("MarketProfile", "name"): PRINTED,
    ("MarketProfile", "region"): PRINTED,
    ("MarketProfile", "language"): PRINTED,
    ("MarketProfile", "marketplace"): PRINTED,
    ("MarketProfile", "area"): PRINTED,
    ("MarketProfile", "voice_hub_share"): PRINTED,
    ("MarketProfile", "cross_border_share"): PRINTED,
    ("SeasonWindow", "event"): PRINTED,
    ("Festival", "event"): PRINTED,
    **{("Hub", field): PLACE for field in ("country", "name")},
    **{("Node", field): PLACE for field in ("country", "kind", "name")},
    **{("Name", language): PLACE for language in ("en", "zh")},
    ("CategoryProfile", "name"): PRINTED,
    ("Texts", "en"): PRINTED,
    ("Texts", "zh"): PRINTED,
    ("CategoryProfile", "key"): CHECKED,
    ("CategoryProfile", "market"): CHECKED,
    ("CategoryProfile", "close_rivals"): CHECKED,
    **{("TypicalSeller", field): START for field in TypicalSeller.model_fields},
    ("CategoryProfile", "typical_seller"): START,
    ("CategoryProfile", "physical"): HEADING,
    ("Physical", "hs6"): HEADING,
    ("Archetype", "rule"): "one value so far: prices by cost",
    **{("Dated", field): METADATA for field in ("unit", "source", "confidence", "note", "low", "high")},
    **{("Change", field): CALENDAR for field in sorted(regulations.Change.model_fields)},
}
"""Key -> why no run reads it."""


def scenario(category: str) -> Scenario:
    """Return all markets with strategies that use every lever, in a few weeks."""
    everywhere = dict.fromkeys(MARKETS, 0)
    numbers = facts.load("categories", category).values
    options = {"health": 1.0, "green": 1.0, "traceable": True, "smart": "full", "voice_ecosystem": True}
    full = {
        "entry": everywhere,
        "channel": "both",
        "price": {"rule": "undercut", "position": 0.97, "promotions": [{"weeks": [2, 3], "off_share": 0.1}]},
        "ads": {"rule": "acos", "target_share": 0.3, "budget_usd_week": 4000},
        "localisation": {"language": True, "team": True, "local_returns": True, "festival_edition": True},
        "payments": ["local"],
        "mobile_storefront": True,
        "product": options | {"tier": "premium", "certificates": list(numbers["certificates"])},
        "products": {"pro": {"smart": "core", "simplified": True, "child_safe": True, "custom": "pod"}},
        "ai": {"selection": True, "forecasting": True, "advertising": True, "service": True},
        "ar_try_on": True,
        "logistics": {"mode": "local"},
        "b2b": {"enabled": True},
        "compliance": "full",
    }
    served = {code: list(facts.load("markets", code).values["hubs"]) for code in MARKETS}
    hubs = {code: {"logistics": {"mode": "hub", "hub": names[0]}} for code, names in served.items() if names}
    plain = {"entry": everywhere, "compliance": "none"}
    return scenario_of(
        {
            "weeks": 6,
            "consumers": 200,
            "category": category,
            "markets": {code: {} for code in MARKETS},
            "seller": {"cash_usd": 1e6, **SELLER, "products": {"pro": {"unit_cost_usd": 26.0}}},
            "strategies": {
                "full": full,
                "plain": plain | {"product": {"custom": "options", "smart": "core"}},
                "minimum": plain | {"compliance": "minimum", "price": {"rule": "logit"}},
                "hubs": plain | {"markets": hubs, "ads": {"rule": "tacos", "share": 0.1, "budget_usd_week": 4000}},
                "pool": plain | {"logistics": {"mode": "pool"}},
                "air": plain | {"logistics": {"mode": "local", "transport": "air"}},
            },
            "events": [
                {"kind": "tariff", "change": 0.1, "market": "US", "date": "2026-01-19"},
                {"kind": "port_closure", "node": "suez", "weeks": 2, "date": "2026-01-19"},
            ],
        }
    )


def owner(model: type[BaseModel], field: str) -> str:
    """Return the name of the model that defines a field, before generic arguments."""
    defining = [base for base in model.__mro__ if field in inspect.get_annotations(base)]
    return defining[-1].__name__.partition("[")[0]


def given(node: Any) -> Iterator[Key]:
    """Yield the keys that data gave to a checked model and the models inside."""
    if isinstance(node, BaseModel):
        for field in node.model_fields_set:
            yield owner(type(node), field), field
            yield from given(node.__dict__[field])
    elif isinstance(node, Mapping):
        for child in node.values():
            yield from given(child)
    elif isinstance(node, tuple | list):
        for child in node:
            yield from given(child)


def keys_of_the_data() -> set[Key]:
    """Return every key of the data files."""
    nodes: list[Any] = [regulations.timeline(), network.hubs(), network.nodes()]
    for category in CATEGORIES:
        world = scenario(category)
        nodes += [world.category_profile, world.behaviour_profile]
        nodes += [world.category_in(code) for code in MARKETS]
    nodes += [each for code in MARKETS for each in (world.market(code), regulations.regulations(code))]
    return {key for node in nodes for key in given(node)}


@pytest.fixture(scope="module")
def read() -> set[Key]:
    """Return what a world and the strategies in it ask of the data."""
    seen: set[Key] = set()
    asked = BaseModel.__getattribute__

    def noting(self: BaseModel, name: str) -> Any:
        model = type(self)
        if name in model.__dict__.get("__pydantic_fields__", {}):
            caller = sys._getframe(1).f_globals["__name__"]
            if not caller.startswith(CHECKING):
                seen.add((owner(model, name), name))
        return asked(self, name)

    with pytest.MonkeyPatch.context() as patch:
        for frozen in (profiles.Frozen, regulations.Frozen, network.Frozen):
            patch.setattr(frozen, "__getattribute__", noting)
        for category in CATEGORIES:
            played = scenario(category)
            world = build_world(played, (0,))
            for strategy in played.strategies:
                MarketEntryModel(played, strategy, (0,), world).run()
    return seen


def test_every_key_of_the_data_is_read(read: set[Key]) -> None:
    unread = keys_of_the_data() - read
    assert unread - set(UNREAD) == set(), "read by no code that simulates: use, remove or explain"


def test_exceptions_are_unread_and_have_a_reason(read: set[Key]) -> None:
    assert set(UNREAD) <= keys_of_the_data() - read
    assert all(UNREAD.values())
