"""What is wrong with assays that could be read: one function per check, in ``CHECKS``; the code is the check's name.

A01, A02, A04, A05, A06 refuse a row while it is read (``readings``). The rest look at rows together and either warn
or take a row out of use by its flag; nothing is deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import fsum, sqrt

from scipy.special import chdtrc

from lodemark.assay.model import AssayRow, Checked, Flag
from lodemark.assay.stages import stages
from lodemark.ledger import digest
from lodemark.trouble import Disagreement

SCATTER_P = 1e-3
QUARANTINE_Z, WARN_Z = 3.0, 2.0
LARGE_REL = 0.15

# Oxide and argide ions of the matrix on a quadrupole: analyte -> matrix elements whose ion has its mass.
INTERFERED: Mapping[str, tuple[str, ...]] = {"Tb": ("Nd",), "Gd": ("Pr",), "Dy": ("Nd",), "Eu": ("Ba",)}
MATRIX_RATIO = 100.0  # matrix over analyte, by mass, from which an uncorrected ion is no longer negligible


@dataclass(frozen=True, slots=True)
class Certified:
    """The certified value of a reference material for one element, mg/kg, with its standard uncertainty."""

    crm_id: str
    analyte: str
    value: float
    u: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A disagreement, and the flag it puts on rows (by position), or the raised uncertainty."""

    disagreement: Disagreement
    rows: tuple[int, ...] = ()
    flag: Flag | None = None


Check = Callable[[Sequence[AssayRow], Sequence[Certified]], Iterable[_Found]]


def check(rows: Sequence[AssayRow], crms: Sequence[Certified] = ()) -> Checked:
    """Run every check; rows come back in their order, with the flags and raised uncertainties the checks ask for."""
    kept, doubles = _once(rows)
    found = [*doubles, *chain.from_iterable(one(kept, crms) for one in CHECKS)]
    for item in found:
        for place in item.rows:
            if item.flag is not None:
                kept[place] = replace(kept[place], flag=item.flag)
    scatter = _scatter(kept)
    for place, u in scatter.raised.items():
        kept[place] = replace(kept[place], u=u)
    return Checked(tuple(kept), (*(item.disagreement for item in found), *scatter.found))


def _once(rows: Sequence[AssayRow]) -> tuple[list[AssayRow], list[_Found]]:
    """A10: the same result sent twice is one result."""
    seen: dict[tuple[str, str, str, int], AssayRow] = {}
    found = []
    for row in rows:
        key = (row.assay_id, row.specimen_id, row.analyte, row.rep_no)
        if key in seen:
            same = seen[key] == row
            found.append(_Found(_say("A10" if same else "A10-differs", row, assay=row.assay_id)))
        else:
            seen[key] = row
    return list(seen.values()), found


