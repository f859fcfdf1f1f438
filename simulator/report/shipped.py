"""Answers that ship with the product: every example as it stands, played in full, so that an app opens with it.

Made by ``make shipped``. A file says which scenario and which numbers it holds, and is not used for any other.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simulator.facts import data_version
from simulator.report.answer import Answer
from simulator.scenario import NUMBERS_VERSION

if TYPE_CHECKING:
    from simulator.engine import Results
    from simulator.scenario import Scenario

FOLDER = Path(__file__).with_name("answers")
LABEL = "label.json"
TABLES = tuple(field.name for field in fields(Answer) if field.name != "strategy")
NEW_YEAR = (1980, 1, 1, 0, 0, 0)
"""Of every entry: the same answers are the same bytes."""


def save(results: Results, swings: Mapping[str, pd.DataFrame], folder: Path = FOLDER) -> Path:
    """Write the answers of a run of an example; returns the file.

    `swings` are what matters most to some of its strategies (`simulator.experiments.sensitivity.tornado`), in futures
    of a draft.
    """
    answers = [Answer.of_results(results, name) for name in results.scenario.strategies]
    label = {
        "scenario_sha256": results.scenario.digest(),
        "numbers": NUMBERS_VERSION,
        "data": data_version(),
        "replications": results.scenario.replications,
        "consumers": results.scenario.consumers,
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{results.scenario.name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(LABEL, NEW_YEAR), json.dumps(label, indent=1) + "\n")
        for name in TABLES:
            table = pd.concat([getattr(answer, name) for answer in answers], ignore_index=True)
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet", NEW_YEAR), _parquet(table))
        for strategy, table in swings.items():
            archive.writestr(zipfile.ZipInfo(f"swings/{strategy}.parquet", NEW_YEAR), _parquet(table))
    return path


def label(example: str, folder: Path = FOLDER) -> dict[str, object] | None:
    """Return what the file of an example says of itself; None where there is none."""
    path = folder / f"{example}.zip"
    if not path.is_file():
        return None
    with zipfile.ZipFile(path) as archive:
        found: dict[str, object] = json.loads(archive.read(LABEL))
    return found


def load(scenario: Scenario, folder: Path = FOLDER) -> Mapping[str, Answer] | None:
    """Return strategy -> answer for an example exactly as it ships; None for every other scenario."""
    if not _is_of(scenario, folder):
        return None
    with zipfile.ZipFile(folder / f"{scenario.name}.zip") as archive:
        whole = {name: pd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet"))) for name in TABLES}
    return {
        strategy: Answer(
            strategy,
            **{name: table[table["strategy"] == strategy].reset_index(drop=True) for name, table in whole.items()},
        )
        for strategy in scenario.strategies
    }


def swings(scenario: Scenario, strategy: str, folder: Path = FOLDER) -> pd.DataFrame | None:
    """Return what matters most to a strategy of an example exactly as it ships; None where that did not ship."""
    if not _is_of(scenario, folder):
        return None
    with zipfile.ZipFile(folder / f"{scenario.name}.zip") as archive:
        name = f"swings/{strategy}.parquet"
        return pd.read_parquet(io.BytesIO(archive.read(name))) if name in archive.namelist() else None


def _is_of(scenario: Scenario, folder: Path) -> bool:
    """Say whether what ships under the name of a scenario was made of it."""
    said = label(scenario.name, folder)
    return said is not None and (said["scenario_sha256"], said["data"]) == (scenario.digest(), data_version())


def _parquet(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    table.to_parquet(content, engine="pyarrow", compression="zstd", index=False)
    return content.getvalue()
