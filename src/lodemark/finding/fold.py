"""Records -> the finding as it stands. A closed finding stays readable; the old view is the fold up to that day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lodemark.case.read import read
from lodemark.finding.model import Answer, Closure, Evidence, Finding, Limit, Point, Raised, Referral
from lodemark.ledger import Record

Facts = Mapping[str, Any]
Step = Callable[[Finding, Facts, date], Finding]


def fold(records: Iterable[Record], state: Finding | None = None) -> Finding:
    """The finding after ``records``, going on from ``state`` where one is given."""
    finding = state or Finding()
    for record in records:
        assert record.kind in STEPS, f"a finding has no record of kind {record.kind}"
        finding = STEPS[record.kind](finding, record.facts, record.on)
    return finding


def _opened(finding: Finding, facts: Facts, on: date) -> Finding:
    assert not finding.state, f"finding {finding.id} is already open"
    raised = read(Raised, facts["raised"])
    opened = replace(
        finding,
        id=facts["finding"],
        kind=raised.kind,
        promise=raised.promise,
        subject=raised.subject,
        party=facts["party"],
        state="opened",
        opened_on=on,
        opened_by=facts["by"]["person"],
        question=facts["question"],
        facts=raised.facts,
        evidence=raised.evidence,
    )
    return _graded(opened, facts)


def _graded(finding: Finding, facts: Facts) -> Finding:
    return replace(finding, grade=facts["grade"], limits=read(tuple[Limit, ...], facts["limits"]))


def _asked(finding: Finding, facts: Facts, on: date) -> Finding:
    return replace(finding, state="asked", answer_due=read(date, facts["answer_due"]))


def _answered(finding: Finding, facts: Facts, on: date) -> Finding:
    points = read(tuple[Point, ...], facts["points"])
    answer = Answer(on, points, tuple(facts["documents"]), tuple(facts["corrections"]))
    return replace(finding, state="answered", answers=(*finding.answers, answer))


def _unanswered(finding: Finding, facts: Facts, on: date) -> Finding:
    return replace(finding, state="unanswered")


def _added(finding: Finding, facts: Facts, on: date) -> Finding:
    more = read(tuple[Evidence, ...], facts["evidence"])
    if facts["exonerating"]:
        return _graded(replace(finding, exonerating=(*finding.exonerating, *more)), facts)
    return _graded(replace(finding, evidence=(*finding.evidence, *more)), facts)


def _closed(finding: Finding, facts: Facts, on: date) -> Finding:
    closure = Closure(on, facts["closed_as"], facts["reason"], dict(facts["responses"]))
    return replace(finding, state="closed", closure=closure)


def _referred(finding: Finding, facts: Facts, on: date) -> Finding:
    return replace(finding, referrals=(*finding.referrals, read(Referral, facts["referral"])))


STEPS: Mapping[str, Step] = {
    "finding-opened": _opened,
    "finding-asked": _asked,
    "finding-answered": _answered,
    "finding-unanswered": _unanswered,
    "finding-evidence-added": _added,
    "finding-closed": _closed,
    "finding-referred": _referred,
}
