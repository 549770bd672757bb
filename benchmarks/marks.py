"""Composition marks against their peers: same data, same run, answers compared.

    python -m benchmarks.marks [--lots 1000000]

lir (NFI) runs in its own environment: set LODEMARK_PEER_PYTHON to an interpreter that has it. Peers that are not there
(lir, R comparison, simmr with JAGS, scikit-bio) are left out and said. All data are synthetic.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import nnls

from lodemark.assay import Composition, LotIndex, log10_lr_matrix, log10_lr_pairs, log_ratios, read_assays, tag, unmix
from lodemark.assay.background import Background, fit
from lodemark.assay.match import search
from lodemark.assay.sheet import Layout
from lodemark.assay.tag.decode import read

HERE = Path(__file__).resolve().parent


def best(work: Callable[[], Any], times: int = 3) -> float:
    """Shortest of a few runs, seconds of processor: other work on the machine then disturbs ours and peers alike."""
    shortest = float("inf")
    for _ in range(times):
        begin = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - begin)
    return shortest


def row(what: str, ours: float, peer: float | None, name: str, note: str = "") -> None:
    beside = f"{peer:10.4f} s  {peer / ours:10.1f} x" if peer is not None else f"{'-':>12}  {'-':>12}"
    print(f"{what:<44}{ours:10.5f} s  {beside}  {name}  {note}", flush=True)


def population(p: int, items: int, repeats: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, Background]:
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(items, p)) @ np.diag(np.linspace(0.3, 1.2, p))
    z = np.repeat(means, repeats, axis=0) + 0.1 * rng.normal(size=(items * repeats, p)) @ (np.eye(p) + 0.2)
    item = np.repeat(np.arange(items), repeats)
    parts = [f"x{n}" for n in range(p + 1)]
    names = [f"{n:05d}" for n in item]
    return z, item, fit(z, names, parts=parts, stage="alloy", provenance="synthetic", within="mean", shrink="none")


def lir(z: np.ndarray, item: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The peer's log10 LR of the pairs and its seconds, or None where there is no peer."""
    python = os.environ.get("LODEMARK_PEER_PYTHON") or (sys.executable if find_spec("lir") else "")
    if not python:
        return None
    with tempfile.TemporaryDirectory() as folder:
        into, out = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(into, z=z, item=item, first=first, second=second)
        if subprocess.call([python, str(HERE / "_peer_lir.py"), str(into), str(out)], stderr=subprocess.DEVNULL):
            return None
        found = np.load(out)
        return found["llr"], float(found["seconds"])


def kde() -> None:
    z, item, background = population(8, 500, 4)
    rng = np.random.default_rng(2)
    a, b = z[rng.choice(len(z), 300, replace=False)], z[rng.choice(len(z), 300, replace=False)]
    every = best(lambda: log10_lr_matrix(a, 1, b, 1, background, "kde"))
    first, second = np.repeat(a, 300, axis=0), np.tile(b, (300, 1))
    listed = best(lambda: log10_lr_pairs(first[:9000], 1, second[:9000], 1, background, "kde"))
    peer = lir(z, item, first[:9000], second[:9000])
    if peer is None:
        row("KDE LR, 300 x 300 pairs, 500 kernels, 8 d", every, None, "lir: not installed")
        return
    ours = log10_lr_matrix(a, 1, b, 1, background, "kde").ravel()[:9000]
    apart = float(np.max(np.abs(ours - peer[0]) / np.maximum(np.abs(peer[0]), 1)))
    row(
        "KDE LR, 300 x 300 pairs, 500 kernels, 8 d",
        every,
        10 * peer[1],
        "lir",
        f"peer from 9 000 pairs; largest difference {apart:.1e}",
    )
    row("KDE LR, list of 9 000 pairs of 300 + 300", listed, peer[1], "lir")
    once = z[rng.permutation(len(z))]
    apart_ = best(lambda: log10_lr_pairs(once[:900], 1, once[900:1800], 1, background, "kde"))
    row("KDE LR, list of 900 pairs, no specimen twice", apart_, peer[1] / 10, "lir")


