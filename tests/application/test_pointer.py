"""If a value lands in another block, somebody answers a question they were never asked."""

from __future__ import annotations

import pytest

from lodemark.application import answer_place, put, read
from lodemark.application.pointer import block

CONTENT = {
    "schema": "lodemark.application/1",
    "parties": {"exporter": {"id": "e"}, "end_user": [{"id": "u"}]},
    "lines": [{"id": "L1"}],
}


def test_a_value_stands_at_its_pointer_and_the_original_is_untouched() -> None:
    changed = put(CONTENT, {"/parties/end_user/0/country": "CH", "/answers/a~1b": True, "/answers/c": "x"})
    assert changed["parties"]["end_user"][0] == {"id": "u", "country": "CH"}  # type: ignore[index]
    assert changed["answers"] == {"a/b": True, "c": "x"}
    assert "answers" not in CONTENT and CONTENT["parties"]["end_user"] == [{"id": "u"}]  # type: ignore[index]


@pytest.mark.parametrize("path", ["/parties/importer/country", "/lines/1/use", "/lines/x/use", "/schema/a/b"])
def test_a_block_that_is_not_there_is_none(path: str) -> None:
    assert block(CONTENT, path) is None


def test_a_fact_is_answered_in_its_field_or_by_its_name_and_a_list_by_neither() -> None:
    app = read(b'{"schema": "lodemark.application/1", "parties": {"exporter": {"id": "e"}}, "lines": [{"id": "L1"}]}')
    assert answer_place(app, "application.exported_from") == "/parties/exporter/country"
    assert answer_place(app, "line[L1].family") == "/answers/line[L1].family"  # the block ``material`` is not there yet
    assert answer_place(app, "line[L1].fraction[Dy]") == "/answers/line[L1].fraction[Dy]"
    assert answer_place(app, "application.end_uses") is None
