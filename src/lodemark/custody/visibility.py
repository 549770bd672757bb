"""Who sees what of an event: audience x field group, as data.

A hidden field is *absent*, for filters, ordering and counts as well as in the answer: otherwise a query is an oracle. What
was taken out is said (``lode:redaction``), the event stays provable by its inclusion proof, and the copy cannot be captured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lodemark.custody.namespace import LODE
from lodemark.custody.query.grammar import Condition
from lodemark.custody.stored import Stored
from lodemark.parties import identifier

GROUPS = ("goods", "mass", "place", "party", "licence", "assay", "extension", "document")
# The parties of a shipment see its goods, mass, licence and each other's sites; nobody else's reasons and readings.
AUDIENCES: Mapping[str, frozenset[str]] = {
    "owner": frozenset(GROUPS),
    "officer": frozenset(GROUPS),
    "counterparty": frozenset({"goods", "mass", "licence", "party", "place"}),
}
_FIELDS: Mapping[str, str] = {
    "epcList": "goods", "parentID": "goods", "childEPCs": "goods", "quantityList": "goods", "childQuantityList": "goods",
    "inputEPCList": "goods", "outputEPCList": "goods", "inputQuantityList": "goods", "outputQuantityList": "goods",
    "readPoint": "place", "bizLocation": "place", "sourceList": "party", "destinationList": "party",
    "bizTransactionList": "licence", "sensorElementList": "assay", "certificationInfo": "assay", "ilmd": "extension",
    "transformationID": "document", "eventID": "document", "errorDeclaration": "document", "recordTime": "document",
}  # fmt: skip
_ALWAYS = frozenset(
    {"type", "eventTime", "eventTimeZoneOffset", "action", "bizStep", "disposition", "@context", "persistentDisposition"}
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: ``party`` as captures name it; ``officer`` sees all (the office records the purpose).

    ``names`` are the canonical identifiers under which others' events speak of this party (``party_names``).
    """

    party: str
    officer: bool = False
    names: frozenset[str] = field(default=frozenset())

    @property
    def called(self) -> tuple[str, ...]:
        """Everything this party is called, in order."""
        return tuple(sorted(self.names | {self.party}))


OFFICER = Viewer("office", officer=True)


def party_names(identifiers: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """What events call a party with these identifiers (scheme -> values).

    A Global Location Number stands for the party (417, PGLN) as an owner, and for its place (414) as a location: sources and
    destinations of CBV are of both types. A number with a wrong check digit names nobody.
    """
    right = [value for value in identifiers.get("gln", ()) if identifier("gln", value).valid == "yes"]
    return frozenset(f"https://id.gs1.org/{key}/{value}" for value in right for key in ("417", "414"))


def visible(viewer: Viewer, conditions: Iterable[Condition], order_by: str = "") -> tuple[str, list[str]]:
    """(SQL, values): the events a viewer may find with these conditions."""
    if viewer.officer:
        return "1 = 1", []
    groups = {c.group for c in conditions} | ({"extension"} if order_by.startswith("{") else set())
    if groups - AUDIENCES["counterparty"] - {"base"}:
        return "e.party = ?", [viewer.party]
    called = viewer.called
    sql = (
        "(e.party = ? OR e.seq IN (SELECT p.event FROM custody_event_field p "
        f"WHERE p.scope IN ('source', 'destination') AND p.text IN ({', '.join('?' * len(called))})))"
    )
    return sql, [viewer.party, *called]


def audience(viewer: Viewer, stored: Stored) -> str | None:
    """What the viewer is to this event, None for a stranger."""
    if viewer.officer:
        return "officer"
    if stored.party == viewer.party:
        return "owner"
    event = stored.event
    parties = {value for _, value in (*event.sources, *event.destinations)}
    return "counterparty" if parties.intersection(viewer.called) else None


def redact(stored: Stored, who: str) -> Stored:
    """The event as this audience may see it; whole for owner and officer."""
    allowed = AUDIENCES[who]
    if allowed == frozenset(GROUPS):
        return stored
    kept, hidden = {}, set()
    for name, value in stored.sent.body.items():
        group = "base" if name in _ALWAYS else _FIELDS.get(name, "extension")
        if group == "base" or group in allowed:
            kept[name] = value
        else:
            hidden.add(group)
    names = replace(stored.sent.names, prefixes={**stored.sent.names.prefixes, "lode": LODE})
    kept["lode:redaction"] = {"lode:of": stored.hash, "lode:groups": sorted(hidden), "lode:reason": f"audience:{who}"}
    return replace(stored, event_id=stored.hash, sent=replace(stored.sent, body=kept, names=names))
