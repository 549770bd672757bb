"""The custody journal: every statement ever captured, append-only, and what it says as of any day.

    j = Journal.open("events.db")
    job = j.capture(data, party="https://id.gs1.org/417/4012345000009", recorded_at=now)
    j.event(job.event_ids[0])

Works on any DB-API connection (``Journal(Store(connection, POSTGRESQL))``). No clock: ``recorded_at`` is an argument.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lodemark.custody.book import Gap
from lodemark.custody.capture import Prepared, capture
from lodemark.custody.code_check import CodeAnswer, CodeFacts, check_code, places_from
from lodemark.custody.facts import Fact, read_facts
from lodemark.custody.genealogy import Genealogy, build
from lodemark.custody.identifier import parse
from lodemark.custody.job import CaptureJob
from lodemark.custody.lineage import seqs_around
from lodemark.custody.prehash import hash_uri
from lodemark.custody.query import Cursor, Page, Query, run
from lodemark.custody.register import register_for
from lodemark.custody.status import Standing, Statement, Successions, standings
from lodemark.custody.store import Store
from lodemark.custody.stored import COLUMNS, EventProof, Quarantined, Stored, event_leaf, from_row
from lodemark.custody.trouble import NotInJournal
from lodemark.custody.value import from_microseconds, microseconds
from lodemark.custody.visibility import OFFICER, Viewer
from lodemark.ledger import Tree, leaf_hash

_CHUNK = 500
_FOREVER = 2**62


class Journal:
    """The journal over one store. ``successions`` says which party took over another's records."""

    def __init__(self, store: Store, successions: Successions | None = None) -> None:
        self.store = store
        self.successions = successions or Successions()

    @classmethod
    def open(cls, path: str | Path) -> Journal:
        """A journal in a SQLite file, made when it is not there."""
        return cls(Store.open(path))

    def capture(
        self,
        data: bytes,
        *,
        party: str,
        recorded_at: datetime,
        media: str | None = None,
        behaviour: str = "rollback",
        profile: str = "open",
        key: str | None = None,
        channel: str = "library",
        lenient: bool = False,
        ready: Prepared | None = None,
    ) -> CaptureJob:
        """Capture one document; see ``lodemark.custody.capture``."""
        return capture(
            self,
            data,
            party=party,
            recorded_at=recorded_at,
            media=media,
            behaviour=behaviour,
            profile=profile,
            key=key,
            channel=channel,
            lenient=lenient,
            ready=ready,
        )

    def stored(self, seqs: Iterable[int], known_at: datetime | None = None) -> list[Stored]:
        """Statements by journal number, in the order asked for, with their status as known then."""
        wanted = list(seqs)
        found: dict[int, Stored] = {}
        for part, marks in _chunks(wanted):
            sql = (
                f"SELECT {COLUMNS} FROM custody_event e JOIN custody_document d ON d.seq = e.document WHERE e.seq IN ({marks})"
            )
            found.update((int(row[0]), from_row(row)) for row in self.store.rows(sql, part))
        told = self.standings_of(wanted, known_at)
        return [found[seq].standing_as(told.get(seq, Standing())) for seq in wanted if seq in found]

    def event(self, event_id: str, known_at: datetime | None = None) -> list[Stored]:
        """Every statement under an event id, alias or hash URI, in journal order. Raises ``NotInJournal``."""
        seqs = self.seqs_of(event_id, known_at)
        if not seqs:
            raise NotInJournal(what="event", id=event_id)
        return self.stored(seqs, known_at)

    def seqs_of(self, event_id: str, known_at: datetime | None = None) -> list[int]:
        """Journal numbers of the statements under an event id, alias or hash URI."""
        limit = _limit(known_at)
        found: set[int] = set()
        for sql, value in (
            ("SELECT seq FROM custody_event WHERE event_id = ? AND recorded_us <= ?", event_id),
            ("SELECT event FROM custody_event_alias WHERE event_id = ? AND recorded_us <= ?", event_id),
            ("SELECT seq FROM custody_event WHERE cbv_hash = ? AND recorded_us <= ?", _hash_of(event_id)),
        ):
            if value:
                found.update(int(row[0]) for row in self.store.rows(sql, (value, limit)))
        return sorted(found)

    def status(self, seq: int, known_at: datetime | None = None) -> Standing:
        """The status of one statement, as known then."""
        return self.standings_of([seq], known_at).get(seq, Standing())

    def standings_of(self, seqs: Sequence[int], known_at: datetime | None = None) -> dict[int, Standing]:
        """Status of some statements; one that shares its id and hash with no other is active and not in the answer."""
        limit = _limit(known_at)
        group: set[int] = set()
        for part, marks in _chunks(list(seqs)):
            for same in ("o.event_id = e.event_id", "o.cbv_hash = e.cbv_hash"):
                sql = (
                    f"SELECT o.seq, e.seq FROM custody_event e JOIN custody_event o ON {same} "
                    f"WHERE e.seq IN ({marks}) AND (o.seq <> e.seq OR e.declaration IS NOT NULL) AND o.recorded_us <= ?"
                )
                group.update(int(n) for row in self.store.rows(sql, [*part, limit]) for n in row)
        if not group:
            return {}
        listed = self.statements(known_at, sorted(group))
        wanted = {name for s in listed for name in s.corrective_ids}
        known = {name for name in wanted if self.seqs_of(name, known_at)}
        return standings(listed, self.successions, known)

    def statements(self, known_at: datetime | None = None, seqs: Sequence[int] | None = None) -> list[Statement]:
        """Statements as status sees them: all that were known then, or those of ``seqs``."""
        limit = _limit(known_at)
        within = "" if seqs is None else f" AND {{0}} IN ({', '.join(map(str, seqs))})"
        aliases: dict[int, set[str]] = {}
        sql = "SELECT event, event_id FROM custody_event_alias WHERE recorded_us <= ?" + within.format("event")
        for seq, name in self.store.rows(sql, (limit,)):
            aliases.setdefault(int(seq), set()).add(str(name))
        sql = (
            "SELECT seq, event_id, cbv_hash, strict_digest, party, declaration FROM custody_event "
            "WHERE recorded_us <= ?" + within.format("seq") + " ORDER BY seq"
        )
        return [_statement(row, aliases.get(int(row[0]), set())) for row in self.store.rows(sql, (limit,))]

    def events(self, query: Query, *, viewer: Viewer = OFFICER, after: Cursor | None = None) -> Page:
        """One page of a query, as the viewer may see it; ``after`` is where the page before ended."""
        return run(self, query, viewer=viewer, after=after)

    def findings(self, seq: int) -> list[tuple[str, str, Mapping[str, Any]]]:
        """(rule, pointer, facts) of what was said when an event was captured and it was kept."""
        rows = self.store.rows("SELECT rule, pointer, facts FROM custody_finding_seed WHERE event = ?", (seq,))
        return [(str(r[0]), str(r[1]), json.loads(r[2])) for r in rows]

    def quarantined(self, sha256: str | None = None) -> list[Quarantined]:
        """What could not be journalled, oldest first; of one document when its digest is given."""
        where, values = ("WHERE sha256 = ?", [bytes.fromhex(sha256)]) if sha256 else ("", [])
        sql = f"SELECT seq, sha256, bytes, idx, party, recorded_us, report FROM custody_quarantine {where} ORDER BY seq"
        return [
            Quarantined(
                int(r[0]), bytes(r[1]).hex(), bytes(r[2]), r[3], str(r[4]), from_microseconds(int(r[5])), json.loads(r[6])
            )
            for r in self.store.rows(sql, values)
        ]

    def proof(self, seq: int) -> EventProof:
        """That this event is in its document's record. Raises ``NotInJournal``."""
        row = self.store.one("SELECT document, leaf FROM custody_event WHERE seq = ?", (seq,))
        if row is None:
            raise NotInJournal(what="event", id=str(seq))
        sql = "SELECT strict_digest, declaration_digest FROM custody_event WHERE document = ? ORDER BY leaf"
        leaves = [event_leaf(bytes(a), bytes(b)) for a, b in self.store.rows(sql, (row[0],))]
        tree, at = Tree.of(leaves), int(row[1])
        return EventProof(leaf_hash(leaves[at]), at, len(leaves), tuple(tree.inclusion(at)), tree.root())

    def facts(self, known_at: datetime | None = None, thing: str | None = None) -> list[Fact]:
        """What the genealogy is a function of: every statement known then, with its status; or those about one thing."""
        if thing is None:
            told = standings(self.statements(known_at), self.successions)
            return read_facts(self.store, told, _limit(known_at))
        sql = "SELECT t.event FROM custody_event_thing t JOIN custody_thing x ON x.id = t.thing WHERE x.uri = ?"
        seqs = sorted({int(row[0]) for row in self.store.rows(sql, (thing,))})
        return read_facts(self.store, self.standings_of(seqs, known_at), _limit(known_at), seqs)

    def check(self, code: str, known_at: datetime | None = None) -> CodeAnswer:
        """Whether a code (link, URN, element string or scan) is consistent with what was declared, as known then."""
        thing = parse(code).canonical
        told = CodeFacts(
            facts=self.facts(known_at, thing),
            register=register_for(self, thing, known_at),
            places=places_from(self.master_data(known_at)),
        )
        return check_code(thing, told)

    def master_data(self, known_at: datetime | None = None) -> dict[str, dict[str, str]]:
        """Attributes of sites and parties as documents stated them, by canonical id; the latest statement of each wins."""
        sql = "SELECT id, name, value FROM custody_master_data WHERE recorded_us <= ? ORDER BY stated_us, document"
        found: dict[str, dict[str, str]] = {}
        for thing, name, value in self.store.rows(sql, (_limit(known_at),)):
            if value is not None and name != "child":
                found.setdefault(str(thing), {})[str(name)] = str(value)
        return found

    def genealogy(
        self, as_of: datetime | None = None, known_at: datetime | None = None, declared_gaps: Sequence[Gap] = ()
    ) -> Genealogy:
        """Which lots became which, as of a day in the world (``as_of``) and a day in the office (``known_at``)."""
        limit = _limit(as_of)
        sql = "SELECT DISTINCT id FROM custody_master_data WHERE recorded_us <= ?"
        sites = {str(row[0]) for row in self.store.rows(sql, (_limit(known_at),))}
        return build([fact for fact in self.facts(known_at) if fact.occurred_us <= limit], declared_gaps, sites)

    def lineage(
        self, thing: str, way: str = "back", as_of: datetime | None = None, known_at: datetime | None = None
    ) -> Genealogy:
        """The genealogy around one lot: its ancestors (``back``) or descendants (``forward``) with complete balances.

        Answers about those lots are the same as from the whole genealogy; other lots are in it only in part.
        """
        seqs = sorted(seqs_around(self.store, thing, way))
        told = self.standings_of(seqs, known_at)
        limit = _limit(as_of)
        facts = read_facts(self.store, told, _limit(known_at), seqs)
        return build([fact for fact in facts if fact.occurred_us <= limit])


def _chunks(items: list[int]) -> Iterable[tuple[list[int], str]]:
    for start in range(0, len(items), _CHUNK):
        part = items[start : start + _CHUNK]
        yield part, ", ".join("?" * len(part))


def _limit(when: datetime | None) -> int:
    return _FOREVER if when is None else microseconds(when)


def _hash_of(event_id: str) -> bytes | None:
    if not event_id.startswith("ni:///sha-256;"):
        return None
    try:
        return bytes.fromhex(event_id[14:].split("?", maxsplit=1)[0])
    except ValueError:
        return None


def _statement(row: Sequence[Any], aliases: set[str]) -> Statement:
    told = json.loads(row[5]) if row[5] else None
    return Statement(
        seq=int(row[0]),
        ids=frozenset({str(row[1]), hash_uri(bytes(row[2])), *aliases}),
        event_id=str(row[1]),
        cbv_hash=bytes(row[2]),
        strict_digest=bytes(row[3]),
        party=str(row[4]),
        declared=told is not None,
        reason=told["reason"] if told else None,
        corrective_ids=tuple(told["corrective"]) if told else (),
    )
