"""``audit``: compute everything again and say what differs; exit code 1 with findings."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from lodemark.wording import LANGUAGES, say
from lodemark_office.store.audit import audit


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checkpoint", action="append", default=[], type=Path, help="a checkpoint that somebody else kept")

    def handle(self, *args: object, **options: list[Path]) -> None:
        report = audit(tuple(path.read_text(encoding="utf-8") for path in options["checkpoint"]))
        facts = {
            "dossiers": report.dossiers,
            "records": report.records,
            "documents": report.documents,
            "found": len(report.found),
        }
        for lang in LANGUAGES:
            self.stdout.write(say("audit-report", facts, lang))
        for one in report.found:
            self.stdout.write(one.explain("en"))
        if not report.whole:
            sys.exit(1)
