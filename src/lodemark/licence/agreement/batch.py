"""Automatic issue: every check *met*, or the ask goes to an ordinary case with the list. A machine never refuses.

The licence cites the agreement's decision (two human signatures) as its authority and keeps every check's result.
A new check is one function and its place in ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from lodemark.ledger import Actor, Record
from lodemark.licence.agreement.commands import AskBatch, BatchFacts
from lodemark.licence.agreement.duties import missed
from lodemark.licence.agreement.model import TIERS, Agreement, period_on
from lodemark.licence.agreement.sampling import commitment, sampled
from lodemark.licence.amounts import counted, weigh
from lodemark.licence.commands import DecidedLine, Grant
from lodemark.licence.commodity import element_of, is_mass
from lodemark.licence.grant import mint
from lodemark.licence.model import Line, Transfer
from lodemark.licence.records import acted
from lodemark.licence.rules import Rules
from lodemark.trouble import Refusal

Result: TypeAlias = Literal["met", "not met", "not known"]
ADVERSE_GRADES: Final = frozenset({"indicated", "proven", "conflict"})


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of an ask: its code, the answer, and the facts it rests on."""

    code: str
    answer: Result
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Issued:
    """Two dossiers, one transaction: ``agreement`` records draw the quota, ``licence`` records mint the licence."""

    agreement: tuple[Record, ...]
    licence: tuple[Record, ...]
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """The ask becomes an ordinary case; ``agreement`` records say so, ``checks`` say why."""

    agreement: tuple[Record, ...]
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class _Ask:
    """An ask with what follows from it: the line with counted caps, and whether it is in the sample."""

    command: AskBatch
    line: Line
    countable: bool
    sampled: bool | None


Check: TypeAlias = Callable[[Agreement, _Ask, BatchFacts, Rules], tuple[Result, Mapping[str, object]]]


