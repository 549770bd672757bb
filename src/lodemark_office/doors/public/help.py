"""Help: the way of an application, step by step, and the words in both languages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import page

STEPS = ("check", "file", "complete", "decide", "hear", "draw", "prove", "appeal")
WORDS = (
    *("application", "case", "end-user", "end-use-statement", "return", "rfi", "notice", "check", "decision", "clock"),
    *(
        "suspend",
        "withdraw",
        "annul",
        "revoke",
        "close",
        "appeal",
        "drawdown",
        "agreement",
        "lot",
        "record",
        "finding",
        "standing",
    ),
)


@access(PUBLIC)
def help_page(request: HttpRequest) -> HttpResponse:
    """From the first question to the receipt."""
    return page(request, "public/help.html", {"steps": STEPS})


@access(PUBLIC)
def glossary(request: HttpRequest) -> HttpResponse:
    """One word, one meaning, in both languages side by side."""
    return page(request, "public/glossary.html", {"words": WORDS})
