"""Lists of parties: loaded from CSV by profile or from FollowTheMoney JSON lines, compared, and held when they look cut off.

A row that cannot be read is kept as ``RowError``; a version with such rows, without any line, or much smaller than the
one before stays inactive until an officer takes it: a broken download must clear nobody::

    version = load("list.csv", list_id="cn-control", profile="simple-csv", published=date(2026, 3, 1))
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

from lodemark.ledger import digest
from lodemark.parties.ftm import listings_from_ftm
from lodemark.parties.identifier import identifier
from lodemark.parties.model import Identifier, Listing, ListVersion, Name, Party, PartyKind, Period, RowError, Status
from lodemark.parties.tables import Policy
from lodemark.parties.trouble import ListUnreadable
from lodemark.trouble import Reason

ENCODINGS: Final = ("utf-8-sig", "gb18030")
LARGEST_BYTES: Final = 2_000_000_000
_STATUSES: Final = ("in_force", "suspended", "lifted", "unknown")


@dataclass(frozen=True, slots=True)
class Profile:
    """How the columns of a CSV list are called and what its lines mean when they do not say."""

    columns: Mapping[str, str]
    separator: str
    bracket_names: bool
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed from one version to the next, by listing id."""

    added: tuple[Listing, ...]
    changed: tuple[tuple[Listing, Listing, tuple[str, ...]], ...]
    removed: tuple[Listing, ...]
    same_count: int


@cache
def profile_named(name: str) -> Profile:
    """A shipped profile; an unknown name is ``ListUnreadable`` with the known ones."""
    folder = resources.files("lodemark.parties") / "data" / "profiles"
    file = folder / f"{name}.toml"
    if not file.is_file():
        known = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())
        raise ListUnreadable("list-profile-unknown", profile=name, known=["ftm", *known])
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return Profile(raw["columns"], raw["separator"], raw["bracket_names"], tuple(raw["measures"]))


def load(source: str | Path | bytes, *, list_id: str, profile: str, published: date) -> ListVersion:
    """One version of a list. Raises ``ListUnreadable`` when nothing can be made of the bytes; bad rows are kept beside the good."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if len(data) > LARGEST_BYTES:
        raise ListUnreadable("list-too-large", bytes=len(data), limit=LARGEST_BYTES)
    text = _decoded(data)
    if profile == "ftm":
        listings, refused = listings_from_ftm(text, list_id)
    else:
        listings, refused = _from_csv(text, list_id, profile_named(profile))
    unique = {listing.id: listing for listing in reversed(listings)}
    twice = [
        RowError(0, listing.id, "list-row-id-twice", {"id": listing.id})
        for listing in listings
        if unique[listing.id] is not listing
    ]
    kept = tuple(listing for listing in listings if unique[listing.id] is listing)
    name = "" if isinstance(source, bytes) else Path(source).name
    return ListVersion(list_id, hashlib.sha256(data).hexdigest(), published, name, profile, kept, (*refused, *twice))


def accept(version: ListVersion) -> ListVersion:
    """The version after an officer's ``list-accepted`` record; its gaps stay visible in every result."""
    return replace(version, accepted=True)


def hold_reasons(new: ListVersion, old: ListVersion | None, policy: Policy) -> tuple[Reason, ...]:
    """Why a version stays inactive until an officer takes it; empty when it may be used at once."""
    reasons = []
    if new.refused:
        facts = {"list": new.list_id, "rows": len(new.refused), "first_line": new.refused[0].line}
        reasons.append(Reason("list-rows-refused", None, facts))
    if not new.listings:
        reasons.append(Reason("list-empty", None, {"list": new.list_id}))
    if old is not None and len(new.listings) < (1 - policy.shrink_share) * len(old.listings):
        facts = {"list": new.list_id, "before": len(old.listings), "now": len(new.listings), "limit": str(policy.shrink_share)}
        reasons.append(Reason("list-shrunk", None, facts))
    return tuple(reasons)


def diff(old: ListVersion, new: ListVersion) -> Delta:
    """Lines added, changed (with the names of the changed fields) and removed."""
    before = {listing.id: listing for listing in old.listings}
    after = {listing.id: listing for listing in new.listings}
    changed = [
        (before[name], after[name], _changed_fields(before[name], after[name]))
        for name in after
        if name in before and before[name] != after[name]
    ]
    return Delta(
        added=tuple(listing for name, listing in after.items() if name not in before),
        changed=tuple(changed),
        removed=tuple(listing for name, listing in before.items() if name not in after),
        same_count=sum(1 for name, listing in after.items() if before.get(name) == listing),
    )


