"""The pages, in the order of the navigation."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from simulator.ui.words import say

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

ICONS = {
    "lab": ":material/science:",
    "compare": ":material/compare_arrows:",
    "trends": ":material/fact_check:",
    "runs": ":material/folder_open:",
    "guide": ":material/menu_book:",
}
"""Page -> icon; the module ``simulator.ui.pages.<page>`` shows it."""


def page(name: str) -> StreamlitPage:
    """Return a page for the navigation, or to switch to."""
    show = import_module(f"simulator.ui.pages.{name}").show
    return st.Page(show, title=say(f"app.pages.{name}"), icon=ICONS[name], url_path=name, default=name == "lab")


def go(name: str) -> None:
    """Switch to a page."""
    st.switch_page(page(name))
