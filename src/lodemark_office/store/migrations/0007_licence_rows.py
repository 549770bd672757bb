"""A licence in rows, and on PostgreSQL the one call that reserves on it.

An office from before has no such rows: its licences are folded whole until ``manage.py rebuild`` has made them.
"""

from __future__ import annotations

from django.db import migrations, models

from lodemark_office.store.draw_function import CREATE, DROP


def forward(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def backward(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    """Additive."""

    dependencies = [("store", "0006_party_identifiers")]
    operations = [
        migrations.CreateModel(
            name="LicenceState",
            fields=[
                ("dossier", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("gate", models.IntegerField()),
                ("moved", models.BigIntegerField()),
                ("latest", models.CharField(max_length=24)),
                ("core", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="LicenceDrawdown",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "dossier", "drawdown", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dossier", models.CharField(max_length=120)),
                ("drawdown", models.CharField(max_length=200)),
                ("shipment", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=20)),
                ("body", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["dossier", "shipment"], name="drawdown_shipment")]},
        ),
        migrations.RunPython(forward, backward),
    ]
