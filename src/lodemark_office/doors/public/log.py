"""The log for outsiders: checkpoints, the key to check them with, receipts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark import Error
from lodemark.ledger import Receipt
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import Told, page, unreadable
from lodemark_office.store import log, models

TEXT = "text/plain; charset=utf-8"


@access(PUBLIC)
def the_log(request: HttpRequest) -> HttpResponse:
    """Checkpoints and the key; a pasted receipt is checked here by the same code an outsider runs."""
    reasons: tuple[Told, ...] = ()
    proven = None
    if request.method == "POST":
        try:
            receipt = Receipt.parse(request.POST.get("receipt", ""))
            proven = receipt, receipt.verify([log.log_key()])
        except Error as error:
            reasons = unreadable(error)
    rows = models.SignedCheckpoint.objects.order_by("-size")[:20]
    return page(request, "public/log.html", {"rows": rows, "log_key": str(log.log_key()), "proven": proven}, reasons)


@access(PUBLIC)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint, as a witness fetches it."""
    last = models.SignedCheckpoint.objects.order_by("-size").first()
    return HttpResponse(last.note if last else log.checkpoint(timezone.now()), content_type=TEXT)


@access(PUBLIC)
def receipt(request: HttpRequest) -> HttpResponse:
    """The proof that a record is in the log: digests only, nothing of its content."""
    dossier, number = request.GET.get("dossier", ""), request.GET.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise UnknownDossier(dossier=dossier)
    try:
        found = log.receipt(dossier, int(number))
    except log.NotYetLogged:
        log.checkpoint(timezone.now())
        found = log.receipt(dossier, int(number))
    return HttpResponse(str(found), content_type=TEXT)
