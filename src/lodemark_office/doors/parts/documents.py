"""Documents on a page, and their bytes on the way out: as a download, never as a page of ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lodemark.application.documents import KINDS, MOST_BYTES, FileRejected
from lodemark_office.acts.store import HandedIn
from lodemark_office.doors.parts.captured import NoFile

ANYWAY = "unscanned"


def handed(request: HttpRequest, field: str = "upload") -> tuple[bytes, str]:
    """Content and name of the file of a form; one that is too large is refused before it is read."""
    upload = request.FILES.get(field)
    if upload is None:
        raise NoFile()
    if upload.size > MOST_BYTES:
        raise FileRejected("file-large", bytes=upload.size, most=MOST_BYTES)
    return upload.read(), upload.name or ""


def served(request: HttpRequest, file: HandedIn, state: str, data: bytes) -> HttpResponse:
    """The bytes; what no scanner has seen and no officer has taken is preceded by a warning."""
    if state == "received" and ANYWAY not in request.GET:
        return render(request, "parts/unscanned.html", {"file": file, "anyway": f"{request.path}?{ANYWAY}=1"})
    return sent_out(file, data)


def sent_out(file: HandedIn, data: bytes) -> HttpResponse:
    """Under a name of our own and a type we found; a browser that opens it all the same gives it no rights."""
    answer = HttpResponse(data, content_type=file.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.sha256[:16]}.{KINDS[file.kind].ending}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