def normal() -> None:
    z, _, background = population(8, 500, 4)
    rng = np.random.default_rng(3)
    first, second = z[rng.integers(len(z), size=100_000)], z[rng.integers(len(z), size=100_000)]
    ours = best(lambda: log10_lr_pairs(first, 1, second, 1, background))
    V = background.C + background.U
    joint = np.block([[V, background.C], [background.C, V]])

    def one(y1: np.ndarray, y2: np.ndarray) -> float:
        """The formula as it is printed, pair by pair."""
        both = np.concatenate([y1, y2]) - np.tile(background.mean, 2)
        num = -0.5 * (np.linalg.slogdet(joint)[1] + both @ np.linalg.solve(joint, both))
        den = sum(
            -0.5 * (np.linalg.slogdet(V)[1] + (y - background.mean) @ np.linalg.solve(V, y - background.mean)) for y in (y1, y2)
        )
        return float((num - den) / np.log(10))

    loop = [0.0] * 1000
    peer = 100 * best(
        lambda: loop.__setitem__(slice(None), [one(a, b) for a, b in zip(first[:1000], second[:1000], strict=True)]), 1
    )
    apart = float(np.max(np.abs(np.asarray(loop) - log10_lr_pairs(first[:1000], 1, second[:1000], 1, background))))
    row(
        "normal LR, 1e5 pairs, 8 d",
        ours,
        peer,
        "numpy, pair by pair",
        f"from 1 000 pairs; largest difference {apart:.1e} (R comparison: not installed)",
    )


def match(lots: int) -> None:
    rng = np.random.default_rng(4)
    p = 10
    mu = rng.normal(size=(lots, p))
    spread = 0.02 * np.exp(0.2 * rng.normal(size=(lots, 1, 1)))
    lower = np.tril(0.2 * rng.normal(size=(lots, p, p)), -1) + np.eye(p)
    cov = spread**2 * (lower @ lower.transpose(0, 2, 1))
    index = LotIndex.of_arrays("alloy", [f"x{n}" for n in range(p + 1)], range(lots), mu, cov)  # type: ignore[arg-type]
    z, S = mu[7] + 0.02 * rng.normal(size=p), np.eye(p) * 1e-4
    log_prior = np.full(lots, np.log(0.5 / lots))
    ours = best(lambda: search(z, S, index, log_prior, -40.0))
    limit = best(lambda: (index.mu.sum(), index.cov.sum(), index.lam.sum(), index.log_det.sum()))
    found = search(z, S, index, log_prior, -40.0)
    row(
        f"match one assay against {lots:.0e} lots, 10 d",
        ours,
        limit,
        "numpy.sum over the index",
        f"{len(found.places)} lots weighed exactly",
    )
    few = min(lots, 20_000)
    part = LotIndex.of_arrays("alloy", index.parts, range(few), mu[:few], cov[:few])  # type: ignore[arg-type]
    full = part.cov + S
    away = np.linalg.solve(full, (z - part.mu)[:, :, None])[:, :, 0]
    joint = log_prior[:few] - 0.5 * (p * np.log(2 * np.pi) + np.linalg.slogdet(full)[1] + ((z - part.mu) * away).sum(axis=1))
    here = search(z, S, part, log_prior[:few], -40.0)
    print(f"{'':<44}against all of {few} lots: largest difference {np.max(np.abs(here.log_joint - joint[here.places])):.1e}")


