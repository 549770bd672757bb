"""Paper: licences close to the milligram, hands stay apart, nobody is refused unheard, days are counted right.

What is computed here is computed anew from raw records, in the plainest way: a second opinion, not the code under test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from lodemark import Refusal, case, licence
from lodemark.case.read import read
from lodemark.ledger import Entry, jsonable
from lodemark.licence import commands as licences
from lodemark_office.acts import appealing
from lodemark_office.acts.state import ATTEMPT
from tests.simulation.world import World

HOUSE = ZoneInfo("Asia/Shanghai")
OFFICE = {"officer", "countersigner", "adviser", "appeal_officer"}
DRAWS = {kind.__name__: kind for kind in (licences.Reserve, licences.Post, licences.Void, licences.Reverse)}


def _entries(world: World, dossier: str) -> list[Entry]:
    return [entry for entry in world.store.entries(dossier) if entry.record.kind != ATTEMPT]


def _touched(world: World, noun: str) -> list[str]:
    return [dossier for dossier in dict.fromkeys(world.touched) if dossier.startswith(f"{noun}/")]


def accounts_close(world: World) -> Iterator[str]:
    """I1. granted = left + reserved + posted + lapsed, in mg, and nothing below zero on any prefix: a gram that is on no
    account is a gram that left without paper."""
    for dossier in _touched(world, "licence"):
        books: dict[tuple[int, str], Counter[str]] = {}
        asked: dict[str, Any] = {}
        for entry in _entries(world, dossier):
            facts: Any = entry.record.facts
            if entry.record.kind == "drawdown-reserved":
                asked[facts["drawdown"]] = facts["amounts"]
            if entry.record.kind == "drawdown-posted":
                over = {name: left for name, left in facts["amounts"].items() if left > asked[facts["drawdown"]][name]}
                if over:
                    yield f"{dossier}: {over} left under {facts['drawdown']}, which had set aside {asked[facts['drawdown']]}"
            for move in entry.record.facts.get("transfers", ()):  # type: ignore[attr-defined]
                book = books.setdefault((move["line"], move["commodity"]), Counter())
                book[move["source"].partition("/")[0]] -= int(move["amount"])
                book[move["target"].partition("/")[0]] += int(move["amount"])
                if any(amount < 0 for name, amount in book.items() if name != "granted"):
                    yield f"{dossier}: record {entry.number} takes from an account what it does not hold: {dict(book)}"
        state = world.of("licence")[dossier]
        for place, book in books.items():
            shown = state.account(*place)
            seen = (shown.granted, shown.available, shown.reserved, shown.posted, shown.lapsed)
            kept = (-book["granted"], book["available"], book["reserved"], book["posted"], book["lapsed"])
            if seen != kept or kept[0] != sum(kept[1:]):
                yield f"{dossier} {place}: shown {seen}, by hand {kept}"
            if state.ending is not None and (shown.available or shown.reserved):
                yield f"{dossier} {place}: {shown.available} left and {shown.reserved} set aside on a licence that has ended"
            draws = [draw for draw in state.drawdowns.values() if draw.line == place[0]]
            waiting = sum(draw.amounts[place[1]] for draw in draws if draw.state == "reserved")
            gone = sum(draw.net.get(place[1], 0) for draw in draws)
            if (shown.reserved, shown.posted) != (waiting, gone):
                yield f"{dossier} {place}: {shown.reserved} set aside and {shown.posted} gone, its drawdowns say {waiting} and {gone}"


def transfers_balance(world: World) -> Iterator[str]:
    """I2. Every transfer has two ends and a drawdown's own account never goes below zero: each shipment closes by itself."""
    for dossier in world.of("licence"):
        accounts: Counter[tuple[int, str, str]] = Counter()
        for entry in _entries(world, dossier):
            for move in entry.record.facts.get("transfers", ()):  # type: ignore[attr-defined]
                place, amount = (move["line"], move["commodity"]), int(move["amount"])
                if amount <= 0:
                    yield f"{dossier}: record {entry.number} moves {amount}"
                accounts[*place, move["source"]] -= amount
                accounts[*place, move["target"]] += amount
                if move["source"] != "granted" and accounts[*place, move["source"]] < 0:
                    yield f"{dossier}: record {entry.number} overdraws {move['source']}"
        if sum(accounts.values()):
            yield f"{dossier}: transfers do not sum to zero"
        lines = {
            (line.no, commodity): cap
            for line in world.of("licence")[dossier].terms.lines
            for commodity, cap in line.caps.items()
        }
        for (no, commodity), cap in lines.items():
            out = sum(amount for place, amount in accounts.items() if place[:2] == (no, commodity) and place[2] != "granted")
            if out > cap:
                yield f"{dossier}: {out} mg of {commodity} on the books, {cap} mg were granted"


