"""What statistics count, kept per dossier and made again only where a record was added since: no page folds the office.

A read model like the others, but made when somebody looks, so that no act waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import orjson
from django.db.models import Q

from lodemark.case import appeal
from lodemark.case.passage import Passage, of_appeal, of_application, of_case
from lodemark.ledger import Record, digest
from lodemark_office.acts.office import Office
from lodemark_office.acts.state import ATTEMPT
from lodemark_office.store import models

NOUNS = ("application", "case", "appeal")
SIZE = "size-class"
"""The scheme under which a party's own statement of its size is kept; without one the size is not stated."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The passages, and the digest of the dossiers they were made from: number of records and end of chain of each."""

    passages: Mapping[str, Passage]
    inputs: str


def counted(office: Office, on: date) -> Counted:
    """The passages as they are now; only dossiers that moved are read."""
    wanted = Q()
    for noun in NOUNS:
        wanted |= Q(dossier__startswith=f"{noun}/")
    heads = {
        name: (number, bytes(end).hex())
        for name, number, end in models.DossierHead.objects.filter(wanted, number__gt=0).values_list(
            "dossier", "number", "digest"
        )
    }
    known = {row.dossier: row for row in models.Passage.objects.all()}
    fresh = [
        models.Passage(dossier=name, number=number, facts=_passage(office, name, on))
        for name, (number, _) in heads.items()
        if name not in known or known[name].number != number
    ]
    if fresh:
        models.Passage.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["dossier"], update_fields=["number", "facts"], batch_size=500
        )
    known |= {row.dossier: row for row in fresh}
    listed = [[name, number, end] for name, (number, end) in sorted(heads.items())]
    return Counted({name: known[name].facts for name in heads}, digest(listed))


def _passage(office: Office, dossier: str, on: date) -> Passage:
    entries = list(office.store.entries(dossier))
    records = [entry.record for entry in entries if entry.record.kind != ATTEMPT]
    match dossier.partition("/")[0]:
        case "application":
            return of_application(records, _route(office, records), _size(office, entries[0].stamp.actor.party))
        case "case":
            return of_case(records, office.case_rules(on), office.calendar)
    ended = [record.on for record in records if record.kind == "appeal-concluded"]
    return of_appeal(appeal.fold(records), ended[-1] if ended else None)


def _route(office: Office, records: list[Record]) -> str:
    first = next(record for record in records if record.kind == "application-submitted")
    content = orjson.loads(office.store.document(str(first.facts["content_digest"])))
    return str(content.get("kind", "single"))


def _size(office: Office, party: str) -> str:
    stated = office.store.party_identifiers(party).get(SIZE, ())
    return str(stated[0]) if stated else "not-stated"
