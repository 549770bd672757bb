"""Which page a role begins on, and what its navigation offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

HOMES: Final[Mapping[str, str]] = {
    "signatory": "/counter/",
    "member": "/counter/",
    "end_user": "/counter/",
    "officer": "/desk/",
    "countersigner": "/desk/",
    "adviser": "/desk/consultations/",
    "organisation_admin": "/counter/organisation/",
    "appeal_officer": "/desk/",
    "customs": "/gate/",
    "inspector": "/inspectorate/",
    "laboratory": "/inspectorate/",
}

OPEN: Final = (
    ("/checklist/", "nav-checklist"),
    ("/classify/", "nav-classify"),
    ("/verify/", "nav-verify"),
    ("/rules/", "nav-rules"),
    ("/compare/", "nav-compare"),
    ("/statistics/", "nav-statistics"),
    ("/log/", "nav-log"),
    ("/help/", "nav-help"),
)
_COUNTER: Final = (
    ("/counter/", "nav-counter"),
    ("/counter/applications/new/", "nav-new"),
    ("/counter/documents/", "nav-documents"),
    ("/counter/events/", "nav-events"),
    ("/counter/exposure/", "nav-exposure"),
    ("/counter/disclosures/", "nav-disclosures"),
    ("/counter/standing/", "nav-standing"),
)
_DESK: Final = (("/desk/", "nav-desk"), ("/desk/lists/", "nav-lists"))
_INSPECTORATE: Final = (
    ("/inspectorate/", "nav-inspectorate"),
    ("/inspectorate/lots/", "nav-lots"),
    ("/inspectorate/trace/", "nav-trace"),
    ("/inspectorate/marks/", "nav-marks"),
    ("/inspectorate/balances/", "nav-balances"),
)
NAVIGATION: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "signatory": _COUNTER,
    "member": _COUNTER,
    "end_user": _COUNTER[:-1],
    "officer": _DESK,
    "countersigner": _DESK,
    "adviser": (("/desk/consultations/", "nav-consultations"),),
    "organisation_admin": (("/counter/organisation/", "nav-organisation"),),
    "appeal_officer": _DESK,
    "customs": (("/gate/", "nav-gate"),),
    "inspector": _INSPECTORATE,
    "laboratory": (("/inspectorate/", "nav-inspectorate"),),
}


def navigation(roles: Sequence[str], path: str) -> list[Mapping[str, object]]:
    """The entries of these roles, or the public ones; the entry of the present page is marked."""
    wanted = list(dict.fromkeys(entry for role in roles for entry in NAVIGATION.get(role, ())))
    entries = [*wanted, ("/open/", "nav-open")] if wanted else list(OPEN)
    here = max((url for url, _ in entries if path.startswith(url)), key=len, default="")
    return [{"url": url, "code": code, "here": url == here} for url, code in entries]
