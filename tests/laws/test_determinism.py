"""Same question, same bits: on any number of threads, in any batches and order, on any processor."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator import draws, engine
from simulator.engine import content
from simulator.engine.results import Results
from simulator.scenario.uncertainty import LogNormal, LogUniform, Normal, Pert, Triangular, quantile
from tests.laws.worlds import STRATEGIES, scenario

ROOT = Path(__file__).resolve().parents[2]
FUTURES = 8
OTHER_BLOCK = 192
"""Consumers that the kernel takes at a time in the foreign run; a multiple of its lanes."""


def question(**changed):
    """Return the scenario that all runs of this file play."""
    return scenario(replications=FUTURES, weeks=40, consumers=600, **changed)


def uncertain_numbers() -> str:
    """Return a hash over many draws of every distribution that rests on special functions."""
    laws = {
        "lognormal": LogNormal(dist="lognormal", median=0.05, sigma=0.35, low=0.03, high=0.08),
        "normal": Normal(dist="normal", mean=-2.62, sd=0.5, low=-4.0, high=-1.3),
        "loguniform": LogUniform(dist="loguniform", low=0.3, high=50.0),
        "pert": Pert(dist="pert", low=0.1, mode=0.3, high=0.9),
        "triangular": Triangular(dist="triangular", low=0.15, mode=0.35, high=0.6),
    }
    keys = {name: draws.key(1, 0, 1, 0, 0, draws.name_id(name)) for name in laws}
    values = [quantile(law, draws.unit(keys[name], row)) for name, law in laws.items() for row in range(4000)]
    return hashlib.sha256(np.array(values).tobytes()).hexdigest()


def digests(results: Results) -> dict[str, str]:
    """Return the content hash of every table."""
    assert not len(results.failures), results.failures
    return {name: table["sha256"] for name, table in results.digests().items()}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Start a run with another block size and without the processor's newer instructions; it compiles anew."""
    return start_foreign(tmp_path_factory.mktemp("cache"), OTHER_BLOCK, plain_processor=True)


@pytest.fixture(scope="module")
def reference(foreign) -> Results:
    """Play the question; the foreign run works meanwhile."""
    return engine.run(question(), workers=1, batch=FUTURES)


@pytest.mark.parametrize(("workers", "batch"), [(2, 8), (1, 3), (2, 3), (2, 1)])
def test_threads_and_batches_change_nothing(reference, workers: int, batch: int) -> None:
    assert digests(engine.run(question(), workers=workers, batch=batch)) == digests(reference)


def test_futures_do_not_depend_on_how_many_there_are(reference) -> None:
    few = engine.run(question(), 3, workers=1)
    for name in ("summary", "weekly", "funnel", "ledger"):
        table = getattr(reference, name)
        kept = table[table["replication"] < 3].reset_index(drop=True)
        assert content.digest(kept) == content.digest(getattr(few, name)), name


def test_the_order_of_strategies_changes_nothing(reference) -> None:
    names = list(STRATEGIES)[::-1]
    turned = engine.run(question(strategies={name: STRATEGIES[name] for name in names}, baseline=names[-1]))
    for name in ("summary", "weekly", "funnel", "ledger"):
        for strategy in (*names, "no_entry"):
            assert of(reference, name, strategy).equals(of(turned, name, strategy)), (name, strategy)
    key = ["strategy", "market", "outcome"]
    one, other = (each.comparison.astype(dict.fromkeys(key, str)).sort_values(key) for each in (reference, turned))
    assert content.digest(one) == content.digest(other)


def test_a_strategy_alone_plays_as_among_others(reference) -> None:
    alone = engine.run(question(strategies={"mixed": STRATEGIES["mixed"]}), workers=2)
    for name in ("summary", "weekly", "funnel", "ledger"):
        assert of(reference, name, "mixed").equals(of(alone, name, "mixed")), name


def test_a_copy_differs_by_nothing() -> None:
    strategies = {name: STRATEGIES[name] for name in ("stock", "parcels")}
    twins = {f"{name}_twin": {"extends": name} for name in strategies}
    results = engine.run(question(strategies=strategies | twins), 3, workers=2)
    for name in ("summary", "weekly", "funnel", "ledger"):
        for strategy in strategies:
            one, other = of(results, name, strategy), of(results, name, f"{strategy}_twin")
            assert len(one) and one.equals(other), (name, strategy)
    comparison = results.comparison
    twin = comparison[comparison["strategy"] == "stock_twin"]
    assert len(twin) and (twin["difference"].dropna() == 0.0).all()


def test_another_processor_and_block_size_change_nothing(reference, foreign, tmp_path_factory) -> None:
    there, here = finish_foreign(foreign), digests(reference)
    assert there["block"] == OTHER_BLOCK and not there["vector_features"], "the foreign run is not foreign"
    assert there["uncertain_numbers"] == uncertain_numbers()
    if there["tables"] != here:  # say which of the two it was
        block = finish_foreign(start_foreign(tmp_path_factory.mktemp("block"), OTHER_BLOCK, plain_processor=False))
        processor = finish_foreign(start_foreign(tmp_path_factory.mktemp("processor"), None, plain_processor=True))
        parts = {"block size": block["tables"], "processor": processor["tables"]}
        differing = {part: [t for t in here if tables[t] != here[t]] for part, tables in parts.items()}
        pytest.fail(f"tables that differ: {differing}")


def of(results: Results, table: str, strategy: str) -> pd.DataFrame:
    """Return the rows of a strategy without its name, labels as text."""
    frame = getattr(results, table)
    rows = frame[frame["strategy"] == strategy].drop(columns="strategy").reset_index(drop=True)
    return rows.astype({name: str for name in ("market", "seller", "stage", "segment", "account") if name in rows})


# ------------------------------------------------------------------------------------------- another machine
SCRIPT = """
import json, sys
block = json.loads(sys.argv[1])
from simulator.consumers import stages
if block is not None:
    stages.BLOCK = block  # before anything that reads it is compiled
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from simulator import engine
from simulator.consumers import kernels
from tests.laws import test_determinism
results = engine.run(test_determinism.question(), workers=1, batch=test_determinism.FUTURES)
print(json.dumps({
    "block": kernels.BLOCK,
    "vector_features": [name for name in __cpu_dispatch__ if __cpu_features__[name]],
    "uncertain_numbers": test_determinism.uncertain_numbers(),
    "tables": test_determinism.digests(results),
}))
"""


def start_foreign(cache: Path, block: int | None, plain_processor: bool) -> subprocess.Popen[str]:
    """Start the question in a process of its own, compiled anew."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    if plain_processor:
        environment |= {
            "NUMBA_CPU_NAME": "generic",
            "NUMBA_CPU_FEATURES": "",
            "NPY_DISABLE_CPU_FEATURES": " ".join(dispatched()),
            # the C library's exp, log and power have fused variants of their own
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-FMA,-FMA4",
        }
    command = [sys.executable, "-c", SCRIPT, json.dumps(block)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish_foreign(process: subprocess.Popen[str]) -> dict:
    """Return what a foreign run found."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def dispatched() -> list[str]:
    """Return the instruction sets that numpy would use here beyond its baseline."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    return [name for name in __cpu_dispatch__ if __cpu_features__[name]]
