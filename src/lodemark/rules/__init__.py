"""Quoted law, a vocabulary of facts, three-valued answers, and what is still missing.

book = load("cn-ann18")
assessment = assess(book, facts, on=date(2026, 3, 16))
[(cell.key, cell.outcome) for cell in assessment.cells]
next_questions(assessment, limit=5)
"""

from lodemark.rules.answer import read as read_answer
from lodemark.rules.checking import check
from lodemark.rules.difference import Change, Difference, days_of_change, diff
from lodemark.rules.evaluate import assess
from lodemark.rules.explanation import explain, papers
from lodemark.rules.facts import Collection, Derive, Facts, FactSet, Statement
from lodemark.rules.loader import find, load, load_all, regimes
from lodemark.rules.model import DatedValue, Fact, Provision, Range, Regime, Rulebook
from lodemark.rules.questions import NextQuestion, next_questions
from lodemark.rules.result import NEEDS_LICENCE, READERS, Assessment, Cell, CheckResult, Fired, Missing, Outcome, Verdict
from lodemark.rules.sentence import sentence
from lodemark.rules.shelf import SHIPPED
from lodemark.rules.show import fingerprint
from lodemark.rules.trouble import (
    CalendarUnknown,
    NotAnAnswer,
    NoVersionOnDate,
    Problem,
    RulebookError,
    UnknownAssumption,
    UnknownFact,
    UnknownRule,
    UnreadableAnswer,
)
from lodemark.rules.value import UNKNOWN, FactValue, Known, NotDetected, OneOf, Unknown, Within
from lodemark.rules.workdays import Calendar, Due, Unit, calendar, due
from lodemark.rules.yaml_tree import Node, read_yaml

__all__ = [
    "NEEDS_LICENCE",
    "READERS",
    "SHIPPED",
    "UNKNOWN",
    "Assessment",
    "Calendar",
    "CalendarUnknown",
    "Cell",
    "Change",
    "CheckResult",
    "Collection",
    "DatedValue",
    "Derive",
    "Difference",
    "Due",
    "Fact",
    "FactSet",
    "FactValue",
    "Facts",
    "Fired",
    "Known",
    "Missing",
    "NextQuestion",
    "NoVersionOnDate",
    "Node",
    "NotAnAnswer",
    "NotDetected",
    "OneOf",
    "Outcome",
    "Problem",
    "Provision",
    "Range",
    "Regime",
    "Rulebook",
    "RulebookError",
    "Statement",
    "Unit",
    "Unknown",
    "UnknownAssumption",
    "UnknownFact",
    "UnknownRule",
    "UnreadableAnswer",
    "Verdict",
    "Within",
    "assess",
    "calendar",
    "check",
    "days_of_change",
    "diff",
    "due",
    "explain",
    "find",
    "fingerprint",
    "load",
    "load_all",
    "next_questions",
    "papers",
    "read_answer",
    "read_yaml",
    "regimes",
    "sentence",
]
