"""If these fail, a person would be refused in a code instead of a sentence, or in one language only."""

from __future__ import annotations

from typing import get_args

import pytest

from lodemark.case import MACHINES
from lodemark.case.appeal import APPEAL
from lodemark.case.appeal.fold import STEPS as APPEAL_STEPS
from lodemark.case.appeal.model import Conclusion
from lodemark.case.clock import Court
from lodemark.case.fold import STEPS
from lodemark.case.machine import code
from lodemark.case.model import Outcome
from lodemark.wording import LANGUAGES, has, say

GUARDS = {code(guard) for machine in (*MACHINES, APPEAL) for row in machine.rows for guard in row.guards}
COURTS = {f"court-{court}" for court in get_args(Court) if court != "appeal_body"}
OUTCOMES = {f"outcome-{outcome}" for outcome in (*get_args(Outcome), "partly_granted", "mixed")}
CONCLUSIONS = {f"conclusion-{conclusion}" for conclusion in get_args(Conclusion)}
SPOKEN = GUARDS | set(STEPS) | set(APPEAL_STEPS) | OUTCOMES | CONCLUSIONS | COURTS


@pytest.mark.parametrize("spoken", sorted(SPOKEN))
def test_each_code_is_a_sentence_in_both_languages(spoken: str) -> None:
    """A code on a page is an office that does not speak."""
    assert has(spoken)
    assert len({say(spoken, {}, lang) for lang in LANGUAGES}) == 2