def inside_validity(world: World) -> Iterator[str]:
    """I9. Nothing is drawn outside validity, while suspended, or after the end, whatever the clock on the wall did."""
    for dossier in _touched(world, "licence"):
        terms, stopped = world.of("licence")[dossier].terms, set[str]()
        for entry in _entries(world, dossier):
            kind, on = entry.record.kind, entry.record.on
            if kind == "drawdown-reserved" and not (terms.valid_from <= on < terms.valid_until):
                yield f"{dossier}: reserved on {on}, outside [{terms.valid_from}, {terms.valid_until})"
            if kind == "drawdown-reserved" and stopped:
                yield f"{dossier}: record {entry.number} reserves on a licence that is {sorted(stopped)}"
            if kind == "drawdown-posted":
                left = datetime.fromisoformat(entry.record.facts["released_at"]).astimezone(HOUSE).date()  # type: ignore[arg-type]
                if not terms.valid_from <= left < terms.valid_until:
                    yield f"{dossier}: posted goods that left on {left}, outside validity"
            stopped |= STOPS.get(kind, set())
            stopped -= STARTS.get(kind, set())


STOPS = {"licence-suspended": {"suspended"}, "licence-frozen": {"frozen"}} | {
    f"licence-{end}": {"ended"} for end in ("closed", "withdrawn", "annulled", "revoked")
}
STARTS = {
    "licence-suspension-fell": {"suspended"},
    "licence-resumed": {"suspended"},
    "licence-unfrozen": {"frozen"},
    "licence-restored": {"ended"},
    "licence-reopened": {"ended"},
}


def hands_apart(world: World) -> Iterator[str]:
    """I8. Nobody signs what he proposed or advised on, wears two hats on one file, or hears an appeal against a file he had
    a hand in; what is signed is what was shown, by somebody who proved just now who he is."""
    for dossier in _touched(world, "case"):
        yield from _signatures(world, dossier)
        yield from _hats(world, dossier)
    for dossier in _touched(world, "licence"):
        yield from _suspensions(world, dossier)
    for dossier in _touched(world, "proceeding"):
        opened = {
            one.stamp.actor.person
            for one in _entries(world, dossier)
            if one.record.kind in ("ending-opened", "ending-proposed")
        }
        for entry in _entries(world, dossier):
            if entry.record.kind == "ending-signed" and entry.stamp.actor.person in opened:
                yield f"{dossier}: {entry.stamp.actor.person} signed an end he began"
    for dossier in _touched(world, "appeal"):
        yield from _own_appeal(world, dossier)


def _signatures(world: World, dossier: str) -> Iterator[str]:
    proposer, shown = "", ""
    for entry in _entries(world, dossier):
        kind, person, facts = entry.record.kind, entry.stamp.actor.person, entry.record.facts
        if kind == "decision-proposed":
            proposer, shown = person, str(facts["digest"])
        elif kind == "decision-countersigned":
            kept = orjson.loads(world.store.document(entry.stamp.basis.facts))
            proved = datetime.fromisoformat(kept["facts"]["case"]["session"]["factor_at"])
            if person == proposer:
                yield f"{dossier}: {person} signed what he proposed"
            if facts["digest"] != shown:
                yield f"{dossier}: {person} signed something else than was proposed"
            if not timedelta() <= entry.stamp.recorded_at - proved <= timedelta(minutes=5):
                yield f"{dossier}: {person} signed long after showing who he is"


def _hats(world: World, dossier: str) -> Iterator[str]:
    worn: dict[str, set[str]] = {}
    barred: set[str] = set()
    for entry in _entries(world, dossier):
        by = entry.stamp.actor
        if entry.record.kind == "case-remitted":
            appeal = world.of("appeal")[str(entry.record.facts["appeal"])]
            barred = (
                {one for one, hats in worn.items() if hats & {"officer", "countersigner"}}
                if appeal.proposed.another_officer
                else set()
            )
            continue
        if by.role in OFFICE:
            worn.setdefault(by.person, set()).add(by.role)
            if len(worn[by.person]) > 1:
                yield f"{dossier}: {by.person} is {' and '.join(sorted(worn[by.person]))} on one file"
            if by.role == "officer" and by.person in barred:
                yield f"{dossier}: {by.person} decides again although the appeal asked for another officer"


