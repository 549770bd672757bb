"""Who may do what: one table of role x action, used by pages, API and exports alike.

A cell names the reach of a right. What is not in the table is not allowed; a missing right and a missing object look
the same from outside. Rights open doors; whether an act is lawful is still decided by the tables of the machines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Reach = Literal["own", "part", "logged", "part-logged", "status", "digest", "published", "any"]
"""own: own or assigned file · part: the fields of that audience · logged: each access is a record with its purpose ·
status: whether it is answered, nothing more · digest: digests only · published: what is public · any: every file."""

Role = Literal[
    "signatory",
    "member",
    "end_user",
    "supply_chain_reader",
    "organisation_admin",
    "officer",
    "countersigner",
    "adviser",
    "appeal_officer",
    "inspector",
    "laboratory",
    "customs",
    "policy_analyst",
    "auditor",
    "office_admin",
    "public",
]
ROLES: tuple[Role, ...] = get_args(Role)

_SIGNS: Mapping[Role, Reach] = {"signatory": "own", "end_user": "part"}
_OFFICER: Mapping[Role, Reach] = {"officer": "own"}
_STAFF: Mapping[Role, Reach] = {
    "officer": "own",
    "countersigner": "own",
    "adviser": "part",
    "appeal_officer": "own",
}

RIGHTS: Mapping[str, Mapping[Role, Reach]] = {
    # the applicant's side
    "draft": {"signatory": "own", "member": "own", "end_user": "part"},
    "upload": {"signatory": "own", "member": "own", "end_user": "part", "laboratory": "own"},
    "import": {"signatory": "own", "member": "own"},
    "submit": _SIGNS,
    "amend": _SIGNS,
    "contest": _SIGNS,
    "note": {"signatory": "own", "end_user": "part", "officer": "own"},
    "answer-rfi": _SIGNS,
    "answer-notice": _SIGNS,
    "withdraw": {"signatory": "own"},
    "appeal": {"signatory": "own"},
    "invite": {"signatory": "own", "member": "own"},
    "manage-organisation": {"organisation_admin": "own"},
    # reading
    "read-application": {
        "signatory": "own",
        "member": "own",
        "end_user": "part",
        **_STAFF,
        "inspector": "part",
        "auditor": "logged",
    },
    "read-sealed": {
        "signatory": "status",
        "member": "status",
        "end_user": "own",
        "officer": "logged",
        "countersigner": "logged",
        "adviser": "part-logged",
        "appeal_officer": "logged",
        "inspector": "part-logged",
        "auditor": "digest",
    },
    "read-exposure": {"signatory": "own", "member": "own", "supply_chain_reader": "own", "policy_analyst": "any"},
    "read-lots": {"signatory": "own", "member": "own", "supply_chain_reader": "own", "inspector": "own", "officer": "own"},
    "read-standing": {"signatory": "own", "member": "own", "officer": "any", "inspector": "any"},
    "read-disclosures": {"signatory": "own", "end_user": "own"},
    # the desk
    "return": _OFFICER,
    "decline": _OFFICER,
    "accept": _OFFICER,
    "take": _OFFICER,
    "ask": _OFFICER,
    "consult": _OFFICER,
    "give-notice": _OFFICER,
    "weigh": _OFFICER,
    "propose": _OFFICER,
    "stop-clock": _OFFICER,
    "screen": _OFFICER,
    "advise": {"adviser": "part"},
    "countersign": {"countersigner": "own"},
    "send-back": {"countersigner": "own"},
    "decide-appeal": {"appeal_officer": "own"},
    "respond-to-appeal": _OFFICER,
    # licences and goods
    "suspend-licence": _OFFICER,
    "resume-licence": _OFFICER,
    "confirm-suspension": {"countersigner": "own"},
    "propose-licence-end": _OFFICER,
    "sign-licence-end": {"countersigner": "own"},
    "reserve": {"signatory": "own", "member": "part"},
    "void-reservation": {"signatory": "own", "member": "part", "customs": "any"},
    "post": {"customs": "any"},
    "reverse": {"customs": "any"},
    "capture-events": {"signatory": "own", "member": "own", "supply_chain_reader": "own"},
    "propose-agreement": _OFFICER,
    "sign-agreement": {"signatory": "own", "countersigner": "own"},
    # findings and inspection
    "read-finding": {"signatory": "part", "member": "part", "officer": "own", "inspector": "own", "auditor": "logged"},
    "open-finding": {"officer": "own", "inspector": "own"},
    "answer-finding": {"signatory": "own"},
    "close-finding": _OFFICER,
    "file-inspection": {"inspector": "own"},
    "file-assay": {"inspector": "own", "laboratory": "own"},
    "file-codebook": {"laboratory": "own"},
    "close-balance": {"inspector": "own"},
    "plan-inspection": {"inspector": "any"},
    # rules, statistics, evidence
    "statistics": {"officer": "any", "countersigner": "any", "policy_analyst": "any", "auditor": "any", "public": "published"},
    "read-rulebook": dict.fromkeys(ROLES, "published"),
    "draft-rulebook": {"policy_analyst": "any"},
    "publish-rulebook": {"policy_analyst": "any"},
    "audit": {"auditor": "logged"},
    "read-bundle": {"signatory": "own", "end_user": "own", "appeal_officer": "own", "auditor": "logged"},
    "verify": dict.fromkeys(ROLES, "any"),
    "manage-office": {"office_admin": "any"},
}


def reach(role: str, action: str) -> Reach | None:
    """How far the role's right to the action reaches; ``None``: no right. An unknown action is our mistake."""
    return next((held for holder, held in RIGHTS[action].items() if holder == role), None)
