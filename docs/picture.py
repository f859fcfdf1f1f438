"""Write ``docs/flagship.png``, the picture of the README, from a saved run: ``python docs/picture.py RUN``."""

import sys
from functools import partial
from pathlib import Path

import altair as alt
import vl_convert

from simulator import Results
from simulator.report import charts, looks, tables
from simulator.report.titles import strategy_titles
from simulator.texts import tr


def main(run: str) -> None:
    """Draw profit by market and strategy, and cash by week, of a run folder."""
    results = Results.load(run)
    say = partial(tr, lang="en")
    titles = strategy_titles(results.scenario, "en")
    alt.data_transformers.consolidate_datasets = False  # each chart carries its own rows
    heat = charts.heat(tables.heat(results.summary), titles, say)
    cash = charts.cash(tables.cash(results.weekly), titles, say)
    parts = (alt.Chart.from_dict(_bare(chart)) for chart in (heat, cash))
    both = alt.vconcat(*parts).resolve_scale(color="independent")
    png = vl_convert.vegalite_to_png(looks.styled(both).to_dict(), scale=1.5)
    (Path(__file__).parent / "flagship.png").write_bytes(png)


def _bare(chart: alt.Chart) -> dict:
    """Return the chart without its own style: a concatenation has one for all."""
    return {key: value for key, value in chart.to_dict().items() if key not in ("config", "$schema")}


if __name__ == "__main__":
    main(*sys.argv[1:])
