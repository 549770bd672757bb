"""An agreement arranged for a page: the same for its holder and for the office."""

from __future__ import annotations

from lodemark.licence.agreement import Agreement, next_due, period_on
from lodemark_office.doors.parts.acting import today
from lodemark_office.doors.parts.bars import bars
from lodemark_office.doors.parts.timeline import timeline

MOST_DUTIES = 12


def shown_agreement(dossier: str, state: Agreement) -> dict[str, object]:
    """Quota bars, what is due, the licences, the record."""
    return {
        "dossier": dossier,
        "reference": dossier.partition("/")[2],
        "state": state,
        "period": period_on(state.terms, today()),
        "bars": bars(state.accounts),
        "due": next_due(state, today())[:MOST_DUTIES],
        "moments": timeline(dossier),
    }
