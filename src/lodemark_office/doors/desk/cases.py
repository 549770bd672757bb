"""The case file: statement, parties, checks, the acts that are possible, decision, record. One form per act."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, QueryDict

from lodemark import Error
from lodemark.case import Case, Ground, Judgement, LineOutcome, NoticeGround
from lodemark.case import commands as ask
from lodemark.rules import due
from lodemark_office.acts import asking, casework
from lodemark_office.acts.office import Sent
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.desk import advice
from lodemark_office.doors.desk.documents import named_in
from lodemark_office.doors.desk.grounds import GROUNDS
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, fresh_factor, office, page, read_day, sent, today, unreadable
from lodemark_office.doors.parts.asked import asked
from lodemark_office.doors.parts.clock import clock_of
from lodemark_office.doors.parts.file import instant_of, shown_file
from lodemark_office.doors.parts.lines import appeals_of, licences_of
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.doors.parts.who import by

OUTCOMES = ("granted", "refused", "not_required")


@access(*OFFICE)
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case."""
    dossier = f"case/{reference}"
    state: Case = office().store.states(dossier)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, _act(request, dossier, state))
        except Error as error:
            reasons = unreadable(error)
    file = casework.open_file(office(), dossier, instant_of(state))
    notice = office().case_rules(today()).notice
    parts = shown_file(file, request.lang)
    shown = {
        **parts,
        "dossier": dossier,
        "reference": reference,
        "state": state,
        "clock": clock_of(dossier, state),
        "documents": named_in(file, state.application),
        "reading": f"/desk/cases/{reference}/",
        "grounds": GROUNDS,
        "outcomes": OUTCOMES,
        "judge": [one for one in parts["checks"] if one.verdict == "not_known"],  # type: ignore[attr-defined]
        "earliest": due(today(), notice.length, notice.unit, (), office().calendar).latest,
        "missing": [
            (asking.name_of(item), one)
            for item, one in zip(
                file.review.deficiencies, asked(file.review.deficiencies, office().book, request.lang), strict=True
            )
        ],
        "consulting": advice.choices(),
        "dissent": advice.dissent(state),
        "conditions": [(line, one.code) for line in state.lines for one in advice.wanted_conditions(state, line)],
        "answered_notices": [one for one in state.notices.values() if one.state == "answered"],
        "licences": licences_of(dossier),
        "appeals": appeals_of(dossier),
        "moments": timeline(dossier),
        "role": request.hat.role,
    }
    return page(request, "desk/case.html", shown, reasons)


def _act(request: HttpRequest, dossier: str, state: Case) -> Answer:
    message, form = sent(request), request.POST
    if form.get("act") == "sign":
        command = ask.Countersign(
            **by(message), decision=form.get("decision", ""), digest=form.get("digest", ""), at=message.at
        )
        return casework.countersign(office(), message, dossier, command, fresh_factor(request, message))
    if form.get("act") == "ask":
        return _ask(request, message, dossier)
    return casework.act(office(), message, dossier, _command(form, message, dossier, state))


def _ask(request: HttpRequest, message: Sent, dossier: str) -> Answer:
    """Ask what was ticked on the list of what is missing, in the words the list has."""
    form, chosen = request.POST, request.POST.getlist("item")
    file = casework.open_file(office(), dossier, message.at)
    items = [item for item in file.review.deficiencies if asking.name_of(item) in chosen]
    listed = asked(items, office().book, request.lang)
    texts = {asking.name_of(item): one.text for item, one in zip(items, listed, strict=True)}
    return asking.put(office(), message, dossier, items, texts, form.get("text", ""), read_day(form.get("reply_by")))


def _command(form: QueryDict, message: Sent, dossier: str, state: Case) -> ask.Command:
    who, text = by(message), form.get("text", "")
    match form.get("act"):
        case "take":
            return ask.Take(**who)
        case "propose":
            return ask.Propose(
                **who,
                decision="",
                outcomes=tuple(_outcomes(form, state)),
                judgements=tuple(_judgements(form, state)),
                answers_to_advice={one: form.get(f"advice:{one}", "") for one in state.consultations},
            )
        case "consult":
            return advice.consult(form, message)
        case "notice":
            return ask.GiveNotice(
                **who,
                notice="",
                grounds=tuple(NoticeGround(line, _ground(form, "")) for line in state.lines),
                evidence=(state.content_digest,),  # the version that was read: what the party filed, it may see
                answer_by=read_day(form.get("answer_by")),
            )
        case "accept-answer":
            return ask.AcceptAnswer(**who, rfi=form.get("rfi", ""))
        case "weigh":
            answered_points = state.notices[form["notice"]].points if form.get("notice") in state.notices else ()
            return ask.Weigh(**who, notice=form.get("notice", ""), responses={point.id: text for point in answered_points})
        case "send-back":
            return ask.SendBack(**who, decision=form.get("decision", ""), comment=text)
    raise UnknownDossier(dossier=dossier)


def _outcomes(form: QueryDict, state: Case) -> Iterator[LineOutcome]:
    for line in state.lines:
        outcome = form.get(f"outcome:{line}", "")
        outcome = outcome if outcome in OUTCOMES else "refused"
        wanted = advice.wanted_conditions(state, line)
        kept = tuple(one for one in wanted if outcome == "granted" and form.get(f"condition:{line}:{one.code}"))
        yield LineOutcome(line, "granted_with_conditions" if kept else outcome, (_ground(form, f":{line}"),), kept)  # type: ignore[arg-type]


def _judgements(form: QueryDict, state: Case) -> Iterator[Judgement]:
    """A person's reading of what the facts leave open; a check of the whole file is judged for every line."""
    for name in form:
        if not name.startswith("judge:") or not form[name].strip():
            continue
        check, _, line = name.removeprefix("judge:").rpartition(":")
        verdict = "not_met" if form.get(f"verdict:{check}:{line}") == "not_met" else "met"
        for each in [line] if line else ["", *state.lines]:
            yield Judgement(check, each, verdict, form[name].strip())  # type: ignore[arg-type]


def _ground(form: QueryDict, suffix: str) -> Ground:
    code = form.get(f"ground{suffix}", "")
    # Without a ground the proposal is refused with its reason; a ground that is not in the table is none.
    return Ground(code, GROUNDS[code]) if code in GROUNDS else Ground("", "")
