"""The nineteen markets and the network: written by the converter, whole, and sensible beside each other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from simulator import facts
from simulator.calendar import weeks_in_year
from simulator.network import Hub, Node, hubs, nodes
from simulator.scenario.profiles import MarketProfile

ROOT = Path(__file__).resolve().parents[2]
MARKETS = facts.available("markets")
PROFILES = {market: MarketProfile(**facts.load("markets", market).values) for market in MARKETS}
RAMADAN = {2024: (3, 11), 2025: (3, 1), 2026: (2, 18), 2027: (2, 8), 2028: (1, 28), 2029: (1, 16), 2030: (1, 5)}
"""First day by the Umm al-Qura calendar."""
TET = {2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2)}
AREAS = {
    "north_america": {"US"},
    "europe": {"DE", "GB", "FR"},
    "east_asia": {"JP"},
    "southeast_asia": {"ID", "VN", "TH", "PH", "MY", "SG"},
    "middle_east": {"SA", "AE", "EG", "TR"},
    "latin_america": {"BR", "MX", "CL", "CO"},
}


# ------------------------------------------------------------------------------------------- the converter
def convert(*options: str) -> subprocess.CompletedProcess[str]:
    given = os.environ.get("MARKET_ENTRY_SHARED")
    folder = (Path(given) if given else ROOT.parent / "shared") / "facts"
    if not (folder / "consumer.yaml").is_file():
        pytest.skip("the research files are not beside the checkout; MARKET_ENTRY_SHARED names their folder")
    command = [sys.executable, str(ROOT / "tools" / "markets.py"), str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_files_are_what_the_converter_writes() -> None:
    checked = convert("--check")
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr


def test_the_table_shows_ten_figures_of_four_regions() -> None:
    rows = convert("--table").stdout.splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert len({region for region, *_ in cells}) == 4
    assert len({figure for _, _, figure, *_ in cells}) == 10
    assert ["Southeast Asia", "ID", "`trust_share`"] in [row[:3] for row in cells]


def test_a_folder_without_facts_is_told(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "markets.py"), str(tmp_path), "--check"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "there is no consumer.yaml" in told.stderr and "Traceback" not in told.stderr


# --------------------------------------------------------------------------------------------- the figures
def shares(path: str, value: Any) -> Iterator[tuple[str, float]]:
    """Yield every number at or under a key that ends in _share, or in the payment mix."""
    named = path.rpartition(".")[2].endswith("_share") or path == "payment_mix"
    if isinstance(value, dict):
        for key, child in value.items():
            yield from shares(path if named else f"{path}.{key}", child)
    elif named and isinstance(value, int | float):
        yield path, value


@pytest.mark.parametrize("market", MARKETS)
def test_shares_are_shares_and_low_confidence_has_a_range(market: str) -> None:
    leaves = facts.load("markets", market).leaves
    found = [
        pair
        for path, leaf in leaves.items()
        for each in (leaf.value, leaf.low, leaf.high)
        for pair in shares(path, each)
    ]
    assert len(found) > 50
    assert not [(path, number) for path, number in found if not 0.0 <= number <= 1.0]
    for path, leaf in leaves.items():
        numeric = isinstance(leaf.value, dict) or (
            isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
        )
        if leaf.confidence == "low" and numeric:
            assert leaf.low and leaf.high if isinstance(leaf.value, dict) else leaf.low is not None, path
        assert "placeholder" not in leaf.source, path


def test_areas_hold_the_nineteen_markets() -> None:
    assert {area: {m for m in MARKETS if PROFILES[m].area == area} for area in AREAS} == AREAS
    assert {m for m in MARKETS if PROFILES[m].region == "mature"} == {"US", "DE", "GB", "JP", "FR"}


@pytest.mark.parametrize("market", MARKETS)
def test_the_pool_lies_between_local_stock_and_the_parcel(market: str) -> None:
    profile = PROFILES[market]
    assert profile.local_days.typical < profile.pool_days.typical < profile.direct_days.typical
    assert profile.pool_usd_kg < profile.parcel_usd_kg
    assert profile.air_weeks < profile.sea_weeks
    assert profile.sea_usd_m3 * profile.sea_door_factor / 200.0 < profile.air_usd_kg  # 200 kg/m3


@pytest.mark.parametrize("market", [m for m in MARKETS if PROFILES[m].festival.event == "Ramadan"])
def test_ramadan_starts_the_season_of_its_week(market: str) -> None:
    weeks = PROFILES[market].festival.iso_weeks
    for year, (month, day) in RAMADAN.items():
        assert weeks[year] == date(year, month, day).isocalendar().week


def test_a_festivals_first_day_lies_in_its_season() -> None:
    assert {m for m in MARKETS if PROFILES[m].festival.event == "Ramadan"} == {"ID", "MY", "SA", "AE", "EG", "TR"}
    days = {
        "Christmas": {year: date(year, 12, 24) for year in range(2024, 2031)},
        "Ramadan": {year: date(year, *day) for year, day in RAMADAN.items()},
        "Tet": {year: date(year, *day) for year, day in TET.items()},
        "Songkran": {year: date(year, 4, 13) for year in range(2024, 2031)},
        "Oseibo and New Year": {year: date(year + 1, 1, 1) for year in range(2024, 2031)},
        "Chinese New Year": {2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2030: date(2030, 2, 3)},
    }
    for market in MARKETS:
        festival = PROFILES[market].festival
        for year, day in days[festival.event].items():
            assert 1 <= festival.iso_weeks[year] <= weeks_in_year(year)
            start = date.fromisocalendar(year, festival.iso_weeks[year], 1)
            assert 0 <= (day - start).days < 7 * festival.weeks, (market, year)


def test_older_and_younger_societies_keep_their_order() -> None:
    seniors = {market: PROFILES[market].senior_share for market in MARKETS}
    parents = {market: PROFILES[market].parent_share for market in MARKETS}
    assert max(seniors, key=seniors.__getitem__) == "JP" and min(seniors, key=seniors.__getitem__) == "AE"
    assert max(parents, key=parents.__getitem__) == "EG" and min(parents, key=parents.__getitem__) == "JP"


# --------------------------------------------------------------------------------------------- the network
@pytest.mark.parametrize("market", MARKETS)
def test_every_node_and_hub_of_a_market_is_in_the_network(market: str) -> None:
    profile, known = PROFILES[market], nodes()
    assert set(profile.hubs) <= set(hubs())
    for way, kind in ((profile.sea_nodes, "port"), (profile.air_nodes, "airport")):
        assert set(way) <= set(known) and len(set(way)) == len(way)
        first, last = known[way[0]], known[way[-1]]
        assert (first.kind, first.country, last.kind, last.country) == (kind, "CN", kind, market)
        assert all(known[node].kind == "strait" for node in way[1:-1])
    for key, lane in profile.hubs.items():
        assert lane.days.low <= lane.days.typical <= lane.days.high
        assert hubs()[key].country != market, "stock in the market's own country is local stock"
        assert (lane.days.typical < profile.direct_days.typical) == (key != "AU"), "only a near hub is quicker"


def test_hubs_stand_in_the_network() -> None:
    served = {hub for profile in PROFILES.values() for hub in profile.hubs}
    assert served == set(hubs())
    for key, hub in hubs().items():
        assert hub.country == key and hub.name.zh
        assert set(hub.nodes) <= set(nodes())
        last = nodes()[hub.nodes[-1]]
        assert (last.kind, last.country) == ("hub", key)
        assert set(hub.in_market) <= set(MARKETS)
    assert hubs()["PL"].in_market == ("DE", "FR")


def test_every_node_is_passed() -> None:
    ways = [way for p in PROFILES.values() for way in (p.sea_nodes, p.air_nodes)] + [h.nodes for h in hubs().values()]
    assert {node for way in ways for node in way} == set(nodes())


def test_network_records_are_closed() -> None:
    with pytest.raises(ValidationError):
        Node(kind="port", country="CN", name={"en": "a", "zh": "b"}, typo=1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Hub.model_validate({**hubs()["VN"].model_dump(), "weeks": -1})
