"""The Spark door (extra ``[spark]``): the blocks of ``blocks``, solved inside ``mapInArrow``.

    write_blocks(graph, 0, folder, 64)                 # or write the same Parquet from your lake with Spark SQL
    rows = lot_shares(session, folder)                 # DataFrame: lot, military, unknown, civil, loss

Each block is one job; its results lie on disk before the next begins, so a lost executor repeats one block only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lodemark.attribution.blocks import Block, Takes, batches, schedule, solve_block, takes_of
from lodemark.attribution.graph import CLASSES, Graph
from lodemark.attribution.kernel import starts

_VALUES = (*CLASSES, "loss")
# One shape for everything that enters or leaves a block. kind: "take" (a: share, b: weight), "start", "push", "lot".
_ROWS = pa.schema(
    [("kind", pa.string()), ("block", pa.int64()), ("id", pa.int64()), ("maker", pa.int64()), ("lot", pa.int64())]
    + [(name, pa.float64()) for name in _VALUES]
)
_DDL = "kind string, block long, id long, maker long, lot long, " + ", ".join(f"{name} double" for name in _VALUES)


def write_blocks(graph: Graph, k: int, folder: Path, blocks: int) -> None:
    """Write the takes and the starts of every block as Parquet, and the schedule beside them."""
    start = starts(graph, graph.y[k])
    plan = schedule(len(graph.sink), blocks)
    (folder / "input").mkdir(parents=True)
    for block in plan:
        takes = takes_of(graph, k, block)
        zeros = np.zeros(len(takes.taker))
        values = np.stack([takes.share, takes.weight, zeros, zeros], axis=1)
        here = np.arange(block.first, block.stop)
        parts = [
            _table("take", block.number, takes.taker, takes.maker, takes.lot, values),
            _table("start", block.number, here, here, here, start[block.first : block.stop]),
        ]
        pq.write_table(pa.concat_tables(parts), folder / "input" / f"{block.number}.parquet")
    (folder / "schedule.json").write_text(json.dumps([[b.number, b.first, b.stop] for b in plan]))


def lot_shares(session: Any, folder: Path) -> Any:
    """Solve all blocks, last to first; a DataFrame of shares by lot number."""
    from pyspark.sql import functions as sql  # noqa: PLC0415 - the extra [spark]

    plan = [Block(*row) for row in json.loads((folder / "schedule.json").read_text())]
    bounds = [block.first for block in reversed(plan)]
    done: list[str] = []
    for block in plan:
        rows = session.read.parquet(str(folder / "input" / f"{block.number}.parquet"))
        if done:
            pushed = session.read.parquet(*done).where((sql.col("kind") == "push") & (sql.col("block") == block.number))
            rows = rows.unionByName(pushed)
        out = str(folder / "output" / str(block.number))
        rows.coalesce(1).mapInArrow(_solver(block, bounds), _DDL).write.mode("overwrite").parquet(out)
        done.append(out)
    lots = session.read.parquet(*done).where(sql.col("kind") == "lot")
    return lots.groupBy("lot").agg(*(sql.sum(name).alias(name) for name in _VALUES))


def _solver(block: Block, bounds: list[int]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function Spark ships to the executor that holds this block."""

    def solve(received: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        table = pa.Table.from_batches(list(received), _ROWS)
        kinds = np.array(table["kind"].to_pylist())
        number = {name: table[name].to_numpy() for name in ("id", "maker", "lot")}
        values = np.stack([table[name].to_numpy() for name in _VALUES], axis=1)
        take, start, push = (np.flatnonzero(kinds == kind) for kind in ("take", "start", "push"))
        take = take[np.argsort(-number["id"][take], kind="stable")]
        first = np.zeros((block.stop - block.first, len(_VALUES)))
        first[number["id"][start] - block.first] = values[start]
        takes = Takes(
            number["id"][take], number["maker"][take], number["lot"][take], values[take, 0].copy(), values[take, 1].copy()
        )
        sent = solve_block(block, takes, first, number["id"][push], values[push])
        to_block = np.searchsorted(bounds, sent.maker, "right") - 1
        yield from _record_batches(_table("push", to_block, sent.maker, sent.maker, sent.maker, sent.to_maker))
        yield from _record_batches(_table("lot", block.number, sent.lot, sent.lot, sent.lot, sent.to_lot))

    return solve


def _table(kind: str, block: Any, number: Any, maker: Any, lot: Any, values: Any) -> pa.Table:
    size = len(number)
    columns = [pa.array([kind] * size, pa.string()), np.broadcast_to(block, size), number, maker, lot, *values.T]
    return pa.table([pa.array(column) if not isinstance(column, pa.Array) else column for column in columns], _ROWS)


def _record_batches(table: pa.Table) -> Iterator[pa.RecordBatch]:
    for part in batches(table.num_rows):
        yield from table.slice(part.start, part.stop - part.start).to_batches()
