"""The scenarios that come with the product: every file is valid, says what it is in two languages, and plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import facts, run
from simulator.examples import examples_dir
from simulator.scenario import Scenario, load_scenario

FILES = sorted(examples_dir().glob("*.yaml"))
NAMES = [path.stem for path in FILES]
QUESTIONS = [path for path in FILES if path.stem != "base"]
"""All but the smallest one, which other scenarios start from."""


def scenario(path: Path) -> Scenario:
    return load_scenario(path)


def test_the_examples_span_the_world() -> None:
    loaded = [scenario(path) for path in FILES]
    areas = {one.market(code).area for one in loaded for code in one.markets}
    assert areas == {"north_america", "europe", "east_asia", "southeast_asia", "middle_east", "latin_america"}
    assert len({one.category_profile.key for one in loaded}) >= 4
    assert {one.start.year for one in loaded} >= {2026, 2027}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_an_example_says_what_it_is_in_both_languages(path: Path) -> None:
    own = scenario(path)
    assert own.notes == ()
    texts = [own.title, own.summary]
    for strategy in own.strategies.values():
        texts += [strategy.title, strategy.summary]
    for text in texts:
        assert text is not None and text.en and text.zh
        assert text.en != text.zh


@pytest.mark.parametrize("path", QUESTIONS, ids=[path.stem for path in QUESTIONS])
def test_an_example_asks_a_question(path: Path) -> None:
    own = scenario(path)
    assert 3 <= len(own.strategies) <= 5
    assert own.baseline in own.strategies
    assert len(own.uncertainties) >= 8
    # what differs between strategies is more than their names
    settings = [strategy.model_dump(exclude={"title", "summary"}) for strategy in own.strategies.values()]
    assert all(one != other for i, one in enumerate(settings) for other in settings[:i])
    # every market of the scenario is entered by somebody
    entered = {market for strategy in own.strategies.values() for market in strategy.entry}
    assert entered == set(own.markets)


@pytest.mark.parametrize("path", QUESTIONS, ids=[path.stem for path in QUESTIONS])
def test_the_seller_of_an_example_is_typical_of_its_category(path: Path) -> None:
    own = scenario(path)
    leaves = facts.load("categories", own.category_profile.key).leaves
    for name in ("unit_cost_usd", "weight_kg", "volume_l", "cash_usd"):
        figure = leaves[f"typical_seller.{name}"]
        assert figure.low <= getattr(own.seller, name) <= figure.high, name


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_an_example_plays(path: Path) -> None:
    short = load_scenario(path, weeks=14, consumers=200)
    results = run(short, replications=2, workers=1)
    assert results.failures.empty
    assert set(results.summary["strategy"]) == set(short.strategies)
    sold = results.summary.query("market == 'ALL'").groupby("strategy", observed=True)["units"].sum()
    assert (sold > 0).any()


def test_the_flagship_of_2027_is_the_flagship_in_another_calendar() -> None:
    first, later = (load_scenario(examples_dir() / f"{name}.yaml") for name in ("flagship", "flagship_2027"))
    assert (later.start - first.start).days == 52 * 7
    assert later.seed == first.seed
    assert later.strategies == first.strategies
    assert later.seller == first.seller
