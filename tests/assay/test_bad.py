"""The shelf of bad files: each is refused by the code in its name, with a sentence in both languages and nothing lost."""

from datetime import date
from pathlib import Path

import pytest

from lodemark.assay import BadInput, corrected, read_assays, recorded
from lodemark.ledger import canonical
from tests.assay.rows import row

SHELF = sorted((Path(__file__).parents[1] / "bad" / "assay").iterdir())


@pytest.mark.parametrize("file", SHELF, ids=lambda file: file.name)
def test_each_bad_file_is_refused_by_its_code(file: Path) -> None:
    """A file that is half read looks like a file that was read."""
    with pytest.raises(BadInput) as caught:
        read_assays(file.read_bytes(), file.name)
    codes = {caught.value.reason.code, *(reason.code for cell in caught.value.rejected for reason in cell.reasons)}
    assert file.name.split("@")[0] in codes
    assert caught.value.explain("en") and caught.value.explain("zh-Hans")
    assert all(cell.text for cell in caught.value.rejected)


def test_an_assay_becomes_a_record_and_its_correction_another() -> None:
    """What an appeal asks for in three years is what the laboratory printed that day."""
    rows = [
        row("Dy", 3600.0, 40.0, lot_id="L-1", reported_text="0.36"),
        row("Tb", None, None, lot_id="L-1", flag="lt", lod=5.0, reported_text="<5"),
    ]
    record = recorded(rows, date(2026, 3, 1), "ab" * 32)
    assert record.kind == "assay-recorded" and b'"reported_text":"<5"' in canonical(record.facts)
    again = corrected(rows, date(2026, 3, 9), "cd" * 32, "ab" * 32, "dilution factor corrected by the laboratory")
    assert again.facts["replaces"] == "ab" * 32 and canonical(again.facts)
