"""JSON pointers into the content of a file (RFC 6901): the block a field stands in, and the content with values put there."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any


def block(content: object, path: str) -> Any:
    """The block that the last step of ``path`` is in; ``None`` where it is somewhere else (a party named by its id) or absent."""
    found: Any = content
    for step in _steps(path)[:-1]:
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list | tuple) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def put(content: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    """A copy of the content with each value at its pointer. The block is a mapping that is there; ``answers`` is made if need be."""
    changed = copy.deepcopy(dict(content))
    for path, value in values.items():
        if path.startswith("/answers/") and not isinstance(changed.get("answers"), Mapping):
            changed["answers"] = {}
        block(changed, path)[_steps(path)[-1]] = value
    return changed


def _steps(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path[1:].split("/")]
