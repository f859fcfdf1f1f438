"""Surveillance audits: a certificate costs every year, and is as if there were none while it is suspended."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.batch import Batch
from simulator.errors import ScenarioError
from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.sellers.certificates import Certificates
from simulator.sellers.levers import Levers
from simulator.views import STAGES, Records
from tests.laws.worlds import PARCELS, same, scenario

GRANTED, YEAR, LASTS = 6, 52, 9
"""Weeks until FSC is there, between its audits, and of a suspension."""
FEE = 1500.0
CERTIFIED = PARCELS | {
    "entry": {"US": 0},
    "product": {"green": 1.0, "certificates": ["FSC"]},
    "price": {"position": 1.0},
}
FIRST, SECOND = GRANTED + YEAR, GRANTED + 2 * YEAR
CERTIFICATES = INDEX["certificates"]
UNSEEN = {"certificate_suspended_weeks": LASTS, "audit_hazard_none": 0.0, "exposure_hazard": 0.0}
"""No authority looks: what happens is the auditor's work."""


def label(**numbers: Any) -> dict[str, Any]:
    return {"key": "sports_earbuds", "certificates": {"FSC": {"audit_usd_year": FEE, "weeks": GRANTED} | numbers}}


def asked(plan: dict[str, Any], fail: float = 0.0, **changed: Any):
    numbers = {"audit_fail_share": fail} | changed.pop("fsc", {})
    rest = {
        "weeks": 130, "consumers": 500, "uncertainties": {}, "category": label(**numbers),
        "behaviour": {"certificate_suspended_weeks": LASTS, "exposure_hazard": 0.0}, "markets": ["US", "DE"],
    }  # fmt: skip
    return scenario(strategies={"plan": plan}, **(rest | changed))


def play(plan: dict[str, Any], fail: float = 0.0, **changed: Any) -> Records:
    return MarketEntryModel(asked(plan, fail, **changed), "plan", (0, 1)).run()


# ------------------------------------------------------------------------------------------------------ the fee
def test_an_audit_is_paid_every_year_after_the_grant_whatever_the_number_of_markets() -> None:
    for entry in ({"US": 0}, {"US": 0, "DE": 30}):
        paid = play(CERTIFIED | {"entry": entry}).ledger[:, :, :, CERTIFICATES]
        weeks = np.flatnonzero(paid.any(axis=(1, 2)))
        assert weeks.tolist() == [0, FIRST, SECOND]
        assert (paid[[FIRST, SECOND], :, -1] == 100 * FEE).all()  # by the headquarters
        assert not paid[:, :, :-1].any()


def test_who_is_gone_pays_no_auditor() -> None:
    paid = play(
        CERTIFIED | {"exit": {"after_weeks": 70, "if_contribution_below_usd_week": 1e9, "for_weeks": 1}}
    ).ledger[..., CERTIFICATES]
    assert paid[FIRST].sum() == 2 * 100 * FEE and paid[SECOND].sum() == 0


def test_without_a_certificate_nothing_is_audited() -> None:
    plain = play(CERTIFIED | {"product": {"green": 1.0}}, fail=1.0, behaviour=UNSEEN)
    assert not plain.ledger[..., CERTIFICATES].any() and not plain.incidents.any()


# ---------------------------------------------------------------------------------------------- a failed audit
def test_a_suspended_certificate_is_as_if_there_were_none_and_comes_back() -> None:
    model = MarketEntryModel(asked(CERTIFIED, fail=1.0), "plan", (0, 1))
    shelves = [model.entrant.shelf(week, np.zeros((2, 2), bool)) for week in range(model.weeks)]
    gone = np.zeros(model.weeks, bool)
    for audit in (FIRST, SECOND):
        gone[audit + 1 : audit + 1 + LASTS] = True
    there = (np.arange(model.weeks) >= GRANTED) & ~gone
    for f in range(2):
        np.testing.assert_array_equal([s.green[f, 0] for s in shelves], np.where(there, 1.0, 0.5))
        np.testing.assert_array_equal([s.green_badge[f, 0] for s in shelves], there)
        np.testing.assert_array_equal([s.certified[f, 0] for s in shelves], there)


def test_while_it_is_suspended_the_claim_can_be_found_out() -> None:
    sure = {"certificate_suspended_weeks": LASTS, "exposure_hazard": 1.0, "organic_reference_share": 0.3}
    kept, failed = (play(CERTIFIED, fail, behaviour=sure, mechanisms={"audits": fail > 0.0}) for fail in (0.0, 1.0))
    fines = [records.ledger[FIRST : FIRST + LASTS + 2, ..., INDEX["fines"]].sum() for records in (kept, failed)]
    assert fines[0] == 0 < fines[1]


