"""Private values: sealed under a key of their own, wrapped by the office's key, named by the digest that a record carries.

What lies in the vault is an RFC 9901 disclosure ``[salt, name, value]``, padded to a length class before it is encrypted,
so that neither a backup nor the size of a row tells a yes from a no. Deleting the row is erasure: the chain still verifies.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lodemark import Error
from lodemark.ledger import Disclosure, disclose, open_disclosure
from lodemark_office.acts.store import Store

CLASSES: Final = (512, 4_096, 32_768)
"""Length classes in bytes: every sealed value is as long as one of these."""
_NONCE: Final = 12
_KEY: Final = 32
_WRAPPED: Final = _NONCE + _KEY + 16
_END: Final = b"\x80"


class Gone(Error):
    """The vault holds nothing readable under this digest: erased, or sealed with another key."""

    code = "vault-item-gone"
    kind = "unknown"


class TooLong(Error):
    """A value longer than the largest length class."""

    code = "sealed-answer-too-long"


def keep(store: Store, subject: str, name: str, value: object, audience: tuple[str, ...]) -> Disclosure:
    """Seal a value; its digest is what the record carries. ``subject`` is whose it is, ``name`` the path it answers."""
    made = disclose(name, value, store.random_bytes(16))
    store.keep_sealed(made.digest, subject, audience, _seal(store, made, name))
    return made


def read(store: Store, digest: str) -> Disclosure:
    """The disclosure behind a digest; raises ``Gone``."""
    sealed = store.sealed(digest)
    if sealed is None:
        raise Gone(digest=digest)
    wrapped, rest = sealed[:_WRAPPED], sealed[_WRAPPED:]
    try:
        key = AESGCM(_office_key(store)).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], digest.encode())
        padded = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], digest.encode())
    except InvalidTag:
        raise Gone(digest=digest) from None
    return open_disclosure(padded.rstrip(b"\0")[:-1].decode("ascii"), digest)


def _seal(store: Store, made: Disclosure, name: str) -> bytes:
    key, named = store.random_bytes(_KEY), made.digest.encode()
    outer, inner = store.random_bytes(_NONCE), store.random_bytes(_NONCE)
    wrapped = AESGCM(_office_key(store)).encrypt(outer, key, named)
    return outer + wrapped + inner + AESGCM(key).encrypt(inner, padded(made.encoded.encode("ascii"), name), named)


def padded(text: bytes, name: str) -> bytes:
    """The text, an end mark, and zeros up to its length class (ISO/IEC 7816-4 padding); raises ``TooLong``."""
    size = next((size for size in CLASSES if len(text) < size), None)
    if size is None:
        raise TooLong(path=name, most=CLASSES[-1])
    return (text + _END).ljust(size, b"\0")


def _office_key(store: Store) -> bytes:
    return store.secret("vault")
