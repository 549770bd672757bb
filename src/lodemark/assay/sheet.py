"""A file as measured cells: CSV in UTF-8 or GB18030, or an XLSX sheet; long or wide; by header names or a layout.

Long: one line per analyte. Wide: one line per specimen and a column per analyte: ``Nd``, ``Nd2O3 [%]``, with ``u(Nd)``
and ``LOD(Nd)`` beside it.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import cast

import openpyxl

from lodemark.assay.model import BadInput
from lodemark.assay.stages import table
from lodemark.assay.values import read_analyte
from lodemark.measure import FormulaError

_DELIMITERS = ",;\t|"
_HEADER = re.compile(
    r"(?:(?P<kind>u|LOD)\s*\(\s*(?P<inner>[^)\s]+)\s*\)|(?P<name>[0-9A-Za-z/]+))\s*(?:\[\s*(?P<unit>[^\]]+?)\s*\])?"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One laboratory's file form: the header of each field, values that hold for all lines, and the decimal sign."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    decimal_comma: bool = False
    sheet: str = ""

    @classmethod
    def from_toml(cls, text: str) -> Layout:
        """Read a layout file: tables ``[columns]`` and ``[constants]``, keys ``decimal_comma`` and ``sheet``."""
        data = tomllib.loads(text)
        if unknown := {*data.get("columns", {}), *data.get("constants", {})} - set(_aliases()):
            raise BadInput("assay-layout-field-unknown", fields=sorted(unknown), known=sorted(_aliases()))
        return cls(data.get("columns", {}), data.get("constants", {}), bool(data.get("decimal_comma")), data.get("sheet", ""))


@dataclass(frozen=True, slots=True)
class Cell:
    """One measured cell with the fields of its line; ``text`` is the line as it stood in the file."""

    line: int
    text: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, split; ``number`` counts from 1 with the header."""

    number: int
    text: str
    values: Sequence[str]


def read_cells(data: bytes, name: str, layout: Layout) -> list[Cell]:
    """All measured cells of a file, in its order; raises ``BadInput`` when there is no header with a result in it."""
    lines = list(_xlsx(data, layout.sheet) if name.lower().endswith(".xlsx") else _csv(data))
    if not lines:
        raise BadInput("assay-file-empty", file=name)
    header, *body = lines
    places = places_of(header.values, layout)
    if {"analyte", "value"} <= set(places):
        cells = [cell_of(line, places, layout) for line in body]
    else:
        cells = list(_wide(header, body, places, layout))
    if not cells:
        raise BadInput("assay-no-analyte-column", file=name, headers=list(header.values))
    return cells


def places_of(header: Sequence[str], layout: Layout) -> dict[str, int]:
    """Field -> column, for the fields this header has."""
    names = [_folded(value) for value in header]
    return {field_: place for field_ in _aliases() if (place := _place(field_, names, layout)) is not None}


def cell_of(line: Line, places: Mapping[str, int], layout: Layout) -> Cell:
    """The measured cell of one line of a long table."""
    return Cell(line.number, line.text, _fields(line, places, layout))


def delimiter_of(header: str) -> str:
    """What parts the columns: the sign the first line has most of."""
    return max(_DELIMITERS, key=header.count)


@cache
def _aliases() -> Mapping[str, Sequence[str]]:
    return cast(Mapping[str, Sequence[str]], table("headers"))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _place(field_: str, names: Sequence[str], layout: Layout) -> int | None:
    wanted = [_folded(name) for name in ([layout.columns[field_]] if field_ in layout.columns else _aliases()[field_])]
    return next((place for place, name in enumerate(names) if name in wanted), None)


def _fields(line: Line, places: Mapping[str, int], layout: Layout) -> dict[str, str]:
    found = {field_: line.values[place].strip() for field_, place in places.items() if place < len(line.values)}
    return {**layout.constants, **{field_: text for field_, text in found.items() if text}}


def _wide(header: Line, body: Sequence[Line], places: Mapping[str, int], layout: Layout) -> Iterator[Cell]:
    """An empty cell was not measured and is not a result; everything else is."""
    columns: dict[str, dict[str, int]] = {}
    units: dict[str, str] = {}
    for place, text in enumerate(header.values):
        parts = _HEADER.fullmatch(unicodedata.normalize("NFKC", text).strip())
        analyte = (parts["inner"] or parts["name"]) if parts else ""
        if place in places.values() or not parts or not _is_analyte(analyte):
            continue
        columns.setdefault(analyte, {})[{"u": "u", "LOD": "lod"}.get(parts["kind"] or "", "value")] = place
        if parts["unit"]:
            units[analyte] = parts["unit"]
    for line in body:
        shared = _fields(line, places, layout)
        for analyte, own in columns.items():
            fields = {**shared, **_fields(line, own, Layout()), "analyte": analyte}
            if analyte in units:
                fields["unit"] = units[analyte]
            if "value" in own and own["value"] < len(line.values) and line.values[own["value"]].strip():
                yield Cell(line.number, line.text, fields)


def _is_analyte(text: str) -> bool:
    try:
        read_analyte(text)
    except FormulaError:
        return False
    return True


def _csv(data: bytes) -> Iterator[Line]:
    text = _decoded(data)
    raw = text.splitlines(keepends=True)
    if not raw:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(raw[0]))
    start = 0
    for values in reader:
        # A quoted cell may run over several lines: keep them all as the line's text.
        if any(value.strip() for value in values):
            yield Line(start + 1, "".join(raw[start : reader.line_num]).rstrip("\r\n"), values)
        start = reader.line_num


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("assay-file-encoding")


def _xlsx(data: bytes, sheet: str) -> Iterator[Line]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    if sheet and sheet not in book.sheetnames:
        raise BadInput("assay-sheet-unknown", sheet=sheet, known=book.sheetnames)
    page = book[sheet] if sheet else book.worksheets[0]
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        values = ["" if cell is None else str(cell) for cell in cells]
        if any(value.strip() for value in values):
            yield Line(number, "\t".join(values), values)
