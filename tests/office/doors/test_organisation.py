"""The organisation page: who acts and with which key is seen, bounded in time, and ended at once."""

from __future__ import annotations

import re

from django.http import HttpResponse

from lodemark_office.doors.parts.access import hats
from lodemark_office.store.models import Account, ApiKey, Membership
from tests.office.api_kit import Hand
from tests.office.doors.demonstration import Told, log_in

URL = "/counter/organisation/"


def send(act: str, key: str = "k", **fields: object) -> HttpResponse:
    return log_in("administrator").post(URL, {"act": act, "key": key, **fields})


def signatory() -> Membership:
    return Membership.objects.get(account__login="exporter", role="signatory")


def test_a_key_is_shown_once_and_ends_at_once(told: Told) -> None:
    """A key that can be read again, or outlives its owner's word, is a door nobody watches."""
    fields = {"hat": signatory().pk, "name": "scanner", "area": "licences:read", "until": "2027-11-01"}
    text = re.search(r"ldm_[\w-]+", send("key", **fields).content.decode())[0]  # type: ignore[index]
    assert text not in log_in("administrator").get(URL).content.decode()
    assert "ldm_" not in send("key", **fields).content.decode() and ApiKey.objects.filter(name="scanner").count() == 1
    hand = Hand(text)
    assert hand.get("/licences").status_code == 200 and hand.get("/cases").status_code == 403
    send("end-key", digest=ApiKey.objects.get(name="scanner").digest)
    assert hand.get("/licences").status_code == 401


def test_nothing_is_given_for_longer_than_a_year(told: Told) -> None:
    """What is given without an end is given for ever."""
    for until, good in (("2027-11-03", True), ("2027-11-04", False), ("2026-11-02", False), ("", False)):
        answer = send("deputy", login="exporter", role="member", since="2026-11-02", until=until)
        assert (answer.status_code == 200) == good, until
        key = send("key", key=until, hat=signatory().pk, name="n", area="licences", until=until)
        assert (key.status_code == 200) == good, until


def test_a_deputy_acts_for_the_days_named(told: Told) -> None:
    """A deputy whose time is over still signs, unless the days are looked at on every act."""
    send("deputy", login="exporter", role="member", since="2026-12-01", until="2026-12-10")
    hat = Membership.objects.get(account__login="exporter", role="member")
    account = Account.objects.get(login="exporter")
    days = {day: hat in hats(account, day) for day in (hat.since, hat.until)}
    assert list(days.values()) == [True, False]
    send("end-hat", hat=hat.pk)
    hat.refresh_from_db()
    assert str(hat.until) == "2026-11-02"


def test_other_organisations_are_out_of_reach(told: Told) -> None:
    """An administrator who could name people or make keys elsewhere would be everybody's."""
    other = Membership.objects.get(account__login="longterm")
    before = (Membership.objects.count(), ApiKey.objects.count())
    for act, fields in (
        ("deputy", {"login": "longterm", "role": "signatory", "since": "2026-11-02", "until": "2026-12-01"}),
        ("deputy", {"login": "exporter", "role": "officer", "since": "2026-11-02", "until": "2026-12-01"}),
        ("end-hat", {"hat": other.pk}),
        ("key", {"hat": other.pk, "name": "n", "area": "licences", "until": "2026-12-01"}),
    ):
        assert send(act, **fields).status_code == 422, act
    other.refresh_from_db()
    assert other.until is None and before == (Membership.objects.count(), ApiKey.objects.count())
    for login in ("exporter", "officer", "buyer"):
        assert log_in(login).get(URL).status_code == 404
