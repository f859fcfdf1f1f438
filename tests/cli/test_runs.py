"""``runs``: what is listed, shown, renamed, copied and deleted, and what never is."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from simulator.texts import is_control


@pytest.fixture
def out(played, tmp_path) -> Path:
    """Return a folder with one finished run, one that was killed, and things that are no runs."""
    out = tmp_path / "runs"
    shutil.copytree(played.folder, out / played.folder.name)
    part = out / ".killed-0123abcd.part"
    (part / "units").mkdir(parents=True)
    manifest = json.loads((played.folder / "manifest.json").read_text())
    del manifest["tables"]
    (part / "manifest.json").write_text(json.dumps({**manifest, "status": "running"}))
    shutil.copyfile(played.folder / "scenario.yaml", part / "scenario.yaml")
    (out / "notes").mkdir()
    (out / "notes" / "manifest.json").write_text("{}")
    (out / "notes-0123abcd").mkdir()
    (out / "notes-0123abcd" / "important.txt").write_text("keep me")
    (out / ".mine-0123abcd.part").mkdir()
    (out / ".mine-0123abcd.part" / "important.txt").write_text("keep me")
    (out / "list.txt").write_text("keep me")
    return out


def names(path: Path) -> set[str]:
    return {each.name for each in path.iterdir()}


def test_runs_lists_what_is_a_run(cli, played, out):
    said = cli("runs", "--out", out, "--json")
    assert said.code == 0, said.err
    killed, whole = said.json["runs"]
    assert (whole["run"], whole["status"]) == (played.folder.name, "complete")
    assert whole["title"] == {"en": "Flagship: five ways abroad", "zh": "旗舰案例：出海五策"}
    assert whole["strategies"] == ["one_size_fits_all", "localised", "green_premium", "ai_driven", "price_war"]
    files = [path for path in played.folder.rglob("*") if path.is_file()]
    assert whole["size_bytes"] == sum(path.stat().st_size for path in files)
    assert whole["started"][:4].isdigit()
    assert (killed["run"], killed["status"]) == (".killed-0123abcd.part", "interrupted")
    text = cli("runs", "--out", out, "--lang", "zh").out
    assert "旗舰案例" in text and "已中断" in text and "notes" not in text


@pytest.mark.parametrize("command", [("runs",), ("runs", "show", ".killed-0123abcd.part")])
def test_a_title_of_a_folder_moves_no_cursor(cli, out, command):
    file = out / ".killed-0123abcd.part" / "scenario.yaml"
    trap = 'title: {en: "\\e]0;owned\\a\\e[2J\\u202Egnp", zh: ""}'
    file.write_text(re.sub(r"^title:\n(  .*\n)+", lambda _: f"{trap}\n", file.read_text(), flags=re.MULTILINE))
    said = cli(*command, "--out", out)
    assert "owned" in said.out
    assert not [sign for sign in said.out if is_control(sign) and sign != "\n"]


@pytest.mark.parametrize("odd", [{"strategies": 5}, {"strategies": [1]}, {"started": None}, {"versions": []}])
def test_a_manifest_of_another_kind_hides_no_other_run(cli, played, out, odd):
    strange = out / "strange-12345678"
    shutil.copytree(played.folder, strange)
    manifest = json.loads((strange / "manifest.json").read_text())
    (strange / "manifest.json").write_text(json.dumps(manifest | odd))
    said = cli("runs", "--out", out)
    assert said.code == 0 and played.folder.name in said.out and "strange" not in said.out
    said = cli("report", strange)
    assert said.code == 2 and f"manifest.json at {next(iter(odd))}" in said.err


def test_no_folder_is_no_runs_and_a_file_is_a_mistake(cli, tmp_path):
    said = cli("runs", "--out", tmp_path / "none", "--json")
    assert (said.code, said.json["runs"]) == (0, [])
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("")
    assert cli("runs", "--out", tmp_path / "file").code == 2


def test_show_tells_how_a_run_was_made_and_what_came_of_it(cli, played, out):
    said = cli("runs", "show", played.folder.name, "--out", out, "--json")
    assert said.code == 0, said.err
    manifest = json.loads((played.folder / "manifest.json").read_text())
    for name in ("seed", "scenario_sha256", "versions", "tables", "command"):
        assert said.json[name] == manifest[name]
    answer = {each["strategy"]: each["profit"] for each in played.said.json["strategies"]}
    assert {each["strategy"]: each["profit"] for each in said.json["outcomes"]} == pytest.approx(answer)
    text = cli("runs", "show", played.folder.name, "--out", out).out
    assert str(manifest["seed"]) in text and "price_war" in text


def test_show_of_an_interrupted_run_says_how_to_go_on(cli, out):
    said = cli("runs", "--out", out, "show", "killed-0123abcd")
    assert said.code == 0, said.err
    assert f"run --resume killed-0123abcd --out {out}" in said.out


def test_options_before_the_word_count_too(cli, played, out):
    before = cli("runs", "--out", out, "--json", "show", played.folder.name)
    after = cli("runs", "show", played.folder.name, "--out", out, "--json")
    assert before == after


def test_delete_removes_what_is_named_and_nothing_else(cli, played, out):
    kept = names(out)
    said = cli("runs", "delete", played.folder.name, "--out", out, "--yes", "--json")
    assert said.code == 0, said.err
    assert said.json["deleted"] == [str(out / played.folder.name)]
    assert names(out) == kept - {played.folder.name}
    said = cli("runs", "delete", f"{out}/.killed-0123abcd.part", "--out", out, "--yes")
    assert said.code == 0, said.err
    assert names(out) == kept - {played.folder.name, ".killed-0123abcd.part"}


@pytest.mark.parametrize(
    "name",
    ["notes", "notes-0123abcd", "mine-0123abcd", ".mine-0123abcd.part", "list.txt", "..", ".", "", "/", "../runs",
     "OUT/../RUN", "../RUN", "OUT/notes", "/etc", "nosuch-0123abcd", "linked-0123abcd", "*"],
)  # fmt: skip
def test_what_is_no_run_of_the_folder_is_never_deleted(cli, played, out, name):
    outside = out.parent / played.folder.name
    shutil.copytree(played.folder, outside)
    (out / "linked-0123abcd").symlink_to(outside, target_is_directory=True)
    before = set(out.parent.rglob("*"))
    given = name.replace("OUT", str(out)).replace("RUN", played.folder.name)
    said = cli("runs", "delete", played.folder.name, given, "--out", out, "--yes")
    assert said.code == 2, said.out
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert set(out.parent.rglob("*")) == before


def test_a_typing_error_gets_the_closest_name(cli, played, out):
    said = cli("runs", "show", played.folder.name[:-1], "--out", out)
    assert said.code == 2
    assert f"did you mean '{played.folder.name}'" in said.err


def test_nobody_to_ask_means_nothing_is_deleted(cli, played, out):
    before = names(out)
    said = cli("runs", "delete", played.folder.name, "--out", out)
    assert said.code == 2
    assert "--yes" in said.err
    assert names(out) == before


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("y\n", 0)])
def test_delete_asks_and_names_what_else_would_go(cli, played, out, monkeypatch, answer, code):
    (out / played.folder.name / "diary.txt").write_text("mine")

    class Terminal:
        def isatty(self):
            return True

        def readline(self):
            return answer

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda *_: answer.strip())
    said = cli("runs", "delete", played.folder.name, "--out", out)
    assert said.code == code, said.err
    assert "diary.txt" in said.err
    assert (out / played.folder.name).exists() == bool(code)


def test_a_run_at_work_is_not_deleted(cli, out):
    from simulator.engine.lock import Lock

    lock = Lock(out / ".killed-0123abcd.part")
    lock.take()
    try:
        assert next(run["status"] for run in cli("runs", "--out", out, "--json").json["runs"]) == "running"
        said = cli("runs", "delete", "killed-0123abcd", "--out", out, "--yes")
        assert said.code == 2
        assert (out / ".killed-0123abcd.part" / "manifest.json").exists()
    finally:
        lock.drop_file()
        lock.release()


def test_a_deletion_that_was_cut_off_is_listed_and_finished(cli, played, out):
    half = out / f".{played.folder.name}.gone"
    (out / played.folder.name).rename(half)
    (half / "manifest.json").unlink()
    assert "half deleted" in [run["status"] for run in cli("runs", "--out", out, "--json").json["runs"]]
    assert cli("runs", "delete", half.name, "--out", out, "--yes").code == 0
    assert not half.exists()


def test_a_damaged_run_is_one_message(cli, played, out):
    (out / played.folder.name / "summary.parquet").write_bytes(b"PAR1 not really")
    for command in (["runs", "show", played.folder.name, "--out", out], ["compare", played.folder, out / "x"]):
        said = cli(*command)
        assert said.code == 2, said.err
        assert len(said.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "name"), [(["rename", "RUN", "出海_2"], "出海_2"), (["duplicate", "RUN"], "flagship-copy")]
)
def test_a_run_of_another_name_replays_to_the_same_tables(cli, played, out, command, name):
    given = [word.replace("RUN", played.folder.name) for word in command]
    said = cli("runs", *given, "--out", out, "--json")
    assert said.code == 0, said.err
    digits = played.folder.name[-8:]
    assert said.json["folder"] == str(out / f"{name}-{digits}")
    assert (out / played.folder.name).exists() == (command[0] == "duplicate")
    assert f"{name}-{digits}" in cli("runs", "--out", out).out
    again = cli("replay", f"{name}-{digits}", "--out", out, "--json")
    assert again.code == 0, again.err
    assert (again.json["same"], again.json["altered"]) == (True, [])


@pytest.mark.parametrize("name", ["../up", "a b", "", "/etc"])
def test_a_name_that_is_not_allowed_changes_nothing(cli, played, out, name):
    before = set(out.parent.rglob("*"))
    said = cli("runs", "rename", played.folder.name, name, "--out", out)
    assert said.code == 2
    assert "allowed: 1 to 60 letters" in said.err
    assert set(out.parent.rglob("*")) == before


def test_the_trash_takes_runs_unasked_and_gives_them_back(cli, played, out):
    before = set(out.rglob("*"))
    both = (played.folder.name, ".killed-0123abcd.part")
    said = cli("runs", "delete", *both, "--trash", "--out", out)
    assert said.code == 0, said.err
    assert f"runs restore {played.folder.name} --out {out}" in said.out
    assert cli("runs", "--out", out, "--json").json["runs"] == []
    listed = cli("runs", "trash", "--out", out, "--json").json["trash"]
    assert [each["run"] for each in listed] == [both[1], both[0]]
    assert listed[1]["title"]["en"] == "Flagship: five ways abroad"
    assert "旗舰案例" in cli("runs", "trash", "--out", out, "--lang", "zh").out
    for name in (both[0], "killed-0123abcd"):
        said = cli("runs", "restore", name, "--out", out)
        assert said.code == 0, said.err
    assert set(out.rglob("*")) == before
    assert cli("runs", "restore", both[0], "--out", out).code == 2


def test_the_trash_is_emptied_after_a_question(cli, played, out):
    cli("runs", "delete", played.folder.name, "--trash", "--out", out)
    said = cli("runs", "trash", "--empty", "--out", out)
    assert said.code == 2
    assert "--yes" in said.err
    assert cli("runs", "trash", "--older-than", "3", "--out", out).code == 2
    said = cli("runs", "trash", "--empty", "--older-than", "3", "--out", out)
    assert (said.code, said.out) == (0, "Deleted for good: 0\n"), said.err
    assert cli("runs", "trash", "--empty", "--older-than", "3", "--yes", "--out", out, "--json").json["deleted"] == []
    (gone,) = cli("runs", "trash", "--empty", "--yes", "--out", out, "--json").json["deleted"]
    assert gone.endswith(played.folder.name)
    assert not (out / ".trash").exists()
    assert "Nothing is in the trash" in cli("runs", "trash", "--out", out).out
