"""Checks: an assay that deceives its reader must be caught, and an honest one left alone."""

from dataclasses import replace

import pytest

from lodemark.assay import AssayRow, Certified, check
from tests.assay.rows import row


def codes(*rows: AssayRow, crms: tuple[Certified, ...] = ()) -> list[str]:
    return [found.code for found in check(rows, crms).found]


def test_an_honest_assay_raises_nothing() -> None:
    """A check that alarms on good work is switched off within a week."""
    assert (
        codes(row("Nd", 280_000, 800), row("Pr", 70_000, 300), row("Dy", 3_600, 40), row("Tb", None, None, flag="lt", lod=5.0))
        == []
    )


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((row("Nd", 100, None),), "A03"),
        ((row("Tb", None, None, flag="lt", lod=5.0, lod_rule=""),), "A07"),
        ((row("Nd", 700_000, 1000), row("Pr", 350_000, 1000)), "A08"),
        ((row("Nd"), row("Nd")), "A10"),
        ((row("Nd"), row("Nd", 101.0)), "A10-differs"),
        ((row("Nd", 100, 1, rep_no=1), row("Nd", 110, 1, rep_no=2)), "A11"),
        ((row("Nd", 280_000, 900, method="ICP-MS"), row("Tb", 40, 1, method="ICP-MS")), "A12"),
        ((row("Dy", 3600, 40, stage="alloy", method="XRF", preparation="coated"),), "A13"),
        ((row("Dy", 3600, 40, stage="alloy", method="XRF", preparation="uncut"),), "A13"),
        ((row("Ce", 3600, 40, stage="mixed"),), "A14"),
        ((row("Nd", sys_group=""),), "A15"),
        ((row("Nd", 100, 16),), "A16"),
    ],
)
def test_each_check_fires_on_its_case(rows: tuple[AssayRow, ...], code: str) -> None:
    """Each of these has made a good laboratory report a wrong mass."""
    assert codes(*rows) == [code]


@pytest.mark.parametrize(
    "rows",
    [
        (row("Nd", 995_000, 1000), row("Pr", 6_000, 300)),  # rounding: within three sigma of the whole
        (row("Nd", 100, 1, rep_no=1), row("Nd", 102.5, 1, rep_no=2)),
        (row("Nd", 280_000, 900, method="ICP-MS"), row("Tb", 40, 1, method="ICP-MS", correction="oxide ratio 0.4 %")),
        (row("Nd", 280_000, 900, method="ICP-MS/MS"), row("Tb", 40, 1, method="ICP-MS/MS")),
        (row("Dy", 3600, 40, stage="alloy", method="XRF", preparation="cut and polished"),),
        (row("Nd", 100, 14.9),),
    ],
)
def test_honest_twins_stay_silent(rows: tuple[AssayRow, ...]) -> None:
    """Same surface, innocent cause."""
    assert codes(*rows) == []


def test_a_bad_reference_material_takes_its_batch_out_of_use() -> None:
    """Results of a batch whose standard was misread would carry the same error into every comparison."""
    crm = Certified("OREAS", "Dy", 100.0, 1.0)
    read = row("Dy", 106.0, 1.0, crm_id="OREAS", specimen_id="CRM")
    mine, other_batch, other_part = row("Dy", 50), row("Dy", 50, specimen_id="P-2", sys_group="h"), row("Nd", 50)
    checked = check([read, mine, other_batch, other_part], [crm])
    assert [found.code for found in checked.found] == ["A09"]
    assert [one.flag for one in checked.rows] == ["quarantined", "quarantined", "ok", "ok"]
    assert codes(replace(read, value=103.5), crms=(crm,)) == ["A09-warn"]
    assert codes(replace(read, value=102.0), crms=(crm,)) == []


def test_scatter_raises_the_uncertainty_and_never_lowers_it() -> None:
    """A stated 1 % over replicates that differ by 10 % would refute a true match."""
    checked = check([row("Nd", 100, 1, rep_no=1), row("Nd", 110, 1, rep_no=2)])
    assert [one.u for one in checked.rows] == pytest.approx([50**0.5] * 2)


def test_nothing_is_deleted() -> None:
    """A flagged row stays in the file: the laboratory may be right."""
    rows = [row("Nd", 280_000, 900, method="ICP-MS"), row("Tb", 40, 1, method="ICP-MS"), row("Eu", None, None, flag="missing")]
    assert [one.analyte for one in check(rows).rows] == ["Nd", "Tb", "Eu"]
