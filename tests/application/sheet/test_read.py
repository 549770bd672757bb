"""If this fails, a number in a sheet becomes another number in an application, or a fault is told without its cell."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.application import read
from lodemark.application.documents import FileRejected
from lodemark.application.sheet import annotated, as_text, read_lines, template
from lodemark.application.sheet.cells import like_formula
from lodemark.application.sheet.columns import COLUMNS, TEMPLATE
from lodemark.application.sheet.grid import MOST_CELLS, letters, place_of
from lodemark.application.sheet.write import ERRORS
from lodemark.measure import read_mass_mg
from lodemark.rules import load
from lodemark.wording import LANGUAGES, has
from tests.application.documents import samples as make

HEAD = ["line", "model", "family", "magnetised", "pieces", "gross_mass", "origin", "use", "end_users", "Dy", "Nd"]
ROW = ["L1", "42SH-12x6x3", "ndfeb_sintered", "yes", 48000, "96 kg", "CN", "u1", "p3, p4", "2.60", 24.1]
CSV = "line,gross_mass,Dy\n"


def sheet(*rows: list[object], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_row_is_a_goods_line() -> None:
    """A column that lands in another field changes what is applied for."""
    found = read_lines(sheet(HEAD, ROW))
    assert found.faults == () and found.notes == ()
    (line,) = found.taken()
    assert line == {
        "id": "L1",
        "model": "42SH-12x6x3",
        "material": {"family": "ndfeb_sintered", "magnetised": True},
        "quantity": {"pieces": 48000, "gross": "96 kg"},
        "origin": "CN",
        "use": "u1",
        "end_users": ["p3", "p4"],
        "composition": {"unit": "% m/m", "declared": {"Dy": "2.60", "Nd": "24.1"}},
    }
    bare = {name: value for name, value in line.items() if name not in ("use", "end_users")}
    app = read({"schema": "lodemark.application/1", "lines": [bare]})
    assert app.lines[0].gross_mg == 96_000_000


@pytest.mark.parametrize("typed", [0.1, 1.1, 2.6, 24.1, 0.36, 1e-3, 99.99, 100])
def test_a_number_in_a_cell_is_the_number_that_was_typed(typed: float) -> None:
    """1.1 is stored as 1.1000000000000001: a milligram of difference would be a false declaration."""
    (line,) = read_lines(sheet(["line", "Dy"], ["L1", typed])).taken()
    assert line["composition"]["declared"]["Dy"] == str(typed)


@given(st.integers(1, 10**12))
def test_mass_is_exact_to_the_milligram(milligrams: int) -> None:
    """A sheet that rounds gives a licence that does not close."""
    kilograms = f"{milligrams // 10**6}.{milligrams % 10**6:06d} kg"
    (line,) = read_lines(f"{CSV}L1,{kilograms},\n".encode()).taken()
    assert read_mass_mg(line["quantity"]["gross"]) == milligrams


def test_double_width_is_folded_and_told() -> None:
    """Whoever typed with a Chinese keyboard meant the same number, and must see how it was read."""
    found = read_lines("line,gross_mass,Dy\nＬ１,９６ｋｇ,２．６０％\n".encode())
    (line,) = found.taken()
    assert line["quantity"]["gross"] == "96kg" and line["composition"]["declared"] == {"Dy": "2.60"}
    assert [(note.row, note.column, note.read_as) for note in found.notes] == [
        (2, "A", "L1"),
        (2, "B", "96kg"),
        (2, "C", "2.60%"),
    ]


FAULTY: list[tuple[str, bytes, str, str]] = [
    ("a formula", sheet(["line", "Dy"], ["L1", "=1+1"]), "B2", "sheet-formula"),
    ("text like a formula", b"line,model\nL1,@SUM(A1)\n", "B2", "sheet-formula"),
    ("a full-width formula", "line,model\nL1,＝HYPERLINK(1)\n".encode(), "B2", "sheet-formula"),
    ("a command", b"line,model\nL1,\"+cmd|' /C calc'!A0\"\n", "B2", "sheet-formula"),
    ("a tab in front", b'line,model\nL1,"\t=1"\n', "B2", "sheet-formula"),
    (
        "merged headings",
        sheet(["line", "model"], ["L1", "a"], change=lambda book: book.active.merge_cells("B1:C1")),
        "B1",
        "sheet-merged",
    ),
    ("an unknown column", sheet(["line", "Gross"], ["L1", "1 kg"]), "B1", "sheet-column-unknown"),
    ("a column without a heading", sheet(["line"], ["L1", "1 kg"]), "B1", "sheet-column-unknown"),
    ("a column twice", sheet(["line", "Dy", "Dy"], ["L1", 1, 2]), "C1", "sheet-column-repeated"),
    ("no line ids", sheet(["model", "Dy"], ["a", 1]), "1", "sheet-column-missing"),
    ("two units", f"{CSV}L1,96 kg (211.6 lb),\n".encode(), "B2", "sheet-second-unit"),
    ("no unit", f"{CSV}L1,96,\n".encode(), "B2", "unit-unknown"),
    ("a unit nobody knows", f"{CSV}L1,96 blocks,\n".encode(), "B2", "unit-unknown"),
    ("a negative mass", f"{CSV}L1,-96 kg,\n".encode(), "B2", "mass-not-positive"),
    ("below a milligram", f"{CSV}L1,0.0000001 kg,\n".encode(), "B2", "mass-below-milligram"),
    ("half a piece", b"line,pieces\nL1,1.5\n", "B2", "sheet-count"),
    ("neither yes nor no", b"line,magnetised\nL1,perhaps\n", "B2", "sheet-flag"),
    ("an id twice", f"{CSV}L1,1 kg,\nL1,2 kg,\n".encode(), "A3", "application-id-repeated"),
    ("a country in words", b"line,origin\nL1,China\n", "B2", "application-country-unreadable"),
    ("nothing", b"line,model\n", "1", "sheet-empty"),
]


@pytest.mark.parametrize(("data", "cell", "code"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY])
def test_each_fault_is_told_with_its_cell_in_both_languages(data: bytes, cell: str, code: str) -> None:
    """ "Row 214 is invalid" sends somebody looking through two thousand rows."""
    found = read_lines(data)
    assert [(fault.cell, fault.code) for fault in found.faults] == [(cell, code)]
    assert found.taken() == ()
    (fault,) = found.faults
    for lang in LANGUAGES:
        said = fault.explain(lang) + fault.remedy(lang)
        assert said and "{" not in said
    assert has(fault.code) and fault.sheet


def test_every_row_under_a_merged_cell_is_at_fault() -> None:
    """The second row of two that look alike would be filed without its value."""
    data = sheet(["line", "model"], ["L1", "a"], ["L2", "b"], ["L3", "c"], change=lambda book: book.active.merge_cells("A2:A3"))
    found = read_lines(data)
    assert [(fault.cell, fault.code) for fault in found.faults] == [("A2", "sheet-merged"), ("A3", "sheet-merged")]
    assert [line["id"] for line in found.taken(good_rows=True)] == ["L3"]


def test_nothing_is_taken_by_halves_unless_asked() -> None:
    """Nineteen of twenty lines filed in silence is one line forgotten."""
    found = read_lines(f"{CSV}L1,1 kg,\nL2,two kg,\nL3,3 kg,\n".encode())
    assert found.taken() == ()
    assert [line["id"] for line in found.taken(good_rows=True)] == ["L1", "L3"]
    assert (found.good_rows, found.bad_rows) == ((2, 4), (3,))
    headless = read_lines(b"line,gross_mass,Gross\nL1,1 kg,x\n")
    assert headless.taken(good_rows=True) == ()


def test_the_template_reads_as_it_was_made() -> None:
    """A template whose own headings are faults could never be filled in."""
    data = template(load("cn-ann18"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book["goods"]
    assert [cell.value for cell in page[1]] == list(TEMPLATE)
    assert all(cell.value for row in page.iter_rows(2, 3) for cell in row)
    assert [fault.code for fault in read_lines(data).faults] == ["sheet-empty"]
    page.append(["L1", None, "42SH"])
    out = io.BytesIO()
    book.save(out)
    assert [line["model"] for line in read_lines(out.getvalue()).taken()] == ["42SH"]


def test_every_column_has_a_heading_in_both_languages() -> None:
    """A heading in one language leaves half of its readers guessing."""
    assert all(column.heading(lang) for column in COLUMNS.values() for lang in LANGUAGES)


@pytest.mark.parametrize("data", [sheet(["line", "Dy", "x"], ["L1", "=1+1", "=2"]), f"{CSV}L1,=1,\n".encode()])
def test_the_workbook_comes_back_with_what_is_wrong(data: bytes) -> None:
    """Whoever has to find a fault by its address in another window does not find it."""
    found = read_lines(data)
    book = openpyxl.load_workbook(io.BytesIO(annotated(data, found)))
    told = [[cell.value for cell in row] for row in book[ERRORS].iter_rows(2)]
    assert [(row[1], row[3], row[4]) for row in told] == [(fault.row, fault.cell, fault.code) for fault in found.faults]
    assert all(row[5] and row[6] for row in told)
    assert book.sheetnames[0] == ERRORS and len(book.sheetnames) == 2
    again = annotated(annotated(data, found), found) if data.startswith(b"PK") else annotated(data, found)
    assert openpyxl.load_workbook(io.BytesIO(again)).sheetnames.count(ERRORS) == 1


@pytest.mark.parametrize(
    "start", ["=", "@", "+a", "-a", "\t=", "\r=", "\n=", " =", "＝", "＠", "＋a", "－a", "=cmd|'/C calc'!A0"]
)
def test_an_exported_cell_that_starts_like_a_formula_is_text(start: str) -> None:
    """What one party typed would run on the machine of an officer who opens the list."""
    assert as_text(f"{start}SUM(1)").startswith("'")


@pytest.mark.parametrize("plain", ["-3.5", "+12", "-3.5 kg", "－３．５", "42SH", "", "a=b", "-0.2 %"])
def test_numbers_and_plain_text_stay_as_they_are(plain: str) -> None:
    """An apostrophe before every negative number makes a table of text."""
    assert as_text(plain) == plain and not like_formula(plain)


def test_a_text_that_looks_like_a_formula_comes_back_as_text() -> None:
    """A cell of a returned workbook must not run, whatever was sent in it."""
    data = b'line,model\nL1,"=HYPERLINK(""http://x"")"\n'
    book = openpyxl.load_workbook(io.BytesIO(annotated(data, read_lines(data))))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


def test_cells_are_counted_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet of a billion cells in one kilobyte would otherwise be read to its end."""
    monkeypatch.setattr("lodemark.application.sheet.grid.MOST_CELLS", 10)
    for data in (sheet(HEAD, ROW), (CSV + "L1,1 kg,1\n" * 5).encode()):
        with pytest.raises(FileRejected) as caught:
            read_lines(data)
        assert caught.value.reason.code == "sheet-cells"
    assert MOST_CELLS == 200_000


@pytest.mark.parametrize("data", [make.HONEST["pdf"], make.with_part("xl/vbaProject.bin"), b"{}"])
def test_what_is_no_plain_sheet_is_refused(data: bytes) -> None:
    """The importer is a door like any other."""
    with pytest.raises(FileRejected):
        read_lines(data)


def test_a_sheet_with_entities_is_refused() -> None:
    """A workbook is XML inside: what a bare XML may not do, its parts may not do."""
    bad = make.with_part("xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><worksheet>&x;</worksheet>")
    with pytest.raises(FileRejected) as caught:
        read_lines(bad)
    assert caught.value.reason.code == "file-markup-declares"


@given(st.integers(0, 20_000))
def test_letters_and_numbers_of_columns_agree(place: int) -> None:
    """One column off is another element."""
    assert place_of(letters(place)) == place
