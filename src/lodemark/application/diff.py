"""What differs between two versions, as JSON pointers (RFC 6901), and whether a pointer lies inside what was reopened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lodemark.application.reading import escape

_ABSENT = object()


def diff(before: object, after: object) -> tuple[str, ...]:
    """Pointers of every single value that was added, dropped or changed, sorted. A whole added block is told value by value.

    >>> diff({"a": 1, "b": [1]}, {"a": 1, "b": [1, {"c": 2}]})
    ('/b/1/c',)
    """
    return tuple(sorted(_walk(before, after, "")))


def _walk(before: object, after: object, path: str) -> Iterator[str]:
    old, new = _parts(before), _parts(after)
    if old is None and new is None:
        # By type as well: JSON tells false from 0, Python's == does not.
        if before != after or type(before) is not type(after):
            yield path
    elif old is None or new is None:
        # A value became a block, or a block a value: the value itself is one change, the block's values are others.
        single = before if old is None else after
        filled = new if old is None else old
        if single is not _ABSENT or not filled:
            yield path
        for key, value in (filled or {}).items():
            yield from _walk(_ABSENT, value, f"{path}/{escape(key)}")
    else:
        for key in {**old, **new}:
            yield from _walk(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path}/{escape(key)}")


def _parts(value: object) -> Mapping[str, object] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return {str(place): part for place, part in enumerate(value)}
    return None


def within(path: str, opened: Iterable[str]) -> bool:
    """Whether ``path`` is one of the opened pointers or lies below one: ``/lines/1`` does not open ``/lines/10``."""
    return any(path == top or path.startswith(f"{top}/") for top in opened)
