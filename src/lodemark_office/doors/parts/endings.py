"""The proceedings about a licence, for its holder and for the desk."""

from __future__ import annotations

from lodemark.licence.proceeding import EndingFile
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import Summary


def endings_of(licence: str) -> list[tuple[str, EndingFile]]:
    """(reference, file) of every proceeding about a licence, newest first."""
    rows = Summary.objects.filter(noun="proceeding", about=licence).order_by("-dossier")
    return [(row.reference, office().store.states(row.dossier)) for row in rows]
