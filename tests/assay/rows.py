"""Rows to test with, as a laboratory would send them."""

from lodemark.assay import AssayRow, Layout, Reading, read_assays

OXIDE = Layout(constants={"stage": "oxide", "moisture": "dry", "form": "element", "u_given": "u", "sys_group": "lab:icp:1"})
MAGNET = Layout(constants={"stage": "alloy", "u_given": "U(k=2)", "sys_group": "lab:icp:1"})


def read(text: str, layout: Layout = OXIDE, encoding: str = "utf-8") -> Reading:
    return read_assays(text.encode(encoding), "lab.csv", layout)


def row(analyte: str = "Nd", value: float | None = 100.0, u: float | None = 1.0, **fields: object) -> AssayRow:
    base: dict[str, object] = {
        "assay_id": "A-1",
        "sample_id": "S-1",
        "specimen_id": "P-1",
        "stage": "oxide",
        "sys_group": "g",
        "lod_rule": "3s",
    }
    return AssayRow(**{**base, **fields, "analyte": analyte, "value": value, "u": u})  # type: ignore[arg-type]
