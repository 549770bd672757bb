"""Decision 决定: proposed line by line, signed by someone else, served with reasons and remedies in one transaction.

The digest a countersigner signs covers version, facts, rulebook, outcomes, conditions, reasons and notices: what was
read is what is signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from lodemark.case.acceptance import screening_complete
from lodemark.case.commands import Countersign, Propose, SendBack, Serve, VoidProposal
from lodemark.case.consequences import put_back, voided
from lodemark.case.facts import Check, basis
from lodemark.case.guards import (
    OFFICER,
    Anything,
    CaseLook,
    case_in_review,
    draft,
    no_conflict_of_interest,
    not_gathered,
    one_hat_per_file,
    plain,
    reason_given,
)
from lodemark.case.machine import Failing, Machine, Row
from lodemark.case.model import Consultation, Ground, LineOutcome, Position, overall
from lodemark.ledger import Record, digest, jsonable

GRANTED = ("granted", "granted_with_conditions")


def decision_state(look: Anything) -> str:
    """The state of the latest proposal, ``none`` before the first."""
    return look.state.decision.state if look.state.decision else "none"


# --- guards of a proposal --------------------------------------------------------------------------------------------
def every_line_decided(look: CaseLook[Propose]) -> Failing:
    """Each line has one outcome with a reason; a conditional grant names its conditions, no other outcome has any."""
    named = [one.line for one in look.command.outcomes]
    missing = sorted(set(look.state.lines) - set(named))
    strange = sorted({line for line in named if line not in look.state.lines or named.count(line) > 1})
    bare = [one.line for one in look.command.outcomes if not _complete(one)]
    return {"missing": missing, "strange": strange, "bare": bare} if missing or strange or bare else None


def _complete(one: LineOutcome) -> bool:
    reasoned = bool(one.grounds) and all(ground.code and ground.provision for ground in one.grounds)
    return reasoned and bool(one.conditions) == (one.outcome == "granted_with_conditions")


def nothing_open(look: CaseLook[Propose]) -> Failing:
    """No request, advice, notice or name hit waits for anybody."""
    case = look.state
    waiting = [
        *(rfi.id for rfi in case.rfis.values() if rfi.state in ("open", "answered")),
        *(one.id for one in case.consultations.values() if one.state in ("asked", "stale")),
        *(notice.id for notice in case.notices.values() if not notice.settled),
    ]
    return {"waiting": waiting} if waiting else None


def _open_checks(look: CaseLook[Propose]) -> Iterator[tuple[LineOutcome, Check, str]]:
    """Granted lines with the checks that bear on them, each check's verdict as a person judged it where one did."""
    judged = {(j.check, j.line): j.verdict for j in look.command.judgements if j.reason.strip()}
    for one in look.command.outcomes:
        if one.outcome not in GRANTED:
            continue
        for check in look.facts.checks or ():
            if check.line in ("", one.line) and check.verdict != "met":
                yield one, check, judged.get((check.code, one.line), "")


def not_known_judged(look: CaseLook[Propose]) -> Failing:
    """A check the facts leave open, or an "in principle" that is set aside, needs a person's judgement with a reason."""
    if look.facts.checks is None:
        return not_gathered("checks")
    open_checks = [
        f"{one.line}: {check.code}"
        for one, check, judged in _open_checks(look)
        if not judged and (check.verdict == "not_known" or check.modality != "must")
    ]
    return {"checks": open_checks} if open_checks else None


def not_met_not_granted(look: CaseLook[Propose]) -> Failing:
    """What a "must" forbids is not granted, and nobody's judgement turns it; nor what a person judged as not met."""
    barred = [
        f"{one.line}: {check.code}"
        for one, check, judged in _open_checks(look)
        if judged == "not_met" or (check.verdict == "not_met" and check.modality == "must")
    ]
    return {"checks": barred} if barred else None


def adverse_needs_notice(look: CaseLook[Propose]) -> Failing:
    """No adverse outcome before the party was told the reasons and could answer."""
    heard = {line for line, _, _ in _heard(look)}
    unheard = [one.line for one in _adverse(look) if one.line not in heard]
    return {"lines": unheard} if unheard else None


def reasons_within_notice(look: CaseLook[Propose]) -> Failing:
    """The decision rests on no adverse reason that the notice did not name; a new one needs a new notice."""
    heard = set(_heard(look))
    told = {line for line, _, _ in heard}
    new = [
        f"{one.line}: {ground.code}"
        for one in _adverse(look)
        for ground in one.grounds
        if one.line in told and (one.line, ground.code, ground.provision) not in heard
    ]
    return {"reasons": new} if new else None


def _adverse(look: CaseLook[Propose]) -> list[LineOutcome]:
    return [one for one in look.command.outcomes if one.outcome in look.rules.adverse]


