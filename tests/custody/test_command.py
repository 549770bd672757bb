"""The command line: exit codes, both languages, and answers a script can read."""

import json

import pytest
from typer.testing import CliRunner

from lodemark.cli.epcis import app as epcis
from lodemark.cli.lot import app as lot
from tests.custody.make import MINE, document, event, kg, made, process
from tests.custody.make import lot as lot_id


def run(app, *args, code=0, **more):
    result = CliRunner().invoke(app, [str(a) for a in args], **more)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


@pytest.fixture
def files(tmp_path):
    (tmp_path / "good.json").write_bytes(document(made("A", 10), process({"A": 4, "X": 1}, {"B": 4.5})))
    (tmp_path / "bad.json").write_bytes(document(event(action="CREATE", quantityList=[kg("A", 1)])))
    (tmp_path / "broken.json").write_bytes(b"{")
    return tmp_path


def test_validate_says_where_and_how(files):
    """A refused file without a line and a cure is a telephone call."""
    assert "1/1 ok" in run(epcis, "validate", files / "good.json")
    out = run(epcis, "validate", files / "bad.json", "--lang", "zh", code=3)
    assert "S-ENUM" in out
    assert "ADD、OBSERVE、DELETE" in out
    told = json.loads(run(epcis, "validate", files / "bad.json", "--json", code=3))
    assert told[0]["lines"][0]["pointer"] == "/epcisBody/eventList/0/action"
    run(epcis, "validate", files, "--fix-report", files / "fix.csv", code=3)
    assert len((files / "fix.csv").read_text(encoding="utf-8-sig").splitlines()) == 3


def test_hash_and_digital_link(files):
    """The shortest way for a partner to compare ids."""
    out = run(epcis, "hash", files / "good.json", "--prehash")
    assert out.count("ni:///sha-256;") == 2
    assert "eventType=ObjectEvent" in out
    assert (
        run(epcis, "digital-link", "urn:epc:id:sgtin:4012345.012345.1").strip() == "https://id.gs1.org/01/04012345123456/21/1"
    )
    run(epcis, "digital-link", "https://id.gs1.org/01/04012345123456/21/1", "--urn", code=3)
    assert "urn:epc:id:sgtin" in run(
        epcis, "digital-link", lot_id("A").replace("/10/", "/21/"), "--urn", "--prefix-length", "7"
    )
    run(epcis, "hash", files / "broken.json", code=3)


def test_convert_comes_back(files):
    """XML for the partner, JSON for us, one event."""
    xml = files / "good.xml"
    xml.write_text(run(epcis, "convert", files / "good.json", "--to", "xml"))
    first = json.loads(run(epcis, "hash", files / "good.json", "--json"))
    again = json.loads(run(epcis, "hash", xml, "--json"))
    assert [one["hash"] for one in first] == [one["hash"] for one in again]


def test_capture_query_and_lot(files):
    """From a folder of files to where a lot came from, in three commands."""
    db = files / "j.db"
    run(epcis, "capture", files / "good.json", "--into", db, "--party", MINE)
    told = json.loads(
        run(epcis, "capture", files / "good.json", files / "bad.json", "--into", db, "--party", MINE, "--json", code=3)
    )
    assert [(one["captured"], one["duplicate"], one["success"]) for one in told] == [(0, 2, True), (0, 0, False)]
    assert len(json.loads(run(epcis, "query", db, "EQ_action=ADD", "--json"))) == 1
    assert "有效" in run(epcis, "query", db, "--lang", "zh")
    run(epcis, "query", db, "EQ_nothing=1", code=3)
    assert json.loads(run(lot, "show", lot_id("A"), "--journal", db, "--json"))["versions"][0]["left_mg"] == 6_000_000
    tree = run(lot, "back", lot_id("B"), "--journal", db)
    assert "- - not recorded: 1.000 kg" in tree
    assert lot_id("A") in tree
    assert lot_id("B") in run(lot, "forward", lot_id("A"), "--journal", db)
    gaps = json.loads(run(lot, "gaps", lot_id("B"), "--journal", db, "--json", code=1))
    assert [gap["kind"] for gap in gaps] == ["not-recorded"]
    run(lot, "show", lot_id("ZZZ"), "--journal", db, code=3)
    run(lot, "show", lot_id("A"), "--journal", files / "none.db", code=3)
    assert (
        json.loads(run(lot, "show", lot_id("A"), "--journal", db, "--known-at", "2020-01-01", "--json", code=3))["error"]
        == "not-in-journal"
    )
    assert run(lot, "check", lot_id("A"), "--journal", db).startswith("consistent")


def test_labels(files):
    """From a list of numbers to a sheet for the printer."""
    (files / "ids.txt").write_text("urn:epc:id:sgtin:4012345.012345.1\n\n(01)04012345123456(10)L7\n")
    run(lot, "label", files / "ids.txt", "--out", files / "labels.svg")
    assert (files / "labels.svg").read_text().count("<path") == 2
    run(lot, "label", files / "none.txt", "--out", files / "labels.svg", code=3)


def test_stdin(files):
    """A pipe from the ERP needs no file."""
    data = (files / "good.json").read_bytes()
    assert "1/1 ok" in run(epcis, "validate", "-", input=data)
