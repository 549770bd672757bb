"""The rule values a case needs: periods, grounds and the provision behind each guard. Values, never logic.

``CaseRules.of`` reads them from a rulebook as they stand on a day, so that a change of law is a change of data. The house
values an office adopts where the texts are silent carry ids under ``house/``::

    rules = CaseRules.of(load("cn-ann18"), calendar("cn"), date(2026, 3, 16))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from lodemark.rules import Calendar, Due, Rulebook, Unit, due


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
    """All values the case and its appeal are decided by. ``rfi_stops``: the provision by which a request for information
    stops the statutory count, ``None`` where it does not."""

    calendar: Calendar
    zone: str
    silence: Period
    review: Period
    remit_review: Period
    chase_days: int
    put_back: Period
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

    @classmethod
    def of(cls, book: Rulebook, calendar: Calendar, on: date) -> CaseRules:
        """The values of the Chinese dual-use regime on a day; raises ``NoVersionOnDate`` for a day before the texts."""
        day = Day(book, on)
        lodge = day.period("cn/arl-2023/20", "apply_days")
        reconsideration = Remedy("reconsideration", "mofcom", lodge)
        court = Remedy("court", "people-s-court", day.period("cn/apl-2017/46", "sue_direct_months"))
        return cls(
            calendar=calendar,
            zone=ZONE,
            silence=day.period("cn/all-2019/32-4", "completion_workdays"),
            review=day.period("cn/duir-2024/17-1", "review_workdays"),
            remit_review=day.period("house/remitted-clock", "review_workdays"),
            chase_days=day.number("house/rfi", "chase_days_before"),
            put_back=day.period("house/consultation", "reply_workdays"),
            notice=day.period("house/notice-of-intent", "answer_workdays"),
            signers=day.number("house/signatures", "countersigners"),
            fresh_minutes=day.number("house/separation-of-duties", "fresh_login_minutes"),
            decline_grounds={"not-required": "cn/all-2019/32-1", "not-competent": "cn/all-2019/32-2"},
            # The regulation's own list goes before the general law's, so its provision is the one cited.
            stop_grounds={**day.grounds("cn/all-2019/45"), **day.grounds("cn/duir-2024/17-3")},
            unlimited_grounds={"state-council": "cn/duir-2024/17-2", "watch-listed": "cn/duir-2024/26-2-clock"},
            rfi_stops=RFI_STOPS if day.value(RFI_STOPS, "stops_statutory_count") else None,
            adverse=("refused",),
            remedies={
                # Export Control Law 41: for a refusal the reconsideration is final, so no court is named.
                "refused": (replace(reconsideration, final="cn/ecl-2020/41"),),
                "granted": (),
                "granted_with_conditions": (reconsideration, court),
                "not_required": (reconsideration, court),
            },
            appeal_lodge=lodge,
            appeal_lodge_unnamed=day.period("cn/arl-2023/20-3", "apply_longest_years"),
            appeal_ask_completion=day.period("cn/arl-2023/31-1", "completion_workdays"),
            appeal_cure=day.period("cn/arl-2023/31-2", "cure_workdays"),
            appeal_respond=day.period("cn/arl-2023/48-answer", "answer_workdays"),
            appeal_decide=day.period("cn/arl-2023/62", "decide_days"),
            provisions=CN_PROVISIONS,
        )

    def deadline(self, start: date, period: Period, stops: Iterable[tuple[date, date | None]] = ()) -> date | None:
        """The last day of ``period`` after ``start``; ``None`` when the calendar does not reach that far."""
        found = self.term(start, period, stops)
        return found.date if found.date == found.latest else None

    def term(self, start: date, period: Period, stops: Iterable[tuple[date, date | None]] = ()) -> Due:
        """The last day of ``period`` as the earliest and the latest it can be, where the calendar is still open."""
        return due(start, period.length, period.unit, tuple(stops), self.calendar)


@dataclass(frozen=True, slots=True)
class Day:
    """A rulebook on one day, read into plain numbers and periods; rooms ``finding`` and ``trust`` read theirs by it too."""

    book: Rulebook
    on: date

    def value(self, provision: str, name: str) -> object:
        """The value as the rulebook holds it; raises ``NoVersionOnDate`` where the day has none."""
        return self.book.value(provision, name, self.on).value

    def number(self, provision: str, name: str) -> int:
        """A whole number."""
        return int(str(self.value(provision, name)))

    def period(self, provision: str, name: str) -> Period:
        """A length of time with its unit and provision."""
        found = self.book.value(provision, name, self.on)
        return Period(int(str(found.value)), cast(Unit, found.unit), found.provision)

    def grounds(self, provision: str) -> dict[str, str]:
        """The grounds a provision lists for time that does not count, each with that provision."""
        found = self.value(provision, "stops_allowed")
        assert isinstance(found, tuple), f"{provision} lists no grounds"
        return {str(ground): provision for ground in found}


ZONE = "Asia/Shanghai"  # where the authority's days begin and end
RFI_STOPS = "house/rfi-stops-clock"
LICENSING = "cn/all-2019/"
DUAL_USE = "cn/duir-2024/"
RECONSIDERATION = "cn/arl-2023/"
HANDS = "house/separation-of-duties"

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
