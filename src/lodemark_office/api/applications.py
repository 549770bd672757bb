"""``/applications``: what is missing, file, return for completion, complete, withdraw, accept."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Router
from ninja.files import UploadedFile

from lodemark import application
from lodemark.application import AcceptUnscanned, Application, Contest, Deficiency, Filing, Withdraw, sheet
from lodemark.application.documents import KINDS, MOST_BYTES
from lodemark.case.rights import RIGHTS
from lodemark.wording import LANGUAGES
from lodemark_office.acts import casework, filing
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api import showing
from lodemark_office.api.acting import CREATED, DONE, LIST, READ, ROWS, KeyHeader, Size, Texts, add_act
from lodemark_office.api.answers import READS, WRITES, Problem, answered, json_answer, sent
from lodemark_office.api.reading import BodyUnreadable, TooLarge, body_of
from lodemark_office.api.sight import APPLICANTS, dossier_of, hat_on, listed, of_desk
from lodemark_office.doors.parts.acting import office

router = Router(tags=["applications"])
NOUN = "application"
DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "An application as the format reference describes it, in JSON or YAML.",
        "content": {"application/json": {"schema": {"type": "object"}}, "application/yaml": {"schema": {"type": "string"}}},
    }
}


def read_application(request: HttpRequest) -> Application:
    """The application in the body; every fault of it at once."""
    return application.read(body_of(request))


def spoken(items: tuple[Deficiency, ...]) -> list[dict[str, object]]:
    """What to cure, each with its sentences in both languages."""
    book = office().book
    return [{**showing.plain(one), "said": {lang: application.spoken(one, book, lang) for lang in LANGUAGES}} for one in items]


@router.post(
    "/check", response={200: dict[str, Any], WRITES: Problem}, openapi_extra=DOCUMENT, operation_id="application-check"
)
def check(request: HttpRequest) -> HttpResponse:
    """Everything that is missing so far, without filing; nothing is kept."""
    request.auth.as_one_of(APPLICANTS, request.path)
    found = filing.review(office(), read_application(request), office().day(timezone.now()), as_seen_by="exporter")
    return json_answer({"missing": spoken(found.deficiencies), "complete": not found.deficiencies})


@router.post("/import", response={200: dict[str, Any], WRITES: Problem}, operation_id="application-import")
def import_lines(
    request: HttpRequest, file: Annotated[UploadedFile, File()], good_rows: bool = False, workbook: bool = False
) -> HttpResponse:
    """Goods lines of an XLSX or CSV, every fault with its cell; nothing is kept. ``workbook`` gives it back with a sheet of errors.

    With a fault no line is answered, unless ``good_rows`` asks for the rows without one.
    """
    request.auth.as_one_of(RIGHTS["import"], request.path)  # type: ignore[attr-defined]
    if (file.size or 0) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    data = file.read()
    found = sheet.read_lines(data)
    if workbook:
        return HttpResponse(sheet.annotated(data, found), content_type=KINDS["xlsx"].media)
    faults = [
        {"sheet": one.sheet, "row": one.row, "column": one.name, "cell": one.cell, "code": one.code}
        | {"said": {lang: one.explain(lang) for lang in LANGUAGES}, "cure": {lang: one.remedy(lang) for lang in LANGUAGES}}
        for one in found.faults
    ]
    rows = {"read": len(found.lines), "good": found.good_rows, "bad": found.bad_rows}
    return json_answer({"lines": found.taken(good_rows), "faults": faults, "notes": found.notes, "rows": rows})


@router.get("/import/template", response={200: None, READS: Problem}, operation_id="application-import-template")
def import_template(request: HttpRequest) -> HttpResponse:
    """The template of goods lines, as the rulebook makes it."""
    request.auth.as_one_of(RIGHTS["import"], request.path)  # type: ignore[attr-defined]
    return HttpResponse(sheet.template(office().book), content_type=KINDS["xlsx"].media)


@router.post("", response=CREATED, openapi_extra=DOCUMENT, operation_id="application-submit")
def submit(
    request: HttpRequest,
    key: KeyHeader,
    declaration_signed: bool = False,
    on_paper: bool = False,
    contest: Texts = (),
) -> HttpResponse:
    """File a first version. ``contest`` is ``RULE|PATH|why`` for an item of the list that does not apply."""
    hat = request.auth.as_one_of(RIGHTS["submit"], request.path)
    answer = filing.submit(
        office(), sent(request, key, hat), read_application(request),
        on_paper=on_paper, declaration_signed=declaration_signed, contested=_contested(contest),
    )  # fmt: skip
    return answered(answer, 201)


@router.get("", response=LIST, operation_id="application-list")
def applications(request: HttpRequest, after: str = "", size: Size = 30) -> HttpResponse:
    """The applications the caller may see, by reference."""
    return json_answer(showing.page_of(listed(request, NOUN), after, size))


@router.get("/{reference}", response=READ, operation_id="application")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Where it stands, its versions, what it was returned for."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier)
    shown = showing.filing(_state(dossier), hat, of_desk(hat, NOUN))
    returns = [{**each, "items": spoken(each["items"])} for each in shown["returns"]]
    return json_answer({"dossier": dossier, **shown, "returns": returns})


@router.get("/{reference}/versions/{number}", response=READ, operation_id="application-version")
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The frozen content of a version."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer(_content(dossier, number))


@router.get("/{reference}/diff", response={200: list[str], READS: Problem}, operation_id="application-diff")
def diff(request: HttpRequest, reference: str, old: int, new: int) -> HttpResponse:
    """What changed between two versions, as JSON pointers."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer(application.diff(_content(dossier, old), _content(dossier, new)))


