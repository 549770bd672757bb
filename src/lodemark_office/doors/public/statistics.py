"""How the office works, in numbers: folded from the records, pending cases kept in, small cells not shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse

from lodemark import Error
from lodemark.application.sheet import as_text
from lodemark.case.statistics import BY, Asked, Table, joined, statistics
from lodemark.ledger import jsonable
from lodemark.wording import LANGUAGES, Lang, has, say
from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import Told, office, page, read_day, today, unreadable
from lodemark_office.store import models
from lodemark_office.store.passages import counted


@dataclass(frozen=True, slots=True)
class Published:
    """The tables with what they were made from: anybody who holds the dossiers computes the same."""

    asked: Asked
    tables: tuple[Table, ...]
    dossiers: int
    inputs: str
    checkpoint: str


@access(PUBLIC)
def statistics_page(request: HttpRequest) -> HttpResponse:
    """The tables of a period, as a page, CSV or JSON."""
    reasons: tuple[Told, ...] = ()
    try:
        asked = asked_of(request.GET)
    except Error as error:
        asked, reasons = asked_of({}), unreadable(error)
    found = published(asked)
    match request.GET.get("as"):
        case "csv":
            return _csv(found)
        case "json":
            return JsonResponse(plain(found))
    shown = {
        "found": found,
        "tables": [_shown(one, request.lang) for one in found.tables],
        "ways": BY,
        "jurisdiction": office().jurisdiction,
    }
    return page(request, "public/statistics.html", shown, reasons)


def asked_of(query: Mapping[str, str]) -> Asked:
    """What a reader asks for: by default this year so far, all together. Raises ``BadDate``."""
    day = today()
    since = read_day(query["since"]) if query.get("since") else date(day.year, 1, 1)
    until = read_day(query["until"]) if query.get("until") else date(day.year + 1, 1, 1)
    by = query.get("by", "")
    return Asked(since, until, day, by if by in BY else BY[0])


def published(asked: Asked) -> Published:
    """The tables of this office."""
    made = counted(office(), asked.as_of)
    last = models.SignedCheckpoint.objects.order_by("-size").first()
    tables = statistics(joined(made.passages), asked, office().calendar)
    return Published(asked, tables, len(made.passages), made.inputs, last.note if last else "")


def plain(found: Published) -> dict[str, object]:
    """As JSON, with the words of every code."""
    tables = [
        {
            "table": one.name,
            "said": {lang: say(one.name, {}, lang) for lang in LANGUAGES},
            "rows": [
                {
                    "group": row.group,
                    "code": row.code,
                    "said": {lang: cell_word(row.code, lang) for lang in LANGUAGES},
                    "value": row.value,
                }
                for row in one.rows
            ],
        }
        for one in found.tables
    ]
    about = {"asked": jsonable(found.asked), "dossiers": found.dossiers, "inputs": found.inputs, "checkpoint": found.checkpoint}
    return {**about, "tables": tables}


def cell_word(code: str, lang: Lang) -> str:
    """What a cell is called: a count, an outcome, a reason of a return, a court with its measure, a band of days."""
    court, _, measure = code.partition(" ")
    if measure:
        return f"{say(f'statistics-court-{court}', {}, lang)}, {say(f'statistics-{measure}', {}, lang)}"
    for verdict in ("not-known", "not-met"):
        check = f"check-{code.removesuffix(f'-{verdict}')}"
        if code.endswith(verdict) and has(check):
            facts = {"check": say(check, {}, lang), "verdict": say(verdict.replace("-", "_"), {}, lang)}
            return say("statistics-code-check", facts, lang)
    name = f"statistics-code-{code}"
    return say(name, {}, lang) if has(name) else code


def _group_word(group: str, lang: Lang) -> str:
    name = f"statistics-group-{group}"
    return say(name, {}, lang) if has(name) else group


def _shown(one: Table, lang: Lang) -> dict[str, object]:
    """A table turned for reading: groups as columns, codes as rows."""
    groups = list(dict.fromkeys(row.group for row in one.rows))
    codes = list(dict.fromkeys(row.code for row in one.rows))
    values = {(row.group, row.code): row for row in one.rows}
    rows: Sequence[tuple[str, list[object]]] = [
        (_row_word(one.name, code, lang), [values.get((group, code)) for group in groups]) for code in codes
    ]
    return {
        "name": one.name,
        "what": f"{one.name}-what",
        "groups": [_group_word(group, lang) for group in groups],
        "rows": rows,
    }


def _row_word(table: str, code: str, lang: Lang) -> str:
    match table:
        case "statistics-decided-by":
            return say("statistics-day", {"day": code}, lang)
        case "statistics-ageing":
            return say("statistics-days", {"band": code}, lang)
        case "statistics-rfis":
            return say("statistics-times", {"count": code}, lang)
    return cell_word(code, lang)


def _csv(found: Published) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("table", "group", "code", "value"))
    for one in found.tables:
        for row in one.rows:
            writer.writerow(as_text(text) for text in (one.name, row.group, row.code, row.value or f"<{found.asked.smallest}"))
    asked = found.asked
    about = {"since": asked.since, "until": asked.until, "as_of": asked.as_of, "by": asked.by, "inputs": found.inputs}
    writer.writerows(("about", name, "", str(value)) for name, value in about.items())
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    return answer
