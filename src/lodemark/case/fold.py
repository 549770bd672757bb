"""Records -> the case as it stands. Facts are never refused here: an unknown kind is our mistake and stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lodemark.case.facts import VersionChange
from lodemark.case.guards import HATS
from lodemark.case.model import (
    Case,
    Consultation,
    Decision,
    LineOutcome,
    Notice,
    NoticeGround,
    Point,
    Position,
    Question,
    Remittal,
    Rfi,
)
from lodemark.case.read import read
from lodemark.ledger import Record

Facts = Mapping[str, Any]
Step = Callable[[Case, Facts, date], Case]


def fold(records: Iterable[Record], state: Case | None = None) -> Case:
    """The case after ``records``, going on from ``state`` where one is given."""
    case = state or Case()
    for record in records:
        assert record.kind in STEPS, f"a case has no record of kind {record.kind}"
        case = STEPS[record.kind](case, record.facts, record.on)
        # An attempt that was refused puts no hat on: or one wrong click would bar an officer from the own file.
        case = case if record.kind == "attempt-refused" else _hat(case, record.facts)
    return case


def _hat(case: Case, facts: Facts) -> Case:
    """Remember which of the four exclusive hats this person now wears on this file."""
    by = facts["by"]
    hat = HATS.get(str(by["role"]))
    worn = case.hats.get(str(by["person"]), ())
    if hat is None or hat in worn:
        return case
    return replace(case, hats={**case.hats, str(by["person"]): (*worn, hat)})


def _opens(state: str, closed_as: str = "") -> Step:
    def step(case: Case, facts: Facts, on: date) -> Case:
        assert not case.state, f"case {case.id} is already open"
        accepted = facts.get("accepted_on")
        return replace(
            case,
            id=facts["case"],
            application=facts["application"],
            state=state,
            version=facts["version"],
            content_digest=facts["content_digest"],
            received_on=read(date, facts["received_on"]),
            accepted_on=read(date, accepted) if accepted else None,
            lines=tuple(facts["lines"]),
            closed_as=closed_as,
        )

    return step


def _closes(as_what: str) -> Step:
    def step(case: Case, facts: Facts, on: date) -> Case:
        return replace(case, state="closed", closed_as=as_what)

    return step


def _taken(case: Case, facts: Facts, on: date) -> Case:
    return replace(case, state="in_review", officer=facts["by"]["person"])


def _amended(case: Case, facts: Facts, on: date) -> Case:
    return _new_version(case, read(VersionChange, facts["change"]))


def _new_version(case: Case, change: VersionChange) -> Case:
    return replace(case, version=change.version, content_digest=change.content_digest, lines=change.lines)


def _remitted(case: Case, facts: Facts, on: date) -> Case:
    remittal = Remittal(
        facts["appeal"], facts["another_officer"], facts["only_procedure"], tuple(facts["barred"]), case.decision
    )
    return replace(case, state="in_review", closed_as="", remittal=remittal)


def _stop(case: Case, facts: Facts, on: date) -> Case:
    return replace(case, stops={**case.stops, facts["stop"]: "running"})


def _resume(case: Case, facts: Facts, on: date) -> Case:
    return replace(case, stops={**case.stops, facts["stop"]: "ended"})


def _unlimited(case: Case, facts: Facts, on: date) -> Case:
    return replace(case, unlimited=facts["provision"])


# --- requests for information ----------------------------------------------------------------------------------------
def _asked(case: Case, facts: Facts, on: date) -> Case:
    questions = read(tuple[Question, ...], facts["questions"])
    rfi = Rfi(facts["rfi"], "open", questions, read(date, facts["reply_by"]))
    return replace(case, rfis={**case.rfis, rfi.id: rfi})


def _rfi(**changes: object) -> Step:
    def step(case: Case, facts: Facts, on: date) -> Case:
        return _put_rfi(case, replace(case.rfis[facts["rfi"]], **changes))  # type: ignore[arg-type]

    return step


def _put_rfi(case: Case, rfi: Rfi) -> Case:
    return replace(case, rfis={**case.rfis, rfi.id: rfi})


def _answered(case: Case, facts: Facts, on: date) -> Case:
    rfi = case.rfis[facts["rfi"]]
    done = tuple(dict.fromkeys((*rfi.answered, *(answer["question"] for answer in facts["answers"]))))
    state = "answered" if facts["complete"] else "open"
    return _put_rfi(_amended(case, facts, on), replace(rfi, state=state, answered=done))


def _insufficient(case: Case, facts: Facts, on: date) -> Case:
    rfi = case.rfis[facts["rfi"]]
    still = tuple(question for question in rfi.answered if question not in facts["questions"])
    reply_by = read(date, facts["reply_by"])
    return _put_rfi(case, replace(rfi, state="open", answered=still, reply_by=reply_by, chased=False))


def _more_time(case: Case, facts: Facts, on: date) -> Case:
    rfi = replace(case.rfis[facts["rfi"]], state="open", reply_by=read(date, facts["reply_by"]), chased=False)
    return _put_rfi(case, rfi)


# --- consultation ----------------------------------------------------------------------------------------------------
def _consulted(case: Case, facts: Facts, on: date) -> Case:
    consultation = Consultation(
        id=facts["consultation"],
        state="asked",
        department=facts["department"],
        fields=tuple(facts["fields"]),
        question=facts["question"],
        reply_by=read(date, facts["reply_by"]),
        version=case.version,
    )
    return _put_consultation(case, consultation)


def _put_consultation(case: Case, consultation: Consultation) -> Case:
    return replace(case, consultations={**case.consultations, consultation.id: consultation})


def _advised(case: Case, facts: Facts, on: date) -> Case:
    old = case.consultations[facts["consultation"]]
    positions = read(tuple[Position, ...], facts["positions"])
    return _put_consultation(case, replace(old, state="answered", positions=positions, version=case.version))


def _silent(case: Case, facts: Facts, on: date) -> Case:
    return _put_consultation(case, replace(case.consultations[facts["consultation"]], state="expired"))


def _put_back(case: Case, facts: Facts, on: date) -> Case:
    old = case.consultations[facts["consultation"]]
    told = tuple(dict.fromkeys((*old.put_back, *facts["dropped"])))
    return _put_consultation(case, replace(old, state="stale", reply_by=read(date, facts["reply_by"]), put_back=told))


# --- notice of intent ------------------------------------------------------------------------------------------------
def _notified(case: Case, facts: Facts, on: date) -> Case:
    grounds = read(tuple[NoticeGround, ...], facts["grounds"])
    return _put_notice(case, Notice(facts["notice"], "served", grounds, read(date, facts["answer_by"])))


def _put_notice(case: Case, notice: Notice) -> Case:
    return replace(case, notices={**case.notices, notice.id: notice})


def _notice(state: str) -> Step:
    def step(case: Case, facts: Facts, on: date) -> Case:
        return _put_notice(case, replace(case.notices[facts["notice"]], state=state))

    return step


def _spoken(case: Case, facts: Facts, on: date) -> Case:
    points = read(tuple[Point, ...], facts["points"])
    return _put_notice(case, replace(case.notices[facts["notice"]], state="answered", points=points))


# --- decision --------------------------------------------------------------------------------------------------------
def _proposed(case: Case, facts: Facts, on: date) -> Case:
    assert all(facts["decision"] != old.id for old in case.decisions), f"decision {facts['decision']} is used twice"
    decision = Decision(
        id=facts["decision"],
        state="proposed",
        proposer=facts["by"]["person"],
        outcomes=read(tuple[LineOutcome, ...], facts["outcomes"]),
        basis=dict(facts["basis"]),
        digest=facts["digest"],
    )
    return replace(case, decisions=(*case.decisions, decision))


def _current(case: Case, facts: Facts, **changes: object) -> Case:
    decision = case.decision
    assert decision is not None and decision.id == facts["decision"], "a record names a decision that is not the latest"
    return replace(case, decisions=(*case.decisions[:-1], replace(decision, **changes)))  # type: ignore[arg-type]


def _fell(state: str) -> Step:
    def step(case: Case, facts: Facts, on: date) -> Case:
        return _current(case, facts, state=state, signers=())

    return step


def _countersigned(case: Case, facts: Facts, on: date) -> Case:
    assert case.decision is not None
    return _current(case, facts, signers=(*case.decision.signers, facts["by"]["person"]))


def _signed(case: Case, facts: Facts, on: date) -> Case:
    return replace(_current(case, facts, state="signed"), state="decided")


def _served(case: Case, facts: Facts, on: date) -> Case:
    return _current(case, facts, state="served", served_on=on)


def _nothing(case: Case, facts: Facts, on: date) -> Case:
    return case


STEPS: Mapping[str, Step] = {
    "case-accepted": _opens("accepted"),
    "case-deemed-accepted": _opens("accepted"),
    "case-declined": _opens("closed", "declined"),
    "case-lapsed": _opens("closed", "lapsed"),
    "case-taken": _taken,
    "case-amended": _amended,
    "case-withdrawn": _closes("withdrawn"),
    "case-closed": _closes("completed"),
    "case-remitted": _remitted,
    "clock-stopped": _stop,
    "clock-resumed": _resume,
    "clock-unlimited": _unlimited,
    "rfi-asked": _asked,
    "rfi-noted": _nothing,
    "rfi-chased": _rfi(chased=True),
    "rfi-answered": _answered,
    "rfi-answer-accepted": _rfi(state="closed"),
    "rfi-answer-insufficient": _insufficient,
    "rfi-lapsed": _rfi(state="lapsed"),
    "rfi-extended": _more_time,
    "rfi-reopened": _more_time,
    "rfi-dropped": _rfi(state="closed"),
    "consultation-asked": _consulted,
    "advice-given": _advised,
    "consultation-expired": _silent,
    "consultation-put-back": _put_back,
    "notice-served": _notified,
    "notice-answered": _spoken,
    "notice-waived": _notice("waived"),
    "notice-expired": _notice("over"),
    "notice-weighed": _notice("weighed"),
    "decision-proposed": _proposed,
    "decision-sent-back": _fell("sent_back"),
    "decision-voided": _fell("voided"),
    "decision-countersigned": _countersigned,
    "decision-signed": _signed,
    "decision-served": _served,
    "attempt-refused": _nothing,
}
