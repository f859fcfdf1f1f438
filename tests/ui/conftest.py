"""The app without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from streamlit.testing.v1 import AppTest

from simulator.examples import app_script
from simulator.ui.desk import desk

CHINESE = re.compile(r"[\u4e00-\u9fff]")

Opened = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def no_work_left() -> Iterator[None]:
    """Stop what a page has begun, so that it neither slows the next test nor outlives the last one."""
    yield
    desk().cancel_all()


@pytest.fixture
def opened() -> Opened:
    """Return what opens the app in a language, with the session's state as given."""

    def open_app(lang: str | None = "en", link: Mapping[str, str] | None = None, **state: object) -> AppTest:
        page = AppTest.from_file(str(app_script()), default_timeout=120)
        for name, value in {**({"lang": lang} if lang else {}), **state}.items():
            page.session_state[name] = value
        for name, value in (link or {}).items():
            page.query_params[name] = value
        return page.run()

    return open_app


def page_of(name: str, lang: str = "en", **state: object) -> AppTest:
    """Return a page of the app, opened by itself."""

    def show(name: str) -> None:
        from importlib import import_module

        import_module(f"simulator.ui.pages.{name}").show()

    page = AppTest.from_function(show, kwargs={"name": name}, default_timeout=120)
    for key, value in {"lang": lang, **state}.items():
        page.session_state[key] = value
    return page.run()
