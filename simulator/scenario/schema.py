"""The JSON Schema of a scenario file, for completion and checks while one types.

It is kinder than the loader: it knows the shapes and bounds, not which strategies or certificates a file has.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from simulator import facts
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryNumbers, CategoryProfile
from simulator.scenario.profiles import MarketProfile
from simulator.scenario.scenario import Scenario
from simulator.scenario.strategy import Levers

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FIGURE = {
    "type": "object",
    "description": "A number with its range and source.",
    "properties": {
        "value": {},
        "low": {"type": "number"},
        "high": {"type": "number"},
        "unit": {"type": "string"},
        "year": {"type": "integer"},
        "source": {"type": "string"},
        "confidence": {"enum": ["high", "medium", "low"]},
        "note": {"type": "string"},
    },
    "required": ["value"],
    "additionalProperties": False,
}
NULL = {"type": "null"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, `extends` and short forms included."""
    schema = Scenario.model_json_schema(ref_template="#/$defs/{model}")
    shared: dict[str, Any] = schema.pop("$defs")
    top: dict[str, Any] = schema["properties"]
    market = _partial(MarketProfile, shared)
    category = _partial(CategoryProfile, shared)
    levers = _partial(Levers, shared)
    codes = list(facts.available("markets"))
    numbers = _partial(CategoryNumbers, shared)
    numbers["properties"]["archetype_shares"] = {"type": "object"}
    del category["properties"]["typical_seller"], shared["TypicalSellerReplaced"]
    category["properties"]["market"] = {"type": "object", "additionalProperties": numbers}
    by_market = {"type": "object", "propertyNames": {"enum": codes}}

    strategy = _relaxed(shared.pop("Strategy"))
    strategy["properties"]["extends"] = {"type": "string", "description": "The strategy that this one inherits from."}
    strategy["properties"]["markets"] = by_market | {"additionalProperties": {"anyOf": [levers, NULL]}}
    keys = list(facts.available("categories"))
    top["category"] = {"anyOf": [{"enum": keys}, category]}
    top["markets"] = {
        "anyOf": [
            {"type": "array", "items": {"enum": codes}, "minItems": 1, "uniqueItems": True},
            by_market | {"additionalProperties": {"anyOf": [market, NULL]}},
        ]
    }
    top["behaviour"] = _partial(Behaviour, shared)
    top["rivals"] = {"anyOf": [{"const": "default"}, top["rivals"]]}
    top["strategies"] = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$", "not": {"const": "no_entry"}},
        "additionalProperties": {"anyOf": [strategy, NULL]},
    }
    law = top["uncertainties"]["additionalProperties"]
    top["uncertainties"] = {"type": "object", "additionalProperties": {"anyOf": [{"const": "from_facts"}, law, NULL]}}
    top["extends"] = {"type": "string", "description": "A scenario file, relative to this one."}
    return {
        "$schema": DIALECT,
        "title": "Scenario of the market-entry simulator",
        "type": "object",
        "properties": {name: _nullable(own) for name, own in top.items()},
        "additionalProperties": False,
        "$defs": shared | {"Figure": FIGURE},
    }


def _partial(model: type[BaseModel], shared: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of replacements of a model: every key may be left out, every number may be a figure."""
    own = TypeAdapter(model).json_schema(ref_template="#/$defs/{model}Replaced")
    for name, definition in own.pop("$defs", {}).items():
        shared[f"{name}Replaced"] = _relaxed(definition)
    return _relaxed(own)


def _relaxed(schema: Any) -> Any:
    """Return a schema without required keys, whose numbers may be figures."""
    if isinstance(schema, list):
        return [_relaxed(child) for child in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("number", "integer"):
        return {"anyOf": [schema, {"$ref": "#/$defs/Figure"}]}
    relaxed = {key: _relaxed(child) for key, child in schema.items() if key != "required"}
    if "properties" in schema:
        relaxed["properties"] = {name: _nullable(_relaxed(own)) for name, own in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), dict):
        relaxed["additionalProperties"] = _nullable(relaxed["additionalProperties"])
    return relaxed


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Null removes an inherited key, so every key may be null."""
    return {"anyOf": [schema, NULL]}
