"""All tables. What counts is append-only (triggers refuse UPDATE and DELETE); the rest are rows of convenience."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class DossierHead(models.Model):
    """Where a dossier stands: the one lock of its writers. A scope without records (``open/<person>``) has number 0."""

    dossier = models.CharField(primary_key=True, max_length=120)
    number = models.BigIntegerField(default=0)
    digest = models.BinaryField(default=b"")


class LedgerRecord(models.Model):
    """One record in its place. Written by ``append`` alone, never changed."""

    pk = models.CompositePrimaryKey("dossier", "number")
    dossier = models.CharField(max_length=120)
    number = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    on = models.DateField()
    body = models.BinaryField()
    body_digest = models.BinaryField()
    prev_digest = models.BinaryField()
    chain_digest = models.BinaryField()
    recorded_at = models.DateTimeField()


class CommandAnswer(models.Model):
    """The answer to (scope, key), kept as long as the dossier: a replay gets these bytes again."""

    pk = models.CompositePrimaryKey("scope", "key")
    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    content = models.CharField(max_length=64)
    answer = models.BinaryField()


class PendingLeaf(models.Model):
    """Chained but not yet in the tree; the sequencer empties this, so the tree is never a lock on the write path."""

    chain_digest = models.BinaryField()
    dossier = models.CharField(max_length=120)
    number = models.BigIntegerField()


class TreeLeaf(models.Model):
    """Place of a record in the tree."""

    index = models.BigIntegerField(primary_key=True)
    dossier = models.CharField(max_length=120)
    number = models.BigIntegerField()
    chain_digest = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dossier", "number"], name="leaf_once")]


class TreeNode(models.Model):
    """A complete subtree; stored once, never changed."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()


class SignedCheckpoint(models.Model):
    """What was published: a signed note over the first ``size`` leaves."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    signed_at = models.DateTimeField()


class Series(models.Model):
    """Counters for reference numbers; a number is given once."""

    name = models.CharField(primary_key=True, max_length=60)
    last = models.BigIntegerField(default=0)


class VaultItem(models.Model):
    """A private value, encrypted, under the digest that the record carries; deleting the row is erasure."""

    digest = models.CharField(primary_key=True, max_length=64)
    subject = models.CharField(max_length=120, db_index=True)
    audience = models.JSONField(default=list)
    sealed = models.BinaryField()


class Document(models.Model):
    """Content by its SHA-256. Evidence bytes are kept unchanged."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    media = models.CharField(max_length=100)
    size = models.BigIntegerField()
    state = models.CharField(max_length=20, default="received")
    content = models.BinaryField()


class Summary(models.Model):
    """Read model: one line per dossier for lists and queues, written in the transaction of the record it follows."""

    dossier = models.CharField(primary_key=True, max_length=120)
    noun = models.CharField(max_length=30)
    number = models.BigIntegerField()
    reference = models.CharField(max_length=60, db_index=True)
    party = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=120, blank=True, default="")  # the dossier this one is about
    state = models.CharField(max_length=60)
    turn = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["noun", "state"], name="summary_noun_state"),
            models.Index(fields=["party", "noun"], name="summary_party"),
            models.Index(fields=["noun", "about"], name="summary_noun_about"),
        ]


class LicenceAccount(models.Model):
    """Read model of a licence line's balance per commodity; the sum of the dossier's transfers is the truth."""

    pk = models.CompositePrimaryKey("dossier", "line", "commodity")
    dossier = models.CharField(max_length=120)
    line = models.IntegerField()
    commodity = models.CharField(max_length=40)
    granted = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0)
    posted = models.BigIntegerField(default=0)
    lapsed = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="account_never_overdrawn",
                condition=models.Q(reserved__gte=0)
                & models.Q(posted__gte=0)
                & models.Q(lapsed__gte=0)
                & models.Q(granted__gte=models.F("reserved") + models.F("posted") + models.F("lapsed")),
            )
        ]


class LicenceState(models.Model):
    """Read model of what a drawdown is judged by, besides its accounts: terms, holds, ending (``core``, as JSON text).

    ``gate`` counts the acts that are no drawdown; ``moved`` is the last record that is no mere attempt; ``latest`` the
    latest instant any record names. A drawdown in one call is compared with them: see ``store.draw``.
    """

    dossier = models.CharField(primary_key=True, max_length=120)
    gate = models.IntegerField()
    moved = models.BigIntegerField()
    latest = models.CharField(max_length=24)
    core = models.TextField()


