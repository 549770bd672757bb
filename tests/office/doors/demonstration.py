"""An office with stories in it, as the door tests walk through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from lodemark_office.store import models

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
STORIES = ("the-honest-twin", "civil-by-name", "quota-and-transparency")
"""In this order, so that the first licence is in force and its holder is the exporter."""
PASSWORD = "demonstration"
ROLES = {
    "exporter": "signatory",
    "buyer": "end_user",
    "officer": "officer",
    "countersigner": "countersigner",
    "adviser": "adviser",
    "administrator": "organisation_admin",
    "appeal": "appeal_officer",
    "customs": "customs",
    "inspector": "inspector",
    "laboratory": "laboratory",
}
"""Log-in -> the role of the person of that name in the cast."""


@dataclass(frozen=True)
class Told:
    """What the stories left: one dossier of each noun."""

    dossiers: dict[str, str]

    def fill(self, route: str) -> str:
        """A route with an object of the stories in it; empty where they have none."""
        noun = route.split("/")[1].rstrip("s") if "<" in route else ""
        filled = route.replace("<slug:regime>", "cn-ann18").replace("<str:form>", "pdf").replace("<str:party_id>", "beichen")
        filled = filled.replace("<str:drawdown>", "LV-1")
        if "<str:reference>" in filled:
            if noun not in self.dossiers:
                return ""
            filled = filled.replace("<str:reference>", self.dossiers[noun].partition("/")[2])
        return f"/{filled}"

    def page(self, door: str, noun: str) -> str:
        """The page of a noun at a door."""
        return f"/{door}/{noun}s/{self.dossiers[noun].partition('/')[2]}/"

    def query(self, url: str) -> dict[str, str]:
        """What a page is usually asked with."""
        return {
            "/checklist/": {"family": "ndfeb_sintered", "form": "magnet", "kind": "single"},
            "/classify/": {"q": "1C905"},
            "/rules/provision/": {"id": "cn/duir-2024/17-1"},
            "/inspectorate/trace/": {"licence": self.dossiers["licence"].partition("/")[2]},
            "/inspectorate/lots/thing/": {"id": "https://id.gs1.org/8004/4012345AIRFRAME7"},
        }.get(url, {})

    def own_pages(self, party: str) -> list[str]:
        """Every counter page about a dossier of this party."""
        rows = models.Summary.objects.filter(party=party, noun__in=["application", "licence", "finding"])
        cases = models.Summary.objects.filter(noun="case")
        return [f"/counter/{row.noun}s/{row.reference}/" for row in (*rows, *cases)]


def log_in(login: str) -> Client:
    """A client with a session of this person."""
    client = Client()
    client.force_login(models.Account.objects.get(login=login))
    return client
