"""Holding a licence and giving it free again: suspend, confirm, drop, resume, freeze, amend.

A suspension and a freeze are separate holds: an amendment accepted while the licence is suspended does not lift the
suspension when it is decided. Balances never move here, except that an amendment hands over what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lodemark.ledger import Record
from lodemark.licence.commands import (
    Amend,
    ConfirmSuspension,
    DropSuspension,
    Facts,
    Freeze,
    HandBack,
    RefuseAmendment,
    Resume,
    Suspend,
)
from lodemark.licence.drawdown import void_record
from lodemark.licence.ending import actor, ground, open_still
from lodemark.licence.fold import fold
from lodemark.licence.grant import GRANTED, mint
from lodemark.licence.model import Licence
from lodemark.licence.records import acted, lapse
from lodemark.licence.rules import Rules
from lodemark.trouble import Reason, Refusal

HANDED_BACK: Final = "handed-back"
RESTING: Final = ("re-application", HANDED_BACK)
"""Freezes that an officer may lift: the paper lies with the office and nothing is being decided about it."""
DECIDERS: Final = ("officer", "countersigner", "system")


@dataclass(frozen=True, slots=True)
class Amended:
    """Two dossiers, one transaction: the records that close the old licence and the one that grants the new."""

    closing: tuple[Record, ...]
    granting: tuple[Record, ...]


def decide_suspend(licence: Licence, command: Suspend, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """暂停使用: an officer acts at once; a second person confirms by ``facts.confirm_by`` or it falls (house rule)."""
    reasons = [*open_still(licence), *ground(rules, "suspend", command.ground), *actor(command, "officer")]
    if licence.hold("suspended"):
        reasons.append(Reason("licence-suspended-already", None, {"number": licence.terms.number}))
    if facts.confirm_by is None:
        reasons.append(Reason("confirm-day-unknown", "house/suspension", {"number": licence.terms.number}))
    reasons += _reason_given(command.reason, licence)
    if reasons:
        return Refusal(tuple(reasons))
    told = {
        "ground": command.ground,
        "provision": rules.ground("suspend", command.ground),
        "reason": command.reason,
        "confirm_by": facts.confirm_by,
        "in_transit": [draw.id for draw in licence.open_drawdowns()],
    }
    return (acted("licence-suspended", command, [], told),)


def decide_confirm_suspension(
    licence: Licence, command: ConfirmSuspension, facts: Facts, rules: Rules
) -> tuple[Record, ...] | Refusal:
    """The second person, another one than who suspended, on or before the last day for it."""
    hold = licence.hold("suspended")
    if hold is None or hold.confirmed_by:
        return Refusal((Reason("no-suspension-to-confirm", None, {"number": licence.terms.number}),))
    reasons = actor(command, "officer", "countersigner")
    if command.by.person == hold.by:
        reasons.append(Reason("suspension-same-person", "house/suspension", {"number": licence.terms.number}))
    assert hold.confirm_by is not None, hold
    if command.on > hold.confirm_by:
        reasons.append(Reason("confirmed-too-late", "house/suspension", {"until": hold.confirm_by}))
    return Refusal(tuple(reasons)) if reasons else (acted("licence-suspension-confirmed", command, [], {}),)


def decide_drop_suspension(
    licence: Licence, command: DropSuspension, facts: Facts, rules: Rules
) -> tuple[Record, ...] | Refusal:
    """The timer: nobody confirmed by the last day, so the suspension falls and says so."""
    hold = licence.hold("suspended")
    if hold is None or hold.confirmed_by:
        return Refusal((Reason("no-suspension-to-confirm", None, {"number": licence.terms.number}),))
    assert hold.confirm_by is not None, hold
    reasons = actor(command, "officer", "system")
    if command.on <= hold.confirm_by:
        reasons.append(Reason("confirmation-still-open", "house/suspension", {"until": hold.confirm_by}))
    if reasons:
        return Refusal(tuple(reasons))
    return (acted("licence-suspension-fell", command, [], {"confirm_by": hold.confirm_by}),)


def decide_resume(licence: Licence, command: Resume, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """恢复使用: an officer with a reason lifts the suspension, else the freeze left by a refused re-application."""
    reasons = [*open_still(licence), *actor(command, "officer"), *_reason_given(command.reason, licence)]
    frozen = licence.hold("frozen")
    if licence.hold("suspended"):
        kind = "licence-resumed"
    elif frozen and frozen.ground in RESTING:
        kind = "licence-unfrozen"
    else:
        reasons.append(Reason("nothing-to-resume", None, {"number": licence.terms.number, "state": licence.state}))
    return Refusal(tuple(reasons)) if reasons else (acted(kind, command, [], {"reason": command.reason}),)


def decide_hand_back(licence: Licence, command: HandBack, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """交回: by the holder's signatory; nothing is out on a reservation, and the paper rests until it is closed."""
    reasons = [*open_still(licence), *actor(command, "signatory")]
    if command.by.party != licence.terms.holder:
        told = {"number": licence.terms.number, "role": command.by.role}
        reasons.append(Reason("holder-acts", None, told))
    if licence.hold("frozen"):
        reasons.append(Reason("licence-frozen-already", None, {"number": licence.terms.number}))
    if waiting := [draw.id for draw in licence.open_drawdowns()]:
        reasons.append(Reason("hand-back-with-goods-out", None, {"number": licence.terms.number, "drawdowns": waiting}))
    if reasons:
        return Refusal(tuple(reasons))
    facts_of = {"ground": HANDED_BACK, "provision": rules.ground("close", HANDED_BACK), "reason": command.reason}
    return (acted("licence-frozen", command, [], {**facts_of, "application": "", "in_transit": []}),)


