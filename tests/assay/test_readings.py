"""Import: what the laboratory printed must arrive, whole, in one unit and basis, or be refused with its reason."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.assay import BadInput, Layout, from_sensor_reports, read_assays
from lodemark.assay.values import mg_per_kg, read_analyte, read_reported, standard_u
from lodemark.measure import UnitError
from lodemark.wording import say
from tests.assay.rows import MAGNET, OXIDE, read

LONG = "sample_id,analyte,value,unit,u\nS-1,Nd,12.5,%,0.1\nS-1,Pr,<0.5,mg/kg,\n"


def test_a_long_table_becomes_rows_in_mg_per_kg() -> None:
    """A result in the wrong unit is wrong by ten thousand, and looks plausible."""
    reading = read(LONG)
    nd, pr = reading.rows
    assert (nd.analyte, nd.value, nd.u, nd.flag) == ("Nd", 125_000.0, 1_000.0, "ok")
    assert (pr.value, pr.lod, pr.flag, pr.reported_text) == (None, 0.5, "lt", "<0.5")


def test_a_wide_table_gives_the_same_rows() -> None:
    """Two laboratories, one material, two file forms: the rows must not depend on the form."""
    wide = "sample_id;Nd [%];u(Nd) [%];Pr [mg/kg]\nS-1;12.5;0.1;<0.5\n"
    assert [(r.analyte, r.value, r.u, r.lod, r.flag) for r in read(wide).rows] == [
        (r.analyte, r.value, r.u, r.lod, r.flag) for r in read(LONG).rows
    ]


def test_an_oxide_is_converted_with_its_own_formula() -> None:
    """Pr6O11 and Pr2O3 differ by three per cent: read as the other, a balance loses what was never there."""
    text = "sample_id,analyte,value,unit\nS,Dy2O3,100,%\nS,Pr6O11,100,%\nS,Pr2O3,100,%\nS,Fe2O3,100,%\n"
    assert [round(r.value / 1e6, 5) for r in read(text).rows if r.value] == [0.87132, 0.82770, 0.85447, 0.69943]


def test_chinese_headers_in_gb18030_are_read() -> None:
    """A laboratory in Baotou saves GB18030; refusing its file would send it home for nothing."""
    text = "样品编号\t元素\t结果\t单位\nS-1\tNd\t未检出\t%\nS-1\tPr\t＜0.5\tmg/kg\n"
    rows = read(text, encoding="gb18030").rows
    assert [(r.flag, r.value, r.lod) for r in rows] == [("missing", None, None), ("lt", None, 0.5)]


def test_xlsx_reads_like_csv() -> None:
    """Most laboratories send a workbook."""
    book = openpyxl.Workbook()
    for line in LONG.strip().splitlines():
        book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split(",")])
    stream = io.BytesIO()
    book.save(stream)
    assert [r.value for r in read_assays(stream.getvalue(), "lab.xlsx", OXIDE).rows] == [125_000.0, None]


@pytest.mark.parametrize(
    ("cell", "layout", "code"),
    [
        ("S-1,Nd,12.5,widgets,1", OXIDE, "A01"),
        ("S-1,Nd,12.5,at%,1", OXIDE, "A01"),
        ("S-1,Nd,12.5,,1", OXIDE, "A01"),
        ("S-1,Nd,12.5,%,1", Layout(constants={"stage": "oxide", "moisture": "dry"}), "A02-form"),
        ("S-1,Nd,12.5,%,1", Layout(constants={"stage": "oxide", "form": "element"}), "A02-moisture"),
        ("S-1,Nd,12.5,%,0", OXIDE, "A04"),
        ("S-1,Nd,12.5,%,-1", OXIDE, "A04"),
        ("S-1,Nd,0,%,1", OXIDE, "A05"),
        ("S-1,Nd,-2,%,1", OXIDE, "A05"),
        ("S-1,Nd,<,%,", OXIDE, "A06"),
        ("S-1,Nd,<0,%,", OXIDE, "A06"),
        ("S-1,Nd,<-5,%,", OXIDE, "A06"),
        ("S-1,Xx,1,%,", OXIDE, "assay-analyte-unreadable"),
        ('S-1,Nd,"1,234",%,', OXIDE, "assay-value-unreadable"),
        ("S-1,Nd,about 3,%,", OXIDE, "assay-value-unreadable"),
        (",Nd,3,%,", OXIDE, "assay-sample-missing"),
        ("S-1,Nd,3,%,", Layout(constants={"stage": "moon"}), "assay-stage-unknown"),
    ],
)
def test_a_refused_cell_keeps_its_text_line_and_reason(cell: str, layout: Layout, code: str) -> None:
    """A result that vanishes without a word is the one an appeal will ask for."""
    text = f"sample_id,analyte,value,unit,u\n{cell}\nS-2,143Nd/144Nd,0.512,,\n"
    fine = Layout(columns=layout.columns, constants={"stage": "ore", **layout.constants})
    if code == "assay-stage-unknown":
        with pytest.raises(BadInput) as caught:
            read(text, fine)
        rejected = caught.value.rejected[0]
    else:
        reading = read(text, fine)
        assert reading.cells == 2
        rejected = reading.rejected[0]
    assert code in {reason.code for reason in rejected.reasons}
    assert (rejected.line, rejected.text) == (2, cell)
    assert all(say(reason.code, reason.facts, lang) for reason in rejected.reasons for lang in ("en", "zh-Hans"))


def test_all_reasons_against_a_cell_are_told_at_once() -> None:
    """A laboratory that must send five files to learn five mistakes sends none."""
    with pytest.raises(BadInput) as caught:
        read("sample_id,analyte,value,unit,u\n,Nd,0,widgets,-1\n", Layout(constants={"stage": "oxide"}))
    codes = {reason.code for reason in caught.value.rejected[0].reasons}
    assert codes == {"assay-sample-missing", "A01", "A02-form", "A02-moisture", "A04", "A05"}
    assert "2: " in caught.value.explain("zh-Hans")


@pytest.mark.parametrize("data", [b"", b"\xff\xff\xff", b"a,b\n1,2\n"])
def test_a_file_without_a_result_says_why(data: bytes) -> None:
    """An empty answer to a broken file reads as 'nothing found'."""
    with pytest.raises(BadInput) as caught:
        read_assays(data, "lab.csv", OXIDE)
    assert caught.value.explain("en") and caught.value.explain("zh-Hans")


def test_the_decimal_comma_is_read_only_where_it_is_declared() -> None:
    """1,234 is either 1.234 or 1234; a guess is wrong by a thousand for somebody."""
    text = "sample_id;analyte;value;unit\nS;Nd;1,234;%\n"
    comma = Layout(constants=OXIDE.constants, decimal_comma=True)
    assert read(text, comma).rows[0].value == pytest.approx(12_340.0)
    with pytest.raises(BadInput):
        read(text)


def test_a_magnet_needs_no_moisture_but_an_uncertainty_of_stated_kind() -> None:
    """U(k=2) taken for u halves every sigma."""
    reading = read("sample_id,analyte,value,unit,u\nS-1,Dy,0.36,%,0.02\n", MAGNET)
    assert reading.rows[0].u == pytest.approx(100.0)


def test_uncertainties_become_standard_ones() -> None:
    """Five notations are in use; each mistaken for another is a false alarm or a missed one."""
    found = [standard_u(2.0, kind, 50.0) for kind in ("u", "U(k=2)", "U (k = 4)", "2s", "rsd%", "rsd", "", "95 %")]
    assert found == [2.0, 1.0, 0.5, 1.0, 1.0, 100.0, None, None]


@given(st.floats(1e-6, 9e5), st.sampled_from(["%", "g/kg", "mg/kg", "ppb", "kg/kg"]))
def test_no_row_is_lost_and_the_unit_does_not_matter(value: float, unit: str) -> None:
    """Rows in equal rows out plus rejected, whatever the numbers."""
    shown = value / mg_per_kg(unit)
    reading = read(f"sample_id,analyte,value,unit,u\nS,Nd,{shown!r},{unit},\nS,Pr,n.d.,{unit},\nS,Sm,bad,{unit},\n")
    assert len(reading.rows) + len(reading.rejected) == reading.cells == 3
    assert reading.rows[0].value == pytest.approx(value, rel=1e-12)


def test_limits_are_limits() -> None:
    """'Not detected' read as zero would refute every honest lot that has a trace."""
    assert read_reported("<0.5").limit == 0.5 and read_reported("＜ 0.5").flag == "lt"
    assert [read_reported(text).flag for text in ("n.d.", "ND", "未检出", ">40")] == ["missing", "missing", "missing", "gt"]
    assert read_analyte("143Nd/144Nd")[0] == "143Nd/144Nd"


def test_sensor_reports_of_a_sampling_event() -> None:
    """An assay that cannot be said to belong to one lot belongs to none."""
    reports = [
        {"lode:element": "Dy", "lode:basis": "element", "lode:moisture": "dry", "value": 0.36, "sDev": 0.01, "uom": "P1"},
        {"lode:element": "Tb", "lode:basis": "oxide", "lode:moisture": "dry", "value": 0.01, "uom": "%"},
    ]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    reading = from_sensor_reports(reports, ["urn:lot:7"], "oxide", at, "ni:///sha-256;9f")
    assert [(r.analyte, r.value, r.u, r.lot_id) for r in reading.rows] == [("Dy", 3600.0, 100.0, "urn:lot:7")]
    assert [reason.code for reason in reading.rejected[0].reasons] == ["A01"]
    with pytest.raises(BadInput) as caught:
        from_sensor_reports(reports, ["a", "b"], "oxide", at, "ni:///sha-256;9f")
    assert caught.value.reason.code == "S01"


def test_unknown_units_name_the_cure() -> None:
    """'Unknown unit' without the list of units is a riddle."""
    with pytest.raises(UnitError) as caught:
        mg_per_kg("at%")
    assert "mg/kg" in caught.value.explain("en")


@pytest.mark.parametrize(("u_sys", "refused"), [("0.1", False), ("0.1001", True), ("-0.01", True), ("0", False)])
def test_the_shared_part_is_a_part(u_sys: str, refused: bool) -> None:
    """A shared uncertainty above the whole would leave a negative variance for the rest."""
    reading = read(f"sample_id,analyte,value,unit,u,u_sys\nS-1,Nd,12.5,%,0.1,{u_sys}\nS-2,Nd,12.5,%,0.1,\n")
    assert [reason.code for cell in reading.rejected for reason in cell.reasons] == (["A04-shared"] if refused else [])
