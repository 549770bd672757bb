"""The rulebook files on disk: which file holds what, read and checked against its JSON Schema, every error with its place.

``rulebooks/`` beside this file is the shipped shelf; an office may lay its own beside it. This module knows files and schemas only;
``loader`` makes a rulebook of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from lodemark.rules.trouble import Problem
from lodemark.rules.yaml_tree import Node, read_yaml

SHIPPED = Path(__file__).parent / "rulebooks"
_BY_FOLDER: Mapping[str, str] = {
    "provisions": "provision",
    "entries": "provision",
    "house": "provision",
    "facts": "fact",
    "lists": "list",
    "regimes": "regime",
}
_MANY = frozenset({"provision", "fact", "list"})  # these files may hold a list of their things


@dataclass(frozen=True, slots=True)
class Document:
    """One thing read from one file: ``kind`` names its schema, ``raw`` is its plain data, ``node`` knows the places."""

    kind: str
    file: str
    node: Node
    raw: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its id; a calendar is known by jurisdiction and year."""
        return str(self.raw["id"]) if "id" in self.raw else f"{self.raw['jurisdiction']}/{self.raw['year']}"

    def problem(self, code: str, *path: str | int, **facts: object) -> Problem:
        """A problem at ``path`` of this document."""
        at = self.node.at(path)
        pointer = "/" + "/".join(map(str, path)) if path else ""
        return Problem(
            self.file, at.line, at.col, code, pointer, tuple((key, str(value)) for key, value in sorted(facts.items()))
        )


def kind_of(path: Path) -> str | None:
    """Which schema a file is held to, by the folder it lies in; ``None`` when it lies nowhere."""
    if path.name == "instrument.yaml":
        return "instrument"
    if path.parent.parent.name == "calendars":
        return "calendar"
    return _BY_FOLDER.get(path.parent.name)


def files(root: Path) -> Iterator[Path]:
    """The YAML files of a shelf in a fixed order."""
    return iter(sorted(path for path in root.rglob("*.yaml") if path.is_file()))


@cache
def read_shelf(root: Path) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Everything on a shelf that is well formed, and everything that is wrong with the rest."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        kind = kind_of(path)
        if kind is None:
            problems.append(Problem(name, 1, 1, "rulebook-stray-file"))
            continue
        found, wrong = read_file(path.read_bytes(), name, kind)
        documents += found
        problems += wrong
    return tuple(documents), tuple(problems)


def read_file(data: bytes, name: str, kind: str) -> tuple[list[Document], list[Problem]]:
    """The documents of one file and its problems: syntax first, then the schema."""
    tree, problems = read_yaml(data, name)
    if problems:
        return [], problems
    nodes = tree.value if kind in _MANY and isinstance(tree.value, tuple) else (tree,)
    documents = []
    for node in nodes:
        raw = _defaults(json_ready(node.plain()), name)
        wrong = list(_schema_problems(kind, raw, node, name))
        problems += wrong
        if not wrong:
            documents.append(Document(kind, name, node, raw))
    return documents, problems


def _defaults(raw: Any, file: str) -> Any:
    """A file in ``entries/`` holds control-list entries over goods lines unless it says otherwise."""
    if isinstance(raw, dict) and "/entries/" in f"/{file}":
        return {"kind": "entry", "over": "line", **raw}
    return raw


def json_ready(value: Any) -> Any:
    """Plain data with decimals as their exact text: the form that is validated, digested and compared."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: json_ready(item) for key, item in value.items()}
    return [json_ready(item) for item in value] if isinstance(value, list) else value


@cache
def validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema of a kind of file."""
    folder = SHIPPED / "schema"
    common = json.loads((folder / "common.json").read_text(encoding="utf-8"))
    schema = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
    registry = jsonschema_rs.Registry([(common["$id"], common)])
    return jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=True)


def _schema_problems(kind: str, raw: Any, node: Node, file: str) -> Iterator[Problem]:
    for error in validator(kind).iter_errors(raw):
        path = list(error.instance_path)
        at = node.at(path)
        facts = (("schema", kind), ("what", error.message))
        yield Problem(file, at.line, at.col, "rulebook-schema", "/" + "/".join(map(str, path)), facts)
