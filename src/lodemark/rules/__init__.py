"""Quoted law, a vocabulary of facts, three-valued answers, and what is still missing.

book = load("cn-ann18")
provision = book.provision("cn/ann18-2025/1C905.a.4")
problems = check(path)
"""

from lodemark.rules.loader import load, load_all, problems, regimes
from lodemark.rules.model import Rulebook
from lodemark.rules.shelf import SHIPPED
from lodemark.rules.trouble import (
    CalendarUnknown,
    NotAnAnswer,
    NoVersionOnDate,
    Problem,
    RulebookError,
    UnknownFact,
    UnknownRule,
)

check = problems

__all__ = [
    "SHIPPED",
    "CalendarUnknown",
    "NoVersionOnDate",
    "NotAnAnswer",
    "Problem",
    "Rulebook",
    "RulebookError",
    "UnknownFact",
    "UnknownRule",
    "check",
    "load",
    "load_all",
    "problems",
    "regimes",
]
