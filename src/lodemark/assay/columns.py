"""Large laboratory files by polars: columns read and checked at once, an ``AssayRow`` only where one is asked for.

A line passes here if its numbers are plain, its unit and basis are known and no check of ``readings`` could refuse it.
Every other line (no result, a fault, a blank) goes through ``readings.read_cell``, which gives the row or the reasons.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
import polars as pl

from lodemark.assay.model import AssayRow, Rejected
from lodemark.assay.readings import NAMED, SYNTHETIC, basis, instant, read_cell
from lodemark.assay.sheet import Cell, Layout, Line, cell_of, delimiter_of, places_of
from lodemark.assay.stages import stages
from lodemark.assay.values import uncertainty_given

_APART = "\x1f"  # between the parts of a key
# Quotes, and what Python takes for space or the end of a line and polars does not: read cell by cell.
_CAREFUL = '"\r\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029' + _APART
_PLAIN = r"^[0-9]{1,17}(\.[0-9]{0,17})?$"  # any other number is read with all its signs by ``read_cell``
_NUMBERS = ("value", "u", "u_sys", "lod", "n_rep", "rep_no")
_BASIS: Mapping[str, type[pl.DataType]] = {"element": pl.String, "basis": pl.String, "scale": pl.Float64}
_GIVEN: Mapping[str, type[pl.DataType]] = {"divisor": pl.Float64, "relative": pl.Boolean}
_FIELDS = tuple(AssayRow.__dataclass_fields__)


class Rows(Sequence[AssayRow]):
    """The rows of a file in its order: made from their columns, or read one by one before (``own``, by place)."""

    def __init__(self, columns: pl.DataFrame, own: Mapping[int, AssayRow]) -> None:
        self._columns, self._own = columns, own

    def __len__(self) -> int:
        return self._columns.height

    def __getitem__(self, place: Any) -> Any:
        part = range(len(self))[place]
        if isinstance(part, range):
            return tuple(self[one] for one in part)
        return self._own.get(part) or next(_made(self._columns[part : part + 1]))

    def __iter__(self) -> Iterator[AssayRow]:
        return (self._own.get(place, row) for place, row in enumerate(_made(self._columns)))


def read_columns(data: bytes, layout: Layout) -> tuple[Rows, tuple[Rejected, ...]] | None:
    """Rows and rejected cells of a long CSV; None where the file has to be read cell by cell."""
    table = _opened(data, layout)
    if table is None:
        return None
    kept = table.frame["plain"].to_numpy(writable=True)
    odd = np.flatnonzero(~kept).tolist()
    found = {place: read_cell(cell, layout.decimal_comma) for place in odd if (cell := table.cell(place))}
    own = {place: item for place, item in found.items() if isinstance(item, AssayRow)}
    kept[list(own)] = True
    at = np.cumsum(kept) - 1
    rows = Rows(table.frame.filter(kept), {int(at[place]): item for place, item in own.items()})
    rejected = tuple(item for item in found.values() if isinstance(item, Rejected))
    return (rows, rejected) if rows or rejected else None


@dataclass(frozen=True)
class _Table:
    """A plain file: its text, and one line of ``frame`` for each line after the header."""

    text: str
    places: Mapping[str, int]
    layout: Layout
    frame: pl.DataFrame

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines as they stand in the file."""
        return self.text.split("\n")

    def cell(self, place: int) -> Cell | None:
        """The cell of one line of the frame, unless the line is blank."""
        text = self.lines[place + 1]
        values = text.split(delimiter_of(self.lines[0]))
        blank = not any(value.strip() for value in values)
        return None if blank else cell_of(Line(place + 2, text, values), self.places, self.layout)


def _opened(data: bytes, layout: Layout) -> _Table | None:
    body = (data.replace(b"\r\n", b"\n") if b"\r" in data else data).removeprefix(BOM_UTF8).rstrip(b"\n")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    end = text.find("\n")
    head = text[: max(end, 0)]
    names = head.split(delimiter_of(head))
    places = places_of(names, layout)
    apart = any(_APART in constant for constant in layout.constants.values())
    if end < 0 or not {"analyte", "value"} <= set(places) or apart or any(sign in text for sign in _CAREFUL):
        return None
    sign = delimiter_of(head)
    # Every byte is handled once where it can be: the columns by number, then the lines as they came.
    numbered = sign.join(map(str, range(len(names)))).encode() + body[len(head.encode()) :]
    try:
        raw = pl.read_csv(numbered, separator=sign, infer_schema_length=0, quote_char=None, truncate_ragged_lines=True)
    except pl.exceptions.PolarsError:
        return None
    if raw.height != body.count(b"\n") or not raw.height:
        return None
    spaced = not body.isascii() or b" " in body or b"\t" in body
    return _Table(text, places, layout, _checked(raw.select(**_texts(places, layout, spaced))))


