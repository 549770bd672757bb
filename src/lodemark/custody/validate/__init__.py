"""Is a document well formed, and does it make sense by itself? Four layers, every finding at once, in document order.

report = validate(read(data), profile="regime", recorded_at=now)
for line in report.lines: print(line.pointer, line.rule, line.explain("en"))
"""

from lodemark.custody.validate.report import PROFILES, Finding, Report
from lodemark.custody.validate.run import validate

__all__ = ["PROFILES", "Finding", "Report", "validate"]
