"""Which lot gets which codeword: a keyed permutation, sealed; only the Merkle root of the table is published.

Whoever does not hold the key cannot tell the next code. A leaked key ends the evidential value of its tags from that day.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from lodemark.assay.tag.codebook import Codebook
from lodemark.ledger import Tree, canonical
from lodemark.trouble import Error


class BookExhausted(Error):
    """More lots than codewords."""

    code: ClassVar[str] = "tag-book-exhausted"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The sealed table (lot -> index of codeword), the id of its key, and the root that may be published."""

    key_id: str
    book_digest: str
    table: tuple[tuple[str, int], ...]
    root: str

    def carries_weight(self, tagged_on: date, leaked_on: date | None) -> bool:
        """Whether a tag put on ``tagged_on`` still counts, given the day the key was found to be known to others."""
        return leaked_on is None or tagged_on < leaked_on


def assign(book: Codebook, lots: Sequence[str], key: bytes, key_id: str) -> Assignment:
    """Give each lot its own codeword; raises ``BookExhausted`` when there are more lots than codewords."""
    assert len(set(lots)) == len(lots), "a lot is tagged once"
    if len(lots) > len(book.code):
        raise BookExhausted(lots=len(lots), codes=len(book.code))
    order = sorted(range(len(book.code)), key=lambda n: _mac(key, f"code {n}"))
    table = tuple(zip(lots, order, strict=False))
    # Each leaf is blinded under the key: an outsider cannot confirm a guessed row from the published root.
    leaves = [canonical({"lot": lot, "code": code, "blind": _mac(key, f"leaf {lot}").hex()}) for lot, code in table]
    return Assignment(key_id, book.digest, table, Tree.of(leaves).root().hex())


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
