"""What would help: a job that tries one lever after the other, and buttons that make its best moves in the Lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from simulator.report import helps
from simulator.report.contrasts import STRATEGY
from simulator.texts.numbers import money
from simulator.ui import panels
from simulator.ui.answering import answers
from simulator.ui.asked import move_all
from simulator.ui.desk import Job, desk, session
from simulator.ui.jobs import follow, stop
from simulator.ui.settings import setting, setting_name
from simulator.ui.tiers import Shown
from simulator.ui.verdict import tone
from simulator.ui.words import dollars, language, look, market_name, plain, say

if TYPE_CHECKING:
    from simulator.experiments.improving import Found


def show_helps(seen: Shown) -> None:
    """Show what would raise the profit of the strategy, or offer to find out; open where it does not pay."""
    strategy, small = seen.question.strategy, seen.small
    expanded = tone(seen.answer) != "pays"
    box = st.expander(say("helps.title"), expanded, key="helps", icon=":material/lightbulb:", on_change="rerun")
    if not box.open:
        return
    with box:
        note = say("helps.note", futures=small.replications, consumers=f"{small.consumers:,}")
        st.caption(note)
        found = answers().found(small, strategy)
        if found is not None:
            _show(found)
            return
        key = (small.digest(), strategy)
        job = desk().find(session(), "helps", key)
        if job is not None and job.is_live:
            _follow(job)
            return
        if job is not None and job.state == "failed":
            st.error(plain(job.message), icon=":material/error:")
        st.button(say("helps.find_out"), on_click=_begin, args=(seen, key), icon=":material/search:", key="helps.find")


def step_words(row: Mapping[Any, Any]) -> str:
    """Return a step in words: the lever and its setting, and the markets where it is for some alone."""
    path, value = str(row["path"]), row["value"]
    if path.startswith("entry."):
        market = market_name(path.removeprefix("entry."))
        return say("helps.leave", market=market) if value is None else say("helps.enter", market=market, week=value)
    value = f"{value:,.10g}" if isinstance(value, float) else value
    word = say("lab.none") if value is None or value == [] else setting(f"{STRATEGY}.{path}", value)
    moves: Mapping[str, Any] = row["moves"]
    told = say("helps.set", lever=setting_name(f"{STRATEGY}.{path}"), value=word)
    if path in moves:
        return told
    markets = list(dict.fromkeys(each.partition(":")[0] for each in moves))
    return say("helps.there", step=told, markets=", ".join(market_name(code) for code in markets))


def _begin(seen: Shown, key: Any) -> None:
    keep, small, strategy = answers(), seen.small, seen.question.strategy
    desk().start(
        Job(
            "helps",
            seen.titles[strategy],
            session(),
            lambda job: keep.find_help(small, strategy, job.tell, job.stop),
            key,
        )
    )


def _show(found: Found) -> None:
    """Show the way to a profit first, then the best steps alone, each with a button that takes it."""
    table = helps.best(found.single)
    if table.empty:
        st.info(say("helps.nothing"), icon=":material/info:")
        return
    if found.base <= 0.0:
        _way(found)
    table = table.assign(label=[step_words(row) for row in table.to_dict("records")])
    panels.picture("helps", helps.steps(table, say, look()))
    for position, row in enumerate(table.to_dict("records")):
        _offer(row, position)
    panels.beside(_plain_table(found.single))


def _way(found: Found) -> None:
    """Say whether a setting was found that pays, and which steps lead there."""
    names = say("helps.then").join(plain(step_words(row)) for row in found.way.to_dict("records"))
    last = found.way.iloc[-1]
    told = say(
        "helps.pays" if last["pays"] else "helps.arrives" if found.arrives else "helps.no_way",
        steps=names,
        count=len(found.way),
        profit=money(float(last["profit"]), language()),
        low=money(float(last["profit_low"]), language()),
        high=money(float(last["profit_high"]), language()),
    )
    box, icon = (st.success, ":material/route:") if found.arrives else (st.warning, ":material/block:")
    box(dollars(told), icon=icon)
    moves = {path: value for each in found.way["moves"] for path, value in each.items()}
    st.button(say("helps.take_all", count=len(found.way)), on_click=move_all, args=(moves,), key="helps.all",
              icon=":material/done_all:")  # fmt: skip


def _offer(row: Mapping[Any, Any], position: int) -> None:
    """Show one step with its change, and the button that takes it."""
    words, button = st.columns([5, 1], vertical_alignment="center")
    lang = language()
    with words:
        told = say(
            "helps.row" if row["clear"] else "helps.row_unclear",
            step=plain(row["label"]),
            change=money(row["change"], lang, signed=True),
            low=money(row["low"], lang, signed=True),
            high=money(row["high"], lang, signed=True),
            profit=money(row["profit"], lang),
        )
        st.markdown(dollars(told))
    with button:
        st.button(say("helps.try"), on_click=move_all, args=(row["moves"],), key=f"helps.try.{position}",
                  width="stretch")  # fmt: skip


def _plain_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return all that was tried, the steps in words."""
    named = frame.assign(step=[step_words(row) for row in frame.to_dict("records")])
    return named[["step", *(name for name in frame if name not in ("path", "value", "moves"))]]


@st.fragment(run_every=1.0)
def _follow(job: Job) -> None:
    if not job.is_live:
        st.rerun()
    follow(job)
    stop(job, "stop.helps")
