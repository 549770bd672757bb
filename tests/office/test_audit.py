"""Audit, rebuild, backup: what whoever runs the database can do unseen, and what an outsider's copy brings to light."""

import pytest
from django.db import connection

from lodemark.ledger import Record
from lodemark_office.acts.write import Decided, write
from lodemark_office.store import files, log, models
from lodemark_office.store.audit import audit, rebuild
from lodemark_office.store.backup import copy_files
from lodemark_office.store.database import DatabaseStore
from tests.office.conftest import AT
from tests.office.told import lay_out


@pytest.fixture
def played(db) -> None:
    lay_out("the-joint-nobody-could-name")
    log.checkpoint(AT)


def codes(outside: tuple[str, ...] = ()) -> set[str]:
    return {one.code for one in audit(outside).found}


def behind_the_back(sql: str, values: list[object] | None = None) -> None:
    """Raw SQL with the triggers gone: what an operator can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("no_change", "no_truncate"):
                for table in ("ledgerrecord", "treeleaf", "treenode", "signedcheckpoint"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS store_{table}_{name} ON store_{table}")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'store_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, values or [])


def test_an_untouched_office_is_whole(played) -> None:
    """An audit that cries wolf is switched off within a week."""
    report = audit()
    assert report.whole, [one.explain() for one in report.found]
    assert report.records >= 20


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE store_ledgerrecord SET body = body_digest WHERE number = 2 AND kind = 'case-taken'", "chain-broken"),
        ("DELETE FROM store_ledgerrecord WHERE kind = 'drawdown-posted'", "audit-head-differs"),
        ("DELETE FROM store_ledgerrecord WHERE dossier LIKE 'case/%%'", "audit-records-missing"),
        ("UPDATE store_licenceaccount SET posted = posted - 1 WHERE posted > 0", "audit-balance-differs"),
        ("UPDATE store_summary SET state = 'granted'", "audit-summary-differs"),
        ("UPDATE store_document SET content = sha256", "audit-document-differs"),
        ('UPDATE store_treeleaf SET chain_digest = dossier WHERE "index" = 3', "audit-leaf-differs"),
    ],
)
def test_what_an_operator_rewrites_is_found(played, sql: str, code: str) -> None:
    """The office must be able to show that its files are what they were."""
    if connection.vendor == "postgresql":
        sql = sql.replace("content = sha256", "content = sha256::bytea").replace(
            "chain_digest = dossier", "chain_digest = dossier::bytea"
        )
    behind_the_back(sql)
    assert code in codes()


def test_a_restored_old_copy_is_caught_by_a_checkpoint_that_an_outsider_kept(played, order) -> None:
    """Whoever restores yesterday's database has rewritten today: only a witness outside can show it."""
    kept = log.checkpoint(AT)
    store = DatabaseStore()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT yesterday")
    write(store, order(), lambda: Decided([("note/1", [Record("note-made", AT.date())])]))
    later = log.checkpoint(AT)
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT yesterday")
    assert codes((kept,)) == set()
    assert codes((later,)) == {"audit-log-behind"}


def test_a_rebuild_gives_the_read_models_that_were_there(played) -> None:
    """A list that cannot be made again from the records is a second truth."""
    before = [list(model.objects.order_by("pk").values()) for model in (models.Summary, models.LicenceAccount)]
    assert rebuild() == models.Summary.objects.count()
    assert [list(model.objects.order_by("pk").values()) for model in (models.Summary, models.LicenceAccount)] == before


def test_a_backup_carries_the_files_and_a_restore_brings_them_back(tmp_path) -> None:
    """A restored office without its papers has decisions that rest on nothing."""
    name = files.keep(b"line,mass\nL1,1 kg\n")
    half = files.folder() / name[:2] / "tmp-half-written"
    half.write_bytes(b"half")
    copy_files(files.folder(), tmp_path)
    assert [path.name for path in files.every(tmp_path)].count(name) == 1 and not list(tmp_path.rglob(half.name))
    (files.folder() / name[:2] / name).unlink()
    half.unlink()
    copy_files(tmp_path, files.folder())
    assert files.read(name) == b"line,mass\nL1,1 kg\n"
