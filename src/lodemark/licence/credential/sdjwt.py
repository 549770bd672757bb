"""SD-JWT (RFC 9901): claims that can be shown one by one. A thin layer of our own over a signed JSON.

``Hidden(value)`` marks an object member or array element that the holder may withhold; hidden values may nest. The
reader refuses what RFC 9901 section 7 lets pass only by mistake: repeated or unreferenced disclosures, digests that
stand twice, ``_sd`` or ``...`` as a claim name, another hash than sha-256, a missing key binding.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from lodemark.licence.credential.jws import Find, only, open_jws, sign_jws, verify_jws
from lodemark.licence.credential.keys import PublicKey, Signer, read_jwk
from lodemark.licence.credential.text import b64, read_json, unb64
from lodemark.licence.credential.trouble import BadCredential

KB_TYP: Final = "kb+jwt"
LARGEST: Final = 64 * 1024
RESERVED: Final = frozenset({"_sd", "...", "_sd_alg"})

Path: TypeAlias = tuple[str | int, ...]
Fill: TypeAlias = Callable[[Path, int], int]
"""From a place and its number of real digests to how many digests stand there in all; the rest are decoys."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value the holder may withhold."""

    value: Any


@dataclass(frozen=True, slots=True)
class Binding:
    """What the verifier asked the holder to sign: itself, its nonce, and how old the answer may be."""

    aud: str
    nonce: str
    at: datetime
    oldest: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Opened:
    """Verified claims with every disclosed value in place, the issuer's key, and whether the holder's key took part."""

    claims: Mapping[str, Any]
    key: PublicKey
    disclosed: tuple[Path, ...]
    bound: bool


def issue(
    claims: Mapping[str, Any], signer: Signer, typ: str, entropy: Callable[[int], bytes], fill: Fill | None = None
) -> str:
    """Sign claims; the result carries every disclosure. ``entropy(16)`` gives the salts (from the shell)."""
    maker = _Maker(entropy, fill or (lambda path, count: count))
    payload = {**maker.packed(claims, ()), "_sd_alg": "sha-256"}
    return "~".join((sign_jws(payload, signer, typ), *maker.disclosures, ""))


def present(sd_jwt: str, show: Callable[[Path], bool]) -> str:
    """The credential with only those disclosures whose place ``show`` wants, and what they hang on."""
    token, disclosures, binding = split(sd_jwt)
    if binding:
        raise BadCredential("credential-bound-already")
    reader = _Reader(disclosures)
    reader.unpacked(read_json(unb64(token.split(".")[1])), ())
    wanted = {path for path in reader.places if show(path)}
    needed = {path[:depth] for path in wanted for depth in range(1, len(path) + 1)}
    kept = [encoded for path, encoded in sorted(reader.places.items(), key=lambda item: str(item[0])) if path in needed]
    return "~".join((token, *kept, ""))


def bind(presentation: str, holder: Signer, aud: str, nonce: str, at: datetime) -> str:
    """Add the holder's key-binding JWT over exactly this presentation."""
    claims = {"aud": aud, "nonce": nonce, "iat": int(at.timestamp()), "sd_hash": _hash(presentation)}
    return presentation + sign_jws(claims, holder, KB_TYP)


def open_sd_jwt(text: str, find: Find, typ: str, binding: Binding | None = None) -> Opened:
    """Verify signature, disclosures and key binding; raises ``BadCredential`` naming the first failing check."""
    token, disclosures, kb_jwt = split(text)
    signed = open_jws(token, find, typ)
    payload = signed.claims
    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise BadCredential("credential-hash", found=str(payload["_sd_alg"]))
    reader = _Reader(disclosures)
    claims = reader.unpacked({name: value for name, value in payload.items() if name != "_sd_alg"}, ())
    if reader.unused:
        raise BadCredential("credential-disclosure-unreferenced", count=len(reader.unused))
    bound = _check_binding(claims.get("cnf"), kb_jwt, text[: len(text) - len(kb_jwt)], binding)
    return Opened(claims, signed.key, tuple(reader.places), bound)


def split(text: str) -> tuple[str, tuple[str, ...], str]:
    """Issuer-signed JWT, disclosures, key-binding JWT (empty if there is none)."""
    if len(text) > LARGEST:
        raise BadCredential("credential-too-large", size=len(text), most=LARGEST)
    token, *rest = text.split("~")
    if not rest or not text.isascii():
        raise BadCredential("credential-unreadable")
    return token, tuple(rest[:-1]), rest[-1]


def _check_binding(cnf: object, kb_jwt: str, presented: str, binding: Binding | None) -> bool:
    if not kb_jwt:
        if cnf is not None:
            raise BadCredential("credential-binding-missing")
        return False
    if not isinstance(cnf, dict) or not isinstance(cnf.get("jwk"), dict) or binding is None:
        raise BadCredential("credential-binding-unexpected")
    holder = read_jwk(cnf["jwk"])
    claims = verify_jws(kb_jwt, only(holder), KB_TYP)
    issued, now = claims.get("iat"), binding.at.timestamp()
    if (claims.get("aud"), claims.get("nonce")) != (binding.aud, binding.nonce):
        raise BadCredential("credential-binding-audience", aud=str(claims.get("aud")))
    if type(issued) is not int or not now - binding.oldest.total_seconds() <= issued <= now + 60:
        raise BadCredential("credential-binding-age", iat=str(issued))
    if claims.get("sd_hash") != _hash(presented):
        raise BadCredential("credential-binding-other")
    return True


