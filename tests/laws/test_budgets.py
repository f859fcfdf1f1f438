"""The acos rule in a run, by hand: next week's budget from this week's spend and the sales credited to it."""

from __future__ import annotations

import numpy as np

from simulator.model import MarketEntryModel
from tests.laws.worlds import scenario

TARGET = 0.2


def test_a_budget_follows_the_acos_that_was_measured() -> None:
    ads = {"rule": "acos", "target_share": TARGET, "budget_usd_week": 3000}
    asked = scenario(
        strategies={"acos": {"entry": {"US": 0}, "ads": ads, "compliance": "full"}}, markets=["US"],
        uncertainties={}, mechanisms={"audits": False},
    )  # fmt: skip
    model = MarketEntryModel(asked, "acos")
    cap = float(asked.behaviour_profile.ad_cap_factor * model.entrant.budget.room[0, 0])
    records = model.run()
    spent, credited = records.ad_usd[:, 0, 0], records.ad_attributed[:, 0, 0]
    live = np.flatnonzero(spent > 0)
    assert spent[live[0]] == min(3000.0, cap) and len(live) > 40
    budget, steps = spent[live[0]], set()
    for week in live[1:]:
        paid, sold = spent[week - 1], credited[week - 1]
        step = min(max(TARGET / (paid / sold), 0.8), 1.25) if paid > 0.0 and sold > 0.0 else 1.0
        budget = min(budget * step, cap)
        steps.add(step)
        np.testing.assert_allclose(spent[week], budget, rtol=1e-9)
    assert len(steps) > 5 and 0.8 in steps
    # It arrives: the sales that come from ads cost about the target.
    late = slice(live[-20], live[-1] + 1)
    assert abs(spent[late].sum() / credited[late].sum() / TARGET - 1.0) < 0.25
