"""Serials that cannot be guessed and labels that verify offline.

A serial (AI 21, ``lodemark/serial/1``) is one key letter, eleven random characters and eight characters of tag: the first
40 bits of HMAC-SHA-256 under the issuer's key, so a guess passes once in 2^40. Anyone can verify without a key by a second
mark: a COSE_Sign1 (RFC 9052, EdDSA, detached) over the canonical Digital Link, as query attribute ``lm`` of the link in
the QR. Being in the query it changes no identifier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lodemark.custody.identifier import canonical, check_digit_fault, parse
from lodemark.trouble import Error

DOMAIN = b"lodemark/serial/1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so a person can read it out
_READ_AS = str.maketrans("ILO", "110")
_BODY, _TAG, _LOT_TAG = 11, 8, 6
_COSE_SIGN1, _EDDSA = 18, -8


class SerialError(Error):
    """A text that has not the form of a signed serial."""

    code: ClassVar[str] = "serial-form"


@dataclass(frozen=True, slots=True)
class SerialKey:
    """One issuer key. ``letter`` stands first in its serials; ``revoked_us`` None: in force."""

    letter: str
    secret: bytes
    revoked_us: int | None = None


def issuer_key(office_key: bytes, gln: str, letter: str = "A") -> SerialKey:
    """The key of an issuer (13-digit GLN) for one letter, derived from the office's (HKDF-SHA-256)."""
    info = DOMAIN + gln.encode() + letter.encode()
    return SerialKey(letter, HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(office_key))


def issue_serials(gtin: str, n: int, key: SerialKey, random_bytes: Callable[[int], bytes]) -> list[str]:
    """``n`` new serials of a GTIN-14; ``random_bytes`` is the caller's (``secrets.token_bytes``), never a clock or counter."""
    found = []
    for _ in range(n):
        body = _letters(int.from_bytes(random_bytes(7)) >> 1, _BODY)
        found.append(key.letter + body + _tag(key, gtin, key.letter + body, _TAG))
    return found


def check_serial(gtin: str, serial: str, keys: Mapping[str, SerialKey], used_us: int | None = None) -> str:
    """``ok``, ``tag-wrong``, ``key-unknown``, or ``key-revoked`` (revoked before it was used). Raises ``SerialError``.

    Letters people misread are read as meant (I and L as 1, O as 0).
    """
    text = serial.upper().translate(_READ_AS)
    if len(text) != 1 + _BODY + _TAG or not set(text) <= set(ALPHABET):
        raise SerialError(serial=serial)
    key = keys.get(text[0])
    if key is None:
        return "key-unknown"
    if not hmac.compare_digest(text[-_TAG:], _tag(key, gtin, text[:-_TAG], _TAG)):
        return "tag-wrong"
    if key.revoked_us is not None and (used_us is None or used_us >= key.revoked_us):
        return "key-revoked"
    return "ok"


def tag_lot(gtin: str, lot: str, key: SerialKey) -> str:
    """The maker's lot number with a 6-character tag: ``LOT7-K3F9ZA``. Lots keep their number, the tag is optional."""
    return f"{lot}-{_tag(key, gtin, f'lot/{lot}', _LOT_TAG)}"


def check_lot(gtin: str, lot: str, key: SerialKey) -> bool:
    """Whether a tagged lot number carries its own tag."""
    number, dash, tag = lot.rpartition("-")
    return bool(dash) and hmac.compare_digest(tag, _tag(key, gtin, f"lot/{number}", _LOT_TAG))


def _tag(key: SerialKey, gtin: str, text: str, size: int) -> str:
    digest = hmac.digest(key.secret, DOMAIN + gtin.encode() + text.encode(), hashlib.sha256)
    return _letters(int.from_bytes(digest[:5]) >> (40 - 5 * size), size)


def _letters(number: int, size: int) -> str:
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(size - 1, -1, -1))


def mark_link(link: str, key: Ed25519PrivateKey, key_id: str) -> str:
    """The link with its second mark: ``…?lm=<base64url COSE_Sign1>``. A wrong check digit is an assertion: we print it."""
    assert check_digit_fault(parse(link)) is None, link
    protected = cbor2.dumps({1: _EDDSA, 4: key_id.encode()}, canonical=True)
    signature = key.sign(_to_sign(protected, canonical(link)))
    message = cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [protected, {}, None, signature]), canonical=True)
    return f"{link.split('?', maxsplit=1)[0]}?lm={base64.urlsafe_b64encode(message).decode().rstrip('=')}"


def check_mark(link: str, keys: Mapping[str, Ed25519PublicKey]) -> str | None:
    """``ok``, ``signature-wrong``, ``key-unknown`` or ``unreadable``; None when the link carries no mark."""
    told = parse_qs(urlsplit(link).query).get("lm")
    if not told:
        return None
    try:
        message = cbor2.loads(base64.urlsafe_b64decode(told[0] + "=" * (-len(told[0]) % 4)))
        protected, _, payload, signature = message.value
        header = cbor2.loads(protected)
        known = header[1] == _EDDSA and payload is None and message.tag == _COSE_SIGN1
        key_id = header[4].decode()
    except (ValueError, KeyError, TypeError, AttributeError, cbor2.CBORDecodeError):
        return "unreadable"
    if not known:
        return "unreadable"
    key = keys.get(key_id)
    if key is None:
        return "key-unknown"
    try:
        key.verify(signature, _to_sign(protected, canonical(link)))
    except InvalidSignature:
        return "signature-wrong"
    return "ok"


def _to_sign(protected: bytes, payload: str) -> bytes:
    """Sig_structure of RFC 9052 section 4.4 with a detached payload."""
    return cbor2.dumps(["Signature1", protected, b"", payload.encode()], canonical=True)
