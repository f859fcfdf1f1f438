"""The mechanisms of smart but simple products, each on and off."""

from __future__ import annotations

from simulator.trends.simple import CORE, FUNCTIONS, SENIORS, asked
from tests.laws.switches.switch import Switch, value

SWITCHES: tuple[Switch, ...] = (
    Switch("functions", (asked(1, "young"), "plain"), (asked(4, "young"), "plain"), {"wanted": +1, "conversion": +1}),
    value("complexity", FUNCTIONS, "full", "behaviour.complexity_share", 0.0, 0.05, {"wanted": -1, "conversion": -1}),
    value("seniors", FUNCTIONS, "full", SENIORS, 0.0, 1.0, {"wanted": -1, "conversion": -1}),
    value("simplified interface", FUNCTIONS, "full", "strategies.full.product.simplified", False, True,
          {"wanted": +1, "conversion": +1, "landed_cost_usd": +1}, own=("design",)),
    value("voice", FUNCTIONS, "full", "strategies.full.product.voice_ecosystem", False, True,
          {"wanted": +1, "visibility": +1, "landed_cost_usd": +1}, own=("design",)),
    Switch("functions that cost", (CORE, "core_dear"), (CORE, "plain"), {"wanted": +1, "landed_cost_usd": +1},
           stays=("needs",)),
    Switch("a lower price", (CORE, "core_dear"), (CORE, "core"), {"wanted": +1, "conversion": +1}, stays=("needs",)),
    value("value tier", CORE, "plain", "strategies.plain.product.tier", "standard", "value",
          {"wanted": -1, "landed_cost_usd": -1}, stays=("needs",)),
)  # fmt: skip
