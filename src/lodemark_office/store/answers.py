"""Answers as they are stored: bytes that a replay gets again."""

from __future__ import annotations

import orjson

from lodemark import Reason
from lodemark_office.acts.store import Answer, Written


def read_answer(data: bytes) -> Answer:
    """The answer as it was stored."""
    value = orjson.loads(data)
    return Answer(
        status=value["status"],
        written=tuple(Written(**each) for each in value["written"]),
        reasons=tuple(Reason(**each) for each in value["reasons"]),
        result=value["result"],
    )
