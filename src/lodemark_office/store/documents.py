"""Files handed in, as rows: what each is, what is known of it, who handed it in. Their bytes are kept by ``files``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from lodemark.ledger import Actor, jsonable
from lodemark_office.acts.scanning import Scan, examine, graver
from lodemark_office.acts.store import HandedIn, UnknownDossier
from lodemark_office.store import files, models


def hand_in(looked: HandedIn, data: bytes, by: Actor, name: str, at: datetime) -> HandedIn:
    """Keep the file, unless it cannot be taken at all: of that only the digest and the cause are kept."""
    held = _hold(looked, data)
    models.HandIn.objects.get_or_create(
        sha256=held.sha256, party=by.party, defaults={"person": by.person, "name": name, "at": at}
    )
    return held


def handed_in(party: str, digests: Sequence[str] | None = None) -> Mapping[str, HandedIn]:
    """The files of a party by digest, latest first: all, or those asked for."""
    rows = models.HandIn.objects.filter(party=party).order_by("-at")
    mine = {row.sha256: row for row in (rows if digests is None else rows.filter(sha256__in=digests))}
    known = {row.sha256: row for row in models.KeptFile.objects.filter(sha256__in=mine)}
    return {digest: _handed(known[digest], row.name, row.at) for digest, row in mine.items()}


def read(sha256: str) -> bytes:
    """The bytes of a file that may be opened."""
    if not models.KeptFile.objects.filter(sha256=sha256, state__in=("received", "clean")).exists():
        raise UnknownDossier(dossier=sha256)
    return files.read(sha256)


def rescan(scan: Scan) -> list[HandedIn]:
    """Show the scanner every file that waits for it; returns what is known now."""
    waiting = models.KeptFile.objects.filter(state="received").order_by("sha256").values_list("sha256", flat=True)
    found = []
    for digest in waiting:
        data = files.read(digest)
        found.append(_hold(examine(data, scan), data))
    return found


def _hold(looked: HandedIn, data: bytes) -> HandedIn:
    row = models.KeptFile.objects.filter(sha256=looked.sha256).first()
    held = graver(_handed(row) if row else None, looked)
    if held.state != "rejected":
        files.keep(data)
    if held.state == "infected":
        # After commit: until then the row, by which every page asks, still says what it said.
        transaction.on_commit(partial(files.lock_away, held.sha256))
    said = {"kind": held.kind, "media": held.media, "size": held.size, "state": held.state}
    why = {"cause": held.cause, "facts": jsonable(held.facts), "engine": held.engine}
    models.KeptFile.objects.update_or_create(sha256=held.sha256, defaults={**said, **why})
    return held


def _handed(row: models.KeptFile, name: str = "", at: datetime | None = None) -> HandedIn:
    return HandedIn(row.sha256, row.kind, row.media, row.size, row.state, row.cause, row.facts, row.engine, name, at)
