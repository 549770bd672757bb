"""If this fails, a machine cannot hand in a paper as a person can, or learns of another firm's papers."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.application.documents import samples as make
from tests.office.api_kit import API, Hand

PDF = make.pdf() + b"\n\n"


def send(hand: Hand, path: str, data: bytes, name: str, key: str) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, data)})
    told = {"authorization": f"Bearer {hand.key}", "idempotency-key": key}
    return hand.client.generic("POST", API + path, body, MULTIPART_CONTENT, headers=told)


def test_a_file_is_handed_in_once_scanned_and_fetched_by_its_owner(hands: dict[str, Hand]) -> None:
    """A lost answer is asked for again: the file must not be two, nor anybody else's."""
    first, again = (send(hands["exporter"], "/documents", PDF, "a.pdf", "k1") for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    digest = first.json()["result"]["sha256"]
    assert send(hands["exporter"], "/documents", make.HONEST["png"], "a.png", "k1").status_code == 409
    assert hands["exporter"].get(f"/documents/{digest}/scan").json()["state"] == "received"
    fetched = hands["exporter"].get(f"/documents/{digest}")
    assert fetched.content == PDF and "sandbox" in fetched.headers["Content-Security-Policy"]
    for name in ("longterm", "officer", "customs"):
        assert hands[name].get(f"/documents/{digest}").status_code == 404
    assert send(hands["officer"], "/documents", PDF, "a.pdf", "k2").status_code == 404


def test_what_cannot_be_taken_is_a_problem_with_its_cause(hands: dict[str, Hand]) -> None:
    """A client that gets no cause sends the same bomb every night."""
    answer = send(hands["exporter"], "/documents", b"%PDF-1.7 cut", "a.pdf", "k1")
    assert answer.status_code == 422 and [one["code"] for one in answer.json()["reasons"]] == ["file-structure"]


def test_a_sheet_is_answered_row_by_row_and_nothing_is_kept(hands: dict[str, Hand]) -> None:
    """All or nothing by default: half a sheet taken by a machine is noticed by nobody."""
    data = b"line,gross_mass\nL1,96 kg\nL2,two\n"
    answer = send(hands["exporter"], "/applications/import", data, "a.csv", "-")
    told = answer.json()
    assert answer.status_code == 200 and told["lines"] == [] and told["rows"] == {"read": 2, "good": [2], "bad": [3]}
    assert [(one["cell"], bool(one["said"]["en"]), bool(one["said"]["zh-Hans"])) for one in told["faults"]] == [
        ("B3", True, True)
    ]
    kept = send(hands["exporter"], "/applications/import?good_rows=true", data, "a.csv", "-").json()
    assert [line["id"] for line in kept["lines"]] == ["L1"]
    assert send(hands["exporter"], "/applications/import?workbook=true", data, "a.csv", "-").content[:2] == b"PK"
    assert send(hands["exporter"], "/applications/import", b"{}", "a.csv", "-").status_code == 400
    assert hands["exporter"].get("/applications/import/template").content[:2] == b"PK"
    assert hands["customs"].get("/applications/import/template").status_code == 404
