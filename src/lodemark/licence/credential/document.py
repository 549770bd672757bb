"""What a licence says when it travels: the SD-JWT, the code on the paper, the slip with the goods.

All three come from the same terms and name the same status index. The code carries what the paper shows, nothing
more; the SD-JWT carries everything, each private part behind its own disclosure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lodemark.ledger import jsonable
from lodemark.licence.commodity import family_of
from lodemark.licence.credential.cbor import Value
from lodemark.licence.credential.cose import sign_sign1
from lodemark.licence.credential.keys import Signer
from lodemark.licence.credential.qr import armour
from lodemark.licence.credential.sdjwt import Hidden, Path, issue
from lodemark.licence.credential.trouble import BadCredential
from lodemark.licence.model import Drawdown, Line, Terms
from lodemark.licence.usable import day_start

VC_DRAFT: Final = "draft-ietf-oauth-sd-jwt-vc-16"
VC_TYP: Final = "dc+sd-jwt"
VCT: Final = "urn:lodemark:vct:export-licence:1"
LICENCE_TYP: Final = "lodemark-licence+cose"
SLIP_TYP: Final = "lodemark-slip+cose"
LARGEST_CODE: Final = 640
LARGEST_SLIP: Final = 300

# CWT claims (RFC 8392) and ours.
ISS, SUB, EXP, NBF, IAT, CTI, STATUS, LICENCE, SLIP = 1, 2, 4, 5, 6, 7, 65535, -65537, -65538

FAMILIES: Final[Mapping[str, str]] = {"gross": "g", "element": "e", "reo": "o", "piece": "p", "value": "v"}
"""One letter per family of commodity: every byte counts in a code."""

LICENCE_KEYS: Final = ("regime", "kind", "zone", "holder", "lines", "part", "parts")
LINE_KEYS: Final = ("no", "control_list_entry", "end_user", "destination", "caps")
SLIP_KEYS: Final = (
    *("line", "drawdown", "control_list_entry", "amounts", "destination", "shipment", "packing_list"),
    *("status_index", "status_list"),
)
"""Names of the small integer keys, by place from 1. A new name goes to the end: old papers must stay readable."""


@dataclass(frozen=True, slots=True)
class Issuance:
    """Who issues, when, and where the status of this licence will stand."""

    issuer: str
    at: datetime
    status_uri: str
    status_index: int
    holder_jwk: Mapping[str, str] | None = None


def licence_sd_jwt(terms: Terms, issuance: Issuance, signer: Signer, entropy: Callable[[int], bytes]) -> str:
    """The licence as an SD-JWT VC; ``entropy(n)`` gives random bytes for salts and decoys."""
    claims: dict[str, Any] = {
        "iss": issuance.issuer,
        "iat": int(issuance.at.timestamp()),
        "nbf": _instant(terms, "valid_from"),
        "exp": _instant(terms, "valid_until"),
        "vct": VCT,
        "status": {"status_list": {"idx": issuance.status_index, "uri": issuance.status_uri}},
        "number": terms.number,
        "regime": terms.regime,
        "kind": terms.kind,
        "zone": terms.zone,
        "lines": [_line_claims(line) for line in terms.lines],
        "conditions": [Hidden(jsonable(condition)) for condition in terms.conditions],
        "holder": Hidden(terms.holder),
        "decision": Hidden(terms.decision),
        "key_elements": Hidden(dict(terms.key_elements)),
        "agreement": Hidden(terms.agreement),
        "max_exports": Hidden(terms.max_exports),
    }
    if issuance.holder_jwk is not None:
        claims["cnf"] = {"jwk": dict(issuance.holder_jwk)}
    return issue(claims, signer, VC_TYP, entropy, _fill)


def _line_claims(line: Line) -> dict[str, Any]:
    return {
        "no": line.no,
        "control_list_entry": line.control_list_entry,
        "caps": {commodity: Hidden(amount) for commodity, amount in line.caps.items()},
        "end_user": Hidden(line.end_user),
        "ultimate_end_users": Hidden(list(line.ultimate_end_users)),
        "destination": Hidden(line.destination),
        "hs": Hidden(line.hs),
        "description": Hidden(dict(line.description)),
        "models": Hidden(list(line.models)),
        "composition": Hidden(jsonable(line.composition)),
    }


def _fill(path: Path, count: int) -> int:
    # Fixed counts, or the number of digests would tell how many caps, conditions or members there are.
    if path and path[-1] in ("caps", "conditions"):
        return -(-max(count, 1) // 6) * 6
    return 8 if not path or (len(path) == 2 and path[0] == "lines") else count


def licence_codes(terms: Terms, issuance: Issuance, signer: Signer) -> tuple[str, ...]:
    """The QR texts of the paper, each at most 640 bytes packed; several are signed as part n of m."""
    parts = _split(terms, issuance, signer)
    texts = [_licence_code(terms, lines, (n, len(parts)), issuance, signer) for n, lines in enumerate(parts, start=1)]
    for text, lines in zip(texts, parts, strict=True):
        if _packed_size(text) > LARGEST_CODE:
            raise BadCredential("code-too-large", size=_packed_size(text), most=LARGEST_CODE, line=lines[0].no)
    return tuple(texts)


def _split(terms: Terms, issuance: Issuance, signer: Signer) -> list[tuple[Line, ...]]:
    parts: list[tuple[Line, ...]] = [()]
    for line in terms.lines:
        longer = (*parts[-1], line)
        # Sized with two-digit part numbers, so that the final numbering cannot push a full code over.
        fits = _packed_size(_licence_code(terms, longer, (99, 99), issuance, signer)) <= LARGEST_CODE
        if fits or not parts[-1]:
            parts[-1] = longer
        else:
            parts.append((line,))
    return parts


def _licence_code(terms: Terms, lines: tuple[Line, ...], part: tuple[int, int], issuance: Issuance, signer: Signer) -> str:
    shown = (terms.regime, terms.kind, terms.zone, terms.holder, [_line_code(line) for line in lines], *part)
    claims: dict[int | str, Value] = {
        ISS: issuance.issuer,
        SUB: terms.number,
        IAT: int(issuance.at.timestamp()),
        NBF: _instant(terms, "valid_from"),
        EXP: _instant(terms, "valid_until"),
        STATUS: _status(issuance),
        LICENCE: _numbered(*shown),
    }
    return armour(sign_sign1(claims, signer, LICENCE_TYP))


def _line_code(line: Line) -> Value:
    return _numbered(line.no, line.control_list_entry, line.end_user, line.destination, _short(line.caps))


def slip_code(terms: Terms, draw: Drawdown, slip_id: bytes, packing_list: bytes, issuance: Issuance, signer: Signer) -> str:
    """The QR text of the slip of one reservation: this shipment, these grams, until when. ``slip_id``: 16 random bytes."""
    assert len(slip_id) == 16 and len(packing_list) == 32
    line = terms.line(draw.line)
    assert line is not None
    # The status list is named by four bytes of its digest: its address alone would cost a fifth of the slip.
    shown = _numbered(
        *(draw.line, draw.id, line.control_list_entry, _short(draw.amounts), line.destination),
        *(draw.shipment, packing_list, issuance.status_index, list_hint(issuance.status_uri)),
    )
    claims: dict[int | str, Value] = {
        SUB: terms.number,
        EXP: int(draw.hold_until.timestamp()),
        IAT: int(issuance.at.timestamp()),
        CTI: slip_id,
        SLIP: shown,
    }
    text = armour(sign_sign1(claims, signer, SLIP_TYP))
    if _packed_size(text) > LARGEST_SLIP:
        raise BadCredential("slip-too-large", size=_packed_size(text), most=LARGEST_SLIP, shipment=draw.shipment)
    return text


def _short(amounts: Mapping[str, int]) -> Value:
    return {FAMILIES[family_of(code)] + code.partition(":")[2]: amount for code, amount in amounts.items()}


def long_amounts(short: Mapping[str, int]) -> Mapping[str, int]:
    """The commodities of a code under their full names."""
    names = {letter: family for family, letter in FAMILIES.items()}
    return {":".join(filter(None, (names[code[:1]], code[1:]))): amount for code, amount in short.items()}


def list_hint(uri: str) -> bytes:
    """Four bytes that name a status list among those a verifier has configured."""
    return hashlib.sha256(uri.encode()).digest()[:4]


def _numbered(*values: Value) -> Value:
    return dict(enumerate(values, start=1))


def _status(issuance: Issuance) -> Value:
    return {"status_list": {"idx": issuance.status_index, "uri": issuance.status_uri}}


def _instant(terms: Terms, name: str) -> int:
    return int(day_start(getattr(terms, name), terms.zone).timestamp())


def _packed_size(text: str) -> int:
    # Base45 spells two bytes in three characters.
    return (len(text) - 4) * 2 // 3
