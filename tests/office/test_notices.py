"""If this fails, somebody misses a period that began to run, or a letter carries what only the file may hold."""

from __future__ import annotations

import random
import smtplib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from lodemark.ledger import Actor
from lodemark.wording import LANGUAGES, has
from lodemark_office.acts import filing
from lodemark_office.acts.filing import CONTENT_MEDIA
from lodemark_office.acts.news import OTHER, STATUTORY
from lodemark_office.acts.office import Office, Sent
from lodemark_office.store import models
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.outbox import MOST_TRIES, letter, send_due
from tests.office.told import lay_out

NOW = datetime(2026, 12, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Office:
    """An office after the story of the street lamps; everybody has an address, the exporter reads Chinese."""
    lay_out("civil-by-name")
    for account in models.Account.objects.all():
        models.Address.objects.create(account=account, email=f"{account.login}@example.org")
    models.Account.objects.filter(login="exporter").update(language="zh-Hans")
    return Office(DatabaseStore())


def test_every_piece_of_news_has_a_word_and_one_class() -> None:
    """A record that is news under no name would be told as a bare code."""
    assert not STATUTORY & OTHER
    assert all(has(f"record-{kind}") for kind in STATUTORY | OTHER)


def test_news_is_written_with_its_record_and_told_once(told: Office) -> None:
    """News written after commit is lost with the process; news told twice a day is read by nobody."""
    rows = list(models.Outbox.objects.all())
    records = models.LedgerRecord.objects.values_list("dossier", "number", "kind")
    kinds = {(dossier, number): kind for dossier, number, kind in records}
    assert {kinds[row.dossier, row.number] for row in rows} >= {"case-accepted", "decision-served", "finding-asked"}
    assert all(row.id == f"{row.dossier}#{row.number}" and row.state == "queued" for row in rows)
    assert send_due(NOW)["sent"] == len(rows)
    assert len(mail.outbox) >= len(rows)
    assert not send_due(NOW) and set(models.Outbox.objects.values_list("state", flat=True)) == {"sent"}


def test_a_record_taken_back_takes_its_news_back(told: Office) -> None:
    """A letter about what never happened would start a period that does not run."""
    before = models.Outbox.objects.count()
    with pytest.raises(ZeroDivisionError), told.store.transaction():
        dossier = told.store.dossiers("application")[0]
        told.store.lock([dossier])
        filing.withdraw(told, Sent("k", Actor("person-lin", "beichen", "signatory"), NOW), dossier, "x")
        raise ZeroDivisionError
    assert models.Outbox.objects.count() == before


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, str):
        yield value


def test_a_letter_holds_nothing_of_the_file(told: Office) -> None:
    """Mail is read by postmasters, assistants and search engines: a mass in it is a secret given away."""
    send_due(NOW)
    text = "\n".join(f"{one.subject}\n{one.body}\n{one.extra_headers}" for one in mail.outbox)
    kept = [bytes(row.content) for row in models.Document.objects.filter(media=CONTENT_MEDIA)]
    secrets = {leaf for content in kept for leaf in leaves(orjson.loads(content)) if len(leaf) > 5}
    secrets |= {name for row in models.Party.objects.exclude(id="office") for name in (row.name_en, row.name_zh)}
    office_names = {settings.OFFICE.name_en, settings.OFFICE.name_zh}
    dossiers = set(models.DossierHead.objects.values_list("dossier", flat=True))
    allowed = office_names | dossiers | {name.partition("/")[2] for name in dossiers}
    assert len(secrets) > 40
    found = {secret for secret in secrets - allowed if secret in text}
    assert found <= {"letter", "in force", "period", "record"}, found


