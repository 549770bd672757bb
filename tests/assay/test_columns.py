"""The fast way through a large file must say, word for word, what the careful one says."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from lodemark.assay import AssayRow, BadInput, Layout, Rejected, read_assays
from lodemark.assay import readings as careful
from tests.assay.rows import OXIDE

pytest.importorskip("polars")
from lodemark.assay.columns import Rows, read_columns

SHELF = sorted((Path(__file__).parents[1] / "bad" / "assay").glob("*.csv"))
HEADER = "报告编号,sample,specimen_id,lot,stage,元素,结果,unit,u,u_given,u_sys,lod,n_rep,rep_no,form,moisture,sampled_at,remark"
CELLS: tuple[Sequence[str], ...] = (
    ("", "R-1"),
    ("S-1", "SYN-2", "", " S-3 "),
    ("", "P-1"),
    ("", "L-1", "批-2"),
    ("oxide", "alloy", "ore", "moon", ""),
    ("Nd", "Nd2O3", "143Nd/144Nd", "Xx", "", "Tb4O7", "Ｄｙ"),
    (
        "12.5",
        "0",
        "-3",
        "<0.5",
        "<",
        "n.d.",
        ">40",
        "about 3",
        " 7 ",
        "1e3",
        "１２",
        "",
        "0.30000000000000004",
        "9" * 30,
        ".5",
        "5.",
    ),
    ("%", "mg/kg", "widgets", "", "ppb", "at%"),
    ("", "0.1", "0", "-1", "x", "1e-3"),
    ("u", "U(k=2)", "2s", "rsd", "rsd%", "", "95 %", "Ｕ（k=3）"),
    ("", "0.01", "5", "-1"),
    ("", "0.2", "0", "y"),
    ("", "3", "2.7"),
    ("", "2"),
    ("", "element", "oxide", "salt"),
    ("", "dry", "as_received", "damp"),
    ("", "2026-03-01T00:00:00Z", "2026-03-01", "soon"),
    ("", "fine"),
)
LIKELY = (0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0)


def messy(lines: int, seed: int) -> str:
    """Mostly plain lines, and every way we know for one not to be: short, long, blank, wrong in one field or in several."""
    rng = random.Random(seed)
    made = []
    for _ in range(lines):
        fault = rng.random() * 0.6
        line = [rng.choice(cell) if rng.random() < fault else cell[usual] for cell, usual in zip(CELLS, LIKELY, strict=True)]
        made.append(",".join(rng.choice((line, line, line, line, line[:-2], [*line, "more"], [""] * 18, [" "]))))
    return "\n".join([HEADER, *made])


def both(data: bytes, layout: Layout) -> tuple[tuple[Sequence[AssayRow], tuple[Rejected, ...]], ...]:
    fast = read_columns(data, layout)
    assert fast is not None
    return fast, careful._cell_by_cell(data, "lab.csv", layout)


@pytest.mark.parametrize("layout", [Layout(), OXIDE, Layout(constants={"u_sys": " 0.001", "n_rep": "2"}, decimal_comma=True)])
@pytest.mark.parametrize(("end", "mark"), [("\n", b""), ("\r\n", b"\xef\xbb\xbf")])
def test_columns_give_the_rows_and_the_reasons_of_the_cells(layout: Layout, end: str, mark: bytes) -> None:
    """A laboratory with many results would otherwise be judged by other rules than one with few."""
    data = mark + (messy(3000, 4) + "\n\n").replace("\n", end).encode()
    (rows, rejected), (stated, refused) = both(data, layout)
    assert isinstance(rows, Rows) and len(rows) == len(stated) > 300 and len(refused) > 300
    assert [*rows] == [*stated] and rejected == refused
    assert [rows[place] for place in (0, 7, -1)] == [stated[place] for place in (0, 7, -1)] and rows[2:9] == stated[2:9]


@pytest.mark.parametrize("file", SHELF, ids=lambda file: file.name)
def test_the_shelf_of_bad_files_is_refused_alike(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file must not get through because it is large."""
    told = []
    for limit in (10**9, -1):
        monkeypatch.setattr(careful, "LARGE_BYTES", limit)
        with pytest.raises(BadInput) as caught:
            read_assays(file.read_bytes(), file.name)
        told.append((caught.value.explain("en"), caught.value.explain("zh-Hans"), caught.value.rejected))
    assert told[0] == told[1]


@pytest.mark.parametrize("text", ['S,Nd,"1",%\n', "S,Nd,1\u2028,%\n", "S,Nd,1,%\rS,Pr,1,%\n", "S,Nd,1\x1f,%\n"])
def test_what_polars_would_cut_otherwise_is_read_cell_by_cell(text: str) -> None:
    """A quoted line break would shift every line number after it."""
    assert read_columns(f"sample_id,analyte,value,unit\n{text}".encode(), OXIDE) is None
    assert read_columns(b"sample_id,Nd [%]\nS,1\n", OXIDE) is None
    assert read_columns(b"sample_id,analyte,value,unit\n,,,\n", OXIDE) is None
    assert read_columns(b"sample_id,analyte,value,unit\n\n", OXIDE) is None
    assert read_columns("样品,元素,结果\nS,Nd,1\n".encode("gb18030"), OXIDE) is None


def test_a_large_file_is_read_by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fast way nobody takes is slower than none."""
    plain = "sample_id,analyte,value,unit,u\n" + "S-1,Nd,12.5,%,0.1\nS-1,Pr,<0.5,mg/kg,\n" * 6000
    reading = read_assays(plain.encode(), "lab.csv", OXIDE)
    assert isinstance(reading.rows, Rows) and reading.cells == 12_000 and reading.rows[1].flag == "lt"
