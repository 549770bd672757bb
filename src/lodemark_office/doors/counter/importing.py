"""Goods lines from a sheet: hand the file in, see every fault at its cell, put the lines into the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lodemark import Error, application
from lodemark.application import sheet
from lodemark.application.documents import KINDS
from lodemark.application.read import SCHEMA
from lodemark_office.acts import documents, filing
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.counter.applying import NEW, pretty
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.documents import handed
from lodemark_office.doors.parts.draft import keep_draft, read_draft
from lodemark_office.doors.parts.lines import owner_of
from lodemark_office.store.documents import handed_in

IMPORTERS = ("signatory", "member")
MOST_SHOWN = 200


@access(*IMPORTERS)
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose a sheet; it is kept like any file handed in, and read on the next page."""
    _form(request, reference)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            answer = documents.hand_in(office(), sent(request), *handed(request))
        except Error as error:
            reasons = unreadable(error)
        else:
            if answer.done:
                return redirect(f"{request.path}{answer.result['sha256']}/")
            return answered(request, answer)
    return page(request, "counter/import.html", {"reference": reference}, reasons)


@access(*IMPORTERS)
def review(request: HttpRequest, reference: str, digest: str) -> HttpResponse:
    """What the sheet says, row by row; taking it writes the lines into the draft and files nothing."""
    form = _form(request, reference)
    file = handed_in(request.hat.party_id, [digest]).get(digest)
    if file is None:
        raise UnknownDossier(dossier=request.path)
    data = office().store.file(digest)
    try:
        found = sheet.read_lines(data)
    except Error as error:
        return page(request, "counter/import.html", {"reference": reference}, unreadable(error))
    if request.GET.get("as") == "xlsx":
        return _workbook(sheet.annotated(data, found), f"{digest[:16]}-errors")
    reasons: tuple[Told, ...] = ()
    lines = found.taken(good_rows=request.POST.get("act") == "good-rows")
    if request.method == "POST" and lines:
        try:
            _into_draft(request, form, reference, lines)
        except Error as error:
            reasons = unreadable(error)
        else:
            return redirect(f"/counter/applications/{reference}/")
    shown = {
        "reference": reference,
        "file": file,
        "found": found,
        "shown": found.faults[:MOST_SHOWN],
        "notes": found.notes[:50],
    }
    return page(request, "counter/import.html", shown, reasons)


@access(*IMPORTERS)
def template(request: HttpRequest) -> HttpResponse:
    """The template of this office's regime."""
    return _workbook(sheet.template(office().book), "goods")


def merged(content: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An application with these lines: one with the same id is replaced where it stands, the others follow."""
    mine = {line["id"]: line for line in lines}
    kept = [mine.pop(line.get("id"), line) for line in content.get("lines", [])]
    return {"schema": SCHEMA, **content, "lines": [*kept, *mine.values()]}


def _form(request: HttpRequest, reference: str) -> str:
    """The draft the lines go into: of a new application, or of one of this party that was returned."""
    if reference == "new":
        return NEW
    must_own(request, [owner_of(f"application/{reference}")])
    return f"application/{reference}"


def _into_draft(request: HttpRequest, form: str, reference: str, lines: Sequence[Mapping[str, Any]]) -> None:
    draft = read_draft(request, form)
    text = str(draft.raw.get("file", "")) if draft else ""
    if text.strip():
        content = application.read(text.encode()).content
    elif form != NEW:
        content = filing.content(office(), office().store.states(form))
    else:
        content = {"parties": {"exporter": {"id": request.hat.party_id}}}
    keep_draft(request, form, {"file": pretty(merged(content, lines))})


def _workbook(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=KINDS["xlsx"].media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
