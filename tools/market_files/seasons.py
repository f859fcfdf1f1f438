"""The seasons of a market: the facts give two years, rules of the calendar give the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tools.market_files.research import Leaf, Research, ResearchError, wording

YEARS = range(2024, 2031)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def iso_weeks(seasons: Mapping[str, Any], when: str | Mapping[str, Any]) -> dict[int, int]:
    """Return the ISO week by ISO year that a rule gives, `YEARS` or more where the rule lists more.

    Of two weeks in one ISO year (the Islamic year is shorter) the later is entered as week 1 of the next year.
    """
    rule = seasons["rules"][when] if isinstance(when, str) else when
    if "weeks" in rule:
        return dict(rule["weeks"])
    if "week" in rule:
        return dict.fromkeys(YEARS, rule["week"])
    if "last_weeks" in rule:
        return {year: date(year, 12, 28).isocalendar().week + 1 - rule["last_weeks"] for year in YEARS}
    shift = timedelta(days=rule.get("shift_days", 0), weeks=rule.get("shift_weeks", 0))
    found: dict[int, int] = {}
    for day in _days(seasons, rule):
        year, week, _ = (day + shift).isocalendar()
        if year in found:
            year, week = year + 1, 1
        found[year] = week
    last = YEARS[-1] + (1 if "movable" in rule else 0)
    return {year: week for year, week in found.items() if YEARS[0] <= year <= last}


def _days(seasons: Mapping[str, Any], rule: Mapping[str, Any]) -> list[date]:
    years = range(YEARS[0], YEARS[-1] + 2)
    if "movable" in rule:
        return list(seasons["movable"][rule["movable"]]["days"])
    if "day" in rule:
        month, day = map(int, rule["day"].split("-"))
        return [date(year, month, day) for year in years]
    count, weekday, month = rule["nth"]
    firsts = [date(year, month, 1) for year in years]
    return [
        first
        + timedelta(days=(WEEKDAYS.index(weekday) - first.weekday()) % 7 + 7 * (count - 1) + rule.get("plus_days", 0))
        for first in firsts
    ]


def seasonality(research: Research, market: str) -> list[Leaf]:
    """Return one figure per season window; the rule must agree with the weeks of the facts."""
    theirs = {window["event"]: window for window in research.facts["consumer"][market]["seasonality"]}
    leaves = [_window(research, market, event, theirs) for event in research.seasons["events"][market]]
    if theirs:
        raise ResearchError(f"{market}: no rule for {', '.join(theirs)}")
    return leaves


def _window(research: Research, market: str, event: Mapping[str, Any], theirs: dict[str, Any]) -> Leaf:
    name = event.get("fact", event["event"])
    fact = theirs.pop(name, None)
    if fact is None:
        raise ResearchError(f"{market}: the facts have no season {name!r}; there are {', '.join(theirs)}")
    weeks = iso_weeks(research.seasons, event["when"])
    for year in (2026, 2027):
        if weeks[year] != fact[f"iso_week_{year}"]:
            raise ResearchError(
                f"{market}: {name}: the rule gives week {weeks[year]} of {year}, the facts {fact[f'iso_week_{year}']}"
            )
    multiplier = fact["value"]
    note = event.get("note", "")
    if "range" in fact:
        low, high = sorted(fact["range"])
    else:
        low, high = sorted(round(1.0 + factor * (multiplier - 1.0), 4) for factor in (0.5, 1.5))
        note = "; ".join(filter(None, (note, "range assumed: half to one and a half times the deviation")))
    source = wording(event.get("source", fact["source"]))
    rule = research.seasons["rules"][event["when"]] if isinstance(event["when"], str) else event["when"]
    if "movable" in rule:
        movable = research.seasons["movable"][rule["movable"]]
        source += f"; dates: {movable['source']}"
        if movable["note"] and movable["note"] not in note and "observed" not in note:
            note = "; ".join(filter(None, (movable["note"], note)))
    return Leaf(
        value={"event": event["event"], "iso_weeks": weeks, "weeks": fact["duration_weeks"], "multiplier": multiplier},
        low={"multiplier": low},
        high={"multiplier": high},
        unit="demand of an average week = 1",
        year=event.get("year", 2026),
        source=source,
        confidence=fact["confidence"],
        note=note,
    )


def festival(research: Research, market: str) -> Leaf:
    """Return the festival of the market's special edition; its first week is that of the shopping season."""
    kind = research.seasons["festivals"][research.seasons["festival_of"][market][0]]
    weeks = iso_weeks(research.seasons, kind["when"])
    source = kind["source"]
    if movable := kind["when"].get("movable"):
        source += f"; dates: {research.seasons['movable'][movable]['source']}"
    return Leaf(
        value={"event": kind["event"], "iso_weeks": weeks, "weeks": kind["weeks"]},
        unit=research.fields["festival"]["unit"],
        source=source,
        confidence="medium",
        note=kind["note"],
    )


def observing(research: Research, market: str) -> Leaf:
    """Return the share of shoppers who keep the market's festival."""
    _, (value, low, high), reason = research.seasons["festival_of"][market]
    spec = research.fields["festival_observing_share"]
    return Leaf(value, spec["unit"], f"assumption: {reason}", spec["confidence"], low, high)
