"""Events as a scenario writes them: what is checked, named and settable."""

from __future__ import annotations

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import parse_scenario
from simulator.scenario.events import Exchange, Freight, Tariff

HEAD = """\
category: sports_earbuds
markets: [US, ID, BR]
seller: {cash_usd: 1000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
strategies:
  plain: {entry: {US: 0}}
events:
"""


def problems(*events: str):
    with pytest.raises(ScenarioError) as error:
        parse_scenario(HEAD + "".join(f"  - {event}\n" for event in events))
    return error.value.problems


def scenario(*events: str):
    return parse_scenario(HEAD + "".join(f"  - {event}\n" for event in events))


@pytest.mark.parametrize(
    "event",
    [
        "{kind: tariff, key: s301, market: US, change: 0.10, date: 2026-07-24, announced_weeks: 8,"
        " reverses_after_weeks: 12, reversal_probability: 0.3}",
        "{kind: fx, market: ID, factor: 1.2, date: 2026-03-02}",
        "{kind: freight, factor: 2.0, lane: sea, drawn: {between: [2026-02-01, 2026-12-31], probability: 0.2}}",
        "{kind: port_closure, node: los_angeles, weeks: 3, date: 2026-05-04}",
        "{kind: platform_fee, market: ID, change: 0.05, date: 2026-02-02}",
        "{kind: demand, factor: {value: 0.9, low: 0.8, high: 1.0, source: 'assumption: a test'}, date: 2026-05-04}",
        "{kind: rival_entry, like: near, market: US, date: 2026-06-01}",
        "{kind: rule, key: br_parcel_tax_repeal, market: BR, date: 2026-10-05}",
    ],
)
def test_every_kind_is_accepted(event):
    (read,) = scenario(event).events
    assert read.kind in event


@pytest.mark.parametrize(
    ("event", "path", "parts"),
    [
        ("{kind: tarif, change: 0.1, date: 2026-07-24}", "events.0.kind", ["did you mean 'tariff'"]),
        ("{kind: tariff, change: 0.1}", "events.0", ["`date` or `drawn"]),
        ("{kind: demand, factor: 1, market: GB, date: 2026-07-24}", "events.0.market", ['"GB"', "allowed: BR, ID, US"]),
        ("{kind: demand, factor: 1, market: DE, date: 2026-07-24}", "events.0.market", ["no market of this scenario"]),
        ("{kind: tariff, change: 9, date: 2026-07-24}", "events.0.change", ["from -1 to 5"]),
        ("{kind: tariff, change: 0.1, date: 2026-07-24, group: a}", "events.0", ["only drawn events"]),
        ("{kind: tariff, change: 0.1, date: 2026-07-24, reversal_probability: 0.3}", "events.0", ["needs `reverses"]),
        ("{kind: demand, factor: 1, drawn: {between: [2026-07-02, 2026-07-01], probability: 0.3}}", "events.0",
         ["earlier day first"]),
        ("{kind: fx, market: US, factor: 1.2, date: 2026-07-24}", "events.0.market", ["allowed: BR, ID"]),
        ("{kind: freight, lane: seas, factor: 1.2, date: 2026-07-24}", "events.0.lane", ["did you mean 'sea'"]),
        ("{kind: port_closure, node: los_angelos, weeks: 2, date: 2026-07-24}", "events.0.node",
         ["did you mean 'los_angeles'"]),
        ("{kind: rival_entry, like: nearby, date: 2026-07-24}", "events.0.like", ["did you mean 'near'"]),
        ("{kind: rule, key: br_parcel_tax_repal, date: 2026-07-24}", "events.0.key",
         ["did you mean 'br_parcel_tax_repeal'"]),
        ("{kind: rule, key: br_parcel_tax_repeal, market: US, date: 2026-07-24}", "events.0.key",
         ["changes nothing in US, only in BR"]),
        ("{kind: rule, key: us_de_minimis_back, date: 2027-08-24}", "events.0.date", ["ends by itself on 2027-07-01"]),
        ("{kind: rule, date: 2026-07-24}", "events.0.key", ["missing"]),
    ],
)  # fmt: skip
def test_one_slip_gives_one_message_at_its_place(event, path, parts):
    (problem,) = problems(event)
    assert problem.path == path
    assert problem.line == 7
    assert all(part in problem.message for part in parts)


def test_the_alternatives_of_a_group_share_one_probability():
    drawn = "drawn: {between: [2026-07-24, 2026-08-24], probability: %s}"
    first = "{kind: tariff, key: a, group: s122, market: US, change: -0.1, " + drawn % 0.3 + "}"
    second = "{kind: tariff, key: b, group: s122, market: US, change: 0.15, " + drawn % 0.8 + "}"
    (problem,) = problems(first, second)
    assert problem.path == "events.1.drawn.probability"
    assert "sum to 1.1" in problem.message
    assert problem.line == 8


def test_two_drawn_events_that_nothing_tells_apart_are_refused():
    event = "{kind: demand, factor: %s, market: US, drawn: {between: [2026-07-24, 2026-08-24], probability: 0.5}}"
    (problem,) = problems(event % 0.9, event % 1.2)
    assert problem.path == "events.1"
    assert "`key`" in problem.message


def test_luck_has_the_name_of_the_key_or_of_what_happens_and_never_of_its_strength():
    week = {"date": "2026-07-24"}
    assert Tariff(kind="tariff", key="s301", change=0.1, **week).luck == "key/s301"
    one, other = (Tariff(kind="tariff", market="US", change=change, **week).luck for change in (0.1, 0.2))
    assert one == other
    assert Exchange(kind="fx", market="US", factor=2.0, **week).luck != one
    by_sea, by_air = (Freight(kind="freight", lane=lane, factor=2.0, **week).luck for lane in ("sea", "air"))
    assert by_sea != by_air


def test_numbers_of_events_are_settable_and_may_be_uncertain():
    event = "{kind: tariff, market: US, change: 0.1, drawn: {between: [2026-07-24, 2026-08-24], probability: 0.5}}"
    text = HEAD + f"  - {event}\nuncertainties: {{events.0.change: {{dist: uniform, low: 0.05, high: 0.2}}}}\n"
    read = parse_scenario(text)
    paths = read.settable_paths()
    assert paths["events.0.change"] == "a number from -1 to 5"
    assert "events.0.drawn.probability" in paths
    assert "events.0.kind" not in paths
    assert read.with_values({"events.0.change": 0.3}).events[0].change == 0.3
    drawn = [read.future(r).events[0].change for r in range(5)]
    assert len(set(drawn)) == 5
    assert all(0.05 <= change <= 0.2 for change in drawn)
    assert {read.future(r).events[0].luck for r in range(5)} == {read.events[0].luck}


def test_a_scenario_with_events_runs_alone():
    read = scenario("{kind: port_closure, node: santos, weeks: 2, date: 2026-07-24}")
    assert parse_scenario(read.to_yaml()) == read
