"""Drawdown 核减: reserve, post, void, reverse. All law of a drawdown is here; the store only rechecks room and gate.

Each function answers with records whose transfers move integer amounts between the accounts of one line, or with a
``Refusal`` that names every guard that failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lodemark.ledger import Record
from lodemark.licence import conditions
from lodemark.licence.amounts import weigh, wrong_amounts
from lodemark.licence.commands import Command, Facts, NoteRelease, Post, Reserve, Reverse, Void
from lodemark.licence.commodity import family_of, written
from lodemark.licence.fold import fold
from lodemark.licence.model import Drawdown, Licence, Line, Terms, Transfer
from lodemark.licence.records import acted, lapse
from lodemark.licence.rules import Rules
from lodemark.licence.usable import Usable, day_start, exports_left, in_force, legal_day, usable
from lodemark.trouble import Reason, Refusal

HOLDER_ROLES = frozenset({"signatory", "member"})
UNBOOKABLE = frozenset({"commodity-unknown", "amount-not-whole", "commodities-incomplete", "composition-unknown"})


def decide_reserve(licence: Licence, command: Reserve, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """预留: set amounts aside for one shipment. Guards: usable, line-matches, commodities, conditions, exports, room."""
    terms, line = licence.terms, licence.terms.line(command.line)
    reasons = _holder_acts(terms, command)
    state = usable(licence, command.on)
    reasons += () if isinstance(state, Usable) else state
    if command.drawdown in licence.drawdowns:
        reasons.append(Reason("drawdown-known", None, {"drawdown": command.drawdown}))
    if line is None:
        return Refusal((*reasons, Reason("licence-line-unknown", None, {"line": command.line, "number": terms.number})))
    reasons += _line_differs(line, command)
    wrong = wrong_amounts(line, command.masses, command.amounts)
    reasons += wrong or conditions.unmet(terms, line.no, ("reserve", "manual"), _asked(licence, command), facts)
    left = exports_left(licence, beside=command.shipment)
    if left is not None and left < 1:
        reasons.append(Reason("exports-used-up", rules.drawdown, {"number": terms.number, "exports": terms.max_exports}))
    reasons += _hold(terms, command, rules)
    reasons += [] if wrong else no_room(licence, line.no, command.amounts, rules)
    if reasons:
        return Refusal(tuple(reasons))
    transfers = [
        Transfer(line.no, commodity, amount, "available", f"reserved/{command.drawdown}")
        for commodity, amount in sorted(command.amounts.items())
    ]
    drawn = {
        "drawdown": command.drawdown,
        "line": line.no,
        "shipment": command.shipment,
        "masses": weigh(line, command.masses),
        "amounts": command.amounts,
        "hold_until": command.hold_until,
    }
    return (acted("drawdown-reserved", command, transfers, drawn),)


def decide_post(licence: Licence, command: Post, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """核销: the goods left. Judged by ``released_at``; the unused part of the reservation is voided in the same act."""
    draw = licence.drawdowns.get(command.drawdown)
    reasons = _customs_acts(command)
    if draw is None:
        return Refusal((*reasons, Reason("drawdown-unknown", None, {"drawdown": command.drawdown})))
    line = licence.terms.line(draw.line)
    assert line is not None, draw
    reasons += _reservation_governs(draw, command)
    reasons += in_force(licence, legal_day(command.released_at, licence.terms.zone), command.released_at)
    wrong = wrong_amounts(line, command.masses, command.amounts)
    asked = conditions.Asked(command.amounts, command.masses)
    reasons += wrong or conditions.unmet(licence.terms, line.no, ("post",), asked, facts)
    unknown = sorted({mass.model for mass in command.masses} - set(line.models))
    if unknown:
        reasons.append(Reason("licence-line-differs", None, {"line": line.no, "what": "models", "asked": unknown}))
    if not wrong:
        reasons += _within_reservation(licence, draw, command.amounts, rules)
    if reasons:
        return Refusal(tuple(reasons))
    transfers = _posting(licence, draw, command.amounts)
    posted = {
        "drawdown": draw.id,
        "line": draw.line,
        "shipment": draw.shipment,
        "masses": weigh(line, command.masses),
        "amounts": command.amounts,
        "released_at": command.released_at,
        "presented": command.presented,
        # Late: when the message came the licence would no longer have let these goods go.
        "late": bool(in_force(licence, command.on)) or draw.state != "reserved",
    }
    record = acted("drawdown-posted", command, transfers, posted)
    return (record, *_completed(licence, record, command, rules))


def decide_void(licence: Licence, command: Void, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """释放: give back what will not be shipped; the holder, customs, or the timer once ``hold_until`` is over."""
    draw = licence.drawdowns.get(command.drawdown)
    if draw is None:
        return Refusal((Reason("drawdown-unknown", None, {"drawdown": command.drawdown}),))
    reasons = []
    if command.by.is_system:
        if command.at < draw.hold_until:
            reasons.append(Reason("hold-not-over", rules.drawdown, {"drawdown": draw.id, "until": draw.hold_until}))
    elif command.by.role != "customs":
        reasons += _holder_acts(licence.terms, command)
    if draw.state != "reserved":
        reasons.append(Reason("drawdown-not-open", None, {"drawdown": draw.id, "state": draw.state}))
    if reasons:
        return Refusal(tuple(reasons))
    return (void_record(draw, command, command.reason),)


def decide_reverse(licence: Licence, command: Reverse, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """冲正: take a posting back. It returns to available while the licence is open and valid, else it lapses."""
    draw = licence.drawdowns.get(command.drawdown)
    reasons = _customs_acts(command)
    if draw is None:
        return Refusal((*reasons, Reason("drawdown-unknown", None, {"drawdown": command.drawdown})))
    if draw.state != "posted":
        return Refusal((*reasons, Reason("drawdown-not-posted", None, {"drawdown": draw.id, "state": draw.state})))
    if not command.reason.strip():
        reasons.append(Reason("licence-act-without-reason", None, {"what": draw.id}))
    if command.amounts.keys() != draw.net.keys():
        missing = sorted(draw.net.keys() ^ command.amounts.keys())
        reasons.append(Reason("commodities-incomplete", None, {"line": draw.line, "missing": missing}))
    if not any(command.amounts.values()) or any(type(a) is not int or a < 0 for a in command.amounts.values()):
        reasons.append(Reason("amount-not-whole", None, {"commodity": "all", "amount": dict(command.amounts)}))
    over = {c: a for c, a in command.amounts.items() if type(a) is int and a > draw.net.get(c, 0)}
    if over:
        reasons.append(Reason("more-than-net", None, {"drawdown": draw.id, "asked": over, "net": dict(draw.net)}))
    reasons += _second_person(command, rules)
    if reasons:
        return Refusal(tuple(reasons))
    reopening = _reopening(licence, draw, command)
    # A suspended or frozen licence keeps its balance (nobody can draw on it), an ended or expired one does not.
    kept = licence.state != "ended" and command.on < licence.terms.valid_until
    back = "available" if reopening or kept else "lapsed"
    transfers = [
        Transfer(draw.line, commodity, amount, f"posted/{draw.id}", back, corrects=draw.id)
        for commodity, amount in sorted(command.amounts.items())
        if amount
    ]
    taken = {"drawdown": draw.id, "amounts": command.amounts, "reason": command.reason}
    return (*reopening, acted("drawdown-reversed", command, transfers, taken))


def decide_note_release(licence: Licence, command: NoteRelease, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """Record a release that cannot be booked, with every reason of the refused posting. Facts are never refused.

    Refused only when the posting can be booked after all, or when its amounts are no amounts.
    """
    post, refused = command.post, decide_post(licence, command.post, facts, rules)
    if not isinstance(refused, Refusal):
        return Refusal((Reason("release-bookable", None, {"drawdown": post.drawdown}),))
    unreadable = tuple(reason for reason in refused.reasons if reason.code in UNBOOKABLE)
    if unreadable:
        return Refusal(unreadable)
    outside = {
        "shipment": command.shipment,
        "line": command.line,
        "drawdown": post.drawdown,
        "masses": post.masses,
        "amounts": post.amounts,
        "released_at": post.released_at,
        "presented": post.presented,
        "reasons": sorted(set(refused.codes)),
    }
    return (acted("release-outside-licence", command, [], outside),)


def no_room(licence: Licence, line: int, amounts: Mapping[str, int], rules: Rules) -> list[Reason]:
    """One reason per commodity whose account holds less than asked."""
    return [
        Reason(
            "no-room",
            rules.drawdown,
            {
                "line": line,
                "commodity": commodity,
                "asked": amount,
                "left": left,
                "asked_as": written(commodity, amount),
                "left_as": written(commodity, left),
            },
        )
        for commodity, amount in sorted(amounts.items())
        if amount > (left := licence.account(line, commodity).available)
    ]


def void_record(draw: Drawdown, command: Command, reason: str) -> Record:
    """The voiding of an open reservation."""
    transfers = [
        Transfer(draw.line, commodity, amount, f"reserved/{draw.id}", "available")
        for commodity, amount in sorted(draw.amounts.items())
        if amount
    ]
    return acted("drawdown-voided", command, transfers, {"drawdown": draw.id, "reason": reason})


def _holder_acts(terms: Terms, command: Command) -> list[Reason]:
    if command.by.role in HOLDER_ROLES and command.by.party == terms.holder:
        return []
    return [Reason("holder-acts", None, {"number": terms.number, "role": command.by.role})]


def _customs_acts(command: Command) -> list[Reason]:
    return [] if command.by.role == "customs" else [Reason("customs-acts", None, {"role": command.by.role})]


def _line_differs(line: Line, command: Reserve) -> list[Reason]:
    asked = {
        "control-list entry": (command.control_list_entry, {line.control_list_entry}),
        "end user": (command.end_user, {line.end_user}),
        "destination": (command.destination, {line.destination}),
        **{f"model {mass.model}": (mass.model, set(line.models)) for mass in command.masses},
    }
    return [
        Reason("licence-line-differs", None, {"line": line.no, "what": what, "asked": value})
        for what, (value, allowed) in asked.items()
        if value not in allowed
    ]


def _hold(terms: Terms, command: Reserve, rules: Rules) -> list[Reason]:
    facts = {"until": command.hold_until}
    if command.hold_until <= command.at:
        return [Reason("hold-in-the-past", rules.drawdown, facts)]
    if command.hold_until > day_start(terms.valid_until, terms.zone):
        return [Reason("hold-beyond-validity", rules.drawdown, {**facts, "valid_until": terms.valid_until})]
    if command.hold_until > command.at + timedelta(days=rules.longest_hold_days):
        return [Reason("hold-too-long", rules.drawdown, {**facts, "days": rules.longest_hold_days})]
    return []


def _reservation_governs(draw: Drawdown, command: Post) -> list[Reason]:
    """Whether the reservation stood when the goods left; a voiding or lapse *after* that does not matter."""
    facts = {"drawdown": draw.id, "released_at": command.released_at}
    if draw.state == "posted":
        return [Reason("slip-presented-twice", None, {**facts, "first": draw.presented, "second": command.presented})]
    if draw.closed_at is not None and draw.closed_at <= command.released_at:
        return [Reason("drawdown-not-open", None, {"drawdown": draw.id, "state": draw.state})]
    if command.released_at < draw.reserved_at:
        return [Reason("released-before-reservation", None, facts)]
    if command.released_at > command.at:
        return [Reason("released-in-the-future", None, facts)]
    if command.released_at >= draw.hold_until:
        return [Reason("hold-over", None, {**facts, "until": draw.hold_until})]
    return []


def _within_reservation(licence: Licence, draw: Drawdown, amounts: Mapping[str, int], rules: Rules) -> list[Reason]:
    reasons, need = [], {}
    for commodity, amount in sorted(amounts.items()):
        excess = amount - draw.amounts.get(commodity, 0)
        if excess > conditions.tolerance(licence.terms, draw.line, commodity):
            facts = {"commodity": commodity, "reserved": draw.amounts.get(commodity, 0), "released": amount}
            reasons.append(Reason("beyond-reservation", rules.drawdown, facts))
        # A reservation voided by the timer went back to available, so all of it must be found again.
        need[commodity] = amount if draw.state == "voided" else max(excess, 0)
    return reasons + no_room(licence, draw.line, need, rules)


def _posting(licence: Licence, draw: Drawdown, amounts: Mapping[str, int]) -> list[Transfer]:
    held = {"reserved": f"reserved/{draw.id}", "voided": "available", "lapsed": "lapsed"}[draw.state]
    unused = "lapsed" if licence.state == "ended" else "available"
    transfers = []
    for commodity, amount in sorted(amounts.items()):
        reserved = draw.amounts.get(commodity, 0)
        kept = min(amount, reserved)
        transfers.append(Transfer(draw.line, commodity, kept, held, f"posted/{draw.id}"))
        transfers.append(Transfer(draw.line, commodity, amount - kept, "available", f"posted/{draw.id}"))
        if draw.state == "reserved":
            transfers.append(Transfer(draw.line, commodity, reserved - kept, held, unused))
    return transfers


def _completed(licence: Licence, posted: Record, command: Post, rules: Rules) -> tuple[Record, ...]:
    """Completing the one export of a single licence ends it in the same act; the rest lapses (cn: 15)."""
    after = fold((posted,), licence)
    if rules.kinds[licence.terms.kind].exports != 1 or after.ending or after.open_drawdowns():
        return ()
    facts = {"ground": "export-completed", "provision": rules.ground("close", "export-completed")}
    return (acted("licence-closed", command, lapse(after), facts),)


def _asked(licence: Licence, command: Reserve) -> conditions.Asked:
    """The ask together with what the same shipment already holds on the line: splitting evades no limit."""
    amounts = dict(command.amounts)
    for draw in licence.drawdowns.values():
        if draw.shipment == command.shipment and draw.line == command.line and draw.state in ("reserved", "posted"):
            held = draw.amounts if draw.state == "reserved" else draw.net
            for commodity, amount in held.items():
                amounts[commodity] = amounts.get(commodity, 0) + amount
    return conditions.Asked(amounts, command.masses)


def _second_person(command: Reverse, rules: Rules) -> list[Reason]:
    alone = rules.reverse_alone
    big = sorted(c for c, a in command.amounts.items() if type(a) is int and a > alone.get(family_of(c), 0))
    second = command.second
    if not big or (second is not None and second.role == "customs" and second.person != command.by.person):
        return []
    return [Reason("second-person-needed", rules.drawdown, {"commodities": big})]


def _reopening(licence: Licence, draw: Drawdown, command: Reverse) -> tuple[Record, ...]:
    """A single licence closed by its one export opens again when that export turns out not to have happened.

    One wholly reversed export does not count (section 1), so a slip of the keyboard at customs must not cost the
    holder the licence.
    """
    ending = licence.ending
    whole = command.amounts == draw.net and licence.exports <= {draw.shipment}
    others = any(d.state == "posted" and d.id != draw.id and any(d.net.values()) for d in licence.drawdowns.values())
    if ending is None or ending.ground != "export-completed" or not whole or others:
        return ()
    if command.on >= licence.terms.valid_until:
        return ()
    # All that lapsed, not only at the closing: an earlier line of the same export may have been reversed into lapsed.
    back = [
        Transfer(line, commodity, account.lapsed, "lapsed", "available")
        for (line, commodity), account in sorted(licence.accounts.items())
    ]
    return (acted("licence-reopened", command, back, {"drawdown": draw.id}),)
