"""Token status list (IETF draft, revision pinned below): what an act did to a licence, without asking the office.

Four bits per licence: 0 valid, 1 invalid, 2 suspended, 3 frozen. A licence's index is random in a list of at least
2^17 with decoys, so the list tells nobody how many licences there are or which changed. New on every act and hourly.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from lodemark.licence.credential.cbor import Value
from lodemark.licence.credential.cose import open_sign1, sign_sign1
from lodemark.licence.credential.jws import sign_jws, verify_jws
from lodemark.licence.credential.keys import KeySet, Signer
from lodemark.licence.credential.text import b64, unb64
from lodemark.licence.credential.trouble import BadCredential

DRAFT: Final = "draft-ietf-oauth-status-list-17"
JWT_TYP: Final = "statuslist+jwt"
CWT_TYP: Final = "application/statuslist+cwt"
BITS: Final = 4
SMALLEST: Final = 2**17
LIFETIME: Final = timedelta(hours=24)
LARGEST: Final = 4 * 1024 * 1024
SUB, EXP, IAT, TTL, LIST = 2, 4, 6, 65534, 65533

Status = Literal["valid", "invalid", "suspended", "frozen"]
CODES: Final[Mapping[Status, int]] = {"valid": 0, "invalid": 1, "suspended": 2, "frozen": 3}
NAMES: Final[Mapping[int, Status]] = {code: name for name, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class StatusList:
    """The statuses of one list at ``issued``, packed from the lowest bit of each byte (draft section 4.1)."""

    uri: str
    issued: datetime
    until: datetime
    bits: int
    packed: bytes

    def code(self, index: int) -> int:
        """The code at an index; raises ``BadCredential`` outside the list."""
        if not 0 <= index < len(self.packed) * 8 // self.bits:
            raise BadCredential("status-index-outside", index=index)
        place = index * self.bits
        return self.packed[place // 8] >> place % 8 & (1 << self.bits) - 1

    def status(self, index: int) -> Status:
        """The status at an index; a code we do not know is never valid."""
        return NAMES.get(self.code(index), "invalid")


def build(uri: str, statuses: Mapping[int, Status], seed: bytes, at: datetime, size: int = SMALLEST) -> StatusList:
    """The list of a moment. Places without a licence hold decoys drawn from ``seed``, the same in every edition."""
    assert size >= SMALLEST and all(0 <= index < size for index in statuses), "a short list tells who is on it"
    codes = bytearray(_decoys(seed, size))
    for index, status in statuses.items():
        codes[index] = CODES[status]
    packed = bytes(codes[place] | codes[place + 1] << 4 for place in range(0, size, 2))
    return StatusList(uri, at, at + LIFETIME, BITS, packed)


def _decoys(seed: bytes, size: int) -> bytes:
    # One in eight looks like something happened to it: enough to hide real acts, still small when deflated.
    stream = hashlib.shake_256(hmac.digest(seed, b"status decoys", "sha256")).digest(size)
    return bytes(1 + byte % 3 if byte < 32 else 0 for byte in stream)


def sign_status_jwt(listed: StatusList, signer: Signer) -> str:
    """The list as a signed JWT."""
    claims = {
        "sub": listed.uri,
        "iat": int(listed.issued.timestamp()),
        "exp": int(listed.until.timestamp()),
        "ttl": 3600,
        "status_list": {"bits": listed.bits, "lst": b64(zlib.compress(listed.packed, 9))},
    }
    return sign_jws(claims, signer, JWT_TYP)


def sign_status_cwt(listed: StatusList, signer: Signer) -> bytes:
    """The list as a signed CWT."""
    claims: dict[int | str, Value] = {
        SUB: listed.uri,
        IAT: int(listed.issued.timestamp()),
        EXP: int(listed.until.timestamp()),
        TTL: 3600,
        LIST: {"bits": listed.bits, "lst": zlib.compress(listed.packed, 9)},
    }
    return sign_sign1(claims, signer, CWT_TYP)


def open_status(data: bytes, keys: KeySet) -> StatusList:
    """A status list token in either form, signed by a key of the configured set; raises ``BadCredential``."""
    if data[:1] == b"\xd2":  # CBOR tag 18
        claims, _ = open_sign1(data, keys, CWT_TYP, LARGEST, ordered=False)
        return _read({name: claims.get(code) for name, code in _NUMBERS.items()}, raw=True)
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        raise BadCredential("status-unreadable") from None
    return _read(verify_jws(text, keys.find, JWT_TYP, LARGEST), raw=False)


_NUMBERS: Final = {"sub": SUB, "iat": IAT, "exp": EXP, "status_list": LIST}


def _read(claims: Mapping[str, Any], raw: bool) -> StatusList:
    listed = claims.get("status_list")
    uri, issued, until = claims.get("sub"), claims.get("iat"), claims.get("exp")
    if not isinstance(listed, dict) or not isinstance(uri, str) or type(issued) is not int or type(until) is not int:
        raise BadCredential("status-unreadable")
    bits, packed = read_list(listed, raw)
    return StatusList(uri, datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(until, UTC), bits, packed)


def read_list(listed: Mapping[Any, Any], raw: bool) -> tuple[int, bytes]:
    """Bits and unpacked bytes of a ``status_list`` claim; ``raw``: ``lst`` is bytes (CBOR), else base64url (JSON)."""
    bits, lst = listed.get("bits"), listed.get("lst")
    if bits not in (1, 2, 4, 8) or not isinstance(lst, bytes if raw else str):
        raise BadCredential("status-unreadable")
    return int(bits), inflate(lst if isinstance(lst, bytes) else unb64(str(lst)), LARGEST)


def inflate(data: bytes, most: int) -> bytes:
    """Decompress zlib data of at most ``most`` bytes; more, a cut stream or bytes after it are refused."""
    machine = zlib.decompressobj()
    try:
        plain = machine.decompress(data, most + 1)
    except zlib.error:
        raise BadCredential("credential-zlib") from None
    if len(plain) > most or not machine.eof or machine.unused_data:
        raise BadCredential("credential-zlib")
    return plain
