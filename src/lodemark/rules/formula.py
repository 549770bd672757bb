"""What is left of a condition once the known facts are put in: a constant, or a formula over what is still open.

Putting the known facts in and folding constants *is* strong Kleene logic: the result is a constant exactly when Kleene's three values give met
or not met, and what remains otherwise is the residual that the decision diagram works on. So there is one evaluation, not two.

A constant is a small integer: positive for met, negative for not met, its size the rank of the weakest evidence and modality it rests on
(``rank``). ``all`` keeps the weakest link of its parts, ``any`` the strongest ground that suffices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from lodemark.rules.model import GRADES, MODALITIES, Evidence, Modality
from lodemark.rules.value import FactValue, Plain

_WIDE = len(MODALITIES)


def rank(evidence: Evidence = "primary", modality: Modality = "must") -> int:
    """Rank 1 is primary and must; a larger number is weaker in evidence, then in modality."""
    return 1 + GRADES.index(evidence) * _WIDE + MODALITIES.index(modality)


def grade(constant: int) -> Evidence:
    """The weakest evidence behind a constant."""
    return GRADES[(abs(constant) - 1) // _WIDE]


def modality(constant: int) -> Modality:
    """The weakest modality behind a constant."""
    return MODALITIES[(abs(constant) - 1) % _WIDE]


def _weaker(one: int, other: int) -> int:
    (a, b), (c, d) = divmod(one - 1, _WIDE), divmod(other - 1, _WIDE)
    return 1 + max(a, c) * _WIDE + max(b, d)


# WEAKER[a][b]: the rank of a chain with both links. Looked up in the inner loop, so a table.
WEAKER: tuple[tuple[int, ...], ...] = tuple(
    tuple(_weaker(max(one, 1), max(other, 1)) for other in range(len(GRADES) * _WIDE + 1))
    for one in range(len(GRADES) * _WIDE + 1)
)
MET, NOT_MET = 1, -1


@dataclass(frozen=True, slots=True)
class Variable:
    """Something open. ``kind``: a fact of the file, a further member of an open collection, a status nobody confirmed, a number the law leaves open.

    ``ref`` is what to ask about; ``name`` tells two variables about the same thing apart; ``known`` is the set of values still possible.
    """

    name: str
    ref: str
    kind: Literal["fact", "collection", "status", "value"]
    known: FactValue


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A test of one variable that is still open. ``key`` names the test: two leaves of equal key test alike.

    ``points`` are the constants it compares with; ``None`` among them means that it asks for presence. ``owner`` is the provision or
    stage on whose account it is asked.
    """

    variable: Variable
    key: str
    test: Callable[[Plain], bool]
    points: tuple[Plain, ...]
    owner: str


@dataclass(frozen=True, slots=True, eq=False)
class Both:
    """Every part."""

    parts: tuple[Open, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """At least one part."""

    parts: tuple[Open, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Neither:
    """Not the part."""

    part: Open


Open = Leaf | Both | Either | Neither
Formula = int | Open


def negate(formula: Formula) -> Formula:
    """Not: swaps met and not met, keeps the rank."""
    if isinstance(formula, int):
        return -formula
    return formula.part if isinstance(formula, Neither) else Neither(formula)


def both(parts: list[Formula]) -> Formula:
    """All: one *not met* decides; otherwise what is open remains."""
    weakest, strongest_no, rest = 1, 0, []
    for part in parts:
        if not isinstance(part, int):
            rest.append(part)
        elif part > 0:
            weakest = WEAKER[weakest][part]
        elif strongest_no == 0 or part > strongest_no:
            strongest_no = part
    if strongest_no:
        return strongest_no
    if not rest:
        return weakest
    return rest[0] if len(rest) == 1 else Both(tuple(rest))


def either(parts: list[Formula]) -> Formula:
    """Any: the dual of ``both``."""
    weakest, strongest_yes, rest = -1, 0, []
    for part in parts:
        if not isinstance(part, int):
            rest.append(part)
        elif part < 0:
            weakest = -WEAKER[-weakest][-part]
        elif strongest_yes == 0 or part < strongest_yes:
            strongest_yes = part
    if strongest_yes:
        return strongest_yes
    if not rest:
        return weakest
    return rest[0] if len(rest) == 1 else Either(tuple(rest))


def leaves(formula: Formula) -> Iterator[Leaf]:
    """Every open test, left to right."""
    match formula:
        case Leaf():
            yield formula
        case Both(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Neither(part):
            yield from leaves(part)
