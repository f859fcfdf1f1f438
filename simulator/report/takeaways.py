"""What a chart shows, in a sentence or two: the text that stands in for it where it cannot be seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from simulator.outcomes import ALL, HEADQUARTERS
from simulator.report.looks import Tr
from simulator.report.tables import REASONS
from simulator.texts import Lang
from simulator.texts.numbers import count, money, share


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


def segments(table: pd.DataFrame, tr: Tr) -> str:
    """Name the segments that buy most and least often (`buyers.segment_table`)."""
    if table.empty:
        return tr("charts.alt.nobody")
    ends = {}
    for kind, place in (("most", table["share"].argmax()), ("least", table["share"].argmin())):
        row = table.iloc[int(place)]
        ends[kind] = tr(
            "charts.alt.segment",
            market=row["market"],
            income=tr(f"charts.segments.{row['income']}"),
            device=tr(f"charts.segments.{row['device']}"),
            share=share(row["share"], 1),
        )
    return tr("charts.alt.segments", **ends)


def adoption(table: pd.DataFrame, tr: Tr) -> str:
    """Say when most units are sold, and how many at the end (`buyers.adoption_table`)."""
    if not (table["median"] > 0).any():
        return tr("charts.alt.nothing_sold")
    peak, last, lang = table.iloc[int(table["median"].argmax())], table.iloc[-1], lang_of(tr)
    return tr(
        "charts.alt.adoption",
        peak=count(peak["median"], lang),
        day=f"{peak['date']:%Y-%m-%d}",
        last=count(last["median"], lang),
        low=count(last["p10"], lang),
        high=count(last["p90"], lang),
    )


def rival_prices(rows: pd.DataFrame, market: str, tr: Tr, names: Mapping[str, str] | None = None) -> str:
    """Name the cheapest and the dearest seller of the last week, and who came or left (`rivalry.table`)."""
    return _ends(rows, "price_usd", market, tr, names, ("dearest", "cheapest"), lambda price: f"${price:,.2f}")


def rival_shares(rows: pd.DataFrame, market: str, tr: Tr, names: Mapping[str, str] | None = None) -> str:
    """Name the largest and the smallest seller of the last week, and who came or left (`rivalry.table`)."""
    return _ends(rows, "market_share", market, tr, names, ("largest", "smallest"), lambda part: share(part))


def seller(key: str, tr: Tr, names: Mapping[str, str] | None = None) -> str:
    """Return what a seller is called: in `names`, else in the catalogue, else by its key."""
    if names and key in names:
        return names[key]
    try:
        return tr(f"charts.sellers.{key}")
    except KeyError:  # a rival of the reader's own scenario
        return key.replace("_", " ")


def _ends(
    rows: pd.DataFrame,
    field: str,
    market: str,
    tr: Tr,
    names: Mapping[str, str] | None,
    words: tuple[str, str],
    written: Callable[[float], str],
) -> str:
    """Say who is at either end of a field in the last week, and who came or left."""
    known = rows.dropna(subset=[field])
    last = known[known["week"] == known["week"].max()]
    told = []
    for word, place in zip(words, (last[field].argmax, last[field].argmin)) if len(last) else ():
        row = last.iloc[int(place())]
        name = seller(row["seller"], tr, names)
        told.append(tr(f"charts.alt.{word}", market=market, seller=name, figure=written(row[field])))
    moved = rows[rows["event"].notna()]
    for key, day, event in zip(moved["seller"], moved["date"], moved["event"]):
        told.append(tr(f"charts.alt.{event}", seller=seller(key, tr, names), day=f"{day:%Y-%m-%d}"))
    return joined(told, tr)


def tornado(bars: pd.DataFrame, tr: Tr) -> str:
    """Name the number that matters most, and how far it moves profit (`doubts.swings`)."""
    if bars.empty:
        return tr("charts.alt.no_swing")
    first = bars[bars["label"] == bars["label"].iloc[0]].set_index("side")["change"]
    return tr(
        "charts.alt.tornado",
        label=bars["label"].iloc[0],
        low=usd(float(first["low"]), tr, signed=True),
        high=usd(float(first["high"]), tr, signed=True),
    )


def distribution(table: pd.DataFrame, titles: Mapping[str, str], tr: Tr) -> str:
    """Say in how many futures each strategy loses, and its mean profit (`doubts.futures_table`)."""
    told = []
    for name, rows in _by_strategy(table, titles):
        profit = rows["profit_usd"]
        loss, mean = share(float((profit < 0).mean())), usd(float(profit.mean()), tr)
        told.append(tr("charts.alt.distribution", strategy=name, loss=loss, mean=mean))
    return joined(told, tr)


def board(rows: pd.DataFrame, tr: Tr) -> str:
    """Say how many figures have which verdict, and which are not reproduced (`claims.table`)."""
    counts = rows["verdict"].value_counts()
    named = {code: tr(f"trends.verdicts.{code}") for code in ("reproduced", "partly", "not_reproduced", "not_tested")}
    told = [tr("trends.counts", **{code: int(counts.get(name, 0)) for code, name in named.items()})]
    missed = rows.loc[rows["verdict"] == named["not_reproduced"], "number"]
    if len(missed):
        told.append(tr("board.alt.missed", numbers=tr("board.alt.and").join(missed)))
    return joined(told, tr)


def claim(rows: pd.DataFrame, tr: Tr) -> str:
    """Say of each figure what is claimed, what was simulated, and the verdict (`claims.table`)."""
    columns = ("number", "measure", "claimed", "simulated", "interval", "verdict")
    return joined([tr("board.alt.claim", **dict(zip(columns, row))) for row in rows[list(columns)].to_numpy()], tr)


def _by_strategy(table: pd.DataFrame, titles: Mapping[str, str]) -> list[tuple[str, pd.DataFrame]]:
    """Return the title and the rows of each strategy, in the order of the titles."""
    names = table["strategy"].astype(str)
    return [(title, table[names == code]) for code, title in titles.items() if (names == code).any()]
