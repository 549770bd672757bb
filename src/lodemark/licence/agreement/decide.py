"""Decisions on an agreement. Automatic issue is in ``batch.py``; here are the parties, the duties and the periods."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, TypeAlias

from lodemark.ledger import Record
from lodemark.licence.agreement import commands as ask
from lodemark.licence.agreement.duties import find, missed, scheduled, state_of
from lodemark.licence.agreement.model import DUTIES, TIERS, Agreement, DutyInstance, Period
from lodemark.licence.commands import Command
from lodemark.licence.commodity import known
from lodemark.licence.decide import cited
from lodemark.licence.model import Transfer
from lodemark.licence.records import acted
from lodemark.licence.rules import Rules
from lodemark.trouble import Reason, Refusal

Answer: TypeAlias = tuple[Record, ...] | Refusal

# Who a party is must never decide what it may have (finding-trust: no nationality or size input exists).
FORBIDDEN_CRITERIA: Final = frozenset({"size", "turnover", "employees", "nationality", "ownership-country"})
OFFICE: Final = "office"


def decide_propose(agreement: Agreement | None, command: ask.Propose, facts: None, rules: Rules) -> Answer:
    """An officer proposes terms that can be kept: known duties, published criteria, periods that follow one another."""
    assert agreement is None, "a dossier is proposed once"
    terms, reasons = command.terms, _role(command, "officer")
    unfair = sorted(FORBIDDEN_CRITERIA & set(terms.criteria))
    if unfair or not terms.criteria:
        reasons.append(Reason("agreement-criteria", "house/agreement", {"criteria": unfair}))
    wrong = [duty.code for duty in terms.duties if duty.schedule not in DUTIES.get(duty.code, ())]
    if wrong or len({duty.code for duty in terms.duties}) != len(terms.duties):
        reasons.append(Reason("agreement-duty-unknown", None, {"duties": wrong}))
    if not _in_row(terms.periods):
        reasons.append(Reason("agreement-periods", None, {"periods": [f"{p.begins}/{p.ends}" for p in terms.periods]}))
    numbers = {period.no for period in terms.periods}
    bad = [q.commodity for q in terms.quota if q.period not in numbers or not known(q.commodity) or q.amount <= 0]
    if bad or not terms.quota:
        reasons.append(Reason("agreement-quota", None, {"commodities": bad}))
    if terms.tier not in TIERS or set(terms.sampling) != set(TIERS) or not all(0 <= r <= 1 for r in terms.sampling.values()):
        reasons.append(Reason("agreement-tier", None, {"tier": terms.tier}))
    if terms.batch.kind not in rules.batch_kinds:
        reasons.append(Reason("agreement-batch-kind", "house/batch-licence", {"kind": terms.batch.kind}))
    return Refusal(tuple(reasons)) if reasons else (acted("agreement-proposed", command, [], {"terms": terms}),)


def decide_sign(agreement: Agreement, command: ask.Sign, facts: None, rules: Rules) -> Answer:
    """Each party's signatory and the office's countersigner sign once; the last signature makes it active."""
    terms, by = agreement.terms, command.by
    needed = "countersigner" if by.party == OFFICE else "signatory"
    reasons = _state(agreement, "proposed")
    if by.role != needed or by.party not in (*terms.parties, OFFICE) or by.party in agreement.signatures:
        reasons.append(Reason("agreement-signature", None, {"party": by.party, "role": by.role}))
    if reasons:
        return Refusal(tuple(reasons))
    signed = acted("agreement-signed", command, [], {"party": by.party})
    if {*agreement.signatures, by.party} != {*terms.parties, OFFICE}:
        return (signed,)
    opening = [Transfer(quota.period, quota.commodity, quota.amount, "granted", "available") for quota in terms.quota]
    return (signed, acted("agreement-activated", command, opening, {"duties": scheduled(terms)}))


def decide_pause(agreement: Agreement, command: ask.Pause, facts: None, rules: Rules) -> Answer:
    """Stop *new* batch licences; existing ones stay usable. A duty pauses only after a reminder and two warnings."""
    reasons = _state(agreement, "active")
    if command.provision:
        reasons += _role(command, "officer")
        if not command.reason.strip():
            reasons.append(Reason("agreement-reason-missing", None, {"agreement": agreement.terms.id}))
    else:
        late = [instance for instance in missed(agreement, command.on) if instance.code == command.duty]
        if not late:
            reasons.append(Reason("duty-not-missed", None, {"duty": command.duty}))
        elif not any(_reminded(instance) for instance in late):
            reasons.append(Reason("duty-not-reminded", "house/agreement", {"duty": command.duty}))
        elif not any(len(instance.warned_on) >= 2 for instance in late):
            reasons.append(Reason("duty-not-warned-twice", "house/agreement", {"duty": command.duty}))
    told = {"ground": command.provision or command.duty, "reason": command.reason, "by_duty": not command.provision}
    return Refusal(tuple(reasons)) if reasons else (acted("agreement-paused", command, [], told),)


def decide_resume(agreement: Agreement, command: ask.Resume, facts: None, rules: Rules) -> Answer:
    """By itself, the same day, once no missed duty is open; by an officer where a provision paused it."""
    reasons = _state(agreement, "paused")
    late = missed(agreement, command.on)
    if late:
        reasons.append(Reason("duty-still-missed", None, {"missed": [f"{i.code} {i.due_on}" for i in late]}))
    if agreement.pause not in DUTIES or not command.by.is_system:
        reasons += _role(command, "officer")
    return Refusal(tuple(reasons)) if reasons else (acted("agreement-resumed", command, [], {"reason": command.reason}),)


def decide_give_notice(agreement: Agreement, command: ask.GiveNotice, facts: None, rules: Rules) -> Answer:
    """Either side announces the end; the notice period of the terms begins."""
    reasons = _state(agreement, "active", "paused") + _side(agreement, command)
    if agreement.notice_on is not None:
        reasons.append(Reason("agreement-notice-given", None, {"on": agreement.notice_on}))
    return Refusal(tuple(reasons)) if reasons else (acted("agreement-notice-given", command, [], {"reason": command.reason}),)


def decide_end(agreement: Agreement, command: ask.End, facts: None, rules: Rules) -> Answer:
    """After notice, or by a signed proceeding of the office. What is left of the quota lapses; licences run on."""
    reasons = _state(agreement, "active", "paused") + _side(agreement, command)
    proceeding = command.proceeding
    decided = proceeding and proceeding.notice_over and set(proceeding.signed_by) - {proceeding.proposed_by}
    earliest = agreement.notice_on and agreement.notice_on + timedelta(days=agreement.terms.notice_days)
    if not decided and (earliest is None or command.on < earliest):
        reasons.append(Reason("agreement-notice-first", None, {"days": agreement.terms.notice_days, "earliest": earliest}))
    if command.by.party == OFFICE and not command.reason.strip():
        reasons.append(Reason("agreement-reason-missing", None, {"agreement": agreement.terms.id}))
    if command.licences and command.by.party != OFFICE:
        reasons += _role(command, "officer")
    if reasons:
        return Refusal(tuple(reasons))
    rest = [
        Transfer(period, commodity, account.available, "available", "lapsed")
        for (period, commodity), account in sorted(agreement.accounts.items())
    ]
    return (acted("agreement-ended", command, rest, {"reason": command.reason, "licences": command.licences}),)


def decide_open_duty(agreement: Agreement, command: ask.OpenDuty, facts: None, rules: Rules) -> Answer:
    """A lot, shipment, request or question makes a duty due so many days after it happened."""
    duty = next((duty for duty in agreement.terms.duties if duty.code == command.code), None)
    if duty is None or duty.schedule != "on-event":
        return Refusal((Reason("agreement-duty-unknown", None, {"duties": [command.code]}),))
    instance = DutyInstance(duty.code, command.happened_on + timedelta(days=duty.days), command.subject)
    if find(agreement, duty.code, instance.due_on, instance.subject):
        return Refusal((Reason("duty-open-already", None, {"duty": duty.code, "subject": command.subject}),))
    return (acted("duty-opened", command, [], {"instance": instance}),)


def decide_note_evidence(agreement: Agreement, command: ask.NoteEvidence, facts: None, rules: Rules) -> Answer:
    """Evidence was accepted: on time, in grace (``met_late``) or after it (``cured``); the first one counts."""
    instance = find(agreement, command.code, command.due_on, command.subject)
    if instance is None:
        return _no_instance(command.code, command.due_on)
    if instance.evidence_on is not None:
        return Refusal((Reason("duty-kept-already", None, {"duty": command.code, "on": instance.evidence_on}),))
    return (_on_instance("duty-evidence-noted", command, instance, {"evidence": command.evidence}),)


def decide_remind(agreement: Agreement, command: ask.Remind, facts: None, rules: Rules) -> Answer:
    """A reminder helps only before the due day."""
    instance = find(agreement, command.code, command.due_on, command.subject)
    if instance is None:
        return _no_instance(command.code, command.due_on)
    if state_of(instance, agreement.duty(command.code), command.on) != "upcoming" or instance.reminded_on:
        return Refusal((Reason("duty-not-upcoming", None, {"duty": command.code, "due_on": command.due_on}),))
    return (_on_instance("duty-reminded", command, instance, {}),)


def decide_warn(agreement: Agreement, command: ask.Warn, facts: None, rules: Rules) -> Answer:
    """The notice after the due day, then on a later day the final warning."""
    instance = find(agreement, command.code, command.due_on, command.subject)
    if instance is None:
        return _no_instance(command.code, command.due_on)
    open_still = state_of(instance, agreement.duty(command.code), command.on) in ("due", "missed")
    if not open_still or command.on <= max((instance.due_on, *instance.warned_on)) or len(instance.warned_on) >= 2:
        return Refusal((Reason("duty-not-to-warn", None, {"duty": command.code, "due_on": command.due_on}),))
    return (_on_instance("duty-warned", command, instance, {"final": len(instance.warned_on) == 1}),)


def decide_excuse(agreement: Agreement, command: ask.Excuse, facts: None, rules: Rules) -> Answer:
    """Excusing needs a reason and a second person of the office."""
    instance = find(agreement, command.code, command.due_on, command.subject)
    if instance is None:
        return _no_instance(command.code, command.due_on)
    reasons, second = _role(command, "officer"), command.second
    if not command.reason.strip():
        reasons.append(Reason("agreement-reason-missing", None, {"agreement": agreement.terms.id}))
    if second.person == command.by.person or second.party != OFFICE:
        reasons.append(Reason("excuse-second-person", "house/agreement", {"duty": command.code}))
    if reasons:
        return Refusal(tuple(reasons))
    return (_on_instance("duty-excused", command, instance, {"reason": command.reason, "second": second.person}),)


def decide_accept_products(agreement: Agreement, command: ask.AcceptProducts, facts: None, rules: Rules) -> Answer:
    """A changed product tree is on file from now on; until then every batch with it is referred."""
    reasons = _state(agreement, "active", "paused") + _role(command, "officer")
    told = {"products": command.products}
    return Refusal(tuple(reasons)) if reasons else (acted("agreement-products-accepted", command, [], told),)


def decide_return_batch(agreement: Agreement, command: ask.ReturnBatch, facts: None, rules: Rules) -> Answer:
    """Unused quota goes back to its own period while that is open, else it lapses; the batch is closed."""
    batch = agreement.batches.get(command.licence)
    if batch is None or not batch.open:
        return Refusal((Reason("batch-not-open", None, {"licence": command.licence}),))
    over = {c: a for c, a in command.unused.items() if type(a) is not int or not 0 <= a <= batch.amounts.get(c, 0)}
    if over:
        return Refusal((Reason("batch-returns-too-much", None, {"licence": command.licence, "over": over}),))
    period = next(period for period in agreement.terms.periods if period.no == batch.period)
    open_still = period.no not in agreement.rolled and command.on < period.ends and agreement.state != "ended"
    target = "available" if open_still else "lapsed"
    back = [
        Transfer(batch.period, commodity, amount, f"posted/{batch.licence}", target, corrects=batch.licence)
        for commodity, amount in sorted(command.unused.items())
    ]
    return (acted("batch-returned", command, back, {"licence": batch.licence, "unused": command.unused}),)


def decide_roll_period(agreement: Agreement, command: ask.RollPeriod, facts: None, rules: Rules) -> Answer:
    """The rest of a finished period lapses; where the terms carry over, the next period is granted as much more."""
    period = next((period for period in agreement.terms.periods if period.no == command.period), None)
    if period is None or command.on < period.ends or period.no in agreement.rolled:
        return Refusal((Reason("period-not-over", None, {"period": command.period}),))
    following = next((later for later in agreement.terms.periods if later.begins == period.ends), None)
    transfers = []
    for (no, commodity), account in sorted(agreement.accounts.items()):
        if no == period.no and account.available:
            transfers.append(Transfer(no, commodity, account.available, "available", "lapsed"))
            if agreement.terms.carry_over and following:
                transfers.append(Transfer(following.no, commodity, account.available, "granted", "available"))
    return (acted("period-rolled", command, transfers, {"period": period.no}),)


def decide_commit_seed(agreement: Agreement, command: ask.CommitSeed, facts: None, rules: Rules) -> Answer:
    """One commitment per period, before any batch of that period was asked for."""
    drawn = any(batch.period == command.period for batch in agreement.batches.values())
    if command.period in agreement.commitments or drawn or len(command.commitment) != 64:
        return Refusal((Reason("seed-committed-already", None, {"period": command.period}),))
    told = {"period": command.period, "commitment": command.commitment}
    return (acted("sampling-committed", command, [], told),)


def decide_reveal_seed(agreement: Agreement, command: ask.RevealSeed, facts: None, rules: Rules) -> Answer:
    """After the period the seed is published; it must be the one committed to."""
    period = next((period for period in agreement.terms.periods if period.no == command.period), None)
    if period is None or command.on < period.ends:
        return Refusal((Reason("period-not-over", None, {"period": command.period}),))
    digest = hashlib.sha256(bytes.fromhex(command.seed)).hexdigest()
    if agreement.commitments.get(command.period) != digest:
        return Refusal((Reason("seed-not-committed", None, {"period": command.period}),))
    return (acted("sampling-revealed", command, [], {"period": command.period, "seed": command.seed}),)


DECIDERS: Final[Mapping[type[Command], Callable[..., Answer]]] = {
    ask.Propose: decide_propose,
    ask.Sign: decide_sign,
    ask.Pause: decide_pause,
    ask.Resume: decide_resume,
    ask.GiveNotice: decide_give_notice,
    ask.End: decide_end,
    ask.OpenDuty: decide_open_duty,
    ask.NoteEvidence: decide_note_evidence,
    ask.Remind: decide_remind,
    ask.Warn: decide_warn,
    ask.Excuse: decide_excuse,
    ask.AcceptProducts: decide_accept_products,
    ask.ReturnBatch: decide_return_batch,
    ask.RollPeriod: decide_roll_period,
    ask.CommitSeed: decide_commit_seed,
    ask.RevealSeed: decide_reveal_seed,
}


OFFICE_ONLY: Final = frozenset(
    {ask.OpenDuty, ask.Remind, ask.Warn, ask.ReturnBatch, ask.RollPeriod, ask.CommitSeed, ask.RevealSeed}
)
"""What neither party may do to the other's promises or to the quota; evidence may come from either side."""


