"""If this fails, a harmful file reaches an officer, an unscanned one passes as clean, or one firm learns of another's files."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from lodemark import application
from lodemark.application.documents.archive import SMALL
from lodemark.ledger import Actor
from lodemark_office.acts import casework, documents, filing
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.scanning import Scan, Verdict, graver
from lodemark_office.acts.store import HandedIn, Store, UnknownDossier
from lodemark_office.store import files, models
from lodemark_office.store.database import DatabaseStore
from lodemark_office.store.documents import rescan
from lodemark_office.store.scanner import scanner
from tests.application.documents import samples as make

AT = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
LIN = Actor("person-lin", "beichen", "signatory")
RIVAL = Actor("person-qiu", "rival", "signatory")
WEI = Actor("person-wei", "office", "officer")
EICAR = b"reported,mass\nEICAR-TEST,1\n"
CLEAN = Verdict("clean", engine="test")


def sent(key: str, actor: Actor = LIN) -> Sent:
    return Sent(key, actor, AT)


def office(store: Store, scan: Scan | None = None) -> Office:
    return Office(store) if scan is None else Office(store, scan=scan)


class Clamd:
    """As much of ClamAV's daemon as a client sees: a version, and a verdict on a stream."""

    def __init__(self, made: datetime, reply: str = "") -> None:
        self.version = f"ClamAV 1.4.2/27700/{made.strftime('%a %b %d %H:%M:%S %Y')}"
        self.reply = reply
        self.seen: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"clamd://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            with closing(line), line.makefile("rb") as said:
                command = b""
                while not command.endswith(b"\0"):
                    command += said.read(1)
                if command == b"zVERSION\0":
                    line.sendall(self.version.encode() + b"\0")
                    continue
                body = b""
                while size := struct.unpack(">I", said.read(4))[0]:
                    body += said.read(size)
                self.seen.append(body)
                verdict = self.reply or ("stream: Eicar-Test-Signature FOUND" if b"EICAR" in body else "stream: OK")
                line.sendall(verdict.encode() + b"\0")


@pytest.fixture
def clamd() -> Iterator[Callable[..., Clamd]]:
    made: list[Clamd] = []

    def start(when: datetime | None = None, reply: str = "") -> Clamd:
        made.append(Clamd(when or timezone.now(), reply))
        return made[-1]

    yield start
    for one in made:
        one.socket.close()


def test_the_scanner_is_asked_for_every_byte(clamd: Callable[..., Clamd]) -> None:
    """A scanner that saw half of a file says nothing about the other half."""
    daemon = clamd()
    data = make.HONEST["csv"] * 100_000
    assert scanner(daemon.address)(data).state == "clean"
    assert daemon.seen == [data]
    found = scanner(daemon.address)(EICAR)
    assert (found.state, found.facts) == ("infected", {"name": "Eicar-Test-Signature"})


@pytest.mark.parametrize(
    ("reply", "cause"),
    [("INSTREAM size limit exceeded. ERROR", "scan-busy"), ("stream: OKAY", "scan-busy"), ("OK", "scan-busy")],
)
def test_only_a_verdict_is_a_verdict(clamd: Callable[..., Clamd], reply: str, cause: str) -> None:
    """An error read as "OK" lets through exactly the files that are too strange to scan."""
    said = scanner(clamd(reply=reply).address)(b"x")
    assert (said.state, said.cause) == ("received", cause)


def test_no_scanner_no_answer_and_old_signatures_leave_a_file_received(clamd: Callable[..., Clamd]) -> None:
    """ "Nothing found" by nobody is not clean."""
    gone = clamd()
    gone.socket.close()
    old = clamd(datetime(2020, 1, 1, tzinfo=UTC))
    told = [scanner(address)(b"x") for address in ("", gone.address, old.address, "clamd:///no/such/socket")]
    assert [one.state for one in told] == ["received"] * 4
    assert [one.cause for one in told] == ["scan-no-scanner", "scan-busy", "scan-outdated", "scan-busy"]
    assert scanner(old.address)(EICAR).state == "infected"


