"""Composition marks against their peers: same data, same run, answers compared.

    python -m benchmarks.marks [--lots 1e6] [--rows 1e6]

Peers are called where they are, never copied: lir, scikit-bio and pyrolite in the interpreter LODEMARK_PEER_PYTHON; the R
package comparison (GPL) from its sources in LODEMARK_R_COMPARISON, with Rscript; JAGS (GPL) from the path. One that is not
there is said by name, with what stands in for it, and its goal is not judged. All data are synthetic.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from benchmarks._beside import HERE, Table, alone, best, elsewhere, faster, within
from benchmarks._peer_mixing import jags, metropolis
from lodemark.assay import Composition, LotIndex, log10_lr_matrix, log10_lr_pairs, log_ratios, read_assays, tag, unmix
from lodemark.assay.background import Background, fit
from lodemark.assay.match import search
from lodemark.assay.sheet import Layout
from lodemark.assay.tag.decode import read

TABLE = Table()
PYTHON = os.environ.get("LODEMARK_PEER_PYTHON", "")


def population(p: int, items: int, repeats: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, Background]:
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(items, p)) @ np.diag(np.linspace(0.3, 1.2, p))
    z = np.repeat(means, repeats, axis=0) + 0.1 * rng.normal(size=(items * repeats, p)) @ (np.eye(p) + 0.2)
    item = np.repeat(np.arange(items), repeats)
    parts = [f"x{n}" for n in range(p + 1)]
    names = [f"{n:05d}" for n in item]
    return z, item, fit(z, names, parts=parts, stage="alloy", provenance="synthetic", within="mean", shrink="none")


def kde() -> None:
    z, item, background = population(8, 500, 4)
    rng = np.random.default_rng(2)
    a, b = z[rng.choice(len(z), 300, replace=False)], z[rng.choice(len(z), 300, replace=False)]
    every = best(lambda: log10_lr_matrix(a, 1, b, 1, background, "kde"))
    first, second = np.repeat(a, 300, axis=0)[:9000], np.tile(b, (300, 1))[:9000]
    listed = best(lambda: log10_lr_pairs(first, 1, second, 1, background, "kde"))
    once = z[rng.permutation(len(z))][:1800]
    apart = best(lambda: log10_lr_pairs(once[:900], 1, once[900:], 1, background, "kde"), 9)
    peer = elsewhere(PYTHON, "_peer_lir.py", {"z": z, "item": item, "first": first, "second": second})
    name, seconds, note = "lir", None, ""
    if peer is None:
        name = "lir is not here (LODEMARK_PEER_PYTHON)"
    else:
        ours = log10_lr_matrix(a, 1, b, 1, background, "kde").ravel()[:9000]
        far = float(np.max(np.abs(ours - peer["llr"]) / np.maximum(np.abs(peer["llr"]), 1)))
        seconds, note = float(peer["seconds"]), f"from 9 000 pairs, largest relative difference {far:.1e}"
    TABLE.line("KDE LR, 300 x 300 pairs, 500 kernels, 8 d", every, seconds and 10 * seconds, name, faster(1000), note)
    TABLE.line("KDE LR, list of 9 000 pairs of 300 + 300", listed, seconds, name, faster(100))
    TABLE.line("KDE LR, list of 900 pairs, no specimen twice", apart, seconds and seconds / 10, name, faster(100))


def normal() -> None:
    z, _, background = population(8, 500, 4)
    rng = np.random.default_rng(3)
    first, second = z[rng.integers(len(z), size=100_000)], z[rng.integers(len(z), size=100_000)]
    ours, count = best(lambda: log10_lr_pairs(first, 1, second, 1, background), 9), 1000
    peer = comparison(first[:count], second[:count], background)
    if peer is not None:
        seconds, told = peer
        mine = log10_lr_pairs(first[:count], 1, second[:count], 1, background)
        held = np.abs(mine) < 200  # the peer forms the plain LR, which leaves its numbers beyond that
        note = f"from {count} pairs, largest difference {np.abs(mine - told)[held].max():.1e}, lost to overflow {(~np.isfinite(told)).sum()}"
        TABLE.line("normal LR, 1e5 pairs, 8 d", ours, 100 * seconds, "R comparison", faster(1000), note)
        return
    U, C, mean = background.U, background.C, background.mean

    def density(y: np.ndarray, V: np.ndarray) -> float:
        return -0.5 * float(np.linalg.slogdet(V)[1] + y @ np.linalg.solve(V, y))

    def printed(a: np.ndarray, b: np.ndarray) -> float:
        """Aitken & Lucy 2004, as it is printed."""
        both = density(a - b, 2 * U) + density((a + b) / 2 - mean, U / 2 + C)
        return (both - density(a - mean, U + C) - density(b - mean, U + C)) / float(np.log(10))

    pairs = list(zip(first[:count], second[:count], strict=True))
    seconds = best(lambda: [printed(*pair) for pair in pairs], 1)
    note = "R comparison is not here (Rscript, LODEMARK_R_COMPARISON)"
    TABLE.line("normal LR, 1e5 pairs, 8 d", ours, 100 * seconds, "stand-in: the formula as printed, in numpy", None, note)


def comparison(first: np.ndarray, second: np.ndarray, background: Background) -> tuple[float, np.ndarray] | None:
    """Seconds and log10 LR of the R package, or ``None``."""
    source, program = os.environ.get("LODEMARK_R_COMPARISON", ""), shutil.which("Rscript")
    if not source or program is None:
        return None
    pairs = np.stack([first, second], axis=1).reshape(-1, first.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        into, out = Path(folder) / "in.csv", Path(folder) / "out.csv"
        np.savetxt(into, np.vstack([background.U, background.C, background.mean, pairs]), delimiter=",", fmt="%.17g")
        if subprocess.call([program, str(HERE / "_peer_comparison.R"), source, str(into), str(out)]):
            return None
        found = np.loadtxt(out)
    return float(found[0]), found[1:]


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
    note = f"{len(found.places)} lots weighed exactly"
    TABLE.line(f"match one assay against {lots:.0e} lots, 10 d", ours, limit, "numpy.sum over the index", within(10), note)
    few = min(lots, 20_000)
    part = LotIndex.of_arrays("alloy", index.parts, range(few), mu[:few], cov[:few])  # type: ignore[arg-type]
    full = part.cov + S
    away = np.linalg.solve(full, (z - part.mu)[:, :, None])[:, :, 0]
    joint = log_prior[:few] - 0.5 * (p * np.log(2 * np.pi) + np.linalg.slogdet(full)[1] + ((z - part.mu) * away).sum(axis=1))
    here = search(z, S, part, log_prior[:few], -40.0)
    far = np.max(np.abs(here.log_joint - joint[here.places]))
    print(f"{'':<46}against all of {few} lots, weighed without the filter: largest difference {far:.1e}")


def blend() -> None:
    rng = np.random.default_rng(5)
    parts = tuple("abcdef")
    level = np.array([5e4, 3e3, 9e3, 200, 9e3, 500])

    def piece(name: str, mass: np.ndarray, u: float) -> Composition:
        return Composition(name, "alloy", parts, mass, np.diag((u * mass) ** 2), {}, {}, 1, frozenset({name}), digest=name)

    sources = [piece(f"s{n}", level * np.exp(0.6 * rng.normal(size=6)), 0.015) for n in range(50)]
    sample = piece("y", (0.6 * sources[3].mass + 0.4 * sources[17].mass) * np.exp(0.02 * rng.normal(size=6)), 0.02)
    ours = best(lambda: unmix(sample, sources), 5)
    job = "unmix, 50 sources, all subsets of up to 3"
    s, y = np.stack([one.mass for one in sources]), sample.mass
    named = {"y": y, "vy": (0.02 * y) ** 2, "s": s, "vs": (0.015 * s) ** 2}
    peer = jags(**named, part=10)
    if peer is not None:
        TABLE.line(
            job, ours, peer, "JAGS, simmr's model, the 50 sources given", faster(50), "from a tenth of 4 x 10 000 iterations"
        )
    else:
        three = {**named, "s": s[:3], "vs": named["vs"][:3]}
        seconds = 20_875 * 10 * best(lambda: metropolis(**three, steps=1000), 1)
        name = "stand-in: a plain Metropolis walk for each subset"
        TABLE.line(job, ours, seconds, name, None, "from 1 000 steps of one; JAGS is not here")
    weight = 1 / (0.02 * y)

    def loop() -> None:
        for chosen in list(combinations(range(50), 3))[:2000]:
            c = np.stack([sources[n].mass for n in chosen], axis=1) * weight[:, None]
            nnls(np.vstack([c, np.full(3, 1e3)]), np.append(y * weight, 1e3))

    seconds = best(loop, 1) * 20875 / 2000
    TABLE.line(job, ours, seconds, "scipy nnls, subset by subset", None, "point fits without evidence, from 2 000; no goal")


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
    TABLE.line(
        "tag decode, 10 dopants, 2 000 codes, all pairs", ours, peer, "scipy nnls, pair by pair", faster(100), "from 20 000"
    )


def ratios() -> None:
    rng = np.random.default_rng(7)
    mass = np.exp(rng.normal(size=(100_000, 14)))
    variance = np.full(mass.shape, 4e-4)
    ours = best(lambda: log_ratios(mass, variance), 9)
    peers = elsewhere(PYTHON, "_peer_ratios.py", {"mass": mass}) or {}
    for key, name in (("skbio", "scikit-bio ilr"), ("pyrolite", "pyrolite ILR")):
        seconds = float(peers[key]) if key in peers else None
        told = name if seconds else f"{name.split()[0]} is not here (LODEMARK_PEER_PYTHON)"
        TABLE.line("coordinates, 1e5 x 14, with u", ours, seconds, told, within(1), "the peer has no uncertainty")


def files(rows: int) -> None:
    lines = "\n".join(
        f"S-{n // 10},P-{n // 10},alloy,{('Nd', 'Pr', 'Dy', 'Tb', 'Co')[n % 5]},{1 + n % 97}.5,%,0.01,u,g" for n in range(rows)
    )
    data = f"sample_id,specimen_id,stage,analyte,value,unit,u,u_given,sys_group\n{lines}\n".encode()
    job, ours = f"import {rows:.0e} rows, every cell checked", best(lambda: read_assays(data, "lab.csv", Layout()))
    if not find_spec("polars"):
        TABLE.line(job, ours, None, "polars is not here", within(5))
        return
    import polars as pl

    made = best(lambda: list(read_assays(data, "lab.csv", Layout()).rows), 1)
    note = f"the peer checks nothing; with an object for every row {made:.1f} s"
    TABLE.line(job, ours, best(lambda: pl.read_csv(data)), "polars.read_csv", within(5), note)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lots", type=float, default=1e6)
    parser.add_argument("--rows", type=float, default=1e6)
    options = parser.parse_args()
    alone("marks")
    TABLE.head()
    kde()
    normal()
    match(int(options.lots))
    blend()
    codes()
    ratios()
    files(int(options.rows))
    TABLE.close()


if __name__ == "__main__":
    main()