def _hash(text: str) -> str:
    return b64(hashlib.sha256(text.encode("ascii")).digest())


@dataclass(slots=True)
class _Maker:
    """Packs hidden values into digests, innermost first."""

    entropy: Callable[[int], bytes]
    fill: Fill
    disclosures: list[str] = field(default_factory=list)

    def packed(self, value: Any, path: Path) -> Any:
        if isinstance(value, Mapping):
            return self._object(value, path)
        if isinstance(value, list | tuple):
            return self._array(value, path)
        return value

    def _object(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        assert not RESERVED & value.keys(), path
        shown = {n: self.packed(v, (*path, n)) for n, v in value.items() if not isinstance(v, Hidden)}
        digests = [
            self._disclose([name, self.packed(hidden.value, (*path, name))])
            for name, hidden in value.items()
            if isinstance(hidden, Hidden)
        ]
        digests += self._decoys(path, len(digests))
        # Sorted, or the order of digests would tell which member each one is.
        return {**shown, "_sd": sorted(digests)} if digests else shown

    def _array(self, value: list[Any] | tuple[Any, ...], path: Path) -> list[Any]:
        items = [
            {"...": self._disclose([self.packed(item.value, (*path, place))])}
            if isinstance(item, Hidden)
            else self.packed(item, (*path, place))
            for place, item in enumerate(value)
        ]
        return items + [{"...": digest} for digest in self._decoys(path, sum(isinstance(v, Hidden) for v in value))]

    def _disclose(self, parts: list[Any]) -> str:
        text = json.dumps([b64(self.entropy(16)), *parts], ensure_ascii=False, separators=(",", ":"))
        self.disclosures.append(b64(text.encode()))
        return _hash(self.disclosures[-1])

    def _decoys(self, path: Path, count: int) -> list[str]:
        return [b64(hashlib.sha256(self.entropy(16)).digest()) for _ in range(max(0, self.fill(path, count) - count))]


class _Reader:
    """Puts disclosed values back in place (RFC 9901 section 7.1) and notes where each one went."""

    def __init__(self, disclosures: tuple[str, ...]) -> None:
        self.unused = {_hash(encoded): encoded for encoded in disclosures}
        if len(self.unused) != len(disclosures):
            raise BadCredential("credential-disclosure-twice")
        self.places: dict[Path, str] = {}
        self._seen: set[str] = set()

    def unpacked(self, value: Any, path: Path) -> Any:
        if type(value) is dict:
            return self._object(value, path)
        if type(value) is list:
            return [item for place, raw in enumerate(value) for item in self._element(raw, (*path, place))]
        return value

    def _object(self, value: dict[str, Any], path: Path) -> dict[str, Any]:
        if "..." in value or (path and "_sd_alg" in value):
            raise BadCredential("credential-claim-name", path=_show(path))
        found = {
            name: self.unpacked(item, (*path, name)) if type(item) in (dict, list) else item
            for name, item in value.items()
            if name != "_sd"
        }
        digests = value.get("_sd", ())
        if type(digests) not in (list, tuple):
            raise BadCredential("credential-claim-name", path=_show(path))
        for digest in digests:
            parts = self._open(digest, 3, path)
            if parts is None:
                continue
            name = parts[1]
            if not isinstance(name, str) or name in RESERVED or name in found or name in value:
                raise BadCredential("credential-claim-name", path=_show(path))
            self.places[(*path, name)] = parts[3]
            found[name] = self.unpacked(parts[2], (*path, name))
        return found

    def _element(self, raw: Any, path: Path) -> Iterator[Any]:
        if not (isinstance(raw, dict) and "..." in raw):
            yield self.unpacked(raw, path)
            return
        if len(raw) != 1:
            raise BadCredential("credential-claim-name", path=_show(path))
        parts = self._open(raw["..."], 2, path)
        if parts is not None:
            self.places[path] = parts[2]
            yield self.unpacked(parts[1], path)

    def _open(self, digest: Any, length: int, path: Path) -> list[Any] | None:
        if not isinstance(digest, str) or digest in self._seen:
            raise BadCredential("credential-digest-twice", path=_show(path))
        self._seen.add(digest)
        encoded = self.unused.pop(digest, None)
        if encoded is None:
            return None  # a decoy, or a value that is withheld
        parts = read_json(unb64(encoded))
        if not isinstance(parts, list) or len(parts) != length or not isinstance(parts[0], str):
            raise BadCredential("credential-disclosure", path=_show(path))
        return [*parts, encoded]


def _show(path: Path) -> str:
    return "/" + "/".join(str(step) for step in path)
