"""A codebook: codewords over a panel of dopants, and the certificate of how often this very book misleads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lodemark.assay.model import Floats, digest_of
from lodemark.trouble import Error

# Elements considered as dopants: not functional at these levels, not volatile, not partitioned into slag. UNCONFIRMED.
PANEL = ("Y", "La", "Ce", "Gd", "Ho", "Er", "Lu", "Sc", "Hf", "Ta", "W", "Re")
AVOIDED = ("Sm", "Eu", "Tm", "Yb")  # volatile on melting
PAIR_RATE_MAX = 0.01
MOST_LEVEL = 1e6  # mg/kg


class BadCodebook(Error):
    """A table that cannot be a codebook: unknown dopants, levels not between zero and all of it, two equal codewords."""

    code: ClassVar[str] = "tag-codebook-bad"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Rates from a seeded simulation of one codebook; ``trials`` for each, so none is known better than 1/trials.

    ``unregistered_as_pair`` is the rate at which a code that was never issued is read as a blend of two that were: the
    false-accusation rate of an open search.
    """

    seed: int
    trials: int
    single_exact: float
    single_wrong: float
    diluted_exact: float
    diluted_wrong: float
    pair_exact: float
    pair_wrong: float
    triple_wrong: float
    untagged_read: float
    unregistered_as_single: float
    unregistered_as_pair: float
    resolvable_share: float  # the smallest share tried at which singles are read exactly nine times in ten


@dataclass(frozen=True, slots=True)
class Codebook:
    """``code`` (N, n) in mg/kg over ``parts`` (n dopants); ``u_rel`` the assay's, ``heterogeneity`` the tag's own scatter."""

    parts: tuple[str, ...]
    code: Floats
    u_rel: float
    heterogeneity: float
    retention: float
    min_separation: float
    certificate: Certificate | None
    digest: str

    @classmethod
    def from_table(
        cls, parts: tuple[str, ...], code: Floats, *, u_rel: float = 0.03, heterogeneity: float = 0.02, retention: float = 1.0
    ) -> Codebook:
        """A book from elsewhere; certify it (``tag.certify``) before any pair is read from it. Raises ``BadCodebook``."""
        table = np.asarray(code, dtype=np.float64)
        unknown = [part for part in parts if part not in PANEL]
        rates = np.asarray([u_rel, heterogeneity, retention], dtype=np.float64)
        sound = table.ndim == 2 and table.shape[1] == len(parts) and ((table > 0) & (table <= MOST_LEVEL)).all()
        if unknown or not sound or not ((rates >= 0) & (rates <= 1)).all() or u_rel == 0 or retention == 0:
            raise BadCodebook(unknown=unknown, parts=list(parts))
        if len(np.unique(table, axis=0)) != len(table):
            raise BadCodebook(unknown=[], parts=list(parts))
        return cls(
            parts=tuple(parts),
            code=table,
            u_rel=u_rel,
            heterogeneity=heterogeneity,
            retention=retention,
            min_separation=separation(table, u_rel),
            certificate=None,
            digest=digest_of(*parts, table, repr(u_rel), repr(heterogeneity), repr(retention)),
        )


def centred(code: Floats) -> Floats:
    """Centred log-ratios: the same for a diluted code."""
    logs = np.log(code)
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def separation(code: Floats, u_rel: float) -> float:
    """Smallest distance between two codewords in the ratios, in standard deviations of one reading."""
    if len(code) < 2:
        return float("inf")
    z = centred(code)
    square = (z**2).sum(axis=1)
    gaps = square[:, None] + square[None, :] - 2 * z @ z.T
    np.fill_diagonal(gaps, np.inf)
    return float(np.sqrt(max(gaps.min(), 0.0)) / u_rel)
