"""What leaves the app as a file: reports, tables, scenarios."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from simulator.errors import UsageError
from simulator.report import excel, html
from simulator.ui.saved import results_of
from simulator.ui.words import language, plain, say

if TYPE_CHECKING:
    from simulator.engine.saved import SavedRun

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer(run: SavedRun) -> None:
    """Offer the report and the tables of a run."""
    lang = language()

    def page() -> bytes:
        return html.page(results_of(run), lang).encode("utf-8")

    def book() -> bytes:
        return excel.workbook(results_of(run), lang)

    def sheets() -> bytes:
        # The mark at the beginning tells Excel that it is UTF-8.
        frames = {f"{name}.csv": table.to_csv(index=False) for name, table in results_of(run).tables.items()}
        return _zipped({name: text.encode("utf-8-sig") for name, text in frames.items()})

    def columns() -> bytes:
        return _zipped({path.name: path.read_bytes() for path in sorted(run.folder.glob("*.parquet"))})

    kinds: dict[str, tuple[Callable[[], bytes], str, str]] = {
        "html": (page, f"{run.name}-{lang}.html", "text/html"),
        "excel": (book, f"{run.name}-{lang}.xlsx", EXCEL),
        "csv": (sheets, f"{run.name}-csv.zip", "application/zip"),
        "parquet": (columns, f"{run.name}-parquet.zip", "application/zip"),
        "yaml": ((run.folder / "scenario.yaml").read_bytes, f"{run.name}.yaml", "application/yaml"),
    }
    try:
        results_of(run)
    except UsageError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    for column, (kind, (made, name, mime)) in zip(st.columns(len(kinds)), kinds.items()):
        with column:
            # Made when it is asked for, and not again at every move of the page.
            st.download_button(
                say(f"runs_page.out.{kind}"), made, name, mime, key=f"out.{kind}.{run.name}", on_click="ignore",
                width="stretch", icon=":material/download:",
            )  # fmt: skip


def _zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return content.getvalue()
