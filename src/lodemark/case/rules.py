"""The rule values a case needs: periods, grounds and the provision behind each guard. Values, never logic.

``CN`` holds what the texts say for the Chinese dual-use regime together with the house rules an office adopts where
the texts are silent (ids under ``house/``); another regime or a later text is ``dataclasses.replace`` away. The
working-day calendar is rule data too and has no default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lodemark.rules import Calendar, due
from lodemark.rules.workdays import Unit


@dataclass(frozen=True, slots=True)
class Period:
    """So many working days, days, months or years, and the provision that says so; the day of the event is not counted."""

    length: int
    unit: Unit
    provision: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a party may do against an outcome, before whom, within what time; ``final`` cites a rule of finality."""

    code: str
    body: str
    period: Period
    final: str | None = None


@dataclass(frozen=True, slots=True)
class CaseRules:
    """All values the case and its appeal are decided by."""

    calendar: Calendar
    zone: str
    silence: Period
    review: Period
    remit_review: Period
    chase_days: int
    put_back_days: int
    notice: Period
    signers: int
    fresh_minutes: int
    decline_grounds: Mapping[str, str]
    stop_grounds: Mapping[str, str]
    unlimited_grounds: Mapping[str, str]
    rfi_stops: str | None
    adverse: tuple[str, ...]
    remedies: Mapping[str, tuple[Remedy, ...]]
    appeal_lodge: Period
    appeal_lodge_unnamed: Period
    appeal_ask_completion: Period
    appeal_cure: Period
    appeal_respond: Period
    appeal_decide: Period
    provisions: Mapping[str, str]

    def deadline(self, start: date, period: Period, stops: Iterable[tuple[date, date | None]] = ()) -> date | None:
        """The last day of ``period`` after ``start``; ``None`` when the calendar does not reach that far."""
        found = due(start, period.length, period.unit, tuple(stops), self.calendar)
        return found.date if found.date == found.latest else None


LICENSING = "cn/all-2019/"
DUAL_USE = "cn/duir-2024/"
RECONSIDERATION = "cn/arl-2023/"
HANDS = "house/separation-of-duties"
_LODGE = Period(60, "day", RECONSIDERATION + "20")
_FINAL = "cn/ecl-2020/41"

