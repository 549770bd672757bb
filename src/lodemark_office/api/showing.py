"""States as JSON, by audience: the office sees its file, a party sees what was told to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.db.models import QuerySet
from ninja import Schema

from lodemark.application import Deficiency, Filing
from lodemark.case import Case, court_of
from lodemark.finding.model import Finding
from lodemark.licence import Account, Licence
from lodemark.licence.agreement import Agreement
from lodemark_office.doors.parts.timeline import timeline
from lodemark_office.store.models import Membership, Summary

MOST = 100
SEEN_BY = {"end_user": "end_user", "laboratory": "laboratory"}
"""Role -> the audience of deficiencies it belongs to; everybody else on that side is the exporter."""


class ListLine(Schema):
    """One dossier in a list; ``turn`` is who acts next."""

    dossier: str
    reference: str
    party: str
    state: str
    turn: str
    due_on: str | None
    facts: dict[str, Any]


class Listed(Schema):
    """A part of a list; ``next`` is the ``after`` of the next part, or null."""

    items: list[ListLine]
    next: str | None


def page_of(rows: QuerySet[Summary], after: str, size: int) -> Mapping[str, object]:
    """A page by keyset: what is added meanwhile never shifts or repeats a line."""
    found = list(rows.filter(dossier__gt=after)[: size + 1])
    lines = [
        {
            "dossier": one.dossier,
            "reference": one.reference,
            "party": one.party,
            "state": one.state,
            "turn": one.turn,
            "due_on": one.due_on,
            "facts": one.facts,
        }
        for one in found[:size]
    ]
    return {"items": lines, "next": found[size - 1].dossier if len(found) > size else None}


def filing(state: Filing, hat: Membership, desk: bool) -> Mapping[str, Any]:
    """An application: its versions, and each return with the items this reader may cure."""
    audience = "authority" if desk else SEEN_BY.get(hat.role, "exporter")
    returns = [
        {
            "version": one.version,
            "on": one.on,
            "reopened": tuple(sorted({path for item in _for(audience, one.items) for path in item.reopens})),
            "items": _for(audience, one.items),
            "with_owner": len(one.items) - len(_for("exporter", one.items)),
        }
        for one in state.returns
    ]
    reopened = returns[-1]["reopened"] if returns and state.reopened else ()
    return {"status": state.status, "versions": state.versions, "returns": returns, "reopened": reopened}


def _for(audience: str, items: tuple[Deficiency, ...]) -> tuple[Deficiency, ...]:
    """The items this audience may see."""
    return tuple(item for item in items if audience in item.audience)


def case(state: Case, desk: bool) -> Mapping[str, object]:
    """A case: the whole file for the desk; for the applicant where it stands, what was asked and told, what was served."""
    if desk:
        return {**plain(state), "turn": court_of(state)}
    served = [one for one in state.decisions if one.state == "served"]
    return {
        "id": state.id,
        "application": state.application,
        "state": state.state,
        "turn": court_of(state),
        "version": state.version,
        "accepted_on": state.accepted_on,
        "lines": state.lines,
        "rfis": {name: _without_sealed(rfi) for name, rfi in state.rfis.items()},
        "notices": state.notices,
        "decisions": [{"id": one.id, "outcomes": one.outcomes, "served_on": one.served_on} for one in served],
    }


def _without_sealed(rfi: Any) -> Mapping[str, object]:
    return {**plain(rfi), "questions": [each for each in rfi.questions if not each.sealed]}


def licence(state: Licence) -> Mapping[str, object]:
    """A licence: terms, accounts, drawdowns, holds, ending. The digest of the check code stays in the file."""
    terms = {name: value for name, value in plain(state.terms).items() if name != "check_digest"}
    left_out = ("terms", "accounts", "changes", "gate")
    rest = {name: value for name, value in plain(state).items() if name not in left_out}
    return {**rest, "terms": terms, "state": state.state, "balance": balance(state)}


def balance(state: Licence) -> list[Mapping[str, object]]:
    """Every account: granted = available + reserved + posted + lapsed."""
    return [
        {"line": line, "commodity": commodity, **_account(account)}
        for (line, commodity), account in sorted(state.accounts.items())
    ]


def agreement(state: Agreement) -> Mapping[str, object]:
    """An agreement: terms, duties with what became of them, quota by period."""
    rest = {name: value for name, value in plain(state).items() if name != "accounts"}
    quota = [
        {"period": period, "commodity": commodity, **_account(account)}
        for (period, commodity), account in sorted(state.accounts.items())
    ]
    return {**rest, "quota": quota}


def finding(state: Finding, desk: bool) -> Mapping[str, object]:
    """A finding: everything but who opened it for the party it is put to."""
    return {name: value for name, value in plain(state).items() if desk or name not in ("opened_by", "referrals")}


def history(dossier: str) -> list[Mapping[str, object]]:
    """The records of a dossier in order, by kind: evidence that each is there, not what it says."""
    return [
        {"number": one.number, "kind": one.kind, "on": one.on, "at": one.at, "role": one.role, "chain": one.chain}
        for one in timeline(dossier)
    ]


def plain(value: Any) -> dict[str, Any]:
    """The fields of a frozen value, by name."""
    return {f.name: getattr(value, f.name) for f in fields(value)}


def _account(account: Account) -> Mapping[str, int]:
    told = {name: getattr(account, name) for name in ("granted", "reserved", "posted", "lapsed")}
    return {**told, "available": account.available}
