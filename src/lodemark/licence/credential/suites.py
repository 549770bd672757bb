"""The allow-list of signature suites: one name, its JOSE and COSE identifiers, and how to check a signature.

The algorithm is taken from the *key*, never from the message: a message only has to agree. ``EdDSA`` and COSE -8 are
deprecated names (RFC 9864) and not on the list. A further suite (SM2/SM3, often required in Chinese administrations:
unconfirmed) is one row of ``SUITES`` with its ``verify``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

Private: TypeAlias = Ed25519PrivateKey | EllipticCurvePrivateKey
Public: TypeAlias = Ed25519PublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Suite:
    """``jose`` and ``cose`` name the suite in a header; ``sign`` and ``verify`` work on raw 64-byte signatures."""

    name: str
    jose: str
    cose: int
    sign: Callable[[Private, bytes], bytes]
    verify: Callable[[Public, bytes, bytes], bool]


def _sign_ed25519(key: Private, data: bytes) -> bytes:
    assert isinstance(key, Ed25519PrivateKey)
    return key.sign(data)


def _verify_ed25519(key: Public, signature: bytes, data: bytes) -> bool:
    assert isinstance(key, Ed25519PublicKey)
    return _holds(lambda: key.verify(signature, data))


def _sign_p256(key: Private, data: bytes) -> bytes:
    assert isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
    r, s = decode_dss_signature(key.sign(data, ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def _verify_p256(key: Public, signature: bytes, data: bytes) -> bool:
    assert isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    if len(signature) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    return _holds(lambda: key.verify(der, data, ECDSA(SHA256())))


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidSignature:
        return False
    return True


SUITES: Final[Mapping[str, Suite]] = {
    "Ed25519": Suite("Ed25519", "Ed25519", -19, _sign_ed25519, _verify_ed25519),
    "P-256": Suite("P-256", "ES256", -9, _sign_p256, _verify_p256),
}
"""By curve name of the key (RFC 8037, RFC 7518): JOSE and COSE names by RFC 9864."""
