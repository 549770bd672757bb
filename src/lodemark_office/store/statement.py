"""Statements whose results nobody reads, sent together."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

Statement = tuple[str, Sequence[object]]
"""SQL that is the same on both engines, and its values."""


def run(statements: Sequence[Statement]) -> None:
    """Carry out statements: to PostgreSQL in one message, so a head is held for less."""
    if not statements:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("; ".join(sql for sql, _ in statements), [value for _, row in statements for value in row])
        else:
            for sql, row in statements:
                cursor.execute(sql, row)
