"""What events call a party by, and the index that asks with it."""

from __future__ import annotations

import importlib

from django.db import migrations, models

# The library's text makes only what is missing.
_custody = importlib.import_module("lodemark_office.store.migrations.0003_custody")


class Migration(migrations.Migration):
    """Additive."""

    dependencies = [("store", "0005_documents_and_news")]
    operations = [
        migrations.AddField("party", "identifiers", models.JSONField(default=dict)),
        migrations.RunPython(_custody.forward, migrations.RunPython.noop),
    ]
