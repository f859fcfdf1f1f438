"""Numbers as people write them, in both languages."""

from __future__ import annotations

import math
import unicodedata

from simulator.texts import Lang

NOTHING = "–"
"""Shown where a figure is undefined."""

_SCALES: dict[Lang, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "B"), (1e6, "M"), (1e3, "k")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}

_TIMES: dict[Lang, tuple[tuple[float, str, float], ...]] = {
    "en": ((3600.0, "h", 5400.0), (60.0, "min", 90.0), (1.0, "s", 0.0)),
    "zh": ((3600.0, "小时", 5400.0), (60.0, "分钟", 90.0), (1.0, "秒", 0.0)),
}
"""Seconds of a unit, its name, and the least seconds that are told in it."""


def money(usd: float, lang: Lang = "en", signed: bool = False) -> str:
    """Return USD with three digits or so: ``-$1.2M``, ``$82k``; `signed` shows the plus of a gain."""
    if _missing(usd):
        return NOTHING
    sign = "-" if usd < 0 else "+" if signed and usd > 0 else ""
    return f"{sign}${_short(abs(usd), lang)}"


def count(value: float, lang: Lang = "en") -> str:
    """Return a number of things: ``812``, ``12.4k``, ``1.2万``."""
    return NOTHING if _missing(value) else ("-" if value < 0 else "") + _short(abs(value), lang)


def share(value: float, digits: int = 0) -> str:
    """Return a share as people read it: ``7 %``; two digits for the smallest."""
    if _missing(value):
        return NOTHING
    if abs(value) >= 9.995:
        return f"{'>' if value > 0 else '< -'}999 %"
    if digits == 0 and 0 < abs(value) < 0.0995:
        digits = 1 if abs(value) >= 0.00995 else 2
        if abs(value) < 0.00005:
            return "< 0.01 %" if value > 0 else "> -0.01 %"
    return f"{value * 100:.{digits}f} %"


def duration(seconds: float, lang: Lang = "en") -> str:
    """Return a time in the unit that people say it in: ``15 s``, ``12 min``, ``6.2 h``."""
    if _missing(seconds):
        return NOTHING
    for scale, name, least in _TIMES[lang]:
        if abs(seconds) >= least:
            return f"{plain(seconds / scale, 1 if abs(seconds) < 9.95 * scale else 0).removesuffix('.0')} {name}"
    raise AssertionError("every time has a unit")


def plain(value: float, digits: int = 1) -> str:
    """Return a number with fixed digits."""
    return NOTHING if _missing(value) else f"{value:.{digits}f}"


def figure(outcome: str, value: float, lang: Lang = "en", signed: bool = False) -> str:
    """Return an outcome as people write it, by the unit that its name ends with."""
    plus = "+" if signed and not _missing(value) and value > 0 else ""
    if outcome == "landed_cost_usd":
        return NOTHING if _missing(value) else f"{plus}{'-' if value < 0 else ''}${abs(value):.2f}"
    if "_usd" in outcome:
        return money(value, lang, signed)
    if _is_share(outcome):
        return plus + share(value, 1)
    if outcome.endswith("_seconds"):
        return plus + duration(value, lang)
    if outcome in ("units", "b2b_units") or outcome.endswith("_kg"):
        return plus + count(value, lang)
    return plus + plain(value, 2 if outcome == "rating" else 1)


def change(outcome: str, value: float, lang: Lang = "en", signed: bool = False) -> str:
    """Return a difference of an outcome; of shares in points, which no reader takes for a relative change."""
    if _missing(value) or not _is_share(outcome):
        return figure(outcome, value, lang, signed)
    digits = 2 if abs(value) < 0.00995 else 1
    return f"{value * 100:{'+' if signed else ''}.{digits}f}{' pp' if lang == 'en' else ' 个百分点'}"


def _is_share(outcome: str) -> bool:
    return outcome.endswith("_share") or outcome in ("p_loss", "roi", "insolvent", "sampling_cv")


def size(octets: float) -> str:
    """Return the size of files: ``812 B``, ``3.4 MB``."""
    for scale, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if octets >= scale:
            return f"{octets / scale:.1f} {name}"
    return f"{octets:.0f} B"


def width(text: str) -> int:
    """Return the cells that a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _short(value: float, lang: Lang) -> str:
    for scale, name in _SCALES[lang]:
        # 999,950 would read "1000k": the next scale takes over where rounding reaches it.
        if value >= scale * 0.9995:
            scaled = value / scale
            return f"{scaled:.0f}{name}" if scaled >= 99.95 else f"{scaled:.1f}".removesuffix(".0") + name
    return f"{value:.0f}" if value >= 9.95 or value == int(value) else f"{value:.1f}"


def _missing(value: float) -> bool:
    return value is None or not math.isfinite(value)
