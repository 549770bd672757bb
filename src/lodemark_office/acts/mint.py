"""From a signed decision to licences: granted lines of one end user enter one licence, in the decision's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from lodemark import Refusal, licence
from lodemark.application import Application
from lodemark.application import Line as GoodsLine
from lodemark.case.model import LineOutcome
from lodemark.ledger import Record
from lodemark.licence.commands import DecidedLine, Facts, Grant
from lodemark.licence.model import Condition, Line
from lodemark.licence.number import check_digest, licence_number
from lodemark.measure import contained_mg
from lodemark.rules import Cell
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.papers import paper_code

if TYPE_CHECKING:
    from lodemark_office.acts.casework import File

GRANTED = ("granted", "granted_with_conditions")


@dataclass(frozen=True, slots=True)
class Minted:
    """A licence about to be written: its dossier, number, the check code that goes on the paper, and the records."""

    dossier: str
    number: str
    code: str
    records: tuple[Record, ...]


def mint(office: Office, file: File, sent: Sent) -> tuple[Minted, ...] | Refusal:
    """The licences of a signed decision, one per end user; a licence that its kind does not allow is refused whole."""
    assert file.case.decision is not None
    granted = {one.line: one for one in file.case.decision.outcomes if one.outcome in GRANTED}
    users = dict.fromkeys(cell.end_user for cell in file.review.assessment.cells if cell.key in granted and cell.end_user)
    minted = []
    for user in users:
        cells = [cell for cell in file.review.assessment.cells if cell.end_user == user and cell.key in granted]
        made = _licence(office, file, sent, user, cells, granted)
        if isinstance(made, Refusal):
            return made
        minted.append(made)
    return tuple(minted)


def _licence(
    office: Office, file: File, sent: Sent, user: str, cells: list[Cell], granted: Mapping[str, LineOutcome]
) -> Minted | Refusal:
    on, app = office.day(sent.at), file.app
    assert file.case.decision is not None
    serial = office.store.next_number(f"licence/{office.jurisdiction}/{on.year}")
    number = licence_number(office.jurisdiction.upper(), on.year, serial)
    code = paper_code(office.store, number)
    dossier = f"licence/{number}"
    goods = {line.id: line for line in app.lines}
    lines = [_line(no, app, goods[str(cell.line)], user, cell) for no, cell in enumerate(cells, start=1)]
    rules = office.licence_rules(on)
    kind = rules.kinds[app.kind]
    grant = Grant(
        on=on,
        by=sent.actor,
        at=sent.at,
        id=dossier,
        number=number,
        kind=app.kind,
        holder=sent_holder(file),
        decision=file.case.decision.id,
        lines=tuple(DecidedLine(line, granted[cell.key].outcome) for line, cell in zip(lines, cells, strict=True)),
        valid_from=on,
        valid_until=_after_years(on, kind.years),
        key_elements=key_elements(app, lines),
        conditions=tuple(_conditions(enumerate(cells, start=1), granted)),
        check_digest=check_digest(code),
    )
    records = licence.decide(None, grant, Facts(), rules)
    if isinstance(records, Refusal):
        return records
    assert isinstance(records, tuple)
    return Minted(dossier, number, code, records)


def sent_holder(file: File) -> str:
    """The party that holds the licence: the exporter who filed."""
    exporters = file.app.parties.of("exporter")
    return exporters[0].id if exporters else ""


def key_elements(app: Application, lines: Iterable[Line]) -> Mapping[str, str]:
    """The elements that a licence freezes: item type, destination, end user, end use."""
    uses = {use.id: use.category or "" for use in app.uses.values()}
    wanted = list(lines)
    return {
        "item_type": ", ".join(sorted({line.control_list_entry for line in wanted})),
        "destination": ", ".join(sorted({line.destination for line in wanted})),
        "end_user": ", ".join(sorted({line.end_user for line in wanted})),
        "end_use": ", ".join(sorted({uses.get(line.use or "", "") for line in app.lines} - {""})),
    }


def _line(no: int, app: Application, goods: GoodsLine, user: str, cell: Cell) -> Line:
    entries = [one.provision.rpartition("/")[2] for one in cell.fired if one.effect == "controlled" or "/1C" in one.provision]
    shares = shares_of(goods)
    capped = [
        element for element in shares if any(f"fraction[{element}]" in ref for one in cell.fired for ref in one.facts_used)
    ]
    assert goods.gross_mg is not None
    member = app.parties.members[user]
    caps = {"gross": goods.gross_mg, **{f"element:{el}": contained_mg(goods.gross_mg, shares[el]) for el in capped}}
    return Line(
        no=no,
        control_list_entry=", ".join(dict.fromkeys(entries)),
        hs=goods.hs_hint or "",
        description=goods.names,
        models=(goods.model or goods.id,),
        end_user=user,
        destination=member.country or "",
        caps=caps,
        composition={goods.model or goods.id: {element: shares[element] for element in capped}},
        ultimate_end_users=tuple(party.id for party in app.parties.of("ultimate_end_user")),
    )


def shares_of(goods: GoodsLine) -> Mapping[str, Fraction]:
    """Element shares the licence counts by: measured before declared, the upper end where a range is stated."""
    measured = {element: value.high for assay in goods.composition.assays for element, value in assay.values.items()}
    return {**{element: value.high for element, value in goods.composition.declared.items()}, **measured}


def _conditions(cells: Iterable[tuple[int, Cell]], granted: Mapping[str, LineOutcome]) -> Iterable[Condition]:
    for no, cell in cells:
        for each in granted[cell.key].conditions:
            yield Condition(each.code, each.params, each.checked_at, each.provision, (no,))


def _after_years(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year + years)
    except ValueError:  # 29 February
        return date(on.year + years, 3, 1)
