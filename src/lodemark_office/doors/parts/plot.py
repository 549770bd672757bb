"""Drawings as data for inline SVG: no script, no style attribute; a template writes the shapes and computes nothing.

Coordinates are pixels of the drawing's own box, rounded to a tenth; looks are class names of the style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

Scale = Callable[[float], float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One SVG path. ``label`` is what a pointer or a screen reader is told; ``href`` makes it a link."""

    path: str
    look: str
    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A word at a place; ``anchor`` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    look: str = "tick"


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: its box, and its shapes and words from back to front."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    texts: tuple[Text, ...]


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Values ``low`` to ``high`` onto pixels ``start`` to ``end``; what lies outside is put on the edge."""
    span = (high - low) or 1.0
    first, last = sorted((start, end))
    return lambda value: min(last, max(first, start + (value - low) / span * (end - start)))


def decades(values: Iterable[float]) -> tuple[int, int]:
    """The powers of ten around positive values, at least one decade apart."""
    logs = [log10(value) for value in values]
    low, high = floor(min(logs, default=0.0)), ceil(max(logs, default=1.0))
    return low, max(high, low + 1)


def steps(low: float, high: float, about: int = 4) -> list[float]:
    """Round tick values (1, 2 or 5 times a power of ten) within ``low`` to ``high``."""
    raw = (high - low) / about or 1.0
    size = 10.0 ** floor(log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    first = ceil(low / step - 1e-9)
    return [round(step * place, 12) for place in range(first, floor(high / step + 1e-9) + 1)]


def line(points: Sequence[Point], look: str, label: str = "") -> Shape:
    """A line through points."""
    return Shape("M" + "L".join(_at(point) for point in points), look, label)


def area(upper: Sequence[Point], lower: Sequence[Point], look: str, label: str = "") -> Shape:
    """The band between two lines over the same places."""
    return Shape("M" + "L".join(_at(point) for point in (*upper, *reversed(lower))) + "Z", look, label)


def box(x: float, y: float, width: float, height: float, look: str, label: str = "", href: str = "") -> Shape:
    """A rectangle; sides of negative length are turned round."""
    x, y = min(x, x + width), min(y, y + height)
    return Shape(f"M{x:.1f} {y:.1f}h{abs(width):.1f}v{abs(height):.1f}h{-abs(width):.1f}Z", look, label, href)


def dot(x: float, y: float, look: str, label: str = "", r: float = 4.0) -> Shape:
    """A filled circle."""
    return Shape(f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z", look, label)


def diamond(x: float, y: float, look: str, label: str = "", r: float = 5.0) -> Shape:
    """A second mark that is told apart without colour."""
    return Shape(f"M{x:.1f} {y - r:.1f}l{r} {r}l{-r} {r}l{-r} {-r}Z", look, label)


def whisker(x: float, low: float, high: float, look: str) -> Shape:
    """An uncertainty bar with its ends."""
    return Shape(f"M{x - 4:.1f} {low:.1f}h8M{x - 4:.1f} {high:.1f}h8M{x:.1f} {low:.1f}V{high:.1f}", look)


def down_arrow(x: float, y: float, look: str, label: str = "") -> Shape:
    """What lies somewhere below ``y``."""
    return Shape(f"M{x - 6:.1f} {y:.1f}h12M{x:.1f} {y:.1f}v18m-5 -6l5 6l5 -6", look, label)


def ribbon(start: Point, end: Point, width: float, look: str, label: str = "") -> Shape:
    """A band of one width from ``start`` to ``end``, its upper corners; it leaves and arrives level."""
    (x, y), (to_x, to_y) = start, end
    half = (x + to_x) / 2
    there = f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    back = f"C{half:.1f} {to_y + width:.1f} {half:.1f} {y + width:.1f} {x:.1f} {y + width:.1f}"
    return Shape(f"M{x:.1f} {y:.1f}{there}v{width:.1f}{back}Z", look, label)


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
