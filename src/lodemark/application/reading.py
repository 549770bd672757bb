"""What is collected while one file is read: faults, answers that are sealed or unreadable, ids and what points to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches

from lodemark.application.faults import Fault
from lodemark.application.model import Sealed
from lodemark.rules.yaml_tree import Node as Written


@dataclass(slots=True)
class Reading:
    """What is collected while one file is read."""

    file: str = ""
    faults: list[Fault] = field(default_factory=list)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    pointing: list[tuple[str, str, Written, str]] = field(default_factory=list)

    def fault(self, code: str, at: Written, path: str, **facts: object) -> None:
        """Note a fault at a piece of the file."""
        self.faults.append(Fault(at.line, at.col, code, path, self.file, facts))

    def dangling(self) -> None:
        """Every id that is pointed to must be defined somewhere in the file."""
        for among, name, at, path in self.pointing:
            if name not in self.ids.get(among, ()):
                known = sorted(self.ids.get(among, ()))
                self.fault("application-id-dangling", at, path, id=name, among=among, known=tuple(near(name, known)))


def kind(at: Written) -> str:
    """What a piece of the file is: map, list, flag, number, text or null."""
    match at.value:
        case Mapping():
            return "map"
        case tuple():
            return "list"
        case bool():
            return "flag"
        case int() | Decimal():
            return "number"
        case str():
            return "text"
        case None:
            return "null"


def parts(at: Written) -> tuple[Written, ...]:
    """The parts of a piece that is known to be a list."""
    assert isinstance(at.value, tuple), at
    return at.value


def escape(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def where(root: Written | None, pointer: str) -> tuple[int, int]:
    """Line and column of the value a JSON pointer names, or of the innermost block that is there; 0, 0 without a text."""
    if root is None:
        return 0, 0
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        match root.value:
            case Mapping() if name in root.value:
                root = root.value[name]
            case tuple() if name.isdigit() and int(name) < len(root.value):
                root = root.value[int(name)]
            case _:
                break
    return root.line, root.col


def near(text: str, known: Sequence[str]) -> list[str]:
    """The words a writer may have meant, nearest first; all of a short list when none is near."""
    return get_close_matches(text, known, n=3, cutoff=0.5) or list(known[:12])
