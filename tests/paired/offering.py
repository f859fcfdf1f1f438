"""What each lever of the offer must move: price, advertising, localisation, payments, the product and its variants."""

from __future__ import annotations

from tests.paired.measuring import Comparison

HEALTHY = {"product.health": 1.0}
GREEN = {"product.green": 1.0}
SALE = {"weeks": [45, 46, 47, 48, 49, 50], "off_share": 0.2}

OFFER = (
    # ----------------------------------------------------------------------------------------------------------- price
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
        "price.floor_margin_share", "stock", 0.0, 0.2, "cost_of_goods", {"units": -1, "margin_share": +1},
        "the floor lifts a price that does not earn the margin", context={"price.position": 0.6},
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
        "price.promotions", "marketplace", [], [SALE], "sales", {"units": +1, "revenue_usd": +1},
        "six weeks of the year at a fifth less",
    ),
    Comparison(
        "price.promotions", "marketplace", [SALE], [SALE | {"off_share": 0.4}], "cost_of_goods", {"units": +1},
        "twice as much off",
    ),
    Comparison(
        "price.promotions", "marketplace", [SALE], [SALE | {"weeks": [46]}], "cost_of_goods", {"units": -1},
        "one week of the year instead of six",
    ),
    # ----------------------------------------------------------------------------------------------------- advertising
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
    Comparison(
        "ads.rule", "marketplace", "fixed", "acos", "advertising", {"ad_share": -1, "awareness_share": -1},
        "the budget falls until the sales that come from ads carry their cost", context={"ads.target_share": 0.15},
    ),
    Comparison(
        "ads.target_share", "marketplace", 0.15, 0.6, "advertising", {"acos_share": +1, "awareness_share": +1},
        "dearer contacts are bought as long as the sales from them may cost more", context={"ads.rule": "acos"},
    ),
    # ---------------------------------------------------------------------------------------------------- localisation
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
    Comparison(
        "localisation.festival_edition", "festival", False, True, "design", {"units": +1},
        "a dress for the feast, ordered once, sold in its weeks to those who keep it",
    ),
    # -------------------------------------------------------------------------------------------------------- payments
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
    # --------------------------------------------------------------------------------------------------------- product
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
        "product.empty_claim", "goods", False, True, "cost_of_goods", {"landed_cost_usd": -1},
        "greener words without greener goods", context={"product.green": 1.0},
    ),
    Comparison(
        "product.traceable", "audited", False, True, "cost_of_goods",
        {"landed_cost_usd": +1, "incidents": -1, "stock_error_share": -1},
        "papers cost per unit, reassure buyers and satisfy auditors; fewer units go astray in the warehouse",
    ),
    Comparison(
        "product.smart", "smart", "none", "core", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "functions that cost and that people pay for, most of all in smart homes",
    ),
    Comparison(
        "product.smart", "smart", "core", "full", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "more functions for a dearer unit; complexity eats a part of their value",
    ),
    Comparison(
        "product.voice_ecosystem", "smart", False, True, "design", {"units": +1, "landed_cost_usd": +1},
        "a voice halves the complexity, and the platform of the assistant shows what works with it",
        context={"product.smart": "full"},
    ),
    Comparison(
        "product.simplified", "smart", False, True, "design", {"units": +1, "landed_cost_usd": +1},
        "a simple interface halves the complexity", context={"product.smart": "full"},
    ),
    Comparison(
        "product.child_safe", "smart", False, True, "design", {"units": +1, "landed_cost_usd": +1},
        "parents pay for safety",
    ),
    Comparison(
        "product.custom", "smart", "none", "options", "design", {"units": +1, "landed_cost_usd": +1},
        "colours and engraving, half of what free design is worth",
    ),
    Comparison(
        "product.custom", "smart", "none", "pod", "storage", {"stockout_share": -1, "landed_cost_usd": +1},
        "made after the order: no stock to run out or to be left, a dearer unit and days more",
    ),
    # -------------------------------------------------------------------------------------------------------- variants
    Comparison(
        "products.pro.offered", "variants", False, True, "cost_of_goods", {"units": +1},
        "a second design finds buyers of its own",
    ),
    Comparison(
        "products.pro.tier", "variants", "standard", "premium", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "a dearer build of the variant",
    ),
    Comparison(
        "products.pro.health", "variants", 0.0, 1.0, "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "the function in the variant alone",
    ),
    Comparison(
        "products.pro.green", "variants", 0.0, 1.0, "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "the materials of the variant alone",
    ),
    Comparison(
        "products.pro.certificates", "variants", [], ["FSC"], "certificates", {"units": +1},
        "the claim of the variant is believed, its badge lifts the listing", context={"products.pro.green": 1.0},
    ),
    Comparison(
        "products.pro.empty_claim", "variants", False, True, "cost_of_goods", {"landed_cost_usd": -1},
        "words instead of goods in the variant alone", context={"products.pro.green": 1.0},
    ),
    Comparison(
        "products.pro.traceable", "variants", False, True, "cost_of_goods",
        {"landed_cost_usd": +1, "units": +1, "stock_error_share": -1},
        "papers of the variant alone",
    ),
    Comparison(
        "products.pro.smart", "variants", "none", "core", "cost_of_goods", {"landed_cost_usd": +1, "units": +1},
        "functions of the variant alone",
    ),
    Comparison(
        "products.pro.voice_ecosystem", "variants", False, True, "design", {"units": +1},
        "the badge and simpler use", context={"products.pro.smart": "full"},
    ),
    Comparison(
        "products.pro.simplified", "variants", False, True, "design", {"units": +1},
        "simpler use of the variant", context={"products.pro.smart": "full"},
    ),
    Comparison(
        "products.pro.child_safe", "variants", False, True, "design", {"units": +1},
        "parents choose the variant",
    ),
    Comparison(
        "products.pro.custom", "variants", "none", "options", "design", {"units": +1},
        "those who want it choose the variant",
    ),
    Comparison(
        "products.pro.price.position", "variants", 1.2, 1.0, "cost_of_goods", {"units": +1},
        "the variant at a lower price, the core product at the same",
    ),
    Comparison(
        "products.pro.price.rule", "variants", "fixed", "undercut", "sales", {"units": +1},
        "the variant goes below the close rivals", context={"products.pro.price.position": 0.95},
    ),
    Comparison(
        "products.pro.price.floor_margin_share", "variants", 0.0, 0.3, "cost_of_goods",
        {"units": -1, "margin_share": +1},
        "the floor lifts the price of the variant", context={"products.pro.price.position": 0.6},
    ),
    Comparison(
        "products.pro.price.promotions", "variants", [], [SALE], "sales", {"units": +1},
        "the variant at a fifth less, some weeks of the year",
    ),
)  # fmt: skip
