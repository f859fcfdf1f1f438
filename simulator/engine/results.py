"""The answer of a run: its tables, what made them, and how to keep them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.comparison import compare
from simulator.engine import content, store
from simulator.engine.manifest import STOPPED
from simulator.errors import UsageError
from simulator.sources import COLUMNS as SOURCE_COLUMNS

if TYPE_CHECKING:
    from simulator.scenario import Scenario

FAILURE_COLUMNS = ("strategy", "replication", "stage", "message")

Finisher = Callable[["Results", Path], None]
"""Writes what belongs into a run folder beside the tables (the report)."""


@dataclass(frozen=True, eq=False)
class Results:
    """Tables of one run; every frame has the columns of its file in the run folder."""

    scenario: Scenario
    name: str
    summary: pd.DataFrame
    weekly: pd.DataFrame
    funnel: pd.DataFrame
    ledger: pd.DataFrame
    failures: pd.DataFrame
    sources: pd.DataFrame
    """Where the units of each strategy come from, against the world without it and against the baseline."""
    manifest: Mapping[str, Any]
    folder: Path | None = None
    """Where the run was loaded from or saved to."""
    finisher: Finisher | None = None
    orders: pd.DataFrame | None = None
    """Every need of some shoppers, where it was asked for."""

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Every strategy against the baseline, paired by future."""
        return compare(self.summary, self.baseline)

    @property
    def baseline(self) -> str:
        """Return the scenario's baseline; where all its futures failed, the first strategy that has any."""
        played = list(dict.fromkeys(self.summary["strategy"]))
        return self.scenario.baseline if self.scenario.baseline in played else played[0]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        orders = {} if self.orders is None else {store.ORDERS: self.orders}
        return {
            "summary": self.summary,
            "weekly": self.weekly,
            "funnel": self.funnel,
            "ledger": self.ledger,
            **orders,
            "comparison": self.comparison,
            store.SOURCES: self.sources,
            "failures": self.failures,
        }

    def digests(self) -> dict[str, dict[str, Any]]:
        """Return rows and content hash of every table that a run folder holds."""
        return {
            name: {"rows": len(table), "sha256": content.digest(table)}
            for name, table in self.tables.items()
            if name != "failures" or len(table)
        }

    def save(self, out: str | Path = "runs") -> Path:
        """Write the run folder ``<out>/<name>-<hash8>`` and return its path.

        UsageError for the results of a stopped run: a run folder is whole, and its place may be that of the units
        from which the run can be resumed.
        """
        if self.manifest.get("status") == STOPPED:
            raise UsageError(f"{self.name} was stopped, and only whole runs are saved; resume it, or run it again")
        part = store.Part(Path(out), self.name)
        with part.at_work(self.manifest):
            return self.publish(part)

    def publish(self, part: store.Part) -> Path:
        """Write everything into a hidden folder at work and rename it into place."""
        part.write_tables(self.tables, self.scenario.to_yaml())
        if self.finisher is not None:
            with part.writing():
                self.finisher(self, part.folder)
        elif self.folder is not None and (self.folder / "report.html").exists():
            with part.writing():
                shutil.copyfile(self.folder / "report.html", part.folder / "report.html")
        # Last: a manifest that names the tables says that all is there.
        part.write_manifest({**self.manifest, "tables": self.digests()})
        return part.publish()

    @classmethod
    def load(cls, folder: str | Path) -> Results:
        """Read a run folder."""
        from simulator.scenario import load_scenario

        path = Path(folder)
        manifest = store.read_manifest(path)
        tables = store.read_tables(path)
        failures = tables.get("failures", pd.DataFrame(columns=list(FAILURE_COLUMNS)))
        return cls(
            scenario=load_scenario(path / "scenario.yaml"),
            name=manifest["name"],
            summary=tables["summary"],
            weekly=tables["weekly"],
            funnel=tables["funnel"],
            ledger=tables["ledger"],
            orders=tables.get(store.ORDERS),
            failures=failures,
            sources=tables.get(store.SOURCES, pd.DataFrame(columns=list(SOURCE_COLUMNS))),
            manifest=manifest,
            folder=path,
        )
