"""Canonical bytes: two programs that write the same fact must sign the same bytes."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

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
