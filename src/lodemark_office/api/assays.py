"""``/assays``: what a laboratory found, and what a specimen can be asked; ``/codebooks``: a laboratory's register of codes.

A question about a specimen is computed and not recorded, so it takes no Idempotency-Key. Whoever may open a file may ask:
an inspector every file, a laboratory its own. Each answer names what it cannot show.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from lodemark import Refusal
from lodemark.assay import Composition, chart, limits, pattern
from lodemark.assay.compare import Model
from lodemark.case.rights import RIGHTS
from lodemark.trouble import Reason
from lodemark.wording.result import as_json
from lodemark_office.acts import codebooks, marks, matter
from lodemark_office.acts.marks import Group, Search, Uploaded
from lodemark_office.api.acting import ASKED, CREATED, READ, KeyHeader
from lodemark_office.api.answers import answered, plain_answer, refused, sent
from lodemark_office.api.reading import BodyUnreadable, as_declared, body_of, declared, strict
from lodemark_office.api.sight import dossier_of, hat_on
from lodemark_office.doors.parts.acting import office

router = Router(tags=["assays"])
codes = Router(tags=["codebooks"])
MOST_ROWS = 1000
NORM = "ci.ms95"
FILE_OR_ROWS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {"type": "object", "required": ["rows"], "additionalProperties": False, "properties": {
                name: {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
                for name in ("rows", "certificates")
            }}},
        },
    },
}  # fmt: skip
JSON_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A laboratory's results, one object of named texts for each, and the certified values of its reference materials.

    Texts as the laboratory printed them: ``<0.5`` and ``n.d.`` are results, and no digit is lost.
    """

    rows: tuple[Mapping[str, str], ...]
    certificates: tuple[Mapping[str, str], ...] = ()


@router.post("", response=CREATED, openapi_extra=FILE_OR_ROWS, operation_id="assay-record")
def record_assay(request: HttpRequest, key: KeyHeader, name: str = "assays.csv") -> HttpResponse:
    """Record a laboratory's file (CSV, XLSX, or rows as JSON): what was read, what was not, the checks that did not hold."""
    hat = request.auth.as_one_of(RIGHTS["file-assay"], request.path)
    data, certificates = body_of(request), b""
    if request.content_type == "application/json":
        said: Rows = as_declared(Rows, strict(data))
        data, certificates = _table(said.rows), _table(said.certificates)
    return answered(matter.record_assay(office(), sent(request, key, hat), data, name, certificates), 201)


def _table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as the file that is kept: what came as JSON is read like what came as a table."""
    out = io.StringIO()
    table = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    if rows:
        table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


@router.get("/{reference}", response=READ, operation_id="assay")
def one(
    request: HttpRequest,
    reference: str,
    start: Annotated[int, Query(ge=0, le=10**9)] = 0,
    size: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
) -> HttpResponse:
    """A laboratory's file: specimens, results (from ``start``), cells refused and why, checks, and what each stage cannot show."""
    found = _file(request, reference)
    rows = found.checked.rows
    shown = {
        "assay": reference,
        "name": found.name,
        "party": found.party,
        "on": found.on,
        "specimens": [_specimen(comp) for comp in found.specimens],
        "rows": rows[start : start + size],
        "rows_in_all": len(rows),
        "rejected": found.rejected,
        "found": found.checked.found,
        "cannot_show": {stage: limits(stage) for stage in sorted({row.stage for row in rows})},
    }
    return plain_answer(as_json(shown))


def _specimen(comp: Composition) -> Mapping[str, object]:
    return {
        "specimen": comp.specimen_id,
        "stage": comp.stage,
        "lot": comp.lot_id,
        "parts": comp.parts,
        "below_limit": sorted(comp.censored),
        "replicates": comp.n,
        "synthetic": comp.synthetic,
    }


