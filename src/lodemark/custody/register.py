"""The register of issued codes: which serials, or ranges of them, an issuer says it has given out, and when it said so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from lodemark.custody.code_check import Issued
from lodemark.custody.identifier import canonical
from lodemark.custody.process import class_of
from lodemark.custody.value import microseconds

if TYPE_CHECKING:
    from lodemark.custody.journal import Journal


def register_codes(journal: Journal, codes: Iterable[str], *, issuer: str, recorded_at: datetime, span: bool = False) -> int:
    """Enter codes in any spelling; with ``span`` each one opens a range (all serials that begin like it). Answers how many
    were new: entering twice is harmless."""
    at = microseconds(recorded_at)
    wanted = {canonical(code) for code in codes}
    with journal.store.transaction():
        known = {
            thing
            for thing in wanted
            if journal.store.one("SELECT 1 FROM custody_issued_code WHERE thing = ? AND issuer = ?", (thing, issuer))
        }
        rows = [(thing, class_of(thing), int(span), issuer, at) for thing in sorted(wanted - known)]
        journal.store.insert("issued_code", "thing, class, span, issuer, recorded_us", rows)
    return len(rows)


def register_for(journal: Journal, code: str, known_at: datetime | None = None) -> list[Issued] | None:
    """The register's lines for a code's product class, None when its issuer keeps none: then nothing can be said."""
    limit = 2**62 if known_at is None else microseconds(known_at)
    sql = "SELECT thing, issuer, recorded_us, span FROM custody_issued_code WHERE class = ? AND recorded_us <= ? ORDER BY thing"
    rows = journal.store.rows(sql, (class_of(canonical(code)), limit))
    return [Issued(str(r[0]), str(r[1]), int(r[2]), bool(r[3])) for r in rows] or None