def test_what_was_found_stays_found() -> None:
    """Otherwise a second upload on a day without a scanner would free an infected file."""
    looked = {state: HandedIn("0", "csv", "text/csv", 1, state) for state in ("received", "clean", "infected", "rejected")}
    assert graver(looked["infected"], looked["clean"]).state == "infected"
    assert graver(looked["clean"], looked["received"]).state == "clean"
    assert graver(looked["received"], looked["clean"]).state == "clean"
    assert graver(looked["clean"], looked["infected"]).state == "infected"
    assert graver(looked["clean"], looked["rejected"]).state == "rejected"


def test_handing_in_twice_is_one_file_and_nobody_elses(store: Store) -> None:
    """If a digest told whether another firm holds the same paper, guessing would find out its partners."""
    one = office(store, lambda data: CLEAN)
    first = documents.hand_in(one, sent("k1"), make.HONEST["pdf"], "a.pdf")
    again = documents.hand_in(one, sent("k1"), make.HONEST["pdf"], "a.pdf")
    assert first.done and again.replayed and first.result == again.result
    digest = first.result["sha256"]
    assert store.handed_in([digest], "beichen")[digest].state == "clean"
    assert store.handed_in([digest], "rival") == {}
    assert store.file(digest) == make.HONEST["pdf"]


def test_what_cannot_be_taken_is_told_with_its_cause_and_not_kept(store: Store) -> None:
    """A refused bomb that lies in the store all the same has arrived."""
    data = make.with_part("xl/big.bin", b"\0" * SMALL * 400)
    answer = documents.hand_in(office(store), sent("k1"), data, "big.xlsx")
    assert answer.codes == ("file-archive-bomb",)
    with pytest.raises(UnknownDossier):
        store.file(answer.result["sha256"])


def test_an_infected_file_is_never_opened(store: Store) -> None:
    """Whoever holds the digest must not be able to fetch it, on any path."""
    sick = office(store, lambda data: Verdict("infected", "scan-found", {"name": "Eicar"}))
    answer = documents.hand_in(sick, sent("k1"), EICAR, "list.csv")
    assert answer.codes == ("scan-found",)
    well = office(store, lambda data: CLEAN)
    assert documents.hand_in(well, sent("k2"), EICAR, "list.csv").result["state"] == "infected"
    with pytest.raises(UnknownDossier):
        store.file(answer.result["sha256"])


def filed(one: Office, digest: str, state: str = "submitted") -> str:
    """An application of Beichen that names the digest, filed on paper so that only the documents matter."""
    content = {
        "schema": "lodemark.application/1",
        "parties": {"exporter": [{"id": "beichen", "country": "CN"}], "end_user": [{"id": "p2", "country": "CH"}]},
        "lines": [{"id": "L1", "model": "35SH", "quantity": {"gross": "25 kg"}, "origin": "CN"}],
        "documents": [{"id": "d1", "kind": "end_use_statement", "sha256": digest}],
    }
    answer = filing.submit(one, sent("file"), application.read(content), on_paper=True)
    assert answer.done, answer.codes
    return str(answer.result["application"])


def test_a_version_names_only_what_was_handed_in_and_is_no_danger(store: Store) -> None:
    """A digest without a file is a promise nobody can check; an infected one is a trap for whoever opens the case."""
    one = office(store)
    content = {
        "schema": "lodemark.application/1",
        "lines": [{"id": "L1"}],
        "documents": [{"id": "d1", "sha256": "1" * 64}],
    }
    assert "document-not-handed-in" in filing.submit(one, sent("k1"), application.read(content)).codes
    sick = office(store, lambda data: Verdict("infected", "scan-found", {"name": "Eicar"}))
    digest = documents.hand_in(sick, sent("k2"), EICAR, "a.csv").result["sha256"]
    content["documents"] = [{"id": "d1", "sha256": digest}]
    codes = filing.submit(one, sent("k3"), application.read(content)).codes
    assert "no-rejected-document" in codes and "document-not-handed-in" not in codes
    rival = filing.submit(one, sent("k4", RIVAL), application.read(content)).codes
    assert "document-not-handed-in" in rival and "no-rejected-document" not in rival


