"""Runs in a browser: a file becomes a run that is kept; long work ends when it is told to, or nobody waits."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from simulator.engine.saved import SavedRun, saved_runs
from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.visitor import Visitor

TITLE = "Small world"
SMALL = f"""\
extends: base.yaml
title: {{en: "{TITLE}", zh: "小世界"}}
replications: 2
consumers: 200
weeks: 20
strategies:
  plain: {{entry: {{US: 0}}}}
"""

LONG = {"futures": "200", "consumers": "10000"}
"""Sizes of the flagship that take minutes, in little memory."""


def tab(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("tab", name=visitor.say(f"runs_page.tabs.{name}")).click()


def upload(visitor: Visitor, text: str, name: str = "small.yaml") -> None:
    visitor.go("runs")
    tab(visitor, "file")
    visitor.page.locator("input[type=file]").set_input_files(
        FilePayload(name=name, mimeType="application/yaml", buffer=text.encode())
    )


def play_long(visitor: Visitor, name: str) -> None:
    """Start a run that takes minutes, and wait until it is at work."""
    visitor.go("runs")
    for field, value in {**LONG, "name": name}.items():
        box = visitor.page.get_by_label(visitor.say(f"runs_page.play.{field}"), exact=True)
        box.fill(value)
        box.press("Enter")
        visitor.settle()
    visitor.button("runs_page.play.start").click()
    expect(visitor.text("runs_page.jobs.progress")).to_be_visible()


def runs(server: Server, name: str) -> list[SavedRun]:
    return [run for run in saved_runs(server.out) if name in run.name]


def wait_until_idle(server: Server, name: str, seconds: float) -> float:
    """Wait until no run of a name is at work any more; returns how long it took."""
    begun = time.monotonic()
    while any(run.status == "running" for run in runs(server, name)):
        assert time.monotonic() - begun < seconds, f"{name} is still at work"
        time.sleep(0.1)
    return time.monotonic() - begun


def test_a_file_is_opened_played_kept_downloaded_thrown_away_and_taken_back(visit: Visit, server: Server) -> None:
    visitor = visit()
    upload(visitor, SMALL)
    expect(visitor.text("runs_page.file.fine", title=TITLE)).to_be_visible()
    visitor.button("runs_page.file.open").click()
    expect(visitor.title).to_have_text(TITLE)
    visitor.settle()
    visitor.go("runs")
    visitor.button("runs_page.play.start").click()
    expect(visitor.text("runs_page.jobs.kept")).to_be_visible()
    tab(visitor, "library")
    (run,) = runs(server, "small")
    chosen = visitor.page.get_by_role("combobox", name=visitor.say("runs_page.library.run"))
    expect(chosen).to_have_value(run.name)
    with visitor.page.expect_download() as file:
        visitor.button("runs_page.out.html").click()
    assert TITLE in Path(file.value.path()).read_text(encoding="utf-8")
    assert file.value.suggested_filename == f"{run.name}-en.html"
    visitor.button("runs_page.library.delete").click()
    expect(visitor.text("runs_page.library.thrown", name=run.name)).to_be_visible()
    assert runs(server, "small") == []
    visitor.button("runs_page.library.undo").click()
    expect(chosen).to_have_value(run.name)
    assert [each.name for each in runs(server, "small")] == [run.name]


def test_a_wrong_file_names_the_line_and_keeps_the_text(visit: Visit) -> None:
    wrong = SMALL.replace("weeks: 20", "weeks: soon")
    visitor = visit()
    upload(visitor, wrong)
    expect(visitor.text("runs_page.file.refused", count="1")).to_be_visible()
    told = visitor.page.locator("[data-testid=stCode]", has_text=visitor.pattern("runs_page.file.place", line="5"))
    expect(told).to_contain_text("weeks: soon")
    expect(visitor.page.get_by_role("textbox", name=visitor.say("runs_page.file.text"), exact=True)).to_have_value(
        wrong
    )
    expect(visitor.button("runs_page.file.open")).to_have_count(0)


def test_a_file_that_is_not_taken_is_named_and_leaves_the_text_alone(visit: Visit) -> None:
    visitor = visit()
    upload(visitor, SMALL)
    expect(visitor.text("runs_page.file.fine", title=TITLE)).to_be_visible()
    text = visitor.page.get_by_role("textbox", name=visitor.say("runs_page.file.text"), exact=True)
    for name, content in (("empty.yaml", ""), ("picture.yaml", "\x00\x89PNG")):
        visitor.page.locator("input[type=file]").set_input_files(
            FilePayload(name=name, mimeType="application/yaml", buffer=content.encode("latin-1"))
        )
        expect(visitor.text("runs_page.file.not_taken", file=name)).to_be_visible()
        expect(text).to_have_value(SMALL)
    text.fill(SMALL.replace("weeks: 20", "weeks: 30"))
    text.press("Control+Enter")
    expect(visitor.text("runs_page.file.not_taken", file=name)).to_have_count(0)


def test_a_long_run_outlives_a_change_of_page_and_is_cancelled_at_once(visit: Visit, server: Server) -> None:
    visitor = visit()
    play_long(visitor, "cancelled")
    visitor.go("guide")
    visitor.go("runs")
    expect(visitor.text("runs_page.jobs.progress")).to_be_visible()
    begun = time.monotonic()
    visitor.button("runs_page.jobs.cancel").click()
    expect(visitor.page.get_by_text(visitor.say("runs_page.jobs.states.stopped")).first).to_be_visible()
    assert time.monotonic() - begun < 2.0
    wait_until_idle(server, "cancelled", 2.0)
    visitor.settle()
    tab(visitor, "library")
    expect(visitor.text("runs_page.library.unfinished")).to_be_visible()
    expect(visitor.button("runs_page.library.go_on")).to_be_enabled()


def test_work_stops_with_its_tab(visit: Visit, server: Server) -> None:
    visitor = visit()
    play_long(visitor, "closed")
    assert [run.status for run in runs(server, "closed")] == ["running"]
    visitor.page.close()
    wait_until_idle(server, "closed", 15.0)
    assert [run.status for run in runs(server, "closed")] == ["interrupted"]
