"""Charts of the board: places worked out by hand, and every chart of what ships in both looks and languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from math import inf, nan

import pytest
import vl_convert

from simulator.report import board, claims
from simulator.report.looks import DARK, LIGHT
from simulator.report.slots import Slots
from simulator.report.spans import Span
from simulator.texts import LANGUAGES, catalogue, tr
from simulator.trends import Finding, parts
from simulator.trends.claim import Estimate
from simulator.trends.verdict import AtLeast, Direction, Factor, Point, Untested, Within
from tests.unit.test_charts import own_colours, words

EN = partial(tr, lang="en")
PART = next(part for part in parts() if part.key == "12_trap")


def finding(rule, mean: float, low: float, high: float, **of_part: object) -> Finding:
    part = replace(PART, rule=rule, **of_part)
    return Finding(part, Estimate(mean, low, high), rule.judge(mean, low, high), 32, 5000)


@pytest.fixture(scope="module")
def found() -> tuple[Finding, ...]:
    held = board.load()
    assert held is not None, "run `make shipped`"
    return held


# ---------------------------------------------------------------------------------------------------- places
@pytest.mark.parametrize(
    ("rule", "figures", "places", "band"),
    [
        (Point(0.5), (0.25, 0.2, 0.3), (0.5, 0.4, 0.6), (0.85, 1.15)),
        (Point(-0.2), (-0.3, -0.4, -0.2), (1.5, 1.0, 2.0), (0.85, 1.15)),
        (Point(-0.2), (0.1, 0.0, 0.2), (-0.5, -1.0, 0.0), (0.85, 1.15)),
        (AtLeast(0.3), (0.6, 0.3, 0.9), (2.0, 1.0, 3.0), (1.0, inf)),
        (Within(0.1, 0.3), (0.1, 0.1, 0.2), (0.5, 0.5, 1.0), (0.5, 1.5)),
        (Factor(800.0, 4.0), (1600.0, 800.0, 2400.0), (2.0, 1.0, 3.0), (0.25, 4.0)),
    ],
)
def test_a_size_is_told_in_sizes_of_the_claim(rule, figures, places, band) -> None:
    (row,) = claims.relative([finding(rule, *figures)], "sizes").itertuples()
    assert (row.mean, row.low, row.high) == pytest.approx(places)
    assert (row.band_low, row.band_high) == pytest.approx(band)
    assert claims.relative([finding(rule, *figures)], "directions").empty


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_right_of_zero_goes_the_claimed_way(sign: int) -> None:
    right = finding(Direction(sign), 2.0 * sign, *sorted((1.0 * sign, 4.0 * sign)))
    wrong = finding(Direction(sign), -2.0 * sign, *sorted((-5.0 * sign, 1.0 * sign)))
    there, back = claims.relative([right, wrong], "directions").itertuples()
    assert (there.mean, there.low, there.high) == (0.5, 0.25, 1.0)
    assert (back.mean, back.low, back.high) == (-0.4, -1.0, 0.2)
    assert (there.band_low, there.band_high) == (0.0, inf)


def test_what_is_not_judged_or_not_known_is_in_no_overview() -> None:
    unknown = [finding(Untested(0.5), 0.5, 0.4, 0.6), finding(Direction(1), nan, nan, nan)]
    assert all(claims.relative(unknown, kind).empty for kind in ("sizes", "directions"))


def test_rows_hold_every_line_of_words_and_every_figure() -> None:
    slots = Slots.of({"short": ["a", "b", "c"], "words that need two lines, or more": ["d"]})
    rows = list(slots.words)
    assert [rows.index(slots.places[name]) for name in "abc"] == [0, 1, 2]
    assert [line for line in slots.words.values() if line] == ["short", "words that need two", "lines, or more"]
    assert rows.index(slots.places["d"]) in (4, 5)
    assert len(rows) == 3 + 1 + 2 + 1  # the figures, the lines, and a free row after each


@pytest.mark.parametrize(
    ("unit", "figures", "lang", "by", "name"),
    [
        ("money", [-607e3, 12e3], "en", 1e3, "money.thousand"),
        ("money", [-607e3, 12e3], "zh", 1e4, "money.ten_thousand"),
        ("money", [5e12, nan, inf], "en", 1e9, "money.billion"),
        ("money", [5e12, nan, -inf], "zh", 1e8, "money.hundred_million"),
        ("money", [0.0], "en", 1.0, "money.one"),
        ("points", [0.02], "en", 0.01, "points"),
        ("stars", [-0.03], "en", 1.0, "stars"),
    ],
)
def test_an_axis_holds_its_figures_in_the_unit_that_people_read(unit, figures, lang, by, name) -> None:
    span = Span.of(unit, figures, lang)
    assert (span.by, span.name, span.ratios) == (by, name, False)
    known = [value for value in figures if abs(value) < inf]
    assert span.least < min([0.0, *known]) and span.most > max([0.0, *known])
    assert f"board.axis.{name}" in catalogue(lang)


def test_seconds_beside_hours_stand_on_an_axis_of_ratios() -> None:
    assert Span.of("seconds", [15.0, 25_000.0], "en").ratios
    assert not Span.of("seconds", [0.0, 25_000.0], "en").ratios


# ------------------------------------------------------------------------------------------------------ charts
def drawn(found, lang, look) -> dict:
    """Return every chart of the board, by name."""
    say, shown = partial(tr, lang=lang), {}
    for trend in range(9):
        own = [each for each in found if each.part.trend == trend]
        for kind in ("sizes", "directions"):
            if len(claims.relative(own, kind)):
                shown[f"{trend} {kind}"] = claims.overview(own, kind, say, look)
    for claim, unit in dict.fromkeys((each.part.claim, each.part.unit) for each in found):
        own = [each for each in found if (each.part.claim, each.part.unit) == (claim, unit)]
        if claims.has_numbers(own):
            shown[f"{claim} {unit}"] = claims.claim(own, say, look)
    return shown


@pytest.mark.parametrize(("lang", "look"), [("en", DARK), ("zh", LIGHT)])
def test_every_chart_of_the_board_fits_a_phone_and_says_what_it_shows(found, lang, look) -> None:
    charts = drawn(found, lang, replace(look, width="container"))
    assert len(charts) > 60
    allowed = {colour.lower() for colour in (*look.palette, *own_colours(look))}
    keys = set(catalogue(lang))
    for at, (name, chart) in enumerate(charts.items()):
        spec = chart.to_dict()
        assert spec["width"] == "container" and "facet" not in spec and "title" not in spec, name
        assert len(spec["description"]) > 15, name
        rows = [row for data in spec["datasets"].values() for row in data]
        assert not [row for row in rows if {row.get("mean", 0), row.get("x", 0), row.get("future", 0)} & {None}], name
        assert {c.lower() for c in re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(spec))} <= allowed, name
        if at % 6 == 0:  # drawing takes its time
            told = words(vl_convert.vegalite_to_svg({**spec, "width": 340}))
            assert not [word for word in told if "…" in word and " … " not in word], name
            assert not set(re.findall(r"[a-z_]+\.[a-z_.]+", " ".join(told))) & keys, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_verdict_is_told_by_shape_and_word(lang: str, found) -> None:
    """Claim 17 has three of them; the legend has those alone that are there."""
    spec = claims.claim([each for each in found if each.part.claim == 17], partial(tr, lang=lang), LIGHT).to_dict()
    (marks,) = [layer["encoding"] for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    told = dict(zip(marks["shape"]["scale"]["domain"], marks["shape"]["scale"]["range"]))
    expected = {"reproduced": "circle", "partly": "diamond", "not_tested": "square"}
    assert told == {tr(f"trends.verdicts.{code}", lang): shape for code, shape in expected.items()}
    assert marks["color"]["scale"]["domain"] == list(told)
    assert len(set(marks["color"]["scale"]["range"])) == len(told)
    for name in told:
        assert name in spec["description"]
    assert len(set(claims.SHAPES.values())) == len(claims.SHAPES)


def test_a_figure_beyond_the_axis_stands_at_its_end_with_its_value(found) -> None:
    """Claim 8: tens of thousands of units, where some hundreds are claimed."""
    own = [each for each in found if each.part.claim == 8]
    spec = claims.overview(own, "sizes", EN, LIGHT).to_dict()
    (data,) = [rows for rows in spec["datasets"].values() if "beyond" in rows[0] and rows[0]["beyond"]]
    assert data[0]["mean"] == claims.ENDS["sizes"][1]
    assert "36k" in data[0]["simulated"] or "35" in data[0]["simulated"]
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    assert len(texts) == 1


def test_a_claim_without_a_figure_has_no_chart(found) -> None:
    assert not claims.has_numbers([each for each in found if each.part.claim == 10])
