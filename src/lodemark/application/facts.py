"""An application as a set of facts for ``rules.assess``.

What the file states is stated, what it leaves open stays open, what somebody else answers is sealed. Facts of the
office (list hits, ownership) are not in the file; the shell adds them to the set or passes them as ``gathered``::

    assess(book, facts(app, book), on=date(2026, 3, 16))
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from lodemark.application.checks.terms import Terms, terms_of
from lodemark.application.checks.words import SAID, says_something, statement_verdict
from lodemark.application.content import contents
from lodemark.application.derived import as_fact, derivations
from lodemark.application.faults import ApplicationFormatError, Fault
from lodemark.application.fields import Field, instances
from lodemark.application.model import Application, Money
from lodemark.application.reading import where
from lodemark.application.tree import crossed_by, leaf_of, subtree
from lodemark.rules import Rulebook, UnknownFact, read_answer
from lodemark.rules.facts import Collection, FactSet, Statement, word_of
from lodemark.rules.model import Fact
from lodemark.rules.value import UNKNOWN, FactValue, Known, Plain, Within

GROUND = re.compile(r"[a-z_]+(\[[^\]]+\])?\.[a-z0-9_]+(\[[^\]]+\])?")
SOURCE = "application"
IDENTITY_PAPERS = ("identity_legal_representative", "identity_manager", "identity_agent")


def facts(app: Application, book: Rulebook, on: date | None = None) -> FactSet:
    """The facts of ``app`` in the words of ``book``; ``on`` is the day whose rule values count (default: the day of filing).

    Raises ``ApplicationFormatError`` for a word that is not on the vocabulary's list (every one, with the nearest words)
    and ``UnknownFact`` or ``UnreadableAnswer`` for an answer by fact to a question nobody asks, or of another type.
    """
    terms = terms_of(book, on or app.filed_on)
    faults: list[Fault] = []
    said: dict[str, Statement] = {}
    for ref, pointer, field, value in _fields(app):
        word = book.vocabulary.get(field.word)
        if word is None:
            continue
        if pointer in app.sealed:
            said[ref] = Statement(UNKNOWN, SOURCE, app.sealed[pointer].digest)
        elif value is not None and not (word.type == "text" and not says_something(str(value), terms.vague)):
            faults += _off_list(app, word, value, pointer)
            said[ref] = Statement(Known(value), SOURCE)
    if faults:
        raise ApplicationFormatError(faults)
    stated = _compositions(app, terms) | _money(app) | _counted(app) | _papers(app, terms)
    said |= {ref: Statement(value, SOURCE) for ref, value in stated.items() if word_of(ref) in book.vocabulary}
    said |= _sealed_ownership(app, book)
    collections = {among: Collection(tuple(ids), complete) for among, ids, complete in _collections(app)}
    found = FactSet(said, collections, derivations(app))
    for ref, raw in app.answers.items():
        found = found.answer(ref, _answer(ref, raw, book), source=SOURCE)
    return found


def _answer(ref: str, raw: object, book: Rulebook) -> FactValue:
    word = book.vocabulary.get(word_of(ref)) if GROUND.fullmatch(ref) else None
    if word is None:
        raise UnknownFact(name=ref, near=get_close_matches(ref.partition("[")[0], book.vocabulary, 3))
    return read_answer(word, raw)  # type: ignore[arg-type]  # whatever JSON holds; a wrong type is refused there


def _off_list(app: Application, word: Fact, value: Plain, pointer: str) -> list[Fault]:
    """A word outside the vocabulary's list would silently meet no entry; so it is refused with the nearest ones."""
    if not word.options or not isinstance(value, str) or value in word.options:
        return []
    nearest = tuple(get_close_matches(value, word.options, 3, 0.5) or word.options[:12])
    line, col = where(app.written, pointer)
    return [Fault(line, col, "application-choice-unknown", pointer, facts={"text": value, "known": nearest})]


def _fields(app: Application) -> Iterator[tuple[str, str, Field, Plain]]:
    for scope, name, pointer, instance, fields in instances(app):
        place = f"{scope}[{name}]" if name else scope
        for field in fields:
            ref = f"{place}.{field.word.partition('.')[2]}"
            yield ref, f"{pointer}/{field.place}", field, field.value(app, instance)


