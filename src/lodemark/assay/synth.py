"""Synthetic assays: labelled populations for tests, demonstration and the calibration of methods, never for a real lot.

Hierarchy in ln mass fraction: deposit type > site > drift of campaigns (AR 1) > lot > specimen > laboratory (shared by a
batch) > repeatability, with two per cent outliers and a limit of detection by dilution. At the oxide stage the neighbours of
the cut come from the separation, not from the ore. Streams are keyed (seed, table, block): the same rows in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zlib import crc32

import numpy as np

from lodemark.assay.model import AssayRow, Floats
from lodemark.assay.stages import stage as stage_row
from lodemark.assay.tag.codebook import PANEL

Adversary = Literal["relabelled", "blended", "spiked", "clone"]

# Rough levels by stage, mg/kg: shapes to draw from, not measurements of anything.
LEVELS: Mapping[str, Mapping[str, float]] = {
    "ore": {
        "La": 9e3,
        "Ce": 1.6e4,
        "Pr": 1.7e3,
        "Nd": 5.5e3,
        "Sm": 7e2,
        "Eu": 1.4e2,
        "Gd": 4e2,
        "Dy": 1.2e2,
        "Yb": 30,
        "Y": 6e2,
    },
    "mixed": {
        "La": 8e4,
        "Ce": 1.4e5,
        "Pr": 1.6e4,
        "Nd": 5e4,
        "Sm": 6e3,
        "Eu": 1.2e3,
        "Gd": 3.5e3,
        "Dy": 1e3,
        "Yb": 2.5e2,
        "Y": 5e3,
    },
    "oxide": {"Nd": 8.5e5, "Pr": 900, "La": 40, "Ce": 60, "Sm": 80, "Ca": 120, "Fe": 25, "Si": 50, "Al": 60, "Cl": 90},
    "metal": {"Nd": 9.9e5, "Pr": 1.5e3, "Fe": 600, "Mo": 60, "W": 20, "C": 250, "Li": 5, "Al": 80, "Ca": 30, "Si": 120},
    "alloy": {
        "Nd": 2.2e5,
        "Pr": 6e4,
        "Dy": 9e3,
        "Tb": 900,
        "Gd": 1500,
        "Ho": 250,
        "Co": 9e3,
        "Ga": 1500,
        "Cu": 1200,
        "Al": 3000,
    },
    "device": {
        "Nd": 2.2e5,
        "Pr": 6e4,
        "Dy": 9e3,
        "Tb": 900,
        "Gd": 1500,
        "Ho": 250,
        "Co": 9e3,
        "Ga": 1500,
        "Cu": 1200,
        "Al": 3000,
    },
}
DEPOSITS = ("carbonatite", "monazite-sand", "ion-clay", "xenotime")


@dataclass(frozen=True, slots=True)
class Noise:
    """Standard deviations in ln mass fraction; ``drift`` is the AR(1) coefficient of campaigns."""

    deposit: float = 0.5
    site: float = 0.25
    campaign: float = 0.12
    drift: float = 0.7
    lot: float = 0.08
    specimen: float = 0.02
    laboratory: float = 0.01
    repeat: float = 0.015
    outliers: float = 0.02


@dataclass(frozen=True, slots=True)
class Truth:
    """What a lot really is: its site and deposit type, the lots it was made of with shares, and the trick, if any."""

    lot_id: str
    site: str
    deposit: str
    parents: tuple[tuple[str, float], ...]
    adversary: Adversary | None


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Rows as a laboratory would send them, and the truth behind each lot."""

    rows: tuple[AssayRow, ...]
    truth: tuple[Truth, ...]
    seed: int


def population(
    seed: int,
    stage: str,
    sites: int,
    lots_per_site: int,
    specimens: int,
    *,
    parts: Sequence[str] = (),
    noise: Noise = Noise(),
    censor: float = 0.0,
    blends: int = 0,
    adversaries: Mapping[Adversary, int] | None = None,
) -> Synthetic:
    """``sites`` x ``lots_per_site`` lots, ``blends`` more of two parents each, and lots of each ``adversary``.

    ``censor`` is the share of the weakest part's results that fall below its limit of detection. Every id starts ``SYN-``
    and every row is marked synthetic. Raises ``UnknownStage``.
    """
    stage_row(stage)
    names = tuple(parts) or tuple(LEVELS[stage])
    lots = _lots(seed, stage, sites, lots_per_site, names, noise)
    lots |= _blends(seed, lots, blends, noise)
    lots |= _tricks(seed, lots, adversaries or {}, names)
    limits = _limits(lots, names, censor)
    rows = [row for made in lots.values() for row in _assays(seed, stage, made, names, specimens, noise, limits)]
    return Synthetic(tuple(rows), tuple(made.truth for made in lots.values()), seed)


@dataclass(frozen=True, slots=True)
class _Lot:
    truth: Truth
    mass: Floats


def stream(seed: int, table: str, block: int) -> np.random.Generator:
    """The random numbers of one block of one table: independent of all others, the same on every machine."""
    return np.random.Generator(np.random.Philox(key=[seed, crc32(f"{table}/{block}".encode())]))


