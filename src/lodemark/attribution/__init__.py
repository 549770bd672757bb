"""Where did the licensed grams go? Expected, at least, at most, with the receipts that prove it.

    genealogy = build(lots, inputs, outputs, processes)
    genealogy.bounds("LOT-7", "Dy", ["military"])      # at least 20 kg, because these receipts hold no more

Imports nothing of the paper strand: which lot is licensed is a flag in the tables. Judging what a number means is
left to room ``finding``.
"""

from lodemark.attribution.answers import (
    BackTrace,
    Bounds,
    Certificate,
    Conflict,
    Delta,
    ForwardTrace,
    Receipt,
    Residuals,
)
from lodemark.attribution.change import Statement
from lodemark.attribution.convention import CONVENTIONS, Booked
from lodemark.attribution.explain import explain
from lodemark.attribution.genealogy import Genealogy, build
from lodemark.attribution.glue import from_tables
from lodemark.attribution.recheck import recheck
from lodemark.attribution.small import Assay, read_small
from lodemark.attribution.store import StoreError
from lodemark.attribution.trouble import BadRow, GenealogyError, TraceError
from lodemark.attribution.verify import verify

__all__ = [
    "CONVENTIONS",
    "Assay",
    "BackTrace",
    "BadRow",
    "Booked",
    "Bounds",
    "Certificate",
    "Conflict",
    "Delta",
    "ForwardTrace",
    "Genealogy",
    "GenealogyError",
    "Receipt",
    "Residuals",
    "Statement",
    "StoreError",
    "TraceError",
    "build",
    "explain",
    "from_tables",
    "read_small",
    "recheck",
    "verify",
]