def decide_freeze(licence: Licence, command: Freeze, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """变更期间停用: by the acceptance of an amendment, or of a re-application (then the paper is handed back)."""
    reasons = [*open_still(licence), *ground(rules, "freeze", command.ground), *actor(command, "officer", "system")]
    if licence.hold("frozen"):
        reasons.append(Reason("licence-frozen-already", None, {"number": licence.terms.number}))
    if reasons:
        return Refusal(tuple(reasons))
    told = {
        "ground": command.ground,
        "provision": rules.ground("freeze", command.ground),
        "application": command.application,
        "in_transit": [draw.id for draw in licence.open_drawdowns()],
    }
    return (acted("licence-frozen", command, [], told),)


def decide_refuse_amendment(
    licence: Licence, command: RefuseAmendment, facts: Facts, rules: Rules
) -> tuple[Record, ...] | Refusal:
    """A refused amendment gives the old terms back; after a refused *re-application* an officer has to resume."""
    hold = licence.hold("frozen")
    if hold is None:
        return Refusal((Reason("licence-not-frozen", None, {"number": licence.terms.number}),))
    reasons = actor(command, *DECIDERS)
    if reasons:
        return Refusal(tuple(reasons))
    told = {
        "application": command.application,
        "decision": command.decision,
        # The text is silent on a refused re-application (house rule): the handed-back paper stays stopped.
        "stands": hold.ground == "amendment-accepted",
    }
    return (acted("licence-amendment-refused", command, [], told),)


def decide_amend(licence: Licence, command: Amend, facts: Facts, rules: Rules) -> Amended | Refusal:
    """The amendment was granted: reservations are voided, what is left moves to the new licence, the old one closes."""
    hold = licence.hold("frozen")
    reasons = [*open_still(licence), *actor(command, *DECIDERS)]
    if hold is None:
        reasons.append(Reason("licence-not-frozen", None, {"number": licence.terms.number}))
    if hold is not None and hold.ground == "amendment-accepted":
        changed = [key for key, value in licence.terms.key_elements.items() if command.grant.key_elements.get(key) != value]
        if changed:
            facts_ = {"number": licence.terms.number, "changed": sorted(changed)}
            reasons.append(Reason("licence-key-element-changed", rules.ground("freeze", "re-application"), facts_))
    voids = tuple(void_record(draw, command, "licence replaced") for draw in licence.open_drawdowns())
    after = fold(voids, licence)
    reasons += _more_than_left(after, command)
    granting = mint(command.grant, rules, replaces=licence.terms.id)
    reasons += granting.reasons if isinstance(granting, Refusal) else ()
    if reasons or isinstance(granting, Refusal):
        return Refusal(tuple(reasons))
    told = {
        "ground": "replaced",
        "provision": rules.ground("close", "replaced"),
        "application": command.application,
        "successor": command.grant.id,
    }
    return Amended((*voids, acted("licence-closed", command, lapse(after), told)), granting)


def _more_than_left(licence: Licence, command: Amend) -> list[Reason]:
    reasons = []
    for decided in command.grant.lines:
        if decided.outcome in GRANTED:
            for commodity, cap in sorted(decided.line.caps.items()):
                left = licence.account(decided.line.no, commodity).available
                if cap > left:
                    told = {"line": decided.line.no, "commodity": commodity, "asked": cap, "left": left}
                    reasons.append(Reason("more-than-carried-over", None, told))
    return reasons


def _reason_given(reason: str, licence: Licence) -> list[Reason]:
    return [] if reason.strip() else [Reason("licence-act-without-reason", None, {"what": licence.terms.number})]
