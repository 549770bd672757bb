"""``/balances``: the mass of a site, from tables or from recorded events; ``/licences/{id}/material-balance``.

What is answered is drawn again from the tables that were kept: the same balance as the record's, by its digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from lodemark.accountancy import Component, Flow, Inventory, write_tables
from lodemark.case.rights import RIGHTS
from lodemark.wording.result import as_json
from lodemark_office.acts import balances, licence_balances
from lodemark_office.api import showing
from lodemark_office.api.acting import CREATED, READ, KeyHeader
from lodemark_office.api.answers import answered, plain_answer, sent
from lodemark_office.api.reading import declared
from lodemark_office.api.sight import dossier_of, hat_on
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import Membership

router = Router(tags=["balances"])
of_licences = Router(tags=["balances"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """A balance as rows: measured flows, physical inventories, the errors of their streams. ``boundaries``: the inventories'
    times when left out. ``goal_mg``: the loss that must not go unseen; without it nothing is called closed."""

    flows: tuple[Flow, ...]
    inventories: tuple[Inventory, ...]
    components: tuple[Component, ...]
    boundaries: tuple[datetime, ...] = ()
    goal_mg: int | None = None


@router.post("", response=CREATED, operation_id="balance-file")
def file_balance(request: HttpRequest, key: KeyHeader, said: Annotated[declared(Tables), Body()]) -> HttpResponse:
    """Draw the balances of these rows and record them; rows that cannot be used are told all at once."""
    asked: Any = said
    files = write_tables(asked.flows, asked.inventories, asked.components, asked.boundaries)
    return answered(balances.file_balance(office(), sent(request, key, _inspector(request)), files, asked.goal_mg), 201)


@router.post("/from-records", response=CREATED, operation_id="balance-draw")
def draw_balance(request: HttpRequest, key: KeyHeader, said: Annotated[declared(balances.FromRecords), Body()]) -> HttpResponse:
    """Draw the balance of a site from recorded events and assays; every lot without an assay and every event without a
    weight is told, and none is guessed."""
    asked: Any = said
    return answered(balances.draw_balance(office(), sent(request, key, _inspector(request)), asked), 201)


@router.get("/{reference}", response=READ, operation_id="balance")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Every balance of a filing: series, alarms, class, what would have been seen, what it cannot show."""
    hat_on(request, dossier_of("balance", reference))
    filed = balances.filed(office(), reference)
    shown = {
        "balance": reference,
        "party": filed.party,
        "on": filed.on,
        "goal_mg": filed.goal_mg,
        "balances": filed.drawn.balances,
        "found": filed.drawn.found,
        "caveats": filed.caveats,
    }
    return plain_answer(as_json(shown))


@of_licences.get("/{reference}/material-balance", response=READ, operation_id="licence-material-balance")
def material_balance(request: HttpRequest, reference: str, element: str = "") -> HttpResponse:
    """What a plant shipped beside what the licensed feed and the yields explain, as drawn last; the drawdowns beside it."""
    request.auth.as_one_of(RIGHTS["close-balance"], request.path)
    dossier = dossier_of("licence", reference)
    hat_on(request, dossier)
    found = licence_balances.latest(office(), dossier, element)
    drawdown: Mapping[str, object] = {"drawdown": showing.balance(office().store.states(dossier))}
    shown = {
        "licence": dossier,
        "drawn": found.reference,
        "on": found.on,
        "site": found.site,
        "caveats_of_records": found.caveats,
    }
    return plain_answer(as_json({**shown, **drawdown}) | as_json(found.balance))


@of_licences.post("/{reference}/material-balance", response=CREATED, operation_id="licence-material-balance-draw")
def draw_material_balance(
    request: HttpRequest, reference: str, key: KeyHeader, said: Annotated[declared(licence_balances.Asked), Body()]
) -> HttpResponse:
    """Draw the balance of a licence from its drawdowns and the recorded events and assays of a site, and record it."""
    hat = _inspector(request)
    dossier = dossier_of("licence", reference)
    hat_on(request, dossier)
    asked: Any = said
    return answered(licence_balances.draw(office(), sent(request, key, hat), dossier, asked), 201)


def _inspector(request: HttpRequest) -> Membership:
    hat: Membership = request.auth.as_one_of(RIGHTS["close-balance"], request.path)
    return hat
