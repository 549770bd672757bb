"""An accepted assay as a record in its lot's dossier, and its correction; a wrong assay is answered, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lodemark.assay.model import AssayRow
from lodemark.ledger import Record


def recorded(rows: Sequence[AssayRow], on: date, file_digest: str) -> Record:
    """``assay-recorded``: every row of one assay of one lot, its file's digest; numbers as exact text."""
    return Record("assay-recorded", on, _facts(rows, file_digest))


def corrected(rows: Sequence[AssayRow], on: date, file_digest: str, replaces: str, why: str) -> Record:
    """``assay-corrected``: the rows that hold now, the digest of the file they replace, and why."""
    return Record("assay-corrected", on, {**_facts(rows, file_digest), "replaces": replaces, "why": why})


def _facts(rows: Sequence[AssayRow], file_digest: str) -> dict[str, object]:
    assert rows and len({(row.assay_id, row.lot_id) for row in rows}) == 1, "one assay of one lot"
    return {
        "assay": rows[0].assay_id,
        "lot": rows[0].lot_id,
        "file": file_digest,
        "synthetic": any(row.synthetic for row in rows),
        "rows": [_row(row) for row in rows],
    }


def _row(row: AssayRow) -> dict[str, object]:
    numbers = {name: getattr(row, name) for name in ("value", "u", "u_sys", "lod")}
    words = {
        name: getattr(row, name)
        for name in ("specimen_id", "stage", "analyte", "flag", "form", "method", "lab", "sys_group", "reported_text")
    }
    return {**words, **{name: None if value is None else repr(value) for name, value in numbers.items()}, "rep": row.rep_no}
