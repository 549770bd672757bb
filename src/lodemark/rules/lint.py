"""What a sound rulebook can still get wrong: boundary words against operators, conditions nobody can meet, stages nobody reaches, idle questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from lodemark.rules.anyone import BUDGET, provision_formula, steps_of
from lodemark.rules.condition import All, Any_, Atom, Condition, Not, Op, Quantified
from lodemark.rules.day import Day
from lodemark.rules.diagram import Diagram, TooManyNodes
from lodemark.rules.ground import Program
from lodemark.rules.inquire import used_facts
from lodemark.rules.model import Provision, Rulebook
from lodemark.rules.sentence import canonical
from lodemark.rules.shelf import Document
from lodemark.rules.trouble import Problem

# 以上、以下、以内、届满 include the number; 不满、超过、以外 exclude it (Civil Code art. 1259). The English words are those of the texts encoded here.
BOUNDARY: Final[Mapping[str, Op]] = {
    "以上": "ge",
    "及以上": "ge",
    "不低于": "ge",
    "不少于": "ge",
    "达到": "ge",
    "at least": "ge",
    "or more": "ge",
    "not less than": "ge",
    "or greater": "ge",
    "以下": "le",
    "及以下": "le",
    "以内": "le",
    "不超过": "le",
    "at most": "le",
    "or less": "le",
    "not more than": "le",
    "not exceed": "le",
    "超过": "gt",
    "以外": "gt",
    "高于": "gt",
    "exceeds": "gt",
    "exceeding": "gt",
    "more than": "gt",
    "greater than": "gt",
    "不满": "lt",
    "低于": "lt",
    "不足": "lt",
    "less than": "lt",
    "below": "lt",
}
_SAME_SIDE: Final[Mapping[str, str]] = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}


def lint(books: Sequence[Rulebook], documents: Mapping[tuple[str, str], Document]) -> list[Problem]:
    """All problems of the loaded regimes of a shelf, unsorted."""
    found = [problem for book in books for check in CHECKS for problem in check(book, documents)]
    return [*found, *_unsatisfiable(books, documents), *_idle_words(books, documents)]


def ordered_ops(tree: Condition) -> Iterator[Op]:
    """The operators with a side in the normal form, where ``not`` stands only at the leaves."""
    match tree:
        case Atom(op=("lt" | "le" | "gt" | "ge") as op):
            yield op
        case All(parts) | Any_(parts):
            for part in parts:
                yield from ordered_ops(part)
        case Not(part):
            yield from ordered_ops(part)
        case Quantified(satisfies=satisfies):
            yield from ordered_ops(satisfies)


def boundary_words(text: str) -> tuple[str, ...]:
    """The boundary words in a quote, longest first, so that 不超过 is not read as 超过."""
    found: list[str] = []
    for known in sorted(BOUNDARY, key=len, reverse=True):
        if known in text and not any(known in longer for longer in found):
            found.append(known)
    return tuple(found)


def _boundaries(book: Rulebook, documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    for provision in book.provisions.values():
        if provision.quote is None or provision.when is None:
            continue
        ops = set(ordered_ops(canonical(provision.when)))
        document = documents["provision", provision.id]
        for known in provision.quote.boundary:
            op = BOUNDARY.get(known)
            if op is None or known not in provision.quote.text:
                yield document.problem("boundary-word-unknown", "quote", "boundary", word=known)
            elif op not in ops or _SAME_SIDE[op] in ops:
                yield document.problem(
                    "boundary-against-op", "quote", "boundary", word=known, op=op, used=", ".join(sorted(ops))
                )
        if ops and not provision.quote.boundary and boundary_words(provision.quote.text):
            words = ", ".join(boundary_words(provision.quote.text))
            yield document.problem("boundary-not-declared", "quote", word=words)


def _unsatisfiable(books: Sequence[Rulebook], documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    """Conditions that no regime lets anybody meet; one that selects entries may well be empty in a regime without entries."""
    possible: dict[str, bool] = {}
    for book in books:
        program = _all_in_force(book)
        for provision in book.provisions.values():
            if provision.when is not None and not possible.get(provision.id, False):
                possible[provision.id] = _can_be_met(program, provision)
    for name, met in possible.items():
        if not met:
            yield documents["provision", name].problem("condition-unsatisfiable", "when", provision=name)


def _can_be_met(program: Program, provision: Provision) -> bool:
    formula = provision_formula(program, provision.id)
    try:
        diagram = Diagram([formula], program.day.book.vocabulary, BUDGET)
        return True in diagram.outcomes(diagram.build(formula))
    except TooManyNodes:
        return True


def _stages(book: Rulebook, documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    steps = steps_of(_all_in_force(book))
    try:
        diagram = Diagram([formula for formula, _ in steps], book.vocabulary, BUDGET)
        reached = diagram.outcomes(diagram.chain(steps))
    except TooManyNodes:
        return
    for number, stage in enumerate(book.regime.stages):
        if stage.outcome not in reached:
            yield documents["regime", book.regime.id].problem("stage-unreachable", "stages", number, outcome=stage.outcome)


def _all_in_force(book: Rulebook) -> Program:
    """Every provision in force, so that what is judged is the text and not the day."""
    on = max((one.checked_until for one in book.instruments.values()), default=None)
    assert on is not None, "a regime has instruments"
    assume = dict.fromkeys([*book.provisions, *book.instruments], "in_force")
    return Program(Day(book, on, assume, "flag"))


def _idle_words(books: Sequence[Rulebook], documents: Mapping[tuple[str, str], Document]) -> Iterator[Problem]:
    """A question no provision needs is one the law forbids to ask (Administrative Licensing Law art. 29, 31)."""
    used = {name for book in books for name, _ in used_facts(_all_in_force(book).day)}
    for (kind, name), document in documents.items():
        if kind == "fact" and name not in used:
            yield document.problem("fact-idle", "id", name=name)


CHECKS: tuple[Callable[[Rulebook, Mapping[tuple[str, str], Document]], Iterator[Problem]], ...] = (_boundaries, _stages)
