"""Runs: what is played is kept, what is uploaded is checked, and nothing hostile gets anywhere."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from simulator import api
from simulator.engine import Results
from simulator.engine.saved import saved_runs
from simulator.errors import ScenarioError
from simulator.examples import RUNS_VARIABLE, examples_dir
from simulator.scenario import load_scenario
from simulator.scenario.reading import MAX_UPLOAD_BYTES
from simulator.texts import LANGUAGES
from simulator.ui import downloads
from simulator.ui.asked import Asked, example, scenario_from
from simulator.ui.command import FILE, command
from simulator.ui.editor import TEXT, safe_name
from tests.ui.conftest import CHINESE, page_of

SMALL = """\
extends: base.yaml
title: {en: "Small", zh: "小"}
replications: 2
consumers: 200
weeks: 20
strategies:
  plain: {entry: {US: 0}}
"""


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs of its own."""
    folder = tmp_path / "runs"
    monkeypatch.setenv(RUNS_VARIABLE, str(folder))
    return folder


def uploaded(page: AppTest, name: str, data: bytes) -> AppTest:
    return page.file_uploader[0].upload(name, data, "application/yaml").run()


# ------------------------------------------------------------------------------------------------------ pages
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_the_language(out: Path, lang: str) -> None:
    api.run(scenario_from(SMALL), out=out, name="first", lang="en")
    page = page_of("runs", lang)
    assert not page.exception
    labels = [*(each.label for each in page.tabs), *(each.value for each in page.subheader)]
    labels += [each.label for kind in (page.button, page.number_input, page.text_input) for each in kind]
    assert len(labels) > 10
    assert all(bool(CHINESE.search(label)) == (lang == "zh") for label in labels), labels


def test_a_run_is_played_kept_renamed_copied_thrown_away_and_taken_back(out: Path) -> None:
    page = page_of("runs", "en", own={"own:small": SMALL}, example="own:small")
    page = next(each for each in page.button if each.label == "Play").click().run()
    assert not page.exception
    end = time.monotonic() + 60
    while not (runs := [run for run in saved_runs(out) if run.is_finished]):
        assert time.monotonic() < end
        time.sleep(0.1)
    expected = api.run(scenario_from(SMALL))
    assert Results.load(runs[0].folder).digests() == expected.digests()
    page = page.run()
    name = runs[0].name
    page.text_input(key=f"name.{name}").set_value("renamed")
    page = page.button(key=f"rename.{name}").click().run()
    renamed = f"renamed-{name[-8:]}"
    assert not page.exception and [run.name for run in saved_runs(out)] == [renamed]
    page = page.button(key=f"copy.{renamed}").click().run()
    copy = f"renamed-copy-{name[-8:]}"
    assert {run.name for run in saved_runs(out)} == {renamed, copy}
    page = page.button(key=f"delete.{copy}").click().run()
    assert [run.name for run in saved_runs(out)] == [renamed]
    page = next(each for each in page.button if each.label == "Undo").click().run()
    assert not page.exception and {run.name for run in saved_runs(out)} == {renamed, copy}


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "", "con\x00", "<b>x</b>"])
def test_a_name_that_leads_elsewhere_renames_nothing(out: Path, name: str) -> None:
    run = api.run(scenario_from(SMALL), out=out, name="first")
    page = page_of("runs")
    page.session_state[f"name.{run.name}"] = name
    page = page.button(key=f"rename.{run.name}").click().run()
    assert not page.exception and len(page.error) == 1
    assert [each.name for each in out.parent.iterdir()] == ["runs"]
    assert [each.name for each in saved_runs(out)] == [run.name]


