"""Which dossier another one is about, in a column of its own with an index; until now it had to be looked for in all of them."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_ABOUT = {"case": "application", "appeal": "case", "proceeding": "licence"}


def fill(apps: Any, schema_editor: Any) -> None:
    """From what the lines say already; ``rebuild`` would write the same."""
    summary = apps.get_model("store", "Summary")
    for row in summary.objects.filter(noun__in=[*_ABOUT, "licence"]):
        row.about = row.facts["decision"].rpartition("/")[0] if row.noun == "licence" else row.facts.get(_ABOUT[row.noun]) or ""
        row.save(update_fields=["about"])


class Migration(migrations.Migration):
    """Additive."""

    dependencies = [("store", "0007_licence_rows")]
    operations = [
        migrations.AddField("summary", "about", models.CharField(max_length=120, blank=True, default="")),
        migrations.AddIndex("summary", models.Index(fields=["noun", "about"], name="summary_noun_about")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
