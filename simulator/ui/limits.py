"""Limits on a page: what the model is not for, what it leaves out, and what its examinations did not confirm."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

import streamlit as st

from simulator import facts
from simulator.regulations import rule_keys, timeline
from simulator.report.fact_table import KINDS, key_name
from simulator.report.limits import NOT_REPRODUCED, OUTSIDE
from simulator.ui.words import language, say

ABSENT = (
    "rivals", "tax", "dollars", "transit", "transfer", "brand", "quality", "carbon", "noise", "dates", "hedging",
)  # fmt: skip


def show() -> None:
    """Show all limits, the one that matters most first."""
    st.warning(say("guide.limits.intro"), icon=":material/info:")
    _told("purpose")
    _heading("absent")
    st.markdown("\n".join(f"- {say(f'guide.limits.absent.{each}')}" for each in ABSENT))
    _heading("law")
    st.markdown(say("guide.limits.law.text", last=max(each.date.year for each in timeline()), count=len(rule_keys())))
    _evidence()
    _claims()
    _patterns()
    _told("sampling")
    _heading("reach")
    sizes = {kind: len(facts.available(kind)) for kind in ("markets", "categories")}
    st.markdown(say("guide.limits.reach.text", **sizes))


def _evidence() -> None:
    _told("evidence")
    heads = [say(f"guide.limits.evidence.columns.{name}") for name in ("kind", *get_args(facts.Confidence), "assumed")]
    rows = [(say(f"guide.kinds.{kind}"), *evidence(kind)) for kind in KINDS]
    st.table({head: [row[place] for row in rows] for place, head in enumerate(heads)}, border="horizontal")


@lru_cache(maxsize=len(KINDS))
def evidence(kind: facts.Kind) -> tuple[int, ...]:
    """Return how many facts of a kind have high, medium and low confidence, and how many are assumptions."""
    leaves = [fact for key in facts.available(kind) for fact in facts.load(kind, key).leaves.values()]
    levels = (sum(fact.confidence == level for fact in leaves) for level in get_args(facts.Confidence))
    return *levels, sum(fact.source.startswith(facts.ASSUMPTION) for fact in leaves)


def _claims() -> None:
    _told("claims")
    heads = [say(f"guide.limits.claims.columns.{name}") for name in ("claim", "missed", "why")]
    rows = [
        (
            f"{number} · {say(f'trends.claims.{number}')}",
            f"{missed} / {tested}",
            say(f"guide.limits.claims.why.{number}"),
        )
        for number, (missed, tested) in NOT_REPRODUCED.items()
    ]
    st.table({head: [row[place] for row in rows] for place, head in enumerate(heads)}, border="horizontal")
    st.caption(say("guide.limits.claims.more"))


def _patterns() -> None:
    _told("patterns")
    heads = [say(f"guide.limits.patterns.columns.{name}") for name in ("pattern", "where", "why")]
    rows = [
        (
            say(f"scorecard.patterns.{name}"),
            say("trends.and").join(key_name("categories", category, language()) for category in categories),
            say(f"guide.limits.patterns.why.{name}"),
        )
        for name, categories in OUTSIDE.items()
    ]
    st.table({head: [row[place] for row in rows] for place, head in enumerate(heads)}, border="horizontal")


def _told(section: str) -> None:
    _heading(section)
    st.markdown(say(f"guide.limits.{section}.text"))


def _heading(section: str) -> None:
    st.subheader(say(f"guide.limits.{section}.title"), anchor=False)
