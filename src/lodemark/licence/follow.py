"""What follows from a licence for other rooms: questions for ``finding``, reports due for ``trust``. Nothing is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lodemark.ledger import digest
from lodemark.licence.conditions import of_line
from lodemark.licence.model import Licence
from lodemark.licence.usable import legal_day
from lodemark.trouble import Disagreement


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report a condition asks for: of which shipment, by which day."""

    code: str
    shipment: str
    line: int
    due_on: date
    provision: str


def disagreements(licence: Licence) -> tuple[Disagreement, ...]:
    """One question per release outside the licence: the goods left, and the books could not say that they might."""
    return tuple(
        Disagreement(
            "release-outside-licence",
            licence.terms.id,
            {
                "number": licence.terms.number,
                "shipment": release.shipment,
                "line": release.line,
                "amounts": dict(release.amounts),
                "released_at": release.released_at,
                "presented": release.presented,
                "reasons": list(release.reasons),
            },
            digest(release),
        )
        for release in licence.outside
    )


def reports_due(licence: Licence) -> tuple[ReportDue, ...]:
    """Each report a condition asks for, counted in days from the legal day the goods left (that day not counted)."""
    found = [
        ReportDue(
            condition.code,
            draw.shipment,
            draw.line,
            legal_day(draw.released_at, licence.terms.zone) + timedelta(days=int(str(condition.params["days"]))),
            condition.provision,
        )
        for draw in licence.drawdowns.values()
        if draw.released_at is not None and any(draw.net.values())
        for condition in of_line(licence.terms, draw.line)
        if condition.checked_at == "report"
    ]
    return tuple(sorted(found, key=lambda report: (report.due_on, report.shipment, report.code)))