def _suspensions(world: World, dossier: str) -> Iterator[str]:
    holder, by = world.of("licence")[dossier].terms.holder, ""
    for entry in _entries(world, dossier):
        actor = entry.stamp.actor
        if entry.record.kind == "drawdown-reserved" and actor.party != holder:
            yield f"{dossier}: {actor.party} draws on the licence of {holder}"
        if entry.record.kind == "licence-suspended":
            by = actor.person
        if entry.record.kind == "licence-suspension-confirmed" and actor.person == by:
            yield f"{dossier}: {by} confirmed his own suspension"


def one_case_each(world: World) -> Iterator[str]:
    """I1. One application has one case, and one decision mints its licences once: else the same grams are licensed twice."""
    applications = Counter(state.application for state in world.of("case").values())
    yield from (f"{name} has {count} cases" for name, count in applications.items() if count > 1)
    decided = Counter((state.terms.decision, state.terms.lines[0].end_user) for state in world.of("licence").values())
    yield from (f"{name} was minted {count} times" for name, count in decided.items() if count > 1 and name[0] != "case/old")


def _own_appeal(world: World, dossier: str) -> Iterator[str]:
    about, proposer = world.of("appeal")[dossier].case, ""
    before = _entries(world, dossier)[0].stamp.recorded_at
    office = {"officer", "countersigner", "adviser"}
    hands = {
        one.stamp.actor.person
        for one in _entries(world, about)
        if one.stamp.actor.role in office and one.stamp.recorded_at <= before
    }
    for entry in _entries(world, dossier):
        by = entry.stamp.actor
        if by.role in ("appeal_officer", "countersigner") and by.person in hands:
            yield f"{dossier}: {by.person} hears an appeal against his own file"
        if entry.record.kind == "appeal-conclusion-proposed":
            proposer = by.person
        if entry.record.kind == "appeal-concluded" and by.person == proposer:
            yield f"{dossier}: {by.person} signed the conclusion he proposed"


def heard_before_refused(world: World) -> Iterator[str]:
    """I11. No adverse act without its notice, its time and its reasons; what is not known was never counted as met."""
    for dossier in _touched(world, "case"):
        yield from _refusals(world, dossier)
    for dossier in _touched(world, "proceeding"):
        yield from _endings(world, dossier)
    for dossier in _touched(world, "finding"):
        heard = False
        for entry in _entries(world, dossier):
            heard = heard or entry.record.kind in ("finding-answered", "finding-unanswered")
            if entry.record.kind == "finding-closed" and entry.record.facts["closed_as"] == "upheld" and not heard:
                yield f"{dossier}: upheld before the party was heard"


def _refusals(world: World, dossier: str) -> Iterator[str]:
    served: dict[str, tuple[date, date, set[tuple[str, str]]]] = {}
    settled: set[tuple[str, str]] = set()
    for entry in _entries(world, dossier):
        facts: Any = entry.record.facts
        match entry.record.kind:
            case "notice-served":
                told = {(one["line"], one["ground"]["code"]) for one in facts["grounds"]}
                served[facts["notice"]] = (entry.record.on, date.fromisoformat(facts["answer_by"]), told)
                if _workdays(entry.record.on, served[facts["notice"]][1], world) < 10:
                    yield f"{dossier}: a notice of {entry.record.on} leaves too little time, until {facts['answer_by']}"
            case "notice-weighed" | "notice-waived":
                settled |= served[facts["notice"]][2]
            case "notice-expired":
                if entry.record.on <= served[facts["notice"]][1]:
                    yield f"{dossier}: a notice ran out before its last day was over"
                settled |= served[facts["notice"]][2]
            case "decision-proposed":
                for one in facts["outcomes"]:
                    grounds = {(one["line"], ground["code"]) for ground in one["grounds"]}
                    if not grounds or any(not ground["provision"] for ground in one["grounds"]):
                        yield f"{dossier}: {one['line']} is {one['outcome']} without reason or provision"
                    if one["outcome"] == "refused" and not grounds <= settled:
                        yield f"{dossier}: {one['line']} is refused unheard"
                    if one["outcome"].startswith("granted"):
                        yield from _open_checks(world, dossier, entry, one["line"])


