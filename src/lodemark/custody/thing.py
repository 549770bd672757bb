"""Things by number: one row per canonical identifier, and every other spelling that was sent for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lodemark.custody.model import Line
from lodemark.custody.store import Store

_CHUNK = 500


def thing_ids(store: Store, uris: Iterable[str]) -> dict[str, int]:
    """Numbers of things, new ones given in order; call inside the capture transaction."""
    wanted = list(dict.fromkeys(uris))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = store.rows(f"SELECT uri, id FROM custody_thing WHERE uri IN ({marks})", part)
        found.update((str(uri), int(number)) for uri, number in rows)
    new = [uri for uri in wanted if uri not in found]
    if new:
        first = store.number("SELECT MAX(id) FROM custody_thing") + 1
        numbers = {uri: first + place for place, uri in enumerate(new)}
        store.insert("thing", "id, uri", [(number, uri) for uri, number in numbers.items()])
        found.update(numbers)
    return found


def alias_rows(store: Store, numbers: Mapping[str, int], lines: Iterable[Line]) -> list[tuple[int, str]]:
    """(thing, text) of spellings not seen before: the string as sent is never lost."""
    wanted = {(numbers[line.thing], line.text) for line in lines if line.text and line.text != line.thing}
    texts = sorted({text for _, text in wanted})
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        marks = ", ".join("?" * len(part))
        rows = store.rows(f"SELECT thing, text FROM custody_alias WHERE text IN ({marks})", part)
        wanted -= {(int(thing), str(text)) for thing, text in rows}
    return sorted(wanted)
