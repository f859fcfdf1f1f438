"""The text of a new scenario: two strategies to start from, every line explained."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from simulator import facts
from simulator.scenario.plausible import UNCERTAIN
from simulator.texts import LANGUAGES, Lang, tr

COST_SHARE = 0.28
"""Unit cost ÷ reference price where the category knows no typical seller; as of the earbuds of the flagship."""

SELLER: dict[str, float] = {"cash_usd": 800_000, "weight_kg": 0.5, "volume_l": 2.0}
"""assumption: a seller of small parcels with the cash of the flagship's, where the category knows no typical one."""

ADS_SHARE_OF_CASH = 0.005
"""Advertising a week ÷ cash at the start: 4,000 of 800,000 USD, as the flagship's."""

CREDIT_SHARE_OF_CASH = 0.25
"""Credit line ÷ cash at the start, as the flagship's."""

WEEKS_BETWEEN_ENTRIES = 8
"""assumption: time to learn from one market before the next."""

WEEKS_OF_ENTRIES = 96
"""All markets are entered within these, fewer than the run has."""

COMMENT_COLUMN = 62


def scenario_text(name: str, category: str, markets: Sequence[str], lang: Lang) -> str:
    """Return the YAML text of a scenario that stands alone; its comments speak `lang`."""
    goods = facts.load("categories", category)
    names = {code: facts.load("markets", code).values["name"] for code in markets}
    seller = _seller(goods.values)
    product = {each: goods.values["name"].get(each) or goods.values["name"]["en"] for each in LANGUAGES}
    places = {
        each: (", " if each == "en" else "、").join(names[code].get(each) or names[code]["en"] for code in markets)
        for each in LANGUAGES
    }
    step = min(WEEKS_BETWEEN_ENTRIES, WEEKS_OF_ENTRIES // len(markets))
    lines = [
        *(f"# {line}".rstrip() for line in tr("new.head", lang, name=name, market=markets[0]).splitlines()),
        "",
        _both("title", "new.title", product=product, name=name),
        _both("summary", "new.summary", product=product, markets=places),
        "",
        _line("start: 2026-01-05", "start", lang),
        _line("weeks: 104", "weeks", lang),
        _line("seed: 20260105", "seed", lang),
        _line("replications: 20", "replications", lang),
        _line("consumers: 20000", "consumers", lang),
        "",
        _line(f"category: {category}", "category", lang),
        _line(f"markets: [{', '.join(markets)}]", "markets", lang),
        _line("discount_rate: 0.12", "discount_rate", lang),
        _line("baseline: from_home", "baseline", lang),
        "",
        "seller:",
        _line(f"  cash_usd: {seller['cash_usd']:.0f}", "cash", lang),
        _line(f"  credit_limit_usd: {seller['cash_usd'] * CREDIT_SHARE_OF_CASH:.0f}", "credit", lang),
        _line(f"  unit_cost_usd: {seller['unit_cost_usd']:g}", "unit_cost", lang),
        _line(f"  weight_kg: {seller['weight_kg']:g}", "weight", lang),
        _line(f"  volume_l: {seller['volume_l']:g}", "volume", lang),
        "",
        "strategies:",
        "  from_home:",
        _both("    title", "new.from_home"),
        _line(f"    entry: {{{', '.join(f'{code}: 0' for code in markets)}}}", "entry", lang),
        _line("    channel: both", "channel", lang),
        _line("    price: {position: 1.0, rule: global}", "price", lang),
        _line(f"    ads: {{rule: fixed, budget_usd_week: {_budget(seller)}}}", "ads", lang),
        _line("    payments: [card, paypal]", "payments", lang),
        _line("    logistics: {mode: direct}", "direct", lang),
        _line("    compliance: minimum", "compliance", lang),
        _line("    exit: {after_weeks: 52, if_contribution_below_usd_week: 0}", "exit", lang),
        "",
        "  localised:",
        _line("    extends: from_home", "extends", lang),
        _both("    title", "new.localised"),
        _line(
            f"    entry: {{{', '.join(f'{code}: {i * step}' for i, code in enumerate(markets))}}}",
            "entry_later", lang,
        ),
        _line("    price: {rule: fixed}", "price_fixed", lang),
        _line("    localisation: {language: true, local_returns: true}", "localisation", lang),
        _line("    payments: local", "payments_local", lang),
        _line("    logistics: {mode: local, transport: sea}", "local", lang),
        _line("    inventory: {forecast: smoothing}", "inventory", lang),
        _line("    compliance: full", "compliance_full", lang),
        "",
    ]  # fmt: skip
    ranges = [path for path in UNCERTAIN if _has_range(goods, path)]
    if ranges:
        lines += [f"# {line}".rstrip() for line in tr("new.uncertain", lang).splitlines()]
        lines += ["uncertainties:", *(f"  {path}: from_facts" for path in ranges), ""]
    lines.append("outcomes: [profit_usd, npv_usd, p_loss, payback_week]")
    return "\n".join(lines) + "\n"


def _seller(category: Mapping[str, Any]) -> dict[str, float]:
    """Return the seller that a scenario of the category starts from."""
    plain = SELLER | {"unit_cost_usd": round(COST_SHARE * category["reference_price_usd"], 2)}
    typical = category.get("typical_seller") or {}
    return plain | {key: float(value) for key, value in typical.items() if key in plain}


def _budget(seller: Mapping[str, float]) -> int:
    return max(500, round(seller["cash_usd"] * ADS_SHARE_OF_CASH / 500) * 500)


def _has_range(goods: facts.Facts, path: str) -> bool:
    kind, _, rest = path.partition(".")
    leaves = goods.leaves if kind == "category" else facts.load("behaviour").leaves
    return rest in leaves and leaves[rest].low is not None


def _line(text: str, comment: str, lang: Lang) -> str:
    return f"{text.ljust(COMMENT_COLUMN)} # {tr(f'new.comment.{comment}', lang)}"


def _both(key: str, words: str, **values: Mapping[Lang, str] | str) -> str:
    """Return an entry with a text in both languages; a value may differ by language."""
    said = {
        lang: tr(words, lang, **{name: each if isinstance(each, str) else each[lang] for name, each in values.items()})
        for lang in LANGUAGES
    }
    return f"{key}: {{{', '.join(f'{lang}: {json.dumps(text, ensure_ascii=False)}' for lang, text in said.items())}}}"
