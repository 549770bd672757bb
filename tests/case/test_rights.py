"""If these fail, a role would reach a file or an act that the published table does not give it."""

from __future__ import annotations

import pytest

from lodemark.case.rights import RIGHTS, ROLES, reach

# The published table (one letter per role of its columns), row by row, for the acts that decide something.
COLUMNS = (
    "signatory",
    "member",
    "end_user",
    "officer",
    "countersigner",
    "adviser",
    "appeal_officer",
    "inspector",
    "customs",
    "policy_analyst",
    "auditor",
    "public",
)
PUBLISHED = {
    "draft": "YYP.........",
    "submit": "Y.P.........",
    "answer-rfi": "Y.P.........",
    "appeal": "Y...........",
    "read-application": "YYPYYPYP..L.",
    "read-sealed": "SSYLLQLQ..D.",
    "accept": "...Y........",
    "propose": "...Y........",
    "countersign": "....Y.......",
    "advise": ".....P......",
    "decide-appeal": "......Y.....",
    "suspend-licence": "...Y........",
    "sign-licence-end": "....Y.......",
    "reserve": "YP..........",
    "post": "........A...",
    "file-assay": ".......Y....",
    "publish-rulebook": ".........A..",
    "audit": "..........L.",
    "verify": "AAAAAAAAAAAA",
}
LETTERS = {"own": "Y", "part": "P", "logged": "L", "part-logged": "Q", "status": "S", "digest": "D", "any": "A", None: "."}


@pytest.mark.parametrize("action", PUBLISHED)
def test_the_table_is_the_published_one(action: str) -> None:
    """A right given by a slip of the pen is found here, not by the party whose secrets it opened."""
    assert "".join(LETTERS[reach(role, action)] for role in COLUMNS) == PUBLISHED[action]


def test_the_office_administrator_reads_no_case() -> None:
    """Whoever manages accounts could otherwise read every file of the country."""
    held = {action for action in RIGHTS if reach("office_admin", action)}
    assert held == {"read-rulebook", "verify", "manage-office"}


def test_the_laboratory_is_blind_to_the_case() -> None:
    """A laboratory that knows whose sample it measures can no longer be believed by either side."""
    assert not {action for action in RIGHTS if action.startswith("read-") and reach("laboratory", action)} - {"read-rulebook"}


def test_only_known_roles_hold_rights() -> None:
    """A misspelt role would be a door nobody can close."""
    assert {role for holders in RIGHTS.values() for role in holders} <= set(ROLES)


def test_an_unknown_role_has_no_right() -> None:
    """What the table does not name is not allowed."""
    assert reach("king", "post") is None
