"""What statistics count of one dossier: dates, codes and courts, as plain JSON values. No party, no goods, no sentence.

One passage per dossier, so that a new record makes only its own dossier be read again; ``statistics`` joins them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from lodemark.case.appeal.model import Appeal
from lodemark.case.clock import clock
from lodemark.case.fold import fold
from lodemark.case.rules import CaseRules
from lodemark.ledger import Record
from lodemark.rules import Calendar

Passage = Mapping[str, Any]


def of_application(records: Sequence[Record], kind: str, size: str) -> Passage:
    """When it was received and withdrawn, and for which codes it was returned. ``kind`` is the licence asked for (the
    route), ``size`` the class of the applicant, both as the shell knows them."""
    submitted = [one for one in records if one.kind == "application-submitted"]
    returned = [one for one in records if one.kind == "application-returned"]
    withdrawn = [one for one in records if one.kind == "application-withdrawn"]
    return {
        "route": kind,
        "size": size,
        "received": submitted[0].on.isoformat(),
        "returned": [[one.on.isoformat(), sorted({str(item["code"]) for item in _items(one)})] for one in returned],
        "withdrawn": withdrawn[-1].on.isoformat() if withdrawn else None,
    }


def _items(record: Record) -> Sequence[Mapping[str, object]]:
    items = record.facts["items"]
    assert isinstance(items, Sequence), items
    return items


def of_case(records: Sequence[Record], rules: CaseRules, calendar: Calendar) -> Passage:
    """When it was accepted and decided, what was decided per line, how long it lay in which court, what was asked."""
    state = fold(records)
    facts: dict[str, Any] = {"application": state.application, "accepted": None, "decided": None, "closed": None}
    facts |= {"outcomes": {}, "courts": [], "rfis": len(state.rfis)}
    if state.state == "closed":
        facts["closed"] = records[-1].on.isoformat()
    if state.accepted_on is None:
        return facts
    served = [one for one in state.decisions if one.served_on]
    at = datetime.combine(records[-1].on, time(12), ZoneInfo(rules.zone))
    courts = [
        (one.start.isoformat(), one.end.isoformat() if one.end else None, one.court)
        for one in clock(records, rules, calendar, at).intervals
        if one.ground != "decided"
    ]
    facts |= {"accepted": state.accepted_on.isoformat(), "courts": courts}
    if served:
        # The first decision ends the wait that is measured; the last one is what holds.
        facts["decided"] = _day(served[0].served_on)
        facts["outcomes"] = {one.line: one.outcome for one in served[-1].outcomes}
    return facts


def of_appeal(state: Appeal, concluded_on: date | None) -> Passage:
    """Which case, when it was lodged, how and when it ended, and the outcomes it put in the place of the decision's."""
    varied = {one.line: one.outcome for one in state.proposed.outcomes} if state.proposed and state.outcome else {}
    return {
        "case": state.case,
        "lodged": _day(state.lodged_on),
        "outcome": state.outcome or (state.state if state.state in ("out_of_time", "inadmissible", "withdrawn") else ""),
        "concluded": _day(concluded_on),
        "outcomes": varied,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
