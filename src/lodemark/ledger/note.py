"""Signed notes and checkpoints in the formats of C2SP ``signed-note`` and ``tlog-checkpoint``.

A checkpoint is three lines (origin, size, base64 root) under an Ed25519 signature, so any witness of a transparency
log can read and cosign it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lodemark.ledger.trouble import BadNote

ED25519 = b"\x01"
_DASH = "— "


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that let a reader find the key: a hint, never a proof."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A trusted verifier: name and raw Ed25519 public key (32 bytes); text form ``name+id+base64(0x01 || key)``."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Read the text form; the id must belong to the key."""
        try:
            name, given, encoded = text.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            key = cls(name, raw[1:])
            if raw[:1] != ED25519 or len(key.public) != 32 or key_id(name, key.public).hex() != given:
                raise ValueError
        except (ValueError, binascii.Error):
            raise BadNote("note-key-unreadable") from None
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Note:
    """The text that was signed and the names of the trusted keys whose signatures hold."""

    text: str
    signers: tuple[str, ...]


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text that ends in a newline; the result is the whole note."""
    assert text.endswith("\n") and "\n\n" not in text and " " not in name and "+" not in name
    hint = key_id(name, key.public_key().public_bytes_raw())
    signature = base64.b64encode(hint + key.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{name} {signature}\n"


def open_note(note: str, trusted: Iterable[NoteKey]) -> Note:
    """Verify a note; at least one trusted signature must hold and none of a trusted key may fail (``BadNote``)."""
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise BadNote("note-malformed")
    text += "\n"
    keys = {(key.name, key_id(key.name, key.public)): key for key in trusted}
    signers: list[str] = []
    for line in tail.splitlines():
        name, raw = _signature(line)
        key = keys.get((name, raw[:4]))
        if key is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
        except InvalidSignature:
            raise BadNote("note-signature-wrong", name=name) from None
        if name not in signers:
            signers.append(name)
    if not signers:
        raise BadNote("note-untrusted")
    return Note(text, tuple(signers))


def _signature(line: str) -> tuple[str, bytes]:
    if not line.startswith(_DASH):
        raise BadNote("note-malformed")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise BadNote("note-malformed") from None
    if not name or len(raw) < 5:
        raise BadNote("note-malformed")
    return name, raw


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Signed state of the tree: whose log (``origin``), how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed; we write no extension lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the signed text; leading zeros, signs or a root of other length are ``BadNote``."""
        lines = text.split("\n")
        try:
            origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        except (IndexError, ValueError, binascii.Error):
            raise BadNote("note-malformed") from None
        if not origin or str(size) != lines[1] or size < 0 or len(root) != 32 or lines[3:] != [""]:
            raise BadNote("note-malformed")
        return cls(origin, size, root)

    def sign(self, key: Ed25519PrivateKey) -> str:
        """The checkpoint as a signed note under its own origin."""
        return sign_note(self.text, self.origin, key)

    @classmethod
    def open(cls, note: str, trusted: Iterable[NoteKey]) -> Checkpoint:
        """Verify the note with the key of the origin itself, then read it; a witness alone does not suffice."""
        opened = open_note(note, trusted)
        checkpoint = cls.parse(opened.text)
        if checkpoint.origin not in opened.signers:
            raise BadNote("note-untrusted")
        return checkpoint
