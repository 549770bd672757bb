"""Addresses for machines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api.answers import errored
from lodemark_office.api.door import api


def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """No such address: a problem, not a page."""
    return errored(UnknownDossier(dossier=request.path))


unknown.access = ("public",)  # type: ignore[attr-defined]

urlpatterns = [path("v1/", api.urls), re_path(r"^(?P<rest>.*)$", unknown)]
