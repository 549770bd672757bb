"""One journal, two engines: the same text of tables, the same answers, the same refusals."""

import tempfile
from pathlib import Path

import pytest

from lodemark.custody import POSTGRESQL, Journal, Store
from lodemark.custody.query import Query
from lodemark.custody.store import DJANGO_SQLITE
from tests.custody.make import MINE, NOW, document, event, made
from tests.custody.test_query import EVENTS, EXT
from tests.engines import postgres

ASKED = [
    {}, {"GE_quantity_KGM": "40"}, {"MATCH_epc": "urn:epc:idpat:sgtin:4012345.012345.*"}, {"GE_ex:score": "9"},
    {"orderBy": "eventTime", "orderDirection": "ASC", "perPage": "3"}, {"orderBy": "ex:score"}, {"WD_bizLocation": "urn:x:y"},
    {"EQ_eventID": "ni:///sha-256;" + "00" * 32 + "?ver=CBV2.0"}, {"GE_value_KEL": "293.65"},
    {"EQ_bizTransaction_lode:export-licence": "https://example.com/licence/1"},
]  # fmt: skip


@pytest.fixture(scope="module")
def connection():
    # Not pytest's own folder: the server steps down from root and may not enter it.
    with tempfile.TemporaryDirectory(prefix="lodemark-test-") as folder, postgres(Path(folder)) as url:
        if url is None:
            pytest.skip("PostgreSQL is not installed: its half of this file was not run")
        psycopg = pytest.importorskip("psycopg")
        with psycopg.connect(url) as found:
            found.execute("DROP SCHEMA IF EXISTS custody_test CASCADE")
            found.execute("CREATE SCHEMA custody_test")
            found.execute("SET search_path TO custody_test")
            found.commit()
            yield found


@pytest.mark.postgres
def test_postgresql_answers_as_sqlite_does(connection):
    """An office that moves to a server must find the same lots, or its decisions no longer hold."""
    store = Store(connection, POSTGRESQL)
    store.create()
    store.create()
    connection.commit()
    server, file = Journal(store), Journal.open(":memory:")
    for journal in (server, file):
        assert journal.capture(document(*EVENTS.values()), party=MINE, recorded_at=NOW).captured == len(EVENTS)
        assert journal.capture(document(EVENTS["made"]), party=MINE, recorded_at=NOW).duplicate == 1
        assert journal.capture(document(event(action="CREATE")), party=MINE, recorded_at=NOW).refused == 1
    assert server.genealogy().digest == file.genealogy().digest
    for params in ASKED:
        query = Query.from_params(params, EXT)
        one, other = server.events(query), file.events(query)
        assert [(s.seq, s.hash, s.sent.body) for s in one.events] == [(s.seq, s.hash, s.sent.body) for s in other.events], (
            params
        )
        assert one.after == other.after
    for sql in ("UPDATE custody_event SET party = 'x'", "DELETE FROM custody_document", "TRUNCATE custody_event_thing"):
        with pytest.raises(Exception, match="append-only"):
            store.run(sql)
        connection.rollback()


def test_the_offices_transaction_is_kept():
    """The journal, the ledger record and the read models stand or fall together."""
    journal = Journal.open(":memory:")
    raw = journal.store.connection
    inside = Journal(Store(_FormatStyle(raw), DJANGO_SQLITE, outer=True))
    raw.execute("BEGIN")
    assert inside.capture(document(made("A", 1)), party=MINE, recorded_at=NOW).captured == 1
    raw.execute("ROLLBACK")
    assert journal.store.number("SELECT COUNT(*) FROM custody_event") == 0


class _FormatStyle:
    """A connection as Django hands it out: ``%s`` for values, ``%%`` for a percent sign."""

    def __init__(self, raw):
        self.raw = raw

    def cursor(self):
        return _Cursor(self.raw.cursor())


class _Cursor:
    def __init__(self, raw):
        self.raw = raw

    def execute(self, sql, values=()):
        return self.raw.execute(sql.replace("%s", "?").replace("%%", "%"), values)

    def executemany(self, sql, rows):
        return self.raw.executemany(sql.replace("%s", "?").replace("%%", "%"), rows)

    def __getattr__(self, name):
        return getattr(self.raw, name)
