"""Tables as files that a spreadsheet opens as they are: Chinese readable, nothing run."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from simulator.report.excel import DANGEROUS

NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?")

_ONE = rf"[-+]?\$?{NUMBER.pattern}\s?(k|M|B|万|亿|%|pp|个百分点)?"
FIGURE = re.compile(rf"{_ONE}( … {_ONE})?")
"""A figure, or an interval, as `simulator.texts.numbers` writes them: nothing that could run."""


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with the mark by which spreadsheets know UTF-8; no cell of it is a formula."""
    return harmless(table, NUMBER).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def harmless(table: pd.DataFrame, figures: re.Pattern[str] = FIGURE) -> pd.DataFrame:
    """Return a table of which no text is a formula in a spreadsheet, for a page that offers it as a file.

    A text that a spreadsheet would run stands behind an apostrophe, unless it is one of the `figures`.
    """

    def safe(cell: Any) -> Any:
        if not isinstance(cell, str) or not cell.lstrip(" ").startswith((*DANGEROUS, "\n")):
            return cell
        return cell if figures.fullmatch(cell) else f"'{cell}"

    found = table.rename(columns=safe)
    for name in found:
        if found[name].dtype.kind not in "biufM" and any(safe(each) is not each for each in found[name].unique()):
            found[name] = found[name].map(safe)
    return found
