"""What a chart shows, in a sentence or two: the text that stands in for it where it cannot be seen."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simulator.outcomes import ALL, HEADQUARTERS
from simulator.report.looks import Tr
from simulator.report.tables import REASONS
from simulator.texts import Lang
from simulator.texts.numbers import money, share


def lang_of(tr: Tr) -> Lang:
    """Return the language of a translator, in which numbers are written too."""
    return "zh" if tr("charts.lang") == "zh" else "en"


def usd(amount: float, tr: Tr, signed: bool = False) -> str:
    """Return an amount of money in the translator's language."""
    return money(amount, lang_of(tr), signed)


def joined(sentences: list[str], tr: Tr) -> str:
    """Return sentences as one text: Chinese ones touch."""
    return ("" if lang_of(tr) == "zh" else " ").join(sentences)


def cash(table: pd.DataFrame, titles: Mapping[str, str], tr: Tr) -> str:
    """Say where each strategy's cash was lowest and where it ends (`tables.cash`)."""
    told = [tr("report.cash.alt") + tr("charts.stop")]
    for name, rows in _by_strategy(table.dropna(), titles):
        least, last = rows.iloc[rows["median"].argmin()], rows.iloc[-1]
        told.append(
            tr("charts.alt.cash", strategy=name, least=usd(1e3 * least["median"], tr), day=f"{least['date']:%Y-%m-%d}",
               last=usd(1e3 * last["median"], tr))
        )  # fmt: skip
    return joined(told, tr)


def lost_sales(table: pd.DataFrame, titles: Mapping[str, str], tr: Tr) -> str:
    """Name the largest reason of each strategy (`tables.lost_sales`)."""
    told = [tr("report.funnel.alt") + tr("charts.stop")]
    for name, rows in _by_strategy(table.dropna(), titles):
        most = rows.iloc[rows["lost"].argmax()]
        reason = tr(f"stages.{most['stage']}")
        told.append(tr("charts.alt.lost_sales", strategy=name, reason=reason, lost=f"{most['lost']:.1f}"))
    return joined(told, tr)


def waterfall(table: pd.DataFrame, titles: Mapping[str, str], tr: Tr) -> str:
    """Name the largest cost of each strategy (`tables.waterfall`)."""
    told = [tr("charts.alt.steps")]
    for name, rows in _by_strategy(table.dropna(), titles):
        steps = rows[rows["step"] != "profit"]
        profit = usd(1e3 * rows.loc[rows["step"] == "profit", "amount"].iloc[0], tr)
        if (steps["amount"] < 0).any():
            cost = steps.iloc[steps["amount"].argmin()]
            step, amount = tr(f"steps.{cost['step']}"), usd(1e3 * cost["amount"], tr)
            told.append(tr("charts.alt.waterfall", strategy=name, step=step, amount=amount, profit=profit))
    return joined(told, tr)


def heat(table: pd.DataFrame, titles: Mapping[str, str], tr: Tr) -> str:
    """Name the best and the worst market with its strategy (`tables.heat`)."""
    told = [tr("report.heat.alt") + tr("charts.stop")]
    cells = table[~table["market"].isin([ALL, HEADQUARTERS])].dropna()
    for kind, place in (("best", cells["profit"].argmax), ("worst", cells["profit"].argmin)) if len(cells) else ():
        cell = cells.iloc[place()]
        profit = usd(1e3 * cell["profit"], tr, signed=True)
        told.append(tr(f"charts.alt.{kind}", market=cell["market"], strategy=titles[cell["strategy"]], profit=profit))
    return joined(told, tr)


def world(frame: pd.DataFrame, tr: Tr) -> str:
    """Say how many markets were entered, and where most is earned and lost (`maps.table`)."""
    entered = frame[frame["entered"]]
    gains = int((entered["profit_usd"] > 0).sum())
    told = [tr("charts.alt.world", entered=len(entered), markets=len(frame), gains=gains)]
    for kind, place in (("most", entered["profit_usd"].argmax), ("least", entered["profit_usd"].argmin)):
        if len(entered):
            market = entered.iloc[place()]
            profit = usd(market["profit_usd"], tr, signed=True)
            told.append(tr(f"charts.alt.{kind}", market=market["market"], profit=profit))
    return joined(told, tr)


def sankey(ends: pd.DataFrame, tr: Tr) -> str:
    """Say how many of those who looked bought, and what kept most of the others (`flows.table`)."""
    part = {str(stage): float(value) for stage, value in zip(ends["stage"], ends["share"])}
    most = max((stage for stage in part if stage != "sale"), key=part.__getitem__)
    reason = max(REASONS, key=part.__getitem__)
    return tr(
        "charts.alt.sankey",
        bought=share(part["sale"]),
        most=tr(f"stages.{most}"),
        most_share=share(part[most]),
        reason=tr(f"stages.{reason}"),
        reason_share=share(part[reason]),
    )


def _by_strategy(table: pd.DataFrame, titles: Mapping[str, str]) -> list[tuple[str, pd.DataFrame]]:
    """Return the title and the rows of each strategy, in the order of the titles."""
    names = table["strategy"].astype(str)
    return [(title, table[names == code]) for code, title in titles.items() if (names == code).any()]
