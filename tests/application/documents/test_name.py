"""If this fails, a name that reads ``.pdf`` hides what it ends in, or a name becomes a path."""

from __future__ import annotations

import pytest

from lodemark.application.documents import readable_name
from lodemark.application.documents.name import MOST_CHARACTERS

TRICKS = [
    ("invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"),
    ("a\u200bb", "a⟨U+200B⟩b"),
    ("a\0b", "a⟨U+0000⟩b"),
    ("e\u0301.pdf", "é.pdf"),
    ("最终用户证明.pdf", "最终用户证明.pdf"),
    ("../../etc/passwd", "../../etc/passwd"),
]


@pytest.mark.parametrize(("sent", "shown"), TRICKS)
def test_tricks_are_shown_and_honest_names_are_left(sent: str, shown: str) -> None:
    """A reader decides by what is seen."""
    assert readable_name(sent) == shown


def test_a_name_ends_somewhere() -> None:
    """A name of a million letters would bury the page it stands on."""
    assert len(readable_name("x" * 100_000)) == MOST_CHARACTERS
