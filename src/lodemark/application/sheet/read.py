"""Reading a sheet of goods lines: every fault with its cell, every folded digit noted; all rows or, when asked, the good ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lodemark.application.faults import ApplicationFormatError, Fault
from lodemark.application.read import MOST_LINES, SCHEMA, read
from lodemark.application.sheet.cells import like_formula
from lodemark.application.sheet.columns import COLUMNS, NEEDED, Column
from lodemark.application.sheet.grid import Cell, Grid, place_of, read_grid
from lodemark.application.sheet.trouble import CellFault
from lodemark.trouble import Error

_ELSEWHERE: Final = frozenset({"application-id-dangling"})
"""What a sheet of lines cannot know: uses, parts and parties stand elsewhere in the application."""
_SIGNS: Final = str.maketrans({"，": ",", "；": ";", "．": ".", "％": "%", "\u3000": " "})


@dataclass(frozen=True, slots=True)
class Note:
    """A cell that was read otherwise than it looks: full-width digits and signs folded to ASCII."""

    row: int
    column: str
    text: str
    read_as: str

    @property
    def cell(self) -> str:
        """``B7``, as a spreadsheet names it."""
        return f"{self.column}{self.row}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a sheet says: goods lines by row, every fault, what was folded. Nothing is taken from a sheet with a fault unless asked."""

    sheet: str
    lines: Mapping[int, Mapping[str, Any]]
    faults: tuple[CellFault, ...]
    notes: tuple[Note, ...]

    @property
    def bad_rows(self) -> tuple[int, ...]:
        """Rows with at least one fault."""
        return tuple(sorted({fault.row for fault in self.faults} & set(self.lines)))

    @property
    def good_rows(self) -> tuple[int, ...]:
        """Rows without a fault; none where the sheet itself is at fault."""
        return () if self.at_fault else tuple(row for row in self.lines if row not in set(self.bad_rows))

    @property
    def at_fault(self) -> bool:
        """Whether something beyond single rows is wrong: a heading, a missing column, a merged range."""
        return any(fault.row not in self.lines for fault in self.faults)

    def taken(self, good_rows: bool = False) -> tuple[Mapping[str, Any], ...]:
        """The goods lines: all of a sheet without a fault, none otherwise; with ``good_rows`` those without a fault."""
        if self.faults and not good_rows:
            return ()
        return tuple(self.lines[row] for row in self.good_rows)


def read_lines(data: bytes) -> Imported:
    """Read a workbook or CSV; raises ``FileRejected`` where it is neither."""
    return read_grid_lines(read_grid(data))


def read_grid_lines(grid: Grid) -> Imported:
    """Read the cells of a sheet: the first row holds the ids of the columns, headings in words may follow it."""
    numbers = list(grid.rows)
    if not numbers:
        return Imported(grid.sheet, {}, (CellFault(1, "", "sheet-empty", grid.sheet),), ())
    first = numbers[0]
    faults: list[CellFault] = []
    columns = dict(_columns(grid, first, faults))
    body = [number for number in numbers[1:] if not _heading(grid.rows[number], columns)]
    faults += _merged(grid, (first, *body), columns)
    if len(body) > MOST_LINES:
        faults.append(CellFault(first, "", "sheet-rows", grid.sheet, facts={"rows": len(body), "most": MOST_LINES}))
    notes: list[Note] = []
    lines = {number: _line(grid, number, columns, faults, notes) for number in body[:MOST_LINES]}
    if not lines:
        faults.append(CellFault(first, "", "sheet-empty", grid.sheet))
    if all(name in {column.id for column in columns.values()} for name in NEEDED):
        faults += _as_application(grid.sheet, lines, columns, {(fault.row, fault.name) for fault in faults})
    return Imported(grid.sheet, lines, tuple(sorted(faults)), tuple(notes))


def _merged(grid: Grid, rows: Sequence[int], columns: Mapping[str, Column]) -> Iterator[CellFault]:
    """Every row a merged range covers: whose value the one visible cell holds cannot be told for any of them."""
    for top, bottom, text in grid.merged:
        letter = text.partition(":")[0].rstrip("0123456789")
        name = columns[letter].id if letter in columns else ""
        for row in rows:
            if top <= row <= bottom:
                yield CellFault(row, letter, "sheet-merged", grid.sheet, name, {"range": text})


