"""Standing orders: delivered at least once, in journal order, signed, and never into our own walls."""

from datetime import UTC, datetime, timedelta

import pytest

from lodemark.custody import Journal
from lodemark.custody.schedule import Schedule
from lodemark.custody.subscribe import (
    MOST_FAILURES,
    batch,
    check_dest,
    cursor_at,
    delete_query,
    delete_subscription,
    delivered,
    due,
    failed,
    named_query,
    query_names,
    read_subscription,
    save_query,
    save_subscription,
    sign,
    subscriptions,
    verify_signature,
    worth_sending,
)
from lodemark.custody.trouble import NotInJournal, QueryError, QueryNameTaken, SubscriptionError
from tests.custody.make import MINE, NOW, document, event, made, serial

STREAM = {"dest": "https://client.example.com/hook", "signatureToken": "s3cret", "stream": True}


def subscription(body=STREAM, newest=0):
    return read_subscription(body, id="s1", query="q", party=MINE, now=NOW, newest=newest)


@pytest.fixture
def journal():
    journal = Journal.open(":memory:")
    save_query(journal, "q", {"query": {"EQ_bizStep": ["commissioning"]}}, party=MINE, now=NOW)
    return journal


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"hour": "1", "minute": "5"}, "2026-06-02T01:05:00"),
        ({"hour": "1"}, "2026-06-02T01:00:00"),
        ({"minute": "[10-12]"}, "2026-06-01T12:10:00"),
        ({"second": "0,30"}, "2026-06-01T12:00:30"),
        ({"dayOfWeek": "7"}, "2026-06-07T00:00:00"),
        ({"dayOfMonth": "31", "month": "2,7"}, "2026-07-31T00:00:00"),
        ({"month": "2", "dayOfMonth": "29"}, "2028-02-29T00:00:00"),
    ],
)
def test_schedules_fire_when_they_say(schedule, expected):
    """A report that comes an hour late misses the customs window."""
    assert Schedule.read(schedule).next_after(NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "schedule", [{"hour": "24"}, {"minute": "[5-3]"}, {"second": "x"}, {"year": "1"}, {}, {"dayOfMonth": "0"}]
)
def test_a_bad_schedule_is_named(schedule):
    """A schedule that silently never fires looks like peace."""
    with pytest.raises(SubscriptionError):
        Schedule.read(schedule)


def test_a_schedule_that_never_fits_is_refused():
    """30 February."""
    with pytest.raises(SubscriptionError):
        subscription({**STREAM, "stream": False, "schedule": {"month": "2", "dayOfMonth": "30"}})


@pytest.mark.parametrize(
    "body", [{"dest": "https://x.example/"}, {**STREAM, "dest": "http://x.example"}, {**STREAM, "dest": 7}]
)
def test_a_stream_must_be_asked_for_and_go_over_https(body):
    """A stream by accident floods a client; one in clear text tells everybody."""
    with pytest.raises(SubscriptionError):
        subscription(body)


@pytest.mark.parametrize(
    ("dest", "addresses", "fine"),
    [
        ("https://client.example.com/", ["93.184.216.34"], True),
        ("https://client.example.com/", ["10.0.0.5"], False),
        ("https://client.example.com/", ["93.184.216.34", "127.0.0.1"], False),
        ("https://client.example.com/", ["::1"], False),
        ("https://client.example.com/", ["169.254.169.254"], False),
        ("https://client.example.com/", [], False),
        ("https://user:pw@client.example.com/", ["93.184.216.34"], False),
        ("https://erp.inside/", ["10.0.0.5"], True),
    ],
)
def test_a_destination_inside_our_walls_is_refused(dest, addresses, fine):
    """A webhook is a way to make our server ask its own neighbours."""
    if fine:
        check_dest(dest, addresses, allowed={"erp.inside"})
    else:
        with pytest.raises(SubscriptionError):
            check_dest(dest, addresses, allowed={"erp.inside"})


def test_the_cursor_moves_only_after_a_yes(journal):
    """A receiver that was down for an hour must get that hour."""
    order = subscription()
    assert not worth_sending(order, batch(journal, order))
    journal.capture(
        document(made("A", 1), event(action="OBSERVE", epcList=[serial("1")]), made("B", 1, 1)), party=MINE, recorded_at=NOW
    )
    page = batch(journal, order)
    assert [s.seq for s in page.events] == [1, 3]
    order = failed(order, NOW)
    assert [s.seq for s in batch(journal, order).events] == [1, 3]
    order = delivered(order, page, NOW)
    assert batch(journal, order).events == ()
    journal.capture(document(made("C", 1)), party=MINE, recorded_at=NOW + timedelta(days=1))
    assert [s.seq for s in batch(journal, order).events] == [4]
    assert cursor_at(journal, NOW) == 0
    assert cursor_at(journal, NOW + timedelta(days=1)) == 3


def test_failure_backs_off_to_a_day_and_then_pauses():
    """Hammering a dead server helps nobody; forgetting it silently loses evidence."""
    order, waits = subscription(), []
    while not order.paused:
        before = order.next_at
        order = failed(order, before)
        if order.next_at:
            waits.append(order.next_at - before)
    assert order.failures == MOST_FAILURES
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(hours=24)
    assert waits == sorted(waits)
    assert not due(order, NOW + timedelta(days=999))


def test_the_signature_is_checkable_and_ages():
    """Else anybody could post shipments to a partner's hook."""
    header = sign(b"body", "token", NOW)
    assert verify_signature(header, b"body", "token", NOW)
    assert not verify_signature(header, b"bodY", "token", NOW)
    assert not verify_signature(header, b"body", "other", NOW)
    assert not verify_signature(header, b"body", "token", NOW + timedelta(hours=1))
    assert not verify_signature("nonsense", b"body", "token", NOW)


def test_named_queries_are_parsed_first_and_unique(journal):
    """A query stored unparsed fails at midnight, with nobody there."""
    with pytest.raises(QueryError):
        save_query(journal, "bad", {"query": {"EQ_nothing": ["x"]}}, party=MINE, now=NOW)
    with pytest.raises(QueryNameTaken):
        save_query(journal, "q", {"query": {}}, party=MINE, now=NOW)
    assert query_names(journal) == ["q"]
    assert named_query(journal, "q")[2] == MINE


def test_a_subscription_is_kept_and_ends_with_its_query(journal):
    """An order that survives its query would fail for ever."""
    order = subscription({**STREAM, "stream": False, "schedule": {"hour": "1"}, "reportIfEmpty": True})
    save_subscription(journal, order)
    assert subscriptions(journal, query="q") == [order]
    assert subscriptions(journal, due_at=NOW) == []
    assert subscriptions(journal, due_at=NOW + timedelta(days=1)) == [order]
    assert "s3cret" not in str(order.body())
    save_subscription(journal, failed(order, NOW))
    assert subscriptions(journal)[0].failures == 1
    delete_query(journal, "q")
    assert subscriptions(journal) == []
    for lost in (
        lambda: delete_query(journal, "q"),
        lambda: delete_subscription(journal, "s1"),
        lambda: named_query(journal, "q"),
    ):
        with pytest.raises(NotInJournal):
            lost()
