"""A sealed part for a reader: the questions in the rulebook's words, and what became of each, never the value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lodemark import application
from lodemark.application import Application, Deficiency, Filing
from lodemark.application.sealed import Invitation, sealable
from lodemark.rules import Fact, Rulebook
from lodemark.rules.facts import word_of
from lodemark.wording import Lang
from lodemark_office.acts import filing, sealing
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.blank import choices_of
from lodemark_office.store.models import Summary


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its state: ``waiting``, ``answered`` or ``declined``; ``choices`` where the answer is one of a list."""

    path: str
    text: str
    state: str
    on: date | None
    digest: str
    choices: tuple[tuple[str, str], ...]


def questions(state: Invitation, lang: Lang) -> list[Asked]:
    """The questions of an invitation."""
    found = []
    for one in state.questions:
        word, given = office().book.vocabulary[word_of(one.fact)], state.given.get(one.path)
        stands = "waiting" if given is None else "declined" if given.declined else "answered"
        on, digest = (given.on, given.digest) if given else (None, "")
        found.append(Asked(one.path, question(word, lang), stands, on, digest, choices_of(word, office().book, lang)))
    return found


def askable(app: Application, book: Rulebook, lang: Lang) -> list[tuple[str, str]]:
    """(path, question) of what somebody else may be asked, without what is sealed already."""
    return [(path, question(one.word, lang)) for path, one in sealable(app, book).items() if path not in app.sealed]


def question(word: Fact, lang: Lang) -> str:
    """The question of a fact."""
    return word.question[lang]


def for_others(items: Iterable[Deficiency]) -> list[Deficiency]:
    """The items whose owner is not the supplier: it is told how many they are, and nothing else."""
    return [item for item in items if "exporter" not in item.audience]


def for_supplier(items: Iterable[Deficiency]) -> list[Deficiency]:
    """The items whoever filed may read and cure."""
    return [item for item in items if "exporter" in item.audience]


def files_of(state: Invitation) -> list[tuple[str, Filing]]:
    """The applications that carry a seal of this invitation, newest first."""
    seals = {one.seal for one in state.questions}
    found = []
    for row in Summary.objects.filter(noun="application", party=state.by_party).order_by("-dossier"):
        filed: Filing = office().store.states(row.dossier)
        app = application.read(filing.content(office(), filed))
        if seals & {seal.digest for seal in app.sealed.values()}:
            found.append((row.dossier, filed))
    return found


def parts_of(app: Application, lang: Lang) -> list[tuple[str, str, list[Asked]]]:
    """(reference, party, questions) of each invitation behind the sealed fields of a file."""
    found = []
    for dossier in dict.fromkeys(sealing.of_file(office(), app).invitations.values()):
        state: Invitation = office().store.states(dossier)
        found.append((dossier.partition("/")[2], state.to, questions(state, lang)))
    return found