def _columns(grid: Grid, first: int, faults: list[CellFault]) -> Iterator[tuple[str, Column]]:
    used = {letter for row in grid.rows.values() for letter in row}
    seen: set[str] = set()
    for letter in sorted(used, key=place_of):
        cell = grid.rows[first].get(letter, Cell(""))
        name = _folded(cell.text)
        if name in COLUMNS and name not in seen:
            seen.add(name)
            yield letter, COLUMNS[name]
        else:
            code = "sheet-column-repeated" if name in seen else "sheet-column-unknown"
            known = [one for one in COLUMNS if one.casefold() == name.casefold()] or list(COLUMNS)[:19]
            faults.append(CellFault(first, letter, code, grid.sheet, name, {"text": name, "known": known}))
    faults += [
        CellFault(first, "", "sheet-column-missing", grid.sheet, name, {"name": name}) for name in NEEDED if name not in seen
    ]


def _heading(row: Mapping[str, Cell], columns: Mapping[str, Column]) -> bool:
    """Whether a row repeats the headings of the template in words, in either language."""
    said = [(cell.text, columns[letter]) for letter, cell in row.items() if letter in columns]
    return bool(said) and all(text in (column.heading("en"), column.heading("zh-Hans")) for text, column in said)


def _line(
    grid: Grid, number: int, columns: Mapping[str, Column], faults: list[CellFault], notes: list[Note]
) -> Mapping[str, Any]:
    line: dict[str, Any] = {}
    for letter, cell in grid.rows[number].items():
        column = columns.get(letter)
        if column is None:
            continue
        folded = _folded(cell.text)
        problem: tuple[str, Mapping[str, object]] | None = None
        if cell.formula or like_formula(cell.text):
            problem = ("sheet-formula", {"text": cell.text[:80]})
        elif cell.broken:
            problem = ("sheet-error-value", {"text": cell.text[:80]})
        else:
            try:
                value = column.value(folded)
            except Error as error:
                problem = (error.reason.code, error.facts)
        if problem:
            faults.append(CellFault(number, letter, problem[0], grid.sheet, column.id, problem[1]))
            continue
        if folded != cell.text.strip() and not column.words:
            notes.append(Note(number, letter, cell.text, folded))
        if value is not None:
            _put(line, column.path, value)
    if "declared" in line.get("composition", {}):
        line["composition"] = {"unit": "% m/m", **line["composition"]}
    return line


def _folded(text: str) -> str:
    """Digits, Latin letters and signs of double width in their plain form; Chinese text stays as it is."""
    plain = (unicodedata.normalize("NFKC", mark) if "\uff01" <= mark <= "\uff5e" else mark for mark in text.translate(_SIGNS))
    return "".join(plain).strip()


def _put(line: dict[str, Any], path: Sequence[str], value: object) -> None:
    for step in path[:-1]:
        line = line.setdefault(step, {})
    line[path[-1]] = value


def _as_application(
    sheet: str, lines: Mapping[int, Mapping[str, Any]], columns: Mapping[str, Column], told: set[tuple[int, str]]
) -> Iterator[CellFault]:
    """What the application's own reader finds in the lines (ids, countries, sums), at the cells it came from."""
    rows = list(lines)
    try:
        read({"schema": SCHEMA, "lines": list(lines.values())})
    except ApplicationFormatError as error:
        for fault in error.errors:
            steps = fault.path.split("/")[1:]
            if fault.code in _ELSEWHERE or len(steps) < 2:
                continue
            letter, name = _place(steps[2:], columns)
            if (rows[int(steps[1])], name) not in told:
                yield CellFault(rows[int(steps[1])], letter, fault.code, sheet, name, _facts(fault))


def _facts(fault: Fault) -> Mapping[str, object]:
    return {**fault.facts, "path": fault.path}


def _place(steps: Sequence[str], columns: Mapping[str, Column]) -> tuple[str, str]:
    """The column whose value stands at this path, or nearest to it."""
    for length in range(len(steps), 0, -1):
        for letter, column in columns.items():
            if column.path[:length] == tuple(steps[:length]):
                return letter, column.id
    return "", ""
