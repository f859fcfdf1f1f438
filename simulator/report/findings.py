"""Findings of the board of claims in words: what is measured, how, what came out, and the verdict."""

from __future__ import annotations

from functools import cache
from math import isnan
from typing import TYPE_CHECKING

from simulator.texts import Lang, in_language, tr
from simulator.texts.numbers import NOTHING, count, duration, money, plain, share

if TYPE_CHECKING:
    from simulator.trends import Finding


def number(finding: Finding) -> str:
    """Return the number that a part is called by: 17.1, 17.2 where its claim has several."""
    return _numbers()[finding.part.key, *finding.part.names.values()]


@cache
def _numbers() -> dict[tuple[str, ...], str]:
    from simulator.trends import parts

    by_claim: dict[int, list[tuple[str, ...]]] = {}
    for part in parts():
        by_claim.setdefault(part.claim, []).append((part.key, *part.names.values()))
    return {
        name: f"{claim}.{at}" if len(names) > 1 else f"{claim}"
        for claim, names in by_claim.items()
        for at, name in enumerate(names, 1)
    }


def measure(finding: Finding, lang: Lang) -> str:
    """Return what is measured."""
    names = {name: _place(name, code, lang) for name, code in finding.part.names.items()}
    return tr(f"trends.parts.{finding.part.key}", lang, **names)


def _place(kind: str, code: str, lang: Lang) -> str:
    """Return what a market or a hub is called; other values of a text stay."""
    from simulator import facts
    from simulator.network import hubs

    if kind == "market":
        return in_language(facts.load("markets", code).values["name"], lang)
    return in_language(hubs()[code].name.model_dump(), lang) if kind == "hub" else code


def how(finding: Finding, lang: Lang) -> str:
    """Return what is measured, in how many futures, and by which scenario."""
    words = measure(finding, lang)
    if not finding.part.scenario:
        return tr("trends.how_outside", lang, measure=words)
    futures = tr("trends.futures", lang, replications=finding.replications, consumers=finding.consumers)
    return tr("trends.how", lang, measure=words, futures=futures, scenario=f"scenarios/{finding.part.scenario}")


def code_of(finding: Finding) -> str:
    """Return the verdict as the catalogue has it."""
    return finding.verdict.replace(" ", "_")


def cells(finding: Finding, lang: Lang) -> tuple[str, ...]:
    """Return what is measured, verdict, kind, claimed, simulated and interval of a part, as people write them."""
    part, estimate = finding.part, finding.estimate
    beside = [
        tr(f"trends.beside.{name}", lang, value=written("usd" if name.endswith("_usd") else "share", value, lang))
        for name, value in estimate.beside.items()
    ]
    simulated, low, high = (written(part.unit, value, lang) for value in (estimate.mean, estimate.low, estimate.high))
    return (
        measure(finding, lang)
        + (tr("trends.among", lang, words=tr("trends.and", lang).join(beside)) if beside else ""),
        tr(f"trends.verdicts.{code_of(finding)}", lang),
        tr(f"trends.kinds.{part.kind.replace(' ', '_')}", lang),
        part.rule.written(lambda value: written(part.unit, value, lang)) or NOTHING,
        simulated,
        NOTHING if low == NOTHING else f"{low} … {high}",
    )


def written(unit: str, value: float, lang: Lang) -> str:
    """Return a figure with its unit, as people write it."""
    if isnan(value):
        return NOTHING
    if unit in ("share", "change"):
        digits = 1 if abs(value) >= 0.001 else 0  # of the smallest, the digits that they need
        return ("+" if unit == "change" and value > 0 else "") + share(value, digits)
    if unit == "points":
        return tr("trends.units.points", lang, value=f"{100.0 * value:+.2f}")
    if unit == "usd":
        return f"{'-' if value < 0 else ''}${abs(value):.2f}"
    if unit == "money":
        return money(value, lang, signed=True)
    if unit == "units":
        return count(value, lang)
    if unit == "seconds":
        return duration(value, lang)
    if unit == "plain":
        return plain(value, 2)
    return tr(f"trends.units.{unit}", lang, value=plain(value, 2))
