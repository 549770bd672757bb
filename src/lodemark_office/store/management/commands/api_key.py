"""``api_key LOGIN``: make a key for machines under a hat of that account. Its text is shown once and kept nowhere."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lodemark_office.api import keys
from lodemark_office.store.models import Membership


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument("--role", default="", help="which hat, where the account has several")
        parser.add_argument("--scope", action="append", help="licences, or licences:read; may be repeated; all when left out")
        parser.add_argument("--until", type=date.fromisoformat, help="the first day on which it no longer opens anything")

    def handle(self, *args: object, **options: str) -> None:
        hats = Membership.objects.filter(account__login=options["login"])
        if options["role"]:
            hats = hats.filter(role=options["role"])
        if hats.count() != 1:
            roles = ", ".join(hat.role for hat in hats) or "-"
            raise CommandError(f"{options['login']}: one hat is needed; say --role, one of: {roles}")
        scopes = options["scope"] or [keys.ALL]
        self.stdout.write(keys.issue(hats.get(), options["login"], scopes, options["until"]))  # type: ignore[arg-type]
