"""``rebuild``: make every read model again from the records alone."""

from django.core.management.base import BaseCommand

from lodemark_office.store.audit import rebuild


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{rebuild()} dossiers")
