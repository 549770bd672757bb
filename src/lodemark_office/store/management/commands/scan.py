"""``scan``: show the scanner every file that waits for it."""

from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand

from lodemark_office.store.documents import rescan
from lodemark_office.store.scanner import scanner


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        counted = Counter(held.state for held in rescan(scanner(settings.OFFICE.scanner)))
        self.stdout.write(" ".join(f"{state}={count}" for state, count in sorted(counted.items())) or "nothing waits")
