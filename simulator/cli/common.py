"""What the commands share: options, JSON, tables on a terminal, progress."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from simulator.errors import SimulatorError, UsageError
from simulator.texts import Lang, tr, visible
from simulator.texts.numbers import width

if TYPE_CHECKING:
    import pandas as pd

    from simulator.engine import Progress, Results


class Language(StrEnum):
    """Languages of texts."""

    en = "en"
    zh = "zh"


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).", show_default=False)]
ScenarioOrResume = Annotated[
    Path | None, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).", show_default=False)
]
Run = Annotated[
    str, typer.Argument(metavar="RUN", help="A run folder, or the name of a run in runs/.", show_default=False)
]
RUNS = Path("runs")
"""Where run folders are unless --out says otherwise."""

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where run folders go.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Replaces the scenario's seed.")]
Replications = Annotated[int | None, typer.Option("--replications", help="Number of futures.")]
Consumers = Annotated[int | None, typer.Option("--consumers", help="Simulated consumers per market.")]
Weeks = Annotated[int | None, typer.Option("--weeks", help="Length of the run.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Sets a value; may be repeated.", show_default=False),
]
Orders = Annotated[int, typer.Option("--orders", metavar="N", help="Write down every need of N shoppers a market.")]
Workers = Annotated[str, typer.Option("--workers", metavar="N|auto", help="Threads; changes no result.")]
Engine = Annotated[str, typer.Option("--engine", metavar="local", help="Where the run is played.")]
LangOption = Annotated[Language, typer.Option("--lang", help="Language of texts and the report.")]
Resume = Annotated[
    str | None,
    typer.Option(
        "--resume", metavar="NAME-HASH8", help="Goes on with an interrupted run of --out.", show_default=False
    ),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="CONDITION",
        help="Exit code 5 where '[strategy.][market:]outcome OP number' holds for the mean; may be repeated.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def lang_of(choice: Language) -> Lang:
    """Return the catalogue's code of a language."""
    return choice.value


def threads(text: str) -> int | Literal["auto"]:
    """Read ``--workers``."""
    if text == "auto":
        return "auto"
    if not text.isascii() or not text.isdigit():
        raise UsageError(f"--workers: read {text!r}; allowed: auto, or a number from 1 to 1024")
    return int(text)


def check_engine(name: str) -> None:
    """Refuse engines that do not exist (yet)."""
    if name == "ray":
        raise UsageError("--engine ray: not available yet; allowed: local")
    if name != "local":
        raise UsageError(f"--engine: read {name!r}; allowed: local")


def run_folder(run: str, out: Path = RUNS) -> Path:
    """Return the folder of a run, given itself or by its name in `out`."""
    from simulator.engine.saved import find_saved

    if Path(run).is_dir():
        return Path(run)
    if Path(run).name != run:
        raise UsageError(f"{run}: there is no such run folder")
    return find_saved(run, out).folder


def saved_results(run: str, out: Path = RUNS) -> Results:
    """Return a finished run by its folder, or by its name in `out`; UsageError where it cannot be read."""
    from simulator.engine import Results

    folder = run_folder(run, out)
    try:
        return Results.load(folder)
    except SimulatorError:
        raise
    except Exception as error:  # a file may be damaged in any way
        raise UsageError(f"{folder} cannot be read: {type(error).__name__}: {error}") from error


# -------------------------------------------------------------------------------------------------- output
def print_json(content: Any) -> None:
    """Print JSON to stdout; undefined numbers are null."""
    typer.echo(json.dumps(_finite(content), indent=2, ensure_ascii=False, default=str))


def _finite(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _finite(child) for key, child in node.items()}
    if isinstance(node, list | tuple):
        return [_finite(child) for child in node]
    if hasattr(node, "item"):
        node = node.item()
    return None if isinstance(node, float) and not math.isfinite(node) else node


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Return an aligned table; the first `left` columns to the left, the others to the right.

    A run folder may come from anybody: no cell moves the cursor of a terminal.
    """
    lines = [list(heads), *(list(map(visible, row)) for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(_padded(cell, widths[i], i < left) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def fitting(text: str) -> str:
    """Return the lines cut to the width of a terminal; whole where the output goes elsewhere."""
    if not sys.stdout.isatty():
        return text
    return "\n".join(_cut(line, shutil.get_terminal_size().columns) for line in text.splitlines())


def _cut(line: str, cells: int) -> str:
    if width(line) <= cells:
        return line
    ends = accumulate(map(width, line))
    return line[: sum(end < cells for end in ends)] + "…"


COLUMNS = 100
"""Cells of a line of running text at most."""


def wrapped(text: str, first: str = "") -> str:
    """Return running text in lines that fit a terminal; `first` stands before the first, blanks before the others."""
    from rich.console import Console
    from rich.text import Text

    indent = width(first)
    room = min(shutil.get_terminal_size().columns, COLUMNS) if sys.stdout.isatty() else COLUMNS
    lines = Text(text).wrap(Console(width=room), room - indent)
    return "\n".join((" " * indent if n else first) + line.plain.rstrip() for n, line in enumerate(lines))


def strategy_lines(by_strategy: pd.DataFrame, lang: Lang) -> str:
    """Return the strategies of a run (`report.tables.strategies`) as a table."""
    from simulator.report import readable

    words = readable.strategies(by_strategy, lang)
    return table(list(words.columns), words.to_numpy().tolist())


def _padded(text: str, cells: int, left: bool) -> str:
    room = " " * (cells - width(text))
    return text + room if left else room + text


# ------------------------------------------------------------------------------------------------ progress
class Bar:
    """A line on a terminal's stderr that says how far a run is; elsewhere nothing."""

    LENGTH = 30

    def __init__(self, lang: Lang, quiet: bool) -> None:
        self.lang = lang
        self.shown = not quiet and sys.stderr.isatty()
        self._drawn = False

    def __call__(self, progress: Progress) -> None:
        """Draw the state of a run."""
        if not self.shown:
            return
        filled = self.LENGTH * progress.done // max(progress.total, 1)
        rest = progress.remaining_seconds
        left = "" if rest is None else f"  {clock(progress.seconds)} + {clock(rest)}"
        text = tr("run.progress", self.lang, done=progress.done, total=progress.total)
        sys.stderr.write(f"\r\x1b[K{'█' * filled}{'░' * (self.LENGTH - filled)} {text}{left}")
        sys.stderr.flush()
        self._drawn = True

    def close(self) -> None:
        """Clear the line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def clock(seconds: float) -> str:
    """Return a duration: ``42 s``, ``3:05``."""
    return f"{seconds:.0f} s" if seconds < 99.5 else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


# -------------------------------------------------------------------------------------------------- files
def write_file(path: Path, content: bytes, replace: bool = True) -> None:
    """Write a whole file or none; UsageError where the disk refuses, or a file is there that must stay."""
    if not path.name:
        raise UsageError("read no file name; name the file to write")
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_bytes(content)
        if replace:
            partial.replace(path)
        else:
            _rename_new(partial, path)
    except FileExistsError:
        raise UsageError(f"{path} exists already") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _rename_new(partial: Path, path: Path) -> None:
    """Give a file its name unless something has it; of two processes that try, one does."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        with path.open("xb") as file:
            file.write(partial.read_bytes())


def tell(text: str, quiet: bool = False) -> None:
    """Say something on stderr."""
    if quiet:
        return
    try:
        typer.echo(text, err=True)
    except BrokenPipeError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Let a stream go nowhere from now on: its reader left (`| head`), and nobody is there to be told."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