def test_each_reader_is_written_to_in_their_language_with_a_link(told: Office) -> None:
    """A letter in the other language is thrown away as spam."""
    send_due(NOW)
    by_reader = {one.to[0]: one for one in mail.outbox}
    assert "有新情况" in by_reader["exporter@example.org"].subject
    for one in mail.outbox:
        assert f"{settings.OFFICE.base_url}/counter/" in one.body and one.from_email == settings.OFFICE.mail_from
        assert one.extra_headers["Message-ID"].startswith("<") and one.extra_headers["Auto-Submitted"] == "auto-generated"
    assert all(len(one.to) == 1 for one in mail.outbox)
    assert not any(to in by_reader for to in ("officer@example.org", "countersigner@example.org"))


def test_what_a_statute_orders_is_told_to_those_who_switched_the_rest_off(told: Office) -> None:
    """A period must not run unseen because somebody disliked reminders."""
    models.Address.objects.update(other_news=False)
    done = send_due(NOW)
    rows = models.Outbox.objects.all()
    assert {row.state for row in rows if row.statutory} == {"sent"}
    assert {row.state for row in rows if not row.statutory} == {"nobody"} and done["nobody"] >= 1
    account = models.Account.objects.select_related("address").get(login="exporter")
    other, ordered = (next(row for row in rows if row.statutory is flag) for flag in (False, True))
    assert "List-Unsubscribe" in letter(other, account).extra_headers
    assert "List-Unsubscribe" not in letter(ordered, account).extra_headers


class Killed(BaseException):
    """The worker is gone; nothing catches it."""


def test_a_killed_worker_loses_no_letter(told: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """R24: each letter is produced at least once, and whoever gets it twice can tell by its id."""
    dice = random.Random(7)
    send, save = EmailBackend.send_messages, models.Outbox.save

    def maybe_killed() -> None:
        if dice.random() < 0.3:
            raise Killed

    def sending(self: EmailBackend, messages: list[Any]) -> int:
        maybe_killed()
        count = send(self, messages)
        maybe_killed()
        return count

    def saving(self: models.Outbox, *args: Any, **named: Any) -> None:
        maybe_killed()
        save(self, *args, **named)

    monkeypatch.setattr(EmailBackend, "send_messages", sending)
    monkeypatch.setattr(models.Outbox, "save", saving)
    with_address = models.Address.objects.filter
    parties = models.Outbox.objects.values_list("party", flat=True)
    wanted = sum(with_address(account__memberships__party_id=party).distinct().count() for party in parties)
    kills = duplicates = 0
    for _ in range(10):
        models.Outbox.objects.update(state="queued", tries=0)
        mail.outbox.clear()
        while models.Outbox.objects.filter(state="queued").exists():
            try:
                send_due(NOW)
            except Killed:
                kills += 1
        ids = [one.extra_headers["Message-ID"] for one in mail.outbox]
        assert len(set(ids)) == wanted
        duplicates += len(ids) - wanted
    assert kills > 10 and duplicates > 0


class Failing:
    """A mailer that fails in a way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *rest: object) -> None: ...

    def send_messages(self, messages: list[Any]) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({}), "bounced"),
        (smtplib.SMTPDataError(554, b"no"), "bounced"),
        (smtplib.SMTPDataError(451, b"later"), "queued"),
        (ConnectionRefusedError(), "queued"),
    ],
)
def test_what_came_back_says_so_and_what_may_still_go_is_tried_again(
    told: Office, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    """A wrong address must be seen at the counter; a server that is down for an hour must not cost a letter."""
    monkeypatch.setattr("lodemark_office.store.outbox.get_connection", lambda: Failing(error))
    send_due(NOW)
    assert set(models.Outbox.objects.values_list("state", flat=True)) == {state}
    assert not send_due(NOW)
    later = NOW
    for _ in range(MOST_TRIES):
        later += timedelta(days=2)
        send_due(later)
    assert set(models.Outbox.objects.values_list("state", flat=True)) == {"bounced"}


def test_letters_say_the_same_in_both_languages() -> None:
    """Two readers of one firm must not learn two things."""
    assert len(LANGUAGES) == 2 and all(has(code) for code in ("mail-subject", "mail-body", "mail-body-other"))
