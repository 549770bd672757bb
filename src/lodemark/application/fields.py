"""Where each word of the fact vocabulary stands in an application: its JSON pointer, and how its value is taken out.

One table per scope. A word that is not here has no field of its own and is answered under ``/answers/<fact>``; so the
file format does not change when a law asks for something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lodemark.application.model import Application, Line, Node
from lodemark.application.reading import escape
from lodemark.application.tree import children
from lodemark.rules.value import Plain


@dataclass(frozen=True, slots=True)
class Field:
    """A word (``line.family``), its place below the instance (``material/family``), and the value it has there."""

    word: str
    place: str
    value: Callable[[Application, Any], Plain]


def _set(codes: tuple[str, ...] | None) -> Plain:
    return None if codes is None else frozenset(codes)


_NO_GOODS: Final = Line(id="")


def _goods(app: Application, node: Node) -> Line:
    """The goods line a node is; an empty one for a part that is not goods."""
    return app.line(node.line) if node.line else _NO_GOODS


def _exported_from(app: Application, _: object) -> Plain:
    """Where the first crossing starts, else where the exporter is."""
    first = app.tree.crossings[0].origin if app.tree.crossings else None
    return first or next((party.country for party in app.parties.of("exporter")), None)


def _holds_goods(app: Application, node: Node) -> bool | None:
    """Whether goods sit directly in this part; in an open tree only a yes is certain."""
    held = any(app.tree.nodes[name].line is not None for name, _ in children(app.tree, node.id))
    return held or (False if app.tree.complete else None)


APPLICATION: Final = (
    Field("application.kind", "kind", lambda app, _: app.kind),
    Field("application.exported_from", "parties/exporter/country", _exported_from),
)
LINE: Final = (
    Field("line.family", "material/family", lambda app, line: line.family),
    Field("line.form", "material/form", lambda app, line: line.form),
    Field("line.system", "material/system", lambda app, line: line.system),
)
NODE: Final = (
    Field("node.family", "family", lambda app, node: _goods(app, node).family),
    Field("node.form", "form", lambda app, node: _goods(app, node).form),
    Field("node.origin", "origin", lambda app, node: _goods(app, node).origin),
    Field("node.is_goods", "line", lambda app, node: node.line is not None),
    Field("node.holds_goods", "", _holds_goods),
    Field("node.deep_processed", "deep_processed", lambda app, node: node.deep_processed),
    Field("node.how", "deep_processed/how", lambda app, node: node.how),
    Field("node.function", "function", lambda app, node: node.function),
    Field("node.final", "final", lambda app, node: False if node.final is None and node.placements else node.final),
    Field("node.onward_export", "onward_export", lambda app, node: node.onward_export),
    Field("node.destinations", "destinations", lambda app, node: _set(node.destinations)),
)
PARTY: Final = (
    Field("party.country", "country", lambda app, party: party.country),
    Field("party.military", "military", lambda app, party: party.military),
)
END_USE: Final = (
    Field("end_use.category", "category", lambda app, use: use.category),
    Field("end_use.function", "function", lambda app, use: use.function),
    Field("end_use.position", "position", lambda app, use: use.position),
)
CROSSING: Final = (
    Field("crossing.from", "from", lambda app, crossing: crossing.origin),
    Field("crossing.to", "to", lambda app, crossing: crossing.to),
)
DOCUMENT: Final = (Field("document.kind", "kind", lambda app, document: document.kind),)


def instances(app: Application) -> Iterator[tuple[str, str, str, object, tuple[Field, ...]]]:
    """Every instance: scope, id, pointer of its block, the value itself, and the fields of its scope."""
    yield "application", "", "", app, APPLICATION
    for place, line in enumerate(app.lines):
        yield "line", line.id, f"/lines/{place}", line, LINE
    for role, members in app.parties.roles.items():
        for place, party in enumerate(members):
            yield "party", party, _party_pointer(app, role, place), app.parties.members[party], PARTY
    for scope, among, fields in (("end_use", app.uses, END_USE), ("document", app.documents, DOCUMENT)):
        block = "documents" if scope == "document" else scope
        for place, name in enumerate(among):
            yield scope, name, f"/{block}/{place}", among[name], fields
    for name, node in app.tree.nodes.items():
        yield "node", name, f"/tree/nodes/{escape(name)}", node, NODE
    for place, crossing in enumerate(app.tree.crossings):
        yield "crossing", crossing.id, f"/tree/crossings/{place}", crossing, CROSSING


def _party_pointer(app: Application, role: str, place: int) -> str:
    block: Any = app.content["parties"]
    written = block.get(role) if isinstance(block, Mapping) else None
    single = not (isinstance(written, Sequence) and not isinstance(written, str))
    return f"/parties/{role}" if single else f"/parties/{role}/{place}"
