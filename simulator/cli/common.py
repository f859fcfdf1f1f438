"""What the commands share: options, JSON, tables on a terminal, progress."""

from __future__ import annotations

import json
import math
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO

import typer

from simulator.errors import UsageError
from simulator.texts import Lang, tr

if TYPE_CHECKING:
    from simulator.engine import Progress


class Language(StrEnum):
    """Languages of texts."""

    en = "en"
    zh = "zh"


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).", show_default=False)]
ScenarioOrResume = Annotated[
    Path | None, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).", show_default=False)
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where run folders go.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Replaces the scenario's seed.")]
Replications = Annotated[int | None, typer.Option("--replications", help="Number of futures.")]
Consumers = Annotated[int | None, typer.Option("--consumers", help="Simulated consumers per market.")]
Weeks = Annotated[int | None, typer.Option("--weeks", help="Length of the run.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Sets a value; may be repeated.", show_default=False),
]
Workers = Annotated[str, typer.Option("--workers", metavar="N|auto", help="Threads; changes no result.")]
Engine = Annotated[str, typer.Option("--engine", metavar="local", help="Where the run is played.")]
LangOption = Annotated[Language, typer.Option("--lang", help="Language of texts and the report.")]
Resume = Annotated[
    str | None,
    typer.Option(
        "--resume", metavar="NAME-HASH8", help="Goes on with an interrupted run of --out.", show_default=False
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
    """Return an aligned table; the first `left` columns to the left, the others to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(_padded(cell, widths[i], i < left) for i, cell in enumerate(line)).rstrip() for line in lines
    )


def width(text: str) -> int:
    """Return the cells that a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


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
