"""The text of a new scenario: two strategies to start from, every line explained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator import facts
from simulator.scenario.describing import type_of
from simulator.scenario.plausible import UNCERTAIN
from simulator.scenario.strategy import Ads
from simulator.starter.answers import Answers
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

WEEKS_AFTER_ENTRIES = 8
"""All markets are entered so many weeks before the run ends, or all at once where it is that short."""

COMMENT_COLUMN = 62


def scenario_text(answers: Answers, lang: Lang, name: str = "my_scenario") -> str:
    """Return the YAML text of a scenario that stands alone; its comments speak `lang` and call its file `name`."""
    goods = facts.load("categories", answers.category)
    seller = seller_of(answers, goods.values)
    markets = answers.markets
    waits = _waits(answers)
    pace = "" if answers.pace == "staged" else "_at_once"
    texts = "new" if answers.pace == "staged" else "builder.text"
    product, places = _product(answers, goods.values), _places(answers)
    budget = budget_of(seller["cash_usd"]) if answers.ads_usd_week is None else answers.ads_usd_week
    lines = [
        *(f"# {line}".rstrip() for line in tr("new.head", lang, name=name, market=markets[0]).splitlines()),
        "",
        _both("title", "builder.text.title" if answers.title else "new.title", product=product),
        _both("summary", f"{texts}.summary{pace}", product=product, markets=places),
        "",
        _line(f"start: {answers.start}", "start", lang),
        _line(f"weeks: {answers.weeks}", "weeks", lang),
        _line("seed: 20260105", "seed", lang),
        _line("replications: 20", "replications", lang),
        _line("consumers: 20000", "consumers", lang),
        "",
        *_category(answers, goods, lang),
        _line(f"markets: [{', '.join(markets)}]", "markets", lang),
        _line("discount_rate: 0.12", "discount_rate", lang),
        _line("baseline: from_home", "baseline", lang),
        "",
        "seller:",
        _line(f"  cash_usd: {_number(seller['cash_usd'])}", "cash", lang),
        _line(f"  credit_limit_usd: {seller['cash_usd'] * CREDIT_SHARE_OF_CASH:.0f}", "credit", lang),
        _line(f"  unit_cost_usd: {_number(seller['unit_cost_usd'])}", "unit_cost", lang),
        _line(f"  weight_kg: {_number(seller['weight_kg'])}", "weight", lang),
        _line(f"  volume_l: {_number(seller['volume_l'])}", "volume", lang),
        "",
        "strategies:",
        "  from_home:",
        _both("    title", "new.from_home"),
        _line(f"    entry: {{{', '.join(f'{code}: 0' for code in markets)}}}", "entry", lang),
        _line("    channel: both", "channel", lang),
        _line(f"    price: {{position: {answers.position}, rule: global}}", "price", lang),
        _line(f"    ads: {{rule: fixed, budget_usd_week: {_number(budget)}}}", "ads", lang),
        _line("    payments: [card, paypal]", "payments", lang),
        _line("    logistics: {mode: direct}", "direct", lang),
        _line("    compliance: minimum", "compliance", lang),
        _line("    exit: {after_weeks: 52, if_contribution_below_usd_week: 0}", "exit", lang),
        "",
        "  localised:",
        _line("    extends: from_home", "extends", lang),
        _both("    title", f"{texts}.localised{pace}"),
        _line(
            f"    entry: {{{', '.join(f'{code}: {week}' for code, week in waits.items())}}}",
            "entry_later" if answers.pace == "staged" else "entry", lang,
        ),
        _line("    price: {rule: fixed}", "price_fixed", lang),
        _line("    localisation: {language: true, local_returns: true}", "localisation", lang),
        _line("    payments: local", "payments_local", lang),
        _line("    logistics: {mode: local, transport: sea}", "local", lang),
        _line("    inventory: {forecast: smoothing}", "inventory", lang),
        _line("    compliance: full", "compliance_full", lang),
        "",
    ]  # fmt: skip
    ranges = [path for path in UNCERTAIN if _has_range(answers, goods, path)]
    if ranges:
        lines += [f"# {line}".rstrip() for line in tr("new.uncertain", lang).splitlines()]
        lines += ["uncertainties:", *(f"  {path}: from_facts" for path in ranges), ""]
    lines.append("outcomes: [profit_usd, npv_usd, p_loss, payback_week]")
    return "\n".join(lines) + "\n"


def seller_of(answers: Answers, category: Mapping[str, Any]) -> dict[str, float]:
    """Return the seller that a scenario starts from: the answers, else what is typical of the category."""
    plain = SELLER | {"unit_cost_usd": round(COST_SHARE * category["reference_price_usd"], 2)}
    typical = category.get("typical_seller") or {}
    own = {key: getattr(answers, key) for key in plain}
    found = plain | {key: float(value) for key, value in typical.items() if key in plain}
    return found | {key: float(value) for key, value in own.items() if value is not None}


def budget_of(cash_usd: float) -> int:
    """Return the advertising a week that goes with some cash, USD."""
    most = type_of(Ads, "budget_usd_week").high
    budget = max(500, round(cash_usd * ADS_SHARE_OF_CASH / 500) * 500)
    return budget if most is None else min(budget, int(most))


def _waits(answers: Answers) -> dict[str, int]:
    """Return market -> week in which the localised strategy enters it."""
    room = max(0, answers.weeks - WEEKS_AFTER_ENTRIES) // len(answers.markets)
    step = min(WEEKS_BETWEEN_ENTRIES, room) if answers.pace == "staged" else 0
    return {code: position * step for position, code in enumerate(answers.markets)}


def _category(answers: Answers, goods: facts.Facts, lang: Lang) -> list[str]:
    """Return the category, and over its facts what the answers say otherwise."""
    own: list[str] = []
    for name in ("reference_price_usd", "frequency_per_year"):
        value = getattr(answers, name)
        if value is not None and value != goods.leaves[name].value:
            own.append(_line(f"  {name}: {_number(value)}", f"builder.comment.{name}", lang))
    wanted = answers.penetration_share
    usual = goods.leaves["penetration_share"].value
    if wanted is not None and wanted != usual:
        own.append(_line("  market:", "builder.comment.penetration_share", lang))
        for code in answers.markets:
            here = goods.values["market"].get(code, {}).get("penetration_share", usual)
            own.append(f"    {code}: {{penetration_share: {_number(min(1.0, float(f'{here * wanted / usual:.6g}')))}}}")
    if not own:
        return [_line(f"category: {answers.category}", "category", lang)]
    return ["category:", _line(f"  key: {answers.category}", "category", lang), *own]


def _product(answers: Answers, category: Mapping[str, Any]) -> dict[Lang, str]:
    """Return what the product is called."""
    names = category["name"]
    return {each: answers.title or names.get(each) or names["en"] for each in LANGUAGES}


def _places(answers: Answers) -> dict[Lang, str]:
    """Return the names of the markets as one text."""
    names = [facts.load("markets", code).values["name"] for code in answers.markets]
    return {
        each: (", " if each == "en" else "、").join(name.get(each) or name["en"] for name in names)
        for each in LANGUAGES
    }


def _has_range(answers: Answers, goods: facts.Facts, path: str) -> bool:
    """Say whether a number stays uncertain; an answer outside the range of the fact is one that the user knows."""
    kind, _, rest = path.partition(".")
    leaves = goods.leaves if kind == "category" else facts.load("behaviour").leaves
    if rest not in leaves or leaves[rest].low is None:
        return False
    own = getattr(answers, rest, None) if kind == "category" else None
    return own is None or bool(leaves[rest].low <= own <= leaves[rest].high)


def _number(value: float) -> str:
    """Return a number that reads back as itself."""
    return str(int(value)) if value == int(value) else repr(float(value))


def _line(text: str, comment: str, lang: Lang) -> str:
    key = comment if "." in comment else f"new.comment.{comment}"
    return f"{text.ljust(COMMENT_COLUMN)} # {tr(key, lang)}"


def _both(key: str, words: str, **values: Mapping[Lang, str]) -> str:
    """Return an entry with a text in both languages; a value may differ by language."""
    said = {lang: tr(words, lang, **{name: each[lang] for name, each in values.items()}) for lang in LANGUAGES}
    return f"{key}: {{{', '.join(f'{lang}: {quoted(text)}' for lang, text in said.items())}}}"


def quoted(text: str) -> str:
    """Return a text as YAML reads it back, whatever is in it: what does not print is written by its number."""
    return "".join(
        each if each == " " or each.isprintable() else f"\\U{ord(each):08X}"
        for each in json.dumps(text, ensure_ascii=False)
    )