def test_the_law_bars_what_lost_the_certificate_that_it_demands() -> None:
    demanded = {"fsc": {"required_in": ["US"]}, "mechanisms": {"audits": True}, "weeks": FIRST + 30}
    quiet = {"behaviour": UNSEEN}
    market = CERTIFIED | {"channel": "marketplace"}
    window = slice(FIRST + 1, FIRST + 1 + LASTS)
    failed, kept = (play(market, fail, **demanded, **quiet) for fail in (1.0, 0.0))
    assert kept.units[window, :, 0, 0].sum() > 0 == failed.units[window, :, 0, 0].sum()
    assert failed.units[window.stop :, :, 0, 0].sum() > 0
    at = STAGES.index("compliance")
    assert failed.funnel[..., at].sum() > 0 == kept.funnel[..., at].sum()
    both = market | {"channel": "both", "mobile_storefront": True, "payments": ["local"]}
    assert play(both, 1.0, **demanded, **quiet).units[window, :, 0, 0].sum() > 0, "nobody watches one's own store"
    lawless = demanded | {"mechanisms": {"compliance": False}}
    assert play(market, 1.0, **lawless, **quiet).units[window, :, 0, 0].sum() > 0


def test_a_failed_audit_counts_as_an_incident_where_the_firm_uses_the_certificate() -> None:
    plan = CERTIFIED | {"entry": {"US": 0, "DE": 80}, "compliance": "full"}
    safe = {"audit_hazard_full": 0.0, "exposure_hazard": 0.0, "certificate_suspended_weeks": LASTS}
    assert (play(plan, 1.0, behaviour=safe).incidents == [2, 1]).all()
    assert not play(plan, 1.0, behaviour=safe, mechanisms={"audits": False}).incidents.any()


def test_nothing_changes_before_the_first_audit_is_over() -> None:
    kept, failed = play(CERTIFIED), play(CERTIFIED, fail=1.0)
    assert same(kept, failed, slice(0, FIRST + 1)) == []
    assert "visibility" in same(kept, failed, slice(FIRST + 1, None))


# --------------------------------------------------------------------------------------------------- the luck
def failures(entry: int, fail: float, futures: int = 60, on: bool = True) -> np.ndarray:
    """Return which audits fail, bool[audits, F, certificates], from the weeks in which certificates are shown."""
    codes = ["FSC", "GRS", "FDA"]
    numbers = {code: {"audit_fail_share": fail, "weeks": 4} for code in codes}
    out = []
    for code in codes:
        plan = CERTIFIED | {"entry": {"US": entry}, "product": {"green": 1.0, "certificates": [code]}}
        world = asked(
            plan, weeks=entry + 4 + 5 * YEAR, category={"key": "sports_earbuds", "certificates": numbers},
            mechanisms={"audits": on},
        )  # fmt: skip
        batch = Batch(world, range(futures))
        held = Certificates(batch, Levers.of(batch, "plan"))
        audits = entry + 4 + YEAR * np.arange(1, 5)
        out.append(np.array([~held.shown(week + 1)[:, 0] for week in audits]))
    return np.stack(out, axis=-1)


def test_the_share_of_failed_audits_is_the_chance() -> None:
    failed = failures(0, 0.2)
    assert abs(failed.mean() - 0.2) < 4.0 * np.sqrt(0.2 * 0.8 / failed.size)
    assert not failures(0, 1.0, 2, on=False).any() and failures(0, 1.0, 2).all()


def test_the_luck_of_an_audit_is_its_own() -> None:
    early = failures(0, 0.4)
    np.testing.assert_array_equal(early, failures(17, 0.4))  # a later entry meets the same auditors later
    assert (failures(0, 0.2) <= early).all()  # a smaller chance fails a part of the same
    for axis in range(3):
        assert (early != np.roll(early, 1, axis)).any(), "audits, futures and certificates differ"


# ------------------------------------------------------------------------------------------------- what is asked
@pytest.mark.parametrize(
    ("numbers", "path"),
    [({"audit_fail_share": 1.5}, "audit_fail_share"), ({"audit_usd_year": -1}, "audit_usd_year")],
)
def test_figures_out_of_range_are_refused(numbers: dict[str, float], path: str) -> None:
    with pytest.raises(ScenarioError, match=f"category.certificates.FSC.{path}: read"):
        asked(CERTIFIED, fsc=numbers)
