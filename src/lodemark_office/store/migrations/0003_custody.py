"""The journal of events: the library's own tables, made by the library's own text."""

from __future__ import annotations

from django.db import migrations

from lodemark.custody import POSTGRESQL, SQLITE


def forward(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    dialect = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    with schema_editor.connection.cursor() as cursor:
        for statement in dialect.ddl():
            cursor.execute(statement)


class Migration(migrations.Migration):
    """Runs behind the append-only triggers."""

    dependencies = [("store", "0002_append_only")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