CN_PROVISIONS: Mapping[str, str] = {
    # the case
    "not-in-this-state": "house/one-way-through",
    "role-may-not": "house/rights",
    "screening-complete": DUAL_USE + "26",
    "documents-scanned": "house/documents",
    "no-conflict-of-interest": HANDS,
    "one-hat-per-file": HANDS,
    "another-officer": RECONSIDERATION + "64",
    "decline-has-ground": LICENSING + "32-1",
    "silence-period-over": LICENSING + "32-4",
    "cure-period-over": "house/completion",
    "reminded-before": "house/completion",
    "key-element-unchanged": DUAL_USE + "18-2",
    "case-in-review": "house/one-way-through",
    "case-open": "house/one-way-through",
    "served": LICENSING + "38",
    "appeal-time-over-or-appeal-ended": RECONSIDERATION + "20",
    "appeal-remits": RECONSIDERATION + "64",
    "stop-ground-named": DUAL_USE + "17-3",
    "applicant-told-how-long": LICENSING + "45",
    "unlimited-ground-named": DUAL_USE + "17-2",
    # requests for information
    "item-is-relevant": LICENSING + "31",
    "told-why": LICENSING + "30",
    "reply-by-set": "house/rfi",
    "asked-together": LICENSING + "32-4",
    "no-open-proposal": "house/one-way-through",
    "chase-is-due": "house/rfi",
    "every-question-answered": "house/rfi",
    "own-questions-only": "house/rfi",
    "in-time": "house/rfi",
    "only-asked-changed": "house/rfi",
    "same-questions-only": "house/rfi",
    "reason-given": LICENSING + "38",
    "reply-by-over": "house/rfi",
    "later-than-before": "house/rfi",
    # consultation
    "adviser-may-see": LICENSING + "5",
    "question-put": "house/consultation",
    "adviser-is-asked": "house/consultation",
    "position-per-line": "house/consultation",
    "position-has-reason": "house/consultation",
    "adviser-time-over": "house/consultation",
    "changed-view-names-old": "house/consultation",
    # notice of intent
    "adverse-reasons-named": LICENSING + "7",
    "evidence-shown": LICENSING + "7",
    "answered-in-time": "house/notice-of-intent",
    "answer-has-points": "house/notice-of-intent",
    "time-to-answer": "house/notice-of-intent",
    "answer-time-over": "house/notice-of-intent",
    "each-point-answered": LICENSING + "36",
    # decision
    "every-line-decided": LICENSING + "38",
    "nothing-open": "house/decision",
    "not-known-judged": "house/decision",
    "not-met-not-granted": LICENSING + "38",
    "adverse-needs-notice": LICENSING + "7",
    "reasons-within-notice": LICENSING + "7",
    "dissent-answered": "house/consultation",
    "reasons-releasable": LICENSING + "5",
    "lists-current": DUAL_USE + "26",
    "not-same-again": RECONSIDERATION + "64",
    "this-decision": "house/decision",
    "something-changed": "house/decision",
    "signer-is-other": HANDS,
    "signer-not-adviser": HANDS,
    "signer-from-session": HANDS,
    "fresh-login": HANDS,
    "same-digest": HANDS,
    "facts-unchanged": "house/decision",
    "adviser-asked-again": "house/consultation",
    # appeal
    "standing-to-appeal": RECONSIDERATION + "30",
    "grounds-stated": RECONSIDERATION + "30",
    "told-once": RECONSIDERATION + "31",
    "completion-asked-in-time": RECONSIDERATION + "31",
    "cured-in-time": RECONSIDERATION + "31",
    "cure-time-over": RECONSIDERATION + "31",
    "reviewer-is-third": RECONSIDERATION + "36",
    "lodged-in-time": RECONSIDERATION + "20",
    "rejection-has-ground": RECONSIDERATION + "30",
    "late-by-the-limit": RECONSIDERATION + "20",
    "response-time-over": RECONSIDERATION + "48",
    "replay-recorded": "house/appeal",
    "heard-both": RECONSIDERATION + "49",
    "not-worse": RECONSIDERATION + "63",
    "own-reasons": RECONSIDERATION + "61",
    "outcome-fits-lines": RECONSIDERATION + "63",
    "this-conclusion": "house/appeal",
}


def cn(calendar: Calendar) -> CaseRules:
    """The Chinese dual-use regime with the house rules; the calendar is the shell's, by year and digest."""
    ordinary = Remedy("reconsideration", "mofcom", _LODGE)
    court = Remedy("court", "people-s-court", Period(6, "month", "cn/apl-2017/46"))
    return CaseRules(
        calendar=calendar,
        zone="Asia/Shanghai",
        silence=Period(5, "workday", LICENSING + "32-4"),
        review=Period(45, "workday", DUAL_USE + "17-1"),
        remit_review=Period(45, "workday", DUAL_USE + "17-1"),
        chase_days=3,
        put_back_days=7,
        notice=Period(10, "workday", "house/notice-of-intent"),
        signers=1,
        fresh_minutes=5,
        decline_grounds={"not-required": LICENSING + "32-1", "not-competent": LICENSING + "32-2"},
        stop_grounds={
            "identification": DUAL_USE + "17-3",
            "expert-opinion": DUAL_USE + "17-3",
            "onsite-verification": DUAL_USE + "17-3",
            "hearing": LICENSING + "45",
            "testing": LICENSING + "45",
        },
        unlimited_grounds={"state-council": DUAL_USE + "17-2", "watch-listed": DUAL_USE + "26"},
        # No text lets a request for papers stop the 45 days: it runs on, and both counts are shown.
        rfi_stops=None,
        adverse=("refused",),
        remedies={
            "refused": (Remedy("reconsideration", "mofcom", _LODGE, final=_FINAL),),
            "granted": (),
            "granted_with_conditions": (ordinary, court),
            "not_required": (ordinary, court),
        },
        appeal_lodge=_LODGE,
        appeal_lodge_unnamed=Period(1, "year", RECONSIDERATION + "20"),
        appeal_ask_completion=Period(5, "workday", RECONSIDERATION + "31"),
        appeal_cure=Period(10, "workday", RECONSIDERATION + "31"),
        appeal_respond=Period(10, "workday", RECONSIDERATION + "48"),
        appeal_decide=Period(60, "day", RECONSIDERATION + "62"),
        provisions=CN_PROVISIONS,
    )
