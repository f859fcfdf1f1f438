"""One's own product: a form of a few questions, and the scenario that the answers make. Nothing is written to disk."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Mapping
from itertools import count
from typing import Any

import streamlit as st

from simulator import facts
from simulator.errors import Problem, ScenarioError
from simulator.examples import USUAL_MARKETS
from simulator.scenario.describing import type_of
from simulator.starter import Answers, Question, answered, questions, scenario_text
from simulator.starter.answers import FIRST_LAW, LONGEST_TITLE
from simulator.texts import in_language
from simulator.ui.asked import OWN, bring, own, scenario_from
from simulator.ui.words import language, market_name, plain, say

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "product": ("title", "unit_cost_usd", "reference_price_usd", "price_usd", "weight_kg", "volume_l"),
    "buyers": ("penetration_share", "frequency_per_year"),
    "plan": ("markets", "pace", "cash_usd", "ads_usd_week", "start", "weeks"),
}
"""Part of the form -> its questions, two beside each other."""

STEPS: Mapping[str, tuple[float, str]] = {
    "reference_price_usd": (1.0, "%.2f"),
    "price_usd": (1.0, "%.2f"),
    "unit_cost_usd": (0.5, "%.2f"),
    "weight_kg": (0.05, "%.3f"),
    "volume_l": (0.1, "%.2f"),
    "penetration_share": (0.01, "%.3f"),
    "frequency_per_year": (0.1, "%.3f"),
    "cash_usd": (50_000.0, "%.0f"),
    "ads_usd_week": (500.0, "%.0f"),
}
"""Question -> step of its buttons and digits."""

LAST_YEAR = 2100

GIVEN, BUILDING, PROBLEMS, ROUND = "build.given", "building", "build.problems", "build.round"
"""In the state of the session: last answers, whether the form is open, what is wrong, how often it was emptied."""

DISTINCT = 110
"""Letters of a title before the number that tells it from one that is there."""


def offer() -> None:
    """Show the button that opens the form, and the form while it is open."""
    st.button(say("builder.open"), on_click=_open, icon=":material/add_box:", width="stretch", key="build.open")
    if st.session_state.get(BUILDING):
        st.dialog(say("builder.title"), width="large", on_dismiss=_close)(build_own)()


def build_own() -> None:
    """Ask about the own product; once the answers make a scenario, the Lab has it."""
    if not st.session_state.get(BUILDING):
        st.rerun()  # the answers were taken: the dialog closes and the Lab shows them
    st.caption(say("builder.intro"))
    keys = facts.available("categories")
    remembered = st.session_state.get(GIVEN, {})
    category = st.selectbox(
        say("builder.category"),
        keys,
        index=keys.index(remembered.get("category", "sports_earbuds")),
        format_func=_category_name,
        help=say("builder.category_help"),
        key=_key("", "category"),
    )
    asked = {each.key: each for each in questions(category, USUAL_MARKETS)}
    with st.form("build", border=False):
        for section, names in SECTIONS.items():
            st.markdown(f"**{say(f'builder.{section}')}**")
            for pair in zip(names[::2], names[1::2]):
                for column, name in zip(st.columns(2), pair):
                    with column:
                        _ask(category, asked[name], remembered)
        _refusals(st.session_state.get(PROBLEMS, ()))
        st.form_submit_button(
            say("builder.done"),
            on_click=_take,
            args=(category,),
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
        )
    if remembered:
        st.button(
            say("builder.reset"), on_click=_empty, icon=":material/restart_alt:", type="tertiary", key="build.empty"
        )


def _ask(category: str, question: Question, remembered: Mapping[str, Any]) -> None:
    """Show one question with the last answer filled in, else its default; numbers are those of a category."""
    shown = question.default
    if question.key not in STEPS or remembered.get("category") == category:
        shown = remembered.get(question.key, shown)
    common: dict[str, Any] = {"key": _key(category, question.key), "help": _help(question)}
    label = say(f"builder.questions.{question.key}")
    if question.kind == "text":
        st.text_input(label, shown or "", placeholder=_category_name(category), **common)
    elif question.kind == "choices":
        st.multiselect(
            label, question.choices, default=shown, format_func=market_name, placeholder=say("app.choose"), **common
        )
    elif question.kind == "choice":
        st.selectbox(
            label,
            question.choices,
            index=question.choices.index(shown),
            format_func=lambda code: say(f"builder.{question.key}.{code}"),
            **common,
        )
    elif question.kind == "day":
        day = shown if isinstance(shown, datetime.date) else datetime.date.fromisoformat(shown)
        st.date_input(label, day, FIRST_LAW, datetime.date(LAST_YEAR, 12, 31), **common)
    elif question.kind == "whole":
        low, high = int(question.low or 0), None if question.high is None else int(question.high)
        st.number_input(label, low, high, shown, 1, **common)
    else:
        step, digits = STEPS[question.key]
        # Zero where only more than zero is allowed is refused with the others, in words.
        empty = say("builder.as_usual") if question.default is None else None
        st.number_input(label, question.low, question.high, shown, step, digits, placeholder=empty, **common)


def _help(question: Question) -> str:
    """Say what a question is about, and where its default comes from."""
    why = say(f"builder.why.{question.key}")
    if question.source == facts.ASSUMPTION:
        return plain(say("builder.help_assumed", why=why, source=say(f"builder.assumed.{question.key}")))
    reason = question.source.removeprefix(f"{facts.ASSUMPTION}: ")
    told = say("builder.source", source=reason)
    if reason != question.source:
        told = say("builder.assumption", why=reason)
    low, high = question.likely or (question.default, question.default)
    confidence = say(f"builder.confidence.{question.confidence}")
    return plain(say("builder.help", why=why, low=_amount(low), high=_amount(high), source=told, confidence=confidence))


def _amount(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def _take(category: str) -> None:
    """Make the scenario of the answers and ask for it; what is wrong stays on the form."""
    state = st.session_state
    given = {name: state.get(_key(category, name)) for names in SECTIONS.values() for name in names}
    given |= {"category": category, "title": (given["title"] or "").strip()}
    given = {name: value for name, value in given.items() if value not in (None, "")}
    title = str(given.get("title", category))
    name = _free(title)
    try:
        text = scenario_text(answered(given), language(), name)
        taken = {_title_of(each) for each in own().values()}
        if _title_of(text) in taken:
            told_apart = _numbered(title if "title" in given else _category_name(category), taken)
            text = scenario_text(answered(given | {"title": told_apart}), language(), name)
        bring(name, text)
    except ScenarioError as error:
        state[PROBLEMS] = error.problems
        return
    state[GIVEN] = given
    _close()


def _refusals(problems: tuple[Problem, ...]) -> None:
    """List what is wrong, each by its question."""
    if problems:
        st.error(say("builder.refused", count=len(problems)), icon=":material/block:")
        st.markdown("\n".join(f"- {_mend(problem)}" for problem in problems))


def _mend(problem: Problem) -> str:
    """Say what is allowed in the language of the session; a problem of no question speaks for itself."""
    if problem.path not in _QUESTIONS:
        return plain(f"{problem.path}: {problem.message}")
    kind = type_of(Answers, problem.path)
    key = f"builder.mend.{problem.path}"
    # The ends of a number are known; the other questions have a sentence of their own.
    if kind.low is not None and problem.path != "price_usd":
        key = "builder.mend.above" if kind.low_open else "builder.mend.number"
    ends = {"low": _amount(kind.low or 0.0), "high": _amount(kind.high or 0.0)}
    return f"**{plain(say(f'builder.questions.{problem.path}'))}**: {plain(say(key, **ends, longest=LONGEST_TITLE))}"


def _open() -> None:
    st.session_state[BUILDING] = True
    st.session_state[PROBLEMS] = ()


def _close() -> None:
    st.session_state[BUILDING] = False


def _empty() -> None:
    st.session_state.pop(GIVEN, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    _open()


def _key(category: str, name: str) -> str:
    """Return the key of a widget; numbers start anew with another category, the rest stays."""
    head = f"build.{st.session_state.get(ROUND, 0)}"
    return f"{head}.{category}.{name}" if name in STEPS else f"{head}.{name}"


def _category_name(key: str) -> str:
    return in_language(facts.load("categories", key).values["name"], language())


def _title_of(text: str) -> str:
    title = scenario_from(text).title
    return title.en if title else ""


def _numbered(title: str, taken: Container[str]) -> str:
    """Return a title with the first number that none has yet."""
    return next(each for number in count(2) if (each := f"{title[:DISTINCT]} ({number})") not in taken)


def _free(title: str) -> str:
    """Return a name that no other scenario of the session has, from the letters of a title that a file may have."""
    stem = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:32].strip("_")
    stem = stem if re.match(r"[a-z]", stem) else "my_product"
    names = (stem if number == 1 else f"{stem}_{number}" for number in count(1))
    return next(name for name in names if OWN + name not in own())


_QUESTIONS = frozenset(name for names in SECTIONS.values() for name in names)
