"""Draws figures over time as SVG: panels one above the other, a line for each series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, GAP = 900, 150, 70, 150, 30, 45
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")


@dataclass(frozen=True)
class Series:
    """A line: its name and a value for each moment."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """Series on one scale; a logarithmic one shows a tail beside a median."""

    title: str
    series: Sequence[Series]
    is_logarithmic: bool = False


def svg(
    title: str,
    minutes: Sequence[float],
    panels: Sequence[Panel],
    shaded: tuple[float, float] | None = None,
) -> str:
    """Return the drawing; `shaded` is a stretch of minutes with a ground of its own."""
    height = TOP + len(panels) * (HEIGHT + GAP)
    last = max([*minutes, 1e-9])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" '
        f'height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="100%" fill="white"/>'
        f'<text x="{LEFT}" y="18" font-size="14">{escape(title)}</text>',
    ]
    for number, panel in enumerate(panels):
        top = TOP + number * (HEIGHT + GAP) + 15
        parts += _panel(panel, minutes, last, top, shaded)
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    panel: Panel,
    minutes: Sequence[float],
    last: float,
    top: float,
    shaded: tuple[float, float] | None,
) -> list[str]:
    highest = max((value for series in panel.series for value in series.values), default=0.0)
    scale = _Scale(round_up(highest), panel.is_logarithmic)
    parts = []
    if shaded is not None:
        start, end = (LEFT + WIDTH * min(at, last) / last for at in shaded)
        parts.append(
            f'<rect x="{start:.1f}" y="{top}" width="{end - start:.1f}" height="{HEIGHT}" '
            'fill="#eeeeee"/>'
        )
    parts.append(f'<text x="{LEFT}" y="{top - 5}" font-weight="bold">{escape(panel.title)}</text>')
    for value in scale.marks():
        y = top + HEIGHT * (1 - scale.share(value))
        parts.append(
            f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#cccccc"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,g}</text>'
        )
    for minute in (0, last / 2, last):
        x = LEFT + WIDTH * minute / last
        parts.append(
            f'<text x="{x:.1f}" y="{top + HEIGHT + 15}" text-anchor="middle">'
            f"{minute:.3g} min</text>"
        )
    for number, series in enumerate(panel.series):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(
            f"{LEFT + WIDTH * minute / last:.1f},{top + HEIGHT * (1 - scale.share(value)):.1f}"
            for minute, value in zip(minutes, series.values, strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
            f'<text x="{LEFT + WIDTH + 8}" y="{top + 12 + 15 * number}" fill="{colour}">'
            f"{escape(series.name)}</text>"
        )
    return parts


def round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 … that isn't less; 1 at least."""
    if value <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


@dataclass(frozen=True)
class _Scale:
    highest: float
    is_logarithmic: bool

    def share(self, value: float) -> float:
        """Return how far up a value stands; of a logarithmic scale the lowest is 1."""
        if self.is_logarithmic:
            return math.log10(max(value, 1)) / max(math.log10(self.highest), 1e-9)
        return value / self.highest

    def marks(self) -> list[float]:
        if self.is_logarithmic:
            powers = range(int(math.log10(self.highest)) + 1)
            return [10.0**power for power in powers]
        return [0, self.highest / 2, self.highest]
