"""What runs and strategies are called in a language."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.texts import Lang, in_language

if TYPE_CHECKING:
    from simulator.scenario import Scenario
    from simulator.scenario.profiles import Texts


def text_of(text: Texts | None, lang: Lang) -> str:
    """Return a text of a scenario in a language, else in English; empty without one."""
    return in_language(text.model_dump(), lang) if text else ""


def strategy_titles(scenario: Scenario, lang: Lang) -> dict[str, str]:
    """Return the titles of strategies; where two have the same one, their names tell them apart."""
    titles = {
        name: text_of(strategy.title, lang) or name.replace("_", " ") for name, strategy in scenario.strategies.items()
    }
    shared = {title for title, count in Counter(titles.values()).items() if count > 1}
    return {name: f"{title} ({name})" if title in shared else title for name, title in titles.items()}
