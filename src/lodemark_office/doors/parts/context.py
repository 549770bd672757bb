"""What every template may use: language, office name, mode, the hats of who is logged in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from lodemark_office.doors.parts.access import hats
from lodemark_office.doors.parts.home import navigation


def office(request: HttpRequest) -> dict[str, object]:
    """The shared part of every page."""
    lang = getattr(request, "lang", "en")
    other = "en" if lang == "zh-Hans" else "zh-Hans"
    query = request.GET.copy()
    query["lang"] = other
    worn = hats(request.user) if hasattr(request, "user") else ()
    return {
        "lang": lang,
        "other_lang": other,
        "other_lang_url": f"{request.path}?{query.urlencode()}",
        "office_name": settings.OFFICE.name_zh if lang == "zh-Hans" else settings.OFFICE.name_en,
        "mode": settings.OFFICE.mode,
        "hats": worn,
        "nav": navigation([hat.role for hat in worn], request.path),
    }
