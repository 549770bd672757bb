"""Base64url and JSON read strictly: one value, one text.

A lenient reader accepts many spellings of the same bytes; then a changed character is still "genuine". Here padding,
foreign characters and loose last bits are refused, and so are JSON names that stand twice, NaN and lone surrogates.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NoReturn

from lodemark.licence.credential.trouble import BadCredential


def b64(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of base64url text in its only spelling; raises ``BadCredential``."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        raise BadCredential("credential-base64") from None
    if b64(data) != text:
        raise BadCredential("credential-base64")
    return data


def read_json(data: bytes) -> Any:
    """A JSON value; raises ``BadCredential`` for anything a second reader might understand otherwise."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8 form
    except (ValueError, RecursionError):
        raise BadCredential("credential-json") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadCredential("credential-json")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadCredential("credential-json", name=name)
