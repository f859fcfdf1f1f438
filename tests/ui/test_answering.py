"""Who waits for whom: longer work for drafts, and a moved lever for nothing that could be done before."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from simulator.engine.solo import play_strategy
from simulator.examples import examples_dir
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.levers import changed
from simulator.ui import answering
from simulator.ui.answering import Answers

PATIENCE = 10.0


@pytest.fixture(scope="module")
def toy() -> Scenario:
    small = {"replications": 2, "consumers": 200, "weeks": 20}
    return load_scenario(examples_dir() / "toy_middle_east.yaml").with_values(small)


def test_longer_work_goes_on_when_the_draft_is_there(toy: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    begun, free = Event(), Event()

    def slow(*args, **kept):  # type: ignore[no-untyped-def]
        begun.set()
        free.wait(PATIENCE)
        order.append("draft")
        return play_strategy(*args, **kept)

    monkeypatch.setattr(answering, "play_strategy", slow)
    monkeypatch.setattr(answering, "PATIENCE", PATIENCE)
    answers, (name, other, *_) = Answers(), toy.strategies
    wanted = [(toy, name), (toy, other)]
    draft = Thread(target=answers.draft, args=(toy, name))
    full = Thread(target=answers.play, args=(wanted, lambda done: order.append(f"full {done.done}"), Event()))
    draft.start()
    begun.wait(PATIENCE)
    full.start()
    full.join(3.0)
    assert full.is_alive() and order == ["full 2"]
    free.set()
    for thread in (draft, full):
        thread.join(PATIENCE)
    assert order == ["full 2", "draft", "full 4"]
    assert answers.full(wanted) is not None


def test_the_same_draft_is_played_once_whoever_asks(toy: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def counted(scenario, strategy, world):  # type: ignore[no-untyped-def]
        played.append(strategy)
        return play_strategy(scenario, strategy, world)

    monkeypatch.setattr(answering, "play_strategy", counted)
    answers, name = Answers(), next(iter(toy.strategies))
    answers.prepare(toy, name)
    answers.prepare(toy, name)
    others = [Thread(target=answers.draft, args=(toy, name)) for _ in range(3)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join(PATIENCE)
    answers.draft(changed(toy, name, {"price.position": 0.9}), name)
    assert played == [name, name]
