"""A sheet as cells of text with their places, read without a spreadsheet program: what was typed, not what it looks like.

Sizes are checked before and while unpacking (``documents.archive``); cells are counted while they are read.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from lodemark.application.documents import Archive, FileRejected, kind_of
from lodemark.application.documents.workbook import BOOK, open_workbook
from lodemark.application.documents.written import parse_markup, read_csv, refuse_declarations

MOST_CELLS: Final = 200_000
SHEET: Final = "goods"
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_RANGE: Final = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; ``formula`` where a program would compute it, ``broken`` where it holds an error value."""

    text: str
    formula: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that hold something, by row and by letter of the column, and the ranges that are merged."""

    sheet: str
    rows: Mapping[int, Mapping[str, Cell]]
    merged: tuple[tuple[int, int, str], ...] = field(default=())
    """(first row, last row, the range as written)"""


def read_grid(data: bytes) -> Grid:
    """The sheet of goods lines; raises ``FileRejected`` for what is no plain workbook or CSV."""
    kind = kind_of(data).code
    if kind == "xlsx":
        return _workbook(open_workbook(data))
    if kind != "csv":
        raise FileRejected("sheet-kind", kind=kind.upper())
    rows: dict[int, dict[str, Cell]] = {}
    left = MOST_CELLS
    for number, row in enumerate(read_csv(data), start=1):
        rows[number] = {letters(place): Cell(text) for place, text in enumerate(row) if text.strip()}
        left = _spend(left, len(rows[number]))
    return Grid("CSV", rows)


def letters(place: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def place_of(column: str) -> int:
    """The number of a column, from 0."""
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _spend(left: int, cells: int) -> int:
    if cells > left:
        raise FileRejected("sheet-cells", most=MOST_CELLS)
    return left - cells


def _workbook(archive: Archive) -> Grid:
    name, part = _sheet(archive)
    shared = _shared(archive)
    rows: dict[int, dict[str, Cell]] = {}
    merged: list[tuple[int, int, str]] = []
    left = MOST_CELLS
    for element in _elements(archive.read(part), ("c", "mergeCell")):
        if element.tag == f"{_MAIN}mergeCell":
            if found := _RANGE.fullmatch(element.get("ref", "")):
                merged.append((int(found[2]), int(found[4] or found[2]), found[0]))
            continue
        left = _spend(left, 1)
        at = _PLACE.fullmatch(element.get("r", ""))
        cell = _cell(element, shared)
        if at is None:
            raise FileRejected("file-structure", kind="XLSX")
        if cell.formula or cell.broken or cell.text.strip():
            rows.setdefault(int(at[2]), {})[at[1]] = cell
    return Grid(name, dict(sorted(rows.items())), tuple(merged))


def _elements(data: bytes, tags: tuple[str, ...]) -> Iterator[Any]:
    """The elements of these tags one after another; what was seen is dropped, so a long sheet needs little memory."""
    refuse_declarations(data)
    parse = etree.iterparse(
        io.BytesIO(data),
        tag=[f"{_MAIN}{tag}" for tag in (*tags, "row")],
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for _, element in parse:
            if element.tag == f"{_MAIN}row":
                element.clear()
            else:
                yield element
    except etree.XMLSyntaxError:
        raise FileRejected("file-structure", kind="XLSX") from None


def _sheet(archive: Archive) -> tuple[str, str]:
    """Name and part of the sheet of goods lines: the one called so, or the first."""
    relations = (
        {
            one.get("Id"): "xl/" + str(one.get("Target", "")).removeprefix("/xl/")
            for one in parse_markup(archive.read("xl/_rels/workbook.xml.rels"))
            if one.get("TargetMode") != "External"
        }
        if "xl/_rels/workbook.xml.rels" in archive.names
        else {}
    )
    sheets = [
        (str(one.get("name")), relations.get(one.get(_RELATION), ""))
        for one in parse_markup(archive.read(BOOK)).iter(f"{_MAIN}sheet")
    ]
    named = [one for one in sheets if one[1] in archive.names]
    if not named:
        raise FileRejected("file-structure", kind="XLSX")
    return next((one for one in named if one[0].casefold().startswith(SHEET)), named[0])


def _shared(archive: Archive) -> list[str]:
    part = "xl/sharedStrings.xml"
    if part not in archive.names:
        return []
    return [_said(one) for one in parse_markup(archive.read(part)).iter(f"{_MAIN}si")]


def _said(item: Any) -> str:
    """The text of a string item; readings printed above Chinese or Japanese characters are no part of it."""
    skipped = {id(one) for phonetic in item.iter(f"{_MAIN}rPh") for one in phonetic.iter(f"{_MAIN}t")}
    return "".join(one.text or "" for one in item.iter(f"{_MAIN}t") if id(one) not in skipped)


def _cell(element: Any, shared: list[str]) -> Cell:
    if element.find(f"{_MAIN}f") is not None:
        return Cell("", formula=True)
    kind, value = element.get("t", "n"), element.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        if not (value.isdigit() and int(value) < len(shared)):
            raise FileRejected("file-structure", kind="XLSX")
        return Cell(shared[int(value)])
    if kind == "inlineStr":
        return Cell(_said(element))
    if kind == "b":
        return Cell("yes" if value == "1" else "no")
    if kind == "n":
        return Cell(_number(value))
    return Cell(value, broken=kind == "e")


def _number(value: str) -> str:
    """The number that was typed: a spreadsheet writes 1.1 as 1.1000000000000001, and both are the same double."""
    try:
        number = float(value)
    except ValueError:
        return value
    if not math.isfinite(number) or abs(number) >= 1e15:
        return value
    return str(int(number)) if number.is_integer() else repr(number)
