"""Standing orders: delivered at least once, in journal order, signed, and never into our own walls."""

from datetime import UTC, datetime, timedelta

import pytest

from lodemark.custody import Journal
from lodemark.custody.destination import check_dest, host_of, is_public
from lodemark.custody.orders import (
    add_subscription,
    claim,
    delete_query,
    delete_subscription,
    named_query,
    query_names,
    save_query,
    subscription,
    subscriptions,
    update_subscription,
)
from lodemark.custody.schedule import Schedule
from lodemark.custody.subscribe import (
    MOST_FAILURES,
    begin,
    cursor_at,
    delivered,
    due,
    failed,
    initial_time,
    read_subscription,
    sign,
    verify_signature,
    worth_sending,
)
from lodemark.custody.trouble import NotInJournal, QueryError, QueryNameTaken, SubscriptionError
from lodemark.custody.visibility import Viewer
from tests.custody.make import MINE, NOW, document, event, made, serial

STREAM = {"dest": "https://client.example.com/hook", "signatureToken": "s3cret", "stream": True}
DAILY = {**STREAM, "stream": False, "schedule": {"hour": "1"}, "reportIfEmpty": True}


def ordered(body=STREAM, newest=0):
    return read_subscription(body, id="s1", query="q", party=MINE, now=NOW, newest=newest)


def begun(journal, order, now=NOW, most=500):
    return begin(journal, order, named_query(journal, order.query)[0], Viewer(order.party), now, most)


def seqs(page):
    return [stored.seq for stored in page.events]


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
        ordered({**DAILY, "schedule": {"month": "2", "dayOfMonth": "30"}})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stream": None}, "subscription-when"),
        ({"stream": "yes"}, "subscription-when"),
        ({"schedule": {"hour": "1"}}, "subscription-when"),
        ({"stream": False, "schedule": ["1"]}, "subscription-when"),
        ({"dest": "http://x.example"}, "subscription-dest"),
        ({"dest": 7}, "subscription-dest"),
        ({"dest": None}, "subscription-dest"),
        ({"dest": "https://[::1"}, "subscription-dest"),
        ({"dest": "https://user:pw@client.example.com/"}, "subscription-dest"),
        ({"dest": "https://a.example/\r\nHost: b.example"}, "subscription-dest"),
        ({"signatureToken": 5}, "subscription-token"),
        ({"reportIfEmpty": "no"}, "subscription-report"),
    ],
)
def test_what_cannot_be_kept_is_named(change, code):
    """A stream by accident floods a client; one in clear text tells everybody."""
    with pytest.raises(SubscriptionError) as caught:
        ordered({**STREAM, **change})
    assert caught.value.reason.code == code


def test_where_a_replay_starts_is_an_instant():
    """A start that was guessed from half a date skips events or sends them twice."""
    assert initial_time({}) is None
    assert initial_time({"initialRecordTime": "2026-06-01T20:00:00+08:00"}) == NOW
    for text in ("2026-06-01T20:00:00", "yesterday", 7):
        with pytest.raises(SubscriptionError):
            initial_time({"initialRecordTime": text})


@pytest.mark.parametrize(
    ("dest", "addresses", "fine"),
    [
        ("https://client.example.com/", ["93.184.216.34"], True),
        ("https://client.example.com/", ["10.0.0.5"], False),
        ("https://client.example.com/", ["93.184.216.34", "127.0.0.1"], False),
        ("https://client.example.com/", ["169.254.169.254"], False),
        ("https://client.example.com/", [], False),
        ("https://erp.inside/", ["10.0.0.5"], True),
        ("https://ERP.inside:8443/", ["10.0.0.5"], True),
    ],
)
def test_a_destination_inside_our_walls_is_refused(dest, addresses, fine):
    """A webhook is a way to make our server ask its own neighbours."""
    assert host_of(dest)
    if fine:
        check_dest(dest, addresses, allowed={"erp.inside"})
    else:
        with pytest.raises(SubscriptionError):
            check_dest(dest, addresses, allowed={"erp.inside"})


