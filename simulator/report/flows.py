"""What became of those who looked, as flows: from the look past the barriers and the choice to the sale.

Those who never met the offer are left out: they are far the most, and every flow would be a hair beside theirs.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from simulator.report import takeaways
from simulator.report.looks import LIGHT, Look, Tr
from simulator.report.tables import BARRIERS, OFFER
from simulator.texts.numbers import count, share

KEPT = ("habit", "outside")
"""Stages that no seller does anything about: they kept to what they know, or bought nothing."""

LOOKED, PASSED, WANTED = "looked", "passed", "wanted"
"""Nodes between the stages: met the offer, met no barrier, chose the offer."""

ENDS = (*BARRIERS, *OFFER, *KEPT, "stock", "sale")
"""Where those who looked end."""

NEXT = {
    LOOKED: (PASSED, *BARRIERS),
    PASSED: (WANTED, *OFFER, *KEPT),
    WANTED: ("sale", "stock"),
}
"""From node to nodes, the way to the sale first: drawn in this order no flow crosses another."""

GOOD = (LOOKED, PASSED, WANTED, "sale")


def table(funnel: pd.DataFrame, strategy: str) -> pd.DataFrame:
    """Return where those who looked ended: stage, needs (sum over futures, markets, segments), share of the lookers."""
    own = funnel[funnel.strategy == strategy]
    needs = own.groupby(own.stage.astype(str), sort=False)["needs"].sum()
    needs = needs.reindex(list(ENDS), fill_value=0).astype("int64")
    whole = int(needs.sum())
    return pd.DataFrame({"stage": list(ENDS), "needs": needs.to_numpy(), "share": needs.to_numpy() / max(whole, 1)})


def edges(ends: pd.DataFrame) -> pd.DataFrame:
    """Return the flows of `table`: source, target, needs; what flows into a node flows out of it."""
    through = dict(zip(ends["stage"], ends["needs"].astype(int)))
    for node in (WANTED, PASSED, LOOKED):
        through[node] = sum(through[each] for each in NEXT[node])
    rows = [(source, target, through[target]) for source, targets in NEXT.items() for target in targets]
    return pd.DataFrame(rows, columns=["source", "target", "needs"])


def sankey(funnel: pd.DataFrame, strategy: str, tr: Tr, look: Look = LIGHT) -> dict[str, Any]:
    """Return the option of an ECharts Sankey diagram of a strategy, without functions; empty where nobody looked."""
    ends = table(funnel, strategy)
    flows = edges(ends)
    flows = flows[flows["needs"] > 0]
    whole = int(ends["needs"].sum())
    if not whole:
        return {}
    passing = {LOOKED: whole} | dict(zip(flows["target"], flows["needs"].astype(int)))
    colours = {node: _colour(node, look) for node in passing}
    names = {node: _name(node, tr) for node in passing}
    lang = takeaways.lang_of(tr)

    def told(node: str) -> str:
        return f"{names[node]}: {count(passing[node], lang)} ({share(passing[node] / whole)})"

    nodes = [
        {
            "name": names[node],
            # A border keeps the thinnest in sight.
            "itemStyle": {"color": colours[node], "borderColor": colours[node], "borderWidth": 1},
            "label": _label(node, names[node], share(passing[node] / whole)),
            "tooltip": {"formatter": told(node)},
        }
        for node in _down(passing)
    ]
    links = [
        {
            "source": names[str(source)],
            "target": names[str(target)],
            "value": int(needs),
            "lineStyle": {"color": colours[str(target)], "borderColor": colours[str(target)], "borderWidth": 1},
            "tooltip": {"formatter": f"{names[str(source)]} → {told(str(target))}"},
        }
        for source, target, needs in zip(flows["source"], flows["target"], flows["needs"])
    ]
    series = {
        "type": "sankey",
        "data": nodes,
        "links": links,
        "left": 8,
        "right": 128,
        "top": 40,
        "bottom": 8,
        "nodeWidth": 10,
        "nodeGap": 18,
        "nodeAlign": "justify",
        # The order of the nodes stays, so that no flow crosses another.
        "layoutIterations": 0,
        "draggable": False,
        "emphasis": {"focus": "adjacency"},
        "label": {"color": look.ink, "fontSize": 12, "textBorderWidth": 0},
        "lineStyle": {"opacity": 0.35, "curveness": 0.5},
    }
    return {
        "backgroundColor": look.background,
        "textStyle": {"color": look.ink},
        "tooltip": {
            "trigger": "item", "confine": True, "backgroundColor": look.background, "borderColor": look.rule,
            "textStyle": {"color": look.ink},
        },
        "aria": {"enabled": True, "label": {"description": takeaways.sankey(ends, tr)}},
        "series": [series],
    }  # fmt: skip


def _down(passing: dict[str, int]) -> list[str]:
    """Return the nodes from top to bottom: the sale first, the barriers last."""
    order = [LOOKED, PASSED, WANTED, *NEXT[WANTED], *OFFER, *KEPT, *BARRIERS]
    return [node for node in order if node in passing]


def _name(node: str, tr: Tr) -> str:
    return tr(f"charts.flows.{node}" if node in NEXT else f"stages.{node}")


def _colour(node: str, look: Look) -> str:
    """Return blue for the way to the sale, the colours of the kinds of reasons, and the faint one for the rest."""
    if node in GOOD:
        return look.gain
    kinds = (look.palette[1], BARRIERS), (look.palette[6], ("stock",)), (look.palette[0], OFFER)
    return next((colour for colour, stages in kinds if node in stages), look.faint)


def _label(node: str, name: str, part: str) -> dict[str, Any]:
    """Return a label: beside the ends; above what has a flow on its right, in two lines that fit a phone."""
    if node in NEXT:
        return {"formatter": f"{name}\n{part}", "position": "top", "align": "left"}
    return {"formatter": f"{name} {part}", "position": "right"}
