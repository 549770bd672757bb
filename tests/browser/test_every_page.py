"""Every page that anybody can come to by links, in both languages and themes: whole, quiet, readable, at every width."""

from __future__ import annotations

import pytest

from tests.browser.looking import audited, bare_codes, foreign, read, too_wide, walk
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
            texts = read(page)
            own = page.evaluate("document.documentElement.lang")
            faults += [] if own == lang else [f"its language is {own}"]
            faults += [f"bare code {code}" for code in bare_codes(texts)]
            faults += [f"other language: {text}" for text in foreign(texts, lang)]
            faults += audited(page) + too_wide(page)
            wrong += [f"{person or 'public'} {url}: {fault}" for fault in faults]
    assert len(known) > KINDS
    assert not wrong, "\n" + "\n".join(wrong)
