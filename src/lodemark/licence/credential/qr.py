"""The text in a QR symbol: ``LD1:`` + Base45 (RFC 9285) of zlib of a COSE_Sign1; ``paper.codes`` draws the symbol.

Base45 uses only the characters of QR's alphanumeric mode, so 640 bytes fit a version 20-M symbol and a phone reads it
from paper.
"""

from __future__ import annotations

import zlib
from typing import Final

import base45

from lodemark.licence.credential.status import inflate
from lodemark.licence.credential.trouble import BadCredential

PREFIX: Final = "LD1:"
LONGEST_TEXT: Final = 4096
LARGEST_PLAIN: Final = 16 * 1024
LICENCE_VERSION: Final = 20
SLIP_VERSION: Final = 14


def armour(data: bytes) -> str:
    """The text for a symbol."""
    return PREFIX + str(base45.b45encode(zlib.compress(data, 9)), "ascii")


def unarmour(text: str) -> bytes:
    """The bytes in a symbol's text; too long, another spelling or a zip bomb are refused."""
    if len(text) > LONGEST_TEXT:
        raise BadCredential("credential-too-large", size=len(text), most=LONGEST_TEXT)
    if not text.startswith(PREFIX):
        raise BadCredential("credential-unreadable")
    try:
        packed = base45.b45decode(text[len(PREFIX) :])
    except (ValueError, TypeError):
        raise BadCredential("credential-base45") from None
    plain = inflate(packed, LARGEST_PLAIN)
    # Several deflate streams give the same bytes; only ours counts, so that no second symbol means the same paper.
    if armour(plain) != text:
        raise BadCredential("credential-base45")
    return plain
