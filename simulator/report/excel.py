"""A workbook with what a run used and what came of it, for people who go on in a spreadsheet.

A cell never holds a formula: text that a spreadsheet could take for one is marked as text.
"""

from __future__ import annotations

import io
import json
import math
import re
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.errors import UsageError
from simulator.report import sheets
from simulator.report.titles import strategy_titles, text_of
from simulator.texts import Lang, catalogue, tr
from simulator.texts.numbers import width

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from simulator.engine import Results

CURE = "pip install 'market-entry-simulator[excel]'"

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet may run."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Signs that the file format cannot hold."""

MOST_SIGNS = 32_767
"""Letters of a cell."""

FIRST_ROWS = 200
"""Rows that decide how wide a column is."""

WIDEST = 60

WORDS = {"step": "steps", "outcome": "outcomes", "account": "accounts"}
"""Columns of keys that have words in the catalogue, and where."""


def check_installed() -> None:
    """Refuse, with the cure, where the library is missing."""
    if find_spec("openpyxl") is None:
        raise UsageError(f"--excel needs openpyxl, which is not installed: {CURE}")


def workbook(results: Results, lang: Lang = "en") -> bytes:
    """Return the report as the bytes of an ``.xlsx`` file."""
    check_installed()
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    about = _about(results, lang)
    _sheet(book.create_sheet(tr("excel.about", lang)), about, lang, head=False)
    titles = strategy_titles(results.scenario, lang)
    for name, table in {
        "summary": sheets.summary(results),
        "comparison": results.comparison,
        "funnel": sheets.funnel(results),
        "weekly": sheets.weekly(results),
        "ledger": sheets.ledger(results),
    }.items():
        if "strategy" in table:
            table = table.assign(strategy=table["strategy"].astype(str))
            table.insert(1, "strategy_title", [titles.get(each, each) for each in table["strategy"]])
        _sheet(book.create_sheet(tr(f"excel.{name}", lang)), table, lang)
    _sheet(book.create_sheet(tr("excel.inputs", lang)), sheets.inputs(results.scenario), lang)
    _sheet(book.create_sheet(tr("excel.facts", lang)), sheets.used_facts(results.scenario), lang)
    made = _moment(results.manifest.get("started"))
    book.properties.created = book.properties.modified = made
    book.properties.creator = "market-entry"
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def _about(results: Results, lang: Lang) -> pd.DataFrame:
    """Return what the run is, in two columns."""
    scenario, manifest = results.scenario, results.manifest
    words = {
        "title": text_of(scenario.title, lang) or results.name,
        "question": text_of(scenario.summary, lang),
        "futures": scenario.replications,
        "weeks": scenario.weeks,
        "start": scenario.start,
        "baseline": results.baseline,
        "seed": scenario.seed,
        "scenario": manifest.get("scenario_sha256", ""),
        "versions": ", ".join(f"{name} {value}" for name, value in manifest.get("versions", {}).items()),
        "made": manifest.get("started", ""),
        "note": tr("excel.note", lang),
    }
    rows = [(tr(f"excel.word.{name}", lang), value) for name, value in words.items() if value not in ("", None)]
    return pd.DataFrame(rows, columns=["word", "value"], dtype=object)


def _sheet(sheet: Worksheet, table: pd.DataFrame, lang: Lang, head: bool = True) -> None:
    """Write a table: heads in the language, bold and fixed, with a filter."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    known = catalogue(lang)
    heads = [known.get(f"columns.{name}", known.get(f"stages.{name}", str(name))) for name in table.columns]
    widths = [width(text) for text in heads]
    rows = [[_plain(value) for value in row] for row in table.itertuples(index=False, name=None)]
    for place, name in enumerate(table.columns):
        if name in WORDS:
            for row in rows:
                row[place] = known.get(f"{WORDS[name]}.{row[place]}", row[place])
    if head:
        for column, text in enumerate(heads, start=1):
            cell = sheet.cell(1, column)
            _write(cell, text)
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    of_row = dict(enumerate(map(str, table["outcome"]), start=2)) if "outcome" in table else {}
    for line, row in enumerate(rows, start=2 if head else 1):
        for column, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(line, column)
            _write(cell, value)
            if isinstance(value, float):
                cell.number_format = _format(str(table.columns[column - 1]), of_row.get(line))
            if line <= FIRST_ROWS:
                widths[column - 1] = max(widths[column - 1], width(_seen(value)))
    for column, cells in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(cells + 2, WIDEST)


def _write(cell: Cell, value: Any) -> None:
    """Put a value into a cell; text that looks like a formula is text."""
    if isinstance(value, str):
        value = CONTROL.sub("\ufffd", value)[:MOST_SIGNS]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(DANGEROUS):
            cell.quotePrefix = True


def _plain(value: Any) -> Any:
    """Return a value as a spreadsheet knows it: None, a number, text, a day."""
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, str | bool | int):
        return value
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, float | date) else str(value)


SHARES = ("p_loss", "p_best", "win_share", "roi", "insolvent", "sampling_cv")
CENTS = ("rating", "landed_cost_usd", "price_usd")
OF_OUTCOMES = ("mean", "difference", "low", "high")
"""Columns whose unit is that of the row's outcome."""


def _format(column: str, outcome: str | None) -> str:
    """Return how a number is shown."""
    name = outcome if outcome is not None and column in OF_OUTCOMES else column
    if name.endswith("_share") or name in SHARES:
        return "0.0%"
    if name in CENTS:
        return "#,##0.00"
    return "General" if name in ("value", "low", "high", "replaced") else "#,##0"


def _seen(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _moment(text: Any) -> datetime:
    """Return when the run was made, without a zone, as the format wants it; the epoch of the format if unknown."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime(1980, 1, 1)
