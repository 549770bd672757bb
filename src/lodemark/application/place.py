"""From a fact to the place in the file where its answer stands or would stand, and to the fields that open with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lodemark.application.fields import instances
from lodemark.application.model import Application
from lodemark.application.pointer import block
from lodemark.application.reading import escape
from lodemark.rules.facts import word_of

_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "application.lines": ("/lines",),
    "application.documents": ("/documents",),
    "application.identity_papers": ("/documents",),
    "application.statement_current": ("/documents", "/filed_on"),
    "application.statement_matches": ("/documents", "/parties", "/end_use", "/lines"),
    "application.end_user_count": ("/parties/complete", "/parties/end_user"),
    "application.parties": ("/parties",),
    "application.exporters": ("/parties/exporter", "/parties/complete"),
    "application.importers": ("/parties/importer", "/parties/complete"),
    "application.consignees": ("/parties/consignee", "/parties/complete"),
    "application.end_users": ("/parties/end_user", "/parties/complete"),
    "application.ultimate_end_users": ("/parties/ultimate_end_user", "/parties/complete"),
    "application.end_uses": ("/end_use", "/lines"),
    "application.nodes": ("/tree",),
    "application.crossings": ("/tree",),
}
"""Facts of the application as a whole that no single field states: the place to look at first, then what opens with it."""

_BELOW: Final[Mapping[str, tuple[str, ...]]] = {
    "line.fraction": ("{at}/composition/declared", "{at}/composition"),
    "line.uses": ("{at}/use", "/end_use"),
    "line.end_users": ("{at}/end_users", "/parties"),
    "line.crossings": ("/tree/crossings", "/tree"),
    "line.deep_processed": ("/tree/nodes", "/tree"),
    "node.fraction": ("/lines", "/tree"),
    "node.parents": ("{at}/in", "/tree"),
    "node.unit_value": ("{at}/unit_value",),
    "node.cn_part1_value": ("{at}/cn_part1_value",),
    "crossing.subtree": ("/tree/complete", "/tree/nodes"),
    "crossing.cn_part1_value_share": ("/tree/nodes",),
    "party.owned_share": ("{at}/ownership",),
}
"""The same for facts of one instance; ``{at}`` is the instance's block."""

COLLECTIONS: Final = frozenset(
    {f"application.{name}" for name in ("lines", "documents", "parties", "exporters", "importers", "consignees", "end_users")}
    | {"application.ultimate_end_users", "application.end_uses", "application.nodes", "application.crossings"}
    | {"line.uses", "line.end_users", "line.crossings", "node.parents", "crossing.subtree"}
)
"""What lists instances: told by adding one or by saying that there are no others, never as an answer by fact."""


def pointer_of(app: Application, ref: str) -> str:
    """The JSON pointer where the answer to a ground reference is looked for first."""
    return places_of(app, ref)[0]


def places_of(app: Application, ref: str) -> tuple[str, ...]:
    """The pointer of the answer and the fields that have to open with it; a fact without a field goes under ``/answers``."""
    answer = _under_answers(ref)
    if ref in _WHOLE:
        return _WHOLE[ref] if ref in COLLECTIONS else (*_WHOLE[ref], answer)
    field = _field(app, ref)
    if field:
        return (field, answer)
    for scope, name, at, _, _ in instances(app):
        head = f"{scope}[{name}]." if name else f"{scope}."
        if not ref.startswith(head):
            continue
        word = f"{scope}.{ref[len(head) :].partition('[')[0]}"
        if word in _BELOW:
            key = f"/{escape(ref[:-1].rpartition('[')[2])}" if ref.endswith("]") and word == "line.fraction" else ""
            first, *rest = (place.format(at=at) for place in _BELOW[word])
            places = (first + key, *rest)
            return places if word in COLLECTIONS else (*places, answer)
    return (answer,)


def answer_place(app: Application, ref: str) -> str | None:
    """Where one answer to a ground reference can be put: its field where that is, else by fact; ``None`` for what lists instances."""
    if word_of(ref) in COLLECTIONS:
        return None
    field = _field(app, ref)
    return field if field and isinstance(block(app.content, field), Mapping) else _under_answers(ref)


def _field(app: Application, ref: str) -> str | None:
    """The pointer of the field that states this fact, if one does."""
    word = word_of(ref)
    for scope, name, at, _, fields in instances(app):
        if ref.startswith(f"{scope}[{name}]." if name else f"{scope}."):
            for field in fields:
                if field.word == word and field.place:
                    return f"{at}/{field.place}"
    return None


def _under_answers(ref: str) -> str:
    return f"/answers/{escape(ref)}"
