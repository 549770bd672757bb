"""The material balance of a licence: what a plant shipped, beside what the licensed feed and the stated yields explain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark import Error, Reason
from lodemark.accountancy import BadInput
from lodemark.accountancy.tables import OF_LICENCE, read_beside
from lodemark.licence import Licence
from lodemark.wording import Lang, show
from lodemark_office.acts import licence_balances as acts
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, sent, unreadable
from lodemark_office.doors.parts.bars import bars
from lodemark_office.doors.parts.figure import Figure, download, number

LIMITS = (Reason("balance-cannot-show-who"), Reason("licence-balance-cannot-show-drawdown"))


@access("inspector")
def balance(request: HttpRequest, reference: str) -> HttpResponse:
    """The balance drawn last, the exact count of the drawdowns beside it, and the form to draw one from records."""
    dossier = f"licence/{reference}"
    state: Licence = office().store.states(dossier)
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            return answered(request, _draw(request, dossier))
        except Error as error:
            reasons = unreadable(error)
    lang: Lang = "zh-Hans" if request.lang == "zh-Hans" else "en"
    drawn = _latest(dossier, request.GET.get("element", ""))
    figure = None if drawn is None else _figure(drawn, lang)
    cannot = LIMITS if drawn is None else drawn.balance.cannot_show
    shown = {
        "reference": reference,
        "state": state,
        "drawn": drawn,
        "figure": figure,
        "asked": f"element={drawn.balance.element}" if drawn else "",
        "cannot": cannot,
        "bars": bars(state.accounts),
        "files": OF_LICENCE,
    }
    found = download(request, [figure] if figure else [], cannot)
    return found or page(request, "inspectorate/licence_balance.html", shown, reasons)


def _draw(request: HttpRequest, dossier: str) -> Answer:
    problems: list[Reason] = []
    uploads = {name: upload.read() for name in OF_LICENCE if (upload := request.FILES.get(name)) is not None}
    beside = read_beside(uploads, problems)
    if problems:
        raise BadInput(problems)
    asked = acts.Asked(
        element=request.POST.get("element", "").strip(),
        site=request.POST.get("site", "").strip(),
        boundaries=beside.boundaries,
        components=beside.components,
        yields=beside.yields,
    )
    return acts.draw(office(), sent(request), dossier, asked)


def _latest(dossier: str, element: str) -> acts.Drawn | None:
    try:
        return acts.latest(office(), dossier, element)
    except UnknownDossier:
        return None


def _figure(drawn: acts.Drawn, lang: Lang) -> Figure:
    """One row per period: what the yields explain and was not shipped, and its step in standard deviations."""
    found = drawn.balance
    rows = tuple(
        (show(start.date(), lang), number(muf), number(step, 3))
        for start, muf, step in zip(drawn.starts, found.muf_kg, found.sitmuf, strict=True)
    )
    return Figure("periods", "figure-licence-periods", ("column-period", "column-unshipped", "column-sitmuf"), rows)
