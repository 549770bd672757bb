"""What somebody typed into a form that came back: shown again exactly as typed, once."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

KEPT = "typed"
_NEVER_KEPT = ("csrfmiddlewaretoken", "password", "key", "_language")
SEALED = "answer:"
"""Fields of sealed answers begin with this; they are written nowhere but into the vault, a session least of all."""


def keep_typed(request: HttpRequest) -> None:
    """Keep the fields of this form for the next page; a password or a sealed answer never."""
    kept = {name: value for name, value in request.POST.items() if name not in _NEVER_KEPT}
    request.session[KEPT] = {name: value for name, value in kept.items() if not name.startswith(SEALED)}


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What was typed before, for this page: from this very request, or kept from the last."""
    kept = request.session.pop(KEPT, None)
    if request.method == "POST":
        return {name: str(value) for name, value in request.POST.items() if name not in _NEVER_KEPT}
    return kept or {}
