"""Who calls: a logged-in person (with the CSRF token of the page) or a key. Never a field of the body."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from lodemark import Error
from lodemark.ledger import Actor
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api import keys
from lodemark_office.doors.parts.access import hats
from lodemark_office.store.models import Account, Membership

READING = ("GET", "HEAD", "OPTIONS")


class Forbidden(Error):
    """Known, but not with this key, or not from this page."""

    code = "api-scope-missing"
    kind = "forbidden"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with the hats that count here: all of them for a session, one for a key."""

    account: Account
    hats: tuple[Membership, ...]

    def as_one_of(self, roles: Collection[str], sought: str) -> Membership:
        """The first hat with one of these roles; without one, ``sought`` is answered like not there."""
        for hat in self.hats:
            if hat.role in roles:
                return hat
        raise UnknownDossier(dossier=sought)

    def actor(self, hat: Membership) -> Actor:
        """Who acts under this hat."""
        return Actor(self.account.person, hat.party_id, hat.role)


def by_key(text: str, area: str, reading: bool, on: date) -> Caller | None:
    """The caller of a key; raises ``Forbidden`` where the key is good but not for this."""
    found = keys.find(text, on)
    if found is None:
        return None
    if not keys.opens(found, area, reading):
        raise Forbidden(area=area, needed=f"{area}:read" if reading else area)
    return Caller(found.hat.account, (found.hat,))


def by_session(request: HttpRequest) -> Caller | None:
    """The caller of a session; a write needs the CSRF token as well."""
    if not isinstance(request.user, Account):
        return None
    if request.method not in READING and check_csrf(request) is not None:
        raise Forbidden("api-csrf")
    return Caller(request.user, hats(request.user))


def area_of(request: HttpRequest) -> str:
    """The first step of the path behind the door: what a scope names."""
    return request.path.removeprefix("/api/v1/").partition("/")[0]


class Key(HttpBearer):
    """``Authorization: Bearer ldm_…``."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """``None``: the key is not known, or over."""
        return by_key(token, area_of(request), request.method in READING, timezone.localdate())


class Session(APIKeyCookie):
    """The cookie of a logged-in person."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # by_session asks for the token, after it knows that there is a session

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """``None``: nobody is logged in."""
        return by_session(request)
