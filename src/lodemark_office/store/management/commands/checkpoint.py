"""``checkpoint``: give pending records their leaves and sign the tree."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from lodemark_office.store.log import checkpoint


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(checkpoint(timezone.now()), ending="")