@pytest.mark.parametrize(
    "address",
    [
        *("::1", "::", "0.0.0.0", "127.8.9.1", "10.1.1.1", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("224.0.0.1", "ff02::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:0001::", "64:ff9b::a00:1"),
        *("198.18.0.1", "240.0.0.1", "255.255.255.255"),
    ],
)
def test_an_inside_address_is_known_in_every_dress(address):
    """One way of writing 127.0.0.1 that passes opens all of it."""
    assert not is_public(address)


def test_an_outside_address_is_let_through():
    """A guard that refuses everybody delivers to nobody."""
    assert all(is_public(address) for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"))


def test_the_cursor_moves_only_after_a_yes(journal):
    """A receiver that was down for an hour must get that hour, under one name, and only once."""
    order, page = begun(journal, ordered())
    assert not worth_sending(order, page)
    order = delivered(order, page, NOW)
    journal.capture(
        document(made("A", 1), event(action="OBSERVE", epcList=[serial("1")]), made("B", 1, 1)), party=MINE, recorded_at=NOW
    )
    order, page = begun(journal, order)
    name = order.delivery_id
    assert seqs(page) == [1, 3]
    order = failed(order, NOW)
    journal.capture(document(made("C", 1)), party=MINE, recorded_at=NOW + timedelta(days=1))
    order, page = begun(journal, order, NOW + timedelta(days=1))
    assert (seqs(page), order.delivery_id, order.batch.at) == ([1, 3], name, NOW)
    order, page = begun(journal, delivered(order, page, NOW))
    assert seqs(page) == [4] and order.delivery_id != name
    order, page = begun(journal, delivered(order, page, NOW))
    assert seqs(page) == []
    assert cursor_at(journal, NOW) == 0
    assert cursor_at(journal, NOW + timedelta(days=1)) == 3
    assert cursor_at(journal, None) == 4


def test_a_backlog_leaves_in_parts_without_a_hole(journal):
    """A partner that was away for a year gets all of it, each event once."""
    journal.capture(document(*[made(f"L{n}", 1) for n in range(25)]), party=MINE, recorded_at=NOW)
    order, told = ordered(), []
    for _ in range(4):
        order, page = begun(journal, order, most=10)
        told += seqs(page)
        assert order.next_at == NOW or not page.events
        order = delivered(order, page, NOW)
    assert told == list(range(1, 26))


def test_failure_backs_off_to_a_day_and_then_pauses():
    """Hammering a dead server helps nobody; forgetting it silently loses evidence."""
    order, waits = ordered(), []
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
    order = ordered(DAILY)
    add_subscription(journal, order)
    assert subscriptions(journal, query="q") == [order] == [subscription(journal, "q", "s1")]
    assert subscriptions(journal, due_at=NOW) == []
    assert subscriptions(journal, due_at=NOW + timedelta(days=1)) == [order]
    assert "s3cret" not in str(order.body())
    order, _ = begun(journal, order)
    assert update_subscription(journal, failed(order, NOW))
    assert subscriptions(journal) == [failed(order, NOW)]
    with pytest.raises(NotInJournal):
        subscription(journal, "other", "s1")
    delete_query(journal, "q")
    assert subscriptions(journal) == []
    assert not update_subscription(journal, order), "ended while it was under way, it stays ended"
    for lost in (
        lambda: delete_query(journal, "q"),
        lambda: delete_subscription(journal, "q", "s1"),
        lambda: named_query(journal, "q"),
    ):
        with pytest.raises(NotInJournal):
            lost()


def test_one_worker_takes_a_delivery(journal):
    """Two workers that send the same hour make a partner book it twice."""
    order = ordered()
    add_subscription(journal, order)
    assert claim(journal, order, NOW + timedelta(minutes=5))
    assert not claim(journal, order, NOW + timedelta(minutes=5))
    assert subscriptions(journal, due_at=NOW) == []
    assert subscriptions(journal, due_at=NOW + timedelta(minutes=5)), "who died holding it loses it"
