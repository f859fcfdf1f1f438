"""What each lever of operations must move: where and when, stock, machines, business buyers, rules, leaving."""

from __future__ import annotations

from tests.paired.measuring import LEFT_OUT, Comparison

ALWAYS_LEAVE = 1e9
"""A limit that no week's contribution reaches."""
NEVER_EARNED = 1e9
"""A contribution that no week brings."""

OPERATIONS = (
    # -------------------------------------------------------------------------------------------------- where and when
    Comparison(
        "entry.US", "marketplace", 0, 20, "overhead", {"units": -1, "revenue_usd": -1},
        "a later week of entry leaves fewer weeks to run the market and to sell",
    ),
    Comparison(
        "entry.ID", "pair", LEFT_OUT, 0, "setup", {"units": +1},
        "a market that is entered is set up once, run every week, and buys",
    ),
    Comparison(
        "markets.ID.price.position", "pair", LEFT_OUT, 1.2, "cost_of_goods", {"units": -1},
        "the market's own price goes over the general one", market="ID",
    ),
    Comparison(
        "markets.ID.ads.budget_usd_week", "pair", LEFT_OUT, 500, "advertising", {"units": +1, "ad_share": +1},
        "the market's own budget is spent there, the firm's total in the others", market="ID",
    ),
    Comparison(
        "channel", "marketplace", "marketplace", "store", "commission", {"units": -1, "stage.payment": +1},
        "no commission, but only needs that start on the web, and only methods that the store takes",
    ),
    Comparison(
        "channel", "marketplace", "marketplace", "both", "payment_fees", {"stage.payment": +1, "units": -1},
        "needs that start on the web meet the store: dearer payment, fewer methods, dearer contacts",
    ),
    # ----------------------------------------------------------------------------------------------------------- stock
    Comparison(
        "logistics.mode", "marketplace", "direct", "local", "parcel_freight", {"stage.delivery": -1, "units": +1},
        "sea freight instead of parcels, two days instead of twelve",
    ),
    Comparison(
        "inventory.forecast", "stock", "mean", "smoothing", "write_downs", {"leftover_share": -1},
        "a forecast that knows season and product life orders less for the end",
    ),
    Comparison(
        "inventory.service_level", "stock", 0.6, 0.99, "storage", {"stockout_share": -1},
        "more safety stock: rent and leftovers instead of lost sales", context={"inventory.forecast": "smoothing"},
    ),
    Comparison(
        "inventory.postponed", "pair", False, True, "logistics", {"landed_cost_usd": +1},
        "one order for both markets, split at the gate, for a finishing step on every unit",
        context={"inventory.forecast": "smoothing"},
    ),
    Comparison(
        "logistics.mode", "marketplace", "direct", "hub", "logistics", {"stage.delivery": -1, "units": +1},
        "stock abroad, near the market: five days instead of twelve", context={"logistics.hub": "CA"},
    ),
    Comparison(
        "logistics.mode", "marketplace", "direct", "pool", "logistics", {"stage.delivery": -1, "units": +1},
        "one stock for all markets with faster parcels, for a fee",
    ),
    Comparison(
        "logistics.hub", "marketplace", "CA", "MX", "parcel_freight", {"stage.delivery": +1},
        "another hub: cheaper parcels on a slower way", context={"logistics.mode": "hub"},
    ),
    Comparison(
        "logistics.transport", "stock", "sea", "air", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "stock flies: on the shelf weeks earlier, for a dearer unit",
    ),
    Comparison(
        "inventory.forecast", "stock", "mean", "ai", "write_downs", {"leftover_share": -1},
        "level, trend and the end of a life in one forecast",
    ),
    Comparison(
        "inventory.forecast", "stock", "smoothing", "plan", "cost_of_goods", {"stockout_share": +1, "units": -1},
        "a plan that no sale corrects: a cheap product sells better than planned, and runs out",
        context={"price.position": 0.8},
    ),
    # -------------------------------------------------------------------------------------------------------- machines
    Comparison(
        "ai.selection", "drift", False, True, "software", {"units": +1},
        "a shorter way from idea to listing: designs are nearer to the taste of the day",
    ),
    Comparison(
        "ai.forecasting", "stock", False, True, "software", {"leftover_share": -1},
        "the machine orders less for the end of a generation",
    ),
    Comparison(
        "ai.advertising", "marketplace", False, True, "software", {"units": +1, "awareness_share": +1},
        "more contacts for the same money",
    ),
    Comparison(
        "ai.service", "marketplace", False, True, "software", {"units": +1, "response_seconds": -1},
        "instant answers convince, a wrong one now and then spoils a purchase",
    ),
    Comparison(
        "ar_try_on", "marketplace", False, True, "storefront", {"return_share": -1, "units": +1},
        "who could try it on dares to buy, and sends less back",
    ),
    # -------------------------------------------------------------------------------------------------------- business
    Comparison(
        "b2b.enabled", "business", False, True, "business_sales", {"b2b_units": +1, "revenue_usd": +1},
        "the firm bids on requests of business buyers, wins some and delivers lots from its stock",
    ),
    Comparison(
        "b2b.discount_share", "business", 0.15, 0.25, "business_goods", {"b2b_units": +1},
        "a cheaper bid wins more requests",
    ),
    Comparison(
        "b2b.credit_weeks", "business", 0, 12, "business_sales", {"b2b_units": +1},
        "time to pay is worth something to buyers; the money comes later",
    ),
    Comparison(
        "b2b.exclusive", "business", False, True, "advertising", {"units": -1, "b2b_units": -1},
        "no shopper finds the offer, nothing is advertised; without reviews and stock fewer requests are won",
    ),
    # -------------------------------------------------------------------------------------------------- rules, leaving
    Comparison(
        "compliance", "audited", "minimum", "none", "approvals", {"incidents": +1, "fines_usd": +1},
        "no approvals, more hits: fines and suspensions",
    ),
    Comparison(
        "compliance", "audited", "minimum", "full", "compliance", {"incidents": -1, "units": +1},
        "a programme that costs every week and keeps the listing up",
    ),
    Comparison(
        "exit.if_contribution_below_usd_week", "marketplace", LEFT_OUT, ALWAYS_LEAVE, "overhead", {"units": -1},
        "a limit, once missed, ends the market", context={"exit.after_weeks": 20},
    ),
    Comparison(
        "exit.after_weeks", "marketplace", 12, 40, "overhead", {"units": +1},
        "the rule looks later", context={"exit.if_contribution_below_usd_week": ALWAYS_LEAVE},
    ),
    Comparison(
        "exit.for_weeks", "marketplace", 4, 24, "overhead", {"units": +1},
        "the rule looks at a longer mean, so it needs more weeks before it can judge",
        context={"exit.if_contribution_below_usd_week": ALWAYS_LEAVE, "exit.after_weeks": 0},
    ),
    Comparison(
        "gate.if_contribution_above_usd_week", "pair", -NEVER_EARNED, NEVER_EARNED, "setup", {"units": -1},
        "a gate that stays shut spares the later market, and sells nothing there", context={"entry.ID": 10},
    ),
    Comparison(
        "gate.after_weeks", "pair", 4, 24, "overhead", {"units": -1},
        "the gate opens later", context={"gate.if_contribution_above_usd_week": -NEVER_EARNED, "entry.ID": 10},
    ),
    Comparison(
        "gate.for_weeks", "pair", 2, 20, "overhead", {"units": -1},
        "the gate looks at a longer mean, so it needs more weeks before it can open",
        context={"gate.if_contribution_above_usd_week": -NEVER_EARNED, "gate.after_weeks": 0, "entry.ID": 10},
    ),
)  # fmt: skip
