"""Triggers that refuse to change or delete what counts, on both engines.

Defence in depth only: whoever runs the database can drop a trigger. The proof is the tree and the checkpoints outside.
"""

from __future__ import annotations

from django.db import migrations

TABLES = {
    "store_ledgerrecord": ("dossier", "number"),
    "store_commandanswer": ("scope", "key"),
    "store_treeleaf": ("index",),
    "store_treenode": ("level", "index"),
    "store_signedcheckpoint": ("size",),
}
WHY = "append-only: a wrong record is answered by a correcting record"


def _sqlite(table: str, keys: tuple[str, ...]) -> list[str]:
    same = " AND ".join(f'"{key}" = NEW."{key}"' for key in keys)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
    return [
        f'CREATE TRIGGER {table}_no_update BEFORE UPDATE ON "{table}" {refuse}',
        f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}" {refuse}',
        # INSERT OR REPLACE deletes without firing delete triggers unless recursive_triggers is on.
        f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON "{table}" '
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) {refuse}',
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION lodemark_append_only()",
        f'CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION lodemark_append_only()",
    ]


def forward(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION lodemark_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{WHY}'; END $$"
        )
    for table, keys in TABLES.items():
        statements = _postgresql(table) if schema_editor.connection.vendor == "postgresql" else _sqlite(table, keys)
        for statement in statements:
            schema_editor.execute(statement)


def backward(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for name in ("no_change", "no_truncate") if postgresql else ("no_update", "no_delete", "no_replace"):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}" + (f' ON "{table}"' if postgresql else ""))
    if postgresql:
        schema_editor.execute("DROP FUNCTION lodemark_append_only()")


class Migration(migrations.Migration):
    """Runs behind the tables."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