@router.get("/{reference}/pattern", response=READ, operation_id="assay-pattern")
def pattern_of(request: HttpRequest, reference: str, specimen: str, norm: str = NORM) -> HttpResponse:
    """The rare-earth pattern of a specimen, its anomalies with their uncertainty, and the data of its chart."""
    found = pattern(_file(request, reference).specimen(specimen), norm)
    return plain_answer({"specimen": specimen, **as_json(found), "chart": as_json(chart(found))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A specimen of a recorded file."""

    assay: str
    specimen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A specimen beside another; ``group`` is the file whose lots are the population of that stage in commerce."""

    specimen: str
    beside: Specimen
    group: str
    model: Model = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A specimen among the lots of a file; ``prior_none`` is the sender's prior that it is none of them."""

    specimen: str
    group: str
    prior_none: Decimal = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refute:
    """A specimen against named lots of a file; several are taken as a licence's, the one that fits best speaks for all."""

    specimen: str
    group: str
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmix:
    """A specimen as a blend of lots of a file: of ``lots`` (all when empty), and of the set ``given`` by the code chain."""

    specimen: str
    sources: str
    lots: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    max_k: int = 3
    diluent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A specimen read by a codebook; ``given`` tests the codes of these lots alone."""

    specimen: str
    codebook: str
    given: tuple[str, ...] = ()


@router.post("/{reference}/compare", response=ASKED, operation_id="assay-compare")
def compare(request: HttpRequest, reference: str, said: Annotated[declared(Compare), Body()]) -> HttpResponse:
    """One lot or two: a bounded log10 likelihood ratio."""
    asked: Any = said
    comp, other = (_comp(request, *pair) for pair in ((reference, asked.specimen), (asked.beside.assay, asked.beside.specimen)))
    return _said(asked.specimen, marks.compared(comp, other, _group(request, asked.group, comp), _demo(), asked.model))


@router.post("/{reference}/match", response=ASKED, operation_id="assay-match")
def match(request: HttpRequest, reference: str, said: Annotated[declared(Match), Body()]) -> HttpResponse:
    """Which lot could this be, or none of them: the smallest set that holds 99 % of the posterior."""
    asked: Any = said
    if not 0 < asked.prior_none < 1:
        raise BodyUnreadable(path="/prior_none", expected="a number between 0 and 1")
    comp = _comp(request, reference, asked.specimen)
    return _said(asked.specimen, marks.matched(comp, _group(request, asked.group, comp), _demo(), float(asked.prior_none)))


@router.post("/{reference}/refute", response=ASKED, operation_id="assay-refute")
def refute(request: HttpRequest, reference: str, said: Annotated[declared(Refute), Body()]) -> HttpResponse:
    """Can the named lots be ruled out as the source."""
    asked: Any = said
    if not asked.lots:
        raise BodyUnreadable(path="/lots", expected="at least one lot")
    comp = _comp(request, reference, asked.specimen)
    return _said(asked.specimen, marks.refuted(comp, _group(request, asked.group, comp), asked.lots, _demo()))


@router.post("/{reference}/unmix", response=ASKED, operation_id="assay-unmix")
def unmix(request: HttpRequest, reference: str, said: Annotated[declared(Unmix), Body()]) -> HttpResponse:
    """Of which lots is it a blend, in what shares, and is that identifiable."""
    asked: Any = said
    if not 1 <= asked.max_k <= 3:
        raise BodyUnreadable(path="/max_k", expected="1, 2 or 3")
    comp = _comp(request, reference, asked.specimen)
    search = Search(lots=asked.lots, given=asked.given, max_k=asked.max_k, diluent=asked.diluent)
    return _said(asked.specimen, marks.unmixed(comp, _file(request, asked.sources), search, _demo()))


@router.post("/{reference}/tag", response=ASKED, operation_id="assay-tag")
def tag(request: HttpRequest, reference: str, said: Annotated[declared(Tag), Body()]) -> HttpResponse:
    """Which lot's code does it carry; the answer names lots, never codewords."""
    asked: Any = said
    comp = _comp(request, reference, asked.specimen)
    hat_on(request, dossier_of("codebook", asked.codebook))
    return _said(asked.specimen, codebooks.decoded(office(), asked.codebook, comp, asked.given))


@codes.post("", response=CREATED, openapi_extra=JSON_FILE, operation_id="codebook-file")
def file_codebook(request: HttpRequest, key: KeyHeader) -> HttpResponse:
    """Keep a laboratory's register, as ``lodemark assay tag assign --register`` stores it; no address hands it out again."""
    hat = request.auth.as_one_of(RIGHTS["file-codebook"], request.path)
    return answered(codebooks.file_codebook(office(), sent(request, key, hat), body_of(request)), 201)


def _file(request: HttpRequest, reference: str) -> Uploaded:
    hat_on(request, dossier_of("assay", reference))
    return marks.upload(office(), reference)


def _comp(request: HttpRequest, reference: str, specimen: str) -> Composition:
    return _file(request, reference).specimen(specimen)


def _group(request: HttpRequest, reference: str, comp: Composition) -> Group:
    return marks.group(_file(request, reference), comp.stage)


def _demo() -> bool:
    return bool(settings.OFFICE.mode == "demo")


def _said(specimen: str, found: object) -> HttpResponse:
    if isinstance(found, Refusal):
        return refused(found.reasons)
    plain = as_json(found)
    # One specimen never decides, whatever was asked of it.
    plain["cannot_show"] = [as_json(Reason("mark-cannot-one-specimen")), *plain["cannot_show"]]
    return plain_answer({"specimen": specimen, **plain})
