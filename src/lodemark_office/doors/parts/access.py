"""Who may open what: declared on every view, never remembered; not yours is answered like not there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lodemark.ledger import Actor
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.store.models import Account, Membership

View = Callable[..., HttpResponse]
PUBLIC = "public"


def hats(account: Any, on: date | None = None) -> tuple[Membership, ...]:
    """The memberships of a logged-in account that hold on a day, in a stable order."""
    if not isinstance(account, Account) or not account.is_authenticated:
        return ()
    day = on or timezone.localdate()
    held = account.memberships.select_related("party").order_by("party_id", "role")
    return tuple(hat for hat in held if (hat.since or date.min) <= day < (hat.until or date.max))


def access(*roles: str) -> Callable[[View], View]:
    """Declare the roles that may open a view; the view gets ``request.hat``, the first membership that fits.

    ``access("public")`` opens a page to anybody. A view without a declaration fails a test over all routes.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if PUBLIC in roles:
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            fitting = [hat for hat in hats(request.user) if hat.role in roles]
            if not fitting:
                raise UnknownDossier(dossier=request.path)
            request.hat = fitting[0]
            return view(request, *args, **kwargs)

        guarded.access = roles  # type: ignore[attr-defined]
        return guarded

    return declare


def actor(request: HttpRequest) -> Actor:
    """Who acts: always from the session, never from the request body."""
    return Actor(person=request.user.person, party=request.hat.party_id, role=request.hat.role)


def must_own(request: HttpRequest, owners: Sequence[str]) -> None:
    """Refuse a dossier of somebody else in the words of one that does not exist."""
    if request.hat.party_id not in owners:
        raise UnknownDossier(dossier=request.path)
