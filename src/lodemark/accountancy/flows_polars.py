"""Large flow files and Parquet by polars: the same columns as the careful reader, without a Python object per row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from lodemark.accountancy.model import BadInput
from lodemark.accountancy.table import Coded, FlowTable
from lodemark.trouble import Reason


def read_large(path: Path) -> FlowTable | None:
    """The flow table of a CSV; None where the file needs the careful reader (a cell polars cannot take, kilograms)."""
    try:
        frame = pl.read_csv(path)
        return _table(frame, frame["occurred_at"].str.to_datetime(time_zone="UTC", time_unit="us"))
    except pl.exceptions.PolarsError:
        return None


def read_parquet(path: Path) -> FlowTable:
    """The flow table of a Parquet file: whole ``element_mg``, ``occurred_at`` as instants with their zone. Raises ``BadInput``."""
    try:
        frame = pl.read_parquet(path)
        at = frame["occurred_at"]
        if not isinstance(at.dtype, pl.Datetime) or at.dtype.time_zone is None:
            raise BadInput([_unreadable(path, f"occurred_at {at.dtype}")])
        for name in ("element_mg", "occurred_at", "flow_id"):
            if frame[name].null_count() or (name == "element_mg" and not frame[name].dtype.is_integer()):
                raise BadInput([_unreadable(path, f"{name} {frame[name].dtype}, empty {frame[name].null_count()}")])
        return _table(frame, at.dt.cast_time_unit("us"))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput([_unreadable(path, str(error).split("\n")[0])]) from None


def _unreadable(path: Path, what: str) -> Reason:
    return Reason("balance-columns-unreadable", None, {"file": path.name, "what": what})


def _table(frame: Any, at: Any) -> FlowTable:
    count = (
        frame["n_items"].fill_null(1).cast(pl.Int64).to_numpy()
        if "n_items" in frame.columns
        else np.ones(len(frame), dtype=np.int64)
    )
    marked = bool(frame["synthetic"].cast(pl.Boolean).any()) if "synthetic" in frame.columns else False
    return FlowTable(
        flow_id=_Ids(frame["flow_id"]),
        mba=_coded(frame, "mba"),
        to_mba=_coded(frame, "to_mba"),
        element=_coded(frame, "element"),
        kind=_coded(frame, "kind"),
        stream=_coded(frame, "stream"),
        element_mg=frame["element_mg"].cast(pl.Int64).to_numpy(),
        at_us=at.cast(pl.Int64).to_numpy(),
        n_items=count,
        synthetic=marked,
        lot_id=_Ids(frame["lot_id"].fill_null("")) if "lot_id" in frame.columns else (),
        document=_Ids(frame["document"].fill_null("")) if "document" in frame.columns else (),
    )


def _coded(frame: Any, name: str) -> Coded:
    if name not in frame.columns:
        return Coded(np.zeros(len(frame), dtype=np.int32), ("",))
    words = frame[name].cast(pl.String).fill_null("")
    names = words.unique(maintain_order=True).to_list()
    return Coded(words.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int32), tuple(names))


class _Ids(Sequence[str]):
    """A million ids without a million Python strings: read one at a time, when a message needs it."""

    def __init__(self, column: Any) -> None:
        self._column = column.cast(pl.String)

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, row: Any) -> Any:
        return self._column[row].to_list() if isinstance(row, slice) else self._column[int(row)]
