"""Layer J: an event against what is stored. Only a redacted copy is refused and only a ring of packages is quarantined."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lodemark.custody.model import Event
from lodemark.custody.namespace import LODE
from lodemark.custody.prehash import hash_uri, hash_variant
from lodemark.custody.status import Successions
from lodemark.custody.store import Store
from lodemark.custody.validate.report import Finding

NO_DECLARATION = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Arriving:
    """An event on its way into the journal, with its three digests (32 bytes each)."""

    index: int
    event: Event
    event_id: str
    cbv_hash: bytes
    strict: bytes
    declared: bytes

    @property
    def content(self) -> tuple[bytes, bytes, bytes]:
        """What makes two statements the same: event hash, strict digest, declaration."""
        return self.cbv_hash, self.strict, self.declared


def compare(
    store: Store, fresh: Sequence[Arriving], party: str, successions: Successions
) -> tuple[list[Arriving], list[tuple[Arriving, int | None]], list[Finding]]:
    """(new statements, copies with the number of their original, findings).

    A copy of another event of the same document has no number yet.
    """
    stored = _by_hash(store, [new.cbv_hash for new in fresh])
    by_id = _by_id(store, [new.event_id for new in fresh])
    kept: list[Arriving] = []
    copies: list[tuple[Arriving, int | None]] = []
    said: list[Finding] = []
    seen: set[tuple[bytes, bytes, bytes]] = set()
    for new in fresh:
        at = new.event.sent.pointer
        found = stored.get(new.cbv_hash, {})
        exact = found.get((new.strict, new.declared))
        if exact is not None or new.content in seen:
            copies.append((new, exact))
            said.append(Finding("J-DUPLICATE", at, {"id": new.event_id}, None, new.index, "note"))
            continue
        seen.add(new.content)
        kept.append(new)
        said.extend(_rules(store, new, found, by_id, party, successions, at))
    return kept, copies, said


def _rules(
    store: Store,
    new: Arriving,
    found: dict[tuple[bytes, bytes], int],
    by_id: dict[str, list[tuple[bytes, bytes, str]]],
    party: str,
    successions: Successions,
    at: str,
) -> Iterator[Finding]:
    event, rivals = new.event, by_id.get(new.event_id, [])
    if f"{{{LODE}}}redaction" in event.extensions:
        yield Finding("J-REDACTED", at, {"id": new.event_id}, None, new.index, "error")
    if event.declaration is None:
        others = [r for r in rivals if r[0] != new.strict and r[1] == NO_DECLARATION]
        if others:
            yield Finding("J-CONTRADICTION", f"{at}/eventID", {"id": new.event_id}, new.event_id, new.index, "finding")
        elif any(strict != new.strict for strict, declared in found if declared == NO_DECLARATION):
            yield Finding("J-CONTRADICTION", at, {"id": hash_uri(new.cbv_hash)}, None, new.index, "finding")
    elif rivals and not any(
        successions.may_declare(party, owner) for _, declared, owner in rivals if declared == NO_DECLARATION
    ):
        yield Finding(
            "J-FOREIGN-DECLARATION", f"{at}/errorDeclaration", {"id": new.event_id, "party": party}, None, new.index, "finding"
        )
    loop = containment_loop(store, event)
    if loop:
        yield Finding("J-LOOP", f"{at}/parentID", {"child": loop}, None, new.index, "error")
    claimed = event.event_id
    right = hash_uri(new.cbv_hash)
    if event.declaration is None and claimed and claimed.startswith("ni:///sha-256;") and claimed != right:
        variant = hash_variant(event, claimed)
        yield Finding(
            "J-HASH",
            f"{at}/eventID",
            {"variant": variant, "right": hash_uri(new.cbv_hash)},
            claimed,
            new.index,
            "note" if variant else "finding",
        )


def containment_loop(store: Store, event: Event) -> str | None:
    """The child that already contains the parent, when this packing would close a ring."""
    if event.kind not in ("AggregationEvent", "AssociationEvent") or event.action != "ADD":
        return None
    parent = next((line.thing for line in event.what if line.role == "parent"), None)
    children = {line.thing for line in event.what if line.role == "child" and line.count == 1}
    above = {parent} if parent else set()
    visited = set(above)
    while above:
        holder_of = {up for thing in above for up in _open_parents(store, thing)}
        hit = holder_of & children
        if hit:
            return sorted(hit)[0]
        above = holder_of - visited
        visited |= above
    return None


def _open_parents(store: Store, thing: str) -> set[str]:
    """What the journal says holds a thing now: the last packing of each pair, unless an unpacking came later."""
    rows = store.rows(
        "SELECT p.uri, e.action FROM custody_thing c JOIN custody_event_thing ct ON ct.thing = c.id AND ct.role = 'child' "
        "JOIN custody_event e ON e.seq = ct.event JOIN custody_event_thing pt ON pt.event = e.seq AND pt.role = 'parent' "
        "JOIN custody_thing p ON p.id = pt.thing WHERE c.uri = ? AND e.declaration IS NULL ORDER BY e.occurred_us, e.seq",
        (thing,),
    )
    last = {str(parent): str(action) for parent, action in rows if action in ("ADD", "DELETE")}
    return {parent for parent, action in last.items() if action == "ADD"}


def _by_hash(store: Store, hashes: Sequence[bytes]) -> dict[bytes, dict[tuple[bytes, bytes], int]]:
    found: dict[bytes, dict[tuple[bytes, bytes], int]] = {}
    for part in _parts(list(dict.fromkeys(hashes))):
        sql = f"SELECT cbv_hash, strict_digest, declaration_digest, seq FROM custody_event WHERE cbv_hash IN ({_marks(part)})"
        for cbv_hash, strict, declared, seq in store.rows(sql, part):
            found.setdefault(bytes(cbv_hash), {})[bytes(strict), bytes(declared)] = int(seq)
    return found


def _by_id(store: Store, ids: Sequence[str]) -> dict[str, list[tuple[bytes, bytes, str]]]:
    found: dict[str, list[tuple[bytes, bytes, str]]] = {}
    for part in _parts(list(dict.fromkeys(ids))):
        sql = f"SELECT event_id, strict_digest, declaration_digest, party FROM custody_event WHERE event_id IN ({_marks(part)})"
        for event_id, strict, declared, party in store.rows(sql, part):
            found.setdefault(str(event_id), []).append((bytes(strict), bytes(declared), str(party)))
    return found


def _parts(items: list[object] | list[bytes] | list[str]) -> Iterator[list[object]]:
    for start in range(0, len(items), 500):
        yield list(items[start : start + 500])


def _marks(part: Sequence[object]) -> str:
    return ", ".join("?" * len(part))
