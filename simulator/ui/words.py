"""The language of a session, and the words in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import streamlit as st

from simulator import facts
from simulator.report.looks import DARK, LIGHT, Look
from simulator.texts import Lang, in_language, tr

KEY = "lang"


def language() -> Lang:
    """Return the language of this session: its choice, else the browser's, else English."""
    chosen: Lang | None = st.session_state.get(KEY)
    if chosen is None:
        chosen = "zh" if str(st.context.locale or "").lower().startswith("zh") else "en"
        st.session_state[KEY] = chosen
    return chosen


def say(key: str, **values: Any) -> str:
    """Return a text of the catalogue in the language of the session; no line breaks between a number and its %."""
    return re.sub(r"(?<=\d) %", "\u00a0%", tr(key, language(), **values))


def look() -> Look:
    """Return the colours of the page, light or dark, for charts of its width."""
    return replace(DARK if st.context.theme.type == "dark" else LIGHT, width="container")


def market_name(code: str) -> str:
    """Return what a market is called."""
    names: dict[str, str] = facts.load("markets", code).values["name"]
    return in_language(names, language())


def plain(text: str) -> str:
    """Return a text of a user as Markdown that shows it as it was typed: nothing in it formats or links."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)


def dollars(text: str) -> str:
    """Return a text in which a dollar sign is one: two of them would set what stands between as mathematics.

    What `plain` has escaped stays as it is: a second backslash would show itself and set the dollar free.
    """
    return re.sub(r"(?<!\\)\$", r"\\$", text)
