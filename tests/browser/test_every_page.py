"""Every page that anybody can come to by links, in both languages and themes: whole, quiet, readable, at every width."""

from __future__ import annotations

import pytest

from tests.browser.looking import audited, misread, too_wide, walk
from tests.browser.served import People, Theme

PERSONS = ("", "exporter", "buyer", "longterm", "officer", "countersigner", "appeal", "customs", "inspector", "laboratory")
KINDS = 40
"""Fewer kinds of page than there are would mean that the walk lost its way."""


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh-Hans", "dark")])
def test_every_page_is_whole(people: People, lang: str, theme: Theme) -> None:
    """One broken page is the one somebody needs; the reader of the second language reads as much as the first."""
    wrong: list[str] = []
    known: set[str] = set()
    for person in PERSONS:
        for url, page, faults in walk(people, person, lang, theme, known):
            found = [*faults, *audited(page, theme), *too_wide(page), *misread(page, lang)]
            wrong += [f"{person or 'public'} {url}: {fault}" for fault in found]
    assert len(known) > KINDS
    assert not wrong, "\n" + "\n".join(wrong)
