"""``bundle CASE FILE``: the appeal file of a case, with a receipt for each record that is logged."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from lodemark.ledger import pack
from lodemark_office.acts.bundling import bundle
from lodemark_office.acts.office import Office
from lodemark_office.store import log
from lodemark_office.store.database import DatabaseStore


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="the dossier, case/C-...")
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, case: str, file: Path, **options: object) -> None:
        office = Office(DatabaseStore())
        log.checkpoint(timezone.now())
        receipts = [log.receipt(case, link.number) for link in office.store.chained(case)]
        file.write_bytes(pack(bundle(office, case, receipts)))
        self.stdout.write(f"{file}  --key {log.log_key()}")
