"""Compare: the difference that it states is that of the command line, and it says when there is none."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from simulator.texts import LANGUAGES
from tests.ui.conftest import page_of


@pytest.mark.parametrize("lang", LANGUAGES)
def test_strategies_of_the_lab_are_compared(lang: str) -> None:
    page: AppTest = page_of("compare", lang)
    assert not page.exception
