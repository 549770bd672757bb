"""One table: from which state which role may do what, and the guards; every reason at once.

A guard's name is its refusal code. That the act itself is lawful (a ground that is true, a licence that is open) is decided
by ``licence.decide`` in the transaction of the signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from lodemark.ledger import Record, digest, jsonable
from lodemark.licence.proceeding.commands import Answer, Command, Drop, Open, Propose, SendBack, Sign, Waive
from lodemark.licence.proceeding.model import EndingFile
from lodemark.licence.rules import Rules
from lodemark.trouble import Reason, Refusal

ACTS: Final = ("withdraw", "annul", "revoke", "close")
ADVERSE: Final = ("withdraw", "annul", "revoke")
RIGHTS: Final = "house/rights"
EYES: Final = "house/four-eyes"
NOTICE: Final = "house/notice-of-intent"


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """What the shell gathered. ``earliest``: the first day the notice may name; ``factor_at``: when the signer last showed
    the second factor, good for ``fresh_minutes``; ``open_proceeding``: another one about this licence that goes on."""

    holder: str = ""
    ended: bool = False
    open_proceeding: str = ""
    earliest: date | None = None
    factor_at: datetime | None = None
    fresh_minutes: int = 5


Guard: TypeAlias = Callable[[EndingFile, Any, EndingFacts, Rules], Iterator[Reason]]


def decide(state: EndingFile | None, command: Command, facts: EndingFacts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """The record of a command, or every reason against it."""
    now = state or EndingFile()
    sources, roles, guard, kind = _TABLE[type(command)]
    act = type(command).__name__.lower()
    if now.state not in sources:
        told = {"machine": "ending", "act": act, "state": now.state, "possible": sorted(sources)}
        return Refusal((Reason("not-in-this-state", RIGHTS, told),))
    reasons = list(guard(now, command, facts, rules))
    if command.by.role not in roles:
        reasons.insert(0, Reason("role-may-not", RIGHTS, {"role": command.by.role, "act": act, "roles": list(roles)}))
    return Refusal(tuple(reasons)) if reasons else (_record(kind, now, command, facts, rules),)


def proposal_digest(state: EndingFile, response: str) -> str:
    """What the second person is shown and signs."""
    said = {"licence": state.licence, "act": state.act, "ground": state.ground, "reason": state.reason}
    return digest({**said, "terms": state.terms, "answer": state.text, "response": response, "proceeding": state.id})


def _open(state: EndingFile, ask: Open, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    known = rules.grounds.get(ask.act, {})
    provision = known.get(ask.ground)
    if provision is None:
        yield Reason("licence-ground-unknown", None, {"act": ask.act, "ground": ask.ground, "known": sorted(known)})
    if not ask.reason.strip():
        yield Reason("ending-reason-stated", provision, {"act": ask.act})
    if facts.ended and ask.act != "close":
        yield Reason("ending-licence-over", provision, {"licence": ask.licence})
    if facts.open_proceeding:
        yield Reason("ending-goes-on-already", provision, {"proceeding": facts.open_proceeding})
    if ask.act in ADVERSE and (ask.answer_by is None or facts.earliest is None or ask.answer_by < facts.earliest):
        yield Reason("ending-answer-time", NOTICE, {"answer_by": ask.answer_by, "earliest": facts.earliest})
    yield from _terms(ask, provision)


def _terms(ask: Open, provision: str | None) -> Iterator[Reason]:
    """What each act has to say for itself; the same codes as when the act is carried out."""
    if ask.act == "withdraw" and ask.terms.compensation is None:
        yield Reason("compensation-unstated", provision, {})
    if ask.act == "annul" and ask.terms.gravely_harms_public is None:
        yield Reason("public-harm-unjudged", provision, {})
    if ask.act == "revoke" and not ask.terms.penalty_decision.strip():
        yield Reason("penalty-decision-unnamed", provision, {})
    if ask.act == "revoke" and not ask.terms.hearing_offered:
        yield Reason("licence-hearing-not-offered", provision, {})


def _answer(state: EndingFile, said: Answer, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    yield from _holders(state, said)
    if not said.text.strip():
        yield Reason("ending-answer-empty", NOTICE, {})
    if state.answer_by is not None and said.on > state.answer_by:
        yield Reason("ending-answer-late", NOTICE, {"answer_by": state.answer_by})


def _waive(state: EndingFile, said: Waive, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    yield from _holders(state, said)


def _holders(state: EndingFile, command: Command) -> Iterator[Reason]:
    if command.by.party != state.holder:
        yield Reason("holder-acts", RIGHTS, {"number": state.licence.partition("/")[2], "role": command.by.role})


def _propose(state: EndingFile, ask: Propose, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    # Silence counts as heard only once its time is over: the whole last day belongs to the holder.
    if state.state == "noticed" and state.answer_by is not None and ask.on <= state.answer_by:
        yield Reason("licence-notice-first", NOTICE, {"proceeding": state.id})
    if state.text and not ask.response.strip():
        yield Reason("ending-answer-weighed", NOTICE, {"proceeding": state.id})


def _sign(state: EndingFile, ask: Sign, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    if ask.by.person in (state.proposer, state.opener):
        yield Reason("signer-is-other", EYES, {"person": ask.by.person})
    if ask.digest != state.digest:
        yield Reason("same-digest", EYES, {"shown": ask.digest, "proposed": state.digest})
    age = ask.at - facts.factor_at if facts.factor_at else None
    if age is None or not timedelta(0) <= age <= timedelta(minutes=facts.fresh_minutes):
        yield Reason("fresh-login", EYES, {"minutes": facts.fresh_minutes})


def _send_back(state: EndingFile, ask: SendBack, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    if ask.by.person in (state.proposer, state.opener):
        yield Reason("signer-is-other", EYES, {"person": ask.by.person})
    if not ask.comment.strip():
        yield Reason("ending-reason-stated", EYES, {"act": state.act})


def _drop(state: EndingFile, ask: Drop, facts: EndingFacts, rules: Rules) -> Iterator[Reason]:
    if not ask.reason.strip():
        yield Reason("ending-reason-stated", None, {"act": state.act})


def _record(kind: str, state: EndingFile, command: Command, facts: EndingFacts, rules: Rules) -> Record:
    told: dict[str, object] = {"by": command.by}
    match command:
        case Open():
            provision = rules.ground(command.act, command.ground)
            told |= {"proceeding": command.proceeding, "licence": command.licence, "holder": facts.holder}
            told |= {"act": command.act, "ground": command.ground, "provision": provision, "reason": command.reason}
            told |= {"terms": command.terms, "answer_by": command.answer_by if command.act in ADVERSE else None}
        case Answer():
            told["text"] = command.text
        case Propose():
            told |= {"response": command.response, "digest": proposal_digest(state, command.response)}
        case Sign():
            told["digest"] = command.digest
        case SendBack():
            told["comment"] = command.comment
        case Drop():
            told["reason"] = command.reason
    shaped = jsonable(told)
    assert isinstance(shaped, dict)
    return Record(kind, command.on, shaped)


_HEARD: Final = ("noticed", "answered", "waived", "open", "sent_back")
_GOING_ON: Final = (*_HEARD, "proposed")
_TABLE: Final[Mapping[type, tuple[tuple[str, ...], tuple[str, ...], Guard, str]]] = {
    Open: (("none",), ("officer",), _open, "ending-opened"),
    Answer: (("noticed",), ("signatory",), _answer, "ending-answered"),
    Waive: (("noticed",), ("signatory",), _waive, "ending-waived"),
    Propose: (_HEARD, ("officer",), _propose, "ending-proposed"),
    Sign: (("proposed",), ("countersigner",), _sign, "ending-signed"),
    SendBack: (("proposed",), ("countersigner",), _send_back, "ending-sent-back"),
    Drop: (_GOING_ON, ("officer",), _drop, "ending-dropped"),
}
"""Command -> states it is possible in, roles, guards, the kind of record it writes."""
