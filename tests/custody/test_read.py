"""Strict reading: what two readers could read in two ways is refused, with the place."""

import json
from decimal import Decimal

import pytest

from lodemark.custody import read
from lodemark.custody.limit import Limits
from lodemark.custody.trouble import ReadError
from tests.custody.make import document, event, kg, made


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'{"type": "ObjectEvent", "type": "AggregationEvent"}', "json-key-twice"),
        (b'{"a": NaN}', "json-number"),
        (b'{"a": Infinity}', "json-number"),
        (b'{"a": "\\ud800"}', "document-character"),
        (b'{"a": "\\u0000"}', "document-character"),
        ('{"a": "x\ufeff"}'.encode(), "document-character"),
        (b'{"a": 1,}', "json-syntax"),
        (b'{"a": "\xff"}', "document-not-utf8"),
        (b"[" * 100_000 + b"]" * 100_000, "document-too-deep"),
        (b'{"a": ' * 65 + b"1" + b"}" * 65, "document-too-deep"),
        (b'"just text"', "document-kind"),
        (b'{"type": "Invoice"}', "document-kind"),
    ],
)
def test_ambiguous_or_hostile_json_is_refused_by_name(text, code):
    """A duplicate key or a bomb would let a sender show one thing to us and another to customs, or stop the service."""
    with pytest.raises(ReadError) as caught:
        read(text)
    assert caught.value.reason.code == code
    assert caught.value.explain("zh-Hans") != caught.value.explain("en")


def test_a_leading_byte_order_mark_is_read():
    """Editors on Windows write it; refusing would lose good files."""
    assert len(read(b"\xef\xbb\xbf" + document(made("A", 1))).sent) == 1


def test_numbers_keep_every_digit():
    """A binary float on the way would change grams at a hundred thousand tonnes."""
    text = document(event(action="ADD", quantityList=[kg("A", 0)])).replace(
        b'"quantity": 0', b'"quantity": 123456789.000000001'
    )
    found = read(text).sent[0].body["quantityList"][0]["quantity"]
    assert found == Decimal("123456789.000000001")


def test_the_limit_itself_is_accepted_and_one_more_is_not():
    """Off by one at an announced limit breaks clients that batch exactly to it."""
    events = [made(f"L{n}", 1, n) for n in range(4)]
    assert len(read(document(*events), limits=Limits(events=4)).sent) == 4
    with pytest.raises(ReadError):
        read(document(*events), limits=Limits(events=3))
    data = document(*events)
    assert read(data, limits=Limits(document_bytes=len(data)))
    with pytest.raises(ReadError):
        read(data, limits=Limits(document_bytes=len(data) - 1))


def test_unknown_fields_come_back():
    """A dropped extension would be evidence lost."""
    sent = read(document(made("A", 1, **{"ex:note": {"ex:deep": ["矿", True, None]}}))).sent[0]
    assert sent.body["ex:note"] == {"ex:deep": ["矿", True, None]}


def test_master_data_is_read_with_its_own_date():
    """A site stated in 2026 must not look as if it had always been there."""
    body = json.loads(document(made("A", 1)))
    body["epcisHeader"] = {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:BizLocation",
                    "vocabularyElementList": [
                        {"id": "urn:epc:id:sgln:4012345.00011.0", "attributes": [{"id": "ex:name", "attribute": "Mine"}]}
                    ],
                }
            ]
        }
    }
    found = read(json.dumps(body).encode()).master_data
    assert [(m.kind, m.attributes, m.stated_at.year) for m in found] == [("BizLocation", {"ex:name": "Mine"}, 2026)]