def decide(agreement: Agreement | None, command: Command, facts: None, rules: Rules) -> Answer:
    """The decider of this command; ``AskBatch`` has its own answer type and its own door, ``decide_batch``."""
    if type(command) in OFFICE_ONLY and command.by.party != OFFICE:
        return cited(Refusal((_office_only(command),)), rules)
    answer = DECIDERS[type(command)](agreement, command, facts, rules)
    return cited(answer, rules) if isinstance(answer, Refusal) else answer


def _in_row(periods: tuple[Period, ...]) -> bool:
    fits = all(before.ends == after.begins for before, after in pairwise(periods))
    return bool(periods) and fits and all(period.begins < period.ends for period in periods)


def _reminded(instance: DutyInstance) -> bool:
    return instance.reminded_on is not None and instance.reminded_on < instance.due_on


def _office_only(command: Command) -> Reason:
    return Reason("licence-not-this-role", None, {"role": command.by.role, "needed": [OFFICE]})


def _role(command: Command, *roles: str) -> list[Reason]:
    if command.by.role in roles:
        return []
    return [Reason("licence-not-this-role", None, {"role": command.by.role, "needed": list(roles)})]


def _side(agreement: Agreement, command: Command) -> list[Reason]:
    """Officer for the office, signatory for a party."""
    if command.by.party == OFFICE:
        return _role(command, "officer", "countersigner")
    if command.by.party in agreement.terms.parties:
        return _role(command, "signatory")
    return [Reason("agreement-signature", None, {"party": command.by.party, "role": command.by.role})]


def _state(agreement: Agreement, *allowed: str) -> list[Reason]:
    if agreement.state in allowed:
        return []
    return [Reason("agreement-state", None, {"agreement": agreement.terms.id, "state": agreement.state})]


def _no_instance(code: str, due_on: date) -> Refusal:
    return Refusal((Reason("duty-unknown", None, {"duty": code, "due_on": due_on}),))


def _on_instance(kind: str, command: Command, instance: DutyInstance, told: Mapping[str, object]) -> Record:
    where = {"code": instance.code, "due_on": instance.due_on, "subject": instance.subject}
    return acted(kind, command, [], {**where, **told})
