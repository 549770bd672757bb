"""Capturing an uploaded document of events, and the captures there are."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from lodemark import Error
from lodemark_office.acts import capturing
from lodemark_office.acts.store import Answer
from lodemark_office.doors.parts.acting import office, sent

BEHAVIOURS = ("rollback", "proceed")


class NoFile(Error):
    """The form came without its file."""

    code = "page-no-file"


def uploaded(request: HttpRequest) -> tuple[bytes, str]:
    """Content and name of the uploaded file; raises ``NoFile``."""
    upload = request.FILES.get("upload")
    if upload is None:
        raise NoFile()
    return upload.read(), upload.name or "-"


def capture(request: HttpRequest) -> Answer:
    """Capture what was uploaded."""
    data, _ = uploaded(request)
    behaviour = request.POST.get("behaviour", "")
    return capturing.capture(office(), sent(request), data, behaviour=behaviour if behaviour in BEHAVIOURS else BEHAVIOURS[0])


def captures(party: str = "") -> list[tuple[str, Mapping[str, object]]]:
    """The captured documents, newest first: of a party, or all."""
    found = []
    for dossier in reversed(office().store.dossiers("capture")):
        for entry in office().store.entries(dossier):
            if not party or entry.stamp.actor.party == party:
                found.append((dossier, {**entry.record.facts, "on": entry.record.on, "party": entry.stamp.actor.party}))
    return found[:50]