def _heard(look: CaseLook[Propose]) -> Iterator[tuple[str, str, str]]:
    for notice in look.state.notices.values():
        if notice.settled:
            for one in notice.grounds:
                yield one.line, one.ground.code, one.ground.provision


def dissent_answered(look: CaseLook[Propose]) -> Failing:
    """Advice that is not followed is answered in writing."""
    unanswered = [
        consultation.id
        for consultation in look.state.consultations.values()
        if any(_against(position, look) for position in consultation.positions)
        and not look.command.answers_to_advice.get(consultation.id, "").strip()
    ]
    return {"consultations": unanswered} if unanswered else None


def _against(position: Position, look: CaseLook[Propose]) -> bool:
    one = next((line for line in look.command.outcomes if line.line == position.line), None)
    if one is None or position.stance == "no-view":
        return False
    if position.stance == "refuse":
        return one.outcome in GRANTED
    return one.outcome == "refused" or _dropped(position, look.command.outcomes) is not None


def _dropped(position: Position, outcomes: Sequence[LineOutcome]) -> str | None:
    """``line: code`` of a condition the adviser asked for that a grant of this line changes or leaves out."""
    wanted = position.condition
    one = next((line for line in outcomes if line.line == position.line), None)
    if position.stance != "approve-with-condition" or wanted is None or one is None or one.outcome not in GRANTED:
        return None
    kept = any((c.code, dict(c.params)) == (wanted.code, dict(wanted.params)) for c in one.conditions)
    return None if kept else f"{position.line}: {wanted.code}"


def reasons_releasable(look: CaseLook[Propose]) -> Failing:
    """A reason that rests on a sealed fact has a gist the party may read."""
    closed = [f"{one.line}: {g.code}" for one in look.command.outcomes for g in one.grounds if g.sealed and not g.gist]
    return {"reasons": closed} if closed else None


def lists_current(look: CaseLook[Propose]) -> Failing:
    """The lists used for screening are those of today."""
    if look.facts.lists is None:
        return not_gathered("lists")
    return None if look.facts.lists.current else {"lists": look.facts.lists.digest}


def not_same_again(look: CaseLook[Propose]) -> Failing:
    """After an annulment the same facts and reasons cannot give the same result, unless only procedure had failed."""
    remittal = look.state.remittal
    if remittal is None or remittal.only_procedure or remittal.annulled is None:
        return None
    old, new = remittal.annulled, look.command.outcomes
    same = _essence(old.outcomes) == _essence(new) and dict(old.basis) == _basis(look)
    return {"appeal": remittal.appeal, "outcome": overall(new)} if same else None


def _essence(outcomes: Sequence[LineOutcome]) -> set[tuple[str, str, frozenset[tuple[str, str]]]]:
    return {(one.line, one.outcome, frozenset((g.code, g.provision) for g in one.grounds)) for one in outcomes}


# --- guards of a signature -------------------------------------------------------------------------------------------
def this_decision(look: Anything) -> Failing:
    """The act names the proposal that is open, not an earlier one."""
    current = look.state.decision
    same = current is not None and current.id == look.command.decision
    return None if same else {"decision": look.command.decision}


def something_changed(look: CaseLook[VoidProposal]) -> Failing:
    """A proposal falls only when something it rested on is different today; what, is named."""
    return None if _changed(look) else {"decision": look.command.decision}


def signer_is_other(look: CaseLook[Countersign]) -> Failing:
    """The signer neither proposed this decision nor has signed it; persons are compared, not accounts."""
    decision, person = look.state.decision, look.command.by.person
    mine = decision is not None and person in (decision.proposer, *decision.signers)
    return {"person": person} if mine else None


def signer_not_adviser(look: CaseLook[Countersign]) -> Failing:
    """Who advised on this file does not sign it."""
    person = look.command.by.person
    return {"person": person} if "adviser" in look.state.hats.get(person, ()) else None


def signer_from_session(look: CaseLook[Countersign]) -> Failing:
    """The signer is who is logged in; no form field names a signer."""
    session = look.facts.session
    if session is None:
        return not_gathered("session")
    return None if session.person == look.command.by.person else {"person": look.command.by.person}


def fresh_login(look: CaseLook[Countersign]) -> Failing:
    """The second factor was shown within the last minutes the rulebook allows."""
    session, minutes = look.facts.session, look.rules.fresh_minutes
    shown = session.factor_at if session else None
    age = look.command.at - shown if shown else None
    return None if age is not None and timedelta(0) <= age <= timedelta(minutes=minutes) else {"minutes": minutes}


def same_digest(look: CaseLook[Countersign]) -> Failing:
    """What is signed is what was shown."""
    decision = look.state.decision
    same = decision is not None and decision.digest == look.command.digest
    return None if same else {"shown": look.command.digest, "proposed": decision.digest if decision else None}


def facts_unchanged(look: CaseLook[Countersign]) -> Failing:
    """Nothing the proposal rested on has changed since."""
    changed = _changed(look)
    return {"changed": changed} if changed else None


