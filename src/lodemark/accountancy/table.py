"""Flows as columns: the form in which a million rows are counted.

``FlowTable.of(flows)`` takes the dataclasses; ``read_flows`` (CSV) builds the same columns without them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lodemark.accountancy.model import Flow, Ints
from lodemark.ledger import canonical

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """An aware instant as whole microseconds since 1970, exact."""
    assert instant.tzinfo is not None, "an instant without a time zone"
    return (instant - _EPOCH) // _MICROSECOND


def instant(at_us: int) -> datetime:
    """The inverse of ``micros``."""
    return _EPOCH + at_us * _MICROSECOND


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of words: ``names[codes[i]]`` is the word of row i."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Coded:
        """Number the words in order of appearance."""
        seen: dict[str, int] = {}
        codes = [seen.setdefault(word, len(seen)) for word in words]
        return cls(np.asarray(codes, dtype=np.int32), tuple(seen))

    def __getitem__(self, row: int) -> str:
        return self.names[int(self.codes[row])]

    def map(self, image: Callable[[str], int]) -> Ints:
        """A whole number for every row, computed once per word."""
        return np.asarray([image(name) for name in self.names] or [0], dtype=np.int64)[self.codes]


def digest_all(values: Iterable[object]) -> str:
    """SHA-256 over the canonical bytes of each value in turn: lists longer than one canonical document may be."""
    state = hashlib.sha256()
    for value in values:
        state.update(canonical(value) + b"\n")
    return state.hexdigest()


@dataclass(frozen=True, slots=True)
class FlowTable:
    """Flows by column; all columns have one length."""

    flow_id: Sequence[str]
    mba: Coded
    to_mba: Coded
    element: Coded
    kind: Coded
    stream: Coded
    element_mg: Ints
    at_us: Ints
    n_items: Ints
    synthetic: bool
    lot_id: Sequence[str] = ()  # what each row refers to, where the file says so; shown, not counted
    document: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.element_mg)

    @classmethod
    def of(cls, flows: Sequence[Flow]) -> FlowTable:
        """The columns of ``flows``, in their order."""
        return cls(
            flow_id=tuple(flow.flow_id for flow in flows),
            mba=Coded.of(flow.mba for flow in flows),
            to_mba=Coded.of(flow.to_mba for flow in flows),
            element=Coded.of(flow.element for flow in flows),
            kind=Coded.of(flow.kind for flow in flows),
            stream=Coded.of(flow.stream for flow in flows),
            element_mg=np.asarray([flow.element_mg for flow in flows], dtype=np.int64),
            at_us=np.asarray([micros(flow.occurred_at) for flow in flows], dtype=np.int64),
            n_items=np.asarray([flow.n_items for flow in flows], dtype=np.int64),
            synthetic=any(flow.synthetic for flow in flows),
            lot_id=tuple(flow.lot_id for flow in flows),
            document=tuple(flow.document for flow in flows),
        )

    def digest(self) -> str:
        """SHA-256 over the counted columns, little-endian; ids and words included."""
        state = hashlib.sha256()
        for column in (self.mba, self.to_mba, self.element, self.kind, self.stream):
            state.update("\0".join(column.names).encode() + b"\1")
            state.update(column.codes.astype("<i4").tobytes())
        for numbers in (self.element_mg, self.at_us, self.n_items):
            state.update(numbers.astype("<i8").tobytes())
        state.update("\0".join(self.flow_id).encode())
        return state.hexdigest()
