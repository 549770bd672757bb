"""Where a licence's element went: a ribbon to each use, as wide as what is expected there; the bounds beside it as text."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.wording import Lang, has, say, show
from lodemark_office.acts.tracing import MG_PER_KG, Went
from lodemark_office.doors.parts.figure import Figure
from lodemark_office.doors.parts.plot import Plot, Shape, Text, box, ribbon

WIDTH, LEFT, RIGHT, BAR = 760, 84, 330, 14
TOP, TALL, GAP, LINE = 12, 150, 10, 32
HEADS = ("column-went", "column-expected", "column-went-share", "column-at-least", "column-at-most")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One element of a licence: the numbers, and the drawing made of them."""

    element: str
    figure: Figure
    plot: Plot


def drawing(went: Went, number: str, lang: Lang) -> Drawing:
    """The table and the drawing of one element."""
    figure = went_figure(went, lang)
    return Drawing(went.element, figure, went_plot(went, figure, number, lang))


def went_figure(went: Went, lang: Lang) -> Figure:
    """One row for each use, for what is in stock, lost or only booked: expected, its share, the bounds where there are any."""
    rows = []
    for name in _shown(went):
        mg, bounds = _mg(went, name), went.bounds.get(name)
        limits = (bounds.min_mg, bounds.max_mg) if bounds else (None, None)
        share = f"{mg / went.total_mg:.1%}" if went.total_mg else ""
        masses = ["" if mass is None else show(mass, lang, "kg") for mass in (mg, *limits)]
        rows.append((_called(name, lang), masses[0], share, *masses[1:]))
    return Figure(f"went-{went.element}", "figure-went", HEADS, tuple(rows))


def went_plot(went: Went, figure: Figure, number: str, lang: Lang) -> Plot:
    """The batch on the left, its ends on the right, to one scale; every end has its row of the table as words."""
    scale = TALL / max(went.total_mg, 1)
    shapes: list[Shape] = [box(LEFT, TOP, BAR, TALL, "series-1 fill", number)]
    middle = TOP + TALL / 2
    texts = [
        Text(LEFT - 8, middle, went.element, "end", "tick strong"),
        Text(LEFT - 8, middle + 16, show(went.total_mg, lang, "kg"), "end"),
    ]
    left, right = float(TOP), float(TOP)
    for name, (called, expected, share, low, high) in zip(_shown(went), figure.rows, strict=True):
        width = _mg(went, name) * scale
        mass = f"{expected} ({share})"
        label = f"{called}: {mass}"
        shapes += [
            ribbon((LEFT + BAR, left), (RIGHT, right), width, "band", label),
            box(RIGHT, right, BAR, max(width, 1.0), "series-1 fill", label),
        ]
        limits = " · " + say("figure-went-bounds", {"low": low, "high": high}, lang) if high else ""
        beside, at = right + max(width, LINE) / 2, RIGHT + BAR + 8
        texts += [Text(at, beside - 3, called, "start", "tick strong"), Text(at, beside + 12, mass + limits, "start")]
        left, right = left + width, right + max(width, LINE) + GAP
    return Plot(WIDTH, round(max(right, TOP + TALL + GAP)), tuple(shapes), tuple(texts))


def _shown(went: Went) -> list[str]:
    """The ends that something is expected in or can be in."""
    return [name for name in went.expected_kg if _mg(went, name) or (name in went.bounds and went.bounds[name].max_mg)]


def _mg(went: Went, name: str) -> int:
    return round(went.expected_kg[name] * MG_PER_KG)


def _called(name: str, lang: Lang) -> str:
    """A use, or one of the ends every lot can have, in words."""
    code = next((code for code in (f"use-{name}", f"went-{name}") if has(code)), "")
    return say(code, {}, lang) if code else name
