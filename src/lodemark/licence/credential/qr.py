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
    body = text[len(PREFIX) :]
    try:
        packed = base45.b45decode(body)
    except (ValueError, TypeError):
        raise BadCredential("credential-base45") from None
    if str(base45.b45encode(packed), "ascii") != body:
        raise BadCredential("credential-base45")
    # The deflate stream itself is not compared: another zlib packs the same bytes in another way, and rightly so.
    return inflate(packed, LARGEST_PLAIN)
