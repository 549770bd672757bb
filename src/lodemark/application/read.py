"""The one way into an application: ``read`` a path, bytes or a decoded mapping; every fault of the file is told at once.

app = read("app.yaml")                   # or read(b"..."), read({"schema": ...})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from lodemark.application.block import Block
from lodemark.application.composition import read_composition
from lodemark.application.faults import ApplicationFormatError, Fault
from lodemark.application.json_tree import read_json
from lodemark.application.model import (
    KINDS,
    ROLES,
    Application,
    Contract,
    Crossing,
    Document,
    EndUse,
    Line,
    Node,
    Parties,
    Party,
    Placement,
    Tree,
)
from lodemark.application.reading import Reading
from lodemark.application.tree import cycle
from lodemark.rules.yaml_tree import MAX_LEVELS, read_yaml
from lodemark.rules.yaml_tree import Node as Written

SCHEMA: Final = "lodemark.application/1"
MOST_LINES: Final = 2_000
MOST_PARTS: Final = 5_000
"""Far above any honest file; every line is looked at against every part and crossing."""


def read(source: str | Path | bytes | Mapping[str, object], *, file: str = "") -> Application:
    """Read one application: a path, the bytes of a YAML or JSON text, or plain values as a JSON decoder gives them.

    Raises ``ApplicationFormatError`` with every fault. What is merely not known is no fault: it is listed in ``unread``.
    """
    if isinstance(source, Mapping):
        root, faults = _from_value(source, 0), list[Fault]()
    else:
        name = file or ("" if isinstance(source, bytes) else str(source))
        root, faults = _from_text(source if isinstance(source, bytes) else Path(source).read_bytes(), name)
        file = name
    reading = Reading(file, faults)
    app = None
    if isinstance(root.value, Mapping):
        app = _application(Block(reading, root, ""))
        reading.dangling()
    elif not faults:
        reading.fault("application-empty", root, "")
    if reading.faults or app is None:
        raise ApplicationFormatError(reading.faults)
    return app if isinstance(source, Mapping) else replace(app, written=root)


def _from_text(data: bytes, file: str) -> tuple[Written, list[Fault]]:
    if file.endswith(".json") or (not file.endswith((".yaml", ".yml")) and data.lstrip()[:1] in (b"{", b"[")):
        return read_json(data, file)
    root, problems = read_yaml(data, file)
    return root, [Fault(at.line, at.col, at.code, at.path, at.file, dict(at.facts)) for at in problems]


def _from_value(value: object, depth: int) -> Written:
    """Plain values as a tree without places; a float keeps its shortest text, what is no JSON value is refused."""
    if depth > MAX_LEVELS:
        raise ApplicationFormatError([Fault(0, 0, "yaml-too-deep", facts={"most": MAX_LEVELS})])
    match value:
        case Mapping():
            return Written({str(key): _from_value(part, depth + 1) for key, part in value.items()}, 0, 0)
        case list() | tuple():
            return Written(tuple(_from_value(part, depth + 1) for part in value), 0, 0)
        case None | bool() | str():
            return Written(value, 0, 0, str(value))
        case int() | Decimal() | float():
            number = Decimal(str(value))
            if not number.is_finite():
                raise ApplicationFormatError([Fault(0, 0, "yaml-not-finite", facts={"text": str(value)})])
            return Written(value if isinstance(value, int) else number, 0, 0, str(value))
        case _:
            facts = {"expected": ("text", "number", "flag", "map", "list"), "found": type(value).__name__}
            raise ApplicationFormatError([Fault(0, 0, "application-kind-expected", facts=facts)])


def plain(piece: Written) -> object:
    """A piece as canonical JSON values: whole numbers up to 2^53 as ``int``, every other number as its text."""
    match piece.value:
        case Mapping():
            return {key: plain(part) for key, part in piece.value.items()}
        case tuple():
            return [plain(part) for part in piece.value]
        case bool() | str() | None:
            return piece.value
        case int():
            return piece.value if abs(piece.value) <= 2**53 else str(piece.value)
        case Decimal():
            return piece.text


def _application(root: Block) -> Application:
    if root.text("schema") != SCHEMA:
        root.fault("application-schema-unknown", "schema", expected=SCHEMA)
    parties = _parties(root)
    lines = tuple(_line(block, parties.roles.get("end_user", ())) for block in root.blocks("lines"))
    tree = _tree(root)
    app = Application(
        content=_content(root),
        ref=root.text("ref"),
        kind=root.choice("kind", KINDS) or "single",
        filed_on=root.day("filed_on"),
        parties=parties,
        contract=_contract(root),
        lines=lines,
        uses={use.id: use for use in map(_use, root.blocks("end_use"))},
        tree=tree,
        documents={document.id: document for document in map(_document, root.blocks("documents"))},
        answers=_answers(root),
        sealed=root.reading.sealed,
        unread=root.reading.unread,
        by_id={line.id: line for line in lines},
        leaves={node.line: node.id for node in reversed(list(tree.nodes.values())) if node.line}
        | {line.id: line.node for line in lines if line.node},
    )
    root.done()
    for name, count, most in (("lines", len(lines), MOST_LINES), ("tree", len(tree.nodes) + len(tree.crossings), MOST_PARTS)):
        if count > most:
            root.fault("application-too-many", name, count=count, most=most)
    for line in app.lines:
        node = app.tree.nodes.get(line.node or "")
        if node is not None and node.line not in (None, line.id):
            root.fault("application-line-node-differ", "lines", line=line.id, node=node.id, other=node.line)
    return app


def _content(root: Block) -> Mapping[str, object]:
    content = plain(root.at)
    assert isinstance(content, Mapping)
    return content


def _answers(root: Block) -> Mapping[str, object]:
    block = root.block("answers")
    return {} if block is None else {ref: plain(piece) for ref in block.fields if (piece := block.piece(ref))}


def _parties(root: Block) -> Parties:
    block = root.block("parties")
    if block is None:
        return Parties()
    members: dict[str, Party] = {}
    roles: dict[str, tuple[str, ...]] = {}
    for role in (*ROLES, "other"):
        roles[role] = tuple(_in_role(block, role, members))
    complete = block.flag("complete")
    block.done()
    return Parties(members, roles, complete)


def _in_role(block: Block, role: str, members: dict[str, Party]) -> list[str]:
    """The ids in a role. A party is described once; a second role names it by its id alone."""
    found = block.fields.get(role)
    if found is not None and isinstance(found.value, str):
        name = block.id(role, "party")
        return [name] if name else []
    if found is not None and isinstance(found.value, tuple) and found.value and isinstance(found.value[0].value, str):
        return list(block.point(role, "party"))
    ids = []
    for part in block.blocks(role):
        party = _party(part)
        if party is not None:
            members[party.id] = party
            ids.append(party.id)
    return ids


def _party(block: Block) -> Party | None:
    name = block.id("id", "party", define=True)
    party = Party(
        id=name or "",
        names=block.names("names"),
        country=block.country("country"),
        site=block.text("site"),
        kind=block.choice("kind", ("organisation", "person")) or "organisation",
        military=block.flag("military"),
        identifiers=block.words("identifiers"),
        activities=block.texts("activities"),
    )
    block.piece("ownership")
    block.done()
    return party if name else None


def _contract(root: Block) -> Contract | None:
    block = root.block("contract")
    if block is None:
        return None
    contract = Contract(block.text("number"), block.day("date"), block.money("value"), block.id("doc", "document"))
    block.done()
    return contract


def _line(block: Block, end_users: tuple[str, ...]) -> Line:
    material, quantity = block.block("material"), block.block("quantity")
    line = Line(
        id=block.id("id", "line", define=True) or "",
        model=block.text("model"),
        names=block.names("names"),
        family=material.text("family") if material else None,
        form=material.text("form") if material else None,
        system=material.text("system") if material else None,
        magnetised=material.flag("magnetised") if material else None,
        composition=read_composition(block),
        pieces=quantity.count("pieces") if quantity else None,
        gross_mg=quantity.mass("gross") if quantity else None,
        origin=block.country("origin"),
        value=block.money("value"),
        hs_hint=block.text("hs_hint"),
        use=block.id("use", "end_use"),
        node=block.id("node", "node"),
        end_users=block.point("end_users", "party") or end_users,
        declaration_item=block.count("declaration_item"),
    )
    for part in (material, quantity, block):
        if part is not None:
            part.done()
    return line


def _use(block: Block) -> EndUse:
    use = EndUse(
        id=block.id("id", "end_use", define=True) or "",
        category=block.text("category"),
        function=block.text("function"),
        position=block.text("position"),
        why_needed=block.text("why_needed"),
        statement=block.id("statement", "document"),
    )
    block.done()
    return use


def _tree(root: Block) -> Tree:
    block = root.block("tree")
    if block is None:
        return Tree()
    nodes = {name: _node(name, part) for name, part in block.named("nodes", "node")}
    crossings = tuple(_crossing(part, place) for place, part in enumerate(block.blocks("crossings"), 1))
    complete = block.flag("complete")
    block.done()
    ring = cycle(nodes)
    if ring:
        block.fault("application-tree-cycle", "nodes", ring=" > ".join(ring))
    return Tree.of(nodes, crossings, complete)


def _node(name: str, block: Block) -> Node:
    processed, how, document = _deep_processed(block)
    node = Node(
        id=name,
        line=block.id("line", "line"),
        unit_mass_mg=block.mass("unit_mass"),
        maker=block.id("maker", "party"),
        incorporated=block.country("incorporated"),
        function=block.text("function"),
        deep_processed=processed,
        how=how,
        document=document,
        placements=tuple(place for part in block.blocks("in") if (place := _placement(part))),
        final=block.flag("final"),
        units=block.count("units"),
        spares=block.share("spares"),
        scrap=block.share("scrap"),
        onward_export=block.flag("onward_export"),
        destinations=block.countries("destinations"),
        takes_magnets_out=block.flag("takes_magnets_out"),
        consumed=block.count("consumed", least=0),
        unit_value=block.money("unit_value"),
        cn_part1_value=block.money("cn_part1_value"),
    )
    block.done()
    return node


def _deep_processed(block: Block) -> tuple[bool | None, str | None, str | None]:
    found = block.fields.get("deep_processed")
    if found is None or not isinstance(found.value, Mapping) or "sealed" in found.value:
        return block.flag("deep_processed"), None, None
    part = block.block("deep_processed")
    assert part is not None
    answer = part.flag("value"), part.text("how"), part.id("doc", "document")
    part.done()
    return answer


def _placement(block: Block) -> Placement | None:
    parent, per_parent = block.id("parent", "node"), block.count("per_parent")
    block.done()
    return Placement(parent, per_parent) if parent else None


def _crossing(block: Block, place: int) -> Crossing:
    span = block.span("date")
    crossing = Crossing(
        id=(block.id("id", "crossing", define=True) if "id" in block.fields else None) or f"c{place}",
        item=block.id("item", "node") or "",
        origin=block.country("from"),
        to=block.country("to"),
        earliest=span[0] if span else None,
        latest=span[1] if span else None,
    )
    block.done()
    return crossing


def _document(block: Block) -> Document:
    document = Document(
        id=block.id("id", "document", define=True) or "",
        kind=block.text("kind"),
        signed_on=block.day("signed_on"),
        valid_until=block.day("valid_until"),
        lang=block.text("lang"),
        translation=block.id("translation", "document"),
        sha256=block.text("sha256"),
        says=block.words("says"),
    )
    block.done()
    return document
