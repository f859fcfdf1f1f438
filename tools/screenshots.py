"""Pictures of every page of the app, light and dark, wide and on a phone, in both languages: ``make screenshots``.

Each page is shown in its full height. A page that scrolls sideways, or says anything that the tests of the app in a
browser would not bear, is named at the end. ``--readme`` takes those of the README alone.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from simulator import api
from simulator.texts import LANGUAGES, Lang
from simulator.ui.asked import example
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.serving import serve
from tests.e2e.visitor import PAGES, SECONDS, Visitor

ROOT = Path(__file__).resolve().parents[1]
OUT, IMAGES = ROOT / "screenshots", ROOT / "docs" / "images"
WIDTHS = (1440, 390)
NARROW = 768
"""Pixels below which the sidebar is closed and holds the navigation."""

THEMES = ("light", "dark")
TABS = {
    "runs": [f"runs_page.tabs.{name}" for name in ("play", "library", "file")],
    "guide": [f"guide.tabs.{name}" for name in ("how", "facts", "limits", "glossary")],
}
HIGHEST = 16_000
"""Pixels of the longest page; a browser draws no larger picture."""

README = ("lab", "compare", "trends")


def main() -> int:
    """Take all pictures; returns 1 where a page is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true")
    only_readme = parser.parse_args().readme
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = serve(Path(folder))
        # Something to see under Saved runs.
        api.run(
            example("flagship").with_values({"replications": 2, "consumers": 2000}), out=server.out, name="flagship"
        )
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            if only_readme:
                _readme(browser, server.url)
            else:
                OUT.mkdir(exist_ok=True)
                for lang in LANGUAGES:
                    for theme in THEMES:
                        for width in WIDTHS:
                            wrong += _tour(browser, server.url, lang, width, theme)
        finally:
            browser.close()
            server.end()
    print("\n".join(wrong) or "Nothing is wrong with any page.")
    return bool(wrong)


def _tour(browser: Browser, url: str, lang: Lang, width: int, theme: str) -> Iterator[str]:
    """Show every page and every tab of it once; yields what is wrong."""
    visitor = Visitor(browser, url, lang, width, theme)
    for name in PAGES:
        _go(visitor, name, width)
        for place, tab in enumerate(TABS.get(name, [""])):
            if tab:
                visitor.page.get_by_role("tab", name=visitor.say(tab)).click()
                visitor.settle()
            if name == "lab":
                _open_all(visitor)
            shown = f"{name}{place + 1 if tab else ''}-{width}-{theme}-{lang}"
            _full(visitor, width, OUT / f"{shown}.png")
            wide = visitor.wide()
            print(f"{shown}.png {'' if wide <= width else f'is {wide:.0f} pixels wide'}", flush=True)
            if wide > width:
                yield f"{shown} scrolls sideways"
    visitor.context.close()
    for fault in visitor.faults:
        yield f"{lang} {width} {theme}: {fault}"


def _go(visitor: Visitor, name: str, width: int) -> None:
    """Go to a page; on a phone the navigation is in the sidebar."""
    if name == "lab":
        visitor.settle()
        return
    if width < NARROW:
        visitor.page.locator("[data-testid=stExpandSidebarButton]").click()
    visitor.go(name)
    if width < NARROW:
        visitor.page.locator("[data-testid=stSidebarCollapseButton] button").click()


def _open_all(visitor: Visitor) -> None:
    """Open every question of the Lab."""
    main = visitor.page.locator("[data-testid=stMain]")
    while (closed := main.locator("details:not([open]) > summary")).count():
        closed.first.click()
        visitor.settle()


def _full(visitor: Visitor, width: int, path: Path) -> None:
    """Take a picture of a page in its full height: it scrolls within the window, so the window grows."""
    page = visitor.page
    main = "document.querySelector('[data-testid=stMain]').scrollHeight"
    page.wait_for_timeout(SECONDS)
    page.set_viewport_size({"width": width, "height": min(max(900, int(page.evaluate(main))), HIGHEST)})
    page.wait_for_timeout(SECONDS)
    page.screenshot(path=path)
    page.set_viewport_size({"width": width, "height": 900})


def _readme(browser: Browser, url: str) -> None:
    """Take the pictures of the README."""
    IMAGES.mkdir(exist_ok=True)
    for lang in LANGUAGES:
        visitor = Visitor(browser, url, lang)
        for name in README:
            _go(visitor, name, WIDTHS[0])
            visitor.page.wait_for_timeout(2 * SECONDS)
            picture = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
            picture.save(IMAGES / f"{name}-{lang}.png", optimize=True)
            print(f"{name}-{lang}.png: {(IMAGES / f'{name}-{lang}.png').stat().st_size / 1000:.0f} kB")
        visitor.context.close()


if __name__ == "__main__":
    sys.exit(main())
