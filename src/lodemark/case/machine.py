"""A small machine is a table: from which states, by which command, by whom, past which guards, to which state.

One function runs every table. A guard is a plain function whose name, in kebab case, is the refusal code; it answers
``None`` when it holds and the facts of the failure when it does not. All failing guards are returned together, each
with the provision the rules name for it. There is no "set status": a state is left through a row or not at all::

    run(Machine("rfi", rows, at=rfi_state), Look(case, command, facts, rules))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from lodemark.ledger import Actor, Record
from lodemark.trouble import Reason, Refusal

S = TypeVar("S")
C = TypeVar("C")
F = TypeVar("F")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Look(Generic[S, C, F, R]):
    """All a guard may see: the folded state, the command, the gathered facts, the rule values."""

    state: S
    command: C
    facts: F
    rules: R


Failing = Mapping[str, object] | None
Guard = Callable[[Any], Failing]
Writer = Callable[[Any], Sequence[Record]]


class Provisions(Protocol):
    """Rule values that know on which provision each guard rests."""

    @property
    def provisions(self) -> Mapping[str, str]:
        """Guard code -> provision id."""
        ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a transition table. ``target`` names every state the written records can fold to."""

    source: tuple[str, ...]
    command: type
    target: tuple[str, ...]
    who: tuple[str, ...]
    guards: tuple[Guard, ...]
    write: Writer


@dataclass(frozen=True, slots=True)
class Machine:
    """A named table, and how to read the present state of the thing it moves."""

    name: str
    rows: tuple[Row, ...]
    at: Callable[[Any], str]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state named in the table, in order of appearance."""
        return tuple(dict.fromkeys(state for row in self.rows for state in (*row.source, *row.target)))


def code(function: Guard) -> str:
    """The refusal code of a guard: its name in kebab case."""
    return function.__name__.replace("_", "-")


def may(who: tuple[str, ...], by: Actor) -> bool:
    """Whether the actor's role is among those of the row; ``timer`` stands for the office's own jobs."""
    return "timer" in who if by.is_system else by.role in who


def run(machine: Machine, look: Look[Any, Any, Any, Any]) -> tuple[Record, ...] | Refusal:
    """The records of the row that fits, or every reason why none may be written."""
    command, provisions = look.command, look.rules.provisions
    state = machine.at(look)
    rows = [row for row in machine.rows if row.command is type(command)]
    assert rows, f"machine {machine.name} has no row for {type(command).__name__}"
    fitting = next((row for row in rows if state in row.source), None)
    if fitting is None:
        possible = sorted({source for row in rows for source in row.source})
        facts = {"machine": machine.name, "act": kebab(type(command)), "state": state, "possible": possible}
        return Refusal((Reason("not-in-this-state", provisions.get("not-in-this-state"), facts),))
    reasons = [
        Reason(code(guard), provisions.get(code(guard)), failing)
        for guard in fitting.guards
        if (failing := guard(look)) is not None
    ]
    if not may(fitting.who, command.by):
        facts = {"role": command.by.role, "act": kebab(type(command)), "roles": list(fitting.who)}
        reasons.insert(0, Reason("role-may-not", provisions.get("role-may-not"), facts))
    return Refusal(tuple(reasons)) if reasons else tuple(fitting.write(look))


def kebab(kind: type) -> str:
    """``GiveNotice`` is ``give-notice``: the name under which a command travels and is kept."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip("-")
