"""Compare: the difference that it states is that of the command line, and it says when there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator import api
from simulator.comparison import interval
from simulator.engine import Results
from simulator.examples import RUNS_VARIABLE
from simulator.report import contrasts
from simulator.report.answer import Answer
from simulator.report.contrasts import Side
from simulator.scenario import Scenario
from simulator.texts import LANGUAGES
from simulator.texts.numbers import money
from simulator.ui.asked import example
from simulator.ui.settings import setting_words
from tests.ui.conftest import CHINESE, page_of

TINY = {"replications": 3, "consumers": 200, "weeks": 30}


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return example("flagship").with_values(TINY)


@pytest.fixture(scope="module")
def run(tiny: Scenario) -> Results:
    return api.run(tiny)


def side(results: Results, strategy: str) -> Side:
    return Side(strategy, results.scenario, Answer.of_results(results, strategy), {})


def test_causes_add_up_to_the_difference_in_profit(run: Results) -> None:
    here, there = side(run, "localised"), side(run, "price_war")
    table = contrasts.causes(here.answer, there.answer).set_index("step")
    whole = table.loc["profit", "amount"]
    assert np.isclose(table["amount"].drop("profit").sum(), whole)
    profits = [each.answer.figures("profit_usd").mean() for each in (here, there)]
    assert np.isclose(1e3 * whole, profits[0] - profits[1])
    assert np.allclose(table["end"] - table["start"], table["amount"])


def test_the_difference_is_taken_future_by_future(run: Results) -> None:
    here, there = side(run, "localised"), side(run, "price_war")
    found = contrasts.profits([here], there).iloc[0]
    pairs = here.answer.figures("profit_usd") - there.answer.figures("profit_usd")
    assert np.isclose(found["difference"], pairs.mean())
    assert (found["low"], found["high"]) == interval(pairs)
    paired = run.comparison.set_index(["strategy", "market", "outcome"])
    against_baseline = contrasts.profits([here], side(run, run.baseline)).iloc[0]
    assert np.isclose(against_baseline["difference"], paired.loc[("localised", "ALL", "profit_usd"), "difference"])


def test_another_seed_makes_futures_strangers(tiny: Scenario, run: Results) -> None:
    other = api.run(tiny.with_values({"seed": 7}))
    assert contrasts.why_unpaired(side(run, "localised"), side(other, "localised")) == ("seed",)
    assert contrasts.inputs(side(run, "localised"), side(other, "localised"))["path"].tolist() == ["seed"]


def test_what_two_strategies_set_differently_is_told_without_their_names(run: Results) -> None:
    found = contrasts.inputs(side(run, "localised"), side(run, run.baseline))
    assert {"strategy.entry.DE", "strategy.logistics.mode", "strategy.markets.ID.price.position"} <= set(found["path"])
    assert not found["path"].str.contains("title|summary").any()
    assert "strategy.markets" not in set(found["path"])


def test_a_text_of_a_user_stays_a_text_in_the_table_of_settings() -> None:
    """The table speaks Markdown, and a picture in it would ask another machine."""
    words = setting_words({"path": "markets.ID.x.source", "here": "![a](http://b/c.png) $1 *d*", "there": None})
    assert words["here"] == r"\!\[a\]\(http\://b/c\.png\) \$1 \*d\*"


def test_a_strategy_differs_from_itself_by_nothing(run: Results) -> None:
    same = side(run, "localised")
    found = contrasts.profits([same], same).iloc[0]
    assert found["difference"] == 0.0 and not found["is_clear"]
    assert (contrasts.causes(same.answer, same.answer)["amount"] == 0.0).all()
    assert contrasts.inputs(same, same).empty


@pytest.mark.parametrize("lang", LANGUAGES)
def test_strategies_of_the_lab_are_compared(lang: str) -> None:
    page = page_of("compare", lang)
    assert not page.exception
    texts = [each.value for each in (*page.subheader, *page.success, *page.title)]
    assert len(texts) > 6
    assert all(bool(CHINESE.search(text)) == (lang == "zh") for text in texts), texts


def test_an_interval_around_zero_is_no_clear_difference() -> None:
    page = page_of("compare", "en", strategy="green_premium")
    here = next(each for each in page.selectbox if each.label == "Compare")
    there = next(each for each in page.selectbox if each.label == "Against")
    page = there.set_value("localised").run()
    assert here.value == "green_premium" and not page.exception
    said = [each.value for each in page.warning]
    assert len(said) == 1 and said[0].startswith("No clear difference") and "includes zero" in said[0]


def test_saved_runs_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Scenario) -> None:
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path))
    page = page_of("compare", "en", compare_source="runs")
    assert not page.exception and "Nothing is saved" in page.info[0].value
    first = api.run(tiny, out=tmp_path, name="first")
    second = api.run(tiny.with_values({"strategies.localised.price.position": 0.8}), out=tmp_path, name="second")
    page = page_of("compare", "en", compare_source="runs")
    assert not page.exception
    page = page.selectbox(key="compare.here").set_value(second.name).run()
    page = page.selectbox(key="compare.there").set_value(first.name).run()
    page = page.selectbox(key=f"compare.there.strategy.{first.name}").set_value("localised").run()
    page = page.selectbox(key=f"compare.here.strategy.{second.name}").set_value("localised").run()
    assert not page.exception
    pairs = Answer.of_results(second, "localised").figures("profit_usd") - Answer.of_results(
        first, "localised"
    ).figures("profit_usd")
    said = [each.value for kind in (page.success, page.warning, page.error) for each in kind]
    assert money(float(abs(pairs.mean()))).lstrip("-").replace("$", "\\$") in said[0]
    assert any(each.value.startswith("Paired") for each in page.caption)


def test_a_damaged_run_is_told_and_the_page_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Scenario
) -> None:
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path))
    folder = api.run(tiny, out=tmp_path, name="first").folder
    assert folder is not None
    (folder / "summary.parquet").write_bytes(b"no table")
    page = page_of("compare", "en", compare_source="runs")
    assert not page.exception
    assert "cannot be read" in page.error[0].value
