"""Workbooks that go out: the template a rulebook makes, and a workbook that comes back with what is wrong in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lodemark.application.documents import kind_of
from lodemark.application.sheet.columns import COLUMNS, TEMPLATE
from lodemark.application.sheet.grid import SHEET, read_grid
from lodemark.application.sheet.read import Imported
from lodemark.rules import Rulebook
from lodemark.wording import LANGUAGES, say

ERRORS: Final = "errors 错误"
WORDS: Final = "codes 代码"
_HEAD: Final = Font(bold=True)
_FAULTY: Final = PatternFill("solid", fgColor="F6C8C3")
_HEADINGS: Final = ("sheet", "row", "column", "cell", "code", "said-zh", "said-en", "cure-zh", "cure-en")


def template(book: Rulebook) -> bytes:
    """The template of a regime: ids, headings in both languages, and the words its lists offer."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = SHEET
    columns = [COLUMNS[name] for name in TEMPLATE]
    page.append([column.id for column in columns])
    for lang in ("zh-Hans", "en"):
        page.append([column.heading(lang) for column in columns])
    _dress(page, 3)
    words = workbook.create_sheet(WORDS)
    words.append(["column", "code", "中文", "English"])
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].number_format = "@"
        if not column.words or column.words not in book.lists:
            continue
        listed = book.lists[column.words]
        first = words.max_row + 1
        for item in listed.items:
            names = listed.names.get(item, {})
            words.append([column.id, item, names.get("zh-Hans", ""), names.get("en", "")])
        rule = DataValidation("list", f"'{WORDS}'!$B${first}:$B${words.max_row}", allow_blank=True, showErrorMessage=False)
        rule.add(f"{get_column_letter(place)}4:{get_column_letter(place)}2003")
        page.add_data_validation(rule)
    _dress(words, 1)
    return _bytes(workbook)


def annotated(data: bytes, found: Imported) -> bytes:
    """The workbook as it was sent, each faulty cell marked, with a sheet of what is wrong; a CSV comes back as a workbook.

    The bytes have passed ``documents.kind_of`` before a library that trusts its input sees them.
    """
    if kind_of(data).code == "xlsx":
        workbook = openpyxl.load_workbook(io.BytesIO(data))
        if ERRORS in workbook.sheetnames:
            del workbook[ERRORS]
    else:
        workbook = openpyxl.Workbook()
        assert workbook.active is not None
        workbook.active.title = found.sheet
        for number, row in read_grid(data).rows.items():
            for letter, cell in row.items():
                _write(workbook.active[f"{letter}{number}"], cell.text)
    page: Any = workbook[found.sheet]
    for fault in found.faults:
        if fault.column and fault.row:
            at = page[fault.cell]
            at.fill = _FAULTY
            if not isinstance(at, openpyxl.cell.cell.MergedCell):
                at.comment = Comment("\n".join(fault.explain(lang) for lang in ("zh-Hans", "en")), "Lodemark")
    errors: Any = workbook.create_sheet(ERRORS, 0)
    errors.append([say(f"sheet-{name}", {}, "zh-Hans") + " " + say(f"sheet-{name}", {}, "en") for name in _HEADINGS])
    for number, told in enumerate(_told(found), start=2):
        for place, text in enumerate(told, start=1):
            _write(errors.cell(number, place), text)
    _dress(errors, 1)
    return _bytes(workbook)


def _told(found: Imported) -> Iterator[Sequence[object]]:
    for fault in found.faults:
        place = (found.sheet, fault.row, fault.name or fault.column, fault.cell, fault.code)
        yield (
            *place,
            *(fault.explain(lang) for lang in reversed(LANGUAGES)),
            *(fault.remedy(lang) for lang in reversed(LANGUAGES)),
        )


def _write(cell: Any, value: object) -> None:
    """A value as it is; a text stays a text, however it begins."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = True


def _dress(page: Any, rows: int) -> None:
    page.freeze_panes = page.cell(rows + 1, 1)
    for row in page.iter_rows(1, rows):
        for cell in row:
            cell.font = _HEAD
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column in page.iter_cols(1, page.max_column, 1, 1):
        page.column_dimensions[column[0].column_letter].width = 22


def _bytes(workbook: Any) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
