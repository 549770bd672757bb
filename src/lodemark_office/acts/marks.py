"""What laboratories uploaded, read again from the documents kept: every result with its limit, method and date.

The record of an assay holds what may be counted; what a reader has to see beside it (limits of detection, cells refused,
results set aside) is in its document, and reading that again is a pure function of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from lodemark import assay
from lodemark.assay import Checked, Composition, LotReference, Rejected, Validation
from lodemark.assay.background import MIN_ITEMS
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
    lots: Mapping[str, LotReference]
    validation: Validation | None


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


def group(source: Uploaded, stage: str) -> Group:
    """The lots of one stage in a file as a reference group."""
    lots, validation = _group(*source.content, stage)
    return Group(source, lots, validation)


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
