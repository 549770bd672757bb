"""Material balances: from tables or from recorded events; whether the mass closes, and what would have been seen if not."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason
from lodemark.accountancy import WEIGHINGS, BadInput, Balance, period_view
from lodemark.accountancy.tables import BESIDE, read_beside
from lodemark.measure import read_mass_mg
from lodemark.wording import Lang
from lodemark_office.acts import balances as acts
from lodemark_office.acts.reference import reference as reference_of
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.balance_drawn import (
    detection_figure,
    period_figure,
    series_figure,
    series_plot,
    share_figure,
    share_plot,
)
from lodemark_office.doors.parts.figure import download
from lodemark_office.store import models


@access("inspector")
def balances(request: HttpRequest) -> HttpResponse:
    """The balances that were filed; the forms to file one as tables, and to draw one from recorded events and assays."""
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            answer = _draw(request) if request.POST.get("act") == "records" else _file(request)
            return answered(request, answer, f"{request.path}{reference_of(answer.result['balance'])}/" if answer.done else "")
        except Error as error:
            reasons = unreadable(error)
    filed = [acts.filed(office(), reference_of(dossier)) for dossier in reversed(office().store.dossiers("balance"))]
    shown = {
        "filed": filed,
        "files": acts.FILES,
        "weighings": WEIGHINGS,
        "cannot": (Reason("balance-cannot-show-who"),),
        "licences": models.Summary.objects.filter(noun="licence").order_by("-dossier"),
    }
    return page(request, "inspectorate/balances.html", shown, reasons)


def _file(request: HttpRequest) -> Answer:
    return acts.file_balance(office(), sent(request), _uploaded(request, acts.FILES), _goal(request))


def _draw(request: HttpRequest) -> Answer:
    problems: list[Reason] = []
    beside = read_beside(_uploaded(request, BESIDE), problems)
    if problems:
        raise BadInput(problems)
    asked = acts.FromRecords(
        site=request.POST.get("site", "").strip(),
        elements=tuple(request.POST.get("elements", "").replace(",", " ").split()),
        components=beside.components,
        inventories=beside.inventories,
        boundaries=beside.boundaries,
        goal_mg=_goal(request),
    )
    return acts.draw_balance(office(), sent(request), asked)


def _uploaded(request: HttpRequest, names: Iterable[str]) -> dict[str, bytes]:
    return {name: upload.read() for name in names if (upload := request.FILES.get(name)) is not None}


def _goal(request: HttpRequest) -> int | None:
    goal = request.POST.get("goal", "").strip()
    return read_mass_mg(goal) if goal else None


@access("inspector")
def balance(request: HttpRequest, reference: str) -> HttpResponse:
    """One balance: its charts on one time axis, the alarms beside those that chance brings, and one period opened."""
    filed = acts.filed(office(), reference)
    drawn = _chosen(filed, request.GET.get("area", ""), request.GET.get("element", ""))
    lang: Lang = "zh-Hans" if request.lang == "zh-Hans" else "en"
    place = _period(request, drawn)
    asked = {"area": drawn.mba, "element": drawn.element}
    series, shares, detection = series_figure(drawn, lang), share_figure(drawn.contributions), detection_figure(drawn, lang)
    figures = [series, shares, detection]
    shown = {
        "filed": filed,
        "balance": drawn,
        "asked": urlencode(asked if place is None else {**asked, "period": place + 1}),
        "series": series,
        "series_plot": series_plot(drawn, series, lang, lambda at: _address(asked, at), place),
        "periods": [(row, _address(asked, at)) for at, row in enumerate(series.rows)],
        "shares": shares,
        "shares_plot": share_plot(drawn.contributions, shares),
        "detection": detection,
        "found": [one for one in filed.drawn.found if (one.facts["mba"], one.facts["element"]) == (drawn.mba, drawn.element)],
        "seen": {direction: sum(alarm.direction == direction for alarm in drawn.alarms) for direction in ("loss", "gain")},
        "place": place,
    }
    if place is not None:
        start = next(
            at for at, one in enumerate(filed.drawn.data.periods) if (one.mba, one.element) == (drawn.mba, drawn.element)
        )
        tables = filed.drawn.tables
        view = period_view(filed.drawn.data, tables.flows, tables.inventories, start + place)
        rows, parts = period_figure(view, lang), share_figure(view.contributions, "parts", "figure-parts")
        figures += [rows, parts]
        shown |= {"rows": rows, "parts": parts, "parts_plot": share_plot(view.contributions, parts), "view": view}
    return download(request, figures, drawn.cannot_show) or page(request, "inspectorate/balance.html", shown)


def _chosen(filed: acts.Filed, area: str, element: str) -> Balance:
    """The balance of this area and element; the first that fits where they are left out."""
    for one in filed.drawn.balances:
        if area in ("", one.mba) and element in ("", one.element):
            return one
    raise UnknownDossier(dossier=f"balance/{filed.reference}: {area}/{element}")


def _period(request: HttpRequest, drawn: Balance) -> int | None:
    text = request.GET.get("period", "")
    return int(text) - 1 if text.isdecimal() and 0 < int(text) <= len(drawn.lines) else None


def _address(asked: dict[str, str], place: int) -> str:
    return f"?{urlencode({**asked, 'period': place + 1})}#period"
