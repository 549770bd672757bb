"""Every page that anybody can come to by links, in both languages: whole, quiet, readable, at every width."""

from __future__ import annotations

import pytest

from tests.browser.looking import audited, misread, too_wide, walk
from tests.browser.served import People

PERSONS = ("", "exporter", "buyer", "longterm", "officer", "countersigner", "appeal", "customs", "inspector", "laboratory")
KINDS = 40
"""Fewer kinds of page than there are would mean that the walk lost its way."""


# Structure and colours are the same in every language, so axe looks at one of them; with --long at both.
@pytest.mark.parametrize(
    ("lang", "audit"), [("en", True), ("zh-Hans", False), pytest.param("zh-Hans", True, marks=pytest.mark.long)]
)
def test_every_page_is_whole(people: People, lang: str, audit: bool) -> None:
    """One broken page is the one somebody needs; the reader of the second language reads as much as the first."""
    wrong: list[str] = []
    known: set[str] = set()
    for person in PERSONS:
        for url, page, faults in walk(people, person, lang, known):
            found = [*faults, *too_wide(page), *misread(page, lang), *(audited(page) if audit else [])]
            wrong += [f"{person or 'public'} {url}: {fault}" for fault in found]
    assert len(known) > KINDS
    assert not wrong, "\n" + "\n".join(wrong)
