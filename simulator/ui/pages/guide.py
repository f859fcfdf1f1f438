"""The Guide: how the model works, its facts with their sources, where it ends, and what its words mean."""

from __future__ import annotations

import streamlit as st

from simulator.engine.solo import DRAFT_CONSUMERS, DRAFT_FUTURES
from simulator.texts import catalogue
from simulator.ui import factbook, limits
from simulator.ui.equations import EQUATIONS
from simulator.ui.words import language, say

WORDS = ("lever", "strategy", "uncertainty", "future")
SUBJECTS = ("rivals", "logistics", "regulation", "ledger")
READING = ("mean", "share", "interval", "paired", "small")


def show() -> None:
    """Show the page."""
    st.title(say("guide.title"), anchor=False)
    st.caption(say("guide.intro"))
    how, figures, limited, glossary = st.tabs(
        [say(f"guide.tabs.{tab}") for tab in ("how", "facts", "limits", "glossary")]
    )
    with how:
        _how()
    with figures:
        factbook.show()
    with limited:
        limits.show()
    with glossary:
        _glossary()


def _how() -> None:
    """Tell the model in the order in which a reader needs it."""
    _told("idea")
    _heading("words")
    _list([say(f"guide.how.words.{word}") for word in WORDS])
    _heading("week")
    st.caption(say("guide.how.week.note"))
    steps = [text for key, text in catalogue(language()).items() if key.startswith("guide.how.week.steps.")]
    st.markdown("\n".join(f"{number}. {text}" for number, text in enumerate(steps, 1)))
    _told("sale")
    _stages()
    for subject in SUBJECTS:
        _told(subject)
    _heading("tiers")
    st.markdown(say("guide.size", futures=DRAFT_FUTURES, consumers=f"{DRAFT_CONSUMERS:,}"))
    _heading("reading")
    _list([say(f"guide.how.reading.{rule}") for rule in READING])
    _equations()


def _stages() -> None:
    """Show every way in which a need can end, in the order of the model, and what would help."""
    names = [key.removeprefix("stages.") for key in catalogue() if key.startswith("stages.")]
    lines = [
        f"{number}. **{say(f'stages.{name}')}**  \n   {say(f'guide.how.stages.{name}.why')}  \n"
        f"   *{say('guide.what_helps', text=say(f'guide.how.stages.{name}.helps'))}*"
        for number, name in enumerate(names, 1)
    ]
    st.markdown("\n".join(lines))


def _equations() -> None:
    """Show the key equations, each with what its signs mean."""
    st.subheader(say("guide.equations.title"), anchor=False)
    st.caption(say("guide.equations.note"))
    for name, formula in EQUATIONS.items():
        with st.expander(say(f"guide.equations.{name}.title")):
            st.latex(formula)
            st.markdown(say(f"guide.equations.{name}.text"))


def _glossary() -> None:
    """Show the terms in both languages side by side."""
    ours, theirs = (catalogue(lang) for lang in (language(), "en" if language() == "zh" else "zh"))
    head = "guide.glossary.terms."
    names = [
        key.removeprefix(head).removesuffix(".term") for key in ours if key.startswith(head) and key.endswith(".term")
    ]
    wanted = st.text_input(say("guide.glossary.search"), key="guide.term").casefold().strip()
    found = []
    for name in names:
        row = (ours[f"{head}{name}.term"], theirs[f"{head}{name}.term"], ours[f"{head}{name}.text"])
        if wanted in " ".join(row).casefold():
            found.append(row)
    if not found:
        st.info(say("guide.glossary.none"))
        return
    st.caption(say("guide.glossary.count", count=len(found)))
    langs = ("zh", "en") if language() == "zh" else ("en", "zh")
    heads = [say(f"guide.glossary.columns.{column}") for column in (*langs, "text")]
    rows = sorted(found, key=lambda row: row[0].casefold()) if language() == "en" else found
    st.table({head: [row[place] for row in rows] for place, head in enumerate(heads)}, border="horizontal")


def _told(section: str) -> None:
    """Show a section of one text."""
    _heading(section)
    st.markdown(say(f"guide.how.{section}.text"))


def _heading(section: str) -> None:
    st.subheader(say(f"guide.how.{section}.title"), anchor=False)


def _list(texts: list[str]) -> None:
    st.markdown("\n".join(f"- {text}" for text in texts))
