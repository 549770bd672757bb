"""Verifying without a network: is this paper genuine, and is it meant for *this* shipment?

``verify`` fetches nothing that a credential names: keys, status lists and dead slips come from the verifier's own
``Trust``. What is left on a licence cannot be known offline; every verdict says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from lodemark.licence.credential import document
from lodemark.licence.credential.cbor import Value
from lodemark.licence.credential.cose import open_sign1, type_of
from lodemark.licence.credential.issued import credential_digest
from lodemark.licence.credential.keys import KeySet, PublicKey
from lodemark.licence.credential.qr import PREFIX, unarmour
from lodemark.licence.credential.sdjwt import Binding, open_sd_jwt
from lodemark.licence.credential.status import LIFETIME, StatusList
from lodemark.licence.credential.trouble import BadCredential
from lodemark.trouble import Reason

Result = Literal["in-force", "status-not-current", "not-usable", "not-genuine"]
EXITS: Final[Mapping[Result, int]] = {"in-force": 0, "status-not-current": 1, "not-usable": 1, "not-genuine": 3}
SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier has loaded beforehand, and what it has seen.

    ``issued``: digest -> log size (``open_issued``, ``witnessed``). ``seen``: slip ids let through at this gate since it
    last synchronised; two gates that both saw one slip collide when they post it (``slip-presented-twice``).
    """

    keys: KeySet
    statuses: tuple[StatusList, ...] = ()
    dead_slips: frozenset[bytes] = frozenset()
    seen: frozenset[bytes] = frozenset()
    issued: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the verifier has in front of it; ``None`` is not compared. ``packing_list`` is the SHA-256 of the list."""

    shipment: str | None = None
    packing_list: bytes | None = None
    binding: Binding | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the credential states; ``last_day`` is the last valid day in the licence's zone."""

    form: Literal["sd-jwt", "code", "slip"]
    number: str
    regime: str = ""
    kind: str = ""
    first_day: date | None = None
    last_day: date | None = None
    part: tuple[int, int] = (1, 1)
    lines: tuple[Mapping[str, Any], ...] = ()
    disclosed: Mapping[str, Any] = field(default_factory=dict)
    slip_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result, why, and what the paper says. ``reasons`` is empty when in force; else the first failing check leads.

    ``status_age_s`` is the age of the status list in seconds, ``None`` where there was none. ``status_uri`` is what the
    credential names (a slip names none); whether to load it is for the verifier to decide.
    """

    result: Result
    reasons: tuple[Reason, ...] = ()
    shown: Shown | None = None
    kid: str = ""
    status_age_s: int | None = None
    status_uri: str = ""

    @property
    def exit_code(self) -> int:
        """0 in force, 1 genuine but look closer, 3 not genuine."""
        return EXITS[self.result]


@dataclass(frozen=True, slots=True)
class _Read:
    """A credential whose signature holds, before dates and status are looked at."""

    shown: Shown
    key: PublicKey
    issued_at: int
    begins: int
    ends: int
    status: StatusList | None
    index: int
    status_uri: str = ""
    slip: Mapping[str, Any] = field(default_factory=dict)


def verify(text: str, trust: Trust, at: datetime, expected: Expected = Expected()) -> Verdict:
    """The verdict on one credential: a code or slip (``LD1:``), or an SD-JWT. Never raises for a bad one."""
    text = text.strip()
    try:
        read = _code(text, trust) if text.startswith(PREFIX) else _sd_jwt(text, trust, expected)
        _key_counts(read, text, trust)
    except BadCredential as bad:
        return Verdict("not-genuine", (bad.reason,))
    verdict = _in_force(read, trust, at, expected)
    return replace(verdict, shown=read.shown, kid=read.key.kid, status_uri=read.status_uri)


def _sd_jwt(text: str, trust: Trust, expected: Expected) -> _Read:
    opened = open_sd_jwt(text, trust.keys.find, document.VC_TYP, expected.binding)
    claims, key = opened.claims, opened.key
    if claims.get("vct") != document.VCT:
        raise BadCredential("credential-type", found=str(claims.get("vct")), expected=document.VCT)
    begins, ends, issued = (_int(claims, name) for name in ("nbf", "exp", "iat"))
    first_day, last_day = _days(begins, ends, _zone(claims.get("zone")))
    lines = claims.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise BadCredential("credential-claim", name="lines")
    plain = {"iss", "iat", "nbf", "exp", "vct", "status", "number", "regime", "kind", "zone", "lines", "cnf"}
    shown = Shown(
        "sd-jwt",
        number=_text(claims, "number"),
        regime=_text(claims, "regime"),
        kind=_text(claims, "kind"),
        first_day=first_day,
        last_day=last_day,
        lines=tuple(lines),
        disclosed={name: value for name, value in claims.items() if name not in plain},
    )
    uri, index = _reference(claims.get("status"))
    return _Read(shown, key, issued, begins, ends, _by_uri(trust, uri), index, uri)


def _code(text: str, trust: Trust) -> _Read:
    data = unarmour(text)
    readers = {document.LICENCE_TYP: _licence_code, document.SLIP_TYP: _slip_code}
    typ = type_of(data)
    if typ not in readers:
        raise BadCredential("credential-type", found=typ[:64], expected=document.LICENCE_TYP)
    claims, kid = open_sign1(data, trust.keys, typ)
    return readers[typ](claims, trust.keys.keys[kid], trust)


def _licence_code(claims: dict[int | str, Value], key: PublicKey, trust: Trust) -> _Read:
    begins, ends, issued = (_int(claims, n) for n in (document.NBF, document.EXP, document.IAT))
    told = _named(claims.get(document.LICENCE), document.LICENCE_KEYS)
    first_day, last_day = _days(begins, ends, _zone(told["zone"]))
    rows = told["lines"]
    if not isinstance(rows, list):
        raise BadCredential("credential-claim", name="lines")
    lines = tuple(_named(row, document.LINE_KEYS) for row in rows)
    shown = Shown(
        "code",
        number=_text(claims, document.SUB),
        regime=_text(told, "regime"),
        kind=_text(told, "kind"),
        first_day=first_day,
        last_day=last_day,
        part=(_int(told, "part"), _int(told, "parts")),
        lines=tuple({**line, "caps": _amounts(line["caps"])} for line in lines),
        disclosed={"holder": told["holder"]},
    )
    uri, index = _reference(claims.get(document.STATUS))
    return _Read(shown, key, issued, begins, ends, _by_uri(trust, uri), index, uri)


def _slip_code(claims: dict[int | str, Value], key: PublicKey, trust: Trust) -> _Read:
    ends, issued = (_int(claims, n) for n in (document.EXP, document.IAT))
    slip = dict(_named(claims.get(document.SLIP), document.SLIP_KEYS))
    slip_id, hint = claims.get(document.CTI), slip["status_list"]
    if not isinstance(slip_id, bytes) or len(slip_id) != 16:
        raise BadCredential("credential-claim", name="cti")
    slip |= {"id": slip_id, "amounts": _amounts(slip["amounts"])}
    plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in slip.items()}
    shown = Shown("slip", _text(claims, document.SUB), lines=(plain,), slip_id=slip_id.hex())
    listed = next((listed for listed in trust.statuses if document.list_hint(listed.uri) == hint), None)
    return _Read(shown, key, issued, issued, ends, listed, _int(slip, "status_index"), slip=slip)


def _key_counts(read: _Read, text: str, trust: Trust) -> None:
    key = read.key
    if key.signs_until is not None and read.issued_at >= key.signs_until:
        raise BadCredential("credential-key-expired", kid=key.kid)
    if key.state == "revoked":
        size = trust.issued.get(credential_digest(text))
        if size is None or key.compromised_size is None or size > key.compromised_size:
            raise BadCredential("credential-key-revoked", kid=key.kid)


def _in_force(read: _Read, trust: Trust, at: datetime, expected: Expected) -> Verdict:
    number, now = read.shown.number, at.timestamp()
    reasons = _slip_fits(read, trust, expected)
    if now < read.begins - (SKEW.total_seconds() if read.slip else 0):
        reasons.append(Reason("licence-not-yet-valid", None, {"number": number, "from": read.shown.first_day}))
    if now >= read.ends and read.slip:
        reasons.append(Reason("slip-expired", None, {"number": number, "until": _utc(read.ends)}))
    elif now >= read.ends:
        last_day = read.shown.last_day
        until = None if last_day is None else last_day + timedelta(days=1)
        reasons.append(Reason("licence-expired", None, {"number": number, "until": until}))
    listed = read.status
    if listed is None:
        return _verdict(reasons, Reason("status-missing-list", None, {"number": number}), None)
    try:
        status = listed.status(read.index)
    except BadCredential as bad:
        return Verdict("not-genuine", (bad.reason,))
    if status != "valid":
        reasons.append(Reason(f"status-{status}", None, {"number": number, "as_of": listed.issued}))
    age = at - listed.issued
    current = -SKEW <= age < LIFETIME and at < listed.until
    facts = {"number": number, "as_of": listed.issued, "hours": int(age.total_seconds() // 3600)}
    return _verdict(reasons, None if current else Reason("status-old", None, facts), int(age.total_seconds()))


def _verdict(reasons: list[Reason], stale: Reason | None, age: int | None) -> Verdict:
    if reasons:
        return Verdict("not-usable", (*reasons, *((stale,) if stale else ())), status_age_s=age)
    if stale:
        return Verdict("status-not-current", (stale,), status_age_s=age)
    return Verdict("in-force", status_age_s=age)


def _slip_fits(read: _Read, trust: Trust, expected: Expected) -> list[Reason]:
    if not read.slip:
        return []
    reasons, slip = [], read.slip
    if slip["id"] in trust.dead_slips:
        reasons.append(Reason("slip-dead", None, {"number": read.shown.number, "drawdown": slip["drawdown"]}))
    if slip["id"] in trust.seen:
        reasons.append(Reason("slip-seen-here", None, {"number": read.shown.number, "shipment": slip["shipment"]}))
    if expected.shipment is not None and expected.shipment != slip["shipment"]:
        told = {"slip": slip["shipment"], "here": expected.shipment}
        reasons.append(Reason("slip-of-other-shipment", None, told))
    if expected.packing_list is not None and expected.packing_list != slip["packing_list"]:
        reasons.append(Reason("slip-of-other-packing-list", None, {"shipment": slip["shipment"]}))
    return reasons


def _by_uri(trust: Trust, uri: str) -> StatusList | None:
    return next((listed for listed in trust.statuses if listed.uri == uri), None)


def _reference(status: Any) -> tuple[str, int]:
    listed = status.get("status_list") if isinstance(status, dict) else None
    if not isinstance(listed, dict) or not isinstance(listed.get("uri"), str):
        raise BadCredential("credential-claim", name="status")
    return listed["uri"], _int(listed, "idx")


def _named(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The map behind small integer keys; a key beyond ours comes from a newer office and is left out."""
    if not isinstance(value, dict) or not all(place in value for place in range(1, len(names) + 1)):
        raise BadCredential("credential-claim", name=names[0])
    return {name: value[place] for place, name in enumerate(names, start=1)}


def _amounts(value: Any) -> Mapping[str, int]:
    fine = isinstance(value, dict) and all(
        isinstance(code, str) and code[:1] in document.FAMILIES.values() and type(amount) is int
        for code, amount in value.items()
    )
    if not fine:
        raise BadCredential("credential-claim", name="amounts")
    return document.long_amounts(value)


def _int(claims: Mapping[Any, Any], name: Any) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise BadCredential("credential-claim", name=str(name))
    return value


def _text(claims: Mapping[Any, Any], name: Any) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise BadCredential("credential-claim", name=str(name))
    return value


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise BadCredential("credential-claim", name="zone") from None


def _days(begins: int, ends: int, zone: ZoneInfo) -> tuple[date, date]:
    # The claims are the first instants of the first valid day and of the day after the last.
    try:
        first, last = (datetime.fromtimestamp(second, zone).date() for second in (begins, ends - 1))
    except (ValueError, OverflowError, OSError):
        raise BadCredential("credential-claim", name="exp") from None
    return first, last


def _utc(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
