"""The mechanisms of compliance, each on and off."""

from __future__ import annotations

from simulator.trends.compliance import PROGRAMME, RELIEF, SITES, TAXED
from tests.laws.switches.switch import Switch, value

RAIDED = PROGRAMME.but({"behaviour.audit_hazard_minimum": 0.03})
LOOSE = RELIEF.but({"behaviour.audit_hazard_none": 0.05})
DELAYED = RELIEF.but({"events.0.key": "eu_item_duty_delayed", "events.0.date": "2026-07-01"})
PAPERLESS = TAXED.but({"strategies.plain.compliance": "none"})


SWITCHES: tuple[Switch, ...] = (
    value("audits", PROGRAMME, "bare", "mechanisms.audits", False, True,
          {"incidents": +1, "fines_usd": +1, "profit_usd": -1, "visibility": -1}),
    Switch("papers", (PROGRAMME, "bare"), (PROGRAMME, "plain"), {"incidents": -1, "fines_usd": -1, "wanted": +1},
           own=("approvals",)),
    Switch("programme", (PROGRAMME, "bare"), (PROGRAMME, "system"), {"incidents": -1, "fines_usd": -1, "wanted": +1},
           own=("approvals", "compliance")),
    value("lead time of papers", LOOSE, "plain", "behaviour.compliance_minimum_weeks", 0, 26, {"incidents": +1}),
    value("lead time of a programme", RAIDED, "system", "behaviour.compliance_full_weeks", 0, 104, {"incidents": +1}),
    value("seizure", RAIDED, "plain", "behaviour.audit_seized_share", 0.0, 0.6, {"write_downs": +1, "profit_usd": -1}),
    value("suspension", RAIDED, "plain", "behaviour.audit_weeks", 1, 16, {"visibility": -1, "wanted": -1}),
    Switch("certificate that the law demands", (PAPERLESS, "plain"), (TAXED, "plain"), {"wanted": +1},
           own=("approvals", "certificates"), stays=("needs",)),
    value("relief from import VAT", RELIEF, "plain", "mechanisms.events", False, True, {"profit_usd": +1},
          stays=("needs",)),
    Switch("parcel fee", (DELAYED, "plain"), (TAXED, "plain"), {"parcel_duty": +1, "profit_usd": -1}, stays=("needs",)),
    value("tariffs and fees", SITES, "several", "mechanisms.events", False, True, {"profit_usd": -1},
          stays=("needs",)),
)  # fmt: skip
