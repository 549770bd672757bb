"""Reading goods lines from a workbook, beside openpyxl reading the same cells in the same run (casework.md, 11: at most twice its time).

Ours checks the archive, keeps what was typed and finds formulas and merged cells; the peer gives values and looks for nothing.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import openpyxl

from lodemark.application.sheet.grid import read_grid
from lodemark.application.sheet.read import read_lines

ROWS = 10_000
HEAD = ["line", "model", "family", "magnetised", "pieces", "gross_mass", "origin", "Dy", "Nd"]


def workbook(rows: int) -> bytes:
    """A sheet of goods lines."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("goods")
    page.append(HEAD)
    for number in range(rows):
        page.append([f"L{number}", f"42SH-{number}", "ndfeb_sintered", "yes", number + 1, f"{number + 1} kg", "CN", 2.6, 24.1])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def peer(data: bytes) -> int:
    """openpyxl, read-only mode, as its documentation recommends for large files."""
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["goods"]
    return sum(1 for _ in page.iter_rows(values_only=True))


def best(work: Callable[[bytes], object], data: bytes, rounds: int = 3) -> float:
    """The shortest of some rounds, in seconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work(data)
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Print the table."""
    data, most = workbook(ROWS), workbook(2_000)
    theirs, ours = best(peer, data), best(read_grid, data)
    print(f"{'cells of ' + str(ROWS) + ' rows':34} {'seconds':>8} {'ratio':>6}")
    print(f"{'openpyxl 3.1, read only':34} {theirs:8.2f} {1:6.2f}")
    print(f"{'lodemark, guarded cells':34} {ours:8.2f} {ours / theirs:6.2f}  limit 2.00")
    theirs, ours = best(peer, most), best(read_lines, most)
    print(f"{'2000 goods lines, checked whole':34} {ours:8.2f} {ours / theirs:6.2f}  (openpyxl {theirs:.2f} s, cells only)")


if __name__ == "__main__":
    main()
