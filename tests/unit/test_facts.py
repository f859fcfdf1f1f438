"""The data folder: every figure says what it is, where it comes from, and fits its profile."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from simulator import facts
from simulator.errors import FactError, UsageError
from simulator.regulations import Dated, MarketRules, ParcelDuty, amended, regulations, rule_keys, timeline
from simulator.regulations import optional_rule as optional
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.profiles import PAYMENT_METHODS, MarketProfile
from simulator.terms import TradeTerms

MARKETS = facts.available("markets")
RULED = facts.available("regulations")
SETS = [
    *(("markets", key) for key in MARKETS),
    *(("categories", key) for key in facts.available("categories")),
    ("behaviour", "behaviour"),
    ("network", "network"),
    ("scorecard", "scorecard"),
    *(("regulations", key) for key in facts.available("regulations")),
]
LEAVES = [
    pytest.param(path, fact, id=f"{kind}/{key}/{path}")
    for kind, key in SETS
    for path, fact in facts.load(kind, key).leaves.items()
]


def numbers(fact: facts.Fact) -> list[float]:
    values = fact.value.values() if isinstance(fact.value, dict) else [fact.value]
    return [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]


NINETEEN = {
    *("US", "DE", "GB", "JP", "FR"),
    *("ID", "VN", "TH", "PH", "MY", "SG"),
    *("SA", "AE", "EG", "TR"),
    *("BR", "MX", "CL", "CO"),
}


def test_there_are_nineteen_markets() -> None:
    assert set(MARKETS) == NINETEEN
    assert len(LEAVES) > 1500


def test_every_market_has_rules() -> None:
    assert set(facts.available("regulations")) == NINETEEN


@pytest.mark.parametrize(("path", "fact"), LEAVES)
def test_every_figure_has_unit_source_confidence(path: str, fact: facts.Fact) -> None:
    assert fact.unit.strip() and len(fact.source.strip()) > 5
    assert fact.confidence in ("high", "medium", "low")
    assert "%" not in fact.unit, "shares, not percent"
    if fact.confidence == "low" and numbers(fact) and not isinstance(fact.value, list):
        assert fact.low is not None, "a low confidence asks for a range"
    if path.rpartition(".")[2].endswith("_share") and not isinstance(fact.value, list):
        assert all(0.0 <= number <= 1.0 for number in numbers(fact))


@pytest.mark.parametrize("market", MARKETS)
def test_market_files_hold_a_profile_and_nothing_more(market: str) -> None:
    values = facts.load("markets", market).values
    profile = MarketProfile(**values)
    assert set(values) == set(MarketProfile.model_fields)
    assert set(profile.payment_mix) <= set(PAYMENT_METHODS)
    assert math.fsum(profile.payment_mix.values()) == pytest.approx(1.0, abs=1e-12)
    for days in (profile.direct_days, profile.local_days, profile.pool_days):
        assert days.low <= days.typical <= days.high
    assert profile.name.zh
    with pytest.raises(ValidationError):
        MarketProfile(**values, typo=1)


def test_the_behaviour_file_holds_every_field() -> None:
    values = facts.load("behaviour").values
    assert set(values) == set(Behaviour.model_fields)
    behaviour = Behaviour(**values)
    for shares in (behaviour.stars_on_time_shares, behaviour.stars_slight_shares, behaviour.stars_bad_shares):
        assert math.fsum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize(("market", "usd"), [("US", 0.65), ("DE", 0.75), ("ID", 0.45), ("SA", 0.70), ("BR", 0.95)])
def test_sea_cost_of_one_unit_of_earbuds(market: str, usd: float) -> None:
    profile = MarketProfile(**facts.load("markets", market).values)
    assert profile.sea_usd_m3 * 0.0012 * profile.sea_door_factor == pytest.approx(usd, abs=0.012)


# ---------------------------------------------------------------------------- the research behind the data
def shared() -> Path:
    given = os.environ.get("MARKET_ENTRY_SHARED")
    return Path(given) if given else Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="module")
def research() -> tuple[dict, dict]:
    folder = shared() / "facts"
    if not (folder / "consumer.yaml").is_file():
        pytest.skip("the research files are not beside the checkout; MARKET_ENTRY_SHARED names their folder")
    return facts.read(folder / "consumer.yaml"), facts.read(folder / "trade.yaml")


CONSUMER = {
    "shoppers": ("adult_online_shoppers", 1e6),
    "ecommerce_usd_year": ("ecommerce_market_size", 1e9),
    "ecommerce_growth_share": ("ecommerce_growth", 0.01),
    "gdp_per_head_ppp_usd": ("gdp_per_capita_ppp", 1.0),
    "gdp_per_head_usd": ("gdp_per_capita_nominal", 1.0),
    "price_elasticity_multiplier": ("price_elasticity_multiplier", 1.0),
    "mobile_share": ("mobile_share", 0.01),
    "language_refusing_share": ("share_refusing_foreign_language_listing", 1.0),
    "delivery_tolerance_days": ("delivery_days_tolerated_cross_border", 1.0),
    "trust_share": ("trust_in_cross_border_sellers", 1.0),
    "health_premium_share": ("wtp_health_premium_stated", 0.01),
    "green_premium_share": ("wtp_sustainable_premium_stated", 0.01),
    "card_share": ("credit_card_ownership_adults", 0.01),
    "account_share": ("account_ownership_adults", 0.01),
    "return_share": ("return_rate", 0.01),
}
TRADE = {
    "acos_share": ("ad_acos", 0.01),
    "tacos_share": ("ad_tacos", 0.01),
    "parcel_usd_kg": ("air_small_packet_cost", 1.0),
    "sea_usd_m3": ("sea_lcl_cost", 1.0),
}


@pytest.mark.parametrize("market", MARKETS)
def test_figures_agree_with_the_research(market: str, research: tuple[dict, dict]) -> None:
    consumer, trade = (source[market] for source in research)
    leaves = facts.load("markets", market).leaves
    for ours, (theirs, scale) in CONSUMER.items():
        assert leaves[ours].value == pytest.approx(consumer[theirs]["value"] * scale), ours
        for bound, there in zip((leaves[ours].low, leaves[ours].high), sorted(consumer[theirs].get("range", ()))):
            assert bound == pytest.approx(there * scale), ours
        assert leaves[ours].confidence == consumer[theirs]["confidence"], ours
    for ours, (theirs, scale) in TRADE.items():
        spread = trade[theirs]["value"]
        if not isinstance(spread, dict):
            assert leaves[ours].value == pytest.approx(spread * scale), ours
            continue
        triple = (leaves[ours].low, leaves[ours].value, leaves[ours].high)
        assert triple == pytest.approx([spread[end] * scale for end in ("low", "typical", "high")]), ours
    assert leaves["direct_days"].value == trade["direct_ship_days"]["value"]
    assert leaves["local_days"].value == trade["local_warehouse_days"]["value"]


@pytest.mark.parametrize("market", MARKETS)
def test_taxes_agree_with_the_research(market: str, research: tuple[dict, dict]) -> None:
    trade = research[1][market]
    # In Brazil stock carries more taxes than the parcel's ICMS, in Malaysia a single tax at import; Vietnam's 8 % is
    # a window of its 10 %.
    if market not in ("BR", "MY", "VN"):
        vat = regulations(market).stock.vat_share.on(date(2026, 1, 5))
        assert vat == pytest.approx(trade["vat_rate"]["value"] / 100)


@pytest.mark.parametrize("market", MARKETS)
def test_seasons_agree_with_the_research(market: str, research: tuple[dict, dict]) -> None:
    ours = sorted(
        (w.iso_weeks[2026], w.iso_weeks[2027], w.weeks, w.multiplier)
        for w in MarketProfile(**facts.load("markets", market).values).seasonality
    )
    theirs = sorted(
        (w["iso_week_2026"], w["iso_week_2027"], w["duration_weeks"], w["value"])
        for w in research[0][market]["seasonality"]
    )
    assert ours == theirs


# ------------------------------------------------------------------------------------------------ dated rules
def dated(**values: float) -> Dated[float]:
    return Dated[float](
        unit="1",
        source="assumption: a test",
        confidence="low",
        values={day.removeprefix("d").replace("_", "-"): value for day, value in values.items()},
    )


def test_a_dated_value_holds_from_its_day() -> None:
    rule = dated(d2026_07_01=3.48, d2020_01_01=0.0)  # the order in the file does not matter
    day = date(2026, 7, 1)
    assert rule.on(day - timedelta(days=1)) == 0.0
    assert rule.on(day) == rule.on(day + timedelta(days=9999)) == 3.48
    assert rule.days() == (date(2020, 1, 1), day)
    with pytest.raises(LookupError, match="first starts on 2020-01-01"):
        rule.on(date(2019, 12, 31))


@pytest.mark.parametrize("market", RULED)
def test_every_rule_is_in_force_in_2020_and_later(market: str) -> None:
    rules = regulations(market)
    for day in (date(2020, 1, 1), date(2026, 1, 5), date(2035, 1, 1)):
        assert 0.0 <= rules.stock.vat_share.on(day) < 0.5
        assert 0.0 <= rules.stock.import_vat_share.on(day) < 0.5
        assert 0.0 <= rules.stock.border_tax_share.on(day) < 0.5
        assert 0.0 <= rules.parcel.vat_share.on(day) < 0.5
        assert rules.parcel.line_fee_usd.on(day) >= 0.0
        assert rules.parcel.duty.on(day).band_usd >= 0.0
        assert rules.marketplace_min_usd.on(day) >= 0.0
        assert rules.parcel.vat_free_usd.on(day) >= 0.0
        assert rules.duty_change.on(day) >= -1.0


def duty(rules: MarketRules, value: float, day: date, category: float) -> float:
    """The documented formula of the bands."""
    bands = rules.parcel.duty.on(day)
    low, high = (category if share == "category" else share for share in (bands.low_share, bands.high_share))
    if value <= bands.band_usd:
        return low * value
    return high * value - bands.deduction_usd


def test_parcel_duties_of_the_five_markets() -> None:
    day = date(2026, 12, 1)
    us, de, indonesia, sa, br = (regulations(market) for market in ("US", "DE", "ID", "SA", "BR"))
    assert duty(us, 60.0, day, 0.175) == pytest.approx(10.5)
    assert duty(us, 60.0, date(2025, 5, 1), 0.175) == 0.0
    assert us.parcel.line_fee_usd.on(day) == 3.0
    assert duty(de, 60.0, day, 0.04) == 0.0
    assert duty(de, 200.0, day, 0.04) == pytest.approx(8.0)
    assert duty(de, 60.0, date(2028, 7, 1), 0.04) == pytest.approx(2.4)
    fees = [de.parcel.line_fee_usd.on(date(2026, month, 15)) for month in (6, 7, 11)]
    assert fees == pytest.approx([0.0, 3 * 1.16, 5 * 1.16])
    assert duty(indonesia, 3.0, day, 0.05) == 0.0
    assert duty(indonesia, 40.0, day, 0.05) == pytest.approx(3.0)
    assert [indonesia.marketplace_min_usd.on(date(2023, 9, d)) for d in (25, 26)] == [0.0, 100.0]
    assert duty(sa, 267.0, day, 0.055) == 0.0
    assert duty(sa, 300.0, day, 0.055) == pytest.approx(16.5)
    # Brazil: both bands give 10 USD at 50 USD, and the all-in rates that the customs' examples show.
    assert duty(br, 50.0, day, 0.137) == pytest.approx(10.0) == pytest.approx(0.6 * 50 - 20)
    kept = 1.0 - br.parcel.vat_share.on(day)
    for value, all_in in ((20.0, 0.446), (50.0, 0.446), (100.0, 0.687)):
        assert (value + duty(br, value, day, 0.137)) / kept / value - 1 == pytest.approx(all_in, abs=0.001)


def test_a_rate_is_a_share_or_the_word_category() -> None:
    with pytest.raises(ValidationError):
        ParcelDuty(high_share="categories")


def dated_parts(market: str) -> Iterator[Dated[Any]]:
    rules = regulations(market)
    for part in (rules, rules.parcel, rules.stock):
        yield from (getattr(part, name) for name in part.model_fields_set if isinstance(getattr(part, name), Dated))


def test_the_calendar_of_changes_covers_the_dated_rules() -> None:
    entries = timeline()
    assert len({entry.key for entry in entries}) == len(entries) > 60
    assert [entry.date for entry in entries] == sorted(entry.date for entry in entries)
    assert {market for entry in entries for market in entry.markets} == set(RULED)
    assert entries[0].date.year == 2024 and entries[-1].date.year == 2029
    told = {(market, entry.date) for entry in entries for market in entry.markets}
    for market in RULED:
        for day in {day for part in dated_parts(market) for day in part.days()}:
            assert day.year < 2024 or (market, day) in told, (market, day)


@pytest.mark.parametrize("market", RULED)
def test_ranges_of_dated_rules_hold_their_values(market: str) -> None:
    for part in dated_parts(market):
        low, high = dict(part.low), dict(part.high)
        assert low.keys() | high.keys() <= set(part.days())
        for day, value in part.values:
            assert low.get(day, value) <= value <= high.get(day, value) if not isinstance(value, ParcelDuty) else True


def test_the_calendar_agrees_with_the_research(research: tuple[dict, dict]) -> None:
    """Every dated row of the research, of one of the markets, has its entry on the day."""
    text = (shared() / "facts" / "policy_timeline.md").read_text(encoding="utf-8")
    told = {(market, entry.date.isoformat()) for entry in timeline() for market in entry.markets}
    moved = {"2026-12-31": "2027-01-01"}  # the last day of a rule -> the first day without it
    rows = 0
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 6 or not re.fullmatch(r"\d{4}-\d\d-\d\d", cells[1]):
            continue
        codes = {"EU": ("DE", "FR"), "CN": RULED}
        for code in cells[2].split("/"):
            for market in codes.get(code, (code,)):
                if market in RULED:
                    rows += 1
                    assert (market, moved.get(cells[1], cells[1])) in told, line
    assert rows > 70


# --------------------------------------------------------------------------------------------- rules that may come
def test_optional_rules_say_what_they_change_and_why() -> None:
    assert len(rule_keys()) == 23
    for key in rule_keys():
        rule = optional(key)
        assert len(rule.rule) > 10 and len(rule.effect) > 5 and len(rule.source) > 5
        for market, clauses in rule.markets:
            changed = amended(market, key, rule.start)
            assert changed != regulations(market)
            assert MarketRules.model_validate(changed.model_dump()) == changed, "the new values fit"
            for path, clause in clauses:
                assert clause.unit.strip() and "%" not in clause.unit
                if rule.confidence == "low" and isinstance(clause.value, float):
                    assert clause.low <= clause.value <= clause.high, path


def test_an_optional_rule_holds_from_its_start_to_its_end() -> None:
    start, end, day = date(2026, 10, 1), date(2027, 1, 4), timedelta(days=1)
    law, rules = regulations("BR"), amended("BR", "br_parcel_tax_repeal", start, end)
    assert rules.parcel.duty.on(start).low_share == 0.0 == rules.parcel.duty.on(end - day).low_share
    assert rules.parcel.duty.on(start).high_share == 0.6, "the rest of the bands stays"
    for other in (start - day, end, date(2024, 1, 1), date(2030, 1, 1)):
        assert rules.parcel.duty.on(other) == law.parcel.duty.on(other)
    assert amended("DE", "br_parcel_tax_repeal", start) is regulations("DE")


def test_dated_law_within_an_optional_rule_goes_on_under_it() -> None:
    start = date(2026, 1, 5)
    slow = amended("DE", "eu_ordinary_tariff_slips", start, date(2028, 10, 2))
    assert slow.parcel.line_fee_usd.on(date(2026, 11, 1)) == 5.8
    assert slow.parcel.duty.on(date(2028, 7, 1)).band_usd == 174.0
    assert slow.parcel.duty.on(date(2028, 10, 2)) == regulations("DE").parcel.duty.on(date(2028, 10, 2))
    shock = amended("US", "us_surcharge_lapses", start)  # what is added goes with the law's own changes
    moves = [(date(2026, 1, 5), 0.0), (date(2026, 2, 20), -0.2), (date(2026, 2, 24), -0.1)]
    assert [(day, shock.duty_change.on(day)) for day, _ in moves] == [(day, pytest.approx(v)) for day, v in moves]


def test_two_optional_rules_add_up() -> None:
    day = date(2026, 9, 1)
    first = amended("US", "us_301_replacement", date(2026, 7, 24))
    both = amended("US", "us_301_lists_lapse", date(2026, 8, 23), None, first)
    assert both.duty_change.on(day) == pytest.approx(0.075 - 0.075)
    assert first.duty_change.on(day) == pytest.approx(0.075)


def test_an_unknown_rule_names_the_closest_one() -> None:
    with pytest.raises(UsageError, match="did you mean co_vat_threshold_50"):
        amended("CO", "co_vat_treshold", date(2026, 1, 5))
    with pytest.raises(UsageError, match="before or when it starts"):
        amended("BR", "br_icms_20", date(2027, 1, 4), date(2027, 1, 4))


def test_amended_rules_reach_the_terms_of_their_future_alone() -> None:
    rules = amended("BR", "br_parcel_tax_repeal", date(2026, 1, 12), date(2026, 1, 26))
    terms = TradeTerms.of(date(2026, 1, 5), 4, ["US", "BR"], np.full((2, 2), 0.1), {(1, 1): rules})
    assert terms.low_share[:, 0, 1].tolist() == [0.2] * 4
    assert terms.low_share[:, 1, 1].tolist() == [0.2, 0.0, 0.0, 0.2]
    for each in dataclasses.fields(terms):
        ours = getattr(terms, each.name)
        assert (ours[:, 0, 0] == ours[:, 1, 0]).all(), "the other market's law is the same in both futures"


# ----------------------------------------------------------------------------------------------- the loader
GOOD = "a: {value: 2, low: 1, high: 3, unit: USD, year: 2024, source: a paper, confidence: low}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder and a cache of the test's own."""
    (tmp_path / "markets").mkdir()
    monkeypatch.setattr(facts, "DATA", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    facts._load.cache_clear()
    facts.read.cache_clear()
    yield tmp_path
    facts._load.cache_clear()
    facts.read.cache_clear()


def test_a_second_process_reads_the_parsed_copy(folder: Path) -> None:
    text = GOOD + "b: {c: {value: {2026: 8}, unit: week, source: 'assumption: why', confidence: medium}}\n"
    (folder / "markets" / "XX.yaml").write_text(text)
    first = facts.load("markets", "XX")
    copies = list((folder / "cache").rglob("*.json"))
    assert [hashlib.sha256(text.encode()).hexdigest()[:16] in copy.name for copy in copies] == [True]
    facts._load.cache_clear()
    facts.read.cache_clear()
    second = facts.load("markets", "XX")
    assert second.leaves == first.leaves
    assert second.values == {"a": 2, "b": {"c": {2026: 8}}}
    copies[0].write_text("damaged")
    facts._load.cache_clear()
    facts.read.cache_clear()
    assert facts.load("markets", "XX").values == first.values


def test_an_unwritable_cache_is_tolerated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "file"))
    (folder / "markets" / "XX.yaml").write_text(GOOD)
    assert facts.load("markets", "XX").values == {"a": 2}


