"""Subscriptions end to end: asked for over HTTP, told over TLS to a receiver on this machine, once each and in order."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lodemark.custody.subscribe import verify_signature
from lodemark_office.doors.parts.acting import office
from lodemark_office.jobs import deliver as delivering
from lodemark_office.jobs.deliver import HELD, deliver
from tests.office.api_kit import PASSWORD, Clock, Hand
from tests.office.test_epcis_api import EPCIS, captured

ALLOWED = frozenset({"localhost"})
STEP = "/queries/Made/subscriptions"


@dataclass
class Receiver:
    """What arrived, and what is answered to the next."""

    port: int = 0
    status: int = 204
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def dest(self) -> str:
        return f"https://localhost:{self.port}/hook?plant=7"

    @property
    def times(self) -> list[str]:
        """The event times of all messages, in order."""
        return [
            event["eventTime"]
            for _, body in self.told
            for event in orjson.loads(body)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        ]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine's name, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "receiver.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return file


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Receiver]:
    """A server on loopback that the office is told to allow."""
    found = Receiver()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.told.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("Location", "https://localhost:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.OFFICE = replace(settings.OFFICE, webhook_hosts=ALLOWED)
    yield found
    server.shutdown()
    server.server_close()


def made_event(hour: int, **more: Any) -> dict[str, Any]:
    lot = {"epcClass": f"https://id.gs1.org/01/04012345000047/10/LOT-{hour}", "quantity": 1, "uom": "KGM"}
    return {
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "quantityList": [lot],
        "eventTime": f"2026-05-20T{hour:02d}:00:00.000Z", "eventTimeZoneOffset": "+00:00", **more,
    }  # fmt: skip


def document(*events: dict[str, Any]) -> bytes:
    return orjson.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-05-20T00:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    )


def ask(hand: Hand, receiver: Receiver, **body: Any) -> Any:
    if hand.get(f"{EPCIS}/queries/Made").status_code == 404:
        named = hand.post(f"{EPCIS}/queries", {"name": "Made", "query": {"EQ_bizStep": ["commissioning"]}})
        assert named.status_code == 201
    told = {"dest": receiver.dest, "signatureToken": "hush", "stream": True, **body}
    return hand.post(f"{EPCIS}{STEP}", {name: value for name, value in told.items() if value is not None})


def test_a_stream_is_told_once_each_and_in_order(hands: dict[str, Hand], clock: Clock, receiver: Receiver) -> None:
    """An ERP that misses one event or books one twice has a wrong stock, and nobody sees it."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    captured(exporter, document(made_event(1)))
    made = ask(exporter, receiver)
    assert made.status_code == 201, made.content
    assert "hush" not in made.content.decode()
    order = exporter.get(made.headers["Location"]).json()
    assert order["stream"] is True and order["dest"] == receiver.dest
    assert deliver(office(), clock.at, ALLOWED) == 0, "what was there before was not asked for"
    captured(exporter, document(made_event(2), made_event(3, bizStep="inspecting", action="OBSERVE"), made_event(4)))
    captured(hands["longterm"], document(made_event(5)))
    assert deliver(office(), clock.at, ALLOWED) == 1
    assert deliver(office(), clock.at, ALLOWED) == 0
    assert receiver.times == ["2026-05-20T02:00:00.000Z", "2026-05-20T04:00:00.000Z"], "not what others captured"
    headers, body = receiver.told[0]
    assert verify_signature(headers["GS1-Signature"], body, "hush", clock.at)
    told = orjson.loads(body)["epcisBody"]["queryResults"]
    assert (told["queryName"], told["subscriptionID"]) == ("Made", order["subscriptionID"])
    assert exporter.get(made.headers["Location"]).json()["lastNotifiedAt"]


def test_a_replay_begins_where_it_was_asked_to(hands: dict[str, Hand], clock: Clock, receiver: Receiver) -> None:
    """A partner that joins late gets the history it asks for, no more."""
    exporter = hands["exporter"]
    for day, hour in (("2026-05-21", 1), ("2026-05-22", 2), ("2026-05-23", 3)):
        clock(day)
        captured(exporter, document(made_event(hour)))
    assert ask(exporter, receiver, initialRecordTime="2026-05-22T00:00:00Z").status_code == 201
    deliver(office(), clock.at, ALLOWED)
    assert receiver.times == ["2026-05-20T02:00:00.000Z", "2026-05-20T03:00:00.000Z"]


