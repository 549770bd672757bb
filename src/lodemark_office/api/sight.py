"""Which dossiers a caller may open, and under which hat; what is not theirs is answered like what is not there.

Sight opens the dossier; whether the act is lawful, and for this role, is decided by the rooms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from lodemark.case.rights import reach
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.api.caller import Caller
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.lines import owner_of
from lodemark_office.store.models import Membership, Summary

DESK: Final = frozenset({"officer", "countersigner", "appeal_officer"})
APPLICANTS: Final = frozenset({"signatory", "member", "end_user"})
INSPECTORATE: Final = frozenset({"inspector", "laboratory"})
SEES_ALL: Final[Mapping[str, frozenset[str]]] = {
    "application": DESK,
    "invitation": DESK,
    "case": DESK,
    "appeal": DESK,
    "licence": DESK | {"customs", "inspector"},
    "proceeding": DESK,
    "agreement": DESK | {"inspector"},
    "finding": DESK | {"inspector"},
    "assay": frozenset({"inspector"}),
    "balance": frozenset({"inspector"}),
    "codebook": frozenset({"inspector"}),
}
"""Noun -> the roles of the office and its partners that may open every dossier of it."""

HOLDERS: Final[Mapping[str, frozenset[str]]] = {"assay": frozenset({"laboratory"}), "codebook": frozenset({"laboratory"})}
"""Noun -> the roles under which its own party opens it; whoever applies, where nothing is said.

A laboratory opens what it filed itself and nothing else: it measures without knowing whose sample it is.
"""

_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,60}")


def dossier_of(noun: str, reference: str) -> str:
    """The dossier of a reference in a path; what cannot be one is not there."""
    if not _REFERENCE.fullmatch(reference):
        raise UnknownDossier(dossier=f"{noun}/{reference}")
    return f"{noun}/{reference}"


def hat_on(request: HttpRequest, dossier: str, right: str | None = None) -> Membership:
    """The hat under which the caller may open a dossier; raises ``UnknownDossier`` in the words of one that is not there.

    ``right`` names the right of an act whose room does not ask for the role itself.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    noun = dossier.partition("/")[0]
    hats = [hat for hat in caller.hats if right is None or reach(hat.role, right)]
    for hat in hats:
        if hat.role in SEES_ALL[noun]:
            return hat
    owners = OWNERS[noun](dossier) if hats else ()
    for hat in hats:
        if hat.party_id in owners and hat.role in HOLDERS.get(noun, APPLICANTS):
            return hat
    raise UnknownDossier(dossier=dossier)


def of_desk(hat: Membership, noun: str) -> bool:
    """Whether a hat sees the office's side of a dossier."""
    return hat.role in SEES_ALL[noun]


def listed(request: HttpRequest, noun: str) -> QuerySet[Summary]:
    """The list lines of a noun that the caller may see."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    rows = Summary.objects.filter(noun=noun).order_by("dossier")
    if any(hat.role in SEES_ALL[noun] for hat in caller.hats):
        return rows
    parties = [hat.party_id for hat in caller.hats if hat.role in APPLICANTS]
    if noun == "case":
        own = Summary.objects.filter(noun="application", party__in=parties).values_list("dossier", flat=True)
        return rows.filter(about__in=list(own))
    hidden = Q(noun="finding", state="opened")
    return rows.filter(party__in=parties).exclude(hidden)


def _owner(dossier: str) -> tuple[str, ...]:
    owner = owner_of(dossier)
    return (owner,) if owner else ()


def _of_invitation(dossier: str) -> tuple[str, ...]:
    state = _state(dossier)
    return (state.to, state.by_party)


def _of_case(dossier: str) -> tuple[str, ...]:
    return _owner(_state(dossier).application)


def _of_licence(dossier: str) -> tuple[str, ...]:
    terms = _state(dossier).terms
    return (terms.holder, *(line.end_user for line in terms.lines))


def _of_agreement(dossier: str) -> tuple[str, ...]:
    return tuple(_state(dossier).terms.parties)


def _of_finding(dossier: str) -> tuple[str, ...]:
    state = _state(dossier)
    # A question that was not put yet is the office's own.
    return () if state.state == "opened" else (state.party,)


def _of_filer(dossier: str) -> tuple[str, ...]:
    return tuple(entry.stamp.actor.party for entry in office().store.entries(dossier))[:1]


def _nobody(dossier: str) -> tuple[str, ...]:
    return ()


def _state(dossier: str) -> Any:
    return office().store.states(dossier)


OWNERS: Final[Mapping[str, Callable[[str], tuple[str, ...]]]] = {
    "application": _owner,
    "invitation": _of_invitation,
    "case": _of_case,
    "appeal": _owner,
    "licence": _of_licence,
    "proceeding": _owner,
    "agreement": _of_agreement,
    "finding": _of_finding,
    "assay": _of_filer,
    "balance": _nobody,
    "codebook": _of_filer,
}
"""Noun -> the parties whose dossier it is."""
