"""Damage to scenario files: of the text, as a slip of a hand or a tool makes it, and of the tree, at every key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.examples import examples_dir

RICH = """\
title: {en: All keys, zh: 全部}
summary: {en: "What the examples do not say", zh: 其余}
start: 2026-01-05
weeks: 60
seed: 7
replications: 3
consumers: 500
category:
  key: sports_earbuds
  frequency_per_year: {value: 0.5, low: 0.3, high: 0.7, unit: needs per person, source: "assumption: test"}
  season: {peaks: market, strength: 1.0, noise_sd: 0.15, listing_noise_sd: 0.20}
  market: {US: {duty_share: 0.05, archetype_shares: {global_brand: 0.3}}}
  tiers: {value: {cost: 0.5, quality: -0.2}}
  certificates: {CE: {setup_usd: 5000, weeks: 6, per_unit_usd: 0.05, required_in: [DE]}}
  close_rivals: {0: {price_position: 0.9}}
markets: {US: {}, ID: {mobile_share: 0.80, payment_mix: {card: 0.17}}, DE: {}}
discount_rate: 0.1
baseline: plain
mechanisms: {ads: false, word_of_mouth: true}
seller:
  cash_usd: 500000
  credit_limit_usd: 1000
  unit_cost_usd: 18
  weight_kg: 0.25
  volume_l: 1.2
  quality: 0.1
  products: {core: {unit_cost_usd: 18, moq_units: 100}, pro: {unit_cost_usd: 26, health: 1.0, moq_units: 50}}
rivals: {US: [{key: near, price_position: 0.95, rating: 4.2, reviews: 400, rule: follow}]}
strategies:
  plain: {entry: {US: 0}}
  wide:
    extends: plain
    title: {en: Wide, zh: 广}
    entry: {US: 0, ID: 8, DE: 12}
    channel: both
    price: {position: 1.1, rule: fixed, floor_margin_share: 0.1, promotions: [{weeks: [46, 47], off_share: 0.2}]}
    ads: {rule: tacos, share: 0.10, launch_weeks: 12, budget_usd_week: 4000}
    localisation: {language: true, team: true, local_returns: true, festival_edition: true}
    payments: local
    mobile_storefront: true
    product: {tier: standard, health: 0.5, green: 0.5, certificates: [CE], traceable: true, smart: core,
              voice_ecosystem: true, simplified: true, child_safe: true, empty_claim: true, custom: pod}
    products: {core: {price: {position: 1.2}}, pro: null}
    ai: {selection: true, forecasting: true, advertising: true, service: true}
    ar_try_on: true
    logistics: {mode: local, transport: air}
    inventory: {forecast: ai, service_level: 0.9}
    compliance: full
    b2b: {enabled: true, discount_share: 0.15, credit_weeks: 6}
    exit: {after_weeks: 26, if_contribution_below_usd_week: 0, for_weeks: 8}
    gate: {if_contribution_above_usd_week: 0, after_weeks: 26, for_weeks: 8}
    markets: {ID: {product: {tier: value}, ads: {rule: acos, target_share: 0.25, budget_usd_week: 400}}}
events:
  - {kind: tariff, key: s301, market: US, change: 0.10, date: 2026-07-24, announced_weeks: 8,
     reverses_after_weeks: 12, reversal_probability: 0.3}
  - {kind: demand, factor: 0.9, drawn: {between: [2026-07-24, 2026-09-01], probability: 0.3}}
  - {kind: fx, market: DE, factor: 1.1, date: 2026-03-02}
  - {kind: freight, factor: 2.0, date: 2026-03-02}
uncertainties:
  category.own_price_elasticity: {dist: normal, mean: -2.62, sd: 0.5, low: -4.5, high: -1.2}
  behaviour.web_share: from_facts
  behaviour.say_do_share: {dist: pert, low: 0.2, mode: 0.3, high: 0.5, group: mood}
  seller.unit_cost_usd: {dist: lognormal, median: 18, sigma: 0.1}
  category.loyalty: {dist: beta, mean: 0.1, sd: 0.02}
  seller.weight_kg: {dist: discrete, values: [0.2, 0.25], weights: [1, 3]}
