"""Tables of numbers as tables of text, in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from simulator.outcomes import ALL
from simulator.texts import Lang, tr
from simulator.texts.numbers import NOTHING, change, figure, money, share

STRATEGIES = ("strategy", "profit", "interval", "loss", "best", "payback")


def strategies(by_strategy: pd.DataFrame, lang: Lang, titles: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the strategies of a run (`tables.strategies`), by their titles where these are given."""
    rows: list[list[str]] = []
    for row in by_strategy.to_dict("records"):
        one = row["low"] != row["low"]  # nan: a single future has no interval
        name = str(row["strategy"])
        rows.append(
            [
                titles[name] if titles else name,
                money(row["profit"], lang),
                NOTHING if one else f"{money(row['low'], lang)} … {money(row['high'], lang)}",
                share(row["p_loss"]),
                share(row["p_best"]),
                _payback(row["payback_week"], row["payback_share"], lang),
            ]
        )
    return pd.DataFrame(rows, columns=[tr(f"run.table.{name}", lang) for name in STRATEGIES])


def _payback(week: float, part: float, lang: Lang) -> str:
    """Return the week, with the share of futures where not all pay back."""
    if part in (0.0, 1.0):
        return f"{week:.0f}" if part else NOTHING
    return tr("report.strategies.payback_some", lang, week=f"{week:.0f}", share=share(part))


def outcomes(table: pd.DataFrame, names: Sequence[str], lang: Lang) -> pd.DataFrame:
    """Return outcomes as text, one row per market and outcome of `names` that either side has."""
    means = table[["mean", "mean_against"]]
    shown = means.notna().any(axis=1) & ((means != 0).any(axis=1) | (table["market"] == ALL))
    heads = ("market", "outcome", "before", "after", "difference", "interval", "win", "verdict")
    rows: list[list[str]] = []
    for row in table[table["outcome"].isin(names) & shown].to_dict("records"):
        name, known = str(row["outcome"]), row["low"] == row["low"]
        verdict = "unknown" if not known else "clear" if row["low"] > 0 or row["high"] < 0 else "unclear"
        rows.append(
            [
                str(row["market"]),
                tr(f"outcomes.{name}", lang),
                figure(name, row["mean_against"], lang),
                figure(name, row["mean"], lang),
                change(name, row["difference"], lang, signed=True),
                f"{change(name, row['low'], lang)} … {change(name, row['high'], lang)}" if known else NOTHING,
                share(row["win_share"]),
                tr(f"contrasts.{verdict}", lang),
            ]
        )
    return pd.DataFrame(rows, columns=[tr(f"contrasts.heads.{head}", lang) for head in heads])
