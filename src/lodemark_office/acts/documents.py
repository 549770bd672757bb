"""Documents: handed in, known by content, scanned where a scanner is set up; a version names them by digest.

Handing in writes a row; the digest becomes part of the file with the version that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lodemark import Reason
from lodemark.application import Application
from lodemark.application.documents import readable_name
from lodemark_office.acts.office import Office, Outcome, Sent
from lodemark_office.acts.scanning import examine
from lodemark_office.acts.store import Answer, HandedIn, UnknownDossier
from lodemark_office.acts.write import Decided


def hand_in(office: Office, sent: Sent, data: bytes, name: str) -> Answer:
    """Hand in a file. The result names its digest and state; one that cannot be taken is answered with the cause."""
    looked = examine(data, office.scan)
    shown = readable_name(name)

    def decided() -> tuple[Outcome, Mapping[str, object]]:
        held = office.store.hand_in(looked, data, sent.actor, shown, sent.at)
        result = {"sha256": held.sha256, "kind": held.kind, "size": held.size, "state": held.state}
        bad = held.state in ("rejected", "infected")
        return Decided([], result, reasons=(Reason(held.cause, None, held.facts),) if bad else ()), {}

    return office.act(sent, f"open/{sent.actor.person}", {"sha256": looked.sha256, "name": shown}, decided)


def party_of(office: Office, application: str) -> str:
    """Whose application it is: whoever filed its first version. Only that party's files can be meant in it."""
    return next(iter(office.store.entries(application))).stamp.actor.party


def states_of(office: Office, app: Application, party: str) -> Mapping[str, str]:
    """State by document id of every document with a digest; ``missing`` where this party handed in no such file."""
    wanted = digests_of(app)
    held = office.store.handed_in(tuple(wanted.values()), party)
    return {name: held[digest].state if digest in held else "missing" for name, digest in wanted.items()}


def digests_of(app: Application) -> Mapping[str, str]:
    """Digest by document id, where one is stated."""
    return {one.id: one.sha256 for one in app.documents.values() if one.sha256}


@dataclass(frozen=True, slots=True)
class Named:
    """A document as a version names it: its kind, its file where one was handed in, and its state."""

    id: str
    kind: str
    sha256: str
    state: str
    file: HandedIn | None = None

    @property
    def readable(self) -> bool:
        """Whether its bytes may be opened at all."""
        return self.state in ("received", "clean", "accepted")


def named(office: Office, app: Application, party: str, accepted: frozenset[str] = frozenset()) -> tuple[Named, ...]:
    """Every document of an application; ``accepted``: digests an officer took unscanned."""
    held = office.store.handed_in(tuple(digests_of(app).values()), party)
    found = []
    for one in app.documents.values():
        file = held.get(one.sha256 or "")
        state = file.state if file else "missing"
        state = "accepted" if state == "received" and file and file.sha256 in accepted else state
        found.append(Named(one.id, one.kind or "", one.sha256 or "", state, file))
    return tuple(found)


def opened(office: Office, documents: tuple[Named, ...], document: str) -> tuple[Named, bytes]:
    """A document with its bytes; one that is not there, or is locked away, raises ``UnknownDossier``."""
    for one in documents:
        if one.id == document and one.readable:
            return one, office.store.file(one.sha256)
    raise UnknownDossier(dossier=document)
