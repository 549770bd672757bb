"""Material balance against its peers and against what the machine can do, on the same arrays in the same run.

    python -m benchmarks.accountancy [--rows 1e6]

MAPIT (Sandia, GPL) is called, never copied: from a checkout in LODEMARK_MAPIT, in the interpreter LODEMARK_PEER_PYTHON (which
needs numpy and alive-progress). Where it is not there the textbook propagation, term by term over streams and pairs of
periods, written here, stands in for it. All data are synthetic.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from benchmarks._beside import Table, alone, best, elsewhere, faster, within
from lodemark.accountancy import Component, Inventory, assemble, covariance_streams, page, run, sitmuf, threshold
from lodemark.accountancy.page import false_alarm
from lodemark.accountancy.table import micros
from lodemark.accountancy.tables import read_flows

TABLE = Table()


def textbook(flow: np.ndarray, sign: np.ndarray, u_r: float, u_s: float, stock: np.ndarray, iu: float) -> np.ndarray:
    """One term after the other: random on the diagonal, systematic between every two periods, inventories of neighbours."""
    streams, periods = flow.shape
    sigma = np.zeros((periods, periods))
    for p in range(periods):
        for q in range(periods):
            for s in range(streams):
                if p == q:
                    sigma[p, q] += (flow[s, p] * u_r) ** 2
                sigma[p, q] += sign[s] ** 2 * flow[s, p] * flow[s, q] * u_s**2
            if p == q:
                sigma[p, q] += (stock[p] * iu) ** 2 + (stock[p + 1] * iu) ** 2
            elif abs(p - q) == 1:
                sigma[p, q] -= (stock[max(p, q)] * iu) ** 2
    return sigma


def covariances() -> None:
    rng = np.random.default_rng(1)
    flow = rng.uniform(50, 150, size=(50, 365))
    sign, stock = np.where(np.arange(50) % 2, -1.0, 1.0), rng.uniform(50, 80, 366)

    def ours() -> np.ndarray:
        return covariance_streams(flow, sign, u_r=0.004, u_s=0.002, inventory_kg=stock[None], iu_r=0.005)

    few = 24
    small = {"flow": flow[:, :few], "sign": sign, "stock": stock[: few + 1]}
    mine = covariance_streams(small["flow"], sign, u_r=0.004, u_s=0.002, inventory_kg=small["stock"][None], iu_r=0.005)
    plain = best(lambda: textbook(small["flow"], sign, 0.004, 0.002, stock, 0.005), 1) * (365 / few) ** 2
    far = np.max(np.abs(mine - textbook(small["flow"], sign, 0.004, 0.002, stock, 0.005)) / mine.max())
    seconds, job, note = best(ours, 20), "Sigma, 365 periods x 50 streams", f"from {few} periods"
    python, checkout = os.environ.get("LODEMARK_PEER_PYTHON", ""), os.environ.get("LODEMARK_MAPIT", "")
    errors = {"u_r": 0.004, "u_s": 0.002, "iu_r": 0.005}
    peer = elsewhere(python, "_peer_mapit.py", {**small, **errors}, checkout) if checkout else None
    if peer is not None:
        TABLE.line(job, seconds, float(peer["seconds"]) * (365 / few) ** 2, "MAPIT calcCovMat", faster(10_000), note)
    name = "textbook propagation in a loop" if peer is not None else "stand-in: textbook propagation in a loop"
    absent = "" if peer is not None else "; MAPIT is not here (LODEMARK_MAPIT)"
    TABLE.line(job, seconds, plain, name, None, f"{note}, largest difference {far:.0e}{absent}")
    sigma, values = ours(), rng.normal(size=365)
    limit = best(lambda: (solve_triangular(np.linalg.cholesky(sigma), values, lower=True), flow.T @ flow), 20)
    whole = best(lambda: sitmuf(values, ours()), 20)
    TABLE.line("Sigma + Cholesky + SITMUF, same", whole, limit, "cholesky and one product alone", within(5))


def tests() -> None:
    z = np.random.default_rng(2).normal(size=(100_000, 365))
    s = np.zeros_like(z)

    def one_pass() -> None:
        np.add(z, s, out=s)
        np.maximum(s, 0.0, out=s)

    seconds = best(lambda: page(z))
    TABLE.line("Page over 1e5 histories x 365", seconds, best(one_pass), "one pass of add and maximum", within(10))
    alpha = 0.05

    def fresh() -> float:
        threshold.cache_clear()
        return threshold(0.5, 365, alpha)

    def simulated() -> float:
        return float(np.quantile(page(np.random.default_rng(3).normal(size=(100_000, 365))).max(axis=1), 1 - alpha))

    seconds, h = best(fresh), fresh()
    note = f"h {h:.6f} (exact alarm {false_alarm(0.5, h, 365, nodes=200):.9f}), simulated {simulated():.3f}"
    TABLE.line("threshold(0.5, 365, 5 %)", seconds, best(simulated, 1), "simulation of 1e5 histories", faster(100), note)


def year(rows: int) -> None:
    import polars as pl

    rng = np.random.default_rng(4)
    edges = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)] + [datetime(2027, 1, 1, tzinfo=UTC)]
    start, end = micros(edges[0]), micros(edges[-1])
    receipt = rng.random(rows) < 0.5
    frame = pl.DataFrame(
        {
            "flow_id": np.arange(rows).astype(str),
            "mba": ["SITE"] * rows,
            "element": ["Dy"] * rows,
            "kind": np.where(receipt, "receipt", "shipment"),
            "element_mg": rng.integers(900_000, 1_100_000, rows),
            "occurred_at": pl.Series(rng.integers(start, end, rows))
            .cast(pl.Datetime("us"))
            .dt.strftime("%Y-%m-%dT%H:%M:%S.%6fZ"),
            "stream": np.where(receipt, "receipts", "shipments"),
        }
    )
    parts = [Component("stock", "gauge", "random", Decimal("0.005"), source="certificate")]
    for stream in ("receipts", "shipments"):
        parts.append(Component(stream, "scale", "random", Decimal("0.002"), source="certificate"))
        parts.append(Component(stream, "laboratory", "systematic", Decimal("0.001"), group="laboratory", source="certificate"))
    stock = [Inventory(f"pit-{n}", "SITE", "Dy", at, "floor", 60_000_000, "stock") for n, at in enumerate(edges)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flows.csv"
        frame.write_csv(path)

        def ours() -> Any:
            return run(assemble(read_flows(path, []), stock, parts, edges), "Dy", "SITE", goal_mg=50_000_000)

        def peer() -> Any:
            month = pl.col("occurred_at").str.slice(0, 7)
            return pl.read_csv(path).group_by(month, "kind").agg(pl.col("element_mg").sum())

        ours()
        job, name = f"{rows:.0e} flow rows -> Balance", "polars read and group-by sum alone"
        TABLE.line(job, best(ours), best(peer), name, within(10))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=float, default=1e6)
    options = parser.parse_args()
    alone("accountancy")
    TABLE.head()
    covariances()
    tests()
    year(int(options.rows))
    TABLE.close()


if __name__ == "__main__":
    main()
