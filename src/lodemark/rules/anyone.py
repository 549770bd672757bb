"""The file of anyone: nothing is known, every collection has one member. What holds for it, holds for the text of the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lodemark.rules.condition import EVERYTHING
from lodemark.rules.day import Day
from lodemark.rules.diagram import Diagram, TooManyNodes
from lodemark.rules.facts import FactSet, text
from lodemark.rules.formula import Formula
from lodemark.rules.ground import Program
from lodemark.rules.model import Rulebook
from lodemark.rules.stages import base_binding, walk_stages
from lodemark.rules.value import UNKNOWN, FactValue, Known
from lodemark.rules.view import View

BUDGET = 200_000


@dataclass(frozen=True)
class Anyone(FactSet):
    """Facts of nobody in particular."""

    def value(self, ref: str) -> FactValue:
        """Nothing is known."""
        return UNKNOWN

    def is_absent(self, ref: str) -> bool:
        """Nothing is known to be absent."""
        return False

    def instances(self, scope: str, among: str) -> tuple[tuple[str, ...], bool]:
        """Exactly one of each, named after its collection: the end user is not the consignee, a part is not what it is built into."""
        return (among.rpartition(".")[2],), True


def view_of(book: Rulebook) -> View:
    """A view of anyone's facts."""
    return View(Anyone(), book.vocabulary)


def steps_of(program: Program) -> list[tuple[Formula, str]]:
    """A whole regime as one chain of conditions over the facts of anyone."""
    view = view_of(program.day.book)
    binding = {**base_binding(view), **{scope: among.name for scope, among in program.day.book.regime.cells}}
    return walk_stages(program, view, binding)[0]


def provision_formula(program: Program, name: str) -> Formula:
    """One provision over the facts of anyone, its own scope bound."""
    provision = program.day.book.provision(name)
    view = view_of(program.day.book)
    scopes = {scope: EVERYTHING[scope].rpartition(".")[2] for scope in program.day.free_of(provision) - {"application"}}
    return program.provision(name)(view, {**scopes, "application": ""})


@dataclass(frozen=True, slots=True)
class Turn:
    """A case on the edge: with ``facts`` the same, ``ref`` being ``met`` or ``otherwise`` makes the difference."""

    facts: Mapping[str, str]
    ref: str
    met: str
    otherwise: str


def turning_point(book: Rulebook, name: str, on: date) -> Turn | None:
    """Two cases that differ in one fact and lie on the two sides of a provision; ``None`` when it has no sides (or too many)."""
    try:
        provision = book.provision(name)
        program = Program(Day(book, on, {provision.instrument: "in_force", provision.id: "in_force"}, "flag"))
        formula = provision_formula(program, name)
        diagram = Diagram([formula], book.vocabulary, BUDGET)
        root = diagram.build(formula)
    except TooManyNodes:
        return None
    way: dict[str, str] = {}
    node = root
    while diagram.kids[node]:
        question, kids = diagram.questions[diagram.level[node]], diagram.kids[node]
        cells = [text(Known(cell[0])) for cell in question.cells]
        if {0, 1} <= set(kids):
            return Turn(way, question.variable.name, cells[kids.index(1)], cells[kids.index(0)])
        chosen = next(number for number, kid in enumerate(kids) if diagram.kids[kid])
        way[question.variable.name] = cells[chosen]
        node = kids[chosen]
    return None
