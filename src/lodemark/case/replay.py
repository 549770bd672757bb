"""Run a file again: every act from its recorded command and facts, compared with the records it wrote then.

Replay compares kind, day, facts and private paths, never stamps. With another rulebook, calendar or fact it shows which
acts would have come out differently: the appeal officer's working tool::

    report = replay(acts)                       # acts as they were; report.same
    report = replay([with_rules(act, later) for act in acts])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lodemark.case import appeal as appeals
from lodemark.case.appeal.model import AppealFacts
from lodemark.case.commands import Command
from lodemark.case.decide import COMMANDS, decide
from lodemark.case.facts import CaseFacts
from lodemark.case.fold import fold
from lodemark.case.machine import kebab
from lodemark.case.read import Unreadable, read
from lodemark.case.rules import CaseRules
from lodemark.ledger import Record, digest, jsonable
from lodemark.trouble import Refusal


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a dossier as the office recorded it, and what it wrote; ``facts`` are ``None`` where they are not at hand."""

    command: Command
    facts: CaseFacts | AppealFacts | None
    rules: CaseRules
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Act ``number`` (from 1) now answers otherwise: refusal codes, or the kinds and fields that differ."""

    number: int
    act: str
    refused: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Every difference, not the first; ``unseen`` are the acts (from 1) whose facts are not at hand: not replayable here.

    ``digest`` names this report in the appeal's dossier.
    """

    acts: int
    differences: tuple[Difference, ...]
    unseen: tuple[int, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the file comes out exactly as recorded."""
        return not self.differences

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical report."""
        return digest(self)


def replay(acts: Iterable[Act]) -> ReplayReport:
    """Decide each act again on the state its recorded predecessors left; a difference does not spoil what follows."""
    so_far: list[Record] = []
    found: list[Difference] = []
    unseen: list[int] = []
    number = 0
    for number, act in enumerate(acts, start=1):
        if act.facts is None:
            unseen.append(number)
        else:
            answer = _again(so_far, act, act.facts)
            refused = answer.codes if isinstance(answer, Refusal) else ()
            differs = () if isinstance(answer, Refusal) else _differs(answer, act.records)
            if refused or differs:
                found.append(Difference(number, kebab(type(act.command)), refused, differs))
        so_far.extend(act.records)
    return ReplayReport(number, tuple(found), tuple(unseen))


def _again(so_far: list[Record], act: Act, facts: CaseFacts | AppealFacts) -> tuple[Record, ...] | Refusal:
    if isinstance(facts, AppealFacts):
        return appeals.decide(appeals.fold(so_far), act.command, facts, act.rules)
    return decide(fold(so_far), act.command, facts, act.rules)


def _differs(now: tuple[Record, ...], then: tuple[Record, ...]) -> tuple[str, ...]:
    """``kind: field`` for each field that differs; whole kinds where one was written and the other not."""
    kinds_now, kinds_then = [one.kind for one in now], [one.kind for one in then]
    if kinds_now != kinds_then:
        return tuple(f"{kind}: written" for kind in dict.fromkeys((*kinds_then, *kinds_now)))
    return tuple(f"{a.kind}: {name}" for a, b in zip(now, then, strict=True) for name in _fields(a, b))


def _fields(a: Record, b: Record) -> list[str]:
    names = sorted({*a.facts, *b.facts})
    found = [name for name in names if jsonable(a.facts.get(name)) != jsonable(b.facts.get(name))]
    return [*(["on"] if a.on != b.on else []), *found, *(["private"] if set(a.private) != set(b.private) else [])]


def with_rules(act: Act, change: Callable[[CaseRules], CaseRules]) -> Act:
    """The act under other rule values: another calendar, more signers, a longer notice."""
    return replace(act, rules=change(act.rules))


def dump_command(command: Command) -> Mapping[str, object]:
    """A command as JSON: its kebab name under ``act``, then its fields."""
    fields = jsonable(command)
    assert isinstance(fields, dict)
    return {"act": kebab(type(command)), **fields}


def load_command(value: Mapping[str, Any]) -> Command:
    """A command from JSON; raises ``Unreadable`` when the act is unknown or a field does not fit."""
    known = {**COMMANDS, **appeals.COMMANDS}
    kind = known.get(str(value.get("act")))
    if kind is None:
        raise Unreadable(path="/act", expected="one of " + ", ".join(sorted(known)))
    return read(kind, {key: item for key, item in value.items() if key != "act"})


def load_facts(value: Mapping[str, Any]) -> CaseFacts:
    """The facts of a case act from JSON (``facts/<digest>.json`` of a bundle)."""
    return read(CaseFacts, value)


def load_appeal_facts(value: Mapping[str, Any]) -> AppealFacts:
    """The facts of an appeal act from JSON."""
    return read(AppealFacts, value)