def uncertainty_missing(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A03: no standard uncertainty, or one whose kind was not stated: good for a pattern plot, not for a comparison."""
    return [_Found(_say("A03", row)) for row in rows if row.flag == "ok" and row.u is None]


def lod_rule_missing(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A07: a limit of detection without its rule (3s, Currie, calibration) cannot be compared between laboratories."""
    return [_Found(_say("A07", row, lod=row.lod)) for row in rows if row.lod is not None and not row.lod_rule]


def above_whole(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A08: the parts of one specimen exceed the whole by more than three sigma: element and oxide mixed up?"""
    found = []
    for assay, places in _by(rows, lambda row: f"{row.assay_id}/{row.specimen_id}/{row.rep_no}").items():
        used = [rows[place] for place in places if rows[place].flag == "ok" and not rows[place].is_ratio]
        total = fsum(row.value or 0.0 for row in used) / 1e6
        u = sqrt(fsum((row.u or 0.0) ** 2 for row in used)) / 1e6
        if total > 1 + 3 * u + 1e-12:
            found.append(_Found(_say("A08", used[0], assay=assay, total=f"{100 * total:.3f}", u=f"{100 * u:.3f}")))
    return found


def reference_material(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A09: a reference material read far from its certificate takes that analyte of that batch out of use."""
    certified = {(crm.crm_id, crm.analyte): crm for crm in crms}
    found = []
    for row in rows:
        crm = certified.get((row.crm_id, row.analyte))
        if crm is None or row.value is None or row.u is None:
            continue
        z = (row.value - crm.value) / sqrt(row.u**2 + crm.u**2)
        facts = {"crm": row.crm_id, "z": f"{z:.2f}", "group": group_of(row)}
        if abs(z) > QUARANTINE_Z:
            batch = [n for n, other in enumerate(rows) if (group_of(other), other.analyte) == (group_of(row), row.analyte)]
            found.append(_Found(_say("A09", row, **facts), tuple(batch), "quarantined"))
        elif abs(z) > WARN_Z:
            found.append(_Found(_say("A09-warn", row, **facts)))
    return found


def interference(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A12: oxide ions of the matrix on the analyte's mass (143Nd16O on 159Tb, 141Pr16O on 157Gd) without a correction."""
    found = []
    for places in _by(rows, lambda row: f"{row.assay_id}/{row.specimen_id}").values():
        mass = {rows[place].analyte: rows[place].value or 0.0 for place in places}
        for place in places:
            row = rows[place]
            method = row.method.casefold()
            quadrupole = (
                "icp" in method and "ms" in method and not any(word in method for word in ("hr", "sf", "msms", "ms/ms", "qqq"))
            )
            matrix = [
                name
                for name in INTERFERED.get(row.analyte, ())
                if mass.get(name, 0.0) > MATRIX_RATIO * (row.value or row.lod or 0.0)
            ]
            if row.flag in ("ok", "lt") and quadrupole and matrix and not row.correction:
                found.append(_Found(_say("A12", row, matrix=matrix, method=row.method), (place,), "interfered"))
    return found


def surface_method(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A13: X-ray fluorescence sees a few micrometres: on a coated or uncut magnet it sees the coating."""
    bare = ("cut", "polished", "powder", "fused", "切", "磨", "粉", "熔")
    found = []
    for place, row in enumerate(rows):
        on_magnet = "xrf" in row.method.casefold() and row.stage in ("alloy", "device")
        prepared = row.preparation.casefold()
        if on_magnet and (not any(word in prepared for word in bare) or "uncut" in prepared):
            found.append(
                _Found(_say("A13", row, method=row.method, preparation=row.preparation or None), (place,), "interfered")
            )
    return found


def lost_analyte(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A14: the process before this stage has reset the analyte; it says nothing about what came before."""
    return [_Found(_say("A14", row)) for row in rows if row.analyte in stages()[row.stage].lost]


def group_missing(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A15: no calibration group, so independence of other laboratories' days is assumed; it is always optimistic."""
    batches = _by([row for row in rows if not row.sys_group], group_of)
    return [_Found(Disagreement("A15", name, {"group": name, "count": len(places)})) for name, places in batches.items()]


def large_uncertainty(rows: Sequence[AssayRow], crms: Sequence[Certified]) -> Iterable[_Found]:
    """A16: above 15 % relative, the logarithm's own moments are used."""
    big = (row for row in rows if row.flag == "ok" and row.value and row.u and row.u / row.value > LARGE_REL)
    return [_Found(_say("A16", row, relative=f"{100 * (row.u or 0.0) / (row.value or 1.0):.1f}")) for row in big]


CHECKS: tuple[Check, ...] = (
    uncertainty_missing,
    lod_rule_missing,
    above_whole,
    reference_material,
    interference,
    surface_method,
    lost_analyte,
    group_missing,
    large_uncertainty,
)


def group_of(row: AssayRow) -> str:
    """The group whose systematic error this row shares; without a stated one, laboratory, method and day."""
    if row.sys_group:
        return row.sys_group
    day = row.measured_at.date().isoformat() if row.measured_at else row.assay_id
    return f"{row.lab or 'laboratory not stated'}:{row.method or 'method not stated'}:{day}"


@dataclass(frozen=True, slots=True)
class _Scatter:
    raised: Mapping[int, float]
    found: tuple[Disagreement, ...]


def _scatter(rows: Sequence[AssayRow]) -> _Scatter:
    """A11: replicates that scatter more than their stated uncertainty allows; the uncertainty is raised to the scatter."""
    raised: dict[int, float] = {}
    found = []
    for places in _by(rows, lambda row: f"{row.assay_id}/{row.specimen_id}/{row.analyte}").values():
        used = [place for place in places if rows[place].flag == "ok" and rows[place].u and rows[place].value]
        if len(used) < 2:
            continue
        values = [rows[place].value or 0.0 for place in used]
        mean = fsum(values) / len(values)
        # Only the part that is not shared can show in the scatter of replicates.
        own = [max((rows[place].u or 0.0) ** 2 - rows[place].u_sys ** 2, 1e-300) for place in used]
        p = float(chdtrc(len(used) - 1, fsum((value - mean) ** 2 / v for value, v in zip(values, own, strict=True))))
        if p < SCATTER_P:
            s2 = fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
            raised |= {place: sqrt(max(s2 + rows[place].u_sys ** 2, (rows[place].u or 0.0) ** 2)) for place in used}
            found.append(_say("A11", rows[used[0]], count=len(used), p=f"{p:.1e}"))
    return _Scatter(raised, tuple(found))


def _by(rows: Sequence[AssayRow], key: Callable[[AssayRow], str]) -> Mapping[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[key(row)].append(place)
    return places


def _say(code: str, row: AssayRow, **facts: object) -> Disagreement:
    every = {"specimen": row.specimen_id, "analyte": row.analyte, "stage": row.stage, "value": row.reported_text, **facts}
    readable = {name: f"{fact:g}" if isinstance(fact, float) else fact for name, fact in every.items()}
    return Disagreement(code, row.specimen_id, readable, digest(readable))
