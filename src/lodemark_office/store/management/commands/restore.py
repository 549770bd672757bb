"""``restore FOLDER``: into an empty office only, followed by an audit."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from lodemark_office.store.backup import restore


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        restore(folder)
        call_command("audit", checkpoint=[folder / "checkpoint"])
