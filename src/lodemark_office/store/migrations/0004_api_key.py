"""Keys for machines."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Additive."""

    dependencies = [("store", "0003_custody")]
    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("scopes", models.JSONField(default=list)),
                ("until", models.DateField(null=True)),
                (
                    "hat",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="store.membership"),
                ),
            ],
        ),
    ]
