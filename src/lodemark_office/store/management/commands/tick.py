"""``tick``: run the timers of today; running it again the same day changes nothing."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from lodemark_office.acts.office import Office
from lodemark_office.acts.timers import tick
from lodemark_office.store.database import DatabaseStore


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        answers = tick(Office(DatabaseStore()), timezone.now())
        self.stdout.write(f"{sum(answer.done for answer in answers)} acts")
