"""Issuer keys: how they sign, how they are named, and what a stolen one is still worth.

Key states are *next, active, retired, revoked*; ``jwks.py`` publishes them. A revoked key's
signature still counts where a receipt or the published list of issued digests puts the credential into the log before
``compromised_size``: real papers survive a stolen key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from lodemark.licence.credential.suites import SUITES, Private, Public, Suite
from lodemark.licence.credential.text import b64, unb64
from lodemark.licence.credential.trouble import BadCredential

KeyState = Literal["next", "active", "retired", "revoked"]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verification key. ``kid`` is its RFC 7638 thumbprint.

    ``signs_until`` (seconds of the epoch): what it dates later is not its own. ``compromised_size``: the log's size at
    the theft of a revoked key.
    """

    kid: str
    suite: Suite
    jose: OKPKey | ECKey
    state: KeyState = "active"
    signs_until: int | None = None
    compromised_size: int | None = None

    @property
    def public(self) -> Public:
        """The key as the crypto library holds it."""
        key: Any = self.jose.public_key
        return cast(Public, key)

    def jwk(self) -> dict[str, Any]:
        """The key as a JWK with its state."""
        jwk = {**_public_jwk(self.public), "kid": self.kid, "alg": self.suite.jose, "use": "sig", "state": self.state}
        limits = {"signs_until": self.signs_until, "compromised_size": self.compromised_size}
        return jwk | {name: value for name, value in limits.items() if value is not None}


class Signer(Protocol):
    """Whatever holds a private key: a file here, a hardware module elsewhere. It never shows the key."""

    @property
    def key(self) -> PublicKey:
        """The public half."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature over ``data``."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A private key read from a file with mode 0600, or from the environment; never from the database."""

    _private: Private
    key: PublicKey

    @classmethod
    def of(cls, private: Private, state: KeyState = "active") -> FileSigner:
        """A signer over a key in memory."""
        return cls(private, public_key(private.public_key(), state))

    @classmethod
    def read(cls, file: Path) -> FileSigner:
        """From a PKCS#8 PEM file that only its owner can read."""
        if file.stat().st_mode & 0o077:
            raise BadCredential("key-file-open", file=file.name)
        return cls.parse(file.read_bytes())

    @classmethod
    def parse(cls, pem: bytes) -> FileSigner:
        """From PEM text, as an environment variable carries it."""
        private = load_pem_private_key(pem, password=None)
        return cls.of(private)  # type: ignore[arg-type]

    def sign(self, data: bytes) -> bytes:
        """The raw signature over ``data``."""
        return self.key.suite.sign(self._private, data)


def public_key(public: Public, state: KeyState = "active") -> PublicKey:
    """A verification key with its thumbprint; a curve outside the suites is refused."""
    jwk = _public_jwk(public)
    # RFC 7638: the required members only, in lexicographic order, without white space.
    digest = hashlib.sha256(json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()).digest()
    jose = (OKPKey if jwk["kty"] == "OKP" else ECKey).import_key(jwk)
    return PublicKey(b64(digest), SUITES[jwk["crv"]], jose, state)


def read_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """A key from its JWK; ``kid`` must be the thumbprint, so nobody can put another key under a known name."""
    try:
        if jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519":
            public: Any = OKPKey.import_key({k: jwk[k] for k in ("kty", "crv", "x")}).public_key
        elif jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
            public = ECKey.import_key({k: jwk[k] for k in ("kty", "crv", "x", "y")}).public_key
        else:
            raise BadCredential("key-unknown-suite", crv=str(jwk.get("crv")))
        state, limits = jwk.get("state", "active"), [jwk.get(name) for name in ("signs_until", "compromised_size")]
        if state not in ("next", "active", "retired", "revoked") or not all(n is None or type(n) is int for n in limits):
            raise BadCredential("key-unreadable", kid=str(jwk.get("kid")))
        key = replace(public_key(public, state), signs_until=limits[0], compromised_size=limits[1])
    except (JoseError, ValueError, KeyError, TypeError):
        raise BadCredential("key-unreadable", kid=str(jwk.get("kid"))) from None
    if jwk.get("kid", key.kid) != key.kid:
        raise BadCredential("key-unreadable", kid=str(jwk["kid"]))
    return key


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys a verifier trusts; ``until`` is when the signed set itself runs out (``None``: configured by hand)."""

    keys: Mapping[str, PublicKey]
    until: datetime | None = None

    @classmethod
    def of(cls, keys: Iterable[PublicKey], until: datetime | None = None) -> KeySet:
        """A set by thumbprint."""
        return cls({key.kid: key for key in keys}, until)

    def find(self, header: Mapping[str, Any]) -> PublicKey:
        """The key a header names by ``kid``; *next* keys sign nothing yet. Raises ``BadCredential``."""
        kid = header.get("kid")
        key = self.keys.get(kid) if isinstance(kid, str) else None
        if key is None or key.state == "next":
            raise BadCredential("credential-key-unknown", kid=str(kid)[:64])
        return key

    def find_short(self, hint: object) -> PublicKey:
        """The one key whose thumbprint begins with these bytes (8 at least)."""
        found = [kid for kid in self.keys if isinstance(hint, bytes) and len(hint) >= 8 and unb64(kid).startswith(hint)]
        return self.find({"kid": found[0] if len(found) == 1 else str(hint)})


def _public_jwk(public: Public) -> dict[str, Any]:
    if isinstance(public, Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(public.public_bytes_raw())}
    assert isinstance(public, EllipticCurvePublicKey)
    numbers = public.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32)), "y": b64(numbers.y.to_bytes(32))}
