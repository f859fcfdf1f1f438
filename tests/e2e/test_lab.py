"""The Lab in a browser: what a visitor sees first, a lever that moves, a link, two people at once."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from simulator.report.titles import text_of
from simulator.texts import LANGUAGES, tr
from simulator.ui.asked import example
from tests.e2e.conftest import Visit
from tests.e2e.visitor import PAGES, TITLES, Visitor

FLAGSHIP = example("flagship")
FULL = f"{FLAGSHIP.consumers:,}"
OPENS_ON = "localised"
"""The strategy that a visitor sees first."""


def price(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("slider", name=visitor.say("levers.price.position"))


def value_of(slider: Locator) -> float:
    return float(slider.input_value())


def strategy(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("combobox", name=visitor.say("lab.strategy"))


def shows_full(visitor: Visitor) -> None:
    """Wait until the answer is the one that was played in full."""
    size = visitor.say("lab.full", futures=FLAGSHIP.replications, consumers=FULL)
    expect(visitor.page.get_by_text(size)).to_be_visible()
    visitor.settle()


def test_it_opens_on_the_flagship_with_a_verdict_in_the_language_of_the_browser(visit: Visit) -> None:
    for lang in LANGUAGES:
        visitor = visit(lang)
        expect(visitor.title).to_have_text(text_of(FLAGSHIP.title, lang))
        expect(visitor.verdict).to_contain_text(visitor.say("lab.tone.open"))
        expect(visitor.page.locator("[data-testid=stMetric]")).to_have_count(4)
        shows_full(visitor)


def test_the_language_is_switched_on_every_page(visit: Visit) -> None:
    visitor = visit("zh")
    visitor.page.get_by_role("radio", name="English").click()
    expect(visitor.title).to_have_text(text_of(FLAGSHIP.title, "en"))
    visitor.lang = "en"
    for name in PAGES[1:]:
        visitor.go(name)
        expect(visitor.title).to_have_text(tr(TITLES[name], "en"))
        expect(visitor.page.locator("[data-testid=stTopNavLink]")).to_have_text(
            [re.compile(re.escape(tr(f"app.pages.{each}", "en")) + "$") for each in PAGES]
        )


def test_a_moved_lever_shows_a_draft_then_the_full_answer_and_can_be_taken_back(visit: Visit) -> None:
    visitor = visit()
    shows_full(visitor)
    first = visitor.verdict.inner_text()
    price(visitor).press("ArrowRight")
    expect(visitor.text("lab.draft")).to_be_visible()
    drafted = visitor.verdict.inner_text()
    assert drafted != first
    shows_full(visitor)
    assert visitor.verdict.inner_text() not in (first, drafted)
    visitor.button("lab.reset", count=1).click()
    expect(visitor.verdict).to_have_text(re.compile(re.escape(first.split("\n")[-1])))
    shows_full(visitor)


def test_a_link_opens_the_same_strategy_and_lever_for_somebody_else(visit: Visit) -> None:
    visitor = visit()
    visitor.choose("lab.strategy", text_of(FLAGSHIP.strategies["green_premium"].title, "en"))
    visitor.settle()
    price(visitor).press("ArrowRight")
    expect(visitor.button("lab.reset", count=1)).to_be_visible()
    moved = value_of(price(visitor))
    visitor.button("lab.link.title").click()
    link = visitor.page.locator("[data-testid=stPopoverBody] code").first.inner_text()
    other = visit(url=link)
    expect(strategy(other)).to_have_value(text_of(FLAGSHIP.strategies["green_premium"].title, "en"))
    assert value_of(price(other)) == moved


def test_two_visitors_do_not_disturb_each_other(visit: Visit) -> None:
    one, two = visit(), visit()
    before, shown = value_of(price(two)), two.verdict.inner_text()
    price(one).press("ArrowLeft")
    expect(one.button("lab.reset", count=1)).to_be_visible()
    one.settle()
    two.go("guide")
    two.go("lab")
    assert value_of(price(two)) == before != value_of(price(one))
    assert two.verdict.inner_text() == shown
    expect(two.button("lab.reset", count=1)).to_have_count(0)
