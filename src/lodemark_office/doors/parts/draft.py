"""Drafts: what somebody is typing, raw, also when it is wrong; two windows never overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils import timezone

from lodemark_office.store import models


def read_draft(request: HttpRequest, form: str) -> models.Draft | None:
    """The draft of this person for this form."""
    return models.Draft.objects.filter(owner=request.user.person, form=form).first()


def keep_draft(request: HttpRequest, form: str, raw: Mapping[str, str]) -> tuple[models.Draft, bool]:
    """Keep what was typed. True when another window saved since: then nothing is overwritten and both texts are shown."""
    now, text = timezone.now(), dict(raw)
    mine = models.Draft.objects.filter(owner=request.user.person, form=form)
    found, made = mine.get_or_create(owner=request.user.person, form=form, defaults={"raw": text, "rev": 1, "saved_at": now})
    if made or found.raw == text:
        return found, False
    # Compared and counted up in one statement: of two windows that save at once, one is told.
    shown = str(request.POST.get("rev", found.rev))
    kept = shown.isdigit() and mine.filter(rev=int(shown)).update(raw=text, rev=int(shown) + 1, saved_at=now) == 1
    found.refresh_from_db()
    return found, not kept


def drop_draft(request: HttpRequest, form: str) -> None:
    """The draft was filed: what was filed is kept elsewhere."""
    models.Draft.objects.filter(owner=request.user.person, form=form).delete()
