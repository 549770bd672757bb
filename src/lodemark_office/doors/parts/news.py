"""What was told by mail about a dossier, and how that went."""

from __future__ import annotations

from lodemark_office.store import models


def news_of(*dossiers: str) -> list[tuple[models.Outbox, str]]:
    """The news of these dossiers, latest first, each with the kind of its record."""
    rows = list(models.Outbox.objects.filter(dossier__in=dossiers).order_by("-made_at", "-number"))
    records = models.LedgerRecord.objects.filter(dossier__in=dossiers).values_list("dossier", "number", "kind")
    kinds = {(dossier, number): kind for dossier, number, kind in records}
    return [(row, kinds[row.dossier, row.number]) for row in rows]
