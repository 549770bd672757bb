"""Composition marks: is this the material of that lot, could it be, can it be ruled out, of what is it a blend?

    reading = read_assays(data, "lab.csv", layout)
    checked = check(reading.rows)
    answer = consistent(checked.rows, [Declared("Dy", Decimal("0.36"), "% m/m")])

Composition refutes better than it proves: every number here is bounded, names what it cannot show, and a person decides.
"""

from lodemark.assay.background import Background, BackgroundTooSmall, fit, fit_background
from lodemark.assay.beside import Row, beside
from lodemark.assay.calibration import Calibrator, calibrate, cllr, elub
from lodemark.assay.certified import read_certified
from lodemark.assay.checks import Certified, check, group_of
from lodemark.assay.combine import Combined, Weight, combine, word
from lodemark.assay.compare import Comparison, NotComparable, log10_lr, log10_lr_matrix, log10_lr_pairs
from lodemark.assay.compose import compose
from lodemark.assay.coordinates import Coordinates, PartsMissing, coordinates, log_ratio_covariance, log_ratios
from lodemark.assay.declared import Consistency, Declared, Item, consistent
from lodemark.assay.lot_index import LotIndex, NoLots
from lodemark.assay.match import Candidate, Match, match
from lodemark.assay.model import AssayRow, BadInput, Checked, Composition, LotReference, Reading, Rejected
from lodemark.assay.pattern import Pattern, UnknownNormaliser, chart, normalisers, pattern
from lodemark.assay.readings import from_sensor_reports, read_assays
from lodemark.assay.record import corrected, recorded
from lodemark.assay.references import UnknownLot, lot_references, named, one_per_lot
from lodemark.assay.refute import Refutation, refute, refute_set
from lodemark.assay.sheet import Layout
from lodemark.assay.stages import Stage, UnknownStage, assessable, limits, stage, stages
from lodemark.assay.unmix import Subset, Unmixing, refute_blend, unmix
from lodemark.assay.validate import Validation, calibrated, split, validate

__all__ = [
    "AssayRow",
    "Background",
    "BackgroundTooSmall",
    "BadInput",
    "Calibrator",
    "Candidate",
    "Certified",
    "Checked",
    "Combined",
    "Comparison",
    "Composition",
    "Consistency",
    "Coordinates",
    "Declared",
    "Item",
    "Layout",
    "LotIndex",
    "LotReference",
    "Match",
    "NoLots",
    "NotComparable",
    "PartsMissing",
    "Pattern",
    "Reading",
    "Refutation",
    "Rejected",
    "Row",
    "Stage",
    "Subset",
    "UnknownLot",
    "UnknownNormaliser",
    "UnknownStage",
    "Unmixing",
    "Validation",
    "Weight",
    "assessable",
    "beside",
    "calibrate",
    "calibrated",
    "chart",
    "check",
    "cllr",
    "combine",
    "compose",
    "consistent",
    "coordinates",
    "corrected",
    "elub",
    "fit",
    "fit_background",
    "from_sensor_reports",
    "group_of",
    "limits",
    "log10_lr",
    "log10_lr_matrix",
    "log10_lr_pairs",
    "log_ratio_covariance",
    "log_ratios",
    "lot_references",
    "match",
    "named",
    "normalisers",
    "one_per_lot",
    "pattern",
    "read_assays",
    "read_certified",
    "recorded",
    "refute",
    "refute_blend",
    "refute_set",
    "split",
    "stage",
    "stages",
    "unmix",
    "validate",
    "word",
]
