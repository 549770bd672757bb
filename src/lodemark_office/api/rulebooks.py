"""``/assess``, ``/questions``, ``/compare``, ``/rules``: stateless and open to anybody; nothing is kept."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from lodemark import application, rules
from lodemark.rules import Assessment, Rulebook, show
from lodemark.rules.trouble import UnknownRule
from lodemark.wording.result import as_json
from lodemark_office.api.acting import Texts
from lodemark_office.api.answers import OPEN, Problem, plain_answer
from lodemark_office.api.applications import DOCUMENT, read_application
from lodemark_office.api.reading import BodyUnreadable
from lodemark_office.doors.parts.acting import office

router = Router(tags=["rules"], auth=None)
ANSWER: dict[Any, Any] = {200: Any, OPEN: Problem}
Reader = Literal["authority", "exporter", "end_user", "laboratory"]
MOST_REGIMES = 20


def _day(on: date | None) -> date:
    return on or office().day(timezone.now())


def _found(
    request: HttpRequest, regime: Texts, on: date | None, reader: str, unconfirmed: str, assume: Texts
) -> list[tuple[Rulebook, Assessment]]:
    asked, day, found = read_application(request), _day(on), []
    for name in (regime or (office().regime,))[:MOST_REGIMES]:
        book = rules.load(name)
        assessment = rules.assess(
            book,
            application.facts(asked, book, day),
            on=day,
            assume=dict(_assumption(each) for each in assume),
            unconfirmed="flag" if unconfirmed == "flag" else "unknown",
            as_seen_by=reader,
            checks=tuple(application.checks.run(asked, book, day)),
        )
        found.append((book, assessment))
    return found


def _assumption(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BodyUnreadable("api-assume", text=text)
    return name, value


@router.post("/assess", response=ANSWER, openapi_extra=DOCUMENT, operation_id="assess")
def assess(
    request: HttpRequest,
    regime: Texts = (),
    on: date | None = None,
    as_seen_by: Reader = "authority",
    unconfirmed: Literal["unknown", "flag"] = "unknown",
    assume: Texts = (),
) -> HttpResponse:
    """What each regime (this office's, if none is named) makes of an application. ``assume`` is ``REF=VALUE``, a what-if."""
    found = _found(request, regime, on, as_seen_by, unconfirmed, assume)
    return plain_answer([show.assessment_json(one) for _, one in found])


@router.post("/questions", response=ANSWER, openapi_extra=DOCUMENT, operation_id="questions")
def questions(
    request: HttpRequest,
    regime: Texts = (),
    on: date | None = None,
    as_seen_by: Reader = "authority",
    limit: int = 5,
) -> HttpResponse:
    """What is still to be said, the most telling question first."""
    told = []
    for book, one in _found(request, regime, on, as_seen_by, "unknown", ()):
        ranked = rules.next_questions(one, limit=max(0, min(limit, len(one.missing))))
        told.append({"regime": one.regime, "questions": [show.question_json(book, item.missing) for item in ranked]})
    return plain_answer(told)


@router.post("/compare", response=ANSWER, openapi_extra=DOCUMENT, operation_id="compare")
def compare(
    request: HttpRequest,
    regimes: Texts = (),
    on: date | None = None,
    as_if_controlled: bool = False,
) -> HttpResponse:
    """One application put to several regimes (all, if none is named), the answers side by side."""
    names = regimes[:MOST_REGIMES] or list(rules.regimes())
    return plain_answer(as_json(application.compare(read_application(request), names, _day(on), as_if_controlled)))


@router.get("/rules", response=ANSWER, operation_id="rules")
def shelf(request: HttpRequest, on: date | None = None) -> HttpResponse:
    """Every regime on the shelf, as it stands on a day."""
    return plain_answer([show.regime_json(rules.load(name), _day(on)) for name in rules.regimes()])


@router.get("/rules/{path:rule}", response=ANSWER, operation_id="rule")
def one(request: HttpRequest, rule: str, on: date | None = None) -> HttpResponse:
    """A regime, or a provision with quote, status and grade on a day."""
    if rule in rules.regimes():
        return plain_answer(show.regime_json(rules.load(rule), _day(on)))
    book = next((found for found in map(rules.load, rules.regimes()) if rule in found.provisions), None)
    if book is None:
        raise UnknownRule(name=rule, near=[])
    return plain_answer(show.rule_json(book, book.provision(rule), _day(on)))
