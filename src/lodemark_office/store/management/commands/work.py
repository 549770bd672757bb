"""``work``: capture the large documents that wait, tell subscribers what is new; until stopped, or ``--once``."""

import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from lodemark_office.acts.office import Office
from lodemark_office.acts.store import Busy
from lodemark_office.jobs.captures import finish
from lodemark_office.jobs.deliver import deliver
from lodemark_office.store.database import DatabaseStore

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: object, **options: object) -> None:
        office = Office(DatabaseStore())
        stuck: set[str] = set()
        while True:
            try:
                captured = finish(office, timezone.now(), stuck)
                told = deliver(office, timezone.now(), settings.OFFICE.webhook_hosts)
            except Busy as error:
                captured = told = 0
                self.stderr.write(error.explain("en"))  # the next round finds it all as it was
            if options["once"]:
                self.stdout.write(f"{captured} documents, {told} deliveries")
                return
            if not captured and not told:
                close_old_connections()
                time.sleep(PAUSE_SECONDS)
