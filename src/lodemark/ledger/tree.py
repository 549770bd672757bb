"""The Merkle tree over all dossiers (RFC 6962 section 2.1), append-only, complete subtrees only.

Leaf data is the 32-byte chain digest of a record. A node of level ``l`` and index ``i`` covers leaves
``i*2^l .. (i+1)*2^l``; only complete nodes are stored, so nothing stored ever changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field

from lodemark.ledger.trouble import BadProof


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962: SHA-256 of 0x00 and the leaf data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: SHA-256 of 0x01 and the two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Tree:
    """Complete nodes by (level, index) and the number of leaves; ``nodes`` may be any mapping, a table included."""

    nodes: MutableMapping[tuple[int, int], bytes] = field(default_factory=dict)
    size: int = 0

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> Tree:
        """A tree over leaf data, in order."""
        tree = cls()
        for data in leaves:
            tree.append(data)
        return tree

    def append(self, data: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf; returns the nodes that became complete as (level, index, hash)."""
        level, index, value = 0, self.size, leaf_hash(data)
        self.size += 1
        made = [(level, index, value)]
        while index % 2:
            value = node_hash(self.nodes[level, index - 1], value)
            level, index = level + 1, index // 2
            made.append((level, index, value))
        self.nodes.update({(at, place): item for at, place, item in made})
        return made

    def root(self, size: int | None = None) -> bytes:
        """Root over the first ``size`` leaves; the empty tree is SHA-256 of nothing."""
        return self._hash(0, self._checked(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962 section 2.1.1)."""
        end = self._checked(size)
        if not 0 <= index < end:
            raise BadProof("proof-out-of-range", index=index, size=end)
        path: list[bytes] = []
        low, high = 0, end
        while high - low > 1:
            split = low + _split(high - low)
            if index < split:
                path.append(self._hash(split, high))
                high = split
            else:
                path.append(self._hash(low, split))
                low = split
        return path[::-1]

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of ``old`` leaves is a prefix of the one of ``size`` (section 2.1.2)."""
        end = self._checked(size)
        if not 0 < old <= end:
            raise BadProof("proof-out-of-range", index=old, size=end)
        path: list[bytes] = []
        low, high, whole = 0, end, True
        while old != high:
            split = low + _split(high - low)
            if old <= split:
                path.append(self._hash(split, high))
                high = split
            else:
                path.append(self._hash(low, split))
                low, whole = split, False
        return (path if whole else [*path, self._hash(low, high)])[::-1]

    def _checked(self, size: int | None) -> int:
        end = self.size if size is None else size
        if not 0 <= end <= self.size:
            raise BadProof("proof-out-of-range", index=end, size=self.size)
        return end

    def _hash(self, low: int, high: int) -> bytes:
        """Hash of the leaves [low, high); ``low`` is a multiple of the power of two at or above the width."""
        if high == low:
            return hashlib.sha256().digest()
        width = high - low
        if width & (width - 1) == 0:
            level = width.bit_length() - 1
            return self.nodes[level, low >> level]
        split = low + _split(width)
        return node_hash(self._hash(low, split), self._hash(split, high))


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << (width - 1).bit_length() - 1


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf *hash* and its path lead to (RFC 9162 section 2.1.3.2); a path of wrong shape is ``BadProof``."""
    if not 0 <= index < size or any(len(item) != 32 for item in (leaf, *path)):
        raise BadProof("proof-out-of-range", index=index, size=size)
    here, last, value = index, size - 1, leaf
    for item in path:
        if last == 0:
            raise BadProof("proof-too-long", index=index, size=size)
        if here % 2 or here == last:
            value = node_hash(item, value)
            while not here % 2 and here:
                here, last = here >> 1, last >> 1
        else:
            value = node_hash(value, item)
        here, last = here >> 1, last >> 1
    if last:
        raise BadProof("proof-too-short", index=index, size=size)
    return value


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` in the tree of ``size`` leaves with this root."""
    try:
        return root_from_inclusion(leaf, index, size, path) == root
    except BadProof:
        return False


def verify_consistency(old: int, size: int, path: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether the tree of ``old`` leaves is a prefix of the later one (RFC 9162 section 2.1.4.2).

    Defined for ``0 < old <= size`` only: an empty tree proves nothing, so it is refused rather than accepted.
    """
    if not 0 < old <= size or any(len(item) != 32 for item in (*path, old_root, root)):
        return False
    if old == size:
        return not path and old_root == root
    proof = list(path)
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    here, last = old - 1, size - 1
    while here % 2:
        here, last = here >> 1, last >> 1
    first = second = proof[0]
    for item in proof[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            first, second = node_hash(item, first), node_hash(item, second)
            while not here % 2 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, item)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == root
