"""Certificates of reference materials as a table: ``crm_id, analyte, value, u`` in mg/kg of element, u standard (k = 1).

read_certified(Path("crm.csv").read_bytes(), "crm.csv")
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from lodemark.assay.checks import Certified
from lodemark.assay.model import BadInput, Rejected
from lodemark.measure import NumberError, read_decimal
from lodemark.trouble import Reason

_COLUMNS = ("crm_id", "analyte", "value", "u")


def read_certified(data: bytes, name: str) -> tuple[Certified, ...]:
    """Every certified value; raises ``BadInput`` with each line that is none: a certificate is used whole or not at all."""
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig", errors="replace"))))
    found = [_certified(number, line) for number, line in enumerate(lines, start=2)]
    wrong = [one for one in found if isinstance(one, Rejected)]
    if wrong or not found:
        raise BadInput("assay-certificate-unreadable", rejected=wrong, file=name, count=len(wrong), columns=list(_COLUMNS))
    return tuple(one for one in found if isinstance(one, Certified))


def _certified(number: int, line: Mapping[str, str | None]) -> Certified | Rejected:
    text = {column: (line.get(column) or "").strip() for column in _COLUMNS}
    try:
        value, u = float(read_decimal(text["value"])), float(read_decimal(text["u"]))
    except NumberError as error:
        return Rejected(number, ",".join(text.values()), text["analyte"], (error.reason,))
    if not (text["crm_id"] and text["analyte"] and value > 0 and u > 0):
        return Rejected(number, ",".join(text.values()), text["analyte"], (Reason("assay-certificate-line", None, text),))
    return Certified(text["crm_id"], text["analyte"], value, u)
