"""The control charts of a balance on one time axis, and its variance by source; every mark carries the text of its cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lodemark.accountancy import Balance, Contribution, PeriodView
from lodemark.wording import Lang, say, show
from lodemark_office.doors.parts.figure import Figure, number
from lodemark_office.doors.parts.plot import Plot, Scale, Shape, Text, area, box, diamond, dot, line, linear, steps, whisker

WIDTH, LEFT, RIGHT = 760, 64, 744
PANEL, GAP, HEAD = 110, 34, 24
MOST_LINKED = 27
"""Beyond this many periods a column is narrower than a finger; the table's links remain."""

MOST_SHARES = 12
"""Sources listed by themselves; a balance drawn from records has one for each lot, and the rest is summed."""

HEADS = ("period", "muf", "sd", "cumuf", "cumuf-sd", "sitmuf", "page-loss", "page-gain", "alarms")


def series_figure(balance: Balance, lang: Lang) -> Figure:
    """One row per period: MUF and its sum with standard deviations, SITMUF, Page both ways, the tests that alarmed."""
    rows = []
    for place, one in enumerate(balance.lines):
        seen = [alarm.test for alarm in balance.alarms if alarm.period == place + 1]
        values = (one.muf_kg, one.sd_kg, one.cumuf_kg, one.cumuf_sd_kg, one.z, one.page_loss, one.page_gain)
        cells = [number(value) for value in values]
        rows.append(
            (show(one.start.date(), lang), *cells, ", ".join(say(f"test-{test}", {}, lang) for test in dict.fromkeys(seen)))
        )
    return Figure("series", "figure-series", tuple(f"column-{name}" for name in HEADS), tuple(rows))


