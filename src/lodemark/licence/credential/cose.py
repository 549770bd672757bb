"""COSE_Sign1 (RFC 9052) as our codes carry it: tag 18, everything protected, deterministic, one algorithm per key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lodemark.licence.credential.cbor import LARGEST, Tag, Value, decode, encode
from lodemark.licence.credential.keys import KeySet, Signer
from lodemark.licence.credential.text import unb64
from lodemark.licence.credential.trouble import BadCredential

ALG, KID, TYP = 1, 4, 16
SIGN1: Final = 18
KID_BYTES: Final = 8
"""A code has no room for the whole thumbprint; its first bytes are a hint, and the signature is the proof."""


@dataclass(frozen=True, slots=True)
class Sign1:
    """The four parts of a COSE_Sign1; ``protected`` and ``payload`` are the bytes that were signed."""

    protected: bytes
    unprotected: dict[int | str, Value]
    payload: bytes
    signature: bytes

    def to_be_signed(self, external: bytes = b"") -> bytes:
        """The Sig_structure of RFC 9052 section 4.4."""
        return encode(["Signature1", self.protected, external, self.payload])


def parse_sign1(data: bytes, largest: int = LARGEST) -> Sign1:
    """The parts of a tagged message in deterministic CBOR; nothing is verified yet. Raises ``BadCredential``."""
    message = decode(data, largest)
    if not isinstance(message, Tag) or message.number != SIGN1 or not isinstance(message.value, list):
        raise BadCredential("credential-unreadable")
    match message.value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            return Sign1(protected, unprotected, payload, signature)
    raise BadCredential("credential-unreadable")


def sign_sign1(claims: dict[int | str, Value], signer: Signer, typ: str) -> bytes:
    """Claims as a tagged COSE_Sign1: algorithm, key and type protected, the unprotected header empty."""
    protected = encode({ALG: signer.key.suite.cose, KID: unb64(signer.key.kid)[:KID_BYTES], TYP: typ})
    message = Sign1(protected, {}, encode(claims), b"")
    signature = signer.sign(message.to_be_signed())
    return encode(Tag(SIGN1, [protected, {}, message.payload, signature]))


def type_of(data: bytes) -> str:
    """The type a message claims, before anything is verified; only good for choosing a reader."""
    header = decode(parse_sign1(data).protected)
    return str(header.get(TYP)) if isinstance(header, dict) else ""


def open_sign1(
    data: bytes, keys: KeySet, typ: str, largest: int = LARGEST, *, ordered: bool = True
) -> tuple[dict[int | str, Value], str]:
    """The verified claims and the thumbprint of the key; raises ``BadCredential`` naming the first failing check.

    Refused: an unprotected header (nobody signed it), a header we do not know, another type or algorithm.
    """
    message = parse_sign1(data, largest)
    header = decode(message.protected, largest)
    if message.unprotected or not isinstance(header, dict) or header.keys() != {ALG, KID, TYP}:
        raise BadCredential("credential-header", names=sorted(map(str, message.unprotected)))
    if header[TYP] != typ:
        raise BadCredential("credential-type", found=str(header[TYP])[:64], expected=typ)
    key = keys.find_short(header[KID])
    if header[ALG] != key.suite.cose:
        raise BadCredential("credential-algorithm", found=str(header[ALG])[:64], expected=str(key.suite.cose))
    if not key.suite.verify(key.public, message.signature, message.to_be_signed()):
        raise BadCredential("credential-signature", kid=key.kid)
    claims = decode(message.payload, largest, ordered=ordered)
    if not isinstance(claims, dict):
        raise BadCredential("credential-unreadable")
    return claims, key.kid
