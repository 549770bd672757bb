"""Sealed parts: invite, give, open. The value goes into the vault; commands, records and act files hold digests only.

A seal in a file is the name of a document that says which question of which invitation it stands for, so a file is
matched with its invitations without any index.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from lodemark import Refusal
from lodemark.application import Application
from lodemark.application import sealed as parts
from lodemark.application.sealed import Give, Invitation, Invite, Open, Question, SealedFacts
from lodemark.ledger import canonical
from lodemark.rules import read_answer
from lodemark.rules.facts import word_of
from lodemark_office.acts import vault
from lodemark_office.acts.office import Office, Outcome, Said, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer, Store, UnknownDossier

SEAL_MEDIA: Final = "application/vnd.lodemark.seal+json"
AUDIENCE: Final = ("authority",)
PREFIX: Final = "sha-256:"


def invite(office: Office, sent: Sent, app: Application, to: str, paths: tuple[str, ...], note: str = "") -> Answer:
    """Invite a party to answer fields of a file; the result names the invitation and the seal of each path."""
    on = office.day(sent.at)
    askable = parts.sealable(app, office.book)

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        dossier = new_dossier(office.store, "invitation", on.year)
        questions = tuple(
            Question(path, askable[path].fact if path in askable else "", _seal(office.store, dossier, path)) for path in paths
        )
        facts = SealedFacts(frozenset(askable), bool(office.store.party_names([to])))
        outcome = parts.decide(None, Invite(on, sent.actor, dossier, to, questions, note), facts)
        return drafted(dossier, outcome, invitation=dossier, seals={one.path: one.seal for one in questions}), {"sealed": facts}

    return office.act(sent, f"open/{sent.actor.person}", Said("invite", {"to": to, "paths": paths, "note": note}), decided)


def give(office: Office, sent: Sent, dossier: str, answers: Mapping[str, object], declined: tuple[str, ...] = ()) -> Answer:
    """Answer or decline. A value that is not of the type of its question is bad input, told before anything is kept."""
    state: Invitation = office.store.states(dossier)
    for path, value in answers.items():
        if (question := state.question(path)) is not None:
            read_answer(office.book.vocabulary[word_of(question.fact)], value)  # type: ignore[arg-type]

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Invitation = office.store.states(dossier)
        asked = {path for path in answers if state.question(path)}
        # Sealed only once it is known to be this party's own part: a refused attempt leaves nothing in the vault.
        checked = parts.decide(
            state, Give(office.day(sent.at), sent.actor, dict.fromkeys(answers, ""), declined), SealedFacts()
        )
        if isinstance(checked, Refusal):
            return checked, {}
        kept = {path: vault.keep(office.store, state.to, path, answers[path], AUDIENCE).digest for path in sorted(asked)}
        outcome = parts.decide(state, Give(office.day(sent.at), sent.actor, kept, declined), SealedFacts())
        return drafted(dossier, outcome), {}

    return office.act(sent, dossier, Said("give-sealed", _mac(office.store, dossier, answers, declined)), decided)


def look(office: Office, sent: Sent, dossier: str, paths: tuple[str, ...], purpose: str) -> Answer:
    """Open sealed answers for a purpose: the act is a record that the owner can read, and only then is a value shown."""
    command = Open(office.day(sent.at), sent.actor, paths, purpose, sent.at)

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        return drafted(dossier, parts.decide(office.store.states(dossier), command, SealedFacts())), {}

    return office.act(sent, dossier, command, decided, refused_to=dossier)


def values(office: Office, state: Invitation, paths: tuple[str, ...]) -> Mapping[str, object]:
    """The values at these paths as they were given; a door shows them only after ``look`` was done."""
    given = {path: state.given[path].digest for path in paths if path in state.given and state.given[path].digest}
    return {path: vault.read(office.store, digest).value for path, digest in given.items()}


@dataclass(frozen=True, slots=True)
class Sealings:
    """The sealed fields of a file: whose owner was invited, who has answered or declined, and what the vault holds."""

    invited: frozenset[str]
    answered: frozenset[str]
    digests: Mapping[str, str]
    invitations: Mapping[str, str]

    @property
    def waiting(self) -> int:
        """How many fields wait for their owner."""
        return len(self.invited - self.answered)


def of_file(office: Office, app: Application, filer: str = "") -> Sealings:
    """How the sealed fields of a file stand; with ``filer`` only invitations that this party made count."""
    asked: dict[str, str] = {}
    for path, seal in app.sealed.items():
        dossier = _invitation_of(office.store, seal.digest, path)
        if dossier and (not filer or office.store.states(dossier).by_party == filer):
            asked[path] = dossier
    given = {path: office.store.states(dossier).given.get(path) for path, dossier in asked.items()}
    return Sealings(
        invited=frozenset(asked),
        answered=frozenset(path for path, one in given.items() if one is not None),
        digests={path: one.digest for path, one in given.items() if one is not None and not one.declined},
        invitations=asked,
    )


def opened(office: Office, app: Application) -> Mapping[str, tuple[str, object]]:
    """Path -> (digest, value) of every sealed field, for the engine of the authority. Nobody is shown anything here."""
    return {path: (digest, vault.read(office.store, digest).value) for path, digest in of_file(office, app).digests.items()}


def _seal(store: Store, dossier: str, path: str) -> str:
    named = {"invitation": dossier, "path": path, "salt": store.random_bytes(16).hex()}
    return PREFIX + store.keep_document(canonical(named), SEAL_MEDIA)


def _invitation_of(store: Store, seal: str, path: str) -> str:
    try:
        named = orjson.loads(store.document(seal.removeprefix(PREFIX)))
    except (UnknownDossier, orjson.JSONDecodeError):
        return ""
    fitting = isinstance(named, dict) and named.get("path") == path
    return str(named.get("invitation", "")) if fitting else ""


def _mac(store: Store, dossier: str, answers: Mapping[str, object], declined: tuple[str, ...]) -> Mapping[str, object]:
    # Two messages under one key are told apart without keeping what they said: only this office can compute the code.
    said = canonical({"answers": dict(answers), "declined": list(declined)})
    return {"code": hmac.digest(store.secret(f"sealed/{dossier}"), said, "sha256").hex()}
