"""FollowTheMoney JSON lines, plain or nested: entities of the LegalEntity family and persons, with their Sanction entities.

Only what screening uses is mapped; every other property stays in ``extra``, so that nothing a list says is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from lodemark.parties.identifier import identifier
from lodemark.parties.model import Identifier, Listing, Name, NameKind, Party, PartyKind, Period, RowError

_ORGANISATIONS: Final = frozenset({"LegalEntity", "Organization", "Company", "PublicBody", "Asset"})
_NAMES: Final[Mapping[str, NameKind]] = {
    "name": "legal",
    "alias": "alias",
    "previousName": "former",
    "weakAlias": "weak",
    "abbreviation": "acronym",
}
_IDENTIFIERS: Final[Mapping[str, str]] = {
    "leiCode": "lei",
    "uscCode": "uscc",
    "innCode": "ru-inn",
    "ogrnCode": "ru-ogrn",
    "registrationNumber": "registration",
    "uniqueEntityId": "uei",
    "vatCode": "vat",
}
_MAPPED: Final = {*_NAMES, *_IDENTIFIERS, "country", "jurisdiction", "mainCountry", "birthDate", "incorporationDate", "address"}


def listings_from_ftm(text: str, list_id: str) -> tuple[list[Listing], list[RowError]]:
    """Listings and refused lines; sanctions may stand in lines of their own or nested in the entity."""
    entities: list[tuple[int, Mapping[str, Any]]] = []
    sanctions: dict[str, list[Mapping[str, Any]]] = {}
    refused: list[RowError] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entity = json.loads(line)
            schema, properties = entity["schema"], entity["properties"]
            entity["id"].strip()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            refused.append(RowError(number, line[:2000], "list-row-not-ftm", {"line": number}))
            continue
        if schema == "Sanction":
            for target in properties.get("entity", ()):
                sanctions.setdefault(target["id"] if isinstance(target, Mapping) else target, []).append(properties)
        elif schema in _ORGANISATIONS or schema == "Person":
            entities.append((number, entity))
    listings = []
    for number, entity in entities:
        try:
            found = _listing(entity, sanctions.get(entity["id"], []), list_id)
        except (ValueError, TypeError, AttributeError):
            found = None
        if found is None:
            refused.append(
                RowError(number, json.dumps(entity, ensure_ascii=False)[:2000], "list-row-incomplete", {"line": number})
            )
        else:
            listings.append(found)
    return listings, refused


def _listing(entity: Mapping[str, Any], sanctions: list[Mapping[str, Any]], list_id: str) -> Listing | None:
    properties: Mapping[str, list[Any]] = entity["properties"]
    names = tuple(Name(text, kind, source=list_id) for key, kind in _NAMES.items() for text in properties.get(key, ()))
    if not names:
        return None
    nested = [part["properties"] for part in properties.get("sanctions", ()) if isinstance(part, Mapping)]
    every = [*sanctions, *nested]
    kind: PartyKind = "person" if entity["schema"] == "Person" else "organisation"
    countries = [code for key in ("country", "jurisdiction", "mainCountry") for code in properties.get(key, ())]
    party = Party(
        id=entity["id"],
        names=names,
        kind=kind,
        identifiers=_identifiers(properties, list_id),
        addresses=tuple(text for text in properties.get("address", ()) if isinstance(text, str)),
        countries=tuple(dict.fromkeys(code.upper() for code in countries)),
        born=next(iter(properties.get("birthDate", ())), None),
        founded=next(iter(properties.get("incorporationDate", ())), None),
        extra={key: value for key, value in properties.items() if key not in _MAPPED},
    )
    periods = tuple(_period(sanction, list_id) for sanction in every) or (Period(None, None, "in_force", list_id),)
    measures = tuple(dict.fromkeys(text for sanction in every for text in sanction.get("provisions", ())))
    reference = next((text for sanction in every for text in sanction.get("authorityId", ())), "")
    return Listing(entity["id"], list_id, party, periods, measures, reference)


def _identifiers(properties: Mapping[str, list[Any]], source: str) -> tuple[Identifier, ...]:
    return tuple(identifier(scheme, value, source) for key, scheme in _IDENTIFIERS.items() for value in properties.get(key, ()))


def _period(sanction: Mapping[str, Any], source: str) -> Period:
    """Start and end of a sanction; an end date is its last day, so the period ends the day after."""
    since = next(iter(sanction.get("startDate", ())), None)
    until = next(iter(sanction.get("endDate", ())), None)
    last = date.fromisoformat(until[:10]) + timedelta(days=1) if until and len(until) >= 10 else None
    return Period(date.fromisoformat(since[:10]) if since and len(since) >= 10 else None, last, "in_force", source)
