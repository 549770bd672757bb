"""Reference lots of one stage, ready to be searched: means and covariances in log-ratio coordinates, and their bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import numpy as np

from lodemark.assay.coordinates import System, contrast
from lodemark.assay.model import Floats, LotReference, digest_of
from lodemark.trouble import Error


class NoLots(Error):
    """No reference lot of this stage is valid at this time."""

    code: ClassVar[str] = "assay-no-lots"


@dataclass(frozen=True, slots=True)
class LotIndex:
    """Reference lots of one stage, ready to be searched: N lots in p coordinates with a covariance each."""

    stage: str
    parts: tuple[str, ...]
    basis: System
    lot_ids: Sequence[str]
    mu: Floats  # (N, p)
    cov: Floats  # (N, p, p): a new specimen of the lot about its estimated mean
    whitener: Floats  # (p, p): W^-1/2
    white_mu: Floats  # (N, p)
    white_square: Floats  # (N,)
    lam: Floats  # (N,) largest eigenvalue of the whitened covariance
    log_det: Floats  # (N,)
    excluded: Mapping[str, int]
    synthetic: bool
    digest: str

    @classmethod
    def build(cls, lots: Sequence[LotReference], parts: Sequence[str], stage: str, on: datetime | None = None) -> LotIndex:
        """Index the lots of ``stage`` that are valid ``on`` (all, when not given); the others are excluded and counted."""
        right = [lot for lot in lots if lot.stage == stage]
        valid = [lot for lot in right if on is None or _valid(lot, on)]
        if not valid:
            raise NoLots(stage=stage, lots=len(lots))
        V = contrast(len(parts), "alr")
        place = [[lot.parts.index(part) for part in parts] for lot in valid]
        mu = np.asarray([V @ lot.mean_ln[at] for lot, at in zip(valid, place, strict=True)])
        within = np.asarray([V @ lot.within[np.ix_(at, at)] @ V.T for lot, at in zip(valid, place, strict=True)])
        n = np.asarray([lot.n for lot in valid])
        excluded = {"other-stage": len(lots) - len(right), "not-valid": len(right) - len(valid)}
        synthetic = any(lot.synthetic for lot in valid)
        named = digest_of(*(lot.digest or lot.lot_id for lot in valid))
        cov = within * (1 + 1 / n)[:, None, None]
        names = [lot.lot_id for lot in valid]
        return cls.of_arrays(stage, parts, names, mu, cov, basis="alr", excluded=excluded, synthetic=synthetic, inputs=named)

    @classmethod
    def of_arrays(
        cls,
        stage: str,
        parts: Sequence[str],
        lot_ids: Sequence[str],
        mu: Floats,
        cov: Floats,
        *,
        basis: System = "pivot",
        excluded: Mapping[str, int] | None = None,
        synthetic: bool = False,
        inputs: str = "",
    ) -> LotIndex:
        """Index lots already in the coordinates of ``basis``: ``mu`` (N, p) and ``cov`` (N, p, p)."""
        whitener = np.linalg.inv(np.linalg.cholesky(cov.mean(axis=0)))
        white_mu = mu @ whitener.T
        lam: Floats = np.linalg.eigvalsh(whitener @ cov @ whitener.T)[:, -1].astype(np.float64)
        log_det = np.linalg.slogdet(cov)[1]
        square = np.einsum("ij,ij->i", white_mu, white_mu)
        return cls(
            stage=stage,
            parts=tuple(parts),
            basis=basis,
            lot_ids=lot_ids,
            mu=mu,
            cov=cov,
            whitener=whitener,
            white_mu=white_mu,
            white_square=square,
            lam=lam,
            log_det=log_det,
            excluded=excluded or {},
            synthetic=synthetic,
            digest=inputs,
        )

    def over(self, parts: Sequence[str]) -> LotIndex:
        """The same lots in alr coordinates over some of the parts, the last one as denominator."""
        pick = np.zeros((len(parts), len(self.parts)))
        pick[np.arange(len(parts)), [self.parts.index(part) for part in parts]] = 1.0
        M = contrast(len(parts), "alr") @ pick @ np.linalg.pinv(contrast(len(self.parts), self.basis))
        return LotIndex.of_arrays(
            self.stage,
            parts,
            self.lot_ids,
            self.mu @ M.T,
            M @ self.cov @ M.T,
            basis="alr",
            excluded=self.excluded,
            synthetic=self.synthetic,
            inputs=self.digest,
        )


def _valid(lot: LotReference, on: datetime) -> bool:
    return (lot.valid_from is None or lot.valid_from <= on) and (lot.valid_until is None or on < lot.valid_until)
