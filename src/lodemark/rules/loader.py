"""Load rulebooks: files to documents, documents to values, values checked against each other; all errors or a book, never half a book."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from lodemark.ledger import digest
from lodemark.rules import build, references
from lodemark.rules.model import Fact, Instrument, Provision, Regime, Rulebook, WordList
from lodemark.rules.references import Draft
from lodemark.rules.shelf import SHIPPED, Document, read_shelf
from lodemark.rules.trouble import Problem, RulebookError, UnknownRule


def load(regime: str, shelves: Sequence[Path] = (SHIPPED,)) -> Rulebook:
    """The rulebook of one regime, ready for ``assess``; cached per process.

    ``shelves``: the folders to read, ``(SHIPPED, own)`` for an office that adds its own. Raises ``UnknownRule`` when no regime has that name and
    ``RulebookError`` with every problem when the shelf or the regime is not sound.
    """
    return _load(regime, tuple(shelves))


def load_all(shelves: Sequence[Path] = (SHIPPED,)) -> Mapping[str, Rulebook]:
    """Every regime on the shelf, by id."""
    return {name: load(name, shelves) for name in regimes(shelves)}


def regimes(shelves: Sequence[Path] = (SHIPPED,)) -> tuple[str, ...]:
    """The ids of the regimes on the shelf."""
    documents, _ = shelf(tuple(shelves))
    return tuple(sorted(document.id for document in documents if document.kind == "regime"))


def find(name: str, shelves: Sequence[Path] = (SHIPPED,)) -> tuple[Rulebook, Provision | Regime]:
    """The regime or provision of this id, with a rulebook that holds it; ``UnknownRule`` with the nearest names otherwise."""
    names = regimes(shelves)
    if name in names:
        book = load(name, shelves)
        return book, book.regime
    books = [load(regime, shelves) for regime in names]
    for book in books:
        if name in book.provisions:
            return book, book.provisions[name]
    known = dict.fromkeys([*names, *(provision for book in books for provision in book.provisions)])
    raise UnknownRule(name=name, regime="", near=difflib.get_close_matches(name, known, 3))


@cache
def shelf(roots: tuple[Path, ...]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The documents of all roots together; an id that stands twice is a problem."""
    documents: dict[tuple[str, str], Document] = {}
    wrong: list[Problem] = []
    for root in roots:
        found, bad = read_shelf(root)
        wrong += bad
        for document in found:
            if (document.kind, document.id) in documents:
                wrong.append(
                    document.problem("id-duplicate", "id", name=document.id, first=documents[document.kind, document.id].file)
                )
            documents.setdefault((document.kind, document.id), document)
    return tuple(documents.values()), tuple(wrong)


@cache
def _load(regime: str, roots: tuple[Path, ...]) -> Rulebook:
    documents, wrong = shelf(roots)
    names = [document.id for document in documents if document.kind == "regime"]
    if regime not in names:
        if wrong:
            raise RulebookError(wrong)
        raise UnknownRule(name=regime, regime="", near=difflib.get_close_matches(regime, names, 3) or names)
    if wrong:
        raise RulebookError([*wrong, *references.check(draft(regime, documents))])
    return assemble(regime, documents)


def assemble(regime: str, documents: Iterable[Document]) -> Rulebook:
    """The rulebook of a regime from documents already read; raises ``RulebookError`` with every problem."""
    book = draft(regime, documents)
    wrong = references.check(book)
    if wrong:
        raise RulebookError(wrong)
    raw = [document.raw for _, document in sorted(book.documents.items())]
    return Rulebook(book.regime, book.instruments, book.provisions, book.vocabulary, book.lists, digest(raw))


def draft(regime: str, documents: Iterable[Document]) -> Draft:
    """What one regime rests on, built but not yet checked: its instruments and house rules, the vocabulary and the lists."""
    by_kind: dict[str, dict[str, Document]] = {
        "instrument": {},
        "provision": {},
        "fact": {},
        "list": {},
        "regime": {},
        "calendar": {},
    }
    for document in documents:
        by_kind[document.kind][document.id] = document
    top = build.regime(by_kind["regime"][regime].raw)
    instruments: dict[str, Instrument] = {
        name: build.instrument(document.raw) for name, document in by_kind["instrument"].items() if name in top.instruments
    }
    lists: dict[str, WordList] = {name: build.word_list(document.raw) for name, document in by_kind["list"].items()}
    vocabulary: dict[str, Fact] = {
        name: build.fact(document.raw, order, lists) for order, (name, document) in enumerate(by_kind["fact"].items())
    }
    provisions: dict[str, Provision] = {}
    for name, document in by_kind["provision"].items():
        home = "/".join(name.split("/")[:2])
        if home in instruments:
            provisions[name] = build.provision(document.raw, instruments[home].status)
        elif name in top.house:
            provisions[name] = build.provision(document.raw, ())
    used = {("regime", regime): by_kind["regime"][regime]}
    for kind, chosen in (("instrument", instruments), ("provision", provisions), ("fact", vocabulary), ("list", lists)):
        used |= {(kind, name): by_kind[kind][name] for name in chosen}
    return Draft(top, instruments, provisions, vocabulary, lists, used)
