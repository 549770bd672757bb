"""JSON as a tree of nodes that know their line and column, equal to what ``rules.yaml_tree`` makes of the same YAML.

The standard decoder keeps neither places nor repeated keys. Strings and numbers follow RFC 8259; a number stays exact.
A YAML parser would not do: it refuses surrogate pairs and keys longer than 1,024 characters, which JSON allows.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from lodemark.application.faults import ApplicationFormatError, Fault
from lodemark.rules.yaml_tree import MAX_BYTES, MAX_LEVELS, Node, scalar

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![0-9.])")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_LITERAL = re.compile(r"(?:true|false|null)\b")
_NOT_FINITE = re.compile(r"-?Infinity|NaN")
_LONE: Final = re.compile("[\ud800-\udfff]")


def read_json(data: bytes, file: str = "") -> tuple[Node, list[Fault]]:
    """The tree and what is wrong with it. Reading stops at the first place that is no JSON; the rest is noted and read on."""
    scanner = _Scanner(file)
    if len(data) > MAX_BYTES:
        return Node(None, 1, 1), [Fault(1, 1, "yaml-too-big", "", file, {"bytes": len(data), "most": MAX_BYTES})]
    try:
        return scanner.document(data.decode("utf-8-sig")), scanner.faults
    except UnicodeDecodeError as problem:
        return Node(None, 1, 1), [Fault(1, 1, "yaml-not-utf8", "", file, {"byte": problem.start})]
    except ApplicationFormatError as stop:
        return Node(None, 1, 1), [*scanner.faults, *stop.errors]


class _Scanner:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.text, self.at, self.starts = "", 0, [0]

    def document(self, text: str) -> Node:
        self.text = text
        self.starts += [found.end() for found in re.finditer("\n", text)]
        root = self.value(0)
        if self.next():
            raise self.stop("the end of the text")
        return root

    def value(self, depth: int) -> Node:
        mark = self.next()
        line, col = self.place()
        if mark in ("{", "["):
            if depth >= MAX_LEVELS:
                raise self.stop("", "yaml-too-deep", most=MAX_LEVELS)
            self.at += 1
            return Node(self.mapping(depth) if mark == "{" else self.array(depth), line, col)
        if mark == '"':
            text = self.string()
            return Node(text, line, col, text)
        if found := _NOT_FINITE.match(self.text, self.at):
            self.faults.append(Fault(line, col, "yaml-not-finite", "", self.file, {"text": found.group()}))
        else:
            found = _NUMBER.match(self.text, self.at) or _LITERAL.match(self.text, self.at)
        if found is None:
            raise self.stop("a value")
        self.at = found.end()
        return Node(None if _NOT_FINITE.match(found.group()) else scalar(found.group()), line, col, found.group())

    def mapping(self, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}

        def member() -> None:
            if self.next() != '"':
                raise self.stop("a key in double quotes")
            line, col = self.place()
            name = self.string()
            if self.next() != ":":
                raise self.stop("a colon")
            self.at += 1
            value = self.value(depth + 1)
            if name in entries:
                self.faults.append(Fault(line, col, "yaml-duplicate-key", "", self.file, {"key": name}))
            else:
                entries[name] = value

        self.members("}", member)
        return entries

    def array(self, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        self.members("]", lambda: items.append(self.value(depth + 1)))
        return tuple(items)

    def members(self, close: str, member: Callable[[], None]) -> None:
        """Members with commas between them up to ``close``; a comma before the close is no JSON."""
        mark = self.next()
        while mark != close:
            member()
            mark = self.next()
            if mark == ",":
                self.at += 1
                mark = ""
            elif mark != close:
                raise self.stop(f"a comma or {close}")
        self.at += 1

    def string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self.stop("a string that ends, without control characters or unknown escapes")
        text: str = json.loads(found.group())
        if _LONE.search(text):
            raise self.stop("whole characters, not half of a surrogate pair")
        self.at = found.end()
        return text

    def next(self) -> str:
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        self.at = space.end()
        return self.text[self.at : self.at + 1]

    def place(self) -> tuple[int, int]:
        line = bisect_right(self.starts, self.at)
        return line, self.at - self.starts[line - 1] + 1

    def stop(self, expected: str, code: str = "application-json-syntax", **said: object) -> ApplicationFormatError:
        line, col = self.place()
        return ApplicationFormatError([Fault(line, col, code, "", self.file, {"expected": expected, **said})])
