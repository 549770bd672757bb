"""Published EPCIS documents and client requests over HTTP: taken or refused as their publishers say, never our failure."""

from __future__ import annotations

import os
import re
from pathlib import Path

import orjson
import pytest

from tests.office.api_kit import Clock, Hand

CONFORMANCE = os.environ.get("LODEMARK_CONFORMANCE_DIR")
pytestmark = pytest.mark.skipif(not CONFORMANCE, reason="LODEMARK_CONFORMANCE_DIR is not set")
EPCIS = "/epcis/v2"
MEDIA = {".json": "application/json", ".jsonld": "application/ld+json", ".xml": "application/xml"}
METHOD = re.compile(r"^(get|post|delete|options) \{\n  url: \{\{baseUrl\}\}(\S*)", re.MULTILINE)
BODY = re.compile(r"^body:json \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
VARIABLES = {
    "queryName": "UniqueQueryName",
    "perPage": "2",
    "nextPageToken": "",
    "bizStep": "installing",
    "eventType": "TransactionEvent",
    "readPoint": "https%3A%2F%2Fid.gs1.org%2F414%2F0123456789",
    "bizLocation": "https%3A%2F%2Fid.gs1.org%2F414%2F0123456789",
    "epc": "urn:epc:id:sgtin:0614141.107346.2017",
}


def documents() -> list[tuple[str, str, bytes]]:
    """(name, verdict, bytes) of the published documents."""
    root = Path(str(CONFORMANCE))
    told = orjson.loads((root / "index.json").read_bytes())
    found = []
    for case in told["cases"]:
        path = root / case["id"]
        if case["id"].startswith("epcis/openepcis-test-resources/2.0") and path.suffix in MEDIA:
            found.append((case["id"], case["expect"], path.read_bytes()))
    return found


@pytest.mark.parametrize("share", [pytest.param(10, id="each tenth"), pytest.param(1, id="all", marks=pytest.mark.long)])
def test_published_documents(hands: dict[str, Hand], clock: Clock, share: int) -> None:
    """An ERP that sends what the standard's own examples send must be understood, and a wrong one must be told why."""
    clock("2026-11-20")
    exporter = hands["exporter"]
    for name, expect, data in documents()[::share]:
        response = exporter.post(f"{EPCIS}/capture", data, content_type=MEDIA[Path(name).suffix])
        assert response.status_code == 202, (name, response.content[:500])
        job = exporter.get(response.headers["Location"]).json()
        assert not job["running"]
        if expect == "reject":
            assert not job["success"] and job["errors"], name
        if expect == "accept":
            assert job["success"] or not {"S-REQ", "S-TYPE", "S-ENUM"} & {one.get("rule") for one in job["errors"]}, (name, job)


def test_a_public_clients_requests(hands: dict[str, Hand], clock: Clock) -> None:
    """The requests of another server's collection, as they stand: none may find a door that is not there."""
    clock("2026-11-20")
    exporter = hands["exporter"]
    folder = Path(str(CONFORMANCE)) / "epcis" / "fastnt" / "Documents" / "API" / "EPCIS 2.0"
    # What a request needs must be there before it is asked for: capture first, deleting last.
    files = sorted(
        folder.rglob("*.bru"),
        key=lambda file: ("Remove" in file.name or "Unsub" in file.name, "Capture Event" not in file.name),
    )
    seen = {}
    for file in files:
        text = file.read_text(encoding="utf-8")
        found = METHOD.search(text)
        if found is None:
            continue
        url = found[2]
        for name, value in VARIABLES.items():
            url = url.replace(f"{{{{{name}}}}}", value)
        body = BODY.search(text)
        path = EPCIS + "/" + url.lstrip("/").replace("&nextPageToken=", "")
        response = exporter.send(found[1].upper(), path, body[1].encode() if body and found[1] == "post" else None)
        seen[file.stem] = response.status_code
    assert set(seen.values()) <= {200, 201, 202, 204, 400, 404, 501}, seen
    assert seen["Capture Event Sync"] in (201, 400)  # its own identifiers are placeholders that EPCIS does not allow
    for name in ("Get Events Endpoint Settings", "Query Server Settings"):
        assert seen[name] == 204
    for name in ("List Capture Jobs", "List Top Level Resources", "List available EventTypes", "List Available Dispositions"):
        assert seen[name] == 200
    assert seen["Create A New Query"] == 201 and seen["Remove A Query"] == 204


def test_every_path_of_the_standards_contract_is_served(hands: dict[str, Hand]) -> None:
    """A path of GS1's OpenAPI file that answers "no such path" breaks whoever generated a client from it."""
    contract = orjson.loads((Path(str(CONFORMANCE)) / "epcis" / "gs1-openapi" / "openapi.json").read_bytes())
    for path, operations in contract["paths"].items():
        if "options" in operations:
            address = EPCIS + re.sub(r"\{[^}]*\}", "x", path)
            response = hands["exporter"].send("OPTIONS", address)
            assert response.status_code == 204, address
            for method in operations:
                assert method == "parameters" or method.upper() in response.headers["Allow"], (address, method)
