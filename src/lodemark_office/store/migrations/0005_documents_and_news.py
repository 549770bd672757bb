"""Files handed in, the outbox as it is sent, addresses, and what statistics count of each dossier."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The old outbox never held a row: nothing wrote to it."""

    dependencies = [("store", "0004_api_key")]
    operations = [
        migrations.DeleteModel(name="Outbox"),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("party", models.CharField(max_length=120)),
                ("dossier", models.CharField(db_index=True, max_length=120)),
                ("number", models.BigIntegerField()),
                ("statutory", models.BooleanField()),
                ("made_at", models.DateTimeField()),
                ("state", models.CharField(default="queued", max_length=20)),
                ("tries", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["state", "next_at"], name="outbox_due")]},
        ),
        migrations.CreateModel(
            name="KeptFile",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(blank=True, max_length=10)),
                ("media", models.CharField(blank=True, max_length=100)),
                ("size", models.BigIntegerField()),
                ("state", models.CharField(db_index=True, max_length=20)),
                ("cause", models.CharField(blank=True, max_length=60)),
                ("facts", models.JSONField(default=dict)),
                ("engine", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="HandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("party", models.CharField(db_index=True, max_length=120)),
                ("person", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("sha256", "party"), name="handed_in_once")]},
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="address",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("other_news", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("dossier", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("facts", models.JSONField(default=dict)),
            ],
        ),
    ]
