"""Lines of lists and queues: what belongs to a party, what belongs to a file."""

from __future__ import annotations

from lodemark_office.store import models

Summary = models.Summary


def of_party(party: str) -> list[Summary]:
    """Everything of a party: its own dossiers, and the cases and appeals about its applications."""
    own = list(Summary.objects.filter(party=party).order_by("-dossier"))
    applications = [one.dossier for one in own if one.noun == "application"]
    cases = list(Summary.objects.filter(noun="case", about__in=applications).order_by("-dossier"))
    return [*_without_taken_up(own, cases), *_owned(cases)]


def everything() -> list[Summary]:
    """Every dossier of the office but licences and agreements, which have lists of their own."""
    rows = list(Summary.objects.exclude(noun__in=["licence", "agreement"]).order_by("dossier"))
    cases = _owned([one for one in rows if one.noun == "case"])
    return _without_taken_up(rows, cases)


def case_of(application: str) -> Summary | None:
    """The case of an application, once it was accepted."""
    return Summary.objects.filter(noun="case", about=application).first()


def appeals_of(case: str) -> list[Summary]:
    """The appeals against the decision of a case."""
    return list(Summary.objects.filter(noun="appeal", about=case).order_by("dossier"))


def licences_of(case: str) -> list[Summary]:
    """The licences a case led to."""
    return list(Summary.objects.filter(noun="licence", about=case).order_by("dossier"))


def owner_of(dossier: str) -> str:
    """The party whose dossier it is; empty for one that is not there."""
    row = Summary.objects.filter(dossier=dossier).first()
    return row.party if row else ""


def _without_taken_up(rows: list[Summary], cases: list[Summary]) -> list[Summary]:
    # From acceptance on the case is what moves: its application is read there.
    accepted = {one.facts["application"] for one in cases}
    return [one for one in rows if one.dossier not in accepted]


def _owned(cases: list[Summary]) -> list[Summary]:
    """Cases with the party of their application, which is whose case it is."""
    wanted = [one.facts["application"] for one in cases]
    owners = dict(Summary.objects.filter(dossier__in=wanted).values_list("dossier", "party"))
    for one in cases:
        one.party = owners.get(one.facts["application"], "")
    return cases
