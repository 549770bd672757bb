"""The drawings of composition marks: a rare-earth pattern on a log axis, a likelihood ratio on its scale; numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log10

from lodemark.assay import Comparison, LotReference, Match, Pattern, Row
from lodemark.assay.pattern import AXIS, reference_values
from lodemark.assay.stages import table
from lodemark.wording import Lang, say
from lodemark_office.doors.parts.figure import Figure, number
from lodemark_office.doors.parts.plot import (
    Plot,
    Point,
    Scale,
    Shape,
    Text,
    area,
    box,
    decades,
    diamond,
    dot,
    down_arrow,
    line,
    linear,
    whisker,
)

WIDTH, LEFT, RIGHT = 760, 60, 740
TOP, FLOOR = 16, 300
MOST_LOTS = 8
MOST = 6.0  # log10 LR at the ends of the axis; no combined weight goes further


@dataclass(frozen=True, slots=True)
class Band:
    """The lots of a reference group, normalised: least and most of each element that all of them were measured for."""

    low: Mapping[str, float]
    high: Mapping[str, float]
    lots: int


def band(lots: Mapping[str, LotReference], normaliser: str) -> Band:
    """The range of the lots' means."""
    scale = reference_values(normaliser)
    found: dict[str, list[float]] = {}
    for lot in lots.values():
        for part, mean in zip(lot.parts, lot.mean_ln.tolist(), strict=True):
            if part in scale:
                found.setdefault(part, []).append(exp(mean) / scale[part])
    low, high = ({part: pick(values) for part, values in found.items()} for pick in (min, max))
    return Band(low, high, len(lots))


def pattern_figure(first: Pattern, second: Pattern | None, group: Band | None) -> Figure:
    """One row per element of the axis: both specimens with u (a limit as ``<``), and the range of the group."""

    def cells(of: Pattern | None, element: str) -> tuple[str, str]:
        if of is None or element not in of.elements:
            return "", ""
        place = of.elements.index(element)
        return ("<" if of.limit[place] else "") + number(of.values[place]), number(of.u[place], 2)

    rows = [
        (
            element,
            *cells(first, element),
            *cells(second, element),
            *(number(side.get(element)) for side in ((group.low, group.high) if group else ({}, {}))),
        )
        for element in filter(None, AXIS)
    ]
    heads = ("value", "u", "beside", "u-beside", "group-low", "group-high")
    return Figure("pattern", "figure-pattern", ("page-element", *(f"column-{name}" for name in heads)), tuple(rows))


def pattern_plot(first: Pattern, second: Pattern | None, group: Band | None, figure: Figure) -> Plot:
    """La to Lu with yttrium at holmium; uncertainty as whiskers, limits as arrows from the limit down, the group as a band."""
    shown = [one for one in (first, second) if one is not None]
    values = [value for one in shown for value in one.values] + ([*group.low.values(), *group.high.values()] if group else [])
    low, high = decades(values)
    up = linear(low, high, FLOOR, TOP)
    step = (RIGHT - LEFT) / len(AXIS)
    at = {element: LEFT + step * (place + 0.5) for place, element in enumerate(AXIS) if element}
    shapes = [line([(LEFT, up(power)), (RIGHT, up(power))], "grid") for power in range(low, high + 1)]
    texts = [Text(LEFT - 8, up(power) + 4, _power(power), "end") for power in range(low, high + 1)]
    texts += [Text(x, FLOOR + 20, element, look="tick strong") for element, x in at.items()]
    if group:
        shapes += _band(group, at, up)
    texts_of = {row[0]: row for row in figure.rows}
    for place, one in reversed(list(enumerate(shown))):
        shapes += _series(one, at, up, place, texts_of)
    return Plot(WIDTH, FLOOR + 32, tuple(shapes), tuple(texts))


def _band(group: Band, at: Mapping[str, float], up: Scale) -> list[Shape]:
    places = [element for element in at if element in group.low]
    upper, lower = ([(at[element], _log(up, side[element])) for element in places] for side in (group.high, group.low))
    return [area(upper, lower, "band")] if len(places) > 1 else []


def _series(one: Pattern, at: Mapping[str, float], up: Scale, place: int, texts: Mapping[str, tuple[str, ...]]) -> list[Shape]:
    look, mark = f"series-{place + 1}", (dot, diamond)[place]
    solid: list[Point] = []
    shapes: list[Shape] = []
    for element, value, u, limit in zip(one.elements, one.values, one.u, one.limit, strict=True):
        x, y = at[element] + (3 if place else 0), _log(up, value)
        cell, of_u = texts[element][1 + 2 * place], texts[element][2 + 2 * place]
        label = f"{one.specimen_id}: {element} {cell}" + (f" \N{PLUS-MINUS SIGN} {of_u}" if of_u else "")
        if limit:
            shapes.append(down_arrow(x, y, f"{look} stroke", label))
            continue
        if u:
            shapes.append(whisker(x, _log(up, max(value - 2 * u, value / 100)), _log(up, value + 2 * u), f"{look} stroke"))
        solid.append((x, y))
        shapes.append(mark(x, y, f"{look} fill", label))
    return [line(solid, f"{look} stroke"), *shapes] if len(solid) > 1 else shapes


