"""The log: pending leaves into the tree, checkpoints, receipts, proofs.

A record is *chained* when its transaction commits and *logged* when the sequencer gives it a leaf; commits take no lock
on the tree. The signer refuses a tree that is not consistent with what it signed before.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from lodemark import Error
from lodemark.ledger import Checkpoint, NoteKey, Receipt, Tree, verify_consistency
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.store import models
from lodemark_office.store.keys import signing_key

_SEQUENCER = "log/sequencer"


class NotYetLogged(Error):
    """The record is chained but has no place in a signed tree yet."""

    code = "record-not-yet-logged"
    kind = "storage"


class InconsistentLog(Error):
    """The tree does not continue the one that was signed before; signing it would be a fork."""

    code = "log-inconsistent"
    kind = "storage"


class _Nodes(MutableMapping[tuple[int, int], bytes]):
    """The nodes of the stored tree, read one by one; new ones are kept until ``save``."""

    def __init__(self) -> None:
        self._new: dict[tuple[int, int], bytes] = {}

    def __getitem__(self, place: tuple[int, int]) -> bytes:
        if place in self._new:
            return self._new[place]
        row = models.TreeNode.objects.filter(level=place[0], index=place[1]).first()
        if row is None:
            raise KeyError(place)
        return bytes(row.hash)

    def __setitem__(self, place: tuple[int, int], value: bytes) -> None:
        self._new[place] = value

    def __delitem__(self, place: tuple[int, int]) -> None:
        raise TypeError("a node is never deleted")

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._new)

    def __len__(self) -> int:
        return len(self._new)

    def save(self) -> None:
        models.TreeNode.objects.bulk_create(
            models.TreeNode(level=level, index=index, hash=value) for (level, index), value in self._new.items()
        )


def tree() -> Tree:
    """The stored tree; proofs read only the nodes they need."""
    return Tree(_Nodes(), models.TreeLeaf.objects.count())


def sequence(batch: int = 10_000) -> int:
    """Give the pending records their leaves, as they are present (commits are not in id order); returns how many."""
    with transaction.atomic():
        models.DossierHead.objects.get_or_create(dossier=_SEQUENCER)
        models.DossierHead.objects.select_for_update().get(dossier=_SEQUENCER)
        pending = list(models.PendingLeaf.objects.order_by("id")[:batch])
        nodes = _Nodes()
        growing = Tree(nodes, models.TreeLeaf.objects.count())
        first = growing.size
        for leaf in pending:
            growing.append(bytes(leaf.chain_digest))
        nodes.save()
        models.TreeLeaf.objects.bulk_create(
            models.TreeLeaf(index=index, dossier=leaf.dossier, number=leaf.number, chain_digest=leaf.chain_digest)
            for index, leaf in enumerate(pending, start=first)
        )
        models.PendingLeaf.objects.filter(id__in=[leaf.id for leaf in pending]).delete()
    return len(pending)


def checkpoint(at: datetime) -> str:
    """Sequence what is pending and sign the tree; the note is kept and returned."""
    while sequence():
        pass
    key = signing_key()
    with transaction.atomic():
        grown = tree()
        last = models.SignedCheckpoint.objects.order_by("-size").first()
        if last is not None:
            before = Checkpoint.open(last.note, [log_key()])
            if before.size == grown.size:
                return last.note
            path = grown.consistency(before.size) if 0 < before.size < grown.size else []
            if before.size and not verify_consistency(before.size, grown.size, path, before.root, grown.root()):
                raise InconsistentLog(size=grown.size, signed=before.size)
        note = Checkpoint(log_key().name, grown.size, grown.root()).sign(key)
        models.SignedCheckpoint(size=grown.size, note=note, signed_at=at).save(force_insert=True)
    return note


def receipt(dossier: str, number: int) -> Receipt:
    """The proof that a record is in the last signed tree."""
    record = models.LedgerRecord.objects.filter(dossier=dossier, number=number).first()
    if record is None:
        raise UnknownDossier(dossier=dossier)
    leaf = models.TreeLeaf.objects.filter(dossier=dossier, number=number).first()
    last = models.SignedCheckpoint.objects.order_by("-size").first()
    if leaf is None or last is None or leaf.index >= last.size:
        raise NotYetLogged(dossier=dossier, number=number)
    path = tuple(tree().inclusion(leaf.index, last.size))
    digests = (bytes(record.prev_digest), bytes(record.body_digest))
    return Receipt(dossier, number, *digests, leaf.index, path, last.note)


def log_key() -> NoteKey:
    """The public key of the log, as outsiders hold it."""
    return NoteKey(f"{settings.OFFICE.hosts[0]}/lodemark", signing_key().public_key().public_bytes_raw())
