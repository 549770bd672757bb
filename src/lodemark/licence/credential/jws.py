"""Signed JSON (JWS compact, RFC 7515) with an allow-list: the key decides the algorithm, the reader the type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from joserfc import jws
from joserfc.errors import JoseError

from lodemark.licence.credential.keys import PublicKey, Signer
from lodemark.licence.credential.text import b64, read_json, unb64
from lodemark.licence.credential.trouble import BadCredential

LARGEST: Final = 16 * 1024
HEADER: Final = frozenset({"alg", "typ", "kid"})

Find: TypeAlias = Callable[[Mapping[str, Any]], PublicKey]
"""From a header to the key that must have signed; raises ``BadCredential`` when none is trusted."""


def sign_jws(claims: Mapping[str, Any], signer: Signer, typ: str) -> str:
    """Claims as a compact JWS by this signer, with ``alg``, ``typ`` and ``kid`` in the header and nothing else."""
    header = {"alg": signer.key.suite.jose, "kid": signer.key.kid, "typ": typ}
    text = f"{b64(_json(header))}.{b64(_json(claims))}"
    return f"{text}.{b64(signer.sign(text.encode('ascii')))}"


@dataclass(frozen=True, slots=True)
class Signed:
    """Verified claims and the key that signed them."""

    claims: dict[str, Any]
    key: PublicKey


def verify_jws(text: str, find: Find, typ: str, largest: int = LARGEST) -> dict[str, Any]:
    """The claims of a verified JWS (``open_jws``)."""
    return open_jws(text, find, typ, largest).claims


def open_jws(text: str, find: Find, typ: str, largest: int = LARGEST) -> Signed:
    """Claims and key, if the key that ``find`` gives for the header has signed them as this type; else ``BadCredential``.

    ``alg`` must be the suite of the key: ``none``, ``EdDSA`` and any swapped algorithm end here.
    """
    header = read_header(text, largest)
    if header.get("typ") != typ:
        raise BadCredential("credential-type", found=str(header.get("typ")), expected=typ)
    if not header.keys() <= HEADER:
        raise BadCredential("credential-header", names=sorted(header.keys() - HEADER))
    key = find(header)
    if header.get("alg") != key.suite.jose:
        raise BadCredential("credential-algorithm", found=str(header.get("alg")), expected=key.suite.jose)
    try:
        signed = jws.deserialize_compact(text, key.jose, algorithms=[key.suite.jose])
    except (JoseError, ValueError):
        raise BadCredential("credential-signature", kid=key.kid) from None
    claims = read_json(signed.payload)
    if not isinstance(claims, dict):
        raise BadCredential("credential-json")
    return Signed(claims, key)


def read_header(text: str, largest: int = LARGEST) -> dict[str, Any]:
    """The header of a compact JWS whose three parts are spelled strictly; nothing is verified yet."""
    if len(text) > largest:
        raise BadCredential("credential-too-large", size=len(text), most=largest)
    parts = text.split(".")
    if len(parts) != 3 or not text.isascii():
        raise BadCredential("credential-unreadable")
    header, *_ = [unb64(part) for part in parts]
    found = read_json(header)
    if not isinstance(found, dict):
        raise BadCredential("credential-json")
    return found


def only(key: PublicKey) -> Find:
    """A finder for one expected key, whatever the header calls it."""

    def find(header: Mapping[str, Any]) -> PublicKey:
        if header.get("kid", key.kid) != key.kid:
            raise BadCredential("credential-key-unknown", kid=str(header["kid"])[:64])
        return key

    return find


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
