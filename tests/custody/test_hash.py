"""The event hash: the same for every spelling, different for every difference that matters."""

import json

import pytest

from lodemark.custody import event_hash, hash_variant, prehash, read
from lodemark.custody.prehash import READINGS, digests
from lodemark.custody.prehash import prehash as text_of
from tests.custody.make import SITE, document, event, kg, lot, serial

SHIPPED = event(
    action="OBSERVE",
    bizStep="shipping",
    epcList=[serial("2"), serial("1")],
    quantityList=[kg("A", 12.5)],
    readPoint={"id": SITE, "ex:dock": "7"},
    bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
    **{"ex:note": {"ex:b": "2", "ex:a": "1"}},
)


def one(body):
    return read(document(body)).sent[0]


def test_the_text_that_is_hashed_is_this():
    """Golden, by hand from CBV 2.0 section 8.9: a silent change would break every id ever given."""
    assert prehash(one(SHIPPED), join="\n").splitlines() == [
        "eventType=ObjectEvent",
        "eventTime=2026-03-01T00:00:00.000Z",
        "eventTimeZoneOffset=+00:00",
        "epcList",
        "epc=https://id.gs1.org/01/04012345123456/21/1",
        "epc=https://id.gs1.org/01/04012345123456/21/2",
        "quantityList",
        "quantityElement",
        "epcClass=https://id.gs1.org/01/04012345123456/10/A",
        "quantity=12.5",
        "uom=KGM",
        "action=OBSERVE",
        "bizStep=https://ref.gs1.org/cbv/BizStep-shipping",
        "readPoint",
        "id=https://id.gs1.org/414/4012345000115",
        "{https://ns.example.com/epcis/}dock=7",
        "bizTransactionList",
        "type=https://ref.gs1.org/cbv/BTT-po",
        "bizTransaction=https://id.gs1.org/253/4012345111118123",
        "{https://ns.example.com/epcis/}note",
        "{https://ns.example.com/epcis/}a=1",
        "{https://ns.example.com/epcis/}b=2",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {**SHIPPED, "epcList": list(reversed(SHIPPED["epcList"]))},
        {**SHIPPED, "epcList": ["urn:epc:id:sgtin:4012345.012345.1", "https://x.example/gtin/04012345123456/ser/2"]},
        {**SHIPPED, "eventTime": "2026-03-01T08:00:00+08:00"},
        {**SHIPPED, "bizStep": "urn:epcglobal:cbv:bizstep:shipping"},
        {**SHIPPED, "bizStep": "cbv:BizStep-shipping"},
        {**SHIPPED, "eventID": "urn:uuid:1", "recordTime": "2026-04-01T00:00:00Z"},
        {**SHIPPED, "quantityList": [{**kg("A", 12.5), "quantity": 12.50}]},
        {**SHIPPED, "errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}},
    ],
)
def test_a_spelling_changes_nothing(other):
    """Else the same shipment would be counted once per system that speaks of it."""
    assert event_hash(one(other)) == event_hash(one(SHIPPED))


@pytest.mark.parametrize(
    "other",
    [
        {**SHIPPED, "epcList": [serial("1")]},
        {**SHIPPED, "quantityList": [kg("A", 12.6)]},
        {**SHIPPED, "quantityList": [kg("A", 12.5, "GRM")]},
        {**SHIPPED, "eventTimeZoneOffset": "+08:00"},
        {**SHIPPED, "action": "ADD"},
        {**SHIPPED, "certificationInfo": "https://example.com/c/1"},
        {**SHIPPED, "ex:note": {"ex:b": "2", "ex:a": "3"}},
        {**SHIPPED, "readPoint": {"id": SITE, "ex:dock": "8"}},
    ],
)
def test_a_difference_shows(other):
    """Else a changed gram would pass as the statement already on file."""
    assert event_hash(one(other)) != event_hash(one(SHIPPED))


def test_the_seventeenth_digit_is_kept_apart_by_the_strict_digest():
    """The event hash reads binary64; two masses that differ beyond it are still two statements."""
    first, second = (
        one(json.loads(json.dumps(SHIPPED).replace("12.5", "7"))),
        one(SHIPPED),
    )
    data = document(event(action="ADD", quantityList=[kg("A", 5)]))
    a = read(data.replace(b'"quantity": 5', b'"quantity": 12345678.900000001')).sent[0]
    b = read(data.replace(b'"quantity": 5', b'"quantity": 12345678.9000000010000001')).sent[0]
    assert digests(a)[0] == digests(b)[0]
    assert digests(a)[1] != digests(b)[1]
    assert digests(first)[0] != digests(second)[0]


@pytest.mark.parametrize(
    ("sent", "hashed"),
    [
        ("2026-03-01T00:00:00.0004Z", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T00:00:00.0005Z", "2026-03-01T00:00:00.001Z"),
        ("2026-02-28T23:59:59.9995Z", "2026-03-01T00:00:00.000Z"),
    ],
)
def test_the_fourth_decimal_rounds_half_up_with_carry(sent, hashed):
    """The reference loses the event at .9995; a lost event is a lost shipment."""
    assert f"eventTime={hashed}" in prehash(one({**SHIPPED, "eventTime": sent}))


def test_a_foreign_id_tells_which_reading_it_follows():
    """Text and published answers of the standard differ; without the reading every such id looks like forgery."""
    import hashlib

    rich = {
        **SHIPPED,
        "certificationInfo": "https://example.com/c/1",
        "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 20, "uom": "CEL", "ex:probe": "9"}]}],
    }
    sent = one(rich)
    for reading in READINGS:
        digest = hashlib.sha256(text_of(sent, reading=reading).encode()).hexdigest()
        assert hash_variant(sent, f"ni:///sha-256;{digest}?ver=CBV2.0") == reading.name
    assert hash_variant(sent, "ni:///sha-256;00?ver=CBV2.0") is None


def test_only_the_caller_says_what_is_left_out():
    """A document that could exclude its own fields would let a sender change them later."""
    sent = one({**SHIPPED, "ex:hash": "1"})
    assert event_hash(sent, ignore=[sent.names.field("ex:hash")]) == event_hash(one(SHIPPED))
    body = json.loads(document({**SHIPPED, "ex:hash": "1"}))
    body["ex:ignoreFields"] = ["ex:hash"]
    assert event_hash(read(json.dumps(body).encode()).sent[0]) == event_hash(sent)
    assert lot("A") in prehash(sent)