def _log(up: Scale, value: float) -> float:
    return up(log10(value))


def _power(power: int) -> str:
    return {-2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "1000"}.get(power, f"1e{power}")


def ratio_figure(found: Comparison) -> Figure:
    """Reported value, what the model gave, and the validated bounds."""
    low, high = found.bounds if found.bounds else (None, None)
    row = (number(found.log10_lr, 3), number(found.raw, 3), number(low, 3), number(high, 3))
    heads = ("reported", "raw", "bound-low", "bound-high")
    return Figure("ratio", "figure-ratio", tuple(f"column-{name}" for name in heads), (row,))


def ratio_plot(found: Comparison, figure: Figure, lang: Lang) -> Plot:
    """log10 LR from -6 to 6: validated bounds as a band, the reported value, the raw one beside it, the words beneath."""
    along = linear(-MOST, MOST, LEFT, RIGHT)
    shapes = []
    if found.bounds:
        low, high = (along(bound) for bound in found.bounds)
        label = say("figure-bounds", {"low": figure.rows[0][2], "high": figure.rows[0][3]}, lang)
        shapes.append(box(low, 24, high - low, 48, "band", label))
    shapes += [line([(along(tick), 24), (along(tick), 72)], "axis" if tick == 0 else "grid") for tick in range(-6, 7)]
    shapes.append(diamond(along(found.raw), 60, "series-2 hollow", say("figure-raw", {"value": figure.rows[0][1]}, lang)))
    value = say("figure-reported", {"value": figure.rows[0][0]}, lang)
    shapes.append(dot(along(found.log10_lr), 40, "series-1 fill", value, 7))
    texts = [Text(along(tick), 90, str(tick).replace("-", "\N{MINUS SIGN}")) for tick in range(-6, 7)]
    texts += [
        Text(LEFT, 14, say("figure-two-lots", {}, lang), "start"),
        Text(RIGHT, 14, say("figure-one-lot", {}, lang), "end"),
        *_words(along, lang),
    ]
    return Plot(WIDTH, 138, tuple(shapes), tuple(texts))


def _words(along: Scale, lang: Lang) -> list[Text]:
    """The verbal scale beneath, mirrored; every second word one line lower, so that they do not touch."""
    bands = sorted((float(str(row["from"])), code) for code, row in table("words").items())  # type: ignore[call-overload,index]
    starts = [start for start, _ in bands]
    texts = []
    for place, (start, code) in enumerate(bands):
        if start >= MOST:
            continue
        middle = (start + min(starts[place + 1], MOST)) / 2
        word = say(f"scale-{code}", {}, lang)
        texts += [Text(along(side * middle), 110 + 18 * (place % 2), word) for side in (-1, 1)]
    return texts


def match_figure(found: Match, lang: Lang) -> Figure:
    """The lots that fit best, those of the tie set marked, and "none of these" with its share of the weight."""
    rows = [
        (
            one.lot_id,
            number(one.posterior, 3),
            number(one.log10_lr, 3),
            number(one.p, 2),
            "\N{CHECK MARK}" if one.lot_id in found.tie_set else "",
        )
        for one in found.candidates[:MOST_LOTS]
    ]
    none = (say("marks-none-of-these", {}, lang), number(found.none_of_these, 3), "", "", "")
    heads = ("lot", "posterior", "lr", "p", "tie")
    return Figure("match", "figure-match", tuple(f"column-{name}" for name in heads), (*rows, none))


def rows_figure(rows: Sequence[Row], lang: Lang) -> Figure:
    """Analyte by analyte: both results, how far apart, and what that says."""

    def cell(value: float | None, u: float | None, limit: float | None) -> str:
        if value is None:
            return "" if limit is None else f"<{number(limit)}"
        return number(value, 6) + ("" if u is None else f" \N{PLUS-MINUS SIGN} {number(u, 2)}")

    found = [
        (
            say("beside-code", {}, lang) if row.kind == "code" else row.analyte,
            say(f"beside-kind-{row.kind}", {}, lang),
            cell(row.first, row.u_first, row.limits[0]),
            cell(row.second, row.u_second, row.limits[1]),
            "" if row.sigma is None else f"{row.sigma:.1f}".replace("-", "\N{MINUS SIGN}"),
            say(f"beside-{row.verdict}", {}, lang) + (f": {say(row.why, {}, lang)}" if row.why else ""),
        )
        for row in rows
    ]
    heads = ("column-analyte", "column-kind", "column-value", "column-beside", "column-sigma", "column-says")
    return Figure("rows", "figure-rows", heads, tuple(found))
