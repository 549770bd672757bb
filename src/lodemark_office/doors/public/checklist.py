"""What will be asked for these goods and this use, and why: the engine of the counter, open before anybody writes anything."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason, application, rules
from lodemark_office.acts import filing
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import PUBLIC, access, hats
from lodemark_office.doors.parts.acting import office, page, today, unreadable
from lodemark_office.doors.parts.asked import asked
from lodemark_office.doors.parts.essentials import choices, starter


@access(PUBLIC)
def checklist(request: HttpRequest) -> HttpResponse:
    """A short form; then every question that would come, with its rule, and every paper of the licence kind."""
    book, reasons = office().book, ()
    shown: dict[str, object] = {"book": book, "choices": choices(book, request.lang)}
    if "family" in request.GET:
        try:
            shown |= _answer(request)
        except Error as error:
            reasons = unreadable(error)
    # Who is logged in for another work cannot open the counter; a visitor is asked there to log in.
    applies = not request.user.is_authenticated or any(hat.role in APPLICANTS for hat in hats(request.user))
    return page(request, "public/checklist.html", {**shown, "typed": request.GET, "applies": applies}, reasons)


def _answer(request: HttpRequest) -> dict[str, object]:
    book, on = office().book, today()
    app = application.read(orjson.dumps(starter(request.GET, book)))
    found = filing.review(office(), app, on, "exporter")
    return {
        "cells": found.assessment.cells,
        "missing": asked(found.deficiencies, book, request.lang),
        "papers": rules.papers(book, app.kind, on),
        "review_days": office().case_rules(on).review,
        "query": request.GET.urlencode(),
        "answered": True,
    }


EntryFound = tuple[rules.Rulebook, rules.Provision, str]


@access(PUBLIC)
def classify(request: HttpRequest) -> HttpResponse:
    """A code or a word -> the dated control-list entries that speak of it, with the original text."""
    text = request.GET.get("q", "").strip()
    found = search(text) if text else []
    reasons = () if found or not text else (Reason("classify-nothing", None, {"text": text}),)
    answer = page(request, "public/classify.html", {"q": text, "found": found, "nothing": reasons})
    return answer


def search(text: str, most: int = 20) -> list[EntryFound]:
    """Entries whose id, title, quote or customs hint holds every word; each provision once, in the order of the regimes."""
    words, on = text.casefold().split(), today()
    found: dict[str, EntryFound] = {}
    for book in map(rules.load, rules.regimes()):
        for one in book.provisions.values():
            if one.kind != "entry" or one.id in found:
                continue
            hay = " ".join((one.id, *one.title.values(), one.quote.text if one.quote else "", *one.hs_hints)).casefold()
            if all(word.replace(".", "") in hay.replace(".", "") for word in words):
                found[one.id] = (book, one, book.status(one.id, on))
    return list(found.values())[:most]
