"""One offline HTML file that answers the scenario's question, says how sure the answer is, and how to get it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.comparison import interval
from simulator.outcomes import ALL
from simulator.report import charts, tables
from simulator.report.bundle import javascript
from simulator.report.titles import strategy_titles, text_of
from simulator.texts import Lang, tr
from simulator.texts.numbers import count, money, plain, share

if TYPE_CHECKING:
    from simulator.engine import Results

POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
"""Content security policy: nothing is loaded from anywhere (vega compiles its expressions, hence eval)."""


def write(results: Results, folder: Path, lang: Lang = "en") -> Path:
    """Write ``report.html`` into a folder and return its path."""
    path = folder / "report.html"
    path.write_text(page(results, lang), encoding="utf-8")
    return path


def page(results: Results, lang: Lang = "en") -> str:
    """Return the report as HTML."""
    say = partial(tr, lang=lang)
    scenario = results.scenario
    by_strategy = tables.strategies(results.summary, results.comparison)
    names = list(by_strategy["strategy"])
    titles = strategy_titles(scenario, lang)
    best = names[int(np.argmax(by_strategy.profit.to_numpy()))]
    shown = list(dict.fromkeys([best, results.baseline]))
    title = text_of(scenario.title, lang) or say("report.untitled", name=results.name)
    lost = tables.lost_sales(results.funnel)
    unaware, wanted = tables.looked_shares(results.funnel)
    specs = {
        "cash": charts.cash(tables.cash(results.weekly), titles, say, opening_usd=scenario.seller.cash_usd),
        "waterfall": charts.waterfall(
            tables.waterfall(results.ledger, results.summary, shown), {name: titles[name] for name in shown}, say
        ),
        "heat": charts.heat(tables.heat(results.summary), titles, say),
    }
    if len(lost):
        specs["funnel"] = charts.lost_sales(lost, titles, say)
    body = [
        f'<header><p class="kicker">{escape(say("report.kicker"))}</p><h1>{escape(title)}</h1>',
        _paragraph(text_of(scenario.summary, lang)),
        _paragraph(_facts(results, lang), "facts"),
        "</header>",
        _verdict(results, by_strategy, titles, lang),
        _section("strategies", lang),
        _strategy_table(by_strategy, titles, results.baseline, lang),
        _section("cash", lang),
        _chart("cash", lang),
        _section("heat", lang),
        _chart("heat", lang),
        _section("funnel", lang, unaware=share(unaware, 1), bought=share(wanted)),
        _chart("funnel", lang) if len(lost) else _paragraph(say("report.funnel.nobody")),
        *_sources(results, titles, lang),
        _section("waterfall", lang),
        _chart("waterfall", lang),
        _section("markets", lang),
        _market_table(tables.markets(results.summary), titles, lang),
        _trust(results, lang),
        _again(results, lang),
    ]
    return _document(title, "\n".join(body), specs, lang)


def _document(title: str, body: str, specs: Mapping[str, Any], lang: Lang) -> str:
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    # "<" in data could close the script; JSON may write it as an escape.
    data = json.dumps({name: chart.to_dict() for name, chart in specs.items()}, ensure_ascii=False)
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    draw = (
        f"const charts = {data};\n"
        "for (const [name, spec] of Object.entries(charts)) {\n"
        "  vegaEmbed('#chart-' + name, spec, {mode: 'vega-lite', renderer: 'svg', actions: false});\n}"
    )
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n<style>\n{style}</style>\n</head>\n'
        f"<body>\n<main>\n{body}\n</main>\n<script>{javascript()}</script>\n<script>{draw}</script>\n</body>\n</html>\n"
    )


# --------------------------------------------------------------------------------------------------- answer
def _verdict(results: Results, by_strategy: pd.DataFrame, titles: Mapping[str, str], lang: Lang) -> str:
    """Say in plain words which strategy is best, how often it loses, and whether the evidence separates it."""
    ranked = by_strategy.sort_values("profit", ascending=False, kind="stable")
    best = ranked.iloc[0]
    kind = "wins" if best.profit > 0 else "loses"
    say = partial(tr, lang=lang)
    head = say(
        f"report.verdict.{kind}",
        best=titles[best.strategy],
        profit=money(best.profit, lang),
        weeks=results.scenario.weeks,
    )
    lines = [] if kind == "wins" else [say("report.verdict.stay")]
    if best.n < 2:
        lines.append(say("report.verdict.single"))
    else:
        lines.append(say("report.verdict.loss", share=share(best.p_loss)))
        if len(ranked) > 1:
            lines.append(_against_second(results.summary, best.strategy, ranked.iloc[1].strategy, titles, lang))
    told = ("" if lang == "zh" else " ").join(lines)
    css = "verdict" if kind == "wins" else "verdict loss"
    return f'<section class="{css}"><strong>{escape(head)}</strong><p>{escape(told)}</p></section>'


def _against_second(summary: pd.DataFrame, best: str, second: str, titles: Mapping[str, str], lang: Lang) -> str:
    profit = summary[summary.market == ALL].pivot(index="replication", columns="strategy", values="profit_usd")
    paired = (profit[best] - profit[second]).dropna().to_numpy(dtype=float)
    low, high = interval(paired)
    clear = bool(low > 0)
    return tr(
        "report.verdict.clear" if clear else "report.verdict.unclear",
        lang,
        second=titles[second],
        share=share(float((paired > 0).mean()) if len(paired) else np.nan),
        difference=money(float(paired.mean()) if len(paired) else np.nan, lang),
        low=money(low, lang),
        high=money(high, lang),
    )


def _facts(results: Results, lang: Lang) -> str:
    scenario = results.scenario
    return tr(
        "report.facts",
        lang,
        strategies=len(scenario.strategies),
        markets=len(scenario.markets),
        weeks=scenario.weeks,
        start=scenario.start.isoformat(),
        futures=scenario.replications,
    )


# --------------------------------------------------------------------------------------------------- tables
def _strategy_table(by_strategy: pd.DataFrame, titles: Mapping[str, str], baseline: str, lang: Lang) -> str:
    say = partial(tr, lang=lang)
    heads = [
        say("report.strategies.strategy"), say("report.strategies.profit"), say("report.strategies.interval"),
        say("report.strategies.range"), say("report.strategies.loss"), say("report.strategies.best"),
        say("report.strategies.against", baseline=titles[baseline]), say("report.strategies.payback"),
        say("report.strategies.funding"), say("report.strategies.insolvent"),
    ]  # fmt: skip
    rows = []
    for row in _rows(by_strategy):
        name = escape(titles[row.strategy])
        if row.strategy == baseline:
            name += f'<span class="tag">{escape(say("report.strategies.baseline"))}</span>'
        payback = (
            say("report.strategies.payback_some", week=f"{row.payback_week:.0f}", share=share(row.payback_share))
            if row.payback_share
            else say("report.strategies.payback_none")
        )
        against = "" if row.strategy == baseline else _money(row.difference, lang, signed=True)
        if against and np.isfinite(row.difference_low):
            against += f"<br><small>{_span(row.difference_low, row.difference_high, lang)}</small>"
        rows.append(
            [
                name, _money(row.profit, lang), _span(row.low, row.high, lang), _span(row.p10, row.p90, lang),
                share(row.p_loss), share(row.p_best), against, escape(payback), _money(row.peak_funding_usd, lang),
                share(row.insolvent_share),
            ]
        )  # fmt: skip
    return _table(heads, rows)


def _market_table(by_market: pd.DataFrame, titles: Mapping[str, str], lang: Lang) -> str:
    names = ("market", "profit", "loss", "revenue", "units", "share", "margin", "stockout", "landed", "acos", "rating",
             "awareness")  # fmt: skip
    heads = [tr(f"report.markets.{name}", lang) for name in names]
    rows: list[list[str]] = []
    classes: list[str] = []
    for strategy, group in by_market.groupby("strategy", sort=False, observed=True):
        rows.append([escape(titles[str(strategy)]), *[""] * (len(names) - 1)])
        classes.append("group")
        for row in _rows(group):
            landed = "–" if np.isnan(row.landed_cost_usd) else f"${row.landed_cost_usd:.2f}"
            rows.append(
                [
                    escape(str(row.market)), _money(row.profit_usd, lang), share(row.p_loss),
                    _money(row.revenue_usd, lang), count(row.units, lang), share(row.market_share),
                    share(row.margin_share), share(row.stockout_share), landed, share(row.acos_share),
                    plain(row.rating), share(row.awareness_share),
                ]
            )  # fmt: skip
            classes.append("total" if row.market == ALL else "")
    return _table(heads, rows, classes)


def _sources(results: Results, titles: Mapping[str, str], lang: Lang) -> list[str]:
    """Return the section on where the units come from; nothing where nothing was sold or the run does not say."""
    by_strategy = tables.sources(results.sources, _archetypes(results))
    groups = [name for name in by_strategy.columns if name not in ("strategy", "units")]
    if not groups:
        return []
    heads = [tr(f"report.sources.{name}", lang) for name in ("strategy", "units", *groups)]
    rows = [
        [escape(titles[row.strategy]), count(row.units, lang), *(_count(getattr(row, name), lang) for name in groups)]
        for row in _rows(by_strategy)
    ]
    return [_section("sources", lang), _table(heads, rows)]


def _archetypes(results: Results) -> set[str]:
    """Return the keys of sellers that stand for many, labelled parts included."""
    keys = results.scenario.category_profile.archetypes
    return {*keys, *(f"{key}_labelled" for key in keys)}


def _count(units: float, lang: Lang) -> str:
    text = count(units, lang)
    return f'<span class="minus">{text}</span>' if units < 0 else text


def _rows(frame: pd.DataFrame) -> Any:
    """Return the rows of a frame as named tuples (whose fields no type checker knows)."""
    return frame.itertuples()


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], classes: Sequence[str] = ()) -> str:
    """Return a table; heads are texts, cells are HTML."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = []
    for i, row in enumerate(rows):
        css = f' class="{classes[i]}"' if classes and classes[i] else ""
        lines.append(f"<tr{css}>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    body = "\n".join(lines)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


# ------------------------------------------------------------------------------------------------- certainty
def _trust(results: Results, lang: Lang) -> str:
    """Say what a reader must know before believing the numbers."""
    say, scenario = partial(tr, lang=lang), results.scenario
    futures = scenario.replications
    error = results.summary.assign(of_firm=results.summary.market == ALL).groupby("of_firm")["sampling_cv"].max()
    lines = [
        say("report.trust.futures", futures=futures, error=share(1.96 * 0.5 / np.sqrt(futures)))
        if futures > 1
        else say("report.trust.one_future"),
    ]
    if np.isfinite(error[True]):
        consumers, firm, worst = f"{scenario.consumers:,}", share(error[True]), share(error[False])
        lines.append(say("report.trust.sampling", consumers=consumers, error=firm, worst=worst))
    lines.append(say("report.trust.assumed"))
    if len(results.failures):
        lines.append(say("report.trust.failed", count=len(results.failures)))
    parts = [f"<h2>{escape(say('report.trust.title'))}</h2>", *(_paragraph(line) for line in lines)]
    if scenario.uncertainties:
        parts.append(_paragraph(say("report.trust.uncertain", count=len(scenario.uncertainties))))
        rows = [
            [f"<code>{escape(path)}</code>", f'<span class="text">{escape(_law(law))}</span>']
            for path, law in scenario.uncertainties.items()
        ]
        parts.append(_table([say("report.trust.parameter"), say("report.trust.distribution")], rows))
    else:
        parts.append(_paragraph(say("report.trust.certain")))
    return "\n".join(parts)


def _law(law: Any) -> str:
    """Write a distribution as the scenario file does."""
    fields = law.model_dump(mode="json", exclude_none=True)
    kind = fields.pop("dist")
    fields.pop("source", None)
    return f"{kind}({', '.join(f'{name}: {value}' for name, value in fields.items())})"


def _again(results: Results, lang: Lang) -> str:
    say, manifest = partial(tr, lang=lang), results.manifest
    versions = manifest.get("versions", {})
    told = ", ".join(
        f"{name} {versions[name]}" for name in ("simulator", "numbers", "data", "python") if name in versions
    )
    entries = {
        say("report.again.scenario"): manifest.get("scenario_sha256", ""),
        say("report.again.seed"): str(results.scenario.seed),
        say("report.again.command"): shlex.join(manifest.get("command", ())),
        say("report.again.versions"): told,
        say("report.again.made"): manifest.get("started", ""),
    }
    items = "".join(f"<dt>{escape(k)}</dt><dd><code>{escape(v)}</code></dd>" for k, v in entries.items() if v)
    seconds = say("report.again.seconds", wall=manifest.get("wall_seconds", {}).get("total", "–"))
    return (
        f"<footer><h2>{escape(say('report.again.title'))}</h2>{_paragraph(say('report.again.note'))}"
        f"<dl>{items}</dl>{_paragraph(seconds)}</footer>"
    )


# ---------------------------------------------------------------------------------------------------- pieces
def _section(name: str, lang: Lang, **values: Any) -> str:
    title, note = tr(f"report.{name}.title", lang), tr(f"report.{name}.note", lang, **values)
    return f"<h2>{escape(title)}</h2>{_paragraph(note, 'note')}"


def _chart(name: str, lang: Lang) -> str:
    label = escape(tr(f"report.{name}.alt", lang), quote=True)
    return f'<div class="chart" id="chart-{name}" role="img" aria-label="{label}"></div>'


def _paragraph(text: str, css: str = "") -> str:
    if not text:
        return ""
    return f'<p class="{css}">{escape(text)}</p>' if css else f"<p>{escape(text)}</p>"


def _money(usd: float, lang: Lang, signed: bool = False) -> str:
    text = money(usd, lang, signed)
    return f'<span class="minus">{text}</span>' if usd < 0 else text


def _span(low: float, high: float, lang: Lang) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "–"
    return f"{_money(low, lang)} … {_money(high, lang)}"
