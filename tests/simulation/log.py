"""The log from outside: the operator's tree and its signed checkpoints, and the witness who comes by now and then."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lodemark import ledger
from lodemark.ledger import Checkpoint, NoteKey, Tree

ORIGIN = "office.example/simulated"


class Log:
    """Leaves in the order they were acknowledged; one witness with its last checkpoint."""

    def __init__(self, seed: int) -> None:
        self.leaves: list[bytes] = []
        self._seed = seed
        self._keys = [self._key(0)]
        self.seen: str | None = None

    def _key(self, number: int) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{self._seed} {number}".encode()).digest())

    def rotate(self) -> None:
        """A new signing key; what the old one signed stays good."""
        self._keys.append(self._key(len(self._keys)))

    def append(self, leaf: bytes) -> None:
        """One more record."""
        self.leaves.append(leaf)

    def visited(self, leaves: list[bytes] | None = None) -> bool:
        """The witness asks for a checkpoint and a proof; whether they continue what it saw last. Nothing seen: good."""
        tree = Tree.of(self.leaves if leaves is None else leaves)
        note = Checkpoint(ORIGIN, tree.size, tree.root()).sign(self._keys[-1])
        trusted = [NoteKey(ORIGIN, key.public_key().public_bytes_raw()) for key in self._keys]
        now = Checkpoint.open(note, trusted)
        good = self.seen is None or self._continues(Checkpoint.open(self.seen, trusted), now, tree)
        if good and leaves is None:
            self.seen = note
        return good

    @staticmethod
    def _continues(before: Checkpoint, now: Checkpoint, tree: Tree) -> bool:
        if now.size < before.size:
            return False
        if before.size == 0:
            return True
        if now.size == before.size:
            return now.root == before.root
        path = tree.consistency(before.size)
        return ledger.verify_consistency(before.size, now.size, path, before.root, now.root)
