"""From measured cells to assay rows in one unit and basis; what cannot be read is kept with its text and its reasons.

reading = read_assays(Path("lab.csv").read_bytes(), "lab.csv", Layout(constants={"stage": "oxide", "moisture": "dry"}))
reading.rows, reading.rejected
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from typing import TypeVar, cast

from lodemark.assay.model import AssayRow, BadInput, Flag, Form, Moisture, Reading, Rejected
from lodemark.assay.sheet import Cell, Layout, read_cells
from lodemark.assay.stages import stages
from lodemark.assay.values import Reported, epcis_unit, mg_per_kg, read_analyte, read_reported, standard_u
from lodemark.measure import NumberError, UnitError
from lodemark.trouble import Error, Reason

FORMS: tuple[Form, ...] = ("element", "oxide")
MOISTURES: tuple[Moisture, ...] = ("as_received", "dry", "calcined")
LARGE_BYTES = 200_000  # below this polars is not worth its start
SYNTHETIC = "SYN-"  # how the ids of synthetic data begin
Read = TypeVar("Read")


def read_assays(data: bytes, name: str, layout: Layout | None = None) -> Reading:
    """Every measured cell of a CSV or XLSX file as a row or a rejection.

    Raises ``BadInput`` when the file has no header with a result, or when no cell of it could be read.
    """
    layout = layout or Layout()
    rows, rejected = _in_columns(data, name, layout) or _cell_by_cell(data, name, layout)
    if not rows:
        raise BadInput(rejected=rejected, file=name, count=len(rejected))
    return Reading(rows, rejected, hashlib.sha256(data).hexdigest())


def _in_columns(data: bytes, name: str, layout: Layout) -> tuple[Sequence[AssayRow], tuple[Rejected, ...]] | None:
    """A large plain file by polars, where it is installed; the result is that of reading cell by cell."""
    if len(data) <= LARGE_BYTES or name.lower().endswith(".xlsx") or not find_spec("polars"):
        return None
    from lodemark.assay.columns import read_columns  # noqa: PLC0415  (optional)

    return read_columns(data, layout)


def _cell_by_cell(data: bytes, name: str, layout: Layout) -> tuple[tuple[AssayRow, ...], tuple[Rejected, ...]]:
    found = [read_cell(cell, layout.decimal_comma) for cell in read_cells(data, name, layout)]
    rows = tuple(item for item in found if isinstance(item, AssayRow))
    return rows, tuple(item for item in found if isinstance(item, Rejected))


class _Reasons(list[Reason]):
    """Collects every reason against one cell while its fields are read."""

    def attempt(self, code: str, read: Callable[[], Read], otherwise: Read, **facts: object) -> Read:
        """The value, or ``otherwise`` with the reason kept under ``code``."""
        try:
            return read()
        except Error as error:
            self.append(Reason(code, None, {**error.facts, **facts}))
            return otherwise


def read_cell(cell: Cell, decimal_comma: bool) -> AssayRow | Rejected:
    """One measured cell as a row, or with every reason why it is none."""
    fields, reasons = cell.fields, _Reasons()
    _check_identity(fields, reasons)
    analyte, form, scale, wrong = basis(*(fields.get(name, "") for name in NAMED))
    reasons += wrong
    reported = fields.get("value", "")
    value = reasons.attempt("assay-value-unreadable", lambda: read_reported(reported, decimal_comma), Reported("missing"))
    numbers = _numbers(fields, decimal_comma, reasons)
    lod = numbers.get("lod") if value.limit is None else value.limit
    flag: Flag = "lt" if value.flag == "missing" and lod is not None else value.flag
    at = {"analyte": analyte, "value": reported, "u": fields.get("u")}
    if value.number is not None and value.number <= 0:
        # Zero is not a result: no laboratory can measure it and its logarithm does not exist. It is below some limit.
        reasons.append(Reason("A05", None, at))
    if (flag in ("lt", "gt") and lod is None) or (lod is not None and lod <= 0):
        reasons.append(Reason("A06", None, at))
    if numbers.get("u", 1.0) <= 0:
        reasons.append(Reason("A04", None, at))
    u = _u(numbers, fields, value.number)
    if not 0 <= numbers.get("u_sys", 0.0) <= (numbers.get("u_sys", 0.0) if u is None else u * (1 + 1e-9)):
        # What is shared with other results is a part of the uncertainty; more than the whole is a mistake in one of the two.
        reasons.append(Reason("A04-shared", None, {**at, "u_sys": fields.get("u_sys")}))
    if reasons:
        return Rejected(cell.line, cell.text, fields.get("analyte", ""), tuple(reasons))
    return AssayRow(
        assay_id=fields.get("assay_id") or fields["sample_id"],
        sample_id=fields["sample_id"],
        specimen_id=fields.get("specimen_id") or fields["sample_id"],
        stage=fields["stage"],
        analyte=analyte,
        value=None if value.number is None else value.number * scale,
        u=None if u is None else u * scale,
        u_sys=numbers.get("u_sys", 0.0) * scale,
        lod=None if lod is None else lod * scale,
        flag=flag,
        form=form,
        moisture=cast(Moisture, fields["moisture"]) if fields.get("moisture") else None,
        lot_id=fields.get("lot_id") or None,
        n_rep=int(numbers.get("n_rep", 1)),
        rep_no=int(numbers.get("rep_no", 1)),
        sampled_at=instant(fields.get("sampled_at", "")),
        measured_at=instant(fields.get("measured_at", "")),
        reported_text=reported,
        sys_group=fields.get("sys_group", ""),
        lod_rule=fields.get("lod_rule", ""),
        method=fields.get("method", ""),
        lab=fields.get("lab", ""),
        correction=fields.get("correction", ""),
        preparation=fields.get("preparation", ""),
        crm_id=fields.get("crm_id", ""),
        # A synthetic sample stays synthetic through any file it is written to.
        synthetic=fields["sample_id"].startswith(SYNTHETIC),
    )


def _check_identity(fields: Mapping[str, str], reasons: _Reasons) -> None:
    """The stage decides what the assay may say; a row without it, or without a sample, belongs to nothing."""
    if fields.get("stage", "") not in stages():
        reasons.append(Reason("assay-stage-unknown", None, {"stage": fields.get("stage"), "known": list(stages())}))
    if not fields.get("sample_id"):
        reasons.append(Reason("assay-sample-missing", None, {"analyte": fields.get("analyte")}))


NAMED = ("analyte", "form", "moisture", "stage", "unit")


@lru_cache(maxsize=4096)
def basis(name: str, form: str, moisture: str, stage: str, unit: str) -> tuple[str, Form, float, tuple[Reason, ...]]:
    """Element, reported form, mg/kg of element in one reported unit, and what is wrong with them; few differ in a file."""
    reasons = _Reasons()
    unread = ("", "element", 1.0)
    analyte, read_form, factor = reasons.attempt("assay-analyte-unreadable", lambda: read_analyte(name, form), unread)
    ratio = "/" in analyte
    known = stages().get(stage)
    strict = known is not None and known.basis_matters and not ratio
    if (form and form not in FORMS) or (strict and not form and read_form == "element"):
        reasons.append(Reason("A02-form", None, {"analyte": name, "form": form or None}))
    if (moisture and moisture not in MOISTURES) or (strict and not moisture):
        reasons.append(Reason("A02-moisture", None, {"analyte": name, "moisture": moisture or None}))
    scale = 1.0 if ratio else factor * reasons.attempt("A01", lambda: mg_per_kg(unit), 1.0, analyte=name, unit=unit or None)
    return analyte, cast(Form, read_form), scale, tuple(reasons)


def _numbers(fields: Mapping[str, str], decimal_comma: bool, reasons: _Reasons) -> dict[str, float]:
    found = {}
    for name in ("u", "u_sys", "lod", "n_rep", "rep_no"):
        if text := fields.get(name, ""):
            number = reasons.attempt("assay-value-unreadable", lambda text=text: _plain(text, decimal_comma), None)  # type: ignore[misc]
            if number is not None:
                found[name] = number
    return found


def _plain(text: str, decimal_comma: bool) -> float:
    reported = read_reported(text, decimal_comma)
    if reported.number is None:
        raise NumberError(text=text)
    return reported.number


def _u(numbers: Mapping[str, float], fields: Mapping[str, str], value: float | None) -> float | None:
    """A stated uncertainty of unknown kind is not a standard uncertainty: it stays in the file and is not used (A03)."""
    return standard_u(numbers["u"], fields.get("u_given", ""), value) if "u" in numbers else None


@lru_cache(maxsize=65536)
def instant(text: str) -> datetime | None:
    """An aware instant; a date or a naive time says nothing exact and is left out."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def from_sensor_reports(
    reports: Sequence[Mapping[str, object]], lots: Sequence[str], stage: str, sampled_at: datetime, event_id: str
) -> Reading:
    """The sensor reports of one sampling event (EPCIS OBSERVE) as rows.

    Raises ``BadInput`` (``S01``) unless the event names exactly one lot. ``sDev`` is k = 1; ``uom`` is a code of
    UN/ECE Recommendation 20 for a mass fraction.
    """
    if len(lots) != 1:
        raise BadInput("S01", event=event_id, lots=list(lots))
    cells = [Cell(number, str(dict(report)), _sensor_fields(report)) for number, report in enumerate(reports, start=1)]
    common = {"stage": stage, "sample_id": event_id, "lot_id": lots[0], "sampled_at": sampled_at.isoformat(), "u_given": "u"}
    found = [read_cell(replace(cell, fields={**common, **cell.fields}), decimal_comma=False) for cell in cells]
    rows = tuple(item for item in found if isinstance(item, AssayRow))
    rejected = tuple(item for item in found if isinstance(item, Rejected))
    return Reading(rows, rejected, hashlib.sha256("\n".join(cell.text for cell in cells).encode()).hexdigest())


# Field of a row -> name in a sensor report (an extension's prefix is dropped).
_SENSOR = {
    "analyte": "element",
    "form": "basis",
    "value": "value",
    "u": "sDev",
    "moisture": "moisture",
    "method": "method",
    "lab": "lab",
}


def _sensor_fields(report: Mapping[str, object]) -> dict[str, str]:
    plain = {name.rpartition(":")[2]: str(value) for name, value in report.items()}
    fields = {field: plain[name] for field, name in _SENSOR.items() if name in plain}
    try:
        fields["unit"] = epcis_unit(plain.get("uom", ""))
    except UnitError:
        fields["unit"] = plain.get("uom", "") + " (uom)"  # unknown to the unit table too, so the row is refused there
    return fields
