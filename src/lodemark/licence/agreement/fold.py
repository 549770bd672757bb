"""From records to an agreement. One function per record kind; an unknown kind is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lodemark.ledger import Record
from lodemark.licence.accounts import move, transfers_of
from lodemark.licence.agreement.model import Agreement, AgreementTerms, Batch, DutyInstance
from lodemark.licence.shape import read


def fold(records: Iterable[Record], state: Agreement | None = None) -> Agreement:
    """The agreement after ``records``; ``state`` goes on from an earlier fold. The first record proposes."""
    for record in records:
        if record.kind == "agreement-proposed":
            assert state is None, "proposed twice"
            terms = read(AgreementTerms, record.facts["terms"])
            state = Agreement(terms, "proposed", terms.products)
            continue
        assert state is not None, f"{record.kind} before the proposal"
        assert record.kind in KINDS, f"unknown record kind {record.kind}"
        state = KINDS[record.kind](state, record)
        transfers = transfers_of(record)
        if transfers:
            accounts = dict(state.accounts)
            move(accounts, transfers)
            state = replace(state, accounts=accounts)
    assert state is not None, "no records"
    return state


def _signed(state: Agreement, record: Record) -> Agreement:
    return replace(state, signatures={**state.signatures, str(record.facts["party"]): str(record.facts["by"])})


def _activated(state: Agreement, record: Record) -> Agreement:
    return replace(state, state="active", duties=read(tuple[DutyInstance, ...], record.facts["duties"]))


def _paused(state: Agreement, record: Record) -> Agreement:
    return replace(state, state="paused", pause=str(record.facts["ground"]))


def _resumed(state: Agreement, record: Record) -> Agreement:
    return replace(state, state="active", pause=None)


def _notice_given(state: Agreement, record: Record) -> Agreement:
    return replace(state, notice_on=record.on)


def _ended(state: Agreement, record: Record) -> Agreement:
    return replace(state, state="ended")


def _duty_opened(state: Agreement, record: Record) -> Agreement:
    return replace(state, duties=(*state.duties, read(DutyInstance, record.facts["instance"])))


def _on_duty(change: Callable[[DutyInstance, Record], DutyInstance]) -> Callable[[Agreement, Record], Agreement]:
    def apply(state: Agreement, record: Record) -> Agreement:
        where = read(_Where, record.facts)
        duties = tuple(
            change(duty, record)
            if (duty.code, duty.due_on, duty.subject) == (where.code, where.due_on, where.subject)
            else duty
            for duty in state.duties
        )
        return replace(state, duties=duties)

    return apply


def _products(state: Agreement, record: Record) -> Agreement:
    return replace(state, products=str(record.facts["products"]))


def _issued(state: Agreement, record: Record) -> Agreement:
    batch = read(Batch, {**record.facts, "on": record.on.isoformat()})
    return replace(state, batches={**state.batches, batch.licence: batch})


def _returned(state: Agreement, record: Record) -> Agreement:
    licence = str(record.facts["licence"])
    return replace(state, batches={**state.batches, licence: replace(state.batches[licence], open=False)})


def _referred(state: Agreement, record: Record) -> Agreement:
    return state


def _rolled(state: Agreement, record: Record) -> Agreement:
    return replace(state, rolled=state.rolled | {_period(record)})


def _committed(state: Agreement, record: Record) -> Agreement:
    return replace(state, commitments={**state.commitments, _period(record): str(record.facts["commitment"])})


def _revealed(state: Agreement, record: Record) -> Agreement:
    return replace(state, seeds={**state.seeds, _period(record): str(record.facts["seed"])})


KINDS: Final[Mapping[str, Callable[[Agreement, Record], Agreement]]] = {
    "agreement-signed": _signed,
    "agreement-activated": _activated,
    "agreement-paused": _paused,
    "agreement-resumed": _resumed,
    "agreement-notice-given": _notice_given,
    "agreement-ended": _ended,
    "agreement-products-accepted": _products,
    "duty-opened": _duty_opened,
    "duty-reminded": _on_duty(lambda duty, record: replace(duty, reminded_on=record.on)),
    "duty-warned": _on_duty(lambda duty, record: replace(duty, warned_on=(*duty.warned_on, record.on))),
    "duty-evidence-noted": _on_duty(
        lambda duty, record: replace(duty, evidence=str(record.facts["evidence"]), evidence_on=record.on)
    ),
    "duty-excused": _on_duty(lambda duty, record: replace(duty, excused_by=str(record.facts["second"]))),
    "batch-issued": _issued,
    "batch-referred": _referred,
    "batch-returned": _returned,
    "period-rolled": _rolled,
    "sampling-committed": _committed,
    "sampling-revealed": _revealed,
}
"""Every record kind of an agreement's dossier besides ``agreement-proposed``."""


@dataclass(frozen=True, slots=True)
class _Where:
    code: str
    due_on: date
    subject: str


def _period(record: Record) -> int:
    return int(str(record.facts["period"]))
