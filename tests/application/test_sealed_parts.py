"""The invitation of an owner: who may invite, answer and open, in every state, for the own part and another's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from lodemark import rules
from lodemark.application import facts, read
from lodemark.application.sealed import (
    Give,
    Invitation,
    Invite,
    Open,
    Question,
    SealedFacts,
    decide,
    fold,
    open_with,
    sealable,
    with_seals,
)
from lodemark.ledger import Actor, canonical
from lodemark.rules import Known
from lodemark.trouble import Refusal
from tests.application.test_read import example

DAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
BOOK = rules.load("cn-ann18")
PATH = "/end_use/0/function"
SEAL = "sha-256:" + "5" * 64
FACTS = SealedFacts(frozenset({PATH}), known=True)
INVITE = Invite(
    DAY, Actor("p-1", "beichen", "signatory"), "invitation/N", "alder", (Question(PATH, "end_use[u1].function", SEAL),)
)
GIVE = Give(DAY, Actor("p-2", "alder", "end_user"), {PATH: "digest"})
OPEN = Open(DAY, Actor("p-3", "office", "officer"), (PATH,), "check of use", NOON)
ROLES = ("signatory", "member", "end_user", "officer", "countersigner", "appeal_officer", "adviser", "customs", "inspector")
MAY = {
    Invite: {"signatory", "member"},
    Give: {"signatory", "end_user"},
    Open: {"officer", "countersigner", "appeal_officer"},
}


def done(state: Invitation | None, command: object) -> Invitation:
    records = decide(state, command, FACTS)  # type: ignore[arg-type]
    assert not isinstance(records, Refusal), records.codes
    assert all(canonical(record.facts) for record in records)
    return fold(records, state)


def test_role_by_transition_by_own_and_other_party() -> None:
    """A supplier that answers in its buyer's place, or anybody who opens what was not theirs to open, ends all trust in it."""
    invited = done(None, INVITE)
    answered = done(invited, GIVE)
    for state, command in ((None, INVITE), (invited, GIVE), (answered, OPEN)):
        for role in ROLES:
            for party in (command.by.party, "okavi"):
                outcome = decide(state, replace(command, by=Actor("p", party, role)), FACTS)
                mine = party == command.by.party or not isinstance(command, Give)
                assert isinstance(outcome, Refusal) != (role in MAY[type(command)] and mine), (type(command), role, party)


def test_waiting_until_every_question_is_answered_or_declined() -> None:
    """A part that counts as answered too early files a statement nobody made."""
    two = replace(INVITE, questions=(*INVITE.questions, Question("/kind", "application.kind", SEAL)))
    state = fold(decide(None, two, replace(FACTS, askable=frozenset({PATH, "/kind"}))))  # type: ignore[arg-type]
    assert (state.state, len(state.waiting)) == ("invited", 2)
    state = done(state, GIVE)
    assert state.waiting == ("/kind",)
    state = done(state, replace(GIVE, answers={}, declined=("/kind",)))
    assert state.state == "answered" and state.given["/kind"].declined and not state.given[PATH].declined
    refused = decide(state, replace(OPEN, paths=("/kind",)), FACTS)
    assert isinstance(refused, Refusal) and refused.codes == ("sealed-not-answered",)


def test_the_file_is_the_same_bytes_and_the_facts_are_not() -> None:
    """If the supplier's file moved with the answer, it would tell it; if the facts did not, a decision would not say on what it rests."""
    open_file = example("full")
    path = next(path for path in sealable(open_file, BOOK) if path.endswith("/function") and path.startswith("/end_use"))
    app = read(with_seals(open_file.content, {path: SEAL}))
    stated = facts(app, BOOK)
    one, two = (open_with(stated, app, BOOK, {path: (digest, text)}) for digest, text in (("d1", "joint"), ("d2", "rotor")))
    assert len({stated.digest, one.digest, two.digest}) == 3
    assert one.value(sealable(app, BOOK)[path].fact) == Known("joint")


def test_only_what_is_another_partys_to_say_can_be_sealed() -> None:
    """A filer who could seal its own country would hide what it has to state itself."""
    paths = sealable(example("full"), BOOK)
    assert paths and not any(
        path.startswith(("/parties/exporter", "/documents", "/lines")) or path.endswith("/") for path in paths
    )
