"""Answers past the supplier: an end user or sub-supplier is invited, answers the authority alone, and reads who looked.

state = fold(decide(None, Invite(...), SealedFacts(...)))   # one dossier per invitation, digests only
state.waiting                                               # what its owner has neither answered nor declined
"""

from lodemark.application.sealed.commands import Command, Give, Invite, Open
from lodemark.application.sealed.decide import SealedFacts, decide
from lodemark.application.sealed.fold import fold
from lodemark.application.sealed.model import Given, Invitation, Opening, Question
from lodemark.application.sealed.questions import Sealable, open_with, sealable, with_seals

__all__ = [
    "Command",
    "Give",
    "Given",
    "Invitation",
    "Invite",
    "Open",
    "Opening",
    "Question",
    "Sealable",
    "SealedFacts",
    "decide",
    "fold",
    "open_with",
    "sealable",
    "with_seals",
]