def test_every_download_holds_what_the_run_holds(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = api.run(
        scenario_from(SMALL.replace("Small", "=HYPERLINK(1)<script>alert(1)</script>")), out=out, name="first"
    )
    made: dict[str, bytes] = {}

    def taken(label: str, data: object, name: str, *_: object, **__: object) -> None:
        made[Path(name).suffix + name.rpartition("-")[2]] = data() if callable(data) else data  # type: ignore[assignment]

    monkeypatch.setattr(downloads.st, "download_button", taken)
    downloads.offer(saved_runs(out)[0])
    files = list(made.values())
    html, book, sheets, columns, scenario = files
    assert b"<script>alert(1)</script>" not in html and b"<html" in html
    from openpyxl import load_workbook

    cells = [cell for sheet in load_workbook(io.BytesIO(book)) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"], "a formula"
    with zipfile.ZipFile(io.BytesIO(sheets)) as archive:
        table = pd.read_csv(archive.open("summary.csv"), encoding="utf-8-sig")
    assert table["profit_usd"].tolist() == run.summary["profit_usd"].tolist()
    with zipfile.ZipFile(io.BytesIO(columns)) as archive:
        found = pd.read_parquet(io.BytesIO(archive.read("summary.parquet")))
    assert found["profit_usd"].tolist() == run.summary["profit_usd"].tolist()
    assert scenario_from(scenario.decode()).digest() == run.scenario.digest()


# ---------------------------------------------------------------------------------------------------- uploads
def test_a_good_file_opens_in_the_lab() -> None:
    page = uploaded(page_of("runs"), "../../mine.yaml", SMALL.encode())
    assert not page.exception and "Small" in page.success[0].value
    page = next(each for each in page.button if each.label == "Open in the Lab").click().run()
    assert page.session_state["example"] == "own:mine"
    assert scenario_from(page.session_state["own"]["own:mine"]).replications == 2


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{there}'] * 9)}]\n" for there, here in zip("abcdefgh", "bcdefghi")
)
HOSTILE = {
    "an alias bomb": (BOMB.encode(), "alias"),
    "ten megabytes": (b"title: " + b"x" * 10_000_000, "256 KiB"),
    "binary": (bytes(range(256)) * 8, ""),
    "nested without end": (("[" * 5_000).encode(), ""),
    "a tag that runs code": (b"!!python/object/apply:os.system ['touch evil']", ""),
    "a path out of the folder": (b"extends: ../../../etc/passwd\n", "extends"),
    "an absolute path": (b"extends: /etc/passwd\n", "extends"),
    "a huge population": (SMALL.replace("consumers: 200", "consumers: 999999999999").encode(), "consumers"),
    "a typo": (SMALL.replace("strategies", "strategys").encode(), "strategies"),
    "two documents": (b"a: 1\n---\nb: 2\n", ""),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_a_message_and_nothing_else(out: Path, kind: str) -> None:
    data, word = HOSTILE[kind]
    begin = time.monotonic()
    page = uploaded(page_of("runs"), "evil.yaml", data)
    assert not page.exception
    assert time.monotonic() - begin < 60, "a server that hangs is down"
    told = " ".join([*(each.value for each in page.error), *(each.value for each in page.code)])
    if data:
        assert page.error and word in told, told
    assert "Open in the Lab" not in [each.label for each in page.button]
    assert not out.exists() and not Path("evil").exists()


def test_a_mistake_is_shown_at_its_line_and_the_text_stays() -> None:
    wrong = SMALL.replace("weeks: 20", "weeks: soon")
    page = uploaded(page_of("runs"), "wrong.yaml", wrong.encode())
    assert page.text_area(key=TEXT).value == wrong
    assert "line 5" in page.code[-1].value and "weeks: soon" in page.code[-1].value
    page = page.text_area(key=TEXT).set_value(SMALL).run()
    assert not page.exception and page.success


def test_markup_in_a_title_is_text(opened) -> None:
    title = "<img src=x onerror=alert(1)> **bold** [link](http://evil.example) $x$"
    text = SMALL.replace('en: "Small"', f"en: '{title}'")
    page = uploaded(page_of("runs"), "evil.yaml", text.encode())
    assert not page.exception
    assert "\\<img" in page.success[0].value and "\\*\\*bold" in page.success[0].value
    lab = opened("en", own={"own:evil": text}, example="own:evil")
    assert not lab.exception and "\\<img" in lab.title[0].value


@pytest.mark.parametrize("name", ["../../x", "a/b\\c", "", "......", "é漢字", "<b>"])
def test_a_safe_name_is_a_name(name: str) -> None:
    found = safe_name(name)
    assert found and not set(found) & set("/\\.<>\x00")


# ------------------------------------------------------------------------------------------------ command line
@pytest.mark.parametrize(
    "moves",
    [
        {},
        {"price.position": 0.1 + 0.2, "ID:localisation.team": False, "payments": ["card", "wallet_local"]},
        {"entry.BR": 40, "exit.after_weeks": None},
        {"entry.BR": None},
    ],
    ids=["as it is", "levers", "an entry", "a market left"],
)
def test_the_command_plays_the_same_scenario(moves: dict[str, object], tmp_path: Path) -> None:
    import shlex

    asked = Asked("flagship", example("flagship"), "localised", moves)
    played = asked.scenario().with_values({"replications": 6, "consumers": 2_000})
    words = shlex.split(command(asked, played))
    path = Path(words[2])
    if str(path) == FILE:
        path = tmp_path / FILE
        path.write_text(asked.scenario().to_yaml(), encoding="utf-8")
    else:
        path = examples_dir() / path.name
    options = dict(zip(words[3::2], words[4::2]))
    settings = [value for name, value in zip(words[3::2], words[4::2]) if name == "--set"]
    found = load_scenario(
        path, settings, replications=int(options["--replications"]), consumers=int(options["--consumers"])
    )
    assert found.digest() == played.digest()


def test_an_upload_is_bounded_where_it_is_read() -> None:
    with pytest.raises(ScenarioError):
        scenario_from("# " + "x" * MAX_UPLOAD_BYTES)
