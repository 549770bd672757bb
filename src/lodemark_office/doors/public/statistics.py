"""How the office works, in numbers folded from the records: pending cases are counted, small cells are not shown."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from lodemark.case import overall
from lodemark_office.acts.office import Office
from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import office, page
from lodemark_office.store import models

SMALLEST_CELL = 5


@dataclass(frozen=True, slots=True)
class Count:
    """One cell of the table; ``shown`` is ``None`` where showing it would tell about single cases."""

    group: str
    code: str
    shown: int | None


@access(PUBLIC)
def statistics(request: HttpRequest) -> HttpResponse:
    """The table, and the same as CSV."""
    rows = counts(office())
    if request.GET.get("as") == "csv":
        return _csv(rows)
    return page(request, "public/statistics.html", {"rows": rows, "smallest": SMALLEST_CELL})


def counts(of: Office) -> list[Count]:
    """Dossiers by state, returns, and decisions by outcome and by working days needed."""
    lines = list(models.Summary.objects.values_list("noun", "state", "facts"))
    nouns = Counter((f"noun-{noun}", f"state-{noun}-{state}") for noun, state, _ in lines)
    returns = Counter(
        ("returns", "page-returned" if facts["returns"] else "page-not-returned")
        for noun, _, facts in lines
        if noun == "application"
    )
    return [*_cells(nouns), *_cells(returns), *_cells(Counter(_decided(of)))]


def _decided(of: Office) -> Iterable[tuple[str, str]]:
    for dossier in of.store.dossiers("case"):
        state = of.store.states(dossier)
        if state.decision is None or state.decision.served_on is None:
            yield "decisions", "page-pending"
        else:
            yield "decisions", f"outcome-{overall(state.decision.outcomes)}"


def _cells(found: Counter[tuple[str, str]]) -> list[Count]:
    # One hidden cell beside a known total could be computed back, so no totals are shown.
    return [Count(group, code, count if count >= SMALLEST_CELL else None) for (group, code), count in sorted(found.items())]


def _csv(rows: list[Count]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("group", "code", "count"))
    writer.writerows((row.group, row.code, f"<{SMALLEST_CELL}" if row.shown is None else row.shown) for row in rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    return answer
