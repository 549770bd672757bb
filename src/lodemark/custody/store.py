"""The journal's store: any DB-API connection, one DDL text, append-only tables. ``journal`` speaks in events, this in rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lodemark.custody.trouble import JournalError

APPEND_ONLY = [
    "document",
    "event",
    "thing",
    "alias",
    "event_thing",
    "event_field",
    "event_alias",
    "master_data",
    "quarantine",
    "finding_seed",
]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between engines: the placeholder, the words for bytes and for comparing byte by byte, how a
    transaction begins, and how a writer is made the only one inside it."""

    name: str
    mark: str
    blob: str
    bytewise: str
    key: str
    begin: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()

    def sql(self, text: str) -> str:
        """Our SQL is written with ``?``; values never stand in the text."""
        return text if self.mark == "?" else text.replace("%", "%%").replace("?", self.mark)

    def ddl(self) -> Iterator[str]:
        """Statements that make the schema; safe to run again. The office's migration runs the same text."""
        text = (resources.files("lodemark.custody") / "ddl.sql").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        text = "\n".join(lines).replace("{blob}", self.blob).replace("{bytewise}", self.bytewise).replace("{key}", self.key)
        yield from (part.strip() for part in text.split(";") if part.strip())
        yield from self._append_only()

    def _append_only(self) -> Iterator[str]:
        if self.name == "postgresql":
            yield (
                "CREATE OR REPLACE FUNCTION custody_append_only() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'custody journal tables are append-only'; END $$ LANGUAGE plpgsql"
            )
        for table in APPEND_ONLY:
            if self.name == "postgresql":
                yield (
                    f"CREATE OR REPLACE TRIGGER custody_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                    f"ON custody_{table} FOR EACH STATEMENT EXECUTE FUNCTION custody_append_only()"
                )
                continue
            for verb in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER IF NOT EXISTS custody_{table}_no_{verb.lower()} BEFORE {verb} ON custody_{table} "
                    "BEGIN SELECT RAISE(ABORT, 'custody journal tables are append-only'); END"
                )


_LOCK = ("LOCK TABLE custody_document IN EXCLUSIVE MODE",)
SQLITE = Dialect("sqlite", "?", "BLOB", "", "INTEGER", begin=("BEGIN IMMEDIATE",))
POSTGRESQL = Dialect("postgresql", "%s", "BYTEA", ' COLLATE "C"', "BIGINT", lock=_LOCK)
# Django's SQLite cursor takes the format style too; its transaction is the office's.
DJANGO_SQLITE = Dialect("sqlite", "%s", "BLOB", "", "INTEGER")


class Store:
    """Rows in, rows out, one transaction at a time.

    ``outer=True``: the caller (the office) holds the transaction; nothing is begun or committed here.
    """

    def __init__(self, connection: Any, dialect: Dialect, *, outer: bool = False) -> None:
        self.connection = connection
        self.dialect = dialect
        self.outer = outer

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """A SQLite journal file, made when it is not there (``:memory:`` for tests). WAL and synchronous=FULL."""
        try:
            connection = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -65536")
            store = cls(connection, SQLITE)
            store.create()
        except sqlite3.Error as error:
            raise JournalError(path=str(path), detail=str(error)) from error
        return store

    def create(self) -> None:
        """Make the tables and triggers that are missing."""
        for statement in self.dialect.ddl():
            self.connection.cursor().execute(statement)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        cursor = self.connection.cursor()
        cursor.execute(self.dialect.sql(sql), tuple(values))
        return list(cursor.fetchall())

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        cursor = self.connection.cursor()
        cursor.execute(self.dialect.sql(sql), tuple(values))
        found = cursor.fetchone()
        return tuple(found) if found is not None else None

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """One integer; 0 for NULL."""
        found = self.one(sql, values)
        return int(found[0] or 0) if found else 0

    def insert(self, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
        """Append rows to ``custody_<table>``."""
        listed = list(rows)
        if listed:
            marks = ", ".join("?" * len(columns.split(",")))
            sql = self.dialect.sql(f"INSERT INTO custody_{table} ({columns}) VALUES ({marks})")
            self.connection.cursor().executemany(sql, listed)

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """One statement on a work table; returns the rows touched."""
        cursor = self.connection.cursor()
        cursor.execute(self.dialect.sql(sql), tuple(values))
        return int(cursor.rowcount)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one writer at a time."""
        if self.outer:
            self._execute(self.dialect.lock)
            yield
            return
        self._execute(self.dialect.begin)
        try:
            self._execute(self.dialect.lock)
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def _execute(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self.connection.cursor().execute(statement)
