"""The levers of a strategy as widgets: language-free codes inside, words outside."""

from __future__ import annotations

from typing import Any

import streamlit as st

from simulator.network import hubs
from simulator.scenario.levers import GATE, GROUPS, PROMOTIONS, SPANS, Lever, levers, value_of
from simulator.texts import in_language
from simulator.ui import lists
from simulator.ui.asked import Asked, move, take_back
from simulator.ui.words import language, market_name, say

EVERYWHERE = "ALL"

LISTS = {"price": lists.promotions, "product": lists.variants}
"""Group -> what stands below its levers, for all markets at once."""


def strategy_builder(asked: Asked) -> None:
    """Show every lever of the strategy, first those that decide most; a market may have its own setting."""
    scenario = asked.original
    entered = list(scenario.strategies[asked.strategy].entry)
    places = [EVERYWHERE, *entered]
    if st.session_state.get("scope") not in places:
        st.session_state["scope"] = EVERYWHERE
    place = st.selectbox(
        say("lab.scope"),
        places,
        format_func=lambda code: say("lab.everywhere") if code == EVERYWHERE else market_name(code),
        key="scope",
        help=say("lab.scope_help"),
    )
    market = None if place == EVERYWHERE else place
    by_path = {lever.path: lever for lever in levers(scenario)}
    if market is None:
        with st.expander(_heading("entry", asked, None), expanded=False):
            for code in scenario.markets:
                _entry(asked, code)
            lists.gate(asked)
    for group, paths in GROUPS.items():
        with st.expander(_heading(group, asked, market), expanded=group == "price"):
            for path in paths:
                _widget(asked, by_path[path], market)
            if market is None and group in LISTS:
                LISTS[group](asked)
    if asked.moves:
        st.button(say("lab.reset", count=len(asked.moves)), on_click=take_back, width="stretch", icon=":material/undo:")


def _heading(group: str, asked: Asked, market: str | None) -> str:
    paths = [f"entry.{code}" for code in asked.original.markets] if group == "entry" else GROUPS[group]
    moved = sum(_address(path, market) in asked.moves for path in paths)
    if market is None:
        heads = {"entry": (GATE,), "price": (PROMOTIONS,), "product": ("products.",)}.get(group, ())
        moved += sum(path.startswith(heads) for path in asked.moves)
    return say(f"levers.groups.{group}") + (f" ● {moved}" if moved else "")


def _address(path: str, market: str | None) -> str:
    return path if market is None else f"{market}:{path}"


def _widget(asked: Asked, lever: Lever, market: str | None) -> None:
    address = _address(lever.path, market)
    own = value_of(asked.original, asked.strategy, lever.path, market)
    # A market without its own setting follows the general one, moved or not.
    shown = asked.moves.get(address, asked.moves.get(lever.path, own) if market else own)
    key = f"lever.{asked.example}.{asked.strategy}.{address}.{st.session_state.get('generation', 0)}"
    label = say(f"levers.{lever.path}") + (" ●" if address in asked.moves else "")

    def take() -> None:
        value: Any = st.session_state[key]
        if lever.kind == "choices" and lever.path == "payments":
            value = (
                ["local"] if "local" in value and "local" not in (shown or []) else [v for v in value if v != "local"]
            )
            value = value or ["local"]
        if value == own and market is None:
            take_back(address)
        else:
            move(address, value)

    common: dict[str, Any] = {"key": key, "on_change": take, "help": say(f"lever_help.{lever.path}")}
    if lever.kind == "flag":
        st.toggle(label, value=bool(shown), **common)
    elif lever.kind == "choice":
        options = [None, *lever.choices] if lever.optional else list(lever.choices)
        st.selectbox(
            label, options, index=options.index(shown), format_func=lambda word: _word(lever.path, word), **common
        )
    elif lever.kind == "choices":
        st.multiselect(
            label, lever.choices, default=list(shown), format_func=lambda word: _word(lever.path, word), **common
        )
    else:
        _number(label, lever, shown, common)


def _number(label: str, lever: Lever, shown: Any, common: dict[str, Any]) -> None:
    low, high, step = SPANS[lever.path]
    whole = lever.kind == "whole"
    turn: Any = int if whole else float
    if shown is None or lever.optional:
        ends = {"min_value": lever.low, "max_value": lever.high}
        bounds = {name: turn(end) for name, end in ends.items() if end is not None}
        _start(common["key"], None if shown is None else turn(shown))
        st.number_input(label, value=None, step=turn(step), **bounds, **common)
    else:
        low, high = min(low, shown), max(high, shown)
        st.slider(label, turn(low), turn(high), turn(shown), turn(step), **common)


def _entry(asked: Asked, code: str) -> None:
    path = f"entry.{code}"
    own = asked.original.strategies[asked.strategy].entry.get(code)
    shown = asked.moves.get(path, own)
    key = f"lever.{asked.example}.{asked.strategy}.{path}.{st.session_state.get('generation', 0)}"

    def take() -> None:
        value = st.session_state[key]
        if value == own:
            take_back(path)
        else:
            move(path, value)

    _start(key, shown)
    st.number_input(
        say("levers.entry", market=market_name(code)) + (" ●" if path in asked.moves else ""),
        min_value=0,
        max_value=asked.original.weeks - 1,
        value=None,
        step=1,
        placeholder=say("lab.not_entered"),
        help=say("lever_help.entry"),
        key=key,
        on_change=take,
    )


def _start(key: str, value: float | None) -> None:
    """Fill in a number that may be emptied: with a default of its own, an emptied one would show that again."""
    if key not in st.session_state:
        st.session_state[key] = value


def _word(path: str, word: str | None) -> str:
    if word is None:
        return say("lab.none")
    if path == "payments":
        return say("lab.all_local") if word == "local" else say(f"payments.{word}")
    if path == "product.certificates":
        return word
    if path == "logistics.hub":
        return in_language(hubs()[word].name.model_dump(), language())
    return say(f"levers.words.{path}.{word}")
