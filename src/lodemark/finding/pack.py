"""The evidence pack: one file with the finding's records and every piece of evidence, re-checkable offline by anyone.

It is a ledger bundle whose documents are the pieces, each named by the digest its evidence carries; ``finding.json`` is
the finding as the office showed it, and must be exactly what its records fold to; ``finding.pdf`` is for readers::

    data = make_pack("finding/01J...", chained, {digest: bytes})
    report = verify_pack(data)          # report.problems, report.absent
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from lodemark.finding.fold import fold
from lodemark.finding.model import Finding
from lodemark.finding.paper import finding_paper
from lodemark.ledger import Bundle, ChainedRecord, canonical, jsonable, pack, read_body, unpack, verify_dossier
from lodemark.trouble import Disagreement

SHOWN, PAPER = "finding.json", "finding.pdf"


@dataclass(frozen=True, slots=True)
class PackReport:
    """What was found: every problem, and the digests of evidence that is named but not in the file (sealed, or lying
    with somebody else)."""

    dossier: str
    finding: Finding
    problems: tuple[Disagreement, ...]
    absent: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing in the file contradicts anything else in it."""
        return not self.problems


def make_pack(dossier: str, records: Sequence[ChainedRecord], documents: Mapping[str, bytes], issuer: str) -> bytes:
    """The pack of one finding, its paper dated by the last record; equal content gives equal bytes."""
    entries = [read_body(one.number, one.body) for one in records]
    finding = fold(entry.record for entry in entries)
    paper = finding_paper(finding, issuer, entries[-1].stamp.recorded_at)
    return pack(Bundle({dossier: records}, documents, files={SHOWN: canonical(finding), PAPER: paper}))


def verify_pack(data: bytes) -> PackReport:
    """Check chain, fold and digests; raises ``BundleUnreadable`` for a file that is no bundle or was altered outside."""
    bundle = unpack(data)
    if len(bundle.dossiers) != 1 or SHOWN not in bundle.files:
        problem = Disagreement("pack-incomplete", "", {"dossiers": len(bundle.dossiers), "file": SHOWN})
        return PackReport("", Finding(), (problem,), ())
    ((dossier, records),) = bundle.dossiers.items()
    problems = list(verify_dossier(dossier, records).breaks)
    finding = fold(read_body(one.number, one.body).record for one in records)
    if orjson.loads(bundle.files[SHOWN]) != jsonable(finding):
        problems.append(Disagreement("pack-shows-another", dossier, {"dossier": dossier, "file": SHOWN}))
    named = {one.digest for one in (*finding.evidence, *finding.exonerating)}
    named |= {document for answer in finding.answers for document in answer.documents}
    spare = sorted(set(bundle.documents) - named)
    problems += [Disagreement("pack-document-unnamed", dossier, {"digest": digest}) for digest in spare]
    return PackReport(dossier, finding, tuple(problems), tuple(sorted(named - set(bundle.documents))))
