"""Which fields of a file another party may answer under seal, and a file's facts with the answers laid in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lodemark.application.fields import instances
from lodemark.application.model import Application
from lodemark.application.pointer import block, put
from lodemark.rules import Fact, Rulebook, read_answer
from lodemark.rules.facts import FactSet

INVITED: Final = "end_user"
"""Who can be asked past the supplier; a sub-supplier answers about its own parts of the tree under the same word."""
SCOPES: Final = ("party", "end_use", "node", "crossing")
_OWN: Final = "/parties/exporter"


@dataclass(frozen=True, slots=True)
class Sealable:
    """A field that somebody else may answer: where it stands, the fact it states, the question in the rulebook's words."""

    path: str
    fact: str
    word: Fact


def sealable(app: Application, book: Rulebook) -> Mapping[str, Sealable]:
    """Every field of the file whose question an end user may answer, by its pointer; what the filer is itself is its own to say."""
    found = {}
    for scope, name, pointer, _, fields in instances(app):
        if scope not in SCOPES or pointer.startswith(_OWN):
            continue
        for field in fields:
            word, path = book.vocabulary.get(field.word), f"{pointer}/{field.place}"
            if (
                field.place
                and word is not None
                and INVITED in word.may_answer
                and isinstance(block(app.content, path), Mapping)
            ):
                found[path] = Sealable(path, f"{scope}[{name}].{field.word.partition('.')[2]}", word)
    return found


def with_seals(content: Mapping[str, object], seals: Mapping[str, str]) -> Mapping[str, object]:
    """The content of a file with seals in place of answers; every path is one that ``sealable`` gave."""
    return put(content, {path: {"sealed": seal, "to": "authority"} for path, seal in seals.items()})


def open_with(found: FactSet, app: Application, book: Rulebook, answers: Mapping[str, tuple[str, object]]) -> FactSet:
    """The facts as the authority has them. ``answers``: path -> (digest of the answer, its value).

    The seal of the facts is the answer's own digest, so another answer is another set of facts.
    """
    for path, one in sealable(app, book).items():
        if path in app.sealed and path in answers:
            digest, raw = answers[path]
            found = found.seal(one.fact, digest, read_answer(one.word, raw), source="sealed")  # type: ignore[arg-type]
    return found
