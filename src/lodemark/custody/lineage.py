"""The part of a journal one lot needs: its ancestors or descendants with complete balances, without reading the rest.

A lot's balance rests on every event that touches it, so all of those are taken; what else they touch is followed only up
(``back``) or only down (``forward``). The genealogy of that set gives the same ancestors, masses and gaps as the whole one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lodemark.custody.store import Store

_CHUNK = 400
# (kind, action) -> role that comes out; None: any action
_GIVES = {
    ("ObjectEvent", "ADD"): "object",
    ("TransformationEvent", None): "out",
    ("AssociationEvent", "ADD"): "parent",
    ("AssociationEvent", "DELETE"): "child",
}
_TAKES = {
    ("ObjectEvent", "DELETE"): "object",
    ("TransformationEvent", None): "in",
    ("AssociationEvent", "ADD"): "child",
    ("AssociationEvent", "DELETE"): "parent",
}


def seqs_around(store: Store, thing: str, way: str) -> set[int]:
    """Journal numbers of the events a lot's ancestors (``back``) or descendants (``forward``) rest on."""
    assert way in ("back", "forward"), way
    start = store.one("SELECT id FROM custody_thing WHERE uri = ?", (thing,))
    if start is None:
        return set()
    seqs, built_in = _closure(store, {int(start[0])}, way)
    if way == "forward" and built_in:
        # A motor weighs what went into it: the other things built in need their own ancestors.
        seqs |= _closure(store, built_in, "back")[0]
    return seqs


def _closure(store: Store, frontier: set[int], way: str) -> tuple[set[int], set[int]]:
    here, there = (_GIVES, _TAKES) if way == "back" else (_TAKES, _GIVES)
    seqs: set[int] = set()
    seen: set[int] = set()
    crates: set[int] = set()
    built_in: set[int] = set()
    while frontier:
        seen |= frontier
        links: set[int] = set()
        packed: set[int] = set()
        campaigns: set[str] = set()
        for event, role, kind, action, transformation in _touching(store, frontier):
            seqs.add(event)
            if here.get((kind, action)) == role or here.get((kind, None)) == role:
                links.add(event)
            if transformation:
                campaigns.add(transformation)
            if role == "child" and kind == "AggregationEvent":
                packed.add(event)
        more = _of_campaigns(store, campaigns)
        seqs |= more
        frontier = set()
        for _, role, thing_id, kind, action in _parts(store, links | more):
            if kind == "AssociationEvent" and role == "child":
                built_in.add(thing_id)
            if there.get((kind, action)) == role or there.get((kind, None)) == role:
                frontier.add(thing_id)
        crates |= {thing_id for _, role, thing_id, _, _ in _parts(store, packed) if role == "parent"}
        frontier -= seen
    return seqs | _of_crates(store, crates), built_in


def _of_crates(store: Store, crates: set[int]) -> set[int]:
    """Events of the packages the lots sit in, outwards: they say where the lots are."""
    seqs: set[int] = set()
    seen: set[int] = set()
    while crates:
        seen |= crates
        outer: set[int] = set()
        for event, role, kind, _, _ in _touching(store, crates):
            seqs.add(event)
            if role == "child" and kind == "AggregationEvent":
                outer.add(event)
        crates = {thing_id for _, role, thing_id, _, _ in _parts(store, outer) if role == "parent"} - seen
    return seqs


def _touching(store: Store, things: Iterable[int]) -> Iterator[tuple[int, str, str, str | None, str | None]]:
    for part in _chunks(sorted(things)):
        sql = (
            "SELECT t.event, t.role, e.kind, e.action, e.transformation FROM custody_event_thing t "
            f"JOIN custody_event e ON e.seq = t.event WHERE t.thing IN ({', '.join(map(str, part))})"
        )
        yield from (tuple(row) for row in store.rows(sql))


def _parts(store: Store, events: Iterable[int]) -> Iterator[tuple[int, str, int, str, str | None]]:
    for part in _chunks(sorted(events)):
        sql = (
            "SELECT t.event, t.role, t.thing, e.kind, e.action FROM custody_event_thing t "
            f"JOIN custody_event e ON e.seq = t.event WHERE t.event IN ({', '.join(map(str, part))})"
        )
        yield from (tuple(row) for row in store.rows(sql))


def _of_campaigns(store: Store, names: set[str]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(names), _CHUNK):
        part = sorted(names)[start : start + _CHUNK]
        sql = f"SELECT seq FROM custody_event WHERE transformation IN ({', '.join('?' * len(part))})"
        found |= {int(row[0]) for row in store.rows(sql, part)}
    return found


def _chunks(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
