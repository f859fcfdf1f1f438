"""``validate`` and ``schema``: what a scenario may say."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.common import (
    Consumers,
    Json,
    LangOption,
    Language,
    Replications,
    ScenarioFile,
    Seed,
    Settings,
    Weeks,
    lang_of,
    print_json,
    table,
    tell,
)
from simulator.errors import UsageError
from simulator.texts import tr


def validate(
    scenario: ScenarioFile,
    seed: Seed = None,
    replications: Replications = None,
    consumers: Consumers = None,
    weeks: Weeks = None,
    settings: Settings = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Check a scenario, all mistakes at once, without playing it."""
    from simulator.errors import ScenarioError
    from simulator.scenario import load_scenario

    try:
        loaded = load_scenario(
            scenario, settings or (), seed=seed, replications=replications, consumers=consumers, weeks=weeks
        )
    except ScenarioError as error:
        if not as_json:
            raise
        print_json({"valid": False, "problems": [asdict(problem) for problem in error.problems]})
        raise typer.Exit(error.exit_code) from None
    numbers = {
        "strategies": len(loaded.strategies),
        "markets": len(loaded.markets),
        "weeks": loaded.weeks,
        "replications": loaded.replications,
        "consumers": loaded.consumers,
    }
    if as_json:
        print_json({"valid": True, "scenario_sha256": loaded.digest(), "notes": list(loaded.notes), **numbers})
        return
    for note in loaded.notes:
        tell(note)
    typer.echo(tr("validate.valid", lang_of(lang), file=scenario, **numbers))


def schema(
    scenario: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SCENARIO]", help="With --paths: whose paths; default: the flagship's.", show_default=False
        ),
    ] = None,
    paths: Annotated[bool, typer.Option("--paths", help="List the paths that --set and uncertainties take.")] = False,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Print the JSON Schema of scenario files, or the settable paths."""  # fmt: skip
    if scenario is not None and not paths:
        raise UsageError(f"the schema is the same for all scenarios; leave {scenario} out, or ask for its --paths")
    if not paths:
        from simulator.scenario.schema import json_schema

        print_json(json_schema())
        return
    from simulator.examples import examples_dir
    from simulator.scenario import load_scenario

    found = load_scenario(scenario or examples_dir() / "flagship.yaml").settable_paths()
    if as_json:
        print_json(found)
    else:
        heads = [tr(f"schema.{name}", lang_of(lang)) for name in ("path", "allowed")]
        typer.echo(table(heads, found.items(), left=2))
