"""Measured figures beside the targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """A measured figure; targets of figures that should be small start with "<=", those of large ones with ">="."""

    name: str
    value: float
    unit: str
    must: float | None = None
    want: float | None = None
    stretch: float | None = None
    small: bool = False

    @property
    def targets(self) -> tuple[tuple[str, float], ...]:
        """The levels that are set, easiest first."""
        levels = ("must", self.must), ("want", self.want), ("stretch", self.stretch)
        return tuple((name, level) for name, level in levels if level is not None)

    @property
    def met(self) -> str:
        """The hardest level that is met; "MISSED" where none is, "" where none is set."""
        reached = [name for name, level in self.targets if (self.value <= level if self.small else self.value >= level)]
        return reached[-1] if reached else "MISSED" if self.targets else ""

    def record(self) -> dict[str, object]:
        """Return the figure for the JSON file."""
        return asdict(self) | {"met": self.met}


def shown(value: float | None) -> str:
    """Return a number with three significant digits; large ones in powers of ten."""
    if value is None:
        return ""
    return f"{value:.2e}" if value >= 1e5 else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def text(figures: Iterable[Figure]) -> str:
    """Return the table."""
    lines = [f"{'':54}{'measured':>10} {'unit':10}{'must':>8}{'want':>8}{'stretch':>9}  met"]
    for each in figures:
        sign = "" if not each.targets else "<=" if each.small else ">="
        levels = f"{shown(each.must):>8}{shown(each.want):>8}{shown(each.stretch):>9}"
        lines.append(
            f"{each.name:54}{shown(each.value):>10} {each.unit:10}{levels}  {sign + ' ' if sign else ''}{each.met}"
        )
    return "\n".join(lines)
