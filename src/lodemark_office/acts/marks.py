"""What laboratories uploaded, read again from the documents kept: every result with its limit, method and date.

The record of an assay holds what may be counted; what a reader has to see beside it (limits of detection, cells refused,
results set aside) is in its document, and reading that again is a pure function of it.

What is asked of a specimen (``compared``, ``matched``, ``refuted``, ``unmixed``) is computed and not recorded: pages and
API ask here. References made of invented lots are refused outside the demonstration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from lodemark import Reason, Refusal, assay
from lodemark.accountancy import Share, shares_of
from lodemark.assay import (
    Checked,
    Comparison,
    Composition,
    LotIndex,
    LotReference,
    Match,
    NoLots,
    Refutation,
    Rejected,
    Unmixing,
    Validation,
)
from lodemark.assay.background import MIN_ITEMS
from lodemark.assay.compare import Model
from lodemark_office.acts.matter import CERTIFICATES
from lodemark_office.acts.office import Office
from lodemark_office.acts.reference import reference
from lodemark_office.acts.store import UnknownDossier


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One recorded laboratory file: its rows as checked, the cells that were refused, its specimens."""

    reference: str
    on: date
    party: str
    content: tuple[bytes, str, bytes]  # the file, its name, the certificates of its reference materials
    checked: Checked
    rejected: tuple[Rejected, ...]
    specimens: tuple[Composition, ...]

    def specimen(self, name: str) -> Composition:
        """One specimen of the file; raises ``UnknownDossier``."""
        for one in self.specimens:
            if one.specimen_id == name:
                return one
        raise UnknownDossier(dossier=f"{self.reference}: {name}")

    @property
    def name(self) -> str:
        """The file's name as uploaded."""
        return self.content[1]

    @property
    def lots(self) -> int:
        """How many lots the specimens belong to."""
        return len({one.lot_id for one in self.specimens if one.lot_id})


@dataclass(frozen=True, slots=True)
class Group:
    """A reference group: the lots of one file, and the population fitted to them where they are many enough."""

    source: Uploaded
    stage: str
    lots: Mapping[str, LotReference]
    validation: Validation | None

    @property
    def synthetic(self) -> bool:
        """Whether any lot of it was invented."""
        return any(lot.synthetic for lot in self.lots.values())


def uploads(office: Office) -> tuple[Uploaded, ...]:
    """Every recorded file, oldest first."""
    return tuple(upload(office, reference(dossier)) for dossier in office.store.dossiers("assay"))


def upload(office: Office, number: str) -> Uploaded:
    """One recorded file; raises ``UnknownDossier``."""
    for entry in office.store.entries(f"assay/{number}"):
        facts: Mapping[str, Any] = entry.record.facts
        certificates = facts.get("certificates")
        content = (
            office.store.document(str(facts["document"])),
            str(facts["name"]),
            office.store.document(str(certificates)) if certificates else b"",
        )
        return Uploaded(number, entry.record.on, entry.stamp.actor.party, content, *_read(*content))
    raise UnknownDossier(dossier=f"assay/{number}")


def shares(office: Office) -> Mapping[tuple[str, str], Share]:
    """(lot, element) -> its share as assayed last: a later file of a lot takes the place of an earlier one."""
    found: dict[tuple[str, str], Share] = {}
    for one in uploads(office):
        found |= shares_of(one.specimens)
    return found


def group(source: Uploaded, stage: str) -> Group:
    """The lots of one stage in a file as a reference group."""
    lots, validation = _group(*source.content, stage)
    return Group(source, stage, lots, validation)


def compared(a: Composition, b: Composition, group: Group, demo: bool, model: Model = "normal") -> Comparison | Refusal:
    """One lot or two, against the population of a reference group."""
    if group.validation is None:
        return _too_small(group)
    return assay.log10_lr(a, b, group.validation.background, model, demo)


def matched(comp: Composition, group: Group, demo: bool, prior_none: float = 0.5) -> Match | Refusal:
    """Which lot of a reference group could this be, or none of them."""
    if refused := _invented(group.synthetic, demo):
        return refused
    if group.validation is None:
        return _too_small(group)
    background = group.validation.background
    index = LotIndex.build(list(group.lots.values()), background.parts, comp.stage)
    return assay.match(comp, index, background, prior_none=prior_none)


def refuted(comp: Composition, group: Group, lots: Sequence[str], demo: bool) -> Refutation | Refusal:
    """Can these lots be ruled out? All of a licence are: the one that fits best speaks for them."""
    if not group.lots:
        raise NoLots(stage=group.stage, lots=group.source.lots)
    known = assay.named(group.lots, lots)
    return _invented(any(lot.synthetic for lot in known), demo) or assay.refute_set(comp, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which sources compete: these ``lots`` of the file (all when empty), the set that the code chain names, and how many."""

    lots: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    max_k: int = 3
    diluent: bool = False


def unmixed(comp: Composition, source: Uploaded, search: Search, demo: bool) -> Unmixing | Refusal:
    """Of which lots of a file is it a blend, and is that identifiable?"""
    known = assay.one_per_lot([one for one in source.specimens if one.stage == comp.stage and one.parts])
    if not known:
        raise NoLots(stage=comp.stage, lots=source.lots)
    chosen = assay.named(known, list(dict.fromkeys((*search.lots, *search.given)))) if search.lots else list(known.values())
    assay.named(known, search.given)
    refused = _invented(any(one.synthetic for one in chosen), demo)
    return refused or assay.unmix(comp, chosen, search.max_k, search.given or None, search.diluent)


def _invented(synthetic: bool, demo: bool) -> Refusal | None:
    return Refusal((Reason("assay-synthetic-reference"),)) if synthetic and not demo else None


def _too_small(group: Group) -> Refusal:
    return Refusal((Reason("marks-group-too-small", None, {"lots": len(group.lots)}),))


@lru_cache(maxsize=64)
def _read(data: bytes, name: str, certificates: bytes) -> tuple[Checked, tuple[Rejected, ...], tuple[Composition, ...]]:
    reading = assay.read_assays(data, name)
    checked = assay.check(reading.rows, assay.read_certified(certificates, CERTIFICATES) if certificates else ())
    return checked, reading.rejected, assay.compose(checked.rows)


@lru_cache(maxsize=16)
def _group(data: bytes, name: str, certificates: bytes, stage: str) -> tuple[Mapping[str, LotReference], Validation | None]:
    comps = [one for one in _read(data, name, certificates)[2] if one.stage == stage]
    parts = [part for part in comps[0].parts if all(part in comp.parts for comp in comps)] if comps else []
    lots = {one.lot_id: one for one in assay.lot_references(comps, parts)} if parts else {}
    try:
        # Half of the lots fit the population, the other half test it: each half has to be large enough.
        return lots, assay.calibrated(comps) if len(lots) >= 2 * MIN_ITEMS else None
    except assay.BackgroundTooSmall:
        return lots, None