outcomes: [profit_usd, p_loss]
behaviour: {web_share: 0.25, taste_gamma: {value: 0.6, low: 0.4, high: 0.8, source: "assumption: test"}}
demand: expected
consumers_override: {identical: false, taste_sd: 0.5}
period_days: 7
"""

SMALL = """\
category: sports_earbuds
markets: [US, ID]
seller: {cash_usd: 1000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
strategies:
  plain:
    title: {en: "Plain", zh: 简}
    entry: {US: 0}
    payments: [card, paypal]   # two of twelve
  other:
    extends: plain
    price: {position: 1.1, rule: fixed}
"""
"""Reads quickly, so that more slips of form can be tried."""

BROKEN = [
    "", " ", "  ", "\n", "\n  ", "\t", ":", ": ", "-", "- ", "[", "]", "{", "}", "{}", "[]", "&a ", "*a", "!", "|",
    ">", "!!int ", "'", '"', "null", "~", "true", "no", "1e400", "-1e400", "-3", "9" * 400, "0x" + "f" * 400, "1e-400",
    ".nan", "-.inf", "é", "零", "\U0001f600", "\u202e", "\ufeff", "\ud800", "0x", "0o8", "? ", "%", "%YAML 1.1\n---\n",
    "---\n", "...\n", "@", "`", "<<: ", "<<: *a", "\\", "\\ud800", '"\\ud800"', '"\\x00"', '"\\UFFFFFFFF"', "US",
    "weeks", "#", ",", "\x00", "\x07", "\x85", "\u2028", "2026-02-30", "12:30:45", "1_000", "from_facts",
    "extends: plain\n", "[" * 30, "{a: " * 30, "- " * 30, "a: &x [*x]", "en: x\nen: y\n",
]  # fmt: skip
"""What may stand where something else was."""

VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2, 7, 520, 10**6, 2**63, -(2**63), 10**30, 0.0, -0.0, 1e-300, 1e300, 0.5, 1.5, 80.0,
    float("nan"), float("inf"), float("-inf"), "", " ", "x", "US", "local", "none", "from_facts", "12", "true", "null",
    "a" * 5000, "é", "\U0001f600",
    "2026-01-05", "2026-01-06", "9999-12-31", "0001-01-01", "2026-02-30", "a.b", "..", "\x00",
    [], {}, [None], [[]], [1, "a"], ["US", "US"], {"a": 1}, {"": 0}, {"value": 1}, {"value": None}, {"value": {}},
    {"value": 0.5, "low": 1, "high": 0}, {"0": {}}, {"en": "x"}, {"dist": "uniform", "low": 0, "high": 1},
    {"dist": "uniform"}, {"dist": {}}, {"rule": "fixed"}, {"kind": "tariff"}, [{}],
    {"US": {}}, {"US": {"US": {"US": 1}}},
]  # fmt: skip
"""What may stand where another value was."""


@cache
def sources() -> tuple[str, ...]:
    """Return the texts that are damaged: all examples, and one with the keys that they leave out."""
    return (RICH, *(path.read_text(encoding="utf-8") for path in sorted(examples_dir().glob("*.yaml"))))


# ----------------------------------------------------------------------------------------------------- texts
@st.composite
def texts(draw: Callable[..., Any]) -> bytes:
    """Return a scenario file with one to three slips."""
    data = draw(st.one_of(st.just(SMALL), st.sampled_from(sources()))).encode()
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.sampled_from(SLIPS))(draw, data)
    return data


def _replace(draw: Callable[..., Any], data: bytes) -> bytes:
    """Put junk in the place of up to 30 bytes."""
    start = draw(st.integers(0, len(data)))
    junk = draw(st.sampled_from(BROKEN)).encode("utf-8", "surrogatepass")
    return data[:start] + junk + data[start + draw(st.integers(0, 30)) :]


def _flip(draw: Callable[..., Any], data: bytes) -> bytes:
    """Change one byte."""
    at = draw(st.integers(0, max(len(data) - 1, 0)))
    return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]


def _cut(draw: Callable[..., Any], data: bytes) -> bytes:
    """Lose the end."""
    return data[: draw(st.integers(0, len(data)))]


def _repeat(draw: Callable[..., Any], data: bytes) -> bytes:
    """Let a line stand twice, there or elsewhere: a key stands twice."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    line = draw(st.sampled_from(lines))
    at = draw(st.integers(0, len(lines)))
    return b"".join([*lines[:at], line, *lines[at:]])


def _shift(draw: Callable[..., Any], data: bytes) -> bytes:
    """Move a line to the right or the left."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    at = draw(st.integers(0, len(lines) - 1))
    spaces = draw(st.integers(-4, 4))
    lines[at] = b" " * spaces + lines[at] if spaces > 0 else lines[at][-spaces:]
    return b"".join(lines)


def _swap(draw: Callable[..., Any], data: bytes) -> bytes:
    """Exchange two values of lines ``key: value``."""
    lines = data.splitlines()
    at = [i for i, line in enumerate(lines) if b": " in line]
    if len(at) < 2:
        return data
    one, two = draw(st.sampled_from(at)), draw(st.sampled_from(at))
    (a, _, x), (b, _, y) = lines[one].partition(b": "), lines[two].partition(b": ")
    lines[one] = a + b": " + y
    if one != two:
        lines[two] = b + b": " + x
    return b"\n".join(lines)


SLIPS = [_replace, _flip, _cut, _repeat, _shift, _swap]


# ----------------------------------------------------------------------------------------------------- trees
@cache
def documents() -> tuple[dict[str, Any], ...]:
    """Return the sources as plain data; an example that extends another lies over it."""
    return tuple(YAML(typ="safe", pure=True).load(text) for text in sources())


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part below a node."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield (*path, key)
        yield from paths(child, (*path, key))


@cache
def places() -> tuple[tuple[int, tuple[Any, ...]], ...]:
    """Return every key of every source: number of the source and path."""
    return tuple((number, path) for number, tree in enumerate(documents()) for path in paths(tree))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    """Return the part at a path."""
    for key in path:
        node = node[key]
    return node


def changed(node: Any, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
    """Return the tree in which `change` was done to the mapping or list that holds the end of a path, and its key."""
    copy = dict(node) if isinstance(node, dict) else list(node)
    if len(path) == 1:
        change(copy, path[0])
    else:
        copy[path[0]] = changed(copy[path[0]], path[1:], change)
    return copy


@st.composite
def trees(draw: Callable[..., Any]) -> str:
    """Return a scenario in which one key or value is another, written in flow style."""
    number, path = draw(st.sampled_from(places()))
    tree = documents()[number]
    kind = draw(st.sampled_from(["value", "value", "value", "near", "drop", "rename", "other", "list", "mapping"]))
    old = at(tree, path)

    def change(holder: Any, key: Any) -> None:
        if kind == "value":
            holder[key] = draw(st.sampled_from(VALUES))
        elif kind == "near":
            number = isinstance(old, int | float) and not isinstance(old, bool)
            holder[key] = old * draw(st.sampled_from([-1, 0, 1.0, 0.5, 2, 10, 1e6])) if number else f"{old}x"
        elif kind == "drop":
            del holder[key]
        elif kind == "rename":
            if isinstance(holder, dict):
                del holder[key]
                holder[draw(st.sampled_from([f"{key}s", "", "x", "US", "extends", "markets", "value", "dist"]))] = old
            else:
                holder.append(old)
        elif kind == "other":
            holder[key] = at(documents()[0], draw(st.sampled_from([path for n, path in places() if n == 0])))
        elif kind == "list":
            holder[key] = [old]
        else:
            holder[key] = {draw(st.sampled_from(["a", "value", "0", "US", "rule"])): old}

    return flow(changed(tree, path, change))


def flow(value: Any) -> str:
    """Return plain data as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ",\n".join(f"{json.dumps(str(key))}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(child) for child in value) + "]"
    if isinstance(value, float) and value != value:
        return ".nan"
    if isinstance(value, float) and abs(value) == float("inf"):
        return ".inf" if value > 0 else "-.inf"
    return json.dumps(value, ensure_ascii=False, default=str)


# -------------------------------------------------------------------------------------------------- settings
@st.composite
def settings_of(draw: Callable[..., Any], known: tuple[str, ...]) -> list[str]:
    """Return one or two ``PATH=VALUE``, of which either may be wrong."""
    out = []
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(known))
        if draw(st.integers(0, 4)) == 0:
            path = draw(st.sampled_from([path + ".x", path[:-1], path.rpartition(".")[0], "", ".", path + ".0", "0"]))
        value = draw(st.one_of(st.sampled_from(BROKEN), st.sampled_from(VALUES).map(flow)))
        out.append(path + draw(st.sampled_from(["=", "=", "=", "", " = "])) + value)
    return out


FOLDER: Path = examples_dir()
