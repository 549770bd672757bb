"""The clock of a case, for both sides."""

from __future__ import annotations

from django.utils import timezone

from lodemark import case
from lodemark.case import Case, ClockView
from lodemark_office.acts.state import ATTEMPT
from lodemark_office.doors.parts.acting import office


def clock_of(dossier: str, state: Case) -> ClockView | None:
    """The clock now; none before acceptance, and none where the office declined."""
    if state.accepted_on is None:
        return None
    records = [entry.record for entry in office().store.entries(dossier) if entry.record.kind != ATTEMPT]
    return case.clock(records, office().case_rules(records[0].on), office().calendar, timezone.now())
