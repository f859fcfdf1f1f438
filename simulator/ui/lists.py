"""What stands for all markets at once: promotions, the seller's variants, and the gate before later markets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from simulator.scenario.levers import (
    GATE,
    GATE_LEVERS,
    PROMOTIONS,
    SPANS,
    VARIANT_LEVERS,
    Lever,
    firm_levers,
    value_of,
)
from simulator.scenario.strategy import Gate
from simulator.ui.asked import Asked, move, take_back
from simulator.ui.words import say

LAST_WEEK = 53
SPAN = re.compile(r"(\d{1,2})(?:\s*[-–—至]\s*(\d{1,2}))?")
MOST_ROWS = 20

LEAST = 0.0
"""USD a week that a gate asks for at first: the first markets must not lose."""


def promotions(asked: Asked) -> None:
    """Show the price cuts of a year as rows: ISO weeks, and how much is off."""
    own = value_of(asked.original, asked.strategy, PROMOTIONS)
    shown = asked.moves.get(PROMOTIONS, own)
    table = pd.DataFrame(
        {
            "weeks": pd.Series([weeks_text(each["weeks"]) for each in shown], dtype=object),
            "off": pd.Series([round(each["off_share"] * 100, 6) for each in shown], dtype=float),
        }
    )
    # What is shown is part of the key: the editor starts anew from it, or edits would be made twice.
    key = f"list.{PROMOTIONS}.{_head(asked)}.{json.dumps(shown)}"
    problem = f"problem.{key}"

    def take() -> None:
        try:
            found = promotions_of(edited(table, st.session_state[key]))
        except ValueError as error:
            st.session_state[problem] = str(error)
            return
        st.session_state.pop(problem, None)
        if found is not None:
            _set(PROMOTIONS, found, own)

    st.caption(say("lists.promotions") + (" ●" if PROMOTIONS in asked.moves else ""), help=say("lists.promotions_help"))
    st.data_editor(
        table,
        num_rows="dynamic",
        hide_index=True,
        key=key,
        on_change=take,
        column_config={
            "weeks": st.column_config.TextColumn(say("lists.weeks"), required=True, max_chars=120),
            "off": st.column_config.NumberColumn(
                say("lists.off"), required=True, min_value=0.1, max_value=99.9, step=0.1, format="%g %%"
            ),
        },
    )
    if problem in st.session_state:
        st.error(st.session_state[problem], icon=":material/block:")


def variants(asked: Asked) -> None:
    """Show the seller's other products as rows, each option a column; nothing where there is only one product."""
    names = list(asked.original.seller.products)
    if not names:
        return
    by_path = {lever.path: lever for lever in firm_levers(asked.original)}
    own = {path: value_of(asked.original, asked.strategy, path) for path in by_path if path.startswith("products.")}
    shown = {path: asked.moves.get(path, value) for path, value in own.items()}
    rows = [{path: shown[f"products.{name}.{path}"] for path in VARIANT_LEVERS} for name in names]
    table = pd.DataFrame(rows, index=pd.Index(names, name="name"))
    key = f"list.products.{_head(asked)}.{json.dumps(shown)}"

    def take() -> None:
        for row, cells in st.session_state[key]["edited_rows"].items():
            for column, value in cells.items():
                path = f"products.{names[int(row)]}.{column}"
                if value is not None:
                    _set(path, value, own[path])

    moved = any(path in asked.moves for path in own)
    st.caption(say("lists.variants") + (" ●" if moved else ""), help=say("lists.variants_help"))
    columns = {path: _column(by_path[f"products.{names[0]}.{path}"], path) for path in VARIANT_LEVERS}
    config: dict[str, Any] = {"name": st.column_config.TextColumn(say("lists.variant"), disabled=True), **columns}
    st.data_editor(table, num_rows="fixed", key=key, on_change=take, column_config=config)