def _lots(seed: int, stage: str, sites: int, per_site: int, names: Sequence[str], noise: Noise) -> dict[str, _Lot]:
    level = np.log([LEVELS[stage].get(name, 100.0) for name in names])
    found = {}
    for site in range(sites):
        rng = stream(seed, "site", site)
        deposit = DEPOSITS[int(rng.integers(len(DEPOSITS)))]
        # After separation the deposit leaves no trace in the ratios: its spread is not drawn.
        before = stage in ("ore", "mixed")
        shape = noise.deposit * stream(seed, "deposit", DEPOSITS.index(deposit)).standard_normal(len(names)) if before else 0.0
        centre = level + shape + noise.site * rng.standard_normal(len(names))
        campaign = noise.campaign * rng.standard_normal(len(names))
        for number in range(per_site):
            step = stream(seed, f"lot-{site}", number)
            fresh = np.sqrt(1 - noise.drift**2) * noise.campaign * step.standard_normal(len(names))
            campaign = noise.drift * campaign + fresh
            lot_id = f"SYN-S{site:02d}-L{number:03d}"
            mass = np.exp(centre + campaign + noise.lot * step.standard_normal(len(names)))
            found[lot_id] = _Lot(Truth(lot_id, f"SYN-S{site:02d}", deposit, (), None), mass)
    return found


def _blends(seed: int, lots: Mapping[str, _Lot], count: int, noise: Noise) -> dict[str, _Lot]:
    found = {}
    for number in range(count):
        rng = stream(seed, "blend", number)
        first, second = rng.choice(sorted(lots), size=2, replace=False).tolist()
        share = float(rng.uniform(0.2, 0.8))
        lot_id = f"SYN-B{number:03d}"
        truth = Truth(lot_id, "SYN-BLEND", "", ((first, share), (second, 1 - share)), None)
        found[lot_id] = _Lot(truth, share * lots[first].mass + (1 - share) * lots[second].mass)
    return found


def _tricks(seed: int, lots: Mapping[str, _Lot], wanted: Mapping[Adversary, int], names: Sequence[str]) -> dict[str, _Lot]:
    found = {}
    for trick, count in wanted.items():
        for number in range(count):
            rng = stream(seed, trick, number)
            victim, other = rng.choice(sorted(lots), size=2, replace=False).tolist()
            lot_id = f"SYN-{trick.upper()}-{number:03d}"
            share, mass = _trick(trick, lots[victim].mass, lots[other].mass, names, rng)
            truth = Truth(
                lot_id, lots[other].truth.site, lots[other].truth.deposit, ((victim, share), (other, 1 - share)), trick
            )
            found[lot_id] = _Lot(truth, mass)
    return found


def _trick(
    trick: Adversary, claimed: Floats, real: Floats, names: Sequence[str], rng: np.random.Generator
) -> tuple[float, Floats]:
    """Share of the claimed parent that is really in it, and the mass that results."""
    match trick:
        case "relabelled":
            return 0.0, real
        case "clone":
            return 1.0, claimed
        case "blended":
            share = float(rng.uniform(0.5, 0.9))
            return share, share * claimed + (1 - share) * real
        case "spiked":
            dopant = np.asarray([50.0 if name in PANEL else 0.0 for name in names])
            return 0.0, real + dopant


def _limits(lots: Mapping[str, _Lot], names: Sequence[str], censor: float) -> Mapping[str, float]:
    """One limit of detection, for the part of which there is least."""
    if not censor:
        return {}
    mass = np.asarray([lot.mass for lot in lots.values()])
    weakest = int(np.median(mass, axis=0).argmin())
    return {names[weakest]: float(np.quantile(mass[:, weakest], censor))}


def _assays(
    seed: int, stage: str, made: _Lot, names: Sequence[str], specimens: int, noise: Noise, limits: Mapping[str, float]
) -> list[AssayRow]:
    lot_id = made.truth.lot_id
    laboratory = crc32(lot_id.encode()) % 4
    shared = noise.laboratory * stream(seed, "laboratory", laboratory).standard_normal(len(names))
    rows = []
    for number in range(specimens):
        rng = stream(seed, f"assay-{lot_id}", number)
        own = noise.specimen * rng.standard_normal(len(names))
        repeat = noise.repeat * rng.standard_normal(len(names))
        repeat = np.where(rng.random(len(names)) < noise.outliers, 10 * repeat, repeat)
        mass = made.mass * np.exp(own + shared + repeat)
        base = AssayRow(
            assay_id=f"SYN-A-{lot_id}",
            sample_id=f"{lot_id}-P{number}",
            specimen_id=f"{lot_id}-P{number}",
            stage=stage,
            analyte="",
            value=None,
            sys_group=f"SYN-LAB-{laboratory}",
            lod_rule="3s",
            lot_id=lot_id,
            method="ICP-MS",
            lab=f"SYN-LAB-{laboratory}",
            correction="synthetic",
            moisture="dry",
            synthetic=True,
        )
        rows += [_row(base, name, float(value), noise, limits.get(name)) for name, value in zip(names, mass, strict=True)]
    return rows


def _row(base: AssayRow, name: str, value: float, noise: Noise, limit: float | None) -> AssayRow:
    if limit is not None and value < limit:
        return replace(base, analyte=name, flag="lt", lod=limit, reported_text=f"<{limit:.4g}")
    u_sys, u = value * noise.laboratory, value * float(np.hypot(noise.laboratory, noise.repeat))
    return replace(base, analyte=name, value=value, u=u, u_sys=u_sys, reported_text=f"{value:.6g}")
