"""A receipt: one record, its proof and the checkpoint, as the text of C2SP ``tlog-proof@v1``.

The extra line carries dossier, number and digests, so a verifier *recomputes* the leaf and trusts nothing it is told.
Whoever holds a receipt is a witness of the log.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass

from lodemark.ledger.canonical import canonical
from lodemark.ledger.chain import chain
from lodemark.ledger.note import Checkpoint, NoteKey
from lodemark.ledger.tree import leaf_hash, verify_inclusion
from lodemark.ledger.trouble import BadProof

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Place of the record in its dossier and in the tree; ``note`` is the signed checkpoint it leads to."""

    dossier: str
    number: int
    prev_digest: bytes
    body_digest: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        extra = canonical(
            {
                "dossier": self.dossier,
                "number": self.number,
                "prev": self.prev_digest.hex(),
                "body": self.body_digest.hex(),
            }
        )
        lines = [HEADER, f"extra {_b64(extra)}", f"index {self.index}", *map(_b64, self.path)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read the text form; any other shape is ``BadProof``."""
        head, gap, note = text.partition("\n\n")
        lines = head.split("\n")
        try:
            if not gap or lines[0] != HEADER or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
                raise ValueError
            extra = json.loads(base64.b64decode(lines[1][6:], validate=True))
            path = tuple(base64.b64decode(line, validate=True) for line in lines[3:])
            if set(extra) != {"dossier", "number", "prev", "body"}:
                raise ValueError
            place = (str(extra["dossier"]), int(extra["number"]))
            digests = (bytes.fromhex(extra["prev"]), bytes.fromhex(extra["body"]))
            return cls(*place, *digests, int(lines[2][6:]), path, note)
        except (ValueError, IndexError, TypeError, AttributeError, binascii.Error):
            raise BadProof("receipt-unreadable") from None

    def verify(self, trusted: Iterable[NoteKey]) -> Checkpoint:
        """The checkpoint that includes this record; ``BadNote`` or ``BadProof`` when it does not."""
        checkpoint = Checkpoint.open(self.note, trusted)
        if self.number < 1 or len(self.prev_digest) != 32 or len(self.body_digest) != 32:
            raise BadProof("receipt-unreadable")
        leaf = leaf_hash(chain(self.dossier, self.number, self.prev_digest, self.body_digest))
        if not verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root):
            raise BadProof("receipt-not-included", dossier=self.dossier, number=self.number)
        return checkpoint


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
