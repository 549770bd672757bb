"""Canonical bytes: two programs that write the same fact must sign the same bytes."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lodemark.ledger import NotCanonical, canonical, digest


def test_golden_bytes() -> None:
    """A changed byte here would orphan every digest ever published."""
    value = {"b": 2**53, "a": [Decimal("0.10"), date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)], "名": "镝"}
    assert (
        canonical(value) == '{"a":["0.10","2026-03-02","2026-03-02T09:00:00.000Z"],"b":"9007199254740992","名":"镝"}'.encode()
    )
    assert digest(value) == "efb5bbcb55a889a861af2979880c3cdf15223e47a6d123bce7ade94f5a605456"


def test_a_set_of_words_has_one_order() -> None:
    """The order of a set differs between two runs of Python; a digest must not."""
    assert canonical({"b", "a", "c"}) == b'["a","b","c"]'


def test_instants_of_one_moment_have_one_form() -> None:
    """09:00 in Shanghai and 01:00 UTC are one moment and must hash alike."""
    there = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
    assert canonical(there) == canonical(there.astimezone(UTC))


DEEP: list[object] = []
for _ in range(70):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [0.1, float("nan"), b"x", {1}, datetime(2026, 3, 2), {1: "x"}, "\ud800", object(), DEEP, "x" * 300_000],  # noqa: DTZ001
    ids=["float", "nan", "bytes", "set", "naive", "key", "surrogate", "object", "deep", "large"],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    """A float that is rounded on the way would make a licence unverifiable."""
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("first", range(0, 0x20000, 0x1000))
def test_every_character_has_the_bytes_of_the_standard(first: int) -> None:
    """Digests are published; a reader with any other RFC 8785 library must come to the same ones."""
    plain = [chr(code) for code in range(first, first + 0x1000) if not 0xD800 <= code < 0xE000]
    value = {char: [char, place] for place, char in enumerate(plain)}
    assert canonical(value) == rfc8785.dumps(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


@given(JSON)
def test_canonical_bytes_are_those_of_another_library(value: object) -> None:
    """Names beyond U+FFFF sort by UTF-16 unit, not by code point; one order more and the chain breaks elsewhere."""
    assert canonical(value) == rfc8785.dumps(value)


def test_names_beyond_the_basic_plane_sort_by_utf16_unit() -> None:
    """U+1F600 begins with the unit D83D, so it stands before U+FB33: the example of RFC 8785, 3.2.3."""
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


class Word(StrEnum):
    ONE = "one"


def test_a_word_from_a_list_of_words_is_its_text() -> None:
    """A name that is an enumeration's member is the text it stands for."""
    assert canonical({Word.ONE: Word.ONE}) == b'{"one":"one"}'
