"""The office's handling of one application: acceptance, questions, advice, notice, decision, clock; appeals beside it.

::

    records = decide(fold(so_far), Take(on=day, by=officer), facts, rules)      # or a Refusal with every reason
    view = clock(so_far, rules, calendar, at)                                   # whose court, days left, due day
"""

from lodemark.case.clock import ClockView, Days, Interval, clock, court_of, next_step
from lodemark.case.decide import COMMANDS, MACHINES, decide
from lodemark.case.facts import (
    AppealView,
    ApplicationView,
    CaseFacts,
    Check,
    Demand,
    Document,
    Lists,
    Screened,
    Session,
    VersionChange,
)
from lodemark.case.fold import fold
from lodemark.case.model import (
    Answer,
    Case,
    Condition,
    Decision,
    Ground,
    Judgement,
    LineOutcome,
    NoticeGround,
    Point,
    Position,
    Question,
    overall,
)
from lodemark.case.replay import Act, ReplayReport, load_command, load_facts, replay
from lodemark.case.rules import CaseRules, Period, Remedy

__all__ = [
    "COMMANDS",
    "MACHINES",
    "Act",
    "Answer",
    "AppealView",
    "ApplicationView",
    "Case",
    "CaseFacts",
    "CaseRules",
    "Check",
    "ClockView",
    "Condition",
    "Days",
    "Decision",
    "Demand",
    "Document",
    "Ground",
    "Interval",
    "Judgement",
    "LineOutcome",
    "Lists",
    "NoticeGround",
    "Period",
    "Point",
    "Position",
    "Question",
    "Remedy",
    "ReplayReport",
    "Screened",
    "Session",
    "VersionChange",
    "clock",
    "court_of",
    "decide",
    "fold",
    "load_command",
    "load_facts",
    "next_step",
    "overall",
    "replay",
]
