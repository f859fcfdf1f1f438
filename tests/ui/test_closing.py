"""Nothing sold: the Lab names the gate that really closed, and the lever that it names really opens it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from simulator.report import gates as gates_module
from simulator.report.answer import Answer
from simulator.report.gates import CLOSED, Gate, gates
from simulator.scenario.levers import changed
from simulator.texts import LANGUAGES, catalogue
from simulator.ui.answering import answers
from simulator.ui.asked import example
from simulator.ui.closing import OPENERS
from simulator.views import STAGES
from tests.ui.conftest import CHINESE, Opened

BARRED = {"compliance": "none", "channel": "marketplace", "logistics.mode": "local"}
UNSEEN = {"channel": "store", "mobile_storefront": False, "ads.budget_usd_week": 0.0, "b2b.enabled": False}
LATE = {"entry.US": 103, "entry.DE": None, "entry.ID": None, "entry.SA": None, "entry.BR": None}
DEAR = {"price.position": 10.0}

CASES = {
    "barred": ("toy_middle_east", "parcels", BARRED, "compliance", {"compliance": "minimum"}),
    "unseen": ("flagship", "localised", UNSEEN, "unaware", {"ads.budget_usd_week": 5_000.0}),
    "late": ("flagship", "localised", LATE, "late", {"entry.US": 10}),
    "dear": ("toy_middle_east", "parcels", DEAR, "price", {"price.position": 1.0}),
}
"""Name -> example, strategy, moves that sell nothing, the gate, and the move that opens it."""


def _answer(name: str, strategy: str, moves: dict[str, Any]) -> tuple[Answer, list[str]]:
    scenario = changed(example(name), strategy, moves)
    return answers().draft(scenario, strategy), list(scenario.strategies[strategy].entry)


@pytest.mark.parametrize("case", CASES)
def test_the_gate_that_closed_is_found_and_its_lever_opens_it(case: str) -> None:
    name, strategy, moves, stage, opening = CASES[case]
    answer, entered = _answer(name, strategy, moves)
    found = gates(answer, entered)
    assert [gate.market for gate in found] == entered
    assert {gate.stage for gate in found} == {stage}
    assert stage == "late" or set(opening) & set(OPENERS[stage])
    assert gates(*_answer(name, strategy, moves | opening)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_lab_says_it_in_words(opened: Opened, case: str, lang: str) -> None:
    name, strategy, moves, stage, _ = CASES[case]
    page = opened(lang, example=name, strategy=strategy, moves={(name, strategy): dict(moves)})
    assert not page.exception
    head = catalogue(lang)["gates.all"].split("**")[1].split("{")[0]
    told = next(each.value for each in page.warning if head in each.value)
    assert all(bool(CHINESE.search(line)) == (lang == "zh") for line in told.splitlines())
    for path in OPENERS.get(stage, ()):
        assert catalogue(lang)[f"levers.{path}"] in told
    if case == "barred":
        assert "SABER" in told and "GOEIC" in told  # what Saudi and Egyptian law demand of a toy


def test_who_sells_reads_nothing_of_gates(opened: Opened) -> None:
    page = opened("en")
    assert not any("Nothing was sold" in each.value or "nothing was sold" in each.value for each in page.warning)


# ------------------------------------------------------------------------------------------------ by hand
def _funnel(**needs: int) -> pd.DataFrame:
    return pd.DataFrame({"market": "US", "stage": list(needs), "needs": list(needs.values())})


@pytest.mark.parametrize(
    ("needs", "stage", "share"),
    [
        ({"unaware": 0, "sale": 0}, "late", 1.0),
        ({"unaware": 100}, "unaware", 1.0),
        # Of 100 who looked half stopped at the language; all that were left met the law: opening the page helps nobody.
        ({"unaware": 900, "language": 50, "compliance": 50}, "compliance", 1.0),
        ({"device": 95, "payment": 2, "outside": 3}, "device", 0.95),
        # A barrier that lets many through is not why nobody bought.
        ({"language": 60, "price": 3, "trust": 1, "habit": 30}, "price", 0.75),
        ({"language": 60, "stock": 4, "price": 30}, "stock", 1.0),
        ({"habit": 30, "outside": 10}, "choice", 1.0),
    ],
)
def test_the_gate_is_the_one_that_hardly_anybody_passed(needs: dict[str, int], stage: str, share: float) -> None:
    assert gates_module._gate(_funnel(**needs), "US") == Gate("US", stage, pytest.approx(share))


def test_every_gate_has_words_and_levers() -> None:
    stages = (set(STAGES) - {"habit", "outside", "sale"}) | {"choice", "exclusive"}
    assert set(OPENERS) == stages
    for lang in LANGUAGES:
        assert {f"gates.stages.{stage}" for stage in stages | {"late"}} <= catalogue(lang).keys()
    assert 0.5 < CLOSED < 1.0
