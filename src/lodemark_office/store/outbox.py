"""The outbox: written in the transaction of the record it tells of, sent after commit, at least once, under one id.

A worker that dies between sending and noting sends again; both letters carry the same Message-ID, so a reader's mail
program shows one.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from lodemark.ledger import Entry
from lodemark.wording import Lang, say
from lodemark_office.acts.news import news, owner_of
from lodemark_office.acts.reference import reference
from lodemark_office.store import models
from lodemark_office.store.statement import Statement

MOST_TRIES = 10
PAGES = {
    "application": "/counter/applications/",
    "case": "/counter/cases/",
    "appeal": "/counter/appeals/",
    "licence": "/counter/licences/",
    "agreement": "/counter/agreements/",
    "finding": "/counter/findings/",
    "invitation": "/counter/invitations/",
}
# The party is looked up where its own line is kept, in the same transaction; what a party did itself is no news to it.
_QUEUE = (
    "INSERT INTO store_outbox (id, party, dossier, number, statutory, made_at, state, tries, next_at) "
    "SELECT %s, party, %s, %s, %s, %s, 'queued', 0, %s FROM store_summary "
    "WHERE dossier = %s AND party <> '' AND party <> %s ON CONFLICT (id) DO NOTHING"
)


def queued(dossier: str, written: Sequence[Entry], state: Any, at: object) -> list[Statement]:
    """What puts the news of these records into the outbox; ``at`` as the engine takes instants."""
    told = news({entry.number: entry.record.kind for entry in written})
    by = {entry.number: entry.stamp.actor.party for entry in written}
    owner = owner_of(dossier, state)
    return [
        (_QUEUE, (f"{dossier}#{number}", dossier, number, statutory, at, at, owner, by[number]))
        for number, statutory in told.items()
    ]


def send_due(at: datetime, most: int = 500) -> Counter[str]:
    """Send what is due; returns how many rows ended in which state. Safe to run twice and by several workers at once."""
    done: Counter[str] = Counter()
    with get_connection() as mailer:
        for row in models.Outbox.objects.filter(state="queued", next_at__lte=at).order_by("next_at", "id")[:most]:
            row.state = _send(row, mailer)
            row.tries += 1
            if row.state == "queued" and row.tries >= MOST_TRIES:
                row.state = "bounced"
            if row.state == "queued":
                row.next_at = at + timedelta(minutes=2**row.tries)
            row.told_at = at if row.state == "sent" else None
            row.save(update_fields=["state", "tries", "next_at", "told_at"])
            done[row.state] += 1
    return done


def _send(row: models.Outbox, mailer: Any) -> str:
    """One letter per reader with an address. Nobody to write to is a state too: the news stands at the counter all the same."""
    accounts = (
        models.Account.objects.filter(memberships__party_id=row.party, is_active=True).distinct().select_related("address")
    )
    readers = [account for account in accounts if hasattr(account, "address")]
    wanted = [account for account in readers if row.statutory or account.address.other_news]
    if not wanted:
        return "nobody"
    refused = 0
    for account in wanted:
        try:
            mailer.send_messages([letter(row, account)])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
            refused += 1
        except smtplib.SMTPResponseException as error:
            if error.smtp_code < 500:
                return "queued"
            refused += 1
        except OSError:  # smtplib's own errors are OSErrors as well: the server could not be reached or went away
            return "queued"
    return "bounced" if refused == len(wanted) else "sent"


def letter(row: models.Outbox, account: models.Account) -> EmailMessage:
    """The letter in the reader's language: which dossier, and where to read. Nothing of what is in it."""
    lang: Lang = "zh-Hans" if (account.language or settings.OFFICE.default_language).startswith("zh") else "en"
    office = settings.OFFICE.name_zh if lang == "zh-Hans" else settings.OFFICE.name_en
    base, ref, noun = settings.OFFICE.base_url, reference(row.dossier), row.dossier.partition("/")[0]
    facts = {"reference": ref, "link": f"{base}{PAGES[noun]}{ref}/", "office": office}
    host = urlsplit(base).hostname or "localhost"
    name = hashlib.sha256(f"{row.id} {account.pk}".encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    if not row.statutory:
        headers["List-Unsubscribe"] = f"<{base}/settings/>"
    body = say("mail-body" if row.statutory else "mail-body-other", {**facts, "settings": f"{base}/settings/"}, lang)
    return EmailMessage(
        say("mail-subject", facts, lang), body, settings.OFFICE.mail_from, [account.address.email], headers=headers
    )
