"""``notices``: send what is due, once, or every so many seconds beside the server."""

import time

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from lodemark_office.store.outbox import send_due


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS")

    def handle(self, *args: object, **options: object) -> None:
        every = int(str(options["every"]))
        while True:
            done = send_due(timezone.now())
            if done or not every:
                self.stdout.write(" ".join(f"{state}={count}" for state, count in sorted(done.items())) or "nothing is due")
            if not every:
                return
            close_old_connections()
            time.sleep(every)
