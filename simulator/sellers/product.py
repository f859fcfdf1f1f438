"""What the entrant's products are: cost, attributes and certificates. By cell, [F, C]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.exact import exp
from simulator.scenario.strategy import Product
from simulator.sellers.certificates import Certificates
from simulator.sellers.cost import product_cost
from simulator.sellers.levers import Levers
from simulator.world import CORE

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@rule
def smart_gain(functions: float, scale: float) -> float:
    """Return what smart functions are worth, 0 to 1, with diminishing returns (DEFAULTS table 2)."""
    return 1.0 - exp(-functions / scale)


@dataclass(frozen=True, eq=False)
class Products:
    """Products of a strategy in C cells and F futures."""

    unit_usd: Floats
    """Factory's price before experience and order size."""
    certificate_usd: Floats
    """Fee per unit of the certificates."""
    certificates: Certificates
    finishing_usd: Floats
    """Label, language and plug of a unit whose destination is settled at the gate."""
    levels: dict[str, Floats]
    """Claim -> level, 0 to 1."""
    smart_gain: Floats
    smart_load: Floats
    custom: Floats
    festival: Floats
    child_safe: Floats
    voice: Flags
    """Works with a voice assistant, bool[C]."""
    quality: Floats
    taste_position: Floats
    moq: Floats

    @classmethod
    def of(cls, batch: Batch, levers: Levers, variants: tuple[str, ...]) -> Products:
        """Return the products that a strategy's levers make."""
        options = levers.products

        def adder(name: str) -> Floats:
            """Extra unit cost of an option by future, float64[F, 1]."""
            return batch.category(f"unit_adders.{name}")

        def per_cell(get) -> Floats:  # type: ignore[no-untyped-def]
            return np.array([[float(get(p)) for p in options]], np.float64)

        smart = per_cell(lambda p: p.smart == "core") * adder("smart_core_usd")
        smart = smart + per_cell(lambda p: p.smart == "full") * adder("smart_full_usd")
        extras = (
            smart
            + per_cell(lambda p: p.voice_ecosystem) * adder("voice_usd")
            + per_cell(lambda p: p.simplified) * adder("simplified_usd")
            + per_cell(lambda p: p.child_safe) * adder("child_safe_usd")
            + per_cell(lambda p: p.custom != "none") * adder("options_usd")
            + levers.edition * adder("festival_usd")
        )
        made = 1.0 + levers.on_demand * adder("pod_share")
        unit = product_cost(
            _numbers(batch, variants, "unit_cost_usd"), levers.tier_cost, levers.health, adder("health_usd"),
            levers.greener, adder("green_usd"), per_cell(lambda p: p.traceable), adder("traceable_usd"),
        )  # fmt: skip
        functions = per_cell(lambda p: p.smart == "core") * batch.behaviour("smart_functions_core")
        functions = functions + per_cell(lambda p: p.smart == "full") * batch.behaviour("smart_functions_full")
        eased = per_cell(lambda p: p.voice_ecosystem or p.simplified) > 0.0
        scale = batch.behaviour("smart_functions_scale")
        level = batch.behaviour("custom_options_level")
        shape = batch.constant(1.0)
        return cls(
            unit_usd=(unit + extras) * made,
            certificate_usd=np.array(
                [
                    [sum(category.certificates[c].per_unit_usd for c in held) for held in levers.certificates]
                    for category in batch.categories
                ]
            ),
            certificates=Certificates(batch, levers),
            finishing_usd=levers.postponed * batch.behaviour("postponement_usd_unit"),
            levels={
                "health": levers.health, "green": levers.green,
                "safety": per_cell(lambda p: p.traceable) * np.ones_like(levers.health),
            },
            smart_gain=smart_gain(functions, scale),
            smart_load=functions * np.where(eased, batch.behaviour("complexity_eased_factor"), 1.0),
            custom=per_cell(lambda p: p.custom == "options") * level + per_cell(lambda p: p.custom == "pod"),
            festival=levers.edition * np.ones_like(levers.health), child_safe=per_cell(lambda p: p.child_safe),
            voice=np.array([p.voice_ecosystem for p in options]),
            quality=batch.seller("quality") + levers.tier_quality,
            taste_position=_numbers(batch, variants, "taste_position"),
            moq=levers.cells(shape) * _numbers(batch, variants, "moq_units"),
        )  # fmt: skip


def number_of(batch: Batch, variant: str, name: str) -> Floats:
    """Return a number of a variant: its own, else the seller's, else the behaviour's default, float64[F, 1]."""
    out = []
    for future, behaviour in zip(batch.futures, batch.behaviours, strict=True):
        own = getattr(future.seller.products.get(variant), name, None) if variant != CORE else None
        general = getattr(future.seller, name) if own is None else own
        out.append([behaviour.moq_units if general is None else general])
    return np.array(out, np.float64)


def _numbers(batch: Batch, variants: tuple[str, ...], name: str) -> Floats:
    """Return a number of the variants by cell, float64[F, C]."""
    row = np.concatenate([number_of(batch, variant, name) for variant in variants], axis=1)
    return np.tile(row, (1, len(batch.codes)))


SETUPS = {
    "voice_setup_usd": "voice_ecosystem",
    "simplified_setup_usd": "simplified",
    "child_safe_setup_usd": "child_safe",
}
"""Number of the behaviour -> option whose design is paid once."""


def asks(product: Product, option: str) -> bool:
    """Say whether a product has an option that is designed once."""
    return product.custom != "none" if option == "custom" else bool(getattr(product, option))
