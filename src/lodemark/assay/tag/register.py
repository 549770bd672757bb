"""A laboratory's register: its codebook, which lot carries which codeword, and the dopants of untagged material.

    register = load_register(data, "register.json")
    register.decode(composition)

The register is the secret: whoever holds it can forge every code in it. An answer names lots, never codewords.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lodemark.assay.model import Composition
from lodemark.assay.references import named
from lodemark.assay.tag.codebook import Codebook
from lodemark.assay.tag.decode import Decoding, Status, TagBackground, decode
from lodemark.trouble import Error, Reason

NOT_ISSUED = ""
"""In place of a lot: the codeword was never given to one."""


@dataclass(frozen=True, slots=True)
class Named:
    """A reading of a code in terms of lots; ``candidate`` names the best hypothesis where it is not exact.

    ``log10_lr`` is for "the codes of these lots" against "another origin", bounded by the codebook's certificate.
    """

    status: Status
    lots: tuple[str, ...]
    share: tuple[float, ...]
    candidate: tuple[str, ...]
    chi2: float
    gap: float
    p: float
    spike_hint: tuple[str, ...]
    altered: float | None
    log10_lr: float
    bounds: tuple[float, float]
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    digest: str


class BadRegister(Error):
    """Parts of a register that do not fit each other."""

    code: ClassVar[str] = "tag-register-bad"


@dataclass(frozen=True, slots=True)
class Register:
    """``table``: lot -> row of the codebook; ``untagged``: the dopants of untagged material in the order of the codebook.

    Raises ``BadRegister`` where a lot has no row of its own, or a dopant no level with its u.
    """

    book: Codebook
    table: Mapping[str, int]
    untagged: TagBackground

    def __post_init__(self) -> None:
        rows, size = [*self.table.values()], len(self.book.parts)
        if len(set(rows)) != len(rows) or not all(0 <= row < len(self.book.code) for row in rows):
            raise BadRegister(what="table")
        b, u = self.untagged.b, self.untagged.u
        if b.shape != (size,) or u.shape != (size,) or not ((b >= 0) & (u > 0) & np.isfinite(b) & np.isfinite(u)).all():
            raise BadRegister(what="untagged")

    def decode(self, comp: Composition, given: Sequence[str] = ()) -> Named:
        """Read the dopants of ``comp``; ``given`` tests the codes of these lots alone. Raises ``UnknownLot``, ``PartsMissing``."""
        found = decode(comp, self.book, self.untagged, given=named(self.table, given) or None)
        return self._named(found)

    def _named(self, found: Decoding) -> Named:
        lots = {code: lot for lot, code in self.table.items()}
        never = any(code not in lots for code in found.codes)
        return Named(
            status=found.status,
            lots=tuple(lots.get(code, NOT_ISSUED) for code in found.codes),
            share=found.share,
            candidate=tuple(lots.get(code, NOT_ISSUED) for code in found.candidate),
            chi2=found.chi2,
            gap=found.gap,
            p=found.p,
            spike_hint=found.spike_hint,
            altered=found.altered,
            log10_lr=found.log10_lr,
            bounds=found.bounds,
            caveats=(*found.caveats, *([Reason("tag-code-not-issued")] if never else [])),
            cannot_show=found.cannot_show,
            digest=found.digest,
        )