def test_values_are_a_fresh_copy() -> None:
    values = facts.load("markets", "US").values
    values["payment_mix"].clear()
    assert facts.load("markets", "US").values["payment_mix"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 2\n", "a: 2 stands without unit and source"),
        (GOOD.replace("unit: USD, ", ""), "needs a unit"),
        (GOOD.replace("a paper", "''"), "needs a source"),
        (GOOD.replace("year: 2024, ", ""), "only an assumption has none"),
        (GOOD.replace("confidence: low", "confidence: sure"), "allowed: high, medium, low"),
        (GOOD.replace("value: 2", "value: 4"), "4 is not within 1 and 3"),
        (GOOD.replace("low: 1, ", ""), "both low and high"),
        (GOOD.replace("unit", "units"), "unknown units"),
        (GOOD.replace("value: 2, ", ""), "one of value and values"),
        ("a: [\n", "XX.yaml"),
    ],
)
def test_a_damaged_file_is_told_with_its_place(folder: Path, text: str, message: str) -> None:
    (folder / "markets" / "XX.yaml").write_text(text)
    with pytest.raises(FactError, match=r"XX\.yaml") as error:
        facts.load("markets", "XX")
    assert message in str(error.value)


def test_an_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(FactError, match=", ".join(MARKETS)):
        facts.load("markets", "XX")
