"""Records -> the appeal as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lodemark.case.appeal.model import Appeal, ProposedConclusion
from lodemark.case.guards import HATS
from lodemark.case.model import Ground, LineOutcome, Point
from lodemark.case.read import read
from lodemark.ledger import Record

Facts = Mapping[str, Any]
Step = Callable[[Appeal, Facts, date], Appeal]


def fold(records: Iterable[Record], state: Appeal | None = None) -> Appeal:
    """The appeal after ``records``, going on from ``state`` where one is given."""
    appeal = state or Appeal()
    for record in records:
        assert record.kind in STEPS, f"an appeal has no record of kind {record.kind}"
        appeal = STEPS[record.kind](appeal, record.facts, record.on)
        appeal = appeal if record.kind == "attempt-refused" else _hat(appeal, record.facts)
    return appeal


def _hat(appeal: Appeal, facts: Facts) -> Appeal:
    person, hat = str(facts["by"]["person"]), HATS.get(str(facts["by"]["role"]))
    worn = appeal.hands.get(person, ())
    if hat is None or hat in worn:
        return appeal
    return replace(appeal, hands={**appeal.hands, person: (*worn, hat)})


def _lodged(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    assert not appeal.state, f"appeal {appeal.id} is already lodged"
    return replace(
        appeal,
        id=facts["appeal"],
        case=facts["case"],
        decision=facts["decision"],
        state="lodged",
        grounds=read(tuple[Point, ...], facts["grounds"]),
        lodged_on=on,
    )


def _asked(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, state="completion_asked", completion_asked=True, cure_by=read(date, facts["cure_by"]))


def _completed(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, state="lodged", grounds=(*appeal.grounds, *read(tuple[Point, ...], facts["points"])))


def _admitted(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    respond_by, decide_by = (read(date | None, facts[name]) for name in ("respond_by", "decide_by"))  # type: ignore[arg-type]
    return replace(appeal, state="admitted", respond_by=respond_by, decide_by=decide_by)


def _to(state: str) -> Step:
    def step(appeal: Appeal, facts: Facts, on: date) -> Appeal:
        return replace(appeal, state=state)

    return step


def _responded(state: str) -> Step:
    def step(appeal: Appeal, facts: Facts, on: date) -> Appeal:
        return replace(appeal, state=state, answer_state=state)

    return step


def _rejected(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, state=facts["ground"])


def _heard(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, heard=tuple(dict.fromkeys((*appeal.heard, facts["side"]))))


def _replayed(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, replay=facts["report"], replay_same=facts["same"])


def _stayed(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, stayed=facts["stayed"])


def _proposed(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    proposed = ProposedConclusion(
        outcome=facts["outcome"],
        reasons=read(tuple[Ground, ...], facts["reasons"]),
        outcomes=read(tuple[LineOutcome, ...], facts["outcomes"]),
        another_officer=facts["another_officer"],
        only_procedure=facts["only_procedure"],
        proposer=facts["by"]["person"],
        digest=facts["digest"],
    )
    return replace(appeal, state="conclusion_proposed", proposed=proposed)


def _sent_back(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, state=appeal.answer_state, proposed=None)


def _concluded(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return replace(appeal, state="concluded", outcome=facts["outcome"])


def _nothing(appeal: Appeal, facts: Facts, on: date) -> Appeal:
    return appeal


STEPS: Mapping[str, Step] = {
    "appeal-lodged": _lodged,
    "appeal-completion-asked": _asked,
    "appeal-completed": _completed,
    "appeal-lapsed": _to("withdrawn"),
    "appeal-admitted": _admitted,
    "appeal-rejected": _rejected,
    "appeal-answered": _responded("answered"),
    "appeal-unanswered": _responded("unanswered"),
    "appeal-heard": _heard,
    "appeal-replayed": _replayed,
    "appeal-stay-set": _stayed,
    "appeal-conclusion-proposed": _proposed,
    "appeal-conclusion-sent-back": _sent_back,
    "appeal-concluded": _concluded,
    "appeal-withdrawn": _to("withdrawn"),
    "attempt-refused": _nothing,
}
