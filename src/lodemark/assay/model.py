"""The nouns of composition marks: an assay row, a composition, a reference, a background.

Mass fractions are mg/kg of *element* inside this room, uncertainties standard (k = 1). What a laboratory printed is kept
in ``reported_text``; nothing is substituted for a value below the limit of detection.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lodemark.trouble import Disagreement, Error, Reason
from lodemark.wording import Lang, say

Floats: TypeAlias = NDArray[np.float64]

Flag = Literal["ok", "lt", "gt", "missing", "interfered", "quarantined"]
Form = Literal["element", "oxide"]
Moisture = Literal["as_received", "dry", "calcined"]
Provenance = Literal["measured", "synthetic"]


@dataclass(frozen=True, slots=True)
class AssayRow:
    """One analyte of one specimen as measured.

    ``value``, ``u``, ``u_sys``, ``lod`` are mg/kg of element (a ratio such as ``143Nd/144Nd`` has no unit); ``u_sys`` is
    the part of ``u`` shared by everything measured in ``sys_group``. ``flag`` says whether the value may be used:
    ``lt`` is below ``lod``, ``interfered`` and ``quarantined`` are set by ``check``.
    """

    assay_id: str
    sample_id: str
    specimen_id: str
    stage: str
    analyte: str
    value: float | None
    u: float | None = None
    u_sys: float = 0.0
    sys_group: str = ""
    lod: float | None = None
    lod_rule: str = ""
    flag: Flag = "ok"
    form: Form = "element"
    moisture: Moisture | None = None
    lot_id: str | None = None
    n_rep: int = 1
    rep_no: int = 1
    method: str = ""
    lab: str = ""
    correction: str = ""
    preparation: str = ""
    sampled_at: datetime | None = None
    measured_at: datetime | None = None
    crm_id: str = ""
    reported_text: str = ""
    synthetic: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether the analyte is an isotope or element ratio."""
        return "/" in self.analyte


@dataclass(frozen=True, slots=True)
class Rejected:
    """A cell or line that could not become a row: its text, its line number, and every reason."""

    line: int
    text: str
    analyte: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held: every measured cell is either a row or rejected, none is lost.

    The rows of a large file are made when they are asked for (``columns``).
    """

    rows: Sequence[AssayRow]
    rejected: tuple[Rejected, ...]
    digest: str

    @property
    def cells(self) -> int:
        """How many measured cells the file had."""
        return len(self.rows) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Composition:
    """The assay of one specimen as vectors over ``parts`` (D): masses, random and shared covariance, censored parts.

    ``cov_sys[group]`` is shared with every other composition that carries the same group. ``n`` counts replicates.
    """

    specimen_id: str
    stage: str
    parts: tuple[str, ...]
    mass: Floats  # (D,) mg/kg
    cov_random: Floats  # (D, D)
    cov_sys: Mapping[str, Floats]  # group -> (D, D)
    censored: Mapping[str, float]  # part -> LOD, mg/kg; not among ``parts``
    n: int
    inputs: frozenset[str]  # specimen, laboratory batch and record digests: evidence that shares one counts once
    lot_id: str | None = None
    synthetic: bool = False
    digest: str = ""

    @property
    def cov(self) -> Floats:
        """Total covariance, (D, D)."""
        return np.asarray(self.cov_random + sum(self.cov_sys.values(), np.zeros_like(self.cov_random)))


@dataclass(frozen=True, slots=True)
class LotReference:
    """What is known of a lot: mean and scatter of ln mass fraction over ``n`` specimens, and when it is valid."""

    lot_id: str
    stage: str
    parts: tuple[str, ...]
    mean_ln: Floats  # (D,)
    within: Floats  # (D, D)
    n: int
    licence_ids: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tag_code: tuple[float, ...] | None = None
    synthetic: bool = False
    digest: str = ""


def digest_of(*parts: Floats | str) -> str:
    """SHA-256 over words and arrays (as little-endian float64), each with its length: for inputs of any size."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else np.ascontiguousarray(part, dtype="<f8").tobytes()
        state.update(len(data).to_bytes(8, "little") + data)
    return state.hexdigest()


class BadInput(Error):
    """A file of which no cell could be read."""

    code: ClassVar[str] = "assay-bad-input"

    def __init__(self, code: str | None = None, rejected: Sequence[Rejected] = (), **facts: object) -> None:
        self.rejected = tuple(rejected)
        super().__init__(code, **facts)

    def explain(self, lang: Lang = "en") -> str:
        """The sentence, then one line for each reason of the first twenty cells."""
        lines = [f"{cell.line}: {reason.explain(lang)}" for cell in self.rejected[:20] for reason in cell.reasons]
        return "\n".join([say(self.reason.code, self.facts, lang), *lines])


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows with their flags after the checks, and what disagreed."""

    rows: tuple[AssayRow, ...]
    found: tuple[Disagreement, ...] = field(default_factory=tuple)
