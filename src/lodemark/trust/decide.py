"""May this act be done on this obligation? A party sees each item that counts, and can contest it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from lodemark.case.commands import Command
from lodemark.case.guards import draft, plain
from lodemark.case.machine import Failing, Look, Machine, Row, kebab, run
from lodemark.ledger import Record
from lodemark.trouble import Refusal
from lodemark.trust.commands import ConfirmExcuse, Contest, Keep, Miss, Owe, ProposeExcuse, Settle
from lodemark.trust.model import Owed
from lodemark.trust.rules import TrustRules

C = TypeVar("C")
OwedLook: TypeAlias = Look[Owed, C, None, TrustRules]
Anything: TypeAlias = Look[Owed, Any, None, TrustRules]


def obligation_state(look: Anything) -> str:
    """The state of the obligation, ``none`` before it is owed."""
    return look.state.state or "none"


def kind_known(look: OwedLook[Owe]) -> Failing:
    """The rules weigh this kind, and the seriousness is above zero."""
    known = look.command.kind in look.rules.kinds and look.command.seriousness > 0
    return None if known else {"kind": look.command.kind, "kinds": sorted(look.rules.kinds)}


def evidence_given(look: OwedLook[Keep]) -> Failing:
    """The record that shows it is named."""
    return None if look.command.evidence else {}


def due_day_over(look: OwedLook[Miss]) -> Failing:
    """The due day has passed."""
    due_on = look.state.due_on
    return None if due_on and look.command.on > due_on else {"due_on": due_on}


def reason_stated(look: Anything) -> Failing:
    """The act states why."""
    return None if look.command.reason.strip() else {}


def second_person(look: OwedLook[ConfirmExcuse]) -> Failing:
    """Who proposed an excuse does not confirm it."""
    same = look.command.by.person == look.state.excuse_by
    return {"person": look.command.by.person} if same else None


def _keep(look: OwedLook[Keep]) -> Sequence[Record]:
    assert look.state.due_on is not None
    late = look.command.on > look.state.due_on
    return [draft("obligation-kept", look.command, late=late)]


OBLIGATION = Machine(
    "obligation",
    (
        Row(("none",), Owe, ("open",), ("officer", "timer"), (kind_known,), plain("obligation-owed")),
        Row(("open", "missed"), Keep, ("kept", "late"), ("officer", "inspector", "timer"), (evidence_given,), _keep),
        Row(("open",), Miss, ("missed",), ("timer",), (due_day_over,), plain("obligation-missed")),
        Row(
            ("open", "late", "missed"),
            ProposeExcuse,
            ("excuse_proposed",),
            ("officer",),
            (reason_stated,),
            plain("obligation-excuse-proposed"),
        ),
        Row(
            ("excuse_proposed",),
            ConfirmExcuse,
            ("excused",),
            ("officer", "countersigner"),
            (second_person,),
            plain("obligation-excused"),
        ),
        Row(("late", "missed"), Contest, ("contested",), ("signatory",), (reason_stated,), plain("obligation-contested")),
        Row(
            ("contested",),
            Settle,
            ("kept", "late", "missed"),
            ("officer",),
            (reason_stated,),
            plain("obligation-settled"),
        ),
    ),
    at=obligation_state,
)

COMMANDS: Mapping[str, type[Command]] = {kebab(row.command): row.command for row in OBLIGATION.rows}


def decide(owed: Owed | None, command: Command, facts: None, rules: TrustRules) -> tuple[Record, ...] | Refusal:
    """The records this act writes, or every reason why not. An obligation needs no gathered facts: ``facts`` is ``None``."""
    return run(OBLIGATION, Look(owed or Owed(), command, facts, rules))
