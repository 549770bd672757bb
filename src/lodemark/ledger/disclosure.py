"""Private fields: the record keeps the digest of an RFC 9901 disclosure, the vault keeps salt and value.

To show a value later is to hand over the disclosure; to erase it is to delete salt and value: the chain still verifies.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from lodemark.ledger.canonical import jsonable
from lodemark.ledger.trouble import BadProof


@dataclass(frozen=True, slots=True)
class Disclosure:
    """``[salt, name, value]`` as base64url text, and the digest under which a record or licence names it."""

    salt: str
    name: str
    value: object
    encoded: str

    @property
    def digest(self) -> str:
        """Base64url SHA-256 of the encoded text (RFC 9901 section 4.2.3)."""
        return _b64(hashlib.sha256(self.encoded.encode("ascii")).digest())


def disclose(name: str, value: object, salt: bytes) -> Disclosure:
    """Make a disclosure; ``salt`` is 16 random bytes from the shell."""
    assert len(salt) == 16, "RFC 9901 section 4.2.1 recommends 128 bits"
    text = _b64(salt)
    encoded = _b64(json.dumps([text, name, jsonable(value)], ensure_ascii=False).encode())
    return Disclosure(text, name, value, encoded)


def open_disclosure(encoded: str, digest: str) -> Disclosure:
    """Read a disclosure that must belong to ``digest``; anything else is ``BadProof``."""
    try:
        salt, name, value = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError:
        raise BadProof("disclosure-unreadable") from None
    found = Disclosure(salt, name, value, encoded)
    if found.digest != digest:
        raise BadProof("disclosure-of-other-field", name=name)
    return found


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
