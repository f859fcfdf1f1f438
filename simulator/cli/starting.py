"""``new``: a commented scenario to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.common import Json, LangOption, Language, lang_of, print_json, write_file
from simulator.errors import UsageError
from simulator.examples import USUAL_MARKETS
from simulator.texts import tr


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the scenario and its file.", show_default=False)],
    category: Annotated[str, typer.Option("--category", help="What is sold; `categories` lists them.")] = (
        "sports_earbuds"
    ),
    markets: Annotated[
        str, typer.Option("--markets", metavar="CODES", help="With commas between; `markets` lists them.")
    ] = ",".join(USUAL_MARKETS),
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the file goes.")] = Path("."),
    force: Annotated[bool, typer.Option("--force", help="Replace a file of that name.")] = False,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Write NAME.yaml: a scenario to start from, every line explained."""
    language = lang_of(lang)
    path = out / f"{checked_name(name)}.yaml"
    codes = _codes(markets)
    _check(category, codes)
    if not out.is_dir():
        raise UsageError(f"{out} is no folder; make it first, or choose another with --out")
    if path.exists() and (not force or not path.is_file()):
        raise UsageError(tr("new.exists", language, path=path))
    from simulator.scenario.loading import parse_scenario
    from simulator.starter import Answers, scenario_text

    text = scenario_text(Answers(category=category, markets=codes), language, name)
    parse_scenario(text, str(path))  # what is written can be played
    write_file(path, text.encode(), replace=force)
    if as_json:
        print_json({"scenario": str(path), "category": category, "markets": list(codes)})
    else:
        typer.echo(tr("new.written", language, path=path))


def checked_name(name: str) -> str:
    """Return a name for a scenario; UsageError with a valid one that is near."""
    from simulator.scenario.names import NAME

    if re.fullmatch(NAME.strip("^$"), name):
        return name
    near = re.sub(r"[^a-z0-9]+", "_", name.removesuffix(".yaml").lower()).strip("_")[:40]
    near = near if re.fullmatch(NAME.strip("^$"), near) else "my_scenario"
    raise UsageError(
        f"NAME: read {name!r}; allowed: a small letter, then up to 39 small letters, digits or _ ; how about {near}?"
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code.strip().upper() for code in text.split(",") if code.strip()))


def _check(category: str, markets: tuple[str, ...]) -> None:
    from simulator import facts
    from simulator.scenario.names import allowed

    if category not in facts.available("categories"):
        raise UsageError(f"--category: read {category!r}; {allowed(category, facts.available('categories'))}")
    known = facts.available("markets")
    if not markets:
        raise UsageError(f"--markets: read no code; allowed: {', '.join(known)}")
    for code in markets:
        if code not in known:
            raise UsageError(f"--markets: read {code!r}; {allowed(code, known)}")