def adviser_asked_again(look: CaseLook[Countersign]) -> Failing:
    """Consent, objection or silence of each adviser asked again is on record before anyone signs."""
    waiting = [one.id for one in look.state.consultations.values() if one.state in ("asked", "stale")]
    return {"consultations": waiting} if waiting else None


def _basis(look: Anything) -> dict[str, str]:
    return dict(basis(look.facts, look.state.content_digest))


def _changed(look: Anything) -> list[str]:
    decision = look.state.decision
    now = _basis(look)
    return sorted(part for part in now if decision is None or decision.basis.get(part) != now[part])


# --- what is written -------------------------------------------------------------------------------------------------
def _propose(look: CaseLook[Propose]) -> Sequence[Record]:
    command, rests_on = look.command, _basis(look)
    signed = {
        "case": look.state.id,
        "decision": command.decision,
        "basis": rests_on,
        "outcomes": command.outcomes,
        "judgements": command.judgements,
        "answers_to_advice": command.answers_to_advice,
        "notices": {notice.id: notice.state for notice in look.state.notices.values()},
    }
    proposed = draft("decision-proposed", command, basis=rests_on, digest=digest(signed))
    return [proposed, *(_asked_again(look, one) for one in look.state.consultations.values() if _new_drops(look, one))]


def _new_drops(look: CaseLook[Propose], consultation: Consultation) -> list[str]:
    drops = (_dropped(position, look.command.outcomes) for position in consultation.positions)
    return [drop for drop in drops if drop and drop not in consultation.put_back]


def _asked_again(look: CaseLook[Propose], consultation: Consultation) -> Record:
    return put_back(look, consultation.id, "condition-dropped", _new_drops(look, consultation))


def _countersign(look: CaseLook[Countersign]) -> Sequence[Record]:
    decision = look.state.decision
    assert decision is not None
    signature = draft("decision-countersigned", look.command)
    if len(decision.signers) + 1 < look.rules.signers:
        return [signature]
    done = draft("decision-signed", look.command, overall=overall(decision.outcomes))
    return [signature, done]


def _void(look: CaseLook[VoidProposal]) -> Sequence[Record]:
    return voided(look, _changed(look))


def _serve(look: CaseLook[Serve]) -> Sequence[Record]:
    decision = look.state.decision
    assert decision is not None
    return [
        draft(
            "decision-served",
            look.command,
            overall=overall(decision.outcomes),
            grounds={one.line: [released(ground) for ground in one.grounds] for one in decision.outcomes},
            remedies=_remedies(look, decision.outcomes),
        )
    ]


def released(ground: Ground) -> Mapping[str, object]:
    """A reason as the party reads it: a sealed one as its gist, without the facts."""
    if ground.sealed:
        return {"code": ground.code, "provision": ground.provision, "gist": ground.gist}
    return {"code": ground.code, "provision": ground.provision, "facts": jsonable(ground.facts)}


def _remedies(look: CaseLook[Serve], outcomes: Sequence[LineOutcome]) -> list[dict[str, object]]:
    remedies = {r: None for one in outcomes for r in look.rules.remedies.get(one.outcome, ())}
    return [
        {
            "code": remedy.code,
            "body": remedy.body,
            "provision": remedy.period.provision,
            "until": look.rules.deadline(look.command.on, remedy.period),
            "final": remedy.final,
        }
        for remedy in remedies
    ]


_PROPOSING = (
    *OFFICER,
    every_line_decided,
    nothing_open,
    screening_complete,
    not_known_judged,
    not_met_not_granted,
    adverse_needs_notice,
    reasons_within_notice,
    dissent_answered,
    reasons_releasable,
    lists_current,
    not_same_again,
)
_SIGNING = (
    case_in_review,
    this_decision,
    no_conflict_of_interest,
    signer_is_other,
    signer_not_adviser,
    one_hat_per_file,
    signer_from_session,
    fresh_login,
    same_digest,
    facts_unchanged,
    adviser_asked_again,
)
_SENDING_BACK = (case_in_review, this_decision, no_conflict_of_interest, one_hat_per_file, reason_given)

DECISION = Machine(
    "decision",
    (
        Row(("none", "sent_back", "voided", "served"), Propose, ("proposed",), ("officer",), _PROPOSING, _propose),
        Row(
            ("proposed",),
            SendBack,
            ("sent_back",),
            ("countersigner",),
            _SENDING_BACK,
            plain("decision-sent-back"),
        ),
        Row(("proposed",), VoidProposal, ("voided",), ("timer",), (this_decision, something_changed), _void),
        Row(("proposed",), Countersign, ("proposed", "signed"), ("countersigner",), _SIGNING, _countersign),
        Row(("signed",), Serve, ("served",), ("timer",), (this_decision,), _serve),
    ),
    at=decision_state,
)
