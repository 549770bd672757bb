"""What the evidence means: a disagreement with a promise becomes a question, and the question gets an answer.

::

    for raised in detect(observed, rules): ...           # questions, each with its evidence and what would answer it
    grade(strands, rules)                                # did licensed material leave its declared end use? with limits
    decide(fold(records), command, facts, rules)         # opening, window, answer, closure, referral
"""

from lodemark.finding.decide import COMMANDS, FINDING, FindingFacts, decide
from lodemark.finding.detectors import DETECTORS, detect
from lodemark.finding.facts import Observed
from lodemark.finding.fold import fold
from lodemark.finding.grade import grade
from lodemark.finding.model import Evidence, Finding, Limit, Mark, Point, Raised, Reach, Referral, Strands
from lodemark.finding.rules import FindingRules

__all__ = [
    "COMMANDS",
    "DETECTORS",
    "FINDING",
    "Evidence",
    "Finding",
    "FindingFacts",
    "FindingRules",
    "Limit",
    "Mark",
    "Observed",
    "Point",
    "Raised",
    "Reach",
    "Referral",
    "Strands",
    "decide",
    "detect",
    "fold",
    "grade",
]
