"""The appeal against a decision: lodged, admitted, re-run, heard, concluded by two persons who never touched the file.

``decide(appeal, command, facts, rules)`` and ``fold(records)``, as in every deciding room; own dossier ``appeal/...``.
"""

from lodemark.case.appeal.decide import APPEAL, COMMANDS, decide
from lodemark.case.appeal.fold import fold
from lodemark.case.appeal.model import Appeal, AppealFacts, FirstDecision

__all__ = ["APPEAL", "COMMANDS", "Appeal", "AppealFacts", "FirstDecision", "decide", "fold"]
