"""From the tables of a run to those of a workbook: pure functions of frames, with plain English column names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator import facts
from simulator.experiments.compare import leaves
from simulator.outcomes import ALL, NO_ENTRY
from simulator.report.tables import STEPS
from simulator.views import ENTRANT

if TYPE_CHECKING:
    from simulator.engine import Results
    from simulator.scenario import Scenario

MOST_ROWS = 60_000
"""Rows of the weekly sheet; longer runs show blocks of weeks."""

FLOWS = ("units", "revenue_usd", "stockout_units", "ad_usd", "profit_usd")
"""Weekly figures that add up over weeks; of the others a block shows the last week."""

STATES = ("price_usd", "market_share", "awareness_share", "visibility_share", "rating", "stock_units", "cash_usd")


def summary(results: Results) -> pd.DataFrame:
    """Return the mean of every outcome over futures, by strategy and market."""
    names = [name for name in results.summary.columns if name not in ("strategy", "market", "replication")]
    numbers = results.summary.astype(dict.fromkeys(names, "float64"))
    grouped = numbers.groupby(["strategy", "market"], sort=False, observed=True)
    table: pd.DataFrame = grouped[names].mean().reset_index()
    profit = numbers["profit_usd"]
    loss = (profit < 0).astype("float64").groupby([numbers["strategy"], numbers["market"]], sort=False, observed=True)
    table.insert(2, "futures", grouped.size().to_numpy())
    table.insert(3, "p_loss", loss.mean().to_numpy())
    return table


def funnel(results: Results) -> pd.DataFrame:
    """Return needs by where they ended, mean over futures: a row per strategy and market, a column per stage."""
    futures = results.funnel.groupby("strategy", observed=True)["replication"].nunique()
    table = results.funnel.groupby(["strategy", "market", "stage"], observed=True, sort=False)["needs"].sum()
    wide = table.unstack("stage").astype("float64")
    wide = wide.div(futures.reindex(wide.index.get_level_values("strategy")).to_numpy(), axis=0)
    found: pd.DataFrame = wide.reset_index()
    found["strategy"], found["market"] = found["strategy"].astype(str), found["market"].astype(str)
    return found.rename_axis(columns=None)


def weekly(results: Results) -> pd.DataFrame:
    """Return the entrant's weeks, mean over futures, with the 80 % range of its cash; blocks of weeks in long runs."""
    own = results.weekly[(results.weekly["seller"] == ENTRANT) & (results.weekly["strategy"] != NO_ENTRY)]
    own = own.assign(**{name: own[name].astype(str) for name in ("strategy", "market")})
    numbers = own.astype(dict.fromkeys([*FLOWS, *STATES], "float64"))
    keys = ["strategy", "market", "week", "date"]
    grouped = numbers.groupby(keys, sort=False)
    table: pd.DataFrame = grouped[[*FLOWS, *STATES]].mean().reset_index()
    cash = grouped["cash_usd"].quantile(np.array([0.1, 0.9])).unstack()
    table["cash_usd_p10"], table["cash_usd_p90"] = cash[0.1].to_numpy(), cash[0.9].to_numpy()
    block = -(-len(table) // MOST_ROWS)
    if block > 1:
        states = [*STATES, "cash_usd_p10", "cash_usd_p90"]
        how = dict.fromkeys(("week", "date"), "first") | dict.fromkeys(FLOWS, "sum") | dict.fromkeys(states, "last")
        groups = [table["strategy"], table["market"], table["week"] // block]
        table = table.groupby(groups, sort=False).agg(how).reset_index(level=[0, 1]).reset_index(drop=True)
    table["date"] = table["date"].dt.date
    return table


def ledger(results: Results) -> pd.DataFrame:
    """Return the income statement, mean over futures, USD: a row per strategy and account, a column per market."""
    own = results.summary[results.summary["market"] == ALL]
    futures = own.groupby("strategy", observed=True, sort=False).size()
    books = results.ledger.assign(
        **{name: results.ledger[name].astype(str) for name in ("strategy", "market", "account")}
    )
    totals = books.groupby(["strategy", "account", "market"])["amount_cents"].sum()
    places = list(dict.fromkeys([*results.scenario.markets, *books["market"]]))
    rows = []
    for strategy in futures.index:
        profit = dict.fromkeys(places, 0.0)
        for step, accounts in STEPS.items():
            for account in accounts:
                usd = {
                    place: -float(totals.get((strategy, account, place), 0)) / 100.0 / futures[strategy]
                    for place in places
                }
                profit = {place: profit[place] + usd[place] for place in places}
                if any(usd.values()):
                    rows.append(_line(strategy, step, account, usd))
        rows.append(_line(strategy, "profit", "", profit))
    return pd.DataFrame(rows, columns=["strategy", "step", "account", *places, ALL])


def _line(strategy: str, step: str, account: str, usd: Mapping[str, float]) -> dict[str, Any]:
    return {"strategy": strategy, "step": step, "account": account, **usd, ALL: sum(usd.values())}


def inputs(scenario: Scenario) -> pd.DataFrame:
    """Return every value of the resolved scenario by dotted path."""
    rows = [{"path": path, "value": value} for path, value in leaves(scenario.document(), "")]
    return pd.DataFrame(rows, columns=["path", "value"], dtype=object)


def used_facts(scenario: Scenario) -> pd.DataFrame:
    """Return every figure that the scenario starts from, with its source, and what the scenario puts in its place."""
    places: list[tuple[facts.Kind, str, str, Mapping[str, Any]]] = []
    key = scenario.category.get("key")
    if key in facts.available("categories"):
        places.append(("categories", str(key), "category", scenario.category))
    places.append(("behaviour", "behaviour", "behaviour", scenario.behaviour))
    places += [("markets", code, f"markets.{code}", scenario.markets[code]) for code in scenario.markets]
    places += [("regulations", code, f"regulations.{code}", {}) for code in scenario.markets]
    places.append(("network", "network", "network", {}))
    rows = []
    for kind, name, prefix, own in places:
        replaced = dict(leaves(own, ""))
        for path, fact in facts.load(kind, name).leaves.items():
            over = {sub: value for sub, value in replaced.items() if sub == path or sub.startswith(f"{path}.")}
            rows.append(
                {
                    "path": f"{prefix}.{path}",
                    "value": fact.value,
                    "low": fact.low,
                    "high": fact.high,
                    "unit": fact.unit,
                    "year": fact.year,
                    "confidence": fact.confidence,
                    "source": fact.source,
                    "replaced": next(iter(over.values())) if set(over) == {path} else over or None,
                }
            )
    return pd.DataFrame(rows, dtype=object)
