"""Tables as files that a spreadsheet opens as they are: Chinese readable, nothing run."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from simulator.report.excel import DANGEROUS

NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV with the mark by which spreadsheets know UTF-8; no cell of it is a formula."""
    harmless = table.rename(columns=_harmless)
    for name in harmless:
        harmless[name] = harmless[name].map(_harmless)
    return harmless.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    """Return a text that a spreadsheet would run behind an apostrophe; a number is what it is, minus sign and all."""
    if not isinstance(cell, str) or not cell.lstrip(" ").startswith((*DANGEROUS, "\n")):
        return cell
    return cell if NUMBER.fullmatch(cell) else f"'{cell}"
