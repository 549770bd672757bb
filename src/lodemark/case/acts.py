"""From a dossier's entries back to its acts: which command wrote which records, on which gathered facts.

A record that a command writes first carries that command's own fields, so the command is read back from it; the facts lie
beside the dossier, named by the digest every record keeps. An act whose facts are not at hand (sealed, or with somebody
else) is returned without them: it can be counted and named, not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import groupby
from typing import Any

from lodemark.case import appeal as appeals
from lodemark.case import commands as c
from lodemark.case.appeal import commands as a
from lodemark.case.appeal.model import AppealFacts
from lodemark.case.commands import Command
from lodemark.case.facts import CaseFacts
from lodemark.case.read import read
from lodemark.case.replay import Act
from lodemark.case.rules import CaseRules
from lodemark.ledger import Entry, Record, jsonable

LEADS: Mapping[str, type[Command]] = {
    "case-accepted": c.Accept,
    "case-deemed-accepted": c.DeemAccept,
    "case-declined": c.Decline,
    "case-lapsed": c.Lapse,
    "case-taken": c.Take,
    "case-amended": c.Amend,
    "case-withdrawn": c.Withdraw,
    "case-closed": c.Close,
    "case-remitted": c.Remit,
    "clock-stopped": c.StopClock,
    "clock-resumed": c.ResumeClock,
    "clock-unlimited": c.LiftLimit,
    "rfi-asked": c.Ask,
    "rfi-noted": c.Note,
    "rfi-chased": c.Chase,
    "rfi-answered": c.AnswerRfi,
    "rfi-answer-accepted": c.AcceptAnswer,
    "rfi-answer-insufficient": c.Insufficient,
    "rfi-lapsed": c.LapseRfi,
    "rfi-extended": c.Extend,
    "rfi-reopened": c.Reopen,
    "rfi-dropped": c.Drop,
    "consultation-asked": c.Consult,
    "advice-given": c.Advise,
    "consultation-expired": c.LapseConsultation,
    "notice-served": c.GiveNotice,
    "notice-answered": c.AnswerNotice,
    "notice-waived": c.WaiveNotice,
    "notice-expired": c.ExpireNotice,
    "notice-weighed": c.Weigh,
    "decision-proposed": c.Propose,
    "decision-sent-back": c.SendBack,
    "decision-voided": c.VoidProposal,
    "decision-countersigned": c.Countersign,
    "decision-served": c.Serve,
    "appeal-lodged": a.Lodge,
    "appeal-completion-asked": a.AskCompletion,
    "appeal-completed": a.Complete,
    "appeal-lapsed": a.LapseAppeal,
    "appeal-admitted": a.Admit,
    "appeal-rejected": a.Reject,
    "appeal-answered": a.Respond,
    "appeal-unanswered": a.ExpireResponse,
    "appeal-heard": a.Hear,
    "appeal-replayed": a.RecordReplay,
    "appeal-stay-set": a.SetStay,
    "appeal-conclusion-proposed": a.Conclude,
    "appeal-conclusion-sent-back": a.SendBackConclusion,
    "appeal-concluded": a.CountersignConclusion,
    "appeal-withdrawn": a.WithdrawAppeal,
}
"""The first record of an act -> the command that wrote it."""

Gathered = Callable[[str], Mapping[str, Any] | None]
"""From the digest of gathered facts to ``{"case": ...}`` or ``{"appeal": ...}``; ``None``: not at hand."""


def recorded_acts(entries: Iterable[Entry], gathered: Gathered, rules: Callable[[date], CaseRules]) -> list[Act]:
    """The acts of a dossier in order, each under the rule values of its own day. Refused attempts changed nothing and
    are left out."""
    kept = [entry for entry in entries if entry.record.kind != "attempt-refused"]
    acts = []
    for _, group in groupby(kept, key=lambda entry: (entry.stamp.command, entry.stamp.basis.facts)):
        same = list(group)
        facts = gathered(same[0].stamp.basis.facts)
        for records in _split([entry.record for entry in same]):
            command = command_of(records[0])
            acts.append(Act(command, _facts(command, facts), rules(command.on), tuple(records)))
    return acts


def command_of(record: Record) -> Command:
    """The command that wrote this record first; raises ``Unreadable`` when the record lacks a field of it."""
    kind = LEADS[record.kind]
    names = {field.name for field in fields(kind)}
    own = {name: value for name, value in record.facts.items() if name in names}
    moment = {"at": jsonable(record.occurred_at)} if "at" in names else {}
    return read(kind, {**own, **moment, "on": record.on.isoformat()})


def _split(records: list[Record]) -> Iterator[list[Record]]:
    """The last signature serves the decision under the same message: two acts, told apart by the second's record."""
    served = next((place for place, record in enumerate(records) if record.kind == "decision-served"), len(records))
    yield from (part for part in (records[:served], records[served:]) if part)


def _facts(command: Command, gathered: Mapping[str, Any] | None) -> CaseFacts | AppealFacts | None:
    if gathered is None:
        return None
    if type(command) in appeals.COMMANDS.values():
        return read(AppealFacts, gathered["appeal"])
    return read(CaseFacts, gathered["case"])
