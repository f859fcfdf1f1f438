"""The frame of every page: title, navigation, language."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from simulator.examples import FLAGSHIP
from simulator.texts import LANGUAGES
from simulator.ui import navigation, share, words
from simulator.ui.words import plain, say

ICON = Path(__file__).with_name("icon.svg")
"""A file of its own: an emoji as icon would be fetched from a server far away."""


def main() -> None:
    """Show the page that is asked for."""
    _follow_link()
    words.language()
    st.set_page_config(page_title=say("app.title"), page_icon=str(ICON), layout="wide")
    page = st.navigation([navigation.page(name) for name in navigation.ICONS], position="top")
    with st.sidebar:
        st.segmented_control(
            say("app.language"),
            LANGUAGES,
            default=words.language(),
            format_func=lambda lang: {"en": "English", "zh": "中文"}[lang],
            key="language_choice",
            on_change=_choose_language,
            label_visibility="collapsed",
            required=True,
        )
    page.run()


def _follow_link() -> None:
    """Open what the link of a new session asks for; what it asks in vain is named once."""
    state = st.session_state
    if "followed" in state:
        return
    link = share.decode(st.query_params.to_dict())
    state["followed"] = True
    if link.lang:
        state[words.KEY] = link.lang
    if link.example:
        state["example"] = link.example
    if link.strategy:
        state["strategy"] = link.strategy
        if link.moves:
            state["moves"] = {(link.example or FLAGSHIP, link.strategy): dict(link.moves)}
    if link.rejected:
        st.toast(say("lab.link.rejected", names=", ".join(map(plain, link.rejected))), icon=":material/link_off:")


def _choose_language() -> None:
    chosen = st.session_state["language_choice"]
    if chosen in LANGUAGES:
        st.session_state[words.KEY] = chosen
