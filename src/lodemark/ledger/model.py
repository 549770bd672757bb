"""Records and what is stamped on them.

A room's ``decide`` returns draft ``Record`` values: what happened, on which legal day, with which facts.
The shell adds the ``Stamp`` (who, when, under which command, on what basis) and the chain its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an opaque person id, the party acted for, and the role (``officer``, ``signatory``, ``customs`` ...)."""

    person: str
    party: str
    role: str

    @classmethod
    def system(cls, job: str, provision: str) -> Actor:
        """A timer or rule that acts by itself, under a named provision."""
        return cls(person=f"system:{job}", party="office", role=f"system:{provision}")

    @property
    def is_system(self) -> bool:
        """Whether no human hand was in it."""
        return self.person.startswith("system:")


@dataclass(frozen=True, slots=True)
class Record:
    """One line that counts, as drafted by ``decide``.

    ``kind`` is noun-verbed (``licence-granted``); ``on`` is the legal day; ``facts`` are canonical JSON values
    (no floats: a decimal is a string); ``private`` maps JSON pointers to digests of disclosures kept elsewhere.
    """

    kind: str
    on: date
    facts: Mapping[str, object] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a decision rested: digests of rulebook and gathered facts, version of the library."""

    rulebook: str = ""
    facts: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the shell adds to a draft. ``blind``: 16 random bytes (hex), so no digest can be confirmed by guessing."""

    recorded_at: datetime
    actor: Actor
    command: str
    basis: Basis
    blind: str


@dataclass(frozen=True, slots=True)
class ChainedRecord:
    """A record in its place: ``number`` from 1, canonical ``body`` bytes, and the digests that chain it (32 bytes each)."""

    number: int
    body: bytes
    body_digest: bytes
    prev_digest: bytes
    chain_digest: bytes