def listing_digest(listing: Listing) -> str:
    """Digest of the fields that a judgement about the line rests on: who it is, not its number in the list."""
    return party_digest(listing.party)


def party_digest(party: Party) -> str:
    """Digest of the fields that are compared: names, identifiers, countries, kind, birth date."""
    return digest(
        {
            "names": sorted((name.text, name.kind) for name in party.names),
            "identifiers": sorted((one.scheme, one.value) for one in party.identifiers),
            "countries": sorted(party.countries),
            "kind": party.kind,
            "born": party.born,
        }
    )


def _changed_fields(old: Listing, new: Listing) -> tuple[str, ...]:
    own = [name for name in ("status", "measures", "reference") if getattr(old, name) != getattr(new, name)]
    names = ("names", "kind", "identifiers", "addresses", "countries", "born", "founded", "extra")
    return tuple(own + [name for name in names if getattr(old.party, name) != getattr(new.party, name)])


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListUnreadable("list-encoding-unknown", known=list(ENCODINGS))


def _from_csv(text: str, list_id: str, profile: Profile) -> tuple[list[Listing], list[RowError]]:
    csv.field_size_limit(10_000_000)
    table = csv.DictReader(text.splitlines(), strict=True)
    if table.fieldnames is None or not {profile.columns["id"], profile.columns["names"]} <= set(table.fieldnames):
        raise ListUnreadable("list-columns-missing", columns=[profile.columns["id"], profile.columns["names"]])
    listings: list[Listing] = []
    refused: list[RowError] = []
    rows = iter(table)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return listings, refused
        except csv.Error as problem:
            refused.append(
                RowError(table.line_num, "", "list-row-unreadable", {"line": table.line_num, "problem": str(problem)})
            )
            continue
        found = _row(row, table.line_num, list_id, profile)
        if isinstance(found, RowError):
            refused.append(found)
        else:
            listings.append(found)


def _row(row: Mapping[str | None, Any], line: int, list_id: str, profile: Profile) -> Listing | RowError:
    raw = json.dumps({str(key): value for key, value in row.items()}, ensure_ascii=False)
    if None in row or None in row.values():
        return RowError(line, raw, "list-row-width", {"line": line})

    def cell(field: str) -> str:
        return str(row.get(profile.columns.get(field, ""), "") or "").strip()

    def cells(field: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in cell(field).split(profile.separator) if part.strip())

    names = _names(cells("names"), profile) + tuple(Name(text, "weak", source=list_id) for text in cells("weak_names"))
    if not cell("id") or not names:
        return RowError(line, raw, "list-row-incomplete", {"line": line})
    status = cell("status") or "in_force"
    try:
        period = Period(_day(cell("since")), _day(cell("until")), cast(Status, status), list_id)
    except ValueError:
        return RowError(line, raw, "list-row-date", {"line": line, "since": cell("since"), "until": cell("until")})
    if status not in _STATUSES or (period.since and period.until and period.since >= period.until):
        return RowError(
            line, raw, "list-row-status", {"line": line, "status": status, "since": cell("since"), "until": cell("until")}
        )
    mapped = set(profile.columns.values())
    party = Party(
        id=cell("id"),
        names=names,
        kind=_kind(cell("kind")),
        identifiers=_identifiers(cells("identifiers"), list_id),
        countries=tuple(country.upper() for country in cells("countries")),
        born=cell("born") or None,
        extra={str(key): value for key, value in row.items() if key not in mapped and value},
    )
    return Listing(cell("id"), list_id, party, (period,), cells("measures") or profile.measures, cell("reference"))


def _names(texts: tuple[str, ...], profile: Profile) -> tuple[Name, ...]:
    """Names of a row; where a profile says so, what stands in the last brackets is a second name."""
    names: list[Name] = []
    for text in texts:
        flat = text.replace("（", "(").replace("）", ")")
        outside, bracket, inside = flat.rpartition("(")
        if profile.bracket_names and bracket and inside.endswith(")") and len(inside) > 4 and outside.strip():
            names += [Name(outside.strip()), Name(inside[:-1].strip())]
        else:
            names.append(Name(text))
    return tuple(names)


def _identifiers(texts: tuple[str, ...], source: str) -> tuple[Identifier, ...]:
    pairs = (text.partition("=") for text in texts)
    return tuple(
        identifier(scheme.strip() if sep else "unknown", value if sep else scheme, source) for scheme, sep, value in pairs
    )


def _kind(text: str) -> PartyKind:
    lowered = text.casefold()
    return "person" if lowered in ("person", "individual", "自然人", "个人") else "organisation" if lowered else "unknown"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
