"""What a case file shows of its application: statement, outcome per line, checks, parties with their screening, product tree."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.utils import timezone

from lodemark.case import Case
from lodemark.wording import Lang
from lodemark_office.acts import casework
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.checked import checked
from lodemark_office.doors.parts.sealed import parts_of
from lodemark_office.doors.parts.tree import branches


def instant_of(state: Case) -> datetime:
    """The instant a file is shown at: now, or the day its decision was served, because that is what was decided on."""
    served = state.decision.served_on if state.decision else None
    return timezone.now() if served is None else datetime.combine(served, time(12), UTC)


def shown_file(file: casework.File, lang: Lang) -> dict[str, object]:
    """The parts of a file, arranged."""
    screened = {one.party: one for one in office().screener.screenings(file.app, file.review.assessment.on)}
    roles = {
        party: [role for role, members in file.app.parties.roles.items() if party in members]
        for party in file.app.parties.members
    }
    return {
        "app": file.app,
        "sealed_parts": parts_of(file.app, lang),
        "uses": [(use, _category(use.category, lang)) for use in file.app.uses.values()],
        "book": office().book,
        "as_of": file.review.assessment.on,
        "cells": file.review.assessment.cells,
        "checks": checked(office().book, file, lang),
        "parties": [(one, roles[one.id], screened.get(one.id)) for one in file.app.parties.members.values()],
        "branches": branches(file.app.tree),
    }


def _category(code: str | None, lang: Lang) -> str:
    """A category of use in the rulebook's own words; a category it does not know is shown as it was written."""
    names = office().book.lists["list/end-use-categories"].names
    return names[code][lang] if code in names else code or ""
