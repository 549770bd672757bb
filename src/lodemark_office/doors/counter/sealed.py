"""Answers past the supplier: invite an end user, answer one's own part, read who opened it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from lodemark import Error, application
from lodemark.application import Application
from lodemark.application.sealed import Invitation, with_seals
from lodemark_office.acts import filing, sealing
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.counter.applying import NEW, pretty
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access, must_own
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.asked import asked
from lodemark_office.doors.parts.draft import keep_draft, read_draft
from lodemark_office.doors.parts.lines import owner_of
from lodemark_office.doors.parts.sealed import askable, files_of, for_others, questions
from lodemark_office.store.models import Summary

FILERS = ("signatory", "member")


@access(*FILERS)
def invite_new(request: HttpRequest) -> HttpResponse:
    """Invite for the file that is being written."""
    return _invite(request, NEW)


@access(*FILERS)
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Invite for a file that was returned."""
    dossier = f"application/{reference}"
    must_own(request, [owner_of(dossier)])
    return _invite(request, dossier)


def _invite(request: HttpRequest, form: str) -> HttpResponse:
    """Choose who is asked and what; the seals then stand in the draft in place of the answers."""
    app, reasons = _file(request, form)
    if request.method == "POST" and app is not None:
        paths, to = tuple(request.POST.getlist("path")), request.POST.get("to", "")
        answer = sealing.invite(office(), sent(request), app, to, paths, request.POST.get("text", ""))
        if not answer.done:
            return answered(request, answer)
        if not answer.replayed:
            keep_draft(request, form, {"file": pretty(with_seals(app.content, answer.result["seals"]))})
        return answered(request, answer, f"/counter/invitations/{answer.result['invitation'].partition('/')[2]}/")
    members = app.parties.members.values() if app else ()
    shown = {
        "form": form,
        "back": f"/counter/applications/{form.partition('/')[2]}/",
        "parties": [one for one in members if one.id != request.hat.party_id],
        "askable": askable(app, office().book, request.lang) if app else [],
        "made": Summary.objects.filter(noun="invitation", facts__by=request.hat.party_id).order_by("-dossier"),
        "sent_paths": request.POST.getlist("path"),
    }
    return page(request, "counter/invite.html", shown, reasons)


@access(*APPLICANTS)
def invitation(request: HttpRequest, reference: str) -> HttpResponse:
    """Whoever is invited answers here; whoever invited sees what is answered, and never what."""
    dossier = f"invitation/{reference}"
    state: Invitation = office().store.states(dossier)
    must_own(request, [state.to, state.by_party])
    mine = request.hat.party_id == state.to
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        if not mine:
            raise UnknownDossier(dossier=request.path)
        try:
            return answered(request, _give(request, dossier, state))
        except Error as error:
            reasons = unreadable(error)
    shown: dict[str, Any] = {
        "dossier": dossier, "reference": reference, "state": state, "questions": questions(state, request.lang), "mine": mine,
    }  # fmt: skip
    if mine:
        returns = [one.returns[-1].items for _, one in files_of(state) if one.status == "returned"]
        items = [item for told in returns for item in for_others(told)]
        shown["items"] = asked(items, office().book, request.lang)
    return page(request, "counter/part.html" if mine else "counter/invitation.html", shown, reasons)


@access(*APPLICANTS)
def disclosures(request: HttpRequest) -> HttpResponse:
    """Who opened what of one's own sealed answers, when, and for which purpose."""
    rows = Summary.objects.filter(noun="invitation", party=request.hat.party_id).order_by("-dossier")
    opened = [(row.reference, one) for row in rows for one in reversed(office().store.states(row.dossier).openings)]
    return page(request, "counter/disclosures.html", {"opened": opened})


def _give(request: HttpRequest, dossier: str, state: Invitation) -> Answer:
    form = request.POST
    declined = tuple(one.path for one in state.questions if form.get(f"decline:{one.path}"))
    said = {one.path: form.get(f"answer:{one.path}", "").strip() for one in state.questions}
    answers = {path: text for path, text in said.items() if text and path not in declined}
    return sealing.give(office(), sent(request), dossier, answers, declined)


def _file(request: HttpRequest, form: str) -> tuple[Application | None, tuple[Told, ...]]:
    draft = read_draft(request, form)
    text = str(draft.raw.get("file", "")) if draft else ""
    if not text and form != NEW:
        text = pretty(filing.content(office(), office().store.states(form)))
    try:
        return (application.read(text.encode()) if text.strip() else None), ()
    except Error as error:
        return None, unreadable(error)
