"""What the office publishes about its own papers: issued digests, dead slips, and receipts that outlive a key.

After a theft a revoked key's signature still counts where the log held the credential's digest before the theft:
shown by a receipt of the ``credential-issued`` record, or by the signed list of issued digests (for a bare code).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from lodemark.ledger import NoteKey, Receipt, Record, read_body
from lodemark.licence.commands import Command
from lodemark.licence.credential.jws import Find, sign_jws, verify_jws
from lodemark.licence.credential.keys import KeySet, PublicKey, Signer
from lodemark.licence.credential.qr import PREFIX, unarmour
from lodemark.licence.credential.status import Status
from lodemark.licence.credential.text import b64, unb64
from lodemark.licence.credential.trouble import BadCredential
from lodemark.licence.model import IssuedCredential, Licence
from lodemark.licence.records import acted

ISSUED_TYP: Final = "lodemark-issued+jwt"
DEAD_TYP: Final = "lodemark-dead-slips+jwt"
DEAD_LIFETIME: Final = timedelta(hours=24)
LARGEST: Final = 4 * 1024 * 1024


def credential_digest(text: str) -> str:
    """SHA-256 of what the issuer signed: the token without disclosures, or the COSE message in a code."""
    signed = unarmour(text) if text.startswith(PREFIX) else text.partition("~")[0].encode()
    return hashlib.sha256(signed).hexdigest()


def issued_record(command: Command, credential: IssuedCredential) -> Record:
    """The record that a credential was issued; it enters the licence's dossier and so the log."""
    return acted("credential-issued", command, [], {f.name: getattr(credential, f.name) for f in fields(credential)})


def status_of(licence: Licence) -> Status:
    """What the status list says of a licence today. Dates are on the paper itself, so expiry needs no entry."""
    state = licence.state
    return "invalid" if state == "ended" else "valid" if state == "active" else state


def dead_slips(licence: Licence) -> frozenset[bytes]:
    """The slips whose reservation was voided or lapsed: what gates have to load."""
    gone = {draw.id for draw in licence.drawdowns.values() if draw.state in ("voided", "lapsed")}
    return frozenset(bytes.fromhex(c.slip_id) for c in licence.issued if c.slip_id and c.drawdown in gone)


def sign_issued(digests: Iterable[str], log_size: int, signer: Signer, at: datetime) -> str:
    """The published list of issued digests, all of which the log of ``log_size`` leaves holds."""
    claims = {"iat": int(at.timestamp()), "log_size": log_size, "digests": sorted(digests)}
    return sign_jws(claims, signer, ISSUED_TYP)


def open_issued(text: str, keys: KeySet) -> Mapping[str, int]:
    """Digest -> log size by which it was in the log; the list must be signed by a key that is not revoked."""
    claims = verify_jws(text.strip(), _unrevoked(keys), ISSUED_TYP, LARGEST)
    size, digests = claims.get("log_size"), claims.get("digests")
    if type(size) is not int or not isinstance(digests, list):
        raise BadCredential("credential-unreadable")
    return dict.fromkeys(map(str, digests), size)


def witnessed(body: bytes, receipt: Receipt, log_keys: Iterable[NoteKey]) -> Mapping[str, int]:
    """Digest -> log size, from the body of a ``credential-issued`` record and its receipt (``BadProof``, ``BadNote``)."""
    checkpoint = receipt.verify(log_keys)
    if hashlib.sha256(body).digest() != receipt.body_digest:
        raise BadCredential("receipt-of-other-record")
    record = read_body(receipt.number, body).record  # the digest held, so these are bytes the log's office wrote
    if record.kind != "credential-issued":
        raise BadCredential("receipt-of-other-record")
    return {str(record.facts["digest"]): checkpoint.size}


def sign_dead_slips(slips: Iterable[bytes], signer: Signer, at: datetime) -> str:
    """The daily list of slip ids whose reservation was voided or replaced."""
    claims = {
        "iat": int(at.timestamp()),
        "exp": int((at + DEAD_LIFETIME).timestamp()),
        "slips": sorted(b64(slip) for slip in slips),
    }
    return sign_jws(claims, signer, DEAD_TYP)


def open_dead_slips(text: str, keys: KeySet) -> frozenset[bytes]:
    """The dead slip ids of a list. An old list still counts: a slip never comes back to life."""
    claims = verify_jws(text.strip(), _unrevoked(keys), DEAD_TYP, LARGEST)
    slips = claims.get("slips")
    if not isinstance(slips, list) or not all(isinstance(slip, str) for slip in slips):
        raise BadCredential("credential-unreadable")
    return frozenset(unb64(slip) for slip in slips)


def _unrevoked(keys: KeySet) -> Find:
    def find(header: Mapping[str, object]) -> PublicKey:
        key = keys.find(header)
        if key.state == "revoked":
            raise BadCredential("credential-key-revoked", kid=key.kid)
        return key

    return find
