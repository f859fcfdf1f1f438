"""One server and one browser for all flows; a visitor who leaves says what was wrong with what was seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.serving import Server, serve
from tests.e2e.visitor import Visitor

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
CURE = f"{CHROMIUM} is missing: apt-get install chromium fonts-noto-cjk, or name another with CHROMIUM=/path"

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    if not CHROMIUM.exists():
        pytest.exit(CURE, returncode=1)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app."""
    served = serve(tmp_path_factory.mktemp("app"))
    yield served
    said = served.end()
    assert "Traceback" not in said, said


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return what lets one more visitor in; all have to leave content."""
    there: list[Visitor] = []

    def enter(*arguments: object, url: str = "", **settings: object) -> Visitor:
        there.append(Visitor(browser, url or server.url, *arguments, **settings))  # type: ignore[arg-type]
        return there[-1]

    yield enter
    for each in there:
        each.close()