class LicenceDrawdown(models.Model):
    """Read model of one drawdown, found by its name or its shipment (``body``: the library's value, as JSON text)."""

    pk = models.CompositePrimaryKey("dossier", "drawdown")
    dossier = models.CharField(max_length=120)
    drawdown = models.CharField(max_length=200)
    shipment = models.CharField(max_length=200)
    state = models.CharField(max_length=20)
    body = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dossier", "shipment"], name="drawdown_shipment")]


class Draft(models.Model):
    """What somebody is typing, raw, also when invalid: a row, and nobody's evidence."""

    owner = models.CharField(max_length=120)
    form = models.CharField(max_length=160)
    raw = models.JSONField(default=dict)
    rev = models.BigIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "form"], name="draft_once")]


class KeptFile(models.Model):
    """A file that somebody handed in, by its SHA-256: what it is, and what is known of its harmlessness.

    Its bytes lie in the data folder under the digest. A verdict holds for every reference to the digest.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=10, blank=True)
    media = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField()
    state = models.CharField(max_length=20, db_index=True)
    cause = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    engine = models.CharField(max_length=200, blank=True)


class HandIn(models.Model):
    """Who handed in which file, under which name, when. The name is text for eyes."""

    sha256 = models.CharField(max_length=64)
    party = models.CharField(max_length=120, db_index=True)
    person = models.CharField(max_length=120)
    name = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sha256", "party"], name="handed_in_once")]


class Outbox(models.Model):
    """News for a party, written with the record it tells of, sent after commit at least once under this id.

    It names a dossier and nothing else: no goods, masses, names or decisions leave the office by mail.
    """

    id = models.CharField(primary_key=True, max_length=160)
    party = models.CharField(max_length=120)
    dossier = models.CharField(max_length=120, db_index=True)
    number = models.BigIntegerField()
    statutory = models.BooleanField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="queued")
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "next_at"], name="outbox_due")]


class Address(models.Model):
    """Where an account is told that there is news, and whether also of what no statute orders to be told."""

    account = models.OneToOneField("Account", primary_key=True, on_delete=models.CASCADE, related_name="address")
    email = models.EmailField()
    other_news = models.BooleanField(default=True)


class Passage(models.Model):
    """Read model: what statistics count of one dossier, as far as its record ``number``; made again when that moved."""

    dossier = models.CharField(primary_key=True, max_length=120)
    number = models.BigIntegerField()
    facts = models.JSONField(default=dict)


class AccessLog(models.Model):
    """Who opened what, and for which purpose."""

    at = models.DateTimeField()
    person = models.CharField(max_length=120)
    dossier = models.CharField(max_length=120, db_index=True)
    what = models.CharField(max_length=200)


class Party(models.Model):
    """An organisation that has people here; what counts about it lies in its dossier."""

    id = models.CharField(primary_key=True, max_length=120)
    name_en = models.CharField(max_length=500)
    name_zh = models.CharField(max_length=500)
    identifiers = models.JSONField(default=dict)  # scheme -> values; "gln": what events call it by


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a password is hashed, never kept."""

    def create_user(self, login: str, password: str | None, *, person: str, language: str = "") -> Account:
        account = self.model(login=login, person=person, language=language)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A log-in. ``person`` is the opaque id that records carry; several accounts of one human share it."""

    login = models.CharField(max_length=120, unique=True)
    person = models.CharField(max_length=120, db_index=True)
    language = models.CharField(max_length=10, default="")  # empty: as the browser asks
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    objects = AccountManager()


class Membership(models.Model):
    """The hat a person wears for an organisation or the office: signatory, member, officer, countersigner ..."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.CASCADE)
    role = models.CharField(max_length=40)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "party", "role"], name="one_hat_once")]


class ApiKey(models.Model):
    """A key for machines, by the SHA-256 of its text. It acts for one hat of one person and falls with either.

    ``scopes`` are the first step of the paths it opens (``licences``), with ``:read`` where it may only look; ``*`` is all.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    hat = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=120)
    scopes = models.JSONField(default=list)
    until = models.DateField(null=True)
