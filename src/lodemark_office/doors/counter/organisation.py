"""One's own organisation: its people and deputies with dates, its keys for machines. No file is read here.

Hats and keys are rows, no records; that somebody changed them is a line of the access log.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark import Error
from lodemark_office.api import keys
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, page, read_day, today, unreadable
from lodemark_office.store.models import AccessLog, Account, ApiKey, Membership

ADMIN: Final = "organisation_admin"
DEPUTIES: Final = ("signatory", "member", "end_user", "supply_chain_reader")
"""The hats an organisation gives to its people; its administrator is named by the office."""
AREAS: Final = ("applications", "cases", "licences", "agreements", "findings", "sealed", "lots")
"""What a key may open; each also for reading alone."""
LONGEST: Final = timedelta(days=366)


class NotYours(Error):
    """Somebody, or a key, that does not belong to this organisation: told like one that is not there."""

    code = "organisation-unknown"


class TooLongGiven(Error):
    """A deputy or a key without an end, or with one beyond a year."""

    code = "organisation-end-date"


@access(ADMIN)
def organisation(request: HttpRequest) -> HttpResponse:
    """People and keys; a new key is shown in the answer to the form and never again."""
    reasons: tuple[Told, ...] = ()
    shown: dict[str, object] = {}
    if request.method == "POST":
        try:
            shown = _act(request)
        except Error as error:
            reasons = unreadable(error)
    hats = Membership.objects.filter(party_id=request.hat.party_id).select_related("account").order_by("account__login", "role")
    issued = ApiKey.objects.filter(hat__party_id=request.hat.party_id).select_related("hat__account").order_by("name")
    shown |= {
        "people": hats,
        "keys": issued,
        "deputies": DEPUTIES,
        "areas": AREAS,
        "latest": today() + LONGEST - timedelta(days=1),
        "holders": [hat for hat in hats if _holds(hat, today()) and hat.role in DEPUTIES],
    }
    return page(request, "counter/organisation.html", shown, reasons)


def _act(request: HttpRequest) -> dict[str, object]:
    form, party = request.POST, request.hat.party_id
    match form.get("act"):
        case "deputy":
            return _deputy(request, form.get("login", ""), form.get("role", ""))
        case "end-hat":
            hat = _hat(party, form.get("hat", ""))
            if hat.role == ADMIN:
                raise NotYours(name=hat.account.login)
            hat.until = today()
            hat.save(update_fields=["until"])
            return _noted(request, f"hat ended: {hat.account.login} {hat.role}", "organisation-hat-ended")
        case "key":
            return _key(request, _hat(party, form.get("hat", "")))
        case "end-key":
            row = ApiKey.objects.filter(hat__party_id=party, digest=form.get("digest", "")).first()
            if row is None:
                raise NotYours(name=form.get("digest", "")[:8])
            row.until = today()
            row.save(update_fields=["until"])
            return _noted(request, f"key ended: {row.digest[:8]} {row.name}", "organisation-key-ended")
    raise NotYours(name=form.get("act", ""))


def _deputy(request: HttpRequest, login: str, role: str) -> dict[str, object]:
    """Give a hat for a time to somebody who is of this organisation already."""
    account = Account.objects.filter(login=login, memberships__party_id=request.hat.party_id).distinct().first()
    if account is None or role not in DEPUTIES:
        raise NotYours(name=login)
    since = read_day(request.POST.get("since"))
    dates = {"since": since, "until": _end(request.POST.get("until"), since)}
    Membership.objects.update_or_create(account=account, party_id=request.hat.party_id, role=role, defaults=dates)
    return _noted(request, f"hat given: {login} {role} {dates['since']} {dates['until']}", "organisation-deputy-named")


def _key(request: HttpRequest, hat: Membership) -> dict[str, object]:
    """A key is made once per form: a second press of the button makes none, since the first cannot be shown again."""
    form = request.POST
    areas = [
        area for area in form.getlist("area") if area.partition(":")[0] in AREAS and area.partition(":")[2] in ("", "read")
    ]
    name, until = form.get("name", "").strip(), _end(form.get("until"), today())
    if not areas or not name or hat.role not in DEPUTIES:
        raise NotYours(name=name)
    what = f"key made: {form.get('key', '')} {name}"
    with transaction.atomic():
        if AccessLog.objects.filter(person=request.user.person, what=what[:200]).exists():
            return {"done": "organisation-key-shown-before"}
        text = keys.issue(hat, name, areas, until)
        return {**_noted(request, what, "organisation-key-made"), "new_key": text}


def _end(text: str | None, since: date) -> date:
    until = read_day(text)
    if not since < until <= since + LONGEST:
        raise TooLongGiven(since=since, until=until, latest=since + LONGEST - timedelta(days=1))
    return until


def _hat(party: str, number: str) -> Membership:
    found = (
        Membership.objects.filter(party_id=party, pk=int(number) if number.isdigit() else 0).select_related("account").first()
    )
    if found is None:
        raise NotYours(name=number)
    return found


def _holds(hat: Membership, on: date) -> bool:
    return (hat.since or date.min) <= on < (hat.until or date.max)


def _noted(request: HttpRequest, what: str, code: str) -> dict[str, object]:
    AccessLog.objects.create(
        at=timezone.now(), person=request.user.person, dossier=f"party/{request.hat.party_id}", what=what[:200]
    )
    return {"done": code}
