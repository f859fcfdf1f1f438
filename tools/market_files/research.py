"""The reviewed facts and this study's own judgement, and one figure of a market file.

The facts are two files outside the product, ``consumer.yaml`` and ``trade.yaml``; the judgement stands in the YAML
files beside this module, each value with its reason and range.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
ASSUMPTION = "assumption"

# The facts' own phrases in the words of the product; their percent signs follow a space.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"CIA World Factbook JSON mirror \(github factbook/factbook\.json, snapshot 2026-05\)",
     "CIA World Factbook, JSON mirror of 2026-05 (github factbook/factbook.json)"),
    (r" languages field, shortened", ""),
    (r"; official-FX GDP / population", ", at the official exchange rate"),
    (r"internet share x share of internet users who buy online \((\d\.\d+); (.*)\)$",
     r"internet share (Factbook) x \1 of users who buy online (\2)"),
    (r"derived from Gini: sigma = .*",
     "derived from the Gini (Factbook): sigma = sqrt(2) x normal quantile of (1 + Gini) / 2"),
    (r"(Findex 2021 as recalled) \(prior knowledge, unverified\)", r"\1"),
    (r"importcost\.pages\.dev sea-freight calculator \(2026 planning bands, port-to-port\) \((.*?) lane( proxy)?\)",
     r"importcost.pages.dev (planning bands 2026, port to port, \1\2)"),
    (r"importcost\.pages\.dev sea-freight calculator \(2026 planning bands, port-to-port\)",
     "importcost.pages.dev (planning bands 2026, port to port)"),
    (r"; week multiplier derived by the analyst from day-level uplift in the source", "; week derived"),
    (r"analyst (value|range)", r"\1 of this study"),
    (r"\(CAGR (\d+)%\)", r"(growth of \1 % a year)"),
    (r"(\d)%", r"\1 %"),
)  # fmt: skip


class ResearchError(Exception):
    """The facts and the judgement do not fit each other; the message names the market and the figure."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One figure with its source, as the data files hold it."""

    value: Any
    unit: str
    source: str
    confidence: str
    low: Any = None
    high: Any = None
    year: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Research:
    """Everything that a market file is made of."""

    facts: Mapping[str, Mapping[str, Any]]
    """File (consumer, trade) -> market -> key -> fact."""
    fields: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Mapping[str, Any]]
    payments: Mapping[str, Mapping[str, Any]]
    seasons: Mapping[str, Any]
    reviewed: Mapping[str, Mapping[str, Any]]
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def markets(self) -> tuple[str, ...]:
        return tuple(self.places)

    def fact(self, market: str, place: str) -> Mapping[str, Any] | None:
        """Return the fact at ``consumer.key`` or ``trade.key``, None where the market has none."""
        source, _, key = place.partition(".")
        found: Mapping[str, Any] | None = self.facts[source][market].get(key)
        return found

    def need(self, market: str, place: str) -> Mapping[str, Any]:
        """Return a fact that every market must have."""
        found = self.fact(market, place)
        if found is None:
            raise ResearchError(f"{market}: the facts have no {place}")
        return found

    def pick(self, market: str, table: Mapping[str, Any]) -> Any:
        """Return a market's entry in a table by market, area, region or "all"; the first of these that is there."""
        place = self.places[market]
        for key in (market, place["area"], place["region"], "all"):
            if key in table:
                return table[key]
        raise ResearchError(f"{market}: the table has neither {market}, {place['area']}, {place['region']} nor all")


def read(folder: Path) -> Research:
    """Return the facts of a folder with the judgement beside this module."""
    yaml = YAML(typ="safe")
    own = {name: yaml.load(HERE / f"{name}.yaml") for name in ("fields", "places", "payments", "seasons", "reviewed")}
    facts = {}
    for source in ("consumer", "trade"):
        path = folder / f"{source}.yaml"
        if not path.is_file():
            raise ResearchError(f"there is no {source}.yaml in {folder}")
        facts[source] = yaml.load(path)
        if missing := sorted(set(own["places"]) - set(facts[source])):
            raise ResearchError(f"{path.name} has no {', '.join(missing)}")
    return Research(facts=facts, **own)


def wording(text: str) -> str:
    """Return a source or note of the facts in the product's words."""
    for pattern, word in _WORDS:
        text = re.sub(pattern, word, text)
    return text


def scaled(number: Any, scale: Any = 1) -> Any:
    """Return a number times a power of ten without the noise of binary fractions; texts stay."""
    if isinstance(number, str) or scale == 1:
        return number
    exact = Decimal(str(number)) * Decimal(str(scale))
    return int(exact) if scale > 1 and exact == int(exact) else float(exact)


def triple(fact: Mapping[str, Any], part: str | None = None) -> tuple[Any, Any, Any]:
    """Return value, low and high of a fact; low and high are None where it gives a point."""
    value = fact["value"][part] if part else fact["value"]
    if isinstance(value, Mapping):
        return value["typical"], value["low"], value["high"]
    bounds: Sequence[Any] = () if part else fact.get("range", ())
    return (value, *sorted(bounds)) if bounds else (value, None, None)


def from_fact(research: Research, market: str, name: str) -> Leaf:
    """Return the figure that a fact gives, scaled, with the range that this study adds to a point."""
    spec = research.fields[name]
    fact = research.need(market, spec["from"])
    part = research.reviewed[market].get(name, {}).get("part")
    scale = spec.get("scale", 1)
    own = research.reviewed[market].get(name, {})
    if isinstance(fact["value"], Mapping) and "typical" not in fact["value"] and not part and "value" not in own:
        raise ResearchError(
            f"{market}: {name} is split in the facts ({', '.join(fact['value'])}); reviewed.yaml must choose"
        )
    if "value" in own:
        value, low, high = own["value"], own.get("low"), own.get("high")
    else:
        value, low, high = (scaled(number, scale) if number is not None else None for number in triple(fact, part))
    note = wording(spec.get("note", fact.get("note", "")))
    if low is None and (bounds := spec.get("ranges", {}).get(market)):
        low, high = bounds
        note = "range assumed"
    return Leaf(
        value=value,
        low=low,
        high=high,
        unit=spec["unit"],
        year=fact["year"],
        source=wording(spec.get("source", fact["source"])),
        confidence=fact["confidence"],
        note=note,
    )


def from_judgement(research: Research, market: str, name: str) -> Leaf:
    """Return the figure that this study sets itself."""
    spec = research.fields[name]
    chosen = research.pick(market, spec["by"])
    value, low, high = chosen if isinstance(chosen, Sequence) and not isinstance(chosen, str) else (chosen, None, None)
    return Leaf(
        value=value,
        low=low,
        high=high,
        unit=spec["unit"],
        year=spec.get("year"),
        source=spec["source"],
        confidence=spec["confidence"],
        note=spec.get("notes", {}).get(market, spec.get("note", "")),
    )


def review(research: Research, market: str, name: str, leaf: Leaf) -> Leaf:
    """Put the reviewed decisions of the market over a figure."""
    decided = {key: value for key, value in research.reviewed[market].get(name, {}).items() if key != "part"}
    return replace(leaf, **decided)
