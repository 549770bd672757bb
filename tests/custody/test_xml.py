"""XML: hardened, mapped to the JSON shape, written so that both forms of one event hash alike."""

import json

import pytest

from lodemark.custody import event_hash, read, validate
from lodemark.custody.convert import convert
from lodemark.custody.identifier import IdentifierError
from lodemark.custody.prehash import digests
from lodemark.custody.trouble import ReadError
from tests.custody.make import NOW, document
from tests.custody.test_query import EVENTS

HEAD = '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-03-01T00:00:00Z"'
PLAIN = (
    HEAD + ' xmlns:ex="https://ns.example.com/epcis/"><EPCISBody><EventList><ObjectEvent>'
    "<eventTime>2026-03-01T00:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"
    "<epcList><epc>urn:epc:id:sgtin:4012345.012345.1</epc></epcList><action>OBSERVE</action>"
    "{more}</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"
)


def plain(more=""):
    return PLAIN.replace("{more}", more).encode()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + plain(), "xml-doctype"),
        (b"<!doctype a>" + plain(), "xml-doctype"),
        (plain().decode().encode("utf-16"), "document-not-utf8"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + plain(), "document-not-utf8"),
        (plain()[:-5], "xml-syntax"),
        (plain("<ex:a>&undefined;</ex:a>"), "xml-syntax"),
        (plain("<ex:a>" * 100 + "</ex:a>" * 100), "document-too-deep"),
        (plain("<action>ADD</action>"), "xml-element"),
        (b"<a/>", "document-kind"),
        (HEAD.encode() + b"><EPCISBody><test/></EPCISBody></epcis:EPCISDocument>", "xml-element"),
    ],
)
def test_hostile_or_foreign_xml_is_refused_by_name(text, code):
    """An entity could read the server's files; a bomb could stop it."""
    with pytest.raises(ReadError) as caught:
        read(text)
    assert caught.value.reason.code == code


def test_the_place_is_an_xpath_with_its_line():
    """A person with an XML file cannot use a JSON pointer."""
    text = plain("<bizStep>urn:epcglobal:cbv:bizstep:x</bizStep>\n<colour>red</colour>")
    lines = {line.rule: line for line in validate(read(text)).lines}
    assert lines["S-EXTRA"].pointer == "/epcis:EPCISDocument/EPCISBody/EventList/ObjectEvent/colour"
    assert lines["S-EXTRA"].line == 2


def test_order_is_the_schemas_unless_asked_to_be_lenient():
    """Partners' parsers refuse a wrong order; better to hear it here."""
    text = plain("<disposition>urn:epcglobal:cbv:disp:active</disposition><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>")
    assert [line.rule for line in validate(read(text)).lines if line.severity == "error"] == ["S-ORDER"]
    lenient = validate(read(text, lenient=True))
    assert lenient.ok
    assert "S-ORDER-LENIENT" in {line.rule for line in lenient.lines}


def test_one_prefix_means_one_namespace():
    """Two namespaces under one prefix would make two fields one."""
    text = plain('<ex:a>1</ex:a><ex:b xmlns:ex="https://other.example/">2</ex:b>')
    sent = read(text).sent[0]
    assert {sent.names.field(k) for k in sent.body if ":" in k} == {
        "{https://ns.example.com/epcis/}a",
        "{https://other.example/}b",
    }


def test_the_wrappers_of_1_2_are_transparent():
    """A partner on EPCIS 1.2 must be read as what he says, not as how he wraps it."""
    two = plain(
        "<quantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.012345.A</epcClass></quantityElement></quantityList>"
    )
    one = (
        two.replace(b"xsd:2", b"xsd:1").replace(b'"2.0"', b'"1.2"')
        .replace(b"<quantityList>", b"<extension><quantityList>").replace(b"</quantityList>", b"</quantityList></extension>")
    )  # fmt: skip
    assert read(one).form == "xml-1.2"
    assert event_hash(read(one).sent[0]) == event_hash(read(two).sent[0])


@pytest.mark.parametrize("name", list(EVENTS))
def test_json_to_xml_to_json_changes_nothing(name):
    """A round trip that loses a field loses evidence; one that changes the hash makes a second event."""
    first = read(document(EVENTS[name]))
    xml = convert(first, "xml")
    assert validate(read(xml), recorded_at=NOW).ok, xml.decode()
    again = read(convert(read(xml), "json", cbv="bare"))
    before, after = first.sent[0], again.sent[0]
    assert digests(read(xml).sent[0]) == digests(before) == digests(after)
    assert json.loads(json.dumps(after.body, default=str)) == json.loads(json.dumps(before.body, default=str))


@pytest.mark.parametrize("cbv", ["as-is", "bare", "web", "urn"])
@pytest.mark.parametrize("epc", ["as-is", "digital-link", "urn"])
def test_spelling_changes_no_hash(cbv, epc):
    """A translated answer that hashes differently could not be matched with the original."""
    first = read(document(*EVENTS.values()))
    again = read(convert(first, "json", epc, cbv, prefix_length=7))
    assert [event_hash(s) for s in again.sent] == [event_hash(s) for s in first.sent]


def test_a_urn_needs_the_prefix_length():
    """406 is better than a guessed company."""
    with pytest.raises(IdentifierError):
        convert(read(document(EVENTS["sense"])), "json", "urn")
