"""Licences: grants, drawdown, agreements, and a paper anyone can check.

A licence is what its dossier folds to; every change of its balance is a transfer between accounts of a line::

    licence = fold(decide(None, Grant(...), Facts(), rules_on("cn", on)))
    decide(licence, Reserve(...), Facts(), rules)      # records, or a Refusal with every reason

``agreement`` holds quota for promises kept, ``credential`` what a verifier checks offline, ``paper`` the document.
"""

from lodemark.licence.accounts import transfers_of
from lodemark.licence.amounts import counted, weigh
from lodemark.licence.commands import (
    Amend,
    Annul,
    AskedMass,
    Close,
    Command,
    ConfirmSuspension,
    DecidedLine,
    DropSuspension,
    Facts,
    Freeze,
    Grant,
    NoteRelease,
    Post,
    Proceeding,
    RefuseAmendment,
    Reserve,
    Restore,
    Resume,
    Reverse,
    Revoke,
    Suspend,
    Void,
    Withdraw,
)
from lodemark.licence.decide import decide
from lodemark.licence.fold import KINDS, QUIET_KINDS, fold
from lodemark.licence.follow import ReportDue, disagreements, reports_due
from lodemark.licence.holds import Amended
from lodemark.licence.model import (
    Account,
    Condition,
    Drawdown,
    IssuedCredential,
    Licence,
    Line,
    ModelMass,
    OutsideRelease,
    Terms,
    Transfer,
)
from lodemark.licence.number import BadNumber, check_code, check_digest, licence_number, read_number
from lodemark.licence.rules import Kind, RegimeUnknown, Rules, rules_on
from lodemark.licence.usable import Usable, clock_went_back, exports_left, legal_day, state_at, usable

__all__ = [
    "KINDS",
    "QUIET_KINDS",
    "Account",
    "Amend",
    "Amended",
    "Annul",
    "AskedMass",
    "BadNumber",
    "Close",
    "Command",
    "Condition",
    "ConfirmSuspension",
    "DecidedLine",
    "Drawdown",
    "DropSuspension",
    "Facts",
    "Freeze",
    "Grant",
    "IssuedCredential",
    "Kind",
    "Licence",
    "Line",
    "ModelMass",
    "NoteRelease",
    "OutsideRelease",
    "Post",
    "Proceeding",
    "RefuseAmendment",
    "RegimeUnknown",
    "ReportDue",
    "Reserve",
    "Restore",
    "Resume",
    "Reverse",
    "Revoke",
    "Rules",
    "Suspend",
    "Terms",
    "Transfer",
    "Usable",
    "Void",
    "Withdraw",
    "check_code",
    "check_digest",
    "clock_went_back",
    "counted",
    "decide",
    "disagreements",
    "exports_left",
    "fold",
    "legal_day",
    "licence_number",
    "read_number",
    "reports_due",
    "rules_on",
    "state_at",
    "transfers_of",
    "usable",
    "weigh",
]
