"""What differs between two versions, as JSON pointers (RFC 6901), and whether a pointer lies inside what was reopened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lodemark.application.block import escape

_ABSENT = object()


def diff(before: object, after: object) -> tuple[str, ...]:
    """Pointers of every single value that was added, dropped or changed, sorted. A whole added block is told value by value.

    >>> diff({"a": 1, "b": [1]}, {"a": 1, "b": [1, {"c": 2}]})
    ('/b/1/c',)
    """
    return tuple(sorted(_walk(before, after, "")))


def _walk(before: object, after: object, path: str) -> Iterator[str]:
    if before == after and type(before) is type(after):
        return
    old, new = _parts(before), _parts(after)
    if old is None and new is None:
        yield path
    elif old is None or new is None:
        # A value became a block, or a block a value: the value itself is one change, the block's values are others.
        if (old is None and before is not _ABSENT) or (new is None and after is not _ABSENT):
            yield path
        filled = old if new is None else new
        for key, value in (filled or {}).items():
            yield from _walk(_ABSENT, value, f"{path}/{escape(key)}")
        if not filled and (before is _ABSENT or after is _ABSENT):
            yield path
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
