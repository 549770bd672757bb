"""An invitation to answer past the supplier: what is asked, what came in as digests, who opened it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the supplier's file that somebody else answers.

    ``fact`` is the ground reference the field states; ``seal`` stands in the file in place of the answer. It is the salted
    digest of this question, not of the answer, so the file stays the same bytes whatever is answered.
    """

    path: str
    fact: str
    seal: str


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a question: the digest of the disclosure that the vault holds, or (``declined``) nothing."""

    on: date
    digest: str = ""

    @property
    def declined(self) -> bool:
        """Whether the owner declined, which is *not known* and never a refusal."""
        return not self.digest


@dataclass(frozen=True, slots=True)
class Opening:
    """A person of the authority opened fields: the disclosure log, which the owner can read."""

    at: datetime
    person: str
    role: str
    paths: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation as it stands. ``by_party`` asked, ``to`` answers; the value itself is nowhere in here."""

    id: str = ""
    by_party: str = ""
    to: str = ""
    note: str = ""
    invited_on: date | None = None
    questions: tuple[Question, ...] = ()
    given: Mapping[str, Given] = field(default_factory=dict)
    openings: tuple[Opening, ...] = ()

    @property
    def state(self) -> str:
        """``none``, ``invited``, ``answered`` (every question answered or declined)."""
        return "none" if not self.id else "invited" if self.waiting else "answered"

    @property
    def waiting(self) -> tuple[str, ...]:
        """The paths nobody has answered or declined yet."""
        return tuple(one.path for one in self.questions if one.path not in self.given)

    def question(self, path: str) -> Question | None:
        """The question about a field."""
        return next((one for one in self.questions if one.path == path), None)
