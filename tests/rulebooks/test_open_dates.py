"""The very same goods on the days on which a text is announced, suspended, and no longer known; a what-if; until when anybody looked.

If one broke, a suspended duty would be enforced, or a returned one missed. The days of every text: ``test_triples``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lodemark import rules
from tests.rulebooks.probe import FILE, books, verdict

MAGNET_ABROAD = FILE.state(
    {
        "crossing[x1].from": "AT",
        "crossing[x1].to": "CH",
        "node[n1].is_assembly": False,
        "node[n1].family": "ndfeb_sintered",
        "node[n1].fraction[Dy]": Decimal("0.026"),
        "node[n1].origin": "CN",
        "node[n1].cn_technology": False,
    }
)


@pytest.mark.parametrize(
    ("on", "reachable"),
    [
        (date(2025, 10, 8), "not_met"),
        (date(2025, 10, 9), "met"),
        (date(2025, 11, 6), "met"),
        (date(2025, 11, 7), "not_met"),
        (date(2026, 11, 10), "not_met"),
        (date(2026, 11, 11), "not_known"),
        (date(2026, 11, 24), "not_known"),
    ],
)
def test_re_export_of_a_chinese_magnet(on: date, reachable: str) -> None:
    """公告61号第一（三）点: the very same crossing is free, bound, free, and then a question to the authority."""
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on) == reachable


def test_a_what_if_brings_the_suspended_text_back() -> None:
    """Without it a maker could not see today what the return of the announcement would mean."""
    on = date(2026, 3, 16)
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on) == "not_met"
    assert verdict("cn/ann61-2025/1-3", MAGNET_ABROAD, on, assume={"cn/ann61-2025": "in_force"}) == "met"


def test_every_instrument_says_until_when_it_was_checked() -> None:
    """An assessment for a later day must say that nobody has looked since."""
    for book in books().values():
        for instrument in book.instruments.values():
            assert instrument.checked_until == date(2026, 11, 22), instrument.id
    found = rules.assess(books()["cn-ann18"], FILE, on=date(2026, 11, 23))
    assert {reason.code for cell in found.cells for reason in cell.caveats} == {"rulebook-not-checked-since"}
    assert not rules.assess(books()["cn-ann18"], FILE, on=date(2026, 11, 22)).cells[0].caveats
