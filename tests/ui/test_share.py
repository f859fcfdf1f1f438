"""Links: what goes in comes out, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.examples import app_examples
from simulator.scenario.levers import SPANS, levers
from simulator.texts import LANGUAGES
from simulator.ui.asked import example
from simulator.ui.share import Link, decode, encode
from tests.ui.conftest import Opened

FLAGSHIP = example("flagship")
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How fast values are drawn says nothing of links."""
LEVERS = {lever.path: lever for lever in levers(FLAGSHIP)}


def _values(path: str) -> st.SearchStrategy[Any]:
    lever = LEVERS[path]
    if lever.kind == "flag":
        return st.booleans()
    if lever.kind == "choice":
        return st.sampled_from(lever.choices)
    if lever.kind == "choices":
        return st.lists(st.sampled_from(lever.choices), unique=True)
    low, high, _ = SPANS[path]
    numbers = st.integers(int(low), int(high)) if lever.kind == "whole" else st.floats(low, high)
    return st.none() | numbers if lever.optional else numbers


@PATIENT
@given(st.data())
def test_a_link_opens_what_it_was_made_of(data: st.DataObject) -> None:
    places = data.draw(st.lists(st.sampled_from(["", "ID:", "US:"]), max_size=5))
    moves = {
        place + path: data.draw(_values(path))
        for place in places
        for path in [data.draw(st.sampled_from(sorted(LEVERS)))]
    }
    moves |= data.draw(st.dictionaries(st.sampled_from(["entry.US", "entry.BR"]), st.none() | st.integers(0, 103)))
    lang = data.draw(st.sampled_from(LANGUAGES))
    assert decode(encode("flagship", lang, "localised", moves)) == Link("flagship", lang, "localised", moves)


@PATIENT
@given(st.dictionaries(st.text(max_size=30) | st.sampled_from(sorted(LEVERS)), st.text(max_size=40), max_size=5))
def test_junk_is_named_and_left_out(parameters: dict[str, str]) -> None:
    link = decode({"s": "flagship", "strategy": "localised", **parameters})
    for path, value in link.moves.items():
        lever = LEVERS.get(path.rpartition(":")[2])
        if lever is not None and isinstance(value, int | float) and not isinstance(value, bool):
            assert lever.low is None or value >= lever.low
            assert lever.high is None or value <= lever.high
    if {"v", "s", "strategy"} & set(link.rejected):
        assert not link.moves  # a link whose head is unknown opens nothing else of it
    else:
        named = set(link.rejected) | set(link.moves) | {"s", "strategy", "lang", "v"}
        assert {path[:60] for path in parameters} <= named


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("price.position", "nan"), ("price.position", "-1"), ("price.position", "1e9"), ("ads.launch_weeks", "3.5"),
        ("localisation.team", "yes"), ("payments", "card,card"), ("payments", "gold"), ("entry.US", "104"),
        ("entry.XX", "3"), ("XX:price.position", "1"), ("seed", "1"), ("title.en", "<script>"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_rejected(path: str, text: str) -> None:
    link = decode({"v": "1", "s": "flagship", "strategy": "localised", path: text})
    assert link.rejected == (path,) and not link.moves


def test_an_unknown_example_opens_nothing_of_the_link() -> None:
    assert decode({"s": "../secret", "price.position": "0.5"}) == Link(rejected=("s",))
    assert decode({"v": "9", "s": app_examples()[0]}) == Link(rejected=("v",))


def test_the_app_follows_a_link(opened: Opened) -> None:
    link = encode("flagship", "zh", "price_war", {"price.position": 0.85})
    page = opened(None, link={**link, "seed": "1"})
    assert not page.exception
    assert page.session_state["lang"] == "zh"
    assert page.session_state["strategy"] == "price_war"
    assert next(each for each in page.slider if each.label.startswith("价格 ÷")).value == 0.85
    assert [each.value for each in page.toast] == ["链接中以下参数无效，已忽略：seed"]
