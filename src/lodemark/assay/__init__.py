"""Composition marks: is this the material of that lot, could it be, can it be ruled out, of what is it a blend?

    reading = read_assays(data, "lab.csv", layout)
    checked = check(reading.rows)
    answer = consistent(checked.rows, [Declared("Dy", Decimal("0.36"), "% m/m")])

Composition refutes better than it proves: every number here is bounded, names what it cannot show, and a person decides.
"""

from lodemark.assay.checks import Certified, check, group_of
from lodemark.assay.compose import compose
from lodemark.assay.declared import Consistency, Declared, Item, consistent
from lodemark.assay.model import AssayRow, BadInput, Checked, Composition, LotReference, Reading, Rejected
from lodemark.assay.readings import from_sensor_reports, read_assays
from lodemark.assay.sheet import Layout
from lodemark.assay.stages import Stage, UnknownStage, assessable, limits, stage, stages

__all__ = [
    "AssayRow",
    "BadInput",
    "Certified",
    "Checked",
    "Composition",
    "Consistency",
    "Declared",
    "Item",
    "Layout",
    "LotReference",
    "Reading",
    "Rejected",
    "Stage",
    "UnknownStage",
    "assessable",
    "check",
    "compose",
    "consistent",
    "from_sensor_reports",
    "group_of",
    "limits",
    "read_assays",
    "stage",
    "stages",
]
