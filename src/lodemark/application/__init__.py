"""What an applicant states: goods lines, product tree, end use, parties; what is missing; filing and return for completion.

app = read("app.yaml")                                     # every fault at once, with line and cure
found = rules.assess(book, facts(app, book), on=date(2026, 3, 16))
todo = defects(app, found, checks.run(app, book))          # what submit would refuse with, what a return is made of
"""

from lodemark.application import checks
from lodemark.application.commands import AcceptUnscanned, Command, Contest, Return, Submit, Withdraw
from lodemark.application.compare import Comparison, compare, table
from lodemark.application.decide import FilingFacts, FilingRules, decide
from lodemark.application.defects import defects, missing, spoken, spoken_facts, unanswered
from lodemark.application.diff import diff
from lodemark.application.facts import facts
from lodemark.application.faults import ApplicationFormatError, Fault
from lodemark.application.fold import fold
from lodemark.application.model import Application, Line, Node, Party, Sealed
from lodemark.application.place import answer_place, places_of, pointer_of
from lodemark.application.pointer import put
from lodemark.application.read import SCHEMA, read
from lodemark.application.state import Deficiency, Filing, Returned, Version

__all__ = [
    "SCHEMA",
    "AcceptUnscanned",
    "Application",
    "ApplicationFormatError",
    "Command",
    "Comparison",
    "Contest",
    "Deficiency",
    "Fault",
    "Filing",
    "FilingFacts",
    "FilingRules",
    "Line",
    "Node",
    "Party",
    "Return",
    "Returned",
    "Sealed",
    "Submit",
    "Version",
    "Withdraw",
    "answer_place",
    "checks",
    "compare",
    "decide",
    "defects",
    "diff",
    "facts",
    "fold",
    "missing",
    "places_of",
    "pointer_of",
    "put",
    "read",
    "spoken",
    "spoken_facts",
    "table",
    "unanswered",
]
