"""Audit and rebuild: every chain, the tree, every read model and every licence sum, computed again from the records.

Differences are reported, never repaired in silence: ``rebuild`` is a separate act that an operator asks for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from lodemark import Disagreement, Error
from lodemark.ledger import ChainedRecord, Checkpoint, Tree, verify_dossier
from lodemark.licence import Licence
from lodemark_office.acts.state import ATTEMPT, States
from lodemark_office.store import files, licences, log, models
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.project import project, projected, read_models
from lodemark_office.store.statement import run


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was looked at, and everything that differs."""

    dossiers: int
    records: int
    documents: int
    checkpoints: int
    found: tuple[Disagreement, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing differs."""
        return not self.found


def audit(outside: tuple[str, ...] = ()) -> AuditReport:
    """Look at everything. ``outside``: signed checkpoints that others kept, which catch a rewritten or restored log."""
    found: list[Disagreement] = []
    dossiers = records = 0
    rows = models.LedgerRecord.objects.order_by("dossier", "number").iterator(chunk_size=2000)
    heads = {head.dossier: head for head in models.DossierHead.objects.filter(number__gt=0)}
    chains: dict[tuple[str, int], bytes] = {}
    for dossier, group in groupby(rows, key=lambda row: row.dossier):
        links = [_link(row) for row in group]
        report = verify_dossier(dossier, links)
        found += report.breaks
        head = heads.pop(dossier, None)
        if head is None or head.number != report.count or _raw(head.digest) != links[-1].chain_digest:
            found.append(Disagreement("audit-head-differs", dossier, {"dossier": dossier, "records": report.count}))
        chains.update({(dossier, link.number): link.chain_digest for link in links})
        dossiers, records = dossiers + 1, records + report.count
    found += [
        Disagreement("audit-records-missing", name, {"dossier": name, "stated": head.number}) for name, head in heads.items()
    ]
    # What is made from a broken dossier says nothing; the break itself is told.
    broken = {one.subject for one in found}
    found += _tree(chains, outside)
    found += _documents()
    found += _read_models(broken)
    counts = (models.Document.objects.count(), models.SignedCheckpoint.objects.count())
    return AuditReport(dossiers, records, *counts, tuple(found))


def _link(row: models.LedgerRecord) -> ChainedRecord:
    parts = (row.body, row.body_digest, row.prev_digest, row.chain_digest)
    return ChainedRecord(row.number, *(_raw(part) for part in parts))


def _raw(value: object) -> bytes:
    """The bytes of a column; SQLite gives text back where somebody put text in."""
    return value.encode() if isinstance(value, str) else bytes(value)  # type: ignore[call-overload]


def _tree(chains: dict[tuple[str, int], bytes], outside: tuple[str, ...]) -> Iterator[Disagreement]:
    leaves = list(models.TreeLeaf.objects.order_by("index"))
    for leaf in leaves:
        if chains.get((leaf.dossier, leaf.number)) != _raw(leaf.chain_digest):
            facts = {"dossier": leaf.dossier, "number": leaf.number}
            yield Disagreement("audit-leaf-differs", leaf.dossier, facts)
    tree = Tree.of(_raw(leaf.chain_digest) for leaf in leaves)
    notes = [*models.SignedCheckpoint.objects.order_by("size").values_list("note", flat=True), *outside]
    for note in notes:
        try:
            signed = Checkpoint.open(note, [log.log_key()])
        except Error as error:
            yield Disagreement("audit-checkpoint-unreadable", "log", {"why": error.explain()})
            continue
        if signed.size > tree.size:
            yield Disagreement("audit-log-behind", "log", {"size": tree.size, "signed": signed.size})
        elif tree.root(signed.size) != signed.root:
            yield Disagreement("audit-log-rewritten", "log", {"signed": signed.size})


def _documents() -> Iterator[Disagreement]:
    for row in models.Document.objects.iterator(chunk_size=50):
        if hashlib.sha256(_raw(row.content)).hexdigest() != row.sha256:
            yield Disagreement("audit-document-differs", row.sha256, {"document": row.sha256})
    # A file that was refused is known by its digest alone; every other one has to be here as it came.
    wanted = set(models.KeptFile.objects.exclude(state="rejected").values_list("sha256", flat=True))
    for path in files.every():
        if path.name in wanted:
            wanted.remove(path.name)
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                yield Disagreement("audit-document-differs", path.name, {"document": path.name})
    yield from (Disagreement("audit-document-missing", name, {"document": name}) for name in sorted(wanted))


def _read_models(broken: set[str]) -> Iterator[Disagreement]:
    states = States(DatabaseStore())
    summaries = {row.dossier: row for row in models.Summary.objects.all() if row.dossier not in broken}
    for dossier in _projected():
        if dossier in broken:
            continue
        state = states(dossier)
        line, accounts = read_models(dossier, state)
        row = summaries.pop(dossier, None)
        kept = (row.reference, row.party, row.about, row.state, row.turn, row.due_on, row.facts) if row else None
        if kept != (line.reference, line.party, line.about, line.state, line.turn, line.due_on, dict(line.facts)):
            yield Disagreement("audit-summary-differs", dossier, {"dossier": dossier})
        stored = {
            (row.line, row.commodity): (row.granted, row.reserved, row.posted, row.lapsed)
            for row in models.LicenceAccount.objects.filter(dossier=dossier)
        }
        made = {(one.line, one.commodity): (one.granted, one.reserved, one.posted, one.lapsed) for one in accounts}
        if stored != made or (isinstance(state, Licence) and licences.kept(dossier) != licences.made(state, _moved(dossier))):
            yield Disagreement("audit-balance-differs", dossier, {"dossier": dossier})
    for dossier in summaries:
        yield Disagreement("audit-summary-differs", dossier, {"dossier": dossier})


def _projected() -> list[str]:
    names = models.DossierHead.objects.filter(number__gt=0).order_by("dossier").values_list("dossier", flat=True)
    return [name for name in names if projected(name)]


def _moved(dossier: str) -> int:
    rows = models.LedgerRecord.objects.filter(dossier=dossier).exclude(kind=ATTEMPT).order_by("-number")
    return rows.values_list("number", flat=True)[0]


def rebuild() -> int:
    """Make every read model again from the records alone, in one transaction; returns how many dossiers."""
    states = States(DatabaseStore())
    with transaction.atomic():
        models.Summary.objects.all().delete()
        for model in (models.LicenceAccount, models.LicenceState, models.LicenceDrawdown):
            model.objects.all().delete()
        names = _projected()
        for dossier in names:
            number = models.DossierHead.objects.get(dossier=dossier).number
            run(project(dossier, number, _moved(dossier), states(dossier)))
    return len(names)