def agreement_active(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """Signed, not paused, not ended, and inside one of its periods."""
    inside = period_on(agreement.terms, ask.command.on) is not None
    return _met(agreement.state == "active" and inside, state=agreement.state, inside_period=inside)


def asked_by_holder(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """A signatory or member of the holder asks."""
    by = ask.command.by
    return _met(by.party == agreement.terms.holder and by.role in ("signatory", "member"), role=by.role)


def duties_kept(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """No duty with effect *pause* is missed past its grace."""
    late = missed(agreement, ask.command.on)
    return _met(not late, missed=[f"{instance.code} {instance.due_on}" for instance in late])


def standing_fresh(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """The standing handed in is recent."""
    if facts.standing_on is None:
        return "not known", {}
    age = (ask.command.on - facts.standing_on).days
    return _met(0 <= age <= rules.standing_days, age_days=age, digest=facts.standing_digest)


def tier_reached(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """The holder's tier is at least the agreement's."""
    if facts.tier not in TIERS:
        return "not known", {"needed": agreement.terms.tier}
    reached = TIERS.index(facts.tier) >= TIERS.index(agreement.terms.tier)
    return _met(reached, tier=facts.tier, needed=agreement.terms.tier)


def products_unchanged(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """The product tree is the one on file."""
    if facts.products is None:
        return "not known", {}
    return _met(facts.products == agreement.products, current=facts.products, on_file=agreement.products)


def in_scope(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """Control-list entry, end users and destination are the agreement's, and so are the models asked for."""
    terms, line = agreement.terms, ask.line
    outside = [
        value
        for value, allowed in (
            (line.control_list_entry, terms.control_list_entries),
            (line.destination, terms.destinations),
            *((user, terms.end_users) for user in (line.end_user, *line.ultimate_end_users)),
            *((mass.model, line.models) for mass in ask.command.masses),
        )
        if value not in allowed
    ]
    return _met(not outside, outside=outside)


def parties_screened(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """Every party of the agreement and of the line was put against today's lists, and no hit is open."""
    parties = {*agreement.terms.parties, ask.line.end_user, *ask.line.ultimate_end_users}
    oldest = ask.command.on - timedelta(days=rules.screening_days - 1)
    stale = sorted(p for p in parties if p not in facts.screenings or facts.screenings[p].lists_on < oldest)
    if stale:
        return "not known", {"unscreened": stale}
    hits = sorted(p for p in parties if facts.screenings[p].open_hits)
    return _met(not hits, open_hits=hits)


def countable(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """Masses are whole and positive and every model has the composition that the counted elements need."""
    return ("met", {}) if ask.countable else ("not known", {"models": sorted({m.model for m in ask.command.masses})})


def within_size(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """No commodity exceeds the size of one ask."""
    over = {c: cap for c, cap in ask.line.caps.items() if cap > agreement.terms.batch.most_per_ask.get(c, cap)}
    return _met(not over, over=over)


def open_batches(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """There is room for one more open batch licence."""
    count = sum(batch.open for batch in agreement.batches.values())
    return _met(count < agreement.terms.batch.most_open, open=count, most=agreement.terms.batch.most_open)


def quota_room(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """The period holds enough of every commodity that has a quota, and the ask counts at least one of them."""
    period = period_on(agreement.terms, ask.command.on)
    drawn = _drawn(agreement, ask)
    if period is None or not drawn:
        return "not known", {}
    short = {
        c: agreement.account(period.no, c).available for c, a in drawn.items() if a > agreement.account(period.no, c).available
    }
    return _met(not short, left=short)


def no_adverse_finding(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """No open finding about the parties is graded ``indicated`` or worse."""
    if facts.findings is None:
        return "not known", {}
    worse = sorted(set(facts.findings) & ADVERSE_GRADES)
    return _met(not worse, grades=worse)


def sample_drawn(agreement: Agreement, ask: _Ask, facts: BatchFacts, rules: Rules) -> tuple[Result, Mapping[str, object]]:
    """The sample could be drawn from the committed seed; a sampled ask is held first where the terms say so."""
    if ask.sampled is None:
        return "not known", {}
    return _met(not (ask.sampled and agreement.terms.batch.hold_sampled), sampled=ask.sampled)


CHECKS: Final[Mapping[str, Check]] = {
    "batch-agreement-active": agreement_active,
    "batch-asked-by-holder": asked_by_holder,
    "batch-duties-kept": duties_kept,
    "batch-standing-fresh": standing_fresh,
    "batch-tier-reached": tier_reached,
    "batch-products-unchanged": products_unchanged,
    "batch-in-scope": in_scope,
    "batch-parties-screened": parties_screened,
    "batch-countable": countable,
    "batch-within-size": within_size,
    "batch-open-count": open_batches,
    "batch-quota-room": quota_room,
    "batch-no-adverse-finding": no_adverse_finding,
    "batch-sample-drawn": sample_drawn,
}
"""Every check of automatic issue, in the order the holder reads them."""


def decide_batch(agreement: Agreement, ask: AskBatch, facts: BatchFacts, rules: Rules) -> Issued | Referred:
    """Issue if *every* check is met; otherwise refer with the whole list. Never refuses."""
    prepared = _prepare(agreement, ask, facts)
    checks = tuple(CheckResult(code, *check(agreement, prepared, facts, rules)) for code, check in CHECKS.items())
    if any(check.answer != "met" for check in checks):
        return _referred(ask, checks)
    minted = mint(_grant(agreement, prepared), rules)
    if isinstance(minted, Refusal) or agreement.terms.batch.kind not in rules.batch_kinds:
        codes = list(minted.codes) if isinstance(minted, Refusal) else []
        told = {"kind": agreement.terms.batch.kind, "reasons": codes}
        return _referred(ask, (*checks, CheckResult("batch-kind-allowed", "not met", told)))
    return Issued((_drawing(agreement, prepared, checks),), minted, checks)


def _referred(ask: AskBatch, checks: tuple[CheckResult, ...]) -> Referred:
    return Referred((acted("batch-referred", ask, [], {"key": ask.key, "checks": checks}),), checks)


def _prepare(agreement: Agreement, ask: AskBatch, facts: BatchFacts) -> _Ask:
    batch = agreement.terms.batch
    whole = bool(ask.masses) and all(type(m.gross_mg) is int and m.gross_mg > 0 for m in ask.masses)
    elements = any(element_of(commodity) for commodity in batch.commodities)
    known = whole and not (elements and any(not ask.line.composition.get(mass.model) for mass in ask.masses))
    wanted = replace(ask.line, caps=dict.fromkeys(batch.commodities, 0))
    caps = {c: amount for c, amount in counted(wanted, weigh(wanted, ask.masses)).items() if amount} if known else {}
    caps |= {c: ask.stated[c] for c in batch.commodities if not is_mass(c) and ask.stated.get(c, 0) > 0}
    # An element that none of the models holds needs no cap; everything else the terms name has to be there.
    complete = known and all(c in caps or element_of(c) for c in batch.commodities)
    return _Ask(ask, replace(ask.line, caps=caps), complete, _in_sample(agreement, ask, facts))


def _in_sample(agreement: Agreement, ask: AskBatch, facts: BatchFacts) -> bool | None:
    period = period_on(agreement.terms, ask.on)
    rate = agreement.terms.sampling.get(facts.tier or "")
    if period is None or rate is None or facts.seed is None:
        return None
    # Only the seed the office bound itself to may draw; another one is no seed at all.
    if agreement.commitments.get(period.no) != commitment(facts.seed):
        return None
    return sampled(facts.seed, ask.key, rate)


def _drawn(agreement: Agreement, ask: _Ask) -> Mapping[str, int]:
    with_quota = {quota.commodity for quota in agreement.terms.quota}
    return {commodity: cap for commodity, cap in ask.line.caps.items() if commodity in with_quota}


def _drawing(agreement: Agreement, ask: _Ask, checks: tuple[CheckResult, ...]) -> Record:
    period = period_on(agreement.terms, ask.command.on)
    assert period is not None
    drawn = _drawn(agreement, ask)
    transfers = [Transfer(period.no, c, a, "available", f"posted/{ask.command.licence}") for c, a in sorted(drawn.items())]
    told = {
        "licence": ask.command.licence,
        "period": period.no,
        "amounts": drawn,
        "key": ask.command.key,
        "sampled": ask.sampled,
        "checks": checks,
    }
    return acted("batch-issued", ask.command, transfers, told)


def _grant(agreement: Agreement, ask: _Ask) -> Grant:
    terms, command = agreement.terms, ask.command
    return Grant(
        on=command.on,
        at=command.at,
        by=Actor.system("batch", "house/batch-licence"),
        id=command.licence,
        number=command.number,
        kind=terms.batch.kind,
        holder=terms.holder,
        decision=terms.decision,
        lines=(DecidedLine(ask.line, "granted"),),
        valid_from=command.on,
        valid_until=command.on + timedelta(days=terms.batch.valid_days),
        key_elements=command.key_elements,
        agreement=terms.id,
        marks=("batch",),
        check_digest=command.check_digest,
    )


def _met(fine: bool, **facts: object) -> tuple[Result, Mapping[str, object]]:
    return ("met" if fine else "not met"), facts
