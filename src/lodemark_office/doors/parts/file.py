"""What a case file shows of its application: statement, outcome per line, checks, parties with their screening, product tree."""

from __future__ import annotations

from lodemark.wording import Lang
from lodemark_office.acts import casework
from lodemark_office.doors.parts.acting import office, today
from lodemark_office.doors.parts.checked import checked
from lodemark_office.doors.parts.tree import branches


def shown_file(file: casework.File, lang: Lang) -> dict[str, object]:
    """The parts of a file, arranged."""
    screened = {one.party: one for one in office().screener.screenings(file.app, today())}
    roles = {
        party: [role for role, members in file.app.parties.roles.items() if party in members]
        for party in file.app.parties.members
    }
    return {
        "app": file.app,
        "book": office().book,
        "cells": file.review.assessment.cells,
        "checks": checked(office().book, file, lang),
        "parties": [(one, roles[one.id], screened.get(one.id)) for one in file.app.parties.members.values()],
        "branches": branches(file.app.tree),
    }
