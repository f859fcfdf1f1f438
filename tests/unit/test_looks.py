"""Colours that everybody can read: contrast by WCAG 2, colour blindness by Machado, Oliveira and Fernandes (2009)."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from simulator import report
from simulator.report.looks import CLOSING, DARK, LIGHT, wrapped

XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
BLIND = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour: str) -> np.ndarray:
    code = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear light."""
    x = XYZ @ np.clip(light, 0, 1) / XYZ.sum(axis=1)
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, eyes: str) -> float:
    """Distance of two colours (CIE 1976)."""
    seen = (lab(BLIND[eyes] @ linear(colour)) for colour in (one, other))
    return float(np.linalg.norm(np.subtract(*seen)))


def test_black_on_white_has_the_contrast_of_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0, abs=0.01)
    assert apart("#ffffff", "#000000", "none") == pytest.approx(100.0, abs=0.1)


@pytest.mark.parametrize("look", (LIGHT, DARK))
def test_words_can_be_read(look):
    for colour in (look.ink, look.faint):
        assert contrast(colour, look.background) >= 4.5
    assert contrast(look.ink, look.neutral) >= 4.5


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("end", ["gain", "loss"])
def test_a_figure_can_be_read_on_every_colour_between_neutral_and_the_end(look, end):
    middle, last = (
        np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in (look.neutral, getattr(look, end))
    )
    for share in np.linspace(0.0, 1.0, 101):
        cell = "#" + "".join(f"{round(part):02x}" for part in middle + (last - middle) * share)
        assert contrast(look.background if share > look.turn else look.ink, cell) > 3.6


def test_a_label_breaks_into_lines_that_begin_with_no_closing_sign():
    label = "45：为经认证的健康属性加价，10\u00a0%、20\u00a0% 与更多时的销量"
    lines = wrapped(label)
    assert len(lines) > 1 and "".join(lines).replace(" ", "") == label.replace(" ", "")
    assert not [line for line in lines if line.strip()[0] in CLOSING]


def test_every_line_stands_out_on_the_dark_page():
    for colour in (*DARK.palette, DARK.gain, DARK.loss):
        assert contrast(colour, DARK.background) >= 4.5
    # Figures in cells of full gain or loss are written in the colour of the page.
    assert min(contrast(colour, DARK.background) for colour in (DARK.gain, DARK.loss)) >= 4.5


@pytest.mark.parametrize("eyes", BLIND)
def test_no_two_colours_of_the_dark_page_look_alike(eyes):
    closest = min(combinations(DARK.palette, 2), key=lambda pair: apart(*pair, eyes))
    assert apart(*closest, eyes) >= 25, closest
    for look in (LIGHT, DARK):
        assert apart(look.gain, look.loss, eyes) >= 40


def test_only_looks_know_colours():
    for path in Path(report.__file__).parent.glob("*.py"):
        if path.name not in ("looks.py", "excel.py", "sheets.py"):
            assert not [line for line in path.read_text(encoding="utf-8").splitlines() if '"#' in line], path.name
