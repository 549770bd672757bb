"""``backup FOLDER``: database and last checkpoint, while the office runs; keys are kept elsewhere."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from lodemark_office.store.backup import backup


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        for name, digest in backup(folder).items():
            self.stdout.write(f"{digest}  {name}")
