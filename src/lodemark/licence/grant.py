"""Minting a licence from a decision's lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lodemark.ledger import Record
from lodemark.licence.commands import Facts, Grant
from lodemark.licence.commodity import known
from lodemark.licence.conditions import unreadable
from lodemark.licence.model import Condition, Licence, Line, Terms, Transfer
from lodemark.licence.records import acted
from lodemark.licence.rules import Kind, Rules
from lodemark.trouble import Reason, Refusal

GRANTED = frozenset({"granted", "granted_with_conditions"})


def decide_grant(licence: Licence | None, command: Grant, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """Granted lines enter, refused ones do not, conditions stay on their line. Runs in the decision's transaction."""
    assert licence is None, "a dossier is granted once"
    return mint(command, rules)


def mint(command: Grant, rules: Rules, replaces: str | None = None) -> tuple[Record, ...] | Refusal:
    """The grant as one record with the opening transfers; ``replaces`` names the licence whose rest it takes over."""
    lines = tuple(decided.line for decided in command.lines if decided.outcome in GRANTED)
    kind = rules.kinds.get(command.kind)
    if kind is None:
        return Refusal((Reason("licence-kind-unknown", None, {"kind": command.kind, "known": sorted(rules.kinds)}),))
    reasons = [*_period(command, kind), *_lines(lines, kind), *_exports(command, kind)]
    kept = _of_granted(command.conditions, lines)
    reasons += unreadable(command.conditions, (decided.line.no for decided in command.lines))
    absent = [name for name in rules.key_elements if not command.key_elements.get(name)]
    if absent:
        reasons.append(Reason("licence-key-elements-missing", None, {"missing": absent}))
    if reasons:
        return Refusal(tuple(reasons))
    terms = Terms(
        id=command.id,
        number=command.number,
        regime=rules.regime,
        zone=rules.zone,
        kind=command.kind,
        holder=command.holder,
        decision=command.decision,
        lines=lines,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        max_exports=kind.exports if command.max_exports is None else command.max_exports,
        key_elements=command.key_elements,
        conditions=kept,
        agreement=command.agreement,
        marks=command.marks,
        replaces=replaces,
        check_digest=command.check_digest,
    )
    opening = [
        Transfer(line.no, commodity, amount, "granted", "available")
        for line in lines
        for commodity, amount in sorted(line.caps.items())
    ]
    return (acted("licence-granted", command, opening, {"terms": terms, "provision": kind.provision}),)


def _period(command: Grant, kind: Kind) -> list[Reason]:
    facts = {"from": command.valid_from, "until": command.valid_until, "years": kind.years}
    if not command.valid_from < command.valid_until:
        return [Reason("validity-empty", kind.provision, facts)]
    if kind.years is not None and command.valid_until > _years_later(command.valid_from, kind.years):
        return [Reason("validity-too-long", kind.provision, facts)]
    return []


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _lines(lines: tuple[Line, ...], kind: Kind) -> list[Reason]:
    if not lines:
        return [Reason("licence-nothing-granted", None, {})]
    reasons = []
    numbers = [line.no for line in lines]
    if len(set(numbers)) != len(numbers):
        reasons.append(Reason("licence-line-twice", None, {"lines": numbers}))
    if kind.end_users is not None and len({line.end_user for line in lines}) > kind.end_users:
        reasons.append(Reason("too-many-end-users", kind.provision, {"most": kind.end_users}))
    for line in lines:
        strange = sorted(code for code, cap in line.caps.items() if not known(code) or type(cap) is not int or cap <= 0)
        if strange or not line.caps or not line.models:
            reasons.append(Reason("licence-line-unreadable", None, {"line": line.no, "commodities": strange}))
    return reasons


def _exports(command: Grant, kind: Kind) -> list[Reason]:
    most = command.max_exports
    if most is None or (most > 0 and (kind.exports is None or most <= kind.exports)):
        return []
    return [Reason("too-many-exports", kind.provision, {"asked": most, "most": kind.exports})]


def _of_granted(conditions: tuple[Condition, ...], lines: tuple[Line, ...]) -> tuple[Condition, ...]:
    # A condition that named only refused lines has nothing left to bind; one without lines binds them all.
    numbers = {line.no for line in lines}
    kept = []
    for condition in conditions:
        bound = tuple(no for no in condition.lines if no in numbers)
        if bound or not condition.lines:
            kept.append(replace(condition, lines=bound))
    return tuple(kept)