@router.get("/{reference}/history", response=ROWS, operation_id="application-history")
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Its records, by kind."""
    dossier = dossier_of(NOUN, reference)
    hat_on(request, dossier)
    return json_answer(showing.history(dossier))


@router.post("/{reference}/submit", response=DONE, openapi_extra=DOCUMENT, operation_id="application-resubmit")
def resubmit(
    request: HttpRequest,
    reference: str,
    key: KeyHeader,
    declaration_signed: bool = False,
    on_paper: bool = False,
    contest: Texts = (),
) -> HttpResponse:
    """File the completed version after a return."""
    dossier = dossier_of(NOUN, reference)
    hat = hat_on(request, dossier, "submit")
    answer = filing.submit(
        office(), sent(request, key, hat), read_application(request),
        dossier=dossier, on_paper=on_paper, declaration_signed=declaration_signed, contested=_contested(contest),
    )  # fmt: skip
    return answered(answer)


@router.post("/{reference}/return", response=DONE, operation_id="application-return")
def send_back(request: HttpRequest, reference: str, key: KeyHeader) -> HttpResponse:
    """Return for completion with everything the engine finds, told once. For an officer."""
    dossier = dossier_of(NOUN, reference)
    return answered(filing.send_back(office(), sent(request, key, hat_on(request, dossier, "return")), dossier))


@router.post("/{reference}/accept", response=CREATED, operation_id="application-accept")
def accept(request: HttpRequest, reference: str, key: KeyHeader) -> HttpResponse:
    """受理: open the case of a submitted application; the result names it. For an officer."""
    dossier = dossier_of(NOUN, reference)
    return answered(casework.accept(office(), sent(request, key, hat_on(request, dossier, "accept")), dossier), 201)


def _withdraw(message: Any, dossier: str, said: Any) -> Any:
    return filing.withdraw(office(), message, dossier, said.reason)


add_act(router, NOUN, "withdraw", Withdraw, _withdraw, right="withdraw")


def _accept_unscanned(message: Any, dossier: str, said: Any) -> Any:
    return filing.accept_unscanned(office(), message, dossier, said.document, said.reason)


add_act(router, NOUN, "accept-unscanned", AcceptUnscanned, _accept_unscanned, right="accept")


def _state(dossier: str) -> Filing:
    state: Filing = office().store.states(dossier)
    return state


def _content(dossier: str, number: int) -> Any:
    state = _state(dossier)
    if not 1 <= number <= len(state.versions):
        raise UnknownDossier(dossier=f"{dossier}/versions/{number}")
    return filing.content(office(), state, number)


def _contested(texts: Texts) -> tuple[Contest, ...]:
    parts = [text.split("|", 2) for text in texts]
    if any(len(each) != 3 for each in parts):
        raise BodyUnreadable("api-contest")
    return tuple(Contest(*each) for each in parts)
