"""Documents at the counter: hand in, see where each stands, attach one to an application that is being written."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason, application
from lodemark.application.documents import KINDS, MOST_BYTES
from lodemark_office.acts import documents, filing
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.documents import handed, served
from lodemark_office.doors.parts.lines import owner_of
from lodemark_office.store.documents import handed_in


@access(*APPLICANTS)
def all_documents(request: HttpRequest) -> HttpResponse:
    """What this party handed in, and a form to hand in more."""
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, documents.hand_in(office(), sent(request), *handed(request)))
        except Error as error:
            reasons = unreadable(error)
    shown = {
        "files": list(handed_in(request.hat.party_id).values()),
        "kinds": [kind.code.upper() for kind in KINDS.values()],
        "most": MOST_BYTES // 1024**2,
    }
    return page(request, "counter/documents.html", shown, reasons)


@access(*APPLICANTS)
def own(request: HttpRequest, digest: str) -> HttpResponse:
    """A file this party handed in."""
    file = handed_in(request.hat.party_id, [digest]).get(digest)
    if file is None:
        raise UnknownDossier(dossier=request.path)
    return served(request, file, file.state, office().store.file(digest))


@access(*APPLICANTS)
def of_application(request: HttpRequest, reference: str, document: str) -> HttpResponse:
    """A document as the filed version names it."""
    dossier = f"application/{reference}"
    must_own(request, [owner_of(dossier)])
    state = office().store.states(dossier)
    app = application.read(filing.content(office(), state))
    found = documents.named(office(), app, owner_of(dossier), state.unscanned)
    one, data = documents.opened(office(), found, document)
    assert one.file is not None
    return served(request, one.file, one.state, data)


def attach(request: HttpRequest, text: str) -> tuple[str, tuple[Told, ...]]:
    """Hand in a file and write its digest into the text; with reasons where it could not be taken or not be written."""
    try:
        answer = documents.hand_in(office(), sent(request), *handed(request, "paper"))
    except Error as error:
        return text, unreadable(error)
    if not answer.done:
        return text, answer.reasons
    document, digest = request.POST.get("document", ""), str(answer.result["sha256"])
    filled = attached(text, document, digest)
    told = Reason("page-document-attached", None, {"sha256": digest, "document": document})
    return filled, () if filled != text or digest in text else (told,)


def attached(text: str, document: str, digest: str) -> str:
    """The text of a file in JSON with the digest written at one of its documents; any other text is left as it was typed."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    listed = content.get("documents") if isinstance(content, dict) else None
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("id") == document:
            one["sha256"] = digest
            return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
    return text
