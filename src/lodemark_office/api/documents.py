"""``/documents``: hand in a file, ask how its scan stands, fetch it. A file is named by the SHA-256 of its bytes."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from lodemark import application
from lodemark.application.documents import MOST_BYTES
from lodemark.case.rights import RIGHTS
from lodemark_office.acts import casework, documents, filing
from lodemark_office.acts.store import HandedIn, UnknownDossier
from lodemark_office.api.acting import CREATED, READ, KeyHeader
from lodemark_office.api.answers import READS, Problem, answered, json_answer, sent
from lodemark_office.api.reading import TooLarge
from lodemark_office.api.sight import dossier_of, hat_on
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.documents import sent_out
from lodemark_office.store import models
from lodemark_office.store.documents import handed_in

router = Router(tags=["documents"])


@router.post("", response=CREATED, operation_id="document-hand-in")
def hand_in(request: HttpRequest, key: KeyHeader, file: Annotated[UploadedFile, File()]) -> HttpResponse:
    """Hand in a file; the result names its digest, its kind and its state. What cannot be taken is refused with the cause."""
    hat = request.auth.as_one_of(RIGHTS["upload"], request.path)  # type: ignore[attr-defined]
    if (file.size or 0) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    return answered(documents.hand_in(office(), sent(request, key, hat), file.read(), file.name or ""), 201)


@router.get("/{digest}/scan", response=READ, operation_id="document-scan")
def scan(request: HttpRequest, digest: str, dossier: str = "") -> HttpResponse:
    """``received`` (waits for its scan), ``clean``, ``infected`` (locked away), ``rejected``, or ``accepted`` by an officer."""
    file, state = _found(request, digest, dossier)
    return json_answer({"sha256": file.sha256, "kind": file.kind, "size": file.size, "state": state, "cause": file.cause})


@router.get("/{digest}", response={200: None, READS: Problem}, operation_id="document")
def fetch(request: HttpRequest, digest: str, dossier: str = "") -> HttpResponse:
    """The bytes: of your own file, or, with ``dossier``, of one that an application or case before you names."""
    file, _ = _found(request, digest, dossier)
    data = office().store.file(digest)
    if dossier:
        models.AccessLog.objects.create(
            at=timezone.now(),
            person=request.auth.account.person,
            dossier=dossier,
            what=f"document {digest}",  # type: ignore[attr-defined]
        )
    return sent_out(file, data)


def _found(request: HttpRequest, digest: str, dossier: str) -> tuple[HandedIn, str]:
    """The file and its state, for its owner or for whoever may read the dossier that names it."""
    if not dossier:
        hat = request.auth.as_one_of(RIGHTS["upload"], request.path)  # type: ignore[attr-defined]
        file = handed_in(hat.party_id, [digest]).get(digest)
        if file is None:
            raise UnknownDossier(dossier=request.path)
        return file, file.state
    noun, _, reference = dossier.partition("/")
    if noun not in ("application", "case"):
        raise UnknownDossier(dossier=request.path)
    hat_on(request, dossier_of(noun, reference))
    for one in _named(dossier, noun):
        if one.sha256 == digest and one.file is not None:
            return one.file, one.state
    raise UnknownDossier(dossier=request.path)


def _named(dossier: str, noun: str) -> tuple[documents.Named, ...]:
    state: Any = office().store.states(dossier)
    owner = dossier if noun == "application" else state.application
    filed = office().store.states(owner)
    app = casework.open_file(office(), dossier, timezone.now()).app if noun == "case" else _as_filed(filed)
    return documents.named(office(), app, documents.party_of(office(), owner), filed.unscanned)


def _as_filed(filed: Any) -> application.Application:
    return application.read(filing.content(office(), filed))