def _compositions(app: Application, terms: Terms) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {}
    for line in app.lines:
        leaf = leaf_of(app, line.id)
        for element, share in contents(line.composition, terms.k).items():
            found[f"line[{line.id}].fraction[{element}]"] = as_fact(share)
            if leaf is not None:
                found[f"node[{leaf}].fraction[{element}]"] = as_fact(share)
    return found


def _money(app: Application) -> dict[str, FactValue]:
    """Unit values in the currency most nodes use; a value in another currency is not comparable and stays open."""
    found: dict[str, FactValue] = {}
    currencies = [
        value.currency for node in app.tree.nodes.values() for value in (node.unit_value, node.cn_part1_value) if value
    ]
    usual = max(currencies, key=lambda code: (currencies.count(code), code), default=None)
    for node in app.tree.nodes.values():
        for name in ("unit_value", "cn_part1_value"):
            value: Money | None = getattr(node, name)
            if value is not None and value.currency == usual:
                found[f"node[{node.id}].{name}"] = Known(value.amount)
    return found


def _counted(app: Application) -> dict[str, FactValue]:
    count = len(app.parties.of("end_user"))
    return {"application.end_user_count": Known(count) if app.parties.complete else Within(count, None)}


def _papers(app: Application, terms: Terms) -> dict[str, FactValue]:
    """What follows from the documents; a paper that is not listed may still come, so its absence stays open."""
    found: dict[str, FactValue] = {}
    kinds = {document.kind for document in app.documents.values()}
    if kinds.issuperset(IDENTITY_PAPERS):
        found["application.identity_papers"] = Known(True)
    for name, aspects in (("statement_current", {"date"}), ("statement_matches", SAID)):
        verdict = statement_verdict(app, terms, aspects)
        if verdict is not None:
            found[f"application.{name}"] = Known(verdict)
    return found


def _sealed_ownership(app: Application, book: Rulebook) -> dict[str, Statement]:
    """A sealed ownership answer stands for every share that an ownership rule asks about."""
    word = book.vocabulary.get("party.owned_share")
    sealed = {name: app.sealed[f"{at}/ownership"] for _, name, at, _, _ in instances(app) if f"{at}/ownership" in app.sealed}
    rows = word.options if word else ()
    return {
        f"party[{name}].owned_share[{row}]": Statement(UNKNOWN, SOURCE, seal.digest)
        for name, seal in sealed.items()
        for row in rows
    }


def _collections(app: Application) -> Iterator[tuple[str, Iterable[str], bool]]:
    """Every collection a quantifier may range over, and whether the file says that these are all."""
    tree, whole = app.tree, bool(app.tree.complete)
    # The lines are what is asked for: there are no others, whatever else is left open.
    yield "application.lines", [line.id for line in app.lines], True
    yield "application.parties", list(app.parties.members), bool(app.parties.complete)
    for role, ids in app.parties.roles.items():
        if role != "other":
            yield f"application.{role}s", ids, bool(app.parties.complete)
    yield "application.end_uses", list(app.uses), bool(app.uses) and all(line.use for line in app.lines)
    yield "application.documents", list(app.documents), False
    yield "application.nodes", list(tree.nodes), whole
    yield "application.crossings", [crossing.id for crossing in tree.crossings], whole
    inside = crossed_by(app)
    for line in app.lines:
        leaf = leaf_of(app, line.id)
        crossed = [step.id for step in tree.crossings if leaf in inside[step.id]]
        yield f"line[{line.id}].end_users", line.end_users, bool(app.parties.complete)
        yield f"line[{line.id}].uses", [line.use] if line.use else [], line.use is not None
        yield f"line[{line.id}].crossings", crossed, whole
        yield f"line[{line.id}].fraction", sorted(contents(line.composition, Fraction(0))), bool(line.composition.complete)
        if leaf is not None:
            yield f"node[{leaf}].fraction", sorted(contents(line.composition, Fraction(0))), bool(line.composition.complete)
    for step in tree.crossings:
        yield f"crossing[{step.id}].subtree", subtree(tree, step.item), whole
    for node in tree.nodes.values():
        yield (
            f"node[{node.id}].parents",
            [place.parent for place in node.placements],
            whole or bool(node.placements) or bool(node.final),
        )
