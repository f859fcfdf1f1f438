"""Charts of the app: every one drawn from a real run in both looks and languages, and their tables by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from html import unescape

import numpy as np
import pandas as pd
import pytest
import vl_convert

from simulator import facts, outcomes, run
from simulator.outcomes import ALL
from simulator.report import buyers, charts, doubts, flows, maps, rivalry, tables
from simulator.report.looks import DARK, LIGHT
from simulator.texts import LANGUAGES, catalogue, tr
from simulator.views import SEGMENTS, STAGES
from tests.laws.worlds import scenario
from tests.unit.records import blank
from tests.unit.test_report import SETTING

LOOKS = {"light": LIGHT, "dark": DARK}
TITLES = {
    "en": {"stock": "Stock in every single market of all", "parcels": "Parcels", "mixed": "Mixed"},
    "zh": {"stock": "在所有国家的每一个市场都备货的策略", "parcels": "直邮", "mixed": "混合"},
}
SWINGS = pd.DataFrame(
    {
        "label": ["Freight rate", "Own-price elasticity of demand"],
        "low_value": [0.8, -4.0], "high_value": [1.25, -1.5],
        "low_change": [20_000.0, -80_000.0], "high_change": [-30_000.0, -20_000.0],
        "low_change_low": [np.nan, -90_000.0], "low_change_high": [np.nan, -70_000.0],
        "high_change_low": [np.nan, -25_000.0], "high_change_high": [np.nan, -15_000.0],
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def results():
    return run(scenario(weeks=30, replications=2, consumers=600, uncertainties={}), workers=1)


def drawn(results, lang, look) -> dict:
    """Return every chart of a page of any width, by name."""
    say, titles = partial(tr, lang=lang), TITLES[lang]
    one = {"stock": titles["stock"]}
    two = {name: titles[name] for name in ("stock", "parcels")}
    lost = tables.lost_sales(results.funnel)
    steps = tables.waterfall(results.ledger, results.summary, ["stock"])
    return {
        "cash": charts.cash(tables.cash(results.weekly), titles, say, look, dashed=["parcels"]),
        "lost_sales": charts.lost_sales(lost[lost.strategy.isin(list(one))], one, say, look),
        "lost_sales_of_two": charts.lost_sales(lost[lost.strategy.isin(list(two))], two, say, look),
        "waterfall": charts.waterfall(steps, one, say, look),
        "heat": charts.heat(tables.heat(results.summary), titles, say, look, selection="cell"),
        "world": maps.world(maps.table(results.summary, "stock"), say, look, selection="spot"),
        "segments": buyers.segments(results.funnel, "stock", say, look),
        "adoption": buyers.adoption(buyers.adoption_table(results.weekly, "stock"), say, look),
        "rival_prices": rivalry.rival_prices(results.weekly, "stock", "DE", say, look),
        "rival_shares": rivalry.rival_shares(results.weekly, "stock", "DE", say, look),
        "tornado": doubts.tornado(SWINGS, say, look),
        "distribution": doubts.distribution(results.summary, titles, say, look),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_chart_fits_a_phone_and_says_what_it_shows(results, look, lang):
    for name, chart in drawn(results, lang, replace(LOOKS[look], width="container")).items():
        spec = chart.to_dict()
        assert spec["width"] == "container", name
        assert "facet" not in spec, name
        rows = [row for data in spec["datasets"].values() for row in data if isinstance(row, dict)]
        assert not [row for row in rows if None in row.values()], f"{name} draws what is not known"
        assert all(len(data) <= 5_000 for data in spec["datasets"].values())
        assert "title" not in spec
        assert len(spec["description"]) > 15, name
        drawing = words(vl_convert.vegalite_to_svg({**spec, "width": 340}))
        assert not [word for word in drawing if "…" in word], name
        missing = set(re.findall(r"[a-z_]+\.[a-z_.]+", " ".join(drawing))) & set(catalogue(lang))
        assert not missing, f"{name} shows keys of the catalogue"
        expected = {
            "cash": TITLES[lang].values(),
            "lost_sales": [tr(f"stages.{stage}", lang) for stage in tables.REASONS],
            "lost_sales_of_two": [tr(f"stages.{stage}", lang) for stage in tables.REASONS],
            "heat": [*broken(TITLES[lang].values()), "US", "DE", "ID", tr("report.heat.all", lang)],
            "world": ["US", "DE", "ID"],
            "segments": ["US", "DE", "ID", tr("charts.segments.middle", lang), tr("charts.segments.mobile", lang)],
            "rival_prices": [tr("charts.sellers.entrant", lang), tr("charts.rivals.entry", lang)],
            "tornado": ["Freight rate", "Own-price elasticity of", "demand", "0.8", "1.25", "-4", "-1.5"],
            "distribution": broken(TITLES[lang].values()),
        }.get(name, ())
        assert set(expected) <= set(drawing), name


def broken(titles) -> set[str]:
    """Return the lines in which titles stand beside a chart."""
    lines = {
        "Stock in every single market of all": {"Stock in every single", "market of all"},
        "在所有国家的每一个市场都备货的策略": {"在所有国家的每一个市场都", "备货的策略"},
    }
    return set().union(*(lines.get(title, {title}) for title in titles))


def words(svg: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<t(?:ext|span)[^>]*>([^<]+)<", svg)]


def test_a_dark_page_has_no_colour_of_the_light_one(results):
    dark = {colour.lower() for colour in (*DARK.palette, *own_colours(DARK))}
    for name, chart in drawn(results, "en", replace(DARK, width="container")).items():
        used = {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(chart.to_dict()))}
        assert used, name
        assert used <= dark, name
    option = json.dumps(flows.sankey(results.funnel, "stock", partial(tr, lang="en"), DARK))
    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", option)} <= dark


def own_colours(look) -> tuple[str, ...]:
    return look.background, look.ink, look.faint, look.rule, look.gain, look.loss, look.neutral


def test_a_click_gives_codes_that_no_language_changes(results):
    for lang in LANGUAGES:
        shown = drawn(results, lang, replace(LIGHT, width="container"))
        for name, chart, fields in (("heat", "cell", ["strategy_code", "market"]), ("world", "spot", ["market"])):
            spec = shown[name].to_dict()
            (parameter,) = [each for each in spec["params"] if each["name"] == chart]
            assert parameter["select"]["fields"] == fields
            rows = [row for data in spec["datasets"].values() for row in data if set(fields) <= set(row)]
            assert {row["market"] for row in rows} >= {"US", "DE", "ID"}
            assert {row.get("strategy_code", "stock") for row in rows} <= set(TITLES["en"])


def test_facets_and_more_than_two_strategies_need_a_width(results):
    say, fluid = partial(tr, lang="en"), replace(LIGHT, width="container")
    with pytest.raises(ValueError, match="at most 2"):
        charts.lost_sales(tables.lost_sales(results.funnel), TITLES["en"], say, fluid)
    steps = tables.waterfall(results.ledger, results.summary, ["stock", "mixed"])
    with pytest.raises(ValueError, match="width in pixels"):
        charts.waterfall(steps, TITLES["en"], say, fluid)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_flows_of_a_sankey_are_conserved(results, lang):
    for strategy in TITLES["en"]:
        own = results.funnel[results.funnel.strategy == strategy]
        looked = int(own.needs.sum() - own.needs[own.stage == "unaware"].sum())
        ends = flows.table(results.funnel, strategy)
        assert ends.needs.sum() == looked > 0
        assert ends.share.sum() == pytest.approx(1.0)
        edges = flows.edges(ends)
        into, out_of = edges.groupby("target").needs.sum(), edges.groupby("source").needs.sum()
        assert out_of["looked"] == looked
        assert into["passed"] == out_of["passed"]
        assert into["wanted"] == out_of["wanted"]
        assert into.drop(["passed", "wanted"]).to_dict() == dict(zip(ends.stage, ends.needs))
        option = json.loads(json.dumps(flows.sankey(results.funnel, strategy, partial(tr, lang=lang)), allow_nan=False))
        (series,) = option["series"]
        names = [node["name"] for node in series["data"]]
        assert len(names) == len(set(names))
        for name in names:
            inward = sum(link["value"] for link in series["links"] if link["target"] == name)
            outward = sum(link["value"] for link in series["links"] if link["source"] == name)
            assert inward == outward or 0 in (inward, outward), name
        assert sum(link["value"] for link in series["links"] if link["target"] == tr("stages.sale", lang)) == (
            own.needs[own.stage == "sale"].sum()
        )


def test_every_stage_but_the_unaware_is_an_end_of_the_flows():
    assert sorted(flows.ENDS) == sorted(set(STAGES) - {"unaware"})


def test_where_nobody_looked_nothing_is_drawn():
    records = blank()
    records.funnel[..., STAGES.index("unaware")] = 100
    funnel = outcomes.funnel(records, SETTING)
    say = partial(tr, lang="en")
    assert flows.sankey(funnel, "plan", say) == {}
    assert buyers.segment_table(funnel, "plan").empty
    for chart in (
        buyers.segments(funnel, "plan", say),
        doubts.tornado(SWINGS[:0], say),
        doubts.distribution(outcomes.summary(records, SETTING)[:0], {"plan": "Plan"}, say),
        maps.world(maps.table(outcomes.summary(records, SETTING), "plan"), say),
        rivalry.rival_prices(outcomes.weekly(records, SETTING), "plan", "US", say),
        buyers.adoption(buyers.adoption_table(outcomes.weekly(records, SETTING), "plan"), say),
    ):
        vl_convert.vegalite_to_svg(chart.to_dict())


def test_segments_share_out_those_who_looked(results):
    table = buyers.segment_table(results.funnel, "stock")
    own = results.funnel[results.funnel.strategy == "stock"]
    assert table.looked.sum() == own.needs[own.stage != "unaware"].sum()
    assert table.bought.sum() == own.needs[own.stage == "sale"].sum()
    assert set(table.income + "_" + table.device) == set(SEGMENTS)
    one = own[(own.market == "DE") & (own.segment == "high_mobile")].groupby("stage", observed=True).needs.sum()
    (row,) = table[(table.market == "DE") & (table.segment == "high_mobile")].itertuples()
    assert row.share == pytest.approx(one["sale"] / (one.sum() - one["unaware"]))


def test_adoption_is_the_median_of_the_futures():
    records = blank(replications=tuple(range(11)), weeks=3)
    records.units[1, :, 0, 0] = np.arange(11) * 10
    table = buyers.adoption_table(outcomes.weekly(records, SETTING), "plan").set_index("week")
    assert table.loc[1, ["p10", "median", "p90"]].tolist() == pytest.approx([10.0, 50.0, 90.0])
    assert table.loc[0, "median"] == 0.0


def test_a_rival_comes_with_its_first_sale_and_leaves_after_its_last():
    records = blank(weeks=20)
    records.units[:, 0, 0, 1] = 5  # always there
    records.units[3:10, 0, 0, 2] = 5  # comes in week 3, last sells in week 9
    records.units[4:, 0, 0, 0] = 1  # comes in week 4 and stays; a pause of two weeks is chance
    records.units[8:10, 0, 0, 0] = 0
    table = rivalry.table(outcomes.weekly(records, SETTING), "plan", "US")
    moves = table.dropna(subset=["event"])
    found = sorted(zip(moves.seller, moves.week, moves.event))
    assert found == [("entrant", 4, "entry"), ("near", 3, "entry"), ("near", 9, "exit")]


def test_a_tornado_ranks_by_the_whole_swing():
    bars = doubts.swings(SWINGS)
    # One-sided: from no change to -80,000 the swing is 80,000, more than from -30,000 to 20,000.
    assert list(bars.label) == [*[SWINGS.label[1]] * 2, *[SWINGS.label[0]] * 2]
    assert list(bars.swing) == [80_000.0, 80_000.0, 50_000.0, 50_000.0]
    unknown = SWINGS.assign(high_change=[np.nan, -20_000.0])
    assert set(doubts.swings(unknown).label) == {SWINGS.label[1]}


def test_the_dots_of_profit_are_the_futures(results):
    table = doubts.futures_table(results.summary, ["stock", "mixed"])
    means = tables.strategies(results.summary, results.comparison).set_index("strategy").profit
    assert table.groupby("strategy").profit_usd.mean().to_dict() == pytest.approx(means[["mixed", "stock"]].to_dict())
    assert len(table) == 4


def test_of_very_many_futures_a_spread_is_drawn():
    futures = 9_000
    profit = np.arange(futures, dtype=float) - 1_000.0
    summary = pd.DataFrame({"strategy": "plan", "market": ALL, "replication": range(futures), "profit_usd": profit})
    spec = doubts.distribution(summary, {"plan": "Plan"}, partial(tr, lang="en")).to_dict()
    dots = next(data for data in spec["datasets"].values() if len(data) > 1)
    assert 2_000 < len(dots) <= tables.MOST_POINTS
    assert np.mean([row["profit"] for row in dots]) == pytest.approx(profit.mean() / 1e3, abs=0.01)
    assert "11 %" in spec["description"], "the share of all futures"


def test_the_futures_needed_are_the_first_number_that_is_enough():
    from scipy.stats import t

    profits = np.array([-100.0, 100.0] * 50)
    deviation = profits.std(ddof=1)
    for half in (400.0, 120.0, 40.0, 7.0):
        count = tables.futures_needed(profits, half)
        assert t.ppf(0.975, count - 1) * deviation / np.sqrt(count) <= half
        if count > 2:
            assert t.ppf(0.975, count - 2) * deviation / np.sqrt(count - 1) > half
    assert tables.futures_needed(profits, 1.0) == pytest.approx(4 * tables.futures_needed(profits, 2.0), rel=1e-3)
    assert tables.futures_needed([5.0, 5.0], 1.0) == 2
    with pytest.raises(ValueError, match="two futures"):
        tables.futures_needed([5.0], 1.0)
    with pytest.raises(ValueError, match="above 0"):
        tables.futures_needed(profits, 0.0)


def test_every_market_and_every_rival_of_the_data_is_known_to_the_charts():
    assert set(maps.PLACES) == set(facts.available("markets"))
    keys = set()
    for category in facts.available("categories"):
        values = facts.load("categories", category).values
        keys |= {*values["archetypes"], *(rival["key"] for rival in values["close_rivals"])}
    for lang in LANGUAGES:
        assert {f"charts.sellers.{key}" for key in keys} <= set(catalogue(lang))
