"""What can go wrong, in four kinds; this module holds the last three (the first is ``assert``).

1. our mistake: ``assert``, crash;
2. the law says no: return a ``Refusal`` with *every* ``Reason``;
3. the world failed (bad file, bad signature, no disk): raise an ``Error``, which can ``explain()`` itself;
4. the data disagree: collect a ``Disagreement`` and carry on; room ``finding`` turns it into a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a refusal: a code, the provision it rests on (``cn/duir-2024#18``), the facts used."""

    code: str
    provision: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def explain(self, lang: Lang = "en") -> str:
        """The sentence a person reads."""
        return say(self.code, self.facts, lang)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The law says no: all reasons at once, in the order they were found, never empty."""

    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        assert self.reasons, "a refusal without a reason"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, in order."""
        return tuple(reason.code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two pieces of evidence that cannot both be true. ``subject`` names the lot, line or account; ``digest`` its inputs."""

    code: str
    subject: str
    facts: Mapping[str, object] = field(default_factory=dict)
    digest: str = ""

    def explain(self, lang: Lang = "en") -> str:
        """The sentence a person reads: what is inconsistent, never who is guilty."""
        return say(self.code, self.facts, lang)


class Error(Exception):
    """The world failed. Every subclass names its ``code`` (with a sentence in both languages).

    ``kind`` chooses the exit code and HTTP status by the one table in ``lodemark.cli`` and the office:
    ``bad-input`` (3, 400), ``unknown`` (3, 404), ``conflict`` (3, 409), ``storage`` (4, 503).
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[str] = "bad-input"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        self.reason = Reason(code or self.code, None, facts)
        super().__init__(self.reason.code, facts)

    @property
    def facts(self) -> Mapping[str, object]:
        """What, where and what was expected."""
        return self.reason.facts

    def explain(self, lang: Lang = "en") -> str:
        """What happened, to what, and the cure, as one sentence."""
        return self.reason.explain(lang)

    def __str__(self) -> str:
        return self.explain("en")