def _texts(places: Mapping[str, int], layout: Layout, spaced: bool) -> dict[str, pl.Expr]:
    """Every field as text without space around it; an empty one has the value that holds for all lines."""
    fields = {name: pl.lit(layout.constants.get(name, "")) for name in (*_FIELDS, "unit", "u_given")}
    for name, place in places.items():
        read = pl.col(str(place)).fill_null("")
        own = read.str.strip_chars() if spaced else read
        fields[name] = pl.when(own == "").then(fields[name]).otherwise(own) if name in layout.constants else own
    return fields


def _checked(texts: pl.DataFrame) -> pl.DataFrame:
    """The fields of ``AssayRow`` by column, and ``plain``: whether nothing else is to be said of the line."""
    printed = {name: pl.col(name).str.strip_prefix("<") if name == "value" else pl.col(name) for name in _NUMBERS}
    read = texts.select(
        "sample_id",
        **{name: pl.when(text.str.contains(_PLAIN)).then(text).cast(pl.Float64) for name, text in printed.items()},
        below=pl.col("value").str.starts_with("<"),
        **{f"no_{name}": pl.col(name) == "" for name in _NUMBERS},
        **_looked_up(texts.select(key=pl.concat_str(NAMED, separator=_APART))["key"], _basis, _BASIS),
        **_looked_up(texts["u_given"], _given, _GIVEN),
    )
    number, u, lod, shared, scale, below = (pl.col(name) for name in ("value", "u", "lod", "u_sys", "scale", "below"))
    value = pl.when(~below).then(number)
    standard = pl.when("relative").then(u * value).otherwise(u) / pl.col("divisor")
    plain = pl.all_horizontal(
        scale.is_not_null(),
        pl.col("sample_id") != "",
        number > 0,
        *(pl.col(name).is_not_null() | pl.col(f"no_{name}") for name in _NUMBERS[1:]),
        u.fill_null(1.0) > 0,
        lod.fill_null(1.0) > 0,
        shared.fill_null(0.0) <= standard.fill_null(float("inf")) * (1 + 1e-9),
    )
    numbers = read.select(
        value=value * scale,
        u=standard * scale,
        u_sys=shared.fill_null(0.0) * scale,
        lod=pl.when(below).then(number).otherwise(lod) * scale,
        flag=pl.when(below).then(pl.lit("lt")).otherwise(pl.lit("ok")),
        n_rep=pl.col("n_rep").fill_null(1.0).cast(pl.Int64, strict=False),
        rep_no=pl.col("rep_no").fill_null(1.0).cast(pl.Int64, strict=False),
        analyte="element",
        form="basis",
        plain=plain.fill_null(value=False),
    )
    sample = pl.col("sample_id")
    return texts.with_columns(
        *numbers,
        reported_text="value",
        synthetic=sample.str.starts_with(SYNTHETIC),
        **{name: pl.when(pl.col(name) == "").then(sample).otherwise(name) for name in ("assay_id", "specimen_id")},
        **{name: pl.when(pl.col(name) != "").then(name) for name in ("lot_id", "moisture")},
    )


def _looked_up(
    words: pl.Series, read: Callable[[str], tuple[Any, ...] | None], types: Mapping[str, type[pl.DataType]]
) -> dict[str, pl.Series]:
    """What ``read`` makes of each different word, as columns of these types; null where it makes nothing."""
    different = words.unique().to_list()
    found = [read(word) or repeat(None, len(types)) for word in different]
    place = words.cast(pl.Enum(different)).to_physical()
    columns = zip(types.items(), zip(*found, strict=True), strict=True)
    return {name: pl.Series(name, list(column), dtype).gather(place) for (name, dtype), column in columns}


def _basis(key: str) -> tuple[str, str, float] | None:
    named = key.split(_APART)
    element, form, scale, wrong = basis(*named)
    return None if wrong or named[NAMED.index("stage")] not in stages() else (element, form, scale)


def _given(text: str) -> tuple[float, bool] | None:
    kind = uncertainty_given(text)
    return None if kind is None else (kind.divisor, kind.relative)


def _made(columns: pl.DataFrame) -> Iterator[AssayRow]:
    fields = [columns[name].to_list() for name in _FIELDS]
    for name in ("sampled_at", "measured_at"):
        fields[_FIELDS.index(name)] = [instant(text) for text in columns[name]]
    return map(AssayRow, *fields)
