"""Guards that several tables share, and the few words they share.

A guard answers ``None`` when it holds, else the facts of the failure; its name is the refusal code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

from lodemark.case.commands import Command
from lodemark.case.facts import CaseFacts
from lodemark.case.machine import Failing, Look, Writer
from lodemark.case.model import Case, Question
from lodemark.case.rules import CaseRules
from lodemark.ledger import Record, jsonable

C = TypeVar("C")
CaseLook: TypeAlias = Look[Case, C, CaseFacts, CaseRules]
Anything: TypeAlias = Look[Case, Any, CaseFacts, CaseRules]

# The hat a role puts on. Only these four exclude one another; signatories and timers wear none.
HATS = {"officer": "officer", "countersigner": "countersigner", "adviser": "adviser", "appeal_officer": "appeal_officer"}


def not_gathered(what: str) -> Mapping[str, object]:
    """The failure of a guard whose facts are missing: not known is never met."""
    return {"not_gathered": what}


def draft(kind: str, command: Command, **more: object) -> Record:
    """A record whose facts are the command's own fields (without its day) and whatever else it now makes true."""
    facts = jsonable(command)
    assert isinstance(facts, dict)
    moment = getattr(command, "at", None)
    own = {key: value for key, value in facts.items() if key not in ("on", "at")}
    extra = jsonable(more)
    assert isinstance(extra, dict)
    return Record(kind, on=command.on, facts={**own, **extra}, occurred_at=moment)


def plain(kind: str) -> Writer:
    """A writer for acts whose record is the command itself."""

    def write(look: Anything) -> Sequence[Record]:
        return [draft(kind, look.command)]

    return write


def case_in_review(look: Anything) -> Failing:
    """An officer has the file and it is not yet decided."""
    return None if look.state.state == "in_review" else {"state": look.state.state}


def case_open(look: Anything) -> Failing:
    """The file is accepted and neither decided nor closed."""
    return None if look.state.state in ("accepted", "in_review") else {"state": look.state.state}


def no_conflict_of_interest(look: Anything) -> Failing:
    """The person declared no interest in any party of the file."""
    if look.facts.conflicts is None:
        return not_gathered("conflicts")
    return {"person": look.command.by.person} if look.command.by.person in look.facts.conflicts else None


def one_hat_per_file(look: Anything) -> Failing:
    """One person is never two of officer, countersigner, adviser, appeal officer on one file, whatever the account."""
    by = look.command.by
    others = [hat for hat in look.state.hats.get(by.person, ()) if hat != HATS.get(by.role)]
    return {"person": by.person, "role": by.role, "worn": others} if others else None


def another_officer(look: Anything) -> Failing:
    """Where the appeal asked for another officer, nobody who handled the annulled decision handles the new one."""
    remittal = look.state.remittal
    if remittal is None or not remittal.another_officer or look.command.by.person not in remittal.barred:
        return None
    return {"person": look.command.by.person, "appeal": remittal.appeal}


OFFICER = (case_in_review, no_conflict_of_interest, one_hat_per_file, another_officer)


def no_open_proposal(look: Anything) -> Failing:
    """While a proposal waits for signatures nothing new is opened under it: have it sent back first."""
    return {"decision": look.state.open_proposal.id} if look.state.open_proposal else None


def reason_given(look: Anything) -> Failing:
    """The act states why."""
    text: str = getattr(look.command, "reason", "") or getattr(look.command, "comment", "")
    return None if text.strip() else {}


def irrelevant(questions: tuple[Question, ...], askable: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Ids of the questions whose rule does not need what they ask."""
    return [question.id for question in questions if question.path not in askable.get(question.rule, ())]


def day_after(on: date, last: date | None) -> bool:
    """Whether ``on`` lies after the last day of a period whose end is known."""
    return last is not None and on > last
