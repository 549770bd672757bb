"""The file of an ending as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Act = Literal["withdraw", "annul", "revoke", "close"]
State = Literal["none", "noticed", "answered", "waived", "open", "proposed", "sent_back", "signed", "dropped"]


@dataclass(frozen=True, slots=True)
class EndingTerms:
    """What one of the acts says beside its ground; ``None`` and the empty text mean *not said*.

    ``compensation`` belongs to withdraw, ``gravely_harms_public`` to annul, ``penalty_decision`` and ``hearing_offered``
    to revoke.
    """

    compensation: Literal["due", "not-due"] | None = None
    gravely_harms_public: bool | None = None
    penalty_decision: str = ""
    hearing_offered: bool = False


@dataclass(frozen=True, slots=True)
class EndingFile:
    """One proceeding about one licence. ``answer_by`` is the last day of the explanation window, ``None`` for a formality."""

    id: str = ""
    licence: str = ""
    holder: str = ""
    act: Act = "close"
    ground: str = ""
    provision: str = ""
    reason: str = ""
    terms: EndingTerms = field(default_factory=EndingTerms)
    answer_by: date | None = None
    state: State = "none"
    text: str = ""
    response: str = ""
    opener: str = ""
    proposer: str = ""
    digest: str = ""
    signer: str = ""
    signed_on: date | None = None
    comment: str = ""

    @property
    def adverse(self) -> bool:
        """Whether the holder is heard first."""
        return self.answer_by is not None

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.state in ("signed", "dropped")
