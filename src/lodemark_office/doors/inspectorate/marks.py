"""Composition marks: what laboratories found, one specimen beside another, and what that can and cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason, Refusal
from lodemark.assay import (
    AssayRow,
    Comparison,
    Composition,
    Match,
    Pattern,
    Row,
    beside,
    group_of,
    limits,
    normalisers,
    pattern,
    word,
)
from lodemark_office.acts import marks
from lodemark_office.acts.marks import Group, Uploaded
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, office, page, unreadable
from lodemark_office.doors.parts.figure import download
from lodemark_office.doors.parts.marks_drawn import (
    band,
    match_figure,
    pattern_figure,
    pattern_plot,
    ratio_figure,
    ratio_plot,
    rows_figure,
)
from lodemark_office.doors.parts.plot import Plot

NORM = "ci.ms95"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for, loaded: the specimen, the one beside it, the reference group, the normaliser."""

    source: Uploaded
    first: Composition
    other: Uploaded | None
    second: Composition | None
    group: Group | None
    norm: str


@access("inspector")
def uploads(request: HttpRequest) -> HttpResponse:
    """Every file that laboratories recorded, and its specimens."""
    shown = {"uploads": marks.uploads(office())[::-1], "cannot": (Reason("mark-cannot-one-specimen"),)}
    return page(request, "inspectorate/marks.html", shown)


@access("inspector", "laboratory")
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """One file: every result, every cell refused and why, everything set aside; a laboratory sees its own."""
    found = marks.upload(office(), reference)
    if request.hat.role == "laboratory":
        must_own(request, (found.party,))
    rows = found.checked.rows
    stages = sorted({row.stage for row in rows})
    shown = {
        "upload": found,
        "rows": rows[:MOST_ROWS],
        "left_out": max(0, len(rows) - MOST_ROWS),
        "found": found.checked.found,
        "limits": [(stage, limits(stage)) for stage in stages],
        "inspector": request.hat.role == "inspector",
    }
    return page(request, "inspectorate/upload.html", shown)


MOST_ROWS = 200


@access("inspector")
def specimen(request: HttpRequest) -> HttpResponse:
    """One specimen: its pattern, and beside another the likelihood ratio and the rows."""
    asked = _asked(request)
    lang = request.lang
    reasons: tuple[Told, ...] = ()
    ratio: Comparison | None = None
    matched: Match | None = None
    refused: Sequence[Reason] = ()
    unmatched: Sequence[Reason] = ()
    try:
        ratio, refused = _ratio(asked)
        matched, unmatched = _matched(asked)
    except Error as error:
        reasons = unreadable(error)
    first = pattern(asked.first, asked.norm)
    second = None if asked.second is None else pattern(asked.second, asked.norm)
    range_ = band(asked.group.lots, asked.norm) if asked.group and asked.group.lots else None
    drawn = pattern_figure(first, second, range_)
    figures = [drawn]
    rows: tuple[Row, ...] = ()
    if asked.second is not None:
        rows = beside(asked.first, asked.second, _scatter(asked.group))
        figures.append(rows_figure(rows, lang))
    if ratio is not None:
        figures.append(ratio_figure(ratio))
    lots = None if matched is None else match_figure(matched, lang)
    if lots is not None:
        figures.append(lots)
    cannot = _cannot(first, ratio)
    if answer := download(request, figures, cannot):
        return answer
    shown = {
        "one": asked,
        "asked": _query(request),
        "pattern": first,
        "beside_pattern": second,
        "range": range_,
        "pattern_figure": drawn,
        "pattern_plot": pattern_plot(first, second, range_, drawn) if first.elements else None,
        "rows": rows,
        "rows_figure": figures[1] if rows else None,
        "ratio": ratio,
        "ratio_figure": ratio_figure(ratio) if ratio else None,
        "ratio_plot": _ratio_plot(ratio, lang),
        "matched": matched,
        "match_figure": lots,
        "unmatched": unmatched,
        "support": word(ratio.log10_lr) if ratio else "",
        "refused": refused,
        "cannot": cannot,
        "uploads": marks.uploads(office()),
        "norms": sorted(normalisers()),
        "results": _results(asked),
        "synthetic": asked.first.synthetic or bool(asked.second and asked.second.synthetic),
    }
    return page(request, "inspectorate/specimen.html", shown, reasons)


def _ratio_plot(ratio: Comparison | None, lang: str) -> Plot | None:
    return None if ratio is None else ratio_plot(ratio, ratio_figure(ratio), "zh-Hans" if lang == "zh-Hans" else "en")


def _asked(request: HttpRequest) -> Asked:
    source, first = _pair(request.GET.get("of", ""))
    other, second = _pair(request.GET["beside"]) if request.GET.get("beside") else (None, None)
    chosen = request.GET.get("group", "")
    norm = request.GET.get("norm", NORM)
    group = marks.group(marks.upload(office(), chosen), first.stage) if chosen else None
    return Asked(source, first, other, second, group, norm)


def _pair(text: str) -> tuple[Uploaded, Composition]:
    """A specimen as an address names it: ``ASSAY:SPECIMEN``."""
    number, mark, name = text.partition(":")
    if not mark:
        raise UnknownDossier(dossier=text)
    source = marks.upload(office(), number)
    return source, source.specimen(name)


def _ratio(asked: Asked) -> tuple[Comparison | None, Sequence[Reason]]:
    """The likelihood ratio where there is a population for it, or why there is none."""
    if asked.second is None or asked.group is None:
        return None, ()
    found = marks.compared(asked.first, asked.second, asked.group, settings.OFFICE.mode == "demo")
    return (None, found.reasons) if isinstance(found, Refusal) else (found, ())


def _matched(asked: Asked) -> tuple[Match | None, Sequence[Reason]]:
    """Which lot of the group this could be, or why that is not asked."""
    if asked.group is None:
        return None, ()
    found = marks.matched(asked.first, asked.group, settings.OFFICE.mode == "demo")
    return (None, found.reasons) if isinstance(found, Refusal) else (found, ())


def _scatter(group: Group | None):  # type: ignore[no-untyped-def]
    return next(iter(group.lots.values()), None) if group else None


def _cannot(first: Pattern, ratio: Comparison | None) -> list[Reason]:
    caveats = ratio.caveats if ratio else ()
    return [Reason("mark-cannot-one-specimen"), *first.cannot_show, *caveats]


def _results(asked: Asked) -> list[tuple[AssayRow, str]]:
    """Every result of the specimens shown, with its laboratory, method, calibration and day."""
    pairs = [(asked.source, asked.first), *([(asked.other, asked.second)] if asked.other and asked.second else [])]
    return [
        (row, group_of(row))
        for source, comp in pairs
        for row in source.checked.rows
        if (row.specimen_id, row.stage) == (comp.specimen_id, comp.stage)
    ]


def _query(request: HttpRequest) -> str:
    kept = [(name, request.GET[name]) for name in ("of", "beside", "group", "norm") if request.GET.get(name)]
    return urlencode(kept)