def test_a_case_opens_when_every_document_is_scanned_or_taken_by_a_person(store: Store) -> None:
    """ "Not scanned" read as "clean" is how one file reaches every desk; and without a scanner the office must not stand still."""
    one = office(store)
    digest = documents.hand_in(one, sent("k1"), make.HONEST["pdf"], "statement.pdf").result["sha256"]
    dossier = filed(one, digest)
    assert "documents-scanned" in casework.accept(one, sent("a1", WEI), dossier).codes
    assert filing.accept_unscanned(one, sent("u1", WEI), dossier, "d1", " ").codes == ("acceptance-needs-reason",)
    assert filing.accept_unscanned(one, sent("u2", WEI), dossier, "d9", "x").codes == ("document-not-in-version",)
    assert "role-may-not" in filing.accept_unscanned(one, sent("u3"), dossier, "d1", "x").codes
    taken = filing.accept_unscanned(one, sent("u4", WEI), dossier, "d1", "no scanner here; read on a machine apart")
    assert [record.kind for record in taken.written] == ["document-accepted-unscanned"]
    assert store.states(dossier).unscanned == {digest}
    assert "documents-scanned" not in casework.accept(one, sent("a2", WEI), dossier).codes
    assert "role-may-not" in casework.accept(replace(one), sent("a3"), dossier).codes


def test_nobody_accepts_what_was_found_infected(store: Store) -> None:
    """A person's act may stand for a missing scan, never against one."""
    one = office(store)
    digest = documents.hand_in(one, sent("k1"), EICAR, "a.csv").result["sha256"]
    dossier = filed(one, digest)
    assert filing.accept_unscanned(one, sent("u1", WEI), dossier, "d1", "looked at").done
    sick = office(store, lambda data: Verdict("infected", "scan-found", {"name": "Eicar"}))
    documents.hand_in(sick, sent("k2"), EICAR, "a.csv")
    assert filing.accept_unscanned(one, sent("u2", WEI), dossier, "d1", "again").codes == ("document-scan-settled",)
    assert "documents-scanned" in casework.accept(one, sent("a1", WEI), dossier).codes


@pytest.mark.django_db
def test_names_somebody_sent_are_nowhere_in_the_store() -> None:
    """A name that becomes a path writes where its sender wants."""
    hostile = [
        "../../x",
        "/etc/passwd",
        "C:\\x",
        "CON",
        "a\0b",
        "\u202efdp",
        "x" * 5_000,
        "..",
        ".",
        "~root",
        "%2e%2e/",
        "a\nb",
    ]
    one = office(DatabaseStore())
    before = set(settings.OFFICE.data_dir.rglob("*"))
    names = hostile + [f"{mark}{n}.pdf" for n in range(4) for mark in ("../" * n, "\\" * n, "\u200b" * n, "\ud7ff" * n)]
    for number, name in enumerate(names):
        documents.hand_in(one, sent(f"k{number}"), make.HONEST["csv"] + b"x,%d\n" % number, name)
    made = set(settings.OFFICE.data_dir.rglob("*")) - before
    kept = [path for path in made if path.is_file() and "documents" in path.parts]
    assert len(kept) == len(names) and all(path.parent.parent == files.folder() for path in kept)
    assert {len(path.name) for path in kept} == {64}
    shown = models.HandIn.objects.values_list("name", flat=True)
    assert all(name.isprintable() and len(name) <= 500 for name in shown)


@pytest.mark.django_db
def test_a_file_is_not_taken_when_space_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops the records; files must stop before."""
    monkeypatch.setattr(files, "LEAST_FREE", 2**62)
    with pytest.raises(files.NoSpace):
        documents.hand_in(office(DatabaseStore()), sent("k"), make.HONEST["json"] + b" ", "a.json")
    assert not models.KeptFile.objects.exists()


@pytest.mark.django_db
def test_waiting_files_are_scanned_later(
    clamd: Callable[..., Clamd], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """A scanner that was out for an hour must not leave an hour of files unscanned for ever."""
    one = office(DatabaseStore())
    for number, data in enumerate((make.HONEST["xml"], EICAR)):
        documents.hand_in(one, sent(f"k{number}"), data, "a")
    with django_capture_on_commit_callbacks(execute=True):
        found = {held.state: held.sha256 for held in rescan(scanner(clamd().address))}
    assert set(found) == {"clean", "infected"}
    assert not models.KeptFile.objects.filter(state="received").exists()
    with pytest.raises(UnknownDossier):
        files.read(found["infected"])
    assert files.read(found["clean"]) and found["infected"] in {path.name for path in files.every()}
