"""Base64url and JSON read strictly: one value, one text.

A lenient reader accepts many spellings of the same bytes; then a changed character is still "genuine". Here padding,
foreign characters and loose last bits are refused, and so are JSON names that stand twice, NaN and lone surrogates.
"""

from __future__ import annotations

import binascii
import json
from typing import Any, Final, NoReturn

from lodemark.licence.credential.trouble import BadCredential


def b64(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of base64url text in its only spelling; raises ``BadCredential``."""
    rest = len(text) % 4
    if rest == 1 or (rest and text[-1] not in _WHOLE_BITS[rest]):
        raise BadCredential("credential-base64")
    try:
        return binascii.a2b_base64(text.encode("ascii").translate(_URL_SAFE) + _PADDING[rest], strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise BadCredential("credential-base64") from None


def read_json(data: bytes) -> Any:
    """A JSON value; raises ``BadCredential`` for anything a second reader might understand otherwise."""
    try:
        text = data.decode()
        value, end = _DECODER.raw_decode(text)
        if end != len(text):
            raise ValueError("more than one value")
        if "\\u" in text:
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


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
# The marks of ordinary base64 and padding become a foreign character here, so that strict decoding refuses them.
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_URL_SAFE: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
_PADDING: Final = (b"", b"", b"==", b"=")
# Last characters whose unused low bits are zero: any other spells the same bytes a second way.
_WHOLE_BITS: Final = ("", "", "AQgw", "AEIMQUYcgkosw048")
