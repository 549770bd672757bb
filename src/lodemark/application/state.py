"""The state of an application dossier: its versions, what it was returned for, and where it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Status = Literal["draft", "submitted", "returned", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Deficiency:
    """One thing to cure: which rule, where in the file, what is wrong, what cures it, and which paths open for it.

    ``facts`` are canonical JSON values and fill the sentences of ``code`` and ``cure``; ``audience`` names who may see
    and cure the item (``exporter``, ``end_user``, ``laboratory``, ``authority``).
    """

    rule_id: str
    provision: str
    path: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    cure: str = ""
    reopens: tuple[str, ...] = ()
    audience: tuple[str, ...] = ("exporter", "authority")

    @property
    def key(self) -> tuple[str, str]:
        """What makes two items the same item: the rule and the place."""
        return self.rule_id, self.path


@dataclass(frozen=True, slots=True)
class Version:
    """A frozen version. ``content_digest`` names its canonical bytes, which the shell keeps as a document."""

    number: int
    on: date
    content_digest: str
    on_paper: bool
    changed: tuple[str, ...]
    open_items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """One return for completion of one version."""

    version: int
    on: date
    items: tuple[Deficiency, ...]

    @property
    def reopened(self) -> tuple[str, ...]:
        """The paths that may change in the answer to it."""
        return tuple(sorted({path for item in self.items for path in item.reopens}))


@dataclass(frozen=True, slots=True)
class Filing:
    """An application as its records tell it. ``unscanned``: digests of documents an officer took without a scan."""

    status: Status = "draft"
    versions: tuple[Version, ...] = ()
    returns: tuple[Returned, ...] = ()
    unscanned: frozenset[str] = frozenset()

    @property
    def reopened(self) -> tuple[str, ...]:
        """What may change now: everything while it is a draft, the returned paths after a return, nothing otherwise."""
        match self.status:
            case "draft":
                return ("",)
            case "returned":
                return self.returns[-1].reopened
            case _:
                return ()