def series_plot(balance: Balance, figure: Figure, lang: Lang, address: Callable[[int], str], chosen: int | None) -> Plot:
    """MUF, cumulative MUF, SITMUF and Page above each other; a click on a column opens its period."""
    count = len(balance.lines)
    step = (RIGHT - LEFT) / count
    at = [LEFT + step * (place + 0.5) for place in range(count)]
    height = 4 * (PANEL + GAP) + 24
    shapes: list[Shape] = []
    texts: list[Text] = []
    if chosen is not None:
        shapes.append(box(LEFT + step * chosen, 0, step, height - 30, "chosen"))
    for place, draw in enumerate((_muf, _cumuf, _sitmuf, _page)):
        top = HEAD + place * (PANEL + GAP)
        more, words = draw(balance, figure, at, top, lang)
        shapes += more
        texts += [Text(LEFT, top - 8, say(f"figure-{draw.__name__.strip('_')}", {}, lang), "start", "tick strong"), *words]
    every = -(-count // 8)  # a date is as wide as an eighth of the axis
    texts += [Text(at[place], height - 14, figure.rows[place][0]) for place in range(0, count, every)]
    if count <= MOST_LINKED:
        labels = [say("figure-open-period", {"period": row[0]}, lang) for row in figure.rows]
        shapes += [
            box(LEFT + step * place, 0, step, height - 30, "pick", labels[place], address(place)) for place in range(count)
        ]
    return Plot(WIDTH, height, tuple(shapes), tuple(texts))


_Drawn = tuple[list[Shape], list[Text]]


def _frame(low: float, high: float, top: int) -> tuple[Scale, list[Shape], list[Text]]:
    room = (high - low) * 0.08 or 1.0
    up = linear(low - room, high + room, top + PANEL, top)
    ticks = steps(low, high)
    shapes = [line([(LEFT, up(tick)), (RIGHT, up(tick))], "axis" if tick == 0 else "grid") for tick in ticks]
    return up, shapes, [Text(LEFT - 8, up(tick) + 4, number(tick), "end") for tick in ticks]


def _muf(balance: Balance, figure: Figure, at: Sequence[float], top: int, lang: Lang) -> _Drawn:
    edges = [edge for one in balance.lines for edge in (one.muf_kg - 2 * one.sd_kg, one.muf_kg + 2 * one.sd_kg)]
    up, shapes, texts = _frame(min(*edges, 0.0), max(*edges, 0.0), top)
    for x, one, row in zip(at, balance.lines, figure.rows, strict=True):
        shapes.append(whisker(x, up(one.muf_kg - 2 * one.sd_kg), up(one.muf_kg + 2 * one.sd_kg), "series-1 stroke"))
        shapes.append(dot(x, up(one.muf_kg), "series-1 fill", f"{row[0]}: {row[1]} \N{PLUS-MINUS SIGN} {row[2]} kg"))
    return shapes, texts


def _cumuf(balance: Balance, figure: Figure, at: Sequence[float], top: int, lang: Lang) -> _Drawn:
    lines = balance.lines
    edges = [edge for one in lines for edge in (one.cumuf_kg, -2 * one.cumuf_sd_kg, 2 * one.cumuf_sd_kg)]
    up, shapes, texts = _frame(min(edges), max(edges), top)
    band = ([(x, up(side * one.cumuf_sd_kg)) for x, one in zip(at, lines, strict=True)] for side in (2, -2))
    shapes += [area(*band, "band"), line([(x, up(one.cumuf_kg)) for x, one in zip(at, lines, strict=True)], "series-1 stroke")]
    for x, one, row in zip(at, lines, figure.rows, strict=True):
        shapes.append(dot(x, up(one.cumuf_kg), "series-1 fill", f"{row[0]}: {row[3]} \N{PLUS-MINUS SIGN} {row[4]} kg"))
    return shapes, texts


def _sitmuf(balance: Balance, figure: Figure, at: Sequence[float], top: int, lang: Lang) -> _Drawn:
    limits = (balance.loss.t, -balance.gain.t)
    values = [one.z for one in balance.lines]
    up, shapes, texts = _frame(min(*values, *limits), max(*values, *limits), top)
    shapes += [line([(LEFT, up(limit)), (RIGHT, up(limit))], "limit", number(limit, 3)) for limit in limits]
    alarmed = {alarm.period for alarm in balance.alarms if alarm.test == "shewhart"}
    for place, (x, row) in enumerate(zip(at, figure.rows, strict=True)):
        y, label = up(values[place]), f"{row[0]}: {row[5]}"
        shapes.append(dot(x, y, "alarm", label, 6) if place + 1 in alarmed else dot(x, y, "series-1 fill", label))
    return shapes, texts


def _page(balance: Balance, figure: Figure, at: Sequence[float], top: int, lang: Lang) -> _Drawn:
    lines = balance.lines
    sides = ([one.page_loss for one in lines], [-one.page_gain for one in lines])
    limits = (balance.loss.h, -balance.gain.h)
    up, shapes, texts = _frame(min(*sides[1], limits[1]), max(*sides[0], limits[0]), top)
    shapes += [line([(LEFT, up(limit)), (RIGHT, up(limit))], "limit", number(limit, 3)) for limit in limits]
    for side, (values, mark, direction) in enumerate(zip(sides, (dot, diamond), ("loss", "gain"), strict=True)):
        look = f"series-{side + 1}"
        alarmed = {one.period for one in balance.alarms if one.test == "page" and one.direction == direction}
        shapes.append(line([(x, up(value)) for x, value in zip(at, values, strict=True)], f"{look} stroke"))
        for place, (x, row) in enumerate(zip(at, figure.rows, strict=True)):
            label = f"{row[0]}: {row[6 + side]}"
            shapes.append(mark(x, up(values[place]), "alarm" if place + 1 in alarmed else f"{look} fill", label))
    return shapes, texts


def leading(parts: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """The largest sources, and all others as one."""
    first, rest = parts[:MOST_SHARES], parts[MOST_SHARES:]
    if not rest:
        return tuple(first)
    others = Contribution(f"+ {len(rest)}", "", sum(one.variance_kg2 for one in rest), sum(one.share for one in rest))
    return (*first, others)


def share_figure(parts: Sequence[Contribution], name: str = "shares", title: str = "figure-shares") -> Figure:
    """Variance by error source: shared by a calibration or drawn anew, kg^2, and its share."""
    rows = tuple(
        (one.component, one.group and "\N{CHECK MARK}", number(one.variance_kg2), f"{100 * one.share:.1f} %")
        for one in leading(parts)
    )
    return Figure(name, title, tuple(f"column-{head}" for head in ("component", "shared", "variance", "share")), rows)


def share_plot(parts: Sequence[Contribution], figure: Figure) -> Plot:
    """The same as one bar, largest first; what a calibration shares is drawn in the second colour."""
    shapes: list[Shape] = []
    texts: list[Text] = []
    along = linear(0, 1, 0, WIDTH)
    begun = 0.0
    for one, row in zip(leading(parts), figure.rows, strict=True):
        width = along(one.share)
        look = "series-2 fill" if one.group else "series-1 fill"
        shapes.append(box(along(begun), 4, max(width - 2, 0.5), 34, look, f"{row[0]}: {row[3]}"))
        if width > 8 * len(one.component):
            texts.append(Text(along(begun) + width / 2, 56, one.component))
        begun += one.share
    return Plot(WIDTH, 66, tuple(shapes), tuple(texts))


def period_figure(view: PeriodView, lang: Lang) -> Figure:
    """The rows of one period as they count in its MUF."""
    rows = tuple(
        (
            one.row_id,
            say(f"flow-{one.kind}", {}, lang),
            f"{one.at:%Y-%m-%d %H:%M}",
            number(one.kg, 6),
            number(one.u_kg, 2),
            one.stream,
            one.lot_id,
            one.document,
        )
        for one in view.entries
    )
    heads = ("row", "flow", "at", "kg", "u", "stream", "lot", "document")
    return Figure("period", "figure-period", tuple(f"column-{head}" for head in heads), rows)


def detection_figure(balance: Balance, lang: Lang) -> Figure:
    """How often a loss of the goal quantity would have been seen, by pattern, and the bound no test can beat."""
    rows = tuple(
        (say(f"pattern-{one.pattern}", {}, lang), number(one.total_kg), f"{one.dp:.3f}", f"{one.np_bound:.3f}")
        for one in balance.detection
    )
    return Figure("detection", "figure-detection", tuple(f"column-{head}" for head in ("pattern", "kg", "seen", "bound")), rows)
