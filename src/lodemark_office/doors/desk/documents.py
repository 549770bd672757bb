"""Documents on the desk: read by whoever may read the file; each opening is a row in the access log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark.application import Filing
from lodemark_office.acts import casework, documents
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.documents import ANYWAY, served
from lodemark_office.store import models


@access(*OFFICE)
def of_application(request: HttpRequest, reference: str, document: str) -> HttpResponse:
    """A document of an application that is before the office."""
    dossier = f"application/{reference}"
    return _opened(request, dossier, casework.open_file(office(), "", timezone.now(), dossier), document)


@access(*OFFICE)
def of_case(request: HttpRequest, reference: str, document: str) -> HttpResponse:
    """A document of a case, as its present version names it."""
    dossier = f"case/{reference}"
    return _opened(request, dossier, casework.open_file(office(), dossier, timezone.now()), document)


def named_in(file: casework.File, application: str) -> tuple[documents.Named, ...]:
    """The documents of a file with what is known of each."""
    state: Filing = file.filing
    return documents.named(office(), file.app, documents.party_of(office(), application), state.unscanned)


def _opened(request: HttpRequest, dossier: str, file: casework.File, document: str) -> HttpResponse:
    application = dossier if dossier.startswith("application/") else file.case.application
    one, data = documents.opened(office(), named_in(file, application), document)
    assert one.file is not None
    if one.state != "received" or ANYWAY in request.GET:
        what = f"document {one.id} {one.sha256}"
        models.AccessLog.objects.create(at=timezone.now(), person=request.user.person, dossier=dossier, what=what)
    return served(request, one.file, one.state, data)
