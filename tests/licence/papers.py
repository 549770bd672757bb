"""Issued papers for tests: fixed test keys and fixed salts, so that every run signs the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lodemark.licence.credential import FileSigner, Issuance, KeySet, Trust, build, licence_codes, licence_sd_jwt, slip_code
from lodemark.licence.credential.status import Status, StatusList
from tests.licence.make import at, granted, reserve, run

URI = "https://licence.example/status/1"
INDEX = 70_001
ISSUER = FileSigner.of(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"issuer").digest()))
ROOT = FileSigner.of(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"root").digest()))
HOLDER_KEY = FileSigner.of(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"holder").digest()))
STRANGER = FileSigner.of(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"stranger").digest()))
P256 = FileSigner.of(derive_private_key(int.from_bytes(hashlib.sha256(b"p256").digest()) % 2**255, SECP256R1()))
KEYS = KeySet.of([ISSUER.key, P256.key])
ISSUED = Issuance("https://licence.example", at("2026-03-01"), URI, INDEX)
NOW = at("2026-05-02")
PACKING = hashlib.sha256(b"packing list of S-D-1").digest()
SLIP_ID = hashlib.sha256(b"slip").digest()[:16]


def entropy(seed: bytes = b"salt") -> Callable[[int], bytes]:
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(seed + count.to_bytes(4)).digest(size)

    return draw


LICENCE = run(granted(), reserve())


@cache
def statuses(status: Status = "valid", hours_old: int = 1) -> StatusList:
    from datetime import timedelta

    return build(URI, {INDEX: status}, b"decoys", NOW - timedelta(hours=hours_old))


def trust(**changes: Any) -> Trust:
    return replace(Trust(KEYS, (statuses(),)), **changes)


@cache
def sd_jwt() -> str:
    return licence_sd_jwt(LICENCE.terms, ISSUED, ISSUER, entropy())


@cache
def code() -> str:
    (text,) = licence_codes(LICENCE.terms, ISSUED, ISSUER)
    return text


@cache
def slip() -> str:
    return slip_code(LICENCE.terms, LICENCE.drawdowns["D-1"], SLIP_ID, PACKING, replace(ISSUED, at=at("2026-05-01")), ISSUER)
