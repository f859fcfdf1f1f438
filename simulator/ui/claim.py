"""One claim on the page of the trends: what is said, what was found, how it was examined, and its worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from simulator.report import claims
from simulator.report.experiments import Experiment, experiments
from simulator.report.findings import cells, code_of, number
from simulator.report.titles import text_of
from simulator.texts import catalogue
from simulator.ui import navigation, panels
from simulator.ui.asked import OWN, ask, bring
from simulator.ui.words import language, look, plain, say

if TYPE_CHECKING:
    from simulator.trends import Finding

ICONS = {
    "reproduced": ":material/check_circle:",
    "partly": ":material/contrast:",
    "not_reproduced": ":material/cancel:",
    "not_tested": ":material/visibility:",
}
"""Of the verdicts."""


def icon(code: str) -> str:
    """Return the icon of a verdict."""
    return ICONS[code]


def show_claim(found: Sequence[Finding], is_first: bool) -> None:
    """Show one claim, closed unless it is the first; what is closed is not drawn."""
    claim = found[0].part.claim
    words = plain(say(f"trends.claims.{claim}"))
    box = st.expander(
        f"{say('board.label', number=f'**{claim}**', words=words)} — {_summary(found)}",
        expanded=is_first,
        key=f"claim.{claim}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        for finding in found:
            st.markdown(_line(finding))
        _why(found, claim)
        _charts(found, claim)
        _how(found)
        _worlds(found, claim)


def _summary(found: Sequence[Finding]) -> str:
    """Return the verdicts of a claim's figures, each with its icon and its word."""
    counts = Counter(map(code_of, found))
    told = [f"{ICONS[code]} {counts[code]} {say(f'trends.verdicts.{code}')}" for code in ICONS if counts[code]]
    return " · ".join(told)


def _line(finding: Finding) -> str:
    """Return a figure in a line: what is measured, claimed and simulated, and the verdict."""
    measure, verdict, kind, claimed, simulated, interval = map(plain, cells(finding, language()))
    figures = say("board.line", claimed=claimed, simulated=f"**{simulated}**", interval=interval)
    mark = f"{ICONS[code_of(finding)]} **{verdict}**"
    return f"{mark} · {plain(number(finding))} {measure}  \n{figures} *{kind}*"


def _charts(found: Sequence[Finding], claim: int) -> None:
    """Show a chart for every unit of the claim's figures, and all of them as a table."""
    if claims.has_numbers(found):
        drawn = any(len(finding.estimate.futures) for finding in found)
        st.caption(say("board.chart_legend") + (" " + say("board.chart_futures") if drawn else ""))
    for unit in dict.fromkeys(finding.part.unit for finding in found):
        own = [finding for finding in found if finding.part.unit == unit]
        if claims.has_numbers(own):
            st.altair_chart(
                claims.claim(own, say, look()), width="stretch", theme=None, key=f"claim.{claim}.{unit}.chart"
            )
    columns = ["number", "measure", "claimed", "simulated", "interval", "verdict", "kind"]
    table = claims.table(found, say)[columns].rename(
        columns={
            "measure": say("trends.heads.claim"),
            **{name: say(f"trends.heads.{name}") for name in columns if name != "measure"},
        }
    )
    with st.popover(say("lab.table"), icon=":material/table:", width="stretch"):
        panels.frame(table)


def _why(found: Sequence[Finding], claim: int) -> None:
    """Say where the simulator disagrees, and what one would have to believe."""
    key = f"board.why.{claim}"
    missed = any(code_of(finding) in ("partly", "not_reproduced") for finding in found)
    if missed and key in catalogue(language()):
        st.info(f"**{say('board.disagrees')}** {plain(say(key))}", icon=":material/lightbulb:")


def _how(found: Sequence[Finding]) -> None:
    """Say how the claim was examined, and where it comes from."""
    played = [finding for finding in found if finding.part.scenario]
    told = [say("board.source")]
    if played:
        files = dict.fromkeys(f"scenarios/{finding.part.scenario}" for finding in played)
        told.append(
            say(
                "board.how",
                futures=played[0].replications,
                consumers=f"{played[0].consumers:,}",
                scenario=say("board.alt.and").join(files),
                claim=played[0].part.claim,
            )
        )
    told += [say(f"board.kinds.{kind}") for kind in dict.fromkeys(f.part.kind.replace(" ", "_") for f in found)]
    if any(finding.verdict == "not tested" and finding.part.kind != "outside the model" for finding in found):
        told.append(say("board.untested"))
    st.caption("  \n".join(map(plain, told)))


def _worlds(found: Sequence[Finding], claim: int) -> None:
    """Offer the worlds of the claim to the Lab."""
    worlds = experiments(found)
    if not worlds:
        return
    world = worlds[0]
    if len(worlds) > 1:
        world = st.selectbox(say("board.world"), worlds, format_func=_named, key=f"claim.{claim}.world")
    if st.button(say("board.open"), icon=":material/science:", key=f"claim.{claim}.open"):
        name = f"{claim} {world.question.file} {world.settings}".strip()
        scenario = world.scenario()
        bring(name, scenario.to_yaml())
        if world.strategies and world.strategies[0] != scenario.baseline:
            ask(OWN + name, world.strategies[0])
        navigation.go("lab")


def _named(world: Experiment) -> str:
    return text_of(world.scenario().title, language())
