"""Compare, Trends, the map of strategies, one's own product, and every page on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from simulator.report.titles import text_of
from simulator.texts import LANGUAGES, Lang
from simulator.ui.asked import example
from tests.e2e.conftest import Visit
from tests.e2e.visitor import PAGES, SECONDS

PHONE = 390
FLAGSHIP = example("flagship")


def title_of(strategy: str) -> str:
    return text_of(FLAGSHIP.strategies[strategy].title, "en")


def test_two_strategies_are_compared_in_one_sentence(visit: Visit) -> None:
    visitor = visit()
    visitor.go("compare")
    visitor.choose("comparing.here", title_of("ai_driven"))
    visitor.choose("comparing.there", title_of("price_war"))
    names = {"here": title_of("ai_driven"), "there": title_of("price_war")}
    expect(visitor.verdict).to_have_text(visitor.pattern("comparing.better", **names))
    visitor.choose("comparing.there", title_of("ai_driven"))
    expect(visitor.verdict).to_contain_text(visitor.say("comparing.same"))


def test_the_world_of_a_claim_opens_in_the_lab(visit: Visit) -> None:
    visitor = visit()
    visitor.go("trends")
    visitor.page.get_by_role("radio", name=visitor.say("board.short.2")).click()
    expect(visitor.page.get_by_role("heading", name=visitor.say("trends.trend.2"))).to_be_visible()
    visitor.settle()
    visitor.button("board.open").click()
    # The page of the Lab has its own title, that of the world.
    expect(visitor.page.get_by_role("slider", name=visitor.say("levers.price.position"))).to_be_visible()
    expect(visitor.verdict).to_contain_text(
        re.compile("|".join(visitor.say(f"lab.tone.{t}") for t in ("pays", "loses", "open")))
    )
    expect(visitor.title).not_to_have_text(text_of(FLAGSHIP.title, "en"))
    visitor.settle()


def test_a_click_on_the_map_of_strategies_opens_one(visit: Visit) -> None:
    visitor = visit()
    chosen = visitor.page.get_by_role("combobox", name=visitor.say("lab.strategy"))
    expect(chosen).to_have_value(title_of("localised"))
    cell = visitor.page.locator(f"path[aria-label^='market: SA; strategy: {title_of('ai_driven')}']")
    # In a corner of the cell, beside its number.
    cell.click(position={"x": 8, "y": 8}, force=True)
    expect(chosen).to_have_value(title_of("ai_driven"))
    expect(visitor.page.get_by_role("combobox", name=visitor.say("lab.scope"))).to_have_value("Saudi Arabia")
    visitor.settle()


def test_one_answers_questions_and_the_lab_answers(visit: Visit) -> None:
    visitor = visit()
    visitor.button("builder.open").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_label(visitor.say("builder.questions.title"), exact=True).fill("Bamboo lamp <b>$5$</b>")
    weeks = dialog.get_by_label(visitor.say("builder.questions.weeks"), exact=True)
    weeks.fill("20")
    dialog.get_by_role("button", name=visitor.say("builder.done")).click()
    expect(visitor.title).to_have_text("Bamboo lamp <b>$5$</b>")
    expect(visitor.verdict).to_contain_text("20 weeks")
    expect(dialog).to_have_count(0)
    visitor.settle()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_scrolls_sideways_on_a_phone(visit: Visit, lang: Lang) -> None:
    visitor = visit(lang, PHONE)
    sidebar = visitor.page.locator("[data-testid=stSidebar]")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    for name in PAGES:
        if name != "lab":
            # The navigation is in the sidebar, which lies over the page until it is closed again.
            visitor.page.locator("[data-testid=stExpandSidebarButton]").click()
            visitor.go(name)
            visitor.page.locator("[data-testid=stSidebarCollapseButton] button").click()
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        visitor.page.wait_for_timeout(0.5 * SECONDS)
        assert visitor.wide() <= PHONE, name
