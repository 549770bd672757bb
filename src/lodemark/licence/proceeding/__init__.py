"""The proceeding that ends a licence: notice, the holder's answer, a proposal, another person's signature.

Withdraw, annul, revoke and close are four acts in law, with grounds and provisions of their own; this file is what went
before the act, and its last signature carries the act out::

    state = fold(decide(None, Open(...), EndingFacts(...), rules))
    state.state                   # noticed, answered, proposed, signed ...
"""

from lodemark.licence.proceeding.commands import Answer, Command, Drop, Open, Propose, SendBack, Sign, Waive
from lodemark.licence.proceeding.decide import ACTS, ADVERSE, EndingFacts, decide
from lodemark.licence.proceeding.fold import fold
from lodemark.licence.proceeding.model import EndingFile, EndingTerms

__all__ = [
    "ACTS",
    "ADVERSE",
    "Answer",
    "Command",
    "Drop",
    "EndingFacts",
    "EndingFile",
    "EndingTerms",
    "Open",
    "Propose",
    "SendBack",
    "Sign",
    "Waive",
    "decide",
    "fold",
]