def blend() -> None:
    rng = np.random.default_rng(5)
    parts = tuple("abcdef")
    level = np.array([5e4, 3e3, 9e3, 200, 9e3, 500])

    def piece(name: str, mass: np.ndarray, u: float) -> Composition:
        return Composition(name, "alloy", parts, mass, np.diag((u * mass) ** 2), {}, {}, 1, frozenset({name}), digest=name)

    sources = [piece(f"s{n}", level * np.exp(0.6 * rng.normal(size=6)), 0.015) for n in range(50)]
    sample = piece("y", (0.6 * sources[3].mass + 0.4 * sources[17].mass) * np.exp(0.02 * rng.normal(size=6)), 0.02)
    ours = best(lambda: unmix(sample, sources), 2)
    weight = 1 / (0.02 * sample.mass)

    def loop() -> None:
        for chosen in list(combinations(range(50), 3))[:2000]:
            c = np.stack([sources[n].mass for n in chosen], axis=1) * weight[:, None]
            nnls(np.vstack([c, np.full(3, 1e3)]), np.append(sample.mass * weight, 1e3))

    peer = best(loop, 1) * 20875 / 2000
    row(
        "unmix, 50 sources, all subsets of up to 3",
        ours,
        peer,
        "scipy nnls, subset by subset",
        "point fits only, from 2 000 (simmr with JAGS: not installed)",
    )


def codes() -> None:
    rng = np.random.default_rng(6)
    table = np.unique(rng.choice([10, 18, 32, 56, 100.0], size=(2000, 10)), axis=0)
    book = tag.Codebook.from_table(("Y", "La", "Ce", "Gd", "Ho", "Er", "Lu", "Sc", "Hf", "Ta"), table)
    none = tag.TagBackground(np.zeros(10), np.full(10, 0.2))
    y = (0.3 * table[5] + 0.2 * table[77]) * (1 + 0.02 * rng.normal(size=10))
    ours = best(lambda: read(y, 0.03 * y, book, none))
    w = 1 / (0.03 * y)

    def loop() -> None:
        for pair in list(combinations(range(220), 2))[:20_000]:
            nnls(table[list(pair)].T * w[:, None], y * w)

    pairs = len(table) * (len(table) - 1) // 2
    peer = best(loop, 1) * pairs / 20_000
    assert read(y, 0.03 * y, book, none).candidate == (5, 77)
    row("tag decode, 10 dopants, 2 000 codes, all pairs", ours, peer, "scipy nnls, pair by pair", "from 20 000 pairs")


def ratios() -> None:
    rng = np.random.default_rng(7)
    mass = np.exp(rng.normal(size=(100_000, 14)))
    ours = best(lambda: log_ratios(mass, np.full(mass.shape, 4e-4)))
    if find_spec("skbio"):
        from skbio.stats.composition import ilr

        row(
            "coordinates, 1e5 x 14, with covariance",
            ours,
            best(lambda: ilr(mass)),
            "scikit-bio ilr",
            "peer without uncertainty",
        )
    else:
        row("coordinates, 1e5 x 14, with covariance", ours, None, "scikit-bio: not installed")


def files() -> None:
    lines = "\n".join(
        f"S-{n // 10},P-{n // 10},alloy,{('Nd', 'Pr', 'Dy', 'Tb', 'Co')[n % 5]},{1 + n % 97}.5,%,0.01,u,g"
        for n in range(200_000)
    )
    data = f"sample_id,specimen_id,stage,analyte,value,unit,u,u_given,sys_group\n{lines}\n".encode()
    ours = best(lambda: read_assays(data, "lab.csv", Layout()))
    made = best(lambda: list(read_assays(data, "lab.csv", Layout()).rows), 1)
    if find_spec("polars"):
        import polars as pl

        row(
            "import 2e5 rows, every cell checked",
            ours,
            best(lambda: pl.read_csv(data)),
            "polars.read_csv",
            f"peer reads, checks nothing; with an object for every row {made:.2f} s",
        )
    else:
        row("import 2e5 rows, every cell checked", ours, None, "polars: not installed")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lots", type=float, default=1e6)
    options = parser.parse_args()
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # Processor seconds are compared, so nobody may spread them over threads.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "benchmarks.marks", *sys.argv[1:]],
            {**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
    print(f"{'job':<44}{'ours':>12}  {'peer':>12}  {'ratio':>12}  peer")
    kde()
    normal()
    match(int(options.lots))
    blend()
    codes()
    ratios()
    files()


if __name__ == "__main__":
    main()
