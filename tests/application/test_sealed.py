"""Sealed answers: the supplier's file must neither hold nor decide by what the end user told the authority alone."""

import copy
from datetime import date

import pytest

from lodemark import rules
from lodemark.application import defects, facts, read
from lodemark.application.checks import run
from lodemark.rules import Known
from tests.application.test_read import example

BOOK = rules.load("cn-ann18")
DAY = date(2026, 3, 16)
SEAL = {"sealed": "sha-256:" + "7" * 64, "to": "authority"}


def sealed():
    """The full example with the end user's answer about the country it is in sealed."""
    content = copy.deepcopy(dict(example("full").content))
    content["parties"]["end_user"][0]["country"] = SEAL
    return read(content)


@pytest.mark.parametrize("reader", ["exporter", "laboratory"])
def test_others_wait_for_it_and_are_not_asked(reader: str) -> None:
    """'Waiting on the end user' is no item for the exporter to cure, and no ground to decide."""
    app = sealed()
    found = rules.assess(BOOK, facts(app, BOOK), on=DAY, as_seen_by=reader)
    assert "party[p3].country" in {item.fact_ref for item in found.waiting_for}
    assert "party[p3].country" not in {item.fact_ref for item in found.missing}
    assert {cell.outcome for cell in found.cells} == {"not_known"}
    assert not any("p3" in item.rule_id for item in defects(app, found, run(app, BOOK)))


def test_the_authority_decides_with_it() -> None:
    """The office hands the opened answer in; the file itself still holds the digest only."""
    app = sealed()
    clear = {
        f"party[{party}].listed[{measure}]": False
        for party in app.parties.members
        for measure in BOOK.lists["list/measures"].items
    }
    found = rules.assess(BOOK, facts(app, BOOK), on=DAY, gathered={**clear, "party[p3].country": Known("CH")})
    assert [cell.outcome for cell in found.cells] == ["licence_required"]
    assert "CH" not in str(app.content["parties"]["end_user"][0]["country"])


def test_the_digest_of_the_file_does_not_move_with_the_answer() -> None:
    """Whatever the end user answers, the exporter's file stays the same bytes."""
    assert facts(sealed(), BOOK).digest == facts(sealed(), BOOK).digest
    assert facts(sealed(), BOOK).digest != facts(example("full"), BOOK).digest
