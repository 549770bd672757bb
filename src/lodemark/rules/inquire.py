"""What is missing, what was decisive, what was not needed: the three questions about an assessment that need a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lodemark.rules.condition import EVERYTHING, Atom, Condition, Quantified, walk
from lodemark.rules.day import Day
from lodemark.rules.facts import split, word_of
from lodemark.rules.formula import Variable
from lodemark.rules.ground import Program
from lodemark.rules.model import Fact
from lodemark.rules.residual import Residual
from lodemark.rules.result import Missing
from lodemark.rules.stages import outcomes
from lodemark.rules.view import View

Look = Callable[[frozenset[str]], View]
# What nobody but the authority can settle, and roughly what a written enquiry costs.
_LAW = Missing("", "", (), (), ("authority",), ("exporter", "end_user", "authority"), 4, ())


def missing(residuals: Iterable[Residual], view: View) -> tuple[tuple[Missing, ...], tuple[Missing, ...]]:
    """The facts to ask, and those promised under seal; each once, with the cells it can change; in vocabulary order."""
    found: dict[tuple[str, str | None], Missing] = {}
    for one in residuals:
        for variable in one.variables:
            for item in _items(variable, one.owners[variable.name], view):
                key = item.fact_ref, item.via
                before = found.get(key)
                cells = (*(before.cells if before else ()), one.cell)
                why = {*(before.why if before else ()), *item.why}
                found[key] = replace(item, cells=tuple(dict.fromkeys(cells)), why=tuple(sorted(why)))
    ordered = sorted(found.values(), key=lambda item: (place(item.fact_ref, view.vocabulary), item.fact_ref, item.via or ""))
    return (
        tuple(item for item in ordered if item.fact_ref not in view.promised),
        tuple(item for item in ordered if item.fact_ref in view.promised),
    )


def place(fact_ref: str, vocabulary: Mapping[str, Fact]) -> int:
    """Where a question stands in the vocabulary; questions to the law come last."""
    word = None if "#" in fact_ref or fact_ref.startswith("status[") else vocabulary.get(word_of(fact_ref))
    return word.order if word else len(vocabulary)


def _items(variable: Variable, why: tuple[str, ...], view: View) -> Iterable[Missing]:
    if variable.kind in ("status", "value"):
        code = "provision-status" if variable.kind == "status" else "provision-value"
        return (replace(_LAW, fact_ref=variable.ref, question_code=code, why=why),)
    word = view.vocabulary[word_of(variable.ref)]
    inputs = view.via.get(variable.ref, ()) if word.derived_by else ()
    if inputs:
        return tuple(_item(ref, view.vocabulary.get(word_of(ref), word), why, variable.ref) for ref in inputs)
    return (_item(variable.ref, word, why, None),)


def _item(ref: str, word: Fact, why: tuple[str, ...], via: str | None) -> Missing:
    return Missing(ref, word.question_code, why, word.evidence_kinds, word.may_answer, word.audience, word.burden, (), via)


def because(
    program: Program, look: Look, binding: Mapping[str, str], read: tuple[str, ...], reachable: tuple[str, ...]
) -> tuple[str, ...]:
    """Deletion filter: hide one fact after another; what can stay hidden without opening the outcome was not needed.

    What remains forces the outcome alone, and hiding any one of it too would open it. Costly facts are tried first, so that the ground
    given rests on what is easy to show.
    """
    if len(reachable) != 1:
        return ()
    vocabulary = program.day.book.vocabulary
    used = [ref for ref in read if not ref.startswith("house/") and vocabulary.get(word_of(ref))]
    used.sort(key=lambda ref: (-vocabulary[word_of(ref)].burden, ref))
    whole = look(frozenset())
    # What was not read cannot have decided; hidden from the start, it cannot step in for a fact that is tried later.
    hidden = frozenset({*whole.statements, *whole.facts.collections}) - set(used)
    for ref in used:
        if outcomes(program, look(hidden | {ref}), binding) == frozenset(reachable):
            hidden |= {ref}
    return tuple(sorted(ref for ref in used if ref not in hidden))


def unneeded(day: Day, refs: Iterable[str]) -> tuple[str, ...]:
    """References to words that no active provision, stage or derived fact in use reads."""
    used = used_facts(day)
    given = [(ref, word_of(ref), split(ref)[3]) for ref in refs]
    return tuple(
        sorted(ref for ref, word, key in given if word in day.book.vocabulary and not {(word, key), (word, None)} & used)
    )


def used_facts(day: Day) -> set[tuple[str, str | None]]:
    """The words (with their key, ``None`` for any) that the regime reads on this day, derived ones with their inputs."""
    trees: list[Condition] = [stage.when for stage in day.book.regime.stages if stage.when]
    trees += [condition for one in day.active if (condition := day.condition(one)) is not None]
    used: set[tuple[str, str | None]] = {(among.fact, None) for _, among in day.book.regime.cells}
    used |= {(EVERYTHING[one.over], None) for one in day.active if one.over in EVERYTHING and one.over in day.free_of(one)}
    for tree in trees:
        for part in walk(tree):
            if isinstance(part, Atom):
                used.add((part.ref.fact, part.ref.key))
            elif isinstance(part, Quantified):
                used.add((part.among.fact, None))
    for word in day.book.vocabulary.values():
        if any(word.id == name for name, _ in used):
            used |= {(name, None) for name in word.derived_from}
    return used
