"""What the API tests share: people with keys, a clock that stands, a client that speaks JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.test import Client
from django.utils import timezone

from lodemark_office.api import keys
from lodemark_office.store.models import Account, Membership, Party
from lodemark_office.stories.read import Cast, read_cast

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
PASSWORD = "a long enough password"
API = "/api/v1"


class QuickScrypt(ScryptPasswordHasher):
    """The office's own hasher at its least work: tests ask who may pass, not how long a thief would need."""

    work_factor = 2**4


@dataclass
class Hand:
    """One person at the door, with a key."""

    key: str
    client: Client = field(default_factory=Client)
    numbers: count[int] = field(default_factory=count)

    def send(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """A request; ``body`` is bytes as they are, or a value as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        told = {"authorization": f"Bearer {self.key}", **headers}
        if method not in ("GET", "OPTIONS"):
            told.setdefault("idempotency-key", key or f"k-{next(self.numbers)}-{self.key[-8:]}")
        kind = headers.pop("content_type", "application/json")
        told.pop("content_type", None)
        told = {name: value for name, value in told.items() if value}
        address = path if path.startswith("/epcis") else API + path
        return self.client.generic(method, address, data, kind, headers=told)

    def get(self, path: str, **headers: str) -> Any:
        """A GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """A POST with a key of its own."""
        return self.send("POST", path, body, key, **headers)


class Clock:
    """The time of the office, as the test says."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
        patch.setattr(timezone, "now", lambda: self.at)

    def __call__(self, day: str, time: str = "02:00") -> None:
        self.at = datetime.fromisoformat(f"{day}T{time}:00+00:00")


def people(cast: Cast) -> dict[str, Hand]:
    """An account, a hat and a key for each of the cast."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns without
    for party, names in cast.parties.items():
        known = {"gln": [names["gln"]]} if "gln" in names else {}
        Party.objects.create(id=party, name_en=names["en"], name_zh=names["zh-Hans"], identifiers=known)
    found = {}
    for name, actor in cast.people.items():
        if actor.is_system:
            continue
        account = Account.objects.create(login=name, password=_hashed(), person=actor.person)
        hat = Membership.objects.create(account=account, party_id=actor.party, role=actor.role)
        found[name] = Hand(keys.issue(hat, "test"))
    return found


@cache
def _hashed() -> str:
    # Slow on purpose, so once for all tests.
    return make_password(PASSWORD)


def cast_of_stories() -> Cast:
    """The people of the scenarios."""
    return read_cast(SCENARIOS / "cast.toml")
