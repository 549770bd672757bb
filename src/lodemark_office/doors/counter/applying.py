"""Write, check, file and complete an application; what is typed is kept, also when it is wrong."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lodemark import Error, application
from lodemark.application import Application, Filing
from lodemark_office.acts import documents, filing, sealing
from lodemark_office.doors.counter.documents import attach
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, today, unreadable
from lodemark_office.doors.parts.adding import added, addings
from lodemark_office.doors.parts.asked import asked, said
from lodemark_office.doors.parts.draft import drop_draft, keep_draft, read_draft
from lodemark_office.doors.parts.essentials import choices, starter
from lodemark_office.doors.parts.lines import case_of, owner_of
from lodemark_office.doors.parts.news import news_of
from lodemark_office.doors.parts.sealed import for_others, for_supplier
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.public.rulebooks import EXAMPLES, example

NEW = "application/new"
LARGEST = 1024 * 1024
FILE_AS = {"submit": False, "paper": True}
"""What the two ways to file are called in the form, and whether that is filing on paper (receipt is a right)."""


@access(*APPLICANTS)
def new(request: HttpRequest) -> HttpResponse:
    """Three ways to start: a short form, an example, a file; then the text with everything that is missing beside it."""
    if "family" in request.GET and request.method != "POST":
        content = starter({**request.GET.dict(), "exporter": request.hat.party_id}, office().book) | {
            "filed_on": today().isoformat()
        }
        keep_draft(request, NEW, {"file": pretty(content)})
        return redirect("/counter/applications/new/")
    return _write(request, NEW, None)


@access(*APPLICANTS)
def filed(request: HttpRequest, reference: str) -> HttpResponse:
    """One application: where it stands, what it was returned for, its history; a returned one is completed here."""
    dossier = f"application/{reference}"
    owner = owner_of(dossier)
    must_own(request, [owner])
    state: Filing = office().store.states(dossier)
    if request.method == "POST" and request.POST.get("act") == "withdraw":
        return answered(request, filing.withdraw(office(), sent(request), dossier, request.POST.get("text", "")))
    if request.method == "POST" or state.status == "returned":
        return _write(request, dossier, dossier)
    shown = {
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "case": case_of(dossier),
        "text": pretty(filing.content(office(), state)),
        "book": office().book,
        "documents": documents.named(office(), application.read(filing.content(office(), state)), owner, state.unscanned),
        "reading": f"/counter/applications/{reference}/",
        "news": news_of(dossier),
        "moments": timeline(dossier),
    }
    return page(request, "counter/application.html", shown)


def _write(request: HttpRequest, form: str, dossier: str | None) -> HttpResponse:
    state: Filing = office().store.states(dossier) if dossier else Filing()
    draft = read_draft(request, form)
    text = _text(request, state, draft.raw.get("file") if draft else None)
    reasons: tuple[Told, ...] = ()
    attaching = request.method == "POST" and request.POST.get("act") == "attach"
    if attaching:
        text, reasons = attach(request, text)
    elif request.method == "POST":
        text, reasons = _with_answers(request, text)
    if request.method == "POST":
        draft, clash = keep_draft(request, form, {"file": text})
        if clash:
            return render(request, "counter/clash.html", {"theirs": draft.raw.get("file", ""), "mine": text}, status=409)
    if attaching and not reasons:
        return redirect(request.path)
    review, unplaced = None, bool(reasons)
    try:
        app = application.read(text.encode()) if text.strip() else None
        if app is not None:
            review = filing.review(office(), app, today(), "exporter")
            if request.method == "POST" and request.POST.get("act") in FILE_AS and not unplaced:
                return _submit(request, app, form, dossier)
    except Error as error:
        reasons = (*reasons, *unreadable(error))
    book = office().book
    shown = {
        "dossier": dossier,
        "reference": dossier.partition("/")[2] if dossier else "",
        "state": state,
        "text": text,
        "rev": draft.rev if draft else 0,
        "saved": draft.saved_at if draft else None,
        "book": book,
        "review": review,
        "documents": documents.named(office(), review.app, request.hat.party_id) if review else (),
        "missing": asked(review.deficiencies, book, request.lang, review.app) if review else [],
        "addings": addings(review.app, book, request.lang) if review else (),
        "returned": asked(for_supplier(state.returns[-1].items), book, request.lang) if state.returns else [],
        "with_owner": _with_owner(state, review),
        "cells": review.assessment.cells if review else (),
        "unneeded": review.assessment.unneeded if review else (),
        "choices": choices(book, request.lang),
        "examples": EXAMPLES,
    }
    return page(request, "counter/write.html", shown, reasons)


def _with_answers(request: HttpRequest, text: str) -> tuple[str, tuple[Told, ...]]:
    """The text with what was typed beside its questions; an answer that cannot be read changes nothing and is told."""
    try:
        app = application.read(text.encode())
        review = filing.review(office(), app, today(), "exporter")
        answers = said(asked(review.deficiencies, office().book, request.lang, app), request.POST.dict())
        content = added(application.put(app.content, answers), request.POST.dict())
        changed = pretty(content) if content != app.content else text
        filing.review(office(), application.read(changed.encode()), today(), "exporter")
    except Error as error:
        return text, unreadable(error)
    return changed, ()


def _with_owner(state: Filing, review: filing.Review | None) -> int:
    """How many items wait for somebody past whom the file goes: seals without an answer, items a return put to them."""
    told = len(for_others(state.returns[-1].items)) if state.returns else 0
    return told + (sealing.of_file(office(), review.app).waiting if review else 0)


def _text(request: HttpRequest, state: Filing, drafted: str | None) -> str:
    """The text to show: an upload before what is in the field, that before the draft, that before what was filed last."""
    upload = request.FILES.get("upload")
    if upload is not None and upload.size <= LARGEST:
        return str(upload.read().decode("utf-8", "replace"))
    if request.method == "POST":
        return str(request.POST.get("file", "")).replace("\r\n", "\n")
    if request.GET.get("example") in EXAMPLES:
        return example(request.GET["example"])
    if drafted is not None:
        return drafted
    return pretty(filing.content(office(), state)) if state.versions else ""


def _submit(request: HttpRequest, app: Application, form: str, dossier: str | None) -> HttpResponse:
    answer = filing.submit(
        office(),
        sent(request),
        app,
        dossier=dossier,
        on_paper=FILE_AS[request.POST["act"]],
        declaration_signed=bool(request.POST.get("signed")),
    )
    if not answer.done:
        return answered(request, answer)
    drop_draft(request, form)
    return answered(request, answer, f"/counter/applications/{str(answer.result['application']).partition('/')[2]}/")


def pretty(content: object) -> str:
    """The content of a file as text that can be edited."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
