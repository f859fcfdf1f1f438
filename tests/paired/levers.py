"""What every lever must move: an account of the ledger and an outcome, in a small world where the lever binds.

``python -m tests.paired.levers`` prints the table: lever, account, path of effect, measured effect with interval.
"""

from __future__ import annotations

from functools import cache

from tests.paired.measuring import LEFT_OUT, Base, Comparison, Effect, Experiment, table_rows

SELLER = {"cash_usd": 5e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
WORLD = {"seed": 7, "consumers": 2000, "weeks": 52, "category": "sports_earbuds", "seller": SELLER}
RISKY = {
    "audit_hazard_none": 0.15, "audit_hazard_minimum": 0.06, "audit_hazard_full": 0.003,
    "audit_traceable_factor": 0.3, "audit_weeks": 2,
}  # fmt: skip
"""Audits often enough to be seen in a year of eight futures."""
WEB = {"web_share": 0.6, "ad_cap_factor": 4.0}
"""Stores that many look into, so that a rare method of payment is used within weeks."""
ALL_MARKETS = ("US", "DE", "ID", "SA", "BR")

BASES = {
    # Parcels to one market, on its marketplace.
    "marketplace": Base(
        {**WORLD, "markets": {"US": {}}},
        {"entry": {"US": 0}, "ads": {"budget_usd_week": 3000}},
    ),
    # The same in a market that cares for what the product is.
    "goods": Base(
        {**WORLD, "markets": {"DE": {}}},
        {"entry": {"DE": 0}, "logistics": {"mode": "local"}, "inventory": {"service_level": 0.99}},
    ),
    # A store of one's own where people pay in many ways, speak another language and live on their phones.
    "store": Base(
        {**WORLD, "weeks": 40, "markets": {"ID": {}}},
        {"entry": {"ID": 0}, "channel": "store", "ads": {"budget_usd_week": 3000}},
    ),
    # Stock in the market, through the end of a generation of the product.
    "stock": Base(
        {**WORLD, "weeks": 60, "markets": {"US": {}}},
        {"entry": {"US": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # Two markets whose price levels differ, each with its stock.
    "pair": Base(
        {**WORLD, "weeks": 40, "markets": {"US": {}, "ID": {}}},
        {"entry": {"US": 0, "ID": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # Stores in all markets: together they use every method of payment.
    "world": Base(
        {**WORLD, "consumers": 1500, "weeks": 24, "markets": {code: {} for code in ALL_MARKETS}, "behaviour": WEB},
        {
            "entry": dict.fromkeys(ALL_MARKETS, 0),
            "channel": "store",
            "ads": {"budget_usd_week": 20000},
        },
    ),
    # A certified seller with stock where many firms ask for quotations.
    "business": Base(
        {**WORLD, "consumers": 1000, "markets": {"US": {"rfq_week": 4.0}}},
        {
            "entry": {"US": 0},
            "logistics": {"mode": "local"},
            "compliance": "full",
            "ads": {"budget_usd_week": 3000},
            "b2b": {"enabled": True},
        },
    ),
    # A market with strict audits.
    "audited": Base(
        {**WORLD, "markets": {"US": {}}, "behaviour": RISKY},
        {"entry": {"US": 0}, "ads": {"budget_usd_week": 3000}},
    ),
}

HEALTHY = {"product.health": 1.0}
GREEN = {"product.green": 1.0}
ALWAYS_LEAVE = 1e9
"""A limit that no week's contribution reaches."""

LEVERS = (
    # ------------------------------------------------------------------------------------------- where and when
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
    # ---------------------------------------------------------------------------------------------------- price
    Comparison(
        "price.position", "marketplace", 1.0, 1.2, "cost_of_goods", {"units": -1, "stage.price": +1},
        "a higher price sends people to rivals",
    ),
    Comparison(
        "price.rule", "pair", "fixed", "global", "sales", {"units": -1},
        "one price in USD is a high price where incomes are low", market="ID",
    ),
    Comparison(
        "price.rule", "marketplace", "fixed", "follow", "sales", {"units": +1},
        "the price follows the close rivals, which stand a little below the reference price",
    ),
    Comparison(
        "price.rule", "marketplace", "fixed", "undercut", "sales", {"units": +1, "stage.price": -1},
        "the price stands below the close rival's, whatever that does", context={"price.position": 0.97},
    ),
    Comparison(
        "price.rule", "marketplace", "fixed", "logit", "sales", {"units": -1, "profit_usd": +1},
        "a price that is too low rises to where a dearer unit and a lost one weigh the same",
        context={"price.position": 0.8},
    ),
    Comparison(
        "price.floor_margin_share", "stock", 0.0, 0.2, "cost_of_goods", {"units": -1, "margin_share": +1},
        "the floor lifts a price that does not earn the margin", context={"price.position": 0.6},
    ),
    # ---------------------------------------------------------------------------------------------- advertising
    Comparison(
        "ads.budget_usd_week", "marketplace", 3000, 6000, "advertising", {"units": +1, "awareness_share": +1},
        "more contacts this week, remembered in the next",
    ),
    Comparison(
        "ads.rule", "marketplace", "fixed", "tacos", "advertising", {"ad_share": -1},
        "after the launch the budget is a share of revenue",
        context={"ads.share": 0.05, "ads.launch_weeks": 4},
    ),
    Comparison(
        "ads.share", "marketplace", 0.05, 0.15, "advertising", {"ad_share": +1, "awareness_share": +1},
        "a larger share of revenue buys contacts", context={"ads.rule": "tacos", "ads.launch_weeks": 4},
    ),
    Comparison(
        "ads.launch_weeks", "marketplace", 4, 40, "advertising", {"units": +1, "ad_share": +1},
        "the launch budget stays the floor for longer", context={"ads.rule": "tacos", "ads.share": 0.05},
    ),
    # --------------------------------------------------------------------------------------------- localisation
    Comparison(
        "localisation.language", "store", False, True, "localisation", {"stage.language": -1, "units": +1},
        "nobody refuses or minds the language",
    ),
    Comparison(
        "localisation.team", "marketplace", False, True, "salaries", {"return_share": -1, "units": +1},
        "a team convinces, is trusted and solves problems before they come back",
    ),
    Comparison(
        "localisation.local_returns", "marketplace", False, True, "returns_service",
        {"landed_cost_usd": -1, "stage.trust": -1},
        "returned parcels are sold again, and an address in the country is trusted",
    ),
    Comparison(
        "mobile_storefront", "store", False, True, "storefront", {"stage.device": -1, "units": +1},
        "phones can use the store",
    ),
    # ------------------------------------------------------------------------------------------------- payments
    *(
        Comparison(
            "payments", "world", [first], [first, code], account, {"stage.payment": -1},
            f"those who pay by {code.replace('_', ' ')} can buy",
        )
        for first, code, account in (
            ("paypal", "card", "sales"),
            ("card", "paypal", "sales"),
            ("card", "wallet_global", "sales"),
            ("card", "wallet_local", "payment_setup"),
            ("card", "bank_transfer", "payment_setup"),
            ("card", "instant_bank", "payment_setup"),
            ("card", "cash_on_delivery", "payment_setup"),
            ("card", "voucher", "payment_setup"),
            ("card", "pay_later", "payment_setup"),
            ("card", "instalments", "payment_setup"),
            ("card", "direct_debit", "payment_setup"),
            ("card", "other", "payment_setup"),
        )
    ),
    Comparison(
        "payments", "world", ["card"], ["local"], "payment_setup", {"stage.payment": -1, "units": +1},
        "everybody finds a method of their own, for the price of the contracts",
    ),
    # -------------------------------------------------------------------------------------------------- product
    Comparison(
        "product.tier", "goods", "standard", "value", "cost_of_goods", {"landed_cost_usd": -1, "units": -1},
        "a cheaper build that people value less",
    ),
    Comparison(
        "product.tier", "goods", "standard", "premium", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "a dearer build that people value more",
    ),
    Comparison(
        "product.health", "goods", 0.0, 1.0, "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "a function that costs and that part of the people pays for",
    ),
    Comparison(
        "product.green", "goods", 0.0, 1.0, "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "materials that cost and that part of the people pays for",
    ),
    Comparison(
        "product.certificates", "goods", [], ["FDA"], "certificates", {"units": +1},
        "the health function is believed, the seller trusted more; set-up and a fee per unit", context=HEALTHY,
    ),
    Comparison(
        "product.certificates", "goods", [], ["FSC"], "certificates", {"units": +1},
        "the green claim is believed and gets a badge, the seller trusted more", context=GREEN,
    ),
    Comparison(
        "product.certificates", "goods", [], ["GRS"], "certificates", {"units": +1},
        "the green claim is believed and gets a badge, the seller trusted more", context=GREEN,
    ),
    Comparison(
        "product.traceable", "audited", False, True, "cost_of_goods", {"landed_cost_usd": +1, "incidents": -1},
        "papers cost per unit, reassure buyers and satisfy auditors",
    ),
    # ---------------------------------------------------------------------------------------------------- stock
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
    # --------------------------------------------------------------------------------------------------- business
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
    # --------------------------------------------------------------------------------------------- rules, leaving
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
)  # fmt: skip

NULLS = {
    "logistics.transport": "only the sea is available: air freight is refused, so there is nothing to compare",
}
"""Leaf -> why nothing can move."""

EXPERIMENTS = {name: Experiment(base, [c for c in LEVERS if c.base == name]) for name, base in BASES.items()}


@cache
def effect(comparison: Comparison) -> Effect:
    """Return what a comparison measures."""
    return EXPERIMENTS[comparison.base].measure(comparison)


def table() -> str:
    """Return the table of all levers, in Markdown."""
    heads = ("lever", "account (USD)", "path of effect", "outcome", "measured effect [95 % interval]")
    head = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    rows = [row for comparison in LEVERS for row in table_rows(comparison, effect(comparison))]
    nulls = [f"| `{leaf}` | none | {reason} | none | 0 |" for leaf, reason in NULLS.items()]
    return "\n".join(head + rows + nulls)


if __name__ == "__main__":
    print(table())
