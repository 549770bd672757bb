"""Party lists (load a version; without one nobody is cleared) and the file of one party."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lodemark import Error
from lodemark.application import Party
from lodemark_office.acts import listing, promises
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.desk.queue import OFFICE
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, answered, office, page, read_day, sent, today, unreadable
from lodemark_office.doors.parts.captured import uploaded
from lodemark_office.doors.parts.lines import of_party
from lodemark_office.doors.parts.standings import shown_standing
from lodemark_office.store import models

PROFILE = "simple-csv"


@access(*OFFICE)
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that are loaded, and how to load a version."""
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            data, _ = uploaded(request)
            form = request.POST
            named = form.get("list", "").strip() or "control"
            published = read_day(form.get("published"))
            answer = listing.load_list(
                office(), sent(request), named, PROFILE, published, data, form.get("accepted", "").strip()
            )
            return answered(request, answer)
        except Error as error:
            reasons = unreadable(error)
    loaded = [(dossier.partition("/")[2], _last(dossier)) for dossier in office().store.dossiers("list")]
    loads = request.hat.role in listing.LOADERS
    shown = {"loaded": loaded, "loads": loads, "current": office().screener.lists(today()).current}
    return page(request, "desk/lists.html", shown, reasons)


@access(*OFFICE, "inspector")
def party(request: HttpRequest, party_id: str) -> HttpResponse:
    """One party: its names, what the lists say of it, its dossiers, its standing."""
    row = models.Party.objects.filter(id=party_id).first()
    if row is None:
        raise UnknownDossier(dossier=party_id)
    named = Party(party_id, names={"en": row.name_en, "zh-Hans": row.name_zh})
    owed = promises.obligations(office(), party_id, today())
    shown = {
        "row": row,
        "screening": office().screener.one(named, today()),
        "lines": of_party(party_id),
        **shown_standing(promises.standing_of(office(), party_id, today()), owed),
    }
    return page(request, "desk/party.html", shown)


def _last(dossier: str) -> object:
    return list(office().store.entries(dossier))[-1].record
