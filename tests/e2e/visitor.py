"""A person at the browser: what is clicked, read, and found wrong with the page meanwhile."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from simulator.texts import Lang, catalogue, tr

PAGES = ("lab", "compare", "trends", "runs", "guide")
TITLES = {"compare": "comparing.title", "trends": "board.title", "runs": "runs_page.title", "guide": "guide.title"}
"""Of the pages whose title is a text of the app; that of the Lab is the scenario's."""

HARMLESS = ('WARN Dropping "fit-y" because spec has discrete height.',)
"""Vega says so of bar charts as high as their bars, and is right."""

SECONDS = 1000.0
PATIENCE = 60 * SECONDS
"""For what a page computes, on two cores that are busy."""

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
EXCEPTION = "[data-testid=stException]"

expect.set_options(timeout=PATIENCE)


class Visitor:
    """One tab, in a context of its own."""

    def __init__(self, browser: Browser, url: str, lang: Lang = "en", width: int = 1440, scheme: str = "light") -> None:
        self.lang, self.url = lang, url
        self.faults: list[str] = []
        locale = {"en": "en-US", "zh": "zh-CN"}[lang]
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"error on the page: {error}"))
        self.context.on("request", lambda request: self._asked(request.url))
        self.open(url)

    def open(self, url: str) -> None:
        """Open an address of the app; charts may still be drawn."""
        self.page.goto(url)
        expect(self.title).to_be_visible(timeout=2 * PATIENCE)

    def settle(self) -> None:
        """Wait until the page stands still, and look whether it shows an exception."""
        self.page.wait_for_selector(IDLE, timeout=2 * PATIENCE)
        self.check_exception()

    def check_exception(self) -> None:
        """Note an exception that the page shows."""
        for shown in self.page.locator(EXCEPTION).all():
            self.faults.append(f"exception on the page: {shown.inner_text()[:500]}")

    def say(self, key: str, **values: Any) -> str:
        """Return a text of the app in the language of the visitor."""
        return tr(key, self.lang, **values)

    def pattern(self, key: str, **values: str) -> re.Pattern[str]:
        """Return what a text looks like with any values in it but those that are given."""
        parts = re.split(r"\{(\w+)\}", catalogue(self.lang)[key])
        shape = [
            re.escape(part) if at % 2 == 0 else re.escape(values.get(part, "")) or ".+" for at, part in enumerate(parts)
        ]
        return re.compile("".join(shape).replace(r"\ %", r"\s%"))  # no line breaks there

    def go(self, name: str) -> None:
        """Follow the navigation to a page."""
        self.page.get_by_role("link", name=self.say(f"app.pages.{name}"), exact=True).click()
        if name in TITLES:
            expect(self.title).to_have_text(self.say(TITLES[name]))
        else:
            expect(self.page.locator("[data-testid=stMetric]").first).to_be_visible()
        self.settle()

    @property
    def title(self) -> Locator:
        """The title of the page."""
        return self.page.get_by_role("heading", level=1)

    @property
    def verdict(self) -> Locator:
        """The sentence that the Lab and Compare begin with."""
        return self.page.locator("[data-testid=stAlert]").first

    def button(self, key: str, **values: Any) -> Locator:
        """Return the button that says a text; icons stand before it."""
        return self.page.get_by_role("button", name=re.compile(re.escape(self.say(key, **values)) + "$")).first

    def text(self, key: str, **values: str) -> Locator:
        """Return where a text stands, with any values in it but those that are given."""
        return self.page.get_by_text(self.pattern(key, **values)).first

    def choose(self, key: str, option: str) -> None:
        """Choose in a list."""
        box = self.page.get_by_role("combobox", name=self.say(key), exact=True).first
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        expect(box).to_have_value(option)

    def wide(self) -> float:
        """Return how wide the page is, in pixels; wider than the window, it scrolls sideways."""
        return float(self.page.evaluate("document.scrollingElement.scrollWidth"))

    def close(self) -> None:
        """Close the tab, and say what was wrong."""
        if not self.page.is_closed():
            self.check_exception()
        self.context.close()
        assert not self.faults, "\n".join(self.faults)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.text not in HARMLESS:
            self.faults.append(f"console {message.type}: {message.text}")

    def _asked(self, url: str) -> None:
        here = urlsplit(self.url).netloc
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != here:
            self.faults.append(f"asked elsewhere: {url}")
