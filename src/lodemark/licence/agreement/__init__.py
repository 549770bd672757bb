"""Long-term quota and use-transparency agreements: quota for promises kept, batch licences that come by themselves.

    agreement = fold(records)
    decide_batch(agreement, AskBatch(...), BatchFacts(...), rules)     # Issued, or Referred with every check

A duty missed pauses *new* batch licences after a reminder and two warnings; its cure resumes them the same day.
"""

from lodemark.licence.agreement.batch import CHECKS, CheckResult, Issued, Referred, decide_batch
from lodemark.licence.agreement.commands import (
    AcceptProducts,
    AskBatch,
    BatchFacts,
    CommitSeed,
    End,
    Excuse,
    GiveNotice,
    NoteEvidence,
    OpenDuty,
    Pause,
    Propose,
    Remind,
    Resume,
    ReturnBatch,
    RevealSeed,
    RollPeriod,
    Screening,
    Sign,
    Warn,
)
from lodemark.licence.agreement.decide import decide
from lodemark.licence.agreement.duties import missed, next_due, state_of
from lodemark.licence.agreement.fold import KINDS, fold
from lodemark.licence.agreement.model import (
    DUTIES,
    TIERS,
    Agreement,
    AgreementTerms,
    Batch,
    BatchTerms,
    Duty,
    DutyInstance,
    Period,
    Quota,
    period_on,
    split_quota,
)
from lodemark.licence.agreement.sampling import commitment, sampled

__all__ = [
    "CHECKS",
    "DUTIES",
    "KINDS",
    "TIERS",
    "AcceptProducts",
    "Agreement",
    "AgreementTerms",
    "AskBatch",
    "Batch",
    "BatchFacts",
    "BatchTerms",
    "CheckResult",
    "CommitSeed",
    "Duty",
    "DutyInstance",
    "End",
    "Excuse",
    "GiveNotice",
    "Issued",
    "NoteEvidence",
    "OpenDuty",
    "Pause",
    "Period",
    "Propose",
    "Quota",
    "Referred",
    "Remind",
    "Resume",
    "ReturnBatch",
    "RevealSeed",
    "RollPeriod",
    "Screening",
    "Sign",
    "Warn",
    "commitment",
    "decide",
    "decide_batch",
    "fold",
    "missed",
    "next_due",
    "period_on",
    "sampled",
    "split_quota",
    "state_of",
]