@pytest.mark.parametrize("status", [500, 302, 404])
def test_what_was_not_taken_is_sent_again_under_its_name(
    hands: dict[str, Hand], clock: Clock, receiver: Receiver, status: int
) -> None:
    """A receiver that was down for an hour must get that hour; a redirect is no yes, and nobody follows it."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    made = ask(exporter, receiver)
    captured(exporter, document(made_event(2)))
    receiver.status = status
    assert deliver(office(), clock.at, ALLOWED) == 0
    assert exporter.get(made.headers["Location"]).json()["lode:failures"] == 1
    assert deliver(office(), clock.at, ALLOWED) == 0 and len(receiver.told) == 1, "a dead server is not hammered"
    exporter.client.login(username="exporter", password=PASSWORD)
    for lang, words in (("en", "not taken 1 times"), ("zh-Hans", "1 次未被接收")):
        shown = exporter.client.get(f"/counter/events/?lang={lang}", follow=True).content.decode()
        assert words in shown and receiver.dest.replace("&", "&amp;") in shown
    receiver.status = 200
    captured(exporter, document(made_event(6)))
    clock.at += timedelta(minutes=2)
    assert deliver(office(), clock.at, ALLOWED) == 1
    (first, body), (again, repeated) = receiver.told
    assert first["Idempotency-Key"] == again["Idempotency-Key"] and body == repeated
    assert deliver(office(), clock.at, ALLOWED) == 1 and receiver.times[-1] == "2026-05-20T06:00:00.000Z"


def test_a_worker_killed_after_the_yes(
    hands: dict[str, Hand], clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the same message comes again under the same name, and never a hole."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    ask(exporter, receiver)
    captured(exporter, document(made_event(2)))
    sent = delivering._sent

    def dies(*told: Any) -> bool:
        sent(*told)
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_sent", dies)
    with pytest.raises(KeyboardInterrupt):
        deliver(office(), clock.at, ALLOWED)
    monkeypatch.setattr(delivering, "_sent", sent)
    assert deliver(office(), clock.at, ALLOWED) == 0, "another worker waits until it must think that the first died"
    clock.at += HELD
    assert deliver(office(), clock.at, ALLOWED) == 1
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.told}) == 1 and len(receiver.told) == 2


def test_a_schedule_reports_when_it_says_also_nothing(hands: dict[str, Hand], clock: Clock, receiver: Receiver) -> None:
    """A customs window that was told nothing at all looks like a broken line."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    asked = ask(exporter, receiver, stream=None, schedule={"hour": "3"}, reportIfEmpty=True)
    assert asked.status_code == 201 and "stream" not in asked.json()
    assert deliver(office(), clock.at, ALLOWED) == 0
    clock("2026-05-21", "03:00")
    assert deliver(office(), clock.at, ALLOWED) == 1 and receiver.times == []
    captured(exporter, document(made_event(2), made_event(3)))
    assert deliver(office(), clock.at, ALLOWED) == 0
    clock("2026-05-22", "03:00")
    assert deliver(office(), clock.at, ALLOWED) == 1 and len(receiver.times) == 2


def test_into_our_own_walls_nothing_is_sent(hands: dict[str, Hand], clock: Clock, receiver: Receiver) -> None:
    """A webhook is a way to make our server ask its own neighbours; an address may turn inward after it was accepted."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    for dest in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://169.254.169.254/meta",
        "http://localhost/",
    ):
        refused = ask(exporter, receiver, dest=dest)
        assert refused.status_code == 400 and refused.json()["type"].endswith("InvalidURIException"), dest
    assert ask(exporter, receiver).status_code == 201
    captured(exporter, document(made_event(2)))
    assert deliver(office(), clock.at, frozenset()) == 0 and receiver.told == []


def test_another_name_on_the_certificate_is_no_yes(
    hands: dict[str, Hand], clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who answers for a name that is not its own reads a partner's shipments."""
    clock("2026-05-21")
    exporter = hands["exporter"]
    ask(exporter, receiver)
    captured(exporter, document(made_event(2)))
    monkeypatch.delenv("SSL_CERT_FILE")
    assert deliver(office(), clock.at, ALLOWED) == 0 and receiver.told == []


def test_subscriptions_are_their_partys_own(hands: dict[str, Hand], clock: Clock, receiver: Receiver) -> None:
    """Who may end another's order blinds it; who may read it learns whom it trades with."""
    clock("2026-05-21")
    exporter, other = hands["exporter"], hands["longterm"]
    place = ask(exporter, receiver).headers["Location"]
    for method, path in (("GET", place), ("DELETE", place), ("GET", f"{EPCIS}{STEP}"), ("POST", f"{EPCIS}{STEP}")):
        assert (
            other.send(method, path, {"dest": receiver.dest, "stream": True} if method == "POST" else None).status_code == 404
        )
    assert [one["subscriptionID"] for one in exporter.get(f"{EPCIS}{STEP}").json()] == [place.rpartition("/")[2]]
    assert exporter.send("DELETE", place).status_code == 204
    assert exporter.get(place).status_code == 404 and exporter.send("DELETE", place).status_code == 404
    captured(exporter, document(made_event(2)))
    assert deliver(office(), clock.at, ALLOWED) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"stream": None},
        {"schedule": {"hour": "1"}},
        {"stream": None, "schedule": {"hour": "25"}},
        {"initialRecordTime": "soon"},
    ],
)
def test_what_cannot_be_kept_is_named(hands: dict[str, Hand], receiver: Receiver, change: dict[str, Any]) -> None:
    """An order that never fires looks like peace."""
    refused = ask(hands["exporter"], receiver, **change)
    assert refused.status_code == 400 and refused.json()["type"].endswith("SubscriptionControlsException")
    assert refused.json()["said"]["zh-Hans"]


def test_a_stream_of_answers_is_refused_in_the_standards_words(hands: dict[str, Hand], receiver: Receiver) -> None:
    """A client that is answered with a page believes that it listens."""
    exporter = hands["exporter"]
    ask(exporter, receiver)
    refused = exporter.get(f"{EPCIS}/queries/Made/events?stream=true")
    assert refused.status_code == 501 and refused.json()["type"].endswith("ImplementationException")
