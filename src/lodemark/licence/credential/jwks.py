"""The published key set: a JWKS valid for 90 days, signed by an offline root (a JWS of our own type)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from lodemark.licence.credential.jws import only, sign_jws, verify_jws
from lodemark.licence.credential.keys import KeySet, PublicKey, Signer, read_jwk
from lodemark.licence.credential.trouble import BadCredential

DAYS: Final = 90
TYP: Final = "lodemark-keys+jwt"


def publish_keys(keys: Iterable[PublicKey], root: Signer, at: datetime) -> str:
    """The key set as a JWS signed by the offline root, valid for 90 days."""
    claims = {
        "iat": int(at.timestamp()),
        "exp": int((at + timedelta(days=DAYS)).timestamp()),
        "keys": [key.jwk() for key in sorted(keys, key=lambda key: key.kid)],
    }
    return sign_jws(claims, root, TYP)


def open_keys(text: str, root: PublicKey, at: datetime) -> KeySet:
    """The keys of a published set; signature, type and dates are checked."""
    claims = verify_jws(text, only(root), TYP)
    issued, until = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(until) is not int or not issued <= at.timestamp() < until:
        raise BadCredential("key-set-out-of-date", until=until)
    listed = claims.get("keys")
    if not isinstance(listed, list):
        raise BadCredential("key-unreadable", kid="")
    return KeySet.of((read_jwk(jwk) for jwk in listed), datetime.fromtimestamp(until, UTC))


def read_keys(text: str, root: PublicKey | None, at: datetime) -> KeySet:
    """Keys as a verifier configures them: a plain JWKS it trusts by itself, or a signed set with the root's key."""
    if root is not None:
        return open_keys(text.strip(), root, at)
    try:
        listed = json.loads(text)["keys"]
        return KeySet.of(read_jwk(jwk) for jwk in listed)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadCredential("key-unreadable", kid="") from None
