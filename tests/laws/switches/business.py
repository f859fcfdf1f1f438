"""The mechanisms of the sixth trend, firms beside shoppers, each on and off."""

from __future__ import annotations

from simulator.trends.worlds import Question
from tests.laws.switches.switch import Switch, value

TENDERS, EXCHANGE, ON_DEMAND = (Question(name) for name in ("tenders", "exchange", "on_demand"))
STRICT = TENDERS.but({"behaviour.b2b_certificate_share": 0.0, "behaviour.b2b_certified_required_share": 0.0})
"""A certificate counts as proof of what is green, and as nothing else."""
MET = "price", "needs", "requests"
"""What no dealing with firms moves: prices, needs of shoppers, requests of firms."""


SWITCHES: tuple[Switch, ...] = (
    value("policy of firms", TENDERS, "plain", "behaviour.b2b_green_required_share", 0.0, 0.61,
          {"won_share": -1, "b2b_units": -1}, stays=MET),
    Switch("certificate in tenders", (STRICT, "plain"), (STRICT, "labelled"), {"won_share": +1, "b2b_units": +1},
           own=("certificates",), stays=MET),
    value("certified suppliers", TENDERS, "plain", "behaviour.b2b_certified_required_share", 0.0, 0.8,
          {"won_share": -1}, stays=MET),
    value("framework contracts", EXCHANGE, "both", "behaviour.b2b_framework_share", 0.0, 1.0,
          {"spread": +1}, stays=MET),
    value("time to pay", EXCHANGE, "both", "strategies.both.b2b.credit_weeks", 0, 12, {"won_share": +1}, stays=MET),
    value("size of lots", EXCHANGE, "both", "category.business.lot_units", 100, 400, {"b2b_units": +1}, stays=MET),
    Switch("shoppers beside firms", (EXCHANGE, "firms"), (EXCHANGE, "both"), {"b2b_units": +1},
           stays=("needs", "requests")),
    value("retail proof", EXCHANGE, "both", "mechanisms.retail_proof", False, True, {"won_share": +1}, stays=MET),
    value("experience", EXCHANGE, "both", "mechanisms.experience_curve", False, True, {"landed_cost_usd": -1},
          stays=MET),
    value("uneven output", EXCHANGE.but({"behaviour.output_usual_variation": 0.0}), "both", "mechanisms.even_output",
          False, True, {"landed_cost_usd": +1}, stays=MET),
    value("leakage", EXCHANGE, "both", "mechanisms.leakage", False, True, {"grey_units": +1, "units": -1}, stays=MET),
    Switch("print on demand", (ON_DEMAND, "plain"), (ON_DEMAND, "on_demand"),
           {"landed_cost_usd": +1, "stockout_share": -1, "mean_stock": -1}, own=("design",), stays=("needs",)),
    value("wish for one's own", ON_DEMAND, "on_demand", "category.attributes.custom", 0.0, 1.0,
          {"wanted": +1, "conversion": +1}, stays=("needs",)),
)  # fmt: skip
