"""Who may invite, answer and open. Pure; every reason at once; a guard's name is its refusal code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lodemark.application.sealed.commands import Command, Give, Invite, Open
from lodemark.application.sealed.model import Invitation
from lodemark.ledger import Record, jsonable
from lodemark.trouble import Reason, Refusal

SECRECY: Final = "cn/all-2019/5"
"""Trade secrets handed in for a licence are not disclosed without consent (Administrative Licensing Law, art. 5)."""
RIGHTS: Final = "house/rights"
WHO: Final[Mapping[type, tuple[str, ...]]] = {
    Invite: ("signatory", "member"),
    Give: ("end_user", "signatory"),
    Open: ("officer", "countersigner", "appeal_officer"),
}
"""Who may do what; that it is one's own part is a guard of its own."""


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """What the shell gathered. ``askable``: paths of the file that the invited party may answer; ``known``: it has an account here."""

    askable: frozenset[str] = frozenset()
    known: bool = False


def decide(state: Invitation | None, command: Command, facts: SealedFacts) -> tuple[Record, ...] | Refusal:
    """The record of a command, or every reason against it."""
    now = state or Invitation()
    reasons = [*_role(command), *_GUARDS[type(command)](now, command, facts)]
    return Refusal(tuple(reasons)) if reasons else (_WRITES[type(command)](command),)


def _role(command: Command) -> Iterator[Reason]:
    roles = WHO[type(command)]
    if command.by.role not in roles:
        yield Reason("role-may-not", RIGHTS, {"role": command.by.role, "act": _ACTS[type(command)], "roles": list(roles)})


def _invite(state: Invitation, ask: Invite, facts: SealedFacts) -> Iterator[Reason]:
    if state.id:
        yield Reason("invitation-made-already", SECRECY, {"invitation": state.id})
    if ask.to == ask.by.party:
        yield Reason("invitee-is-another", SECRECY, {"party": ask.to})
    if not facts.known:
        yield Reason("invitee-unknown", SECRECY, {"party": ask.to})
    if not ask.questions:
        yield Reason("invitation-asks-nothing", SECRECY)
    strange = [one.path for one in ask.questions if one.path not in facts.askable]
    if strange:
        yield Reason("question-not-for-invitee", SECRECY, {"paths": strange, "party": ask.to})


def _give(state: Invitation, said: Give, facts: SealedFacts) -> Iterator[Reason]:
    if said.by.party != state.to:
        yield Reason("sealed-part-of-another", SECRECY, {"invitation": state.id})
    strange = sorted({*said.answers, *said.declined} - {one.path for one in state.questions})
    if strange:
        yield Reason("sealed-question-unknown", SECRECY, {"paths": strange})
    if both := sorted(set(said.answers) & set(said.declined)):
        yield Reason("answered-and-declined", SECRECY, {"paths": both})
    if not said.answers and not said.declined:
        yield Reason("sealed-nothing-said", SECRECY, {"waiting": list(state.waiting)})


def _open(state: Invitation, ask: Open, facts: SealedFacts) -> Iterator[Reason]:
    if not ask.purpose.strip():
        yield Reason("purpose-stated", SECRECY)
    closed = [path for path in ask.paths if path not in state.given or state.given[path].declined]
    if closed or not ask.paths:
        yield Reason("sealed-not-answered", SECRECY, {"paths": closed})


def _invited(ask: Invite) -> Record:
    facts = {"invitation": ask.invitation, "by": ask.by, "to": ask.to, "questions": ask.questions, "note": ask.note}
    return Record("sealed-part-invited", ask.on, _json(facts))


def _given(said: Give) -> Record:
    # The digests are private fields: whoever holds the disclosure can show it, and erasing it leaves the chain whole.
    facts = {"by": said.by, "answered": sorted(said.answers), "declined": sorted(said.declined)}
    return Record("sealed-part-given", said.on, _json(facts), private=dict(sorted(said.answers.items())))


def _opened(ask: Open) -> Record:
    facts = {"by": ask.by, "paths": sorted(ask.paths), "purpose": ask.purpose.strip()}
    return Record("sealed-part-opened", ask.on, _json(facts), occurred_at=ask.at)


def _json(value: Mapping[str, object]) -> Mapping[str, object]:
    plain = jsonable(value)
    assert isinstance(plain, dict)
    return plain


_ACTS: Final[Mapping[type, str]] = {Invite: "invite", Give: "give-sealed", Open: "open-sealed"}
_GUARDS: Final[Mapping[type, Any]] = {Invite: _invite, Give: _give, Open: _open}
_WRITES: Final[Mapping[type, Any]] = {Invite: _invited, Give: _given, Open: _opened}
