"""``categories``, ``markets``, ``mechanisms``, ``examples``: what there is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from simulator.cli.common import Json, LangOption, Language, fitting, lang_of, print_json, table, wrapped
from simulator.texts import Lang, catalogue, in_language, tr
from simulator.texts.numbers import count, share

INDENT = " " * 4


def categories(lang: LangOption = Language.en, as_json: Json = False) -> None:
    """List the categories of goods with their key figures."""
    from simulator import facts

    names = (
        "reference_price_usd", "own_price_elasticity", "conversion_at_parity", "penetration_share",
        "frequency_per_year", "life_weeks",
    )  # fmt: skip
    found = {key: facts.load("categories", key).values for key in facts.available("categories")}
    if as_json:
        print_json([{"key": key, "name": tree["name"], **{n: tree.get(n) for n in names}, **_goods(tree)}
                    for key, tree in found.items()])  # fmt: skip
        return
    language = lang_of(lang)
    rows = [
        [
            key,
            in_language(tree["name"], language),
            f"${tree['reference_price_usd']:.0f}",
            f"{tree['own_price_elasticity']:.2f}",
            share(tree["conversion_at_parity"], 1),
            share(tree["quality"]["return_share"], 1),
            str(tree["life_weeks"]),
            str(len(tree.get("certificates", {}))),
        ]
        for key, tree in found.items()
    ]
    heads = ("key", "name", "price", "elasticity", "conversion", "returns", "life", "certificates")
    typer.echo(fitting(table([tr(f"list.{head}", language) for head in heads], rows, left=2)))
    typer.echo("\n" + tr("list.more_facts", language, of=next(iter(found))))


def _goods(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "return_share": tree["quality"]["return_share"],
        "tiers": list(tree["tiers"]),
        "certificates": list(tree.get("certificates", {})),
    }


def markets(lang: LangOption = Language.en, as_json: Json = False) -> None:
    """List the markets with their key figures."""
    from simulator import facts

    names = (
        "area", "currency", "language", "marketplace", "shoppers", "ecommerce_usd_year", "ecommerce_growth_share",
        "mobile_share", "language_refusing_share", "delivery_tolerance_days", "return_share",
    )  # fmt: skip
    found = {code: facts.load("markets", code).values for code in facts.available("markets")}
    # By area, as one plans: the file names are codes in the order of the alphabet.
    areas = [key.removeprefix("areas.") for key in catalogue() if key.startswith("areas.")]
    found = dict(sorted(found.items(), key=lambda item: (areas.index(item[1]["area"]), item[0])))
    if as_json:
        print_json([{"code": code, "name": tree["name"], **{n: tree[n] for n in names}, "payments": tree["payment_mix"]}
                    for code, tree in found.items()])  # fmt: skip
        return
    language = lang_of(lang)
    rows = [
        [
            code,
            in_language(tree["name"], language),
            tr(f"areas.{tree['area']}", language),
            tree["marketplace"],
            _main_payment(tree["payment_mix"], language),
            count(tree["shoppers"], language),
            f"${count(tree['ecommerce_usd_year'], language)}",
            share(tree["ecommerce_growth_share"]),
            share(tree["mobile_share"]),
            str(tree["delivery_tolerance_days"]),
        ]
        for code, tree in found.items()
    ]
    heads = ("code", "name", "area", "marketplace", "payment", "shoppers", "sales", "growth", "mobile", "patience")
    typer.echo(fitting(table([tr(f"list.{head}", language) for head in heads], rows, left=5)))
    typer.echo("\n" + tr("list.more_facts", language, of=next(iter(found))))


def _main_payment(mix: Mapping[str, float], lang: Lang) -> str:
    """Return the method that pays for most, with its share."""
    code = max(mix, key=lambda name: mix[name])
    return f"{tr(f'payments.{code}', lang)} {share(mix[code])}"


def mechanisms(lang: LangOption = Language.en, as_json: Json = False) -> None:
    """List the mechanisms of the model: what each does, and what off means."""
    from typing import get_args

    from simulator.scenario.names import Mechanism

    language = lang_of(lang)
    names = get_args(Mechanism)
    words = {name: {part: tr(f"mechanisms.{name}.{part}", language) for part in ("does", "off")} for name in names}
    if as_json:
        print_json([{"mechanism": name, **words[name]} for name in names])
        return
    typer.echo(tr("list.mechanisms", language) + "\n")
    for name, parts in words.items():
        typer.echo(name)
        typer.echo(wrapped(parts["does"], INDENT))
        typer.echo(wrapped(tr("list.off", language, text=parts["off"]), INDENT))


def examples(lang: LangOption = Language.en, as_json: Json = False) -> None:
    """List the example scenarios that come with the product."""
    from simulator.examples import examples_dir

    folder, language = examples_dir(), lang_of(lang)
    found = [(path, _heading(path)) for path in sorted(folder.rglob("*.yaml"))]
    if as_json:
        print_json(
            [
                {"name": path.relative_to(folder).with_suffix("").as_posix(), "file": str(path), **words}
                for path, words in found
            ]
        )
        return
    for path, words in found:
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        typer.echo(f"{shown}  {in_language(words['title'], language)}")
        summary = in_language(words["summary"], language)
        if summary:
            typer.echo(wrapped(summary, INDENT))
    typer.echo("\n" + tr("list.more_examples", language))


def _heading(path: Path) -> dict[str, dict[str, str]]:
    """Return title and summary of a scenario file by language; of what it leaves out, those of the file it extends."""
    from ruamel.yaml import YAML

    tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    words = {name: _by_language(tree.get(name)) for name in ("title", "summary")}
    if all(words.values()) or not tree.get("extends"):
        return words
    parent = _heading(path.parent / tree["extends"])
    return {name: words[name] or parent[name] for name in words}


def _by_language(text: Any) -> dict[str, str]:
    if isinstance(text, Mapping):
        return {str(lang): str(words) for lang, words in text.items()}
    return {"en": str(text)} if text else {}
