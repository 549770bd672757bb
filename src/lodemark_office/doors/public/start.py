"""The start page, logging in and out, and the settings of a reader."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lodemark import Reason
from lodemark.wording import LANGUAGES
from lodemark_office.doors.parts.access import PUBLIC, access, hats
from lodemark_office.doors.parts.acting import page
from lodemark_office.doors.parts.home import HOMES, OPEN
from lodemark_office.doors.parts.throttle import at_most, forget
from lodemark_office.store import models

THEMES = ("light", "dark")
_YEAR_SECONDS = 365 * 24 * 60 * 60


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Doors by task; who is logged in goes to their own."""
    for hat in hats(request.user):
        if hat.role in HOMES:
            return redirect(HOMES[hat.role])
    return open_pages(request)


@access(PUBLIC)
def open_pages(request: HttpRequest) -> HttpResponse:
    """What anybody may use, with or without a log-in."""
    return page(request, "public/home.html", {"open": [(url, code, f"{code}-what") for url, code in OPEN]})


@access(PUBLIC)
@at_most(10, 15 * 60)
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in; whether an account exists is not told."""
    after = request.POST.get("next") or request.GET.get("next") or "/"
    wrong = False
    if request.method == "POST":
        account = authenticate(request, username=request.POST.get("login", ""), password=request.POST.get("password", ""))
        if account is not None:
            login(request, account)
            forget(request, "log_in")
            return redirect(after if url_has_allowed_host_and_scheme(after, {request.get_host()}) else "/")
        wrong = True
    people = models.Account.objects.order_by("id") if settings.OFFICE.mode == "demo" else ()
    cards = [(account.login, hat) for account in people for hat in hats(account)]
    answer = page(request, "public/login.html", {"wrong": wrong, "next": after, "cards": cards})
    answer.status_code = 422 if wrong else 200
    return answer


@access(PUBLIC)
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out."""
    logout(request)
    return redirect("/")


def _mail(request: HttpRequest) -> tuple[Reason, ...]:
    """Keep where and in which language this account is told of news; an empty field takes the address back."""
    email = request.POST.get("email", "").strip()
    language = request.POST.get("language", "")
    models.Account.objects.filter(pk=request.user.pk).update(language=language if language in LANGUAGES else "")
    if not email:
        models.Address.objects.filter(account=request.user).delete()
        return ()
    try:
        validate_email(email)
    except ValidationError:
        return (Reason("page-mail-unreadable", None, {"text": email}),)
    kept = {"email": email, "other_news": bool(request.POST.get("other"))}
    models.Address.objects.update_or_create(account=request.user, defaults=kept)
    return ()


@access(PUBLIC)
def reader(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system says; kept in a cookie and set by the server, so that nothing flashes."""
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and request.POST.get("act") == "mail" and request.user.is_authenticated:
        reasons = _mail(request)
    if request.method != "POST" or reasons:
        shown = {
            "themes": ("", *THEMES),
            "theme": request.COOKIES.get("theme", ""),
            "address": models.Address.objects.filter(account_id=request.user.pk or 0).first(),
            "languages": LANGUAGES,
        }
        return page(request, "public/reader.html", shown, reasons)
    answer = redirect("/settings/")
    if request.POST.get("act") == "mail":
        return answer
    if request.POST.get("theme") in THEMES:
        answer.set_cookie("theme", request.POST["theme"], max_age=_YEAR_SECONDS, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie("theme")
    return answer