def gate(asked: Asked) -> None:
    """Show whether a gate keeps the later markets waiting, and what the first ones must earn to open it."""
    by_path = {lever.path: lever for lever in firm_levers(asked.original)}
    own = {path: value_of(asked.original, asked.strategy, path) for path in GATE_LEVERS}
    standard = {path: Gate.model_fields[path.removeprefix("gate.")].default for path in GATE_LEVERS[1:]}
    bare = {GATE_LEVERS[0]: LEAST, **standard}
    before = bare if GATE in asked.moves or own[GATE_LEVERS[0]] is None else own
    shown = {path: asked.moves.get(path, value) for path, value in before.items()}
    stands = GATE_LEVERS[0] in asked.moves or before is own
    key = f"lever.{_head(asked)}.{GATE}.{st.session_state.get('generation', 0)}"

    def switch() -> None:
        for path in (GATE, *GATE_LEVERS):
            take_back(path)
        if not st.session_state.get(key, not stands):
            if own[GATE_LEVERS[0]] is not None:
                move(GATE, None)
        elif own[GATE_LEVERS[0]] is None:
            move(GATE_LEVERS[0], LEAST)

    st.toggle(say("lists.gate.on"), value=stands, key=key, on_change=switch, help=say("lists.help.gate.on"))
    for path in GATE_LEVERS if stands else ():

        def take(place: str, path: str = path) -> None:
            move(path, st.session_state[place])

        _number(asked, by_path[path], shown[path], take)


def _number(asked: Asked, lever: Lever, shown: Any, take: Any) -> None:
    key = f"lever.{_head(asked)}.{lever.path}.{st.session_state.get('generation', 0)}"
    turn: Any = int if lever.kind == "whole" else float
    low, high = (None if end is None else turn(end) for end in (lever.low, lever.high))
    st.number_input(
        say(f"lists.{lever.path}") + (" ●" if lever.path in asked.moves else ""),
        min_value=low,
        max_value=high,
        value=turn(shown),
        step=turn(SPANS[lever.path][2]),
        help=say(f"lists.help.{lever.path}"),
        key=key,
        on_change=take,
        args=(key,),
    )


def _column(lever: Lever, path: str) -> Any:
    """Return the column of an option of a variant."""
    label = say("lists.offered") if path == "offered" else say(f"levers.{path if '.' in path else f'product.{path}'}")
    if lever.kind == "flag":
        return st.column_config.CheckboxColumn(label)
    if lever.kind == "choices":
        return st.column_config.MultiselectColumn(label, options=lever.choices)
    if lever.kind == "choice":
        head = f"levers.words.{path if '.' in path else f'product.{path}'}"
        return st.column_config.SelectboxColumn(
            label, options=lever.choices, required=True, format_func=lambda word: say(f"{head}.{word}")
        )
    step = 0.01 if path == "price.position" else 0.1
    return st.column_config.NumberColumn(label, required=True, min_value=lever.low, max_value=lever.high, step=step)


def edited(table: pd.DataFrame, state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of an editor after what was edited, added and deleted in it."""
    rows = [dict(row) for row in table.to_dict("records")]
    for position, cells in state.get("edited_rows", {}).items():
        rows[int(position)] |= cells
    gone = set(state.get("deleted_rows", ()))
    return [row for position, row in enumerate(rows) if position not in gone] + list(state.get("added_rows", ()))


def promotions_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return rows as promotions; None while one is not complete. ValueError with what is wrong, in words."""
    if len(rows) > MOST_ROWS:
        raise ValueError(say("lists.too_many", most=MOST_ROWS))
    found = []
    for row in rows:
        weeks, off = row.get("weeks"), row.get("off")
        if not weeks or off is None or off != off:
            return None
        if not 0.0 < off < 100.0:
            raise ValueError(say("lists.bad_off", read=f"{off:g}"))
        found.append({"weeks": weeks_of(str(weeks)), "off_share": round(off / 100.0, 8)})
    return found


def weeks_of(text: str) -> list[int]:
    """Return the weeks of ``26-28, 47``; ValueError in words where it says none, or one that no year has."""
    found: list[int] = []
    for part in re.split(r"[,;，；、]", text):
        match = SPAN.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= LAST_WEEK:
            raise ValueError(say("lists.bad_weeks", read=json.dumps(part.strip()[:20], ensure_ascii=False)))
        found += [week for week in range(first, last + 1) if week not in found]
    return found


def weeks_text(weeks: Sequence[int]) -> str:
    """Return weeks as people write them: ``26-28, 47``; their order stays."""
    runs: list[list[int]] = []
    for week in weeks:
        if runs and week == runs[-1][-1] + 1:
            runs[-1].append(week)
        else:
            runs.append([week])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _set(path: str, value: Any, own: Any) -> None:
    if value == own:
        take_back(path)
    else:
        move(path, value)


def _head(asked: Asked) -> str:
    return f"{asked.example}.{asked.strategy}"
