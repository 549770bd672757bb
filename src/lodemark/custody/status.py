"""Which statement about an event is the valid one: a function of the set of stored statements, in any order of arrival.

Nothing is ever changed: a declaration is a statement of its own, and the status of the original follows from both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from lodemark.custody.namespace import CBV

ACTIVE, VOIDED, SUPERSEDED = "active", "voided", "superseded"
PENDING, CONTRADICTED = "correction-pending", "contradicted"
STATUSES = (ACTIVE, "duplicate", VOIDED, SUPERSEDED, PENDING, CONTRADICTED, "quarantined")
OFFICE = "office"
_NEVER = CBV + "ER-did_not_occur"


@dataclass(frozen=True, slots=True)
class Statement:
    """What status needs to know of one stored event. ``ids`` are its event id, its aliases and its hash URI."""

    seq: int
    ids: frozenset[str]
    event_id: str
    cbv_hash: bytes
    strict_digest: bytes
    party: str
    declared: bool = False
    reason: str | None = None
    corrective_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The status of one statement, who changed it (seqs of declarations), and ids that are still missing."""

    status: str = ACTIVE
    by: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    foreign: tuple[int, ...] = ()

    @property
    def flows(self) -> bool:
        """Whether its goods move in the genealogy."""
        return self.status in (ACTIVE, CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Successions:
    """Parties that took over another's records: successor -> predecessors. The office may correct anybody's."""

    predecessors: Mapping[str, Collection[str]] = field(default_factory=dict)

    def may_declare(self, party: str, original: str) -> bool:
        """Whether a declaration by ``party`` has effect on a record of ``original``."""
        return party in (original, OFFICE) or original in self.predecessors.get(party, ())


def standings(
    statements: Iterable[Statement], successions: Successions | None = None, known: Collection[str] | None = None
) -> dict[int, Standing]:
    """The status of every statement in the set; a declaration shares the status it gives.

    ``known`` names the event ids the journal holds; without it, those of the set itself.
    """
    listed = sorted(statements, key=lambda s: s.seq)
    rules = successions or Successions()
    # A declaration repeats the id of the event it corrects, so only originals count as arrived.
    known = {name for s in listed if not s.declared for name in s.ids} if known is None else known
    originals = [s for s in listed if not s.declared]
    by_id: dict[str, list[Statement]] = defaultdict(list)
    by_hash: dict[bytes, list[Statement]] = defaultdict(list)
    for s in originals:
        for name in s.ids:
            by_id[name].append(s)
        by_hash[s.cbv_hash].append(s)
    found: dict[int, Standing] = {}
    for s in originals:
        others = {o.strict_digest for name in s.ids for o in by_id[name]} - {s.strict_digest}
        found[s.seq] = Standing(CONTRADICTED) if others else Standing()
    for d in (s for s in listed if s.declared):
        found[d.seq] = _declare(d, by_id.get(d.event_id) or by_hash.get(d.cbv_hash, []), found, known, rules)
    return _settle(originals, by_id, found)


def _declare(
    d: Statement, targets: list[Statement], found: dict[int, Standing], known: Collection[str], rules: Successions
) -> Standing:
    missing = tuple(sorted(name for name in d.corrective_ids if name not in known))
    status = VOIDED if d.reason == _NEVER or not d.corrective_ids else PENDING if missing else SUPERSEDED
    allowed = [t for t in targets if rules.may_declare(d.party, t.party)]
    for target in targets:
        before = found[target.seq]
        if target in allowed:
            # Two declarations of one event: the one that says most (void, then corrected) stands, whatever came first.
            rank = (VOIDED, SUPERSEDED, PENDING)
            both = min((status, before.status), key=lambda x: rank.index(x) if x in rank else 9)
            found[target.seq] = Standing(both, (*before.by, d.seq), missing, before.foreign)
        else:
            found[target.seq] = Standing(before.status, before.by, before.missing, (*before.foreign, d.seq))
    if targets and not allowed:
        return Standing(foreign=(d.seq,))
    return Standing(status, missing=missing)


def _settle(
    originals: list[Statement], by_id: Mapping[str, list[Statement]], found: dict[int, Standing]
) -> dict[int, Standing]:
    """A contradiction ends when a declaration leaves one of the statements standing."""
    for s in originals:
        if found[s.seq].status != CONTRADICTED:
            continue
        rivals = {o.seq for name in s.ids for o in by_id[name] if o.strict_digest != s.strict_digest}
        if not any(found[seq].flows for seq in rivals):
            now = found[s.seq]
            found[s.seq] = Standing(ACTIVE, now.by, now.missing, now.foreign)
    return found
