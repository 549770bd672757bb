"""YAML as a tree of nodes that know their line and column; scalars by the YAML 1.2 core schema, resolved here.

``NO`` is Norway, ``Y`` yttrium, ``1C905.a`` a string, ``2025-04-04`` a string, ``0.10`` an exact ``Decimal``. Aliases, anchors, tags,
merge keys, duplicate keys, several documents, more than 50 levels and more than 5 MB are refused, all at once and each with its place::

    tree, problems = read_yaml(b"a: [1, NO]", "app.yaml")
    tree.plain()                     # {"a": [1, "NO"]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import yaml

from lodemark.rules.trouble import Problem

MAX_BYTES = 5_000_000
MAX_LEVELS = 50

Scalar = str | int | bool | Decimal | None
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# The C parser when libyaml is there (about ten times faster), else the same in Python: both give the same events.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list of nodes or a mapping of names to nodes, and where it stands (``line``, ``col`` from 1)."""

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    line: int
    col: int
    text: str = ""

    def plain(self) -> object:
        """The same as plain Python: dict, list, str, int, bool, Decimal, None."""
        if isinstance(self.value, Mapping):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Sequence[str | int]) -> Node:
        """The node at ``path``, or the deepest one on the way: where to point when something is missing."""
        node = self
        for step in path:
            if isinstance(node.value, Mapping) and step in node.value:
                node = node.value[str(step)]
            elif isinstance(node.value, tuple) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return node


def scalar(text: str) -> Scalar:
    """An unquoted scalar by the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2), numbers exact."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEX.fullmatch(text):
        return int(text[2:], 16)
    return Decimal(text) if _FLOAT.fullmatch(text) else text


def read_yaml(data: bytes | str, file: str = "") -> tuple[Node, list[Problem]]:
    """Read one YAML (or JSON) document. Never raises on bad input: what is wrong is in the list, the rest in the tree."""
    problems: list[Problem] = []
    empty = Node(None, 1, 1)
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        return empty, [_problem(file, 1, 1, "yaml-too-big", bytes=len(raw), most=MAX_BYTES)]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return empty, [_problem(file, 1, 1, "yaml-not-utf8", byte=error.start)]
    try:
        events = list(yaml.parse(text, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return empty, [_problem(file, line, col, "yaml-syntax", what=error.problem or error.context or "")]
    except yaml.YAMLError as error:  # a character YAML does not allow
        return empty, [_problem(file, 1, 1, "yaml-syntax", what=str(error).splitlines()[0])]
    except ValueError as error:
        return empty, [_problem(file, 1, 1, "yaml-syntax", what=str(error).splitlines()[0])]
    builder = _Builder(file, problems, iter(events))
    return builder.document() or empty, problems


def _problem(file: str, line: int, col: int, code: str, **facts: object) -> Problem:
    return Problem(file, line, col, code, facts=tuple((key, str(value)) for key, value in sorted(facts.items())))


class _Builder:
    """Builds the node tree from parser events, noting what this dialect refuses."""

    def __init__(self, file: str, problems: list[Problem], events: Iterator[yaml.Event]) -> None:
        self.file, self.problems, self.events = file, problems, events

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self.note(event, "yaml-many-documents")
                    break
                root = self.node(next(self.events), 0)
        return root

    def note(self, event: yaml.Event, code: str, **facts: object) -> None:
        mark = event.start_mark
        assert mark is not None  # the parser marks every event
        self.problems.append(_problem(self.file, mark.line + 1, mark.column + 1, code, **facts))

    def node(self, event: yaml.Event, depth: int) -> Node:
        assert event.start_mark is not None
        line, col = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            self.note(event, "yaml-alias", name=event.anchor)
            return Node(None, line, col)
        if getattr(event, "anchor", None):
            self.note(event, "yaml-alias", name=getattr(event, "anchor", ""))
        if getattr(event, "tag", None):
            self.note(event, "yaml-tag", tag=getattr(event, "tag", ""))
        if isinstance(event, yaml.ScalarEvent):
            return self.leaf(event, line, col)
        if depth >= MAX_LEVELS:
            self.note(event, "yaml-too-deep", most=MAX_LEVELS)
            self.skip()
            return Node(None, line, col)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(item, depth + 1))
            return Node(tuple(items), line, col)
        assert isinstance(event, yaml.MappingStartEvent)
        return Node(self.mapping(depth), line, col)

    def leaf(self, event: yaml.ScalarEvent, line: int, col: int) -> Node:
        if event.style or not event.implicit[0]:  # quoted or block: a string, whatever it looks like
            return Node(event.value, line, col, event.value)
        if _NOT_FINITE.fullmatch(event.value):
            self.note(event, "yaml-not-finite", text=event.value)
            return Node(None, line, col, event.value)
        return Node(scalar(event.value), line, col, event.value)

    def mapping(self, depth: int) -> Mapping[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            name = key.value if isinstance(key, yaml.ScalarEvent) else None
            if name is None:
                self.note(key, "yaml-key")
                self.node(key, depth + 1)
            elif name == "<<":
                self.note(key, "yaml-merge")
            elif name in entries:
                self.note(key, "yaml-duplicate-key", key=name)
            value = self.node(next(self.events), depth + 1)
            if name is not None and name not in entries:
                entries[name] = value
        return entries

    def skip(self) -> None:
        """Past the end of a collection that is nested too deep."""
        level = 1
        while level:
            event = next(self.events)
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