def _open_checks(world: World, dossier: str, entry: Entry, line: str) -> Iterator[str]:
    kept = orjson.loads(world.store.document(entry.stamp.basis.facts))
    judged = {(one["check"], one["line"]) for one in kept["command"]["judgements"] if one["verdict"] == "met"}
    for check in kept["facts"]["case"]["checks"]:
        if check["line"] in ("", line) and check["verdict"] == "not_known" and (check["code"], line) not in judged:
            yield f"{dossier}: {line} is granted with {check['code']} not known"
        if check["line"] in ("", line) and check["verdict"] == "not_met" and check["modality"] == "must":
            yield f"{dossier}: {line} is granted against {check['code']}"


def _endings(world: World, dossier: str) -> Iterator[str]:
    answer_by, heard, adverse = None, False, False
    for entry in _entries(world, dossier):
        facts: Any = entry.record.facts
        if entry.record.kind == "ending-opened":
            adverse = facts["act"] != "close"
            answer_by = date.fromisoformat(facts["answer_by"]) if facts["answer_by"] else None
            if not facts["reason"] or (adverse and answer_by is None):
                yield f"{dossier}: an end was begun without reason or notice"
        heard = heard or entry.record.kind in ("ending-answered", "ending-waived")
        late = answer_by is not None and entry.record.on > answer_by
        if entry.record.kind == "ending-proposed" and adverse and not (heard or late):
            yield f"{dossier}: an end was proposed before the holder was heard"


def _workdays(start: date, end: date, world: World) -> int:
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(world.office.calendar.is_workday(day) is not False for day in days)


def days_counted_by_hand(world: World) -> Iterator[str]:
    """I9. The days that count follow from records alone: counted here day by day, with a finger on the calendar."""
    for dossier in world.of("case"):
        entries = _entries(world, dossier)
        ordered = all(a.record.on <= b.record.on for a, b in pairwise(entries))
        if not ordered or any(one.record.kind in ("case-remitted", "case-declined") for one in entries):
            continue
        records = [entry.record for entry in entries]
        rules = world.office.case_rules(records[0].on)
        seen = case.clock(records, rules, world.office.calendar, world.now).elapsed
        days = _running_days(records, world.office.day(world.now))
        low = sum(world.office.calendar.is_workday(day) is True for day in days)
        if seen.low != low:
            yield f"{dossier}: {seen.low} working days counted, by hand {low}"


def _running_days(records: Any, today: date) -> list[date]:
    """Each day on which, as it began, the case was running: after acceptance, outside stops, before the decision."""
    found, day = [], date.fromisoformat(records[0].facts["accepted_on"]) + timedelta(days=1)
    while day <= today:
        stops, decided = set(), False
        for record in records:
            if record.on < day:
                stops ^= {record.facts["stop"]} if record.kind in ("clock-stopped", "clock-resumed") else set()
                decided = decided or record.kind in ("decision-signed", "case-withdrawn", "case-closed")
        if not stops and not decided:
            found.append(day)
        day += timedelta(days=1)
    return found


def decided_again_alike(world: World) -> Iterator[str]:
    """I6. Each decision, made again from its stored facts and its rules, gives the same records: the appeal file holds."""
    for noun in ("case", "proceeding"):
        for dossier in world.of(noun):
            report = appealing.rerun_case(world.office, dossier)
            if not report.same or getattr(report, "unseen", ()):
                yield f"{dossier}: decided again, {report}"
    for dossier in world.of("licence"):
        yield from _drawn_again(world, dossier)


def _drawn_again(world: World, dossier: str) -> Iterator[str]:
    state = None
    groups: dict[str, list[Entry]] = {}
    for entry in _entries(world, dossier):
        groups.setdefault(entry.stamp.command, []).append(entry)
    for entries in groups.values():
        kept = orjson.loads(world.store.document(entries[0].stamp.basis.facts))
        kind = DRAWS.get(kept["act"])
        if kind is not None and state is not None and not any(one.record.kind.startswith("release") for one in entries):
            command = read(kind, kept["command"])
            again = licence.decide(
                state, command, read(licences.Facts, kept["facts"]["licence"]), world.office.licence_rules(command.on)
            )
            if isinstance(again, Refusal) or [_said(one) for one in again] != [_said(one.record) for one in entries]:  # type: ignore[union-attr]
                yield f"{dossier}: {kept['act']} decided again is {again}"
        state = licence.fold([one.record for one in entries], state)


def _said(record: Any) -> Any:
    return record.kind, record.on, jsonable(record.facts)
