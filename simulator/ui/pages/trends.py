"""Trends: what is said of the eight trends of cross-border trade, beside what the simulator finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from simulator.report import board, claims
from simulator.report.findings import code_of
from simulator.ui.claim import icon, show_claim
from simulator.ui.words import look, plain, say

if TYPE_CHECKING:
    from simulator.trends import Finding

TRENDS = (*range(1, 9), 0)
"""The whole stands last."""

COLOURS = {"reproduced": "blue", "partly": "orange", "not_reproduced": "red", "not_tested": "gray"}


def show() -> None:
    """Show the page."""
    st.title(say("board.title"), anchor=False)
    st.write(plain(say("board.intro")))
    found = shipped()
    if found is None:
        st.warning(say("board.missing"), icon=":material/inventory_2:")
        return
    st.caption(plain(_size(found)))
    _counts(found)
    trend = _choose()
    own = [finding for finding in found if finding.part.trend == trend]
    st.subheader(plain(say(f"trends.trend.{trend}")), anchor=False)
    _counts(own)
    _overview(own, trend)
    for at, number in enumerate(dict.fromkeys(finding.part.claim for finding in own)):
        show_claim([finding for finding in own if finding.part.claim == number], is_first=at == 0)
    _offer(found)


@st.cache_resource(show_spinner=False)
def shipped() -> tuple[Finding, ...] | None:
    """Return the board that ships, for all sessions."""
    return board.load()


def _size(found: Sequence[Finding]) -> str:
    """Say how many claims were examined, and in which worlds."""
    claims_, futures = {finding.part.claim for finding in found}, [each.replications for each in found]
    return say("board.size", claims=len(claims_), figures=len(found), futures=max(futures))


def _counts(found: Sequence[Finding]) -> None:
    """Show how many figures have which verdict: icon and words, never colour alone."""
    counts = Counter(map(code_of, found))
    with st.container(horizontal=True):
        for code, colour in COLOURS.items():
            st.badge(f"{counts[code]} {say(f'trends.verdicts.{code}')}", icon=icon(code), color=colour)  # type: ignore[arg-type]


def _choose() -> int:
    """Choose a trend; the choice outlives a visit to another page."""
    state = st.session_state
    chosen = st.pills(
        say("board.choose"),
        TRENDS,
        default=state.get("trend", TRENDS[0]),
        format_func=lambda trend: say(f"board.short.{trend}"),
        key="trend_choice",
        required=True,
    )
    state["trend"] = TRENDS[0] if chosen is None else chosen
    trend: int = state["trend"]
    return trend


def _overview(own: Sequence[Finding], trend: int) -> None:
    """Show all figures of a trend at once, those with a size beside those with a direction."""
    kinds: tuple[claims.Kind, ...] = ("sizes", "directions")
    kinds = tuple(kind for kind in kinds if len(claims.relative(own, kind)))
    for column, kind in zip(st.columns(len(kinds)), kinds):
        with column:
            st.markdown(f"**{say(f'board.{kind}.title')}**")
            drawn = claims.overview(own, kind, say, look())
            st.altair_chart(drawn, width="stretch", theme=None, key=f"board.{kind}.{trend}")
    st.caption(say("board.legend"))


def _offer(found: Sequence[Finding]) -> None:
    """Offer the whole board as a file, with the mark that Excel needs to read Chinese."""
    st.download_button(
        say("board.download"),
        claims.table(found, say).to_csv(index=False).encode("utf-8-sig"),
        file_name="trends.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
