"""What the REST binding says: pure functions, so that the HTTP door can be thin and nothing is decided in it."""

import json
from datetime import timedelta

import pytest

from lodemark.custody import Journal, read
from lodemark.custody.binding import (
    EXCEPTIONS,
    answer_media,
    collection,
    discovery_headers,
    exception_of,
    page_headers,
    problem,
    problem_xml,
    query_document,
    version_accepted,
)
from lodemark.custody.collection import members
from lodemark.custody.identifier import IdentifierError
from lodemark.custody.prehash import event_hash
from lodemark.custody.query import Query
from lodemark.custody.trouble import CaptureConflict, JournalError, NotInJournal, QueryError, QueryTooLarge, ReadError
from lodemark.custody.validate import validate
from lodemark.custody.visibility import Viewer
from tests.custody.make import MINE, NOW, OTHER, document, event, kg, made
from tests.custody.test_query import journal  # noqa: F401


def test_capture_announces_its_limits():
    """A client that does not know the limit finds it by losing a night's batch."""
    headers = discovery_headers("capture", "GET, POST, OPTIONS")
    assert headers["GS1-EPCIS-Capture-Limit"] == "5000"
    assert headers["GS1-EPCIS-Capture-File-Size-Limit"] == str(32 * 1024 * 1024)
    assert "GS1-EPCIS-Capture-Limit" not in discovery_headers("events")


@pytest.mark.parametrize(
    ("headers", "fits"),
    [
        ({}, True),
        ({"GS1-EPCIS-Version": "2.0.0"}, True),
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.1"}, True),
        ({"GS1-EPCIS-Min": "2.1"}, False),
        ({"GS1-EPCIS-Max": "1.1"}, False),
        ({"GS1-CBV-Version": "3.0"}, False),
    ],
)
def test_versions_are_negotiated(headers, fits):
    """An old client answered in a new version misreads the goods."""
    assert version_accepted(headers) is fits


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("application/xml", "application/xml"),
        ("text/html, application/json;q=0.5, application/xml;q=0.9", "application/xml"),
        ("application/json;q=0", None),
        ("text/html", None),
    ],
)
def test_media_by_accept(accept, media):
    """Sent the wrong form, an ERP stops its import."""
    assert answer_media(accept) == media


def test_every_exception_has_a_status_and_both_sentences():
    """A problem without a sentence leaves the sender alone with a number."""
    for name in EXCEPTIONS:
        status, body = problem(name)
        assert 400 <= status <= 500
        assert body["said"]["en"] != body["said"]["zh-Hans"]
        assert name.encode() in problem_xml(body)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ReadError("json-syntax", line=1, column=1, detail="x"), "ValidationException"),
        (ReadError("too-many-events", found=2, limit=1), "CaptureLimitExceededException"),
        (ReadError("media-unknown", media="x"), "UnsupportedMediaTypeException"),
        (QueryError(name="x", near="y"), "QueryParameterException"),
        (QueryError("query-too-complex", values=5, limit=4), "QueryTooComplexException"),
        (QueryTooLarge(limit=1), "QueryTooLargeException"),
        (NotInJournal(what="event", id="x"), "NoSuchResourceException"),
        (CaptureConflict(key="k"), "ResourceAlreadyExistsException"),
        (JournalError(path="x", detail="y"), "ImplementationException"),
        (IdentifierError("prefix-length-unknown", text="x"), "NotAcceptableException"),
    ],
)
def test_our_errors_have_the_standards_names(error, name):
    """Clients switch on the exception's name."""
    assert exception_of(error) == name


def test_a_problem_carries_the_whole_report():
    """All errors at once, or twenty uploads for twenty errors."""
    report = validate(read(document(event(action="CREATE", quantityList=[kg("A", 1)]))))
    _, body = problem("ValidationException", report=report)
    assert body["errors"][0]["pointer"] == "/epcisBody/eventList/0/action"
    json.dumps(body)


@pytest.mark.parametrize("media", ["application/ld+json", "application/xml"])
def test_an_answer_is_a_document_again(journal, media):  # noqa: F811
    """What a client gets must validate where he puts it next, and hash as it did here."""
    stored = journal.events(Query.from_params({})).events
    data = query_document(stored, NOW, media=media)
    again = read(data)
    assert again.kind == "EPCISQueryDocument"
    assert validate(again, recorded_at=NOW).ok, [line.explain() for line in validate(again).lines]
    assert [event_hash(s) for s in again.sent] == [s.hash for s in stored]
    assert [s.body["eventID"] for s in again.sent] == [s.event_id for s in stored]


def test_identifiers_in_the_spelling_asked_for(journal):  # noqa: F811
    """A client of URNs cannot match Digital Links; a guess would be worse than 406."""
    stored = journal.events(Query.from_params({"MATCH_parentID": "urn:epc:id:sscc:4012345.0000000331"})).events
    link = read(query_document(stored, NOW, epc_format="Always_GS1_Digital_Link")).sent[0]
    assert link.body["parentID"] == "https://id.gs1.org/00/040123450000003314"
    with pytest.raises(IdentifierError):
        query_document(stored, NOW, epc_format="Always_EPC_URN")
    urn = read(query_document(stored, NOW, epc_format="Always_EPC_URN", prefix_length=lambda _: 7)).sent[0]
    assert urn.body["childEPCs"][0] == "urn:epc:id:sgtin:4012345.012345.1"


def test_collections_name_what_the_viewer_may_see(journal):  # noqa: F811
    """A list of places tells a competitor where somebody works."""
    assert members(journal, "bizSteps")[0] == [
        "commissioning", "inspecting", "packing", "shipping", "https://w3id.org/lodemark/ns#alloying",
    ]  # fmt: skip
    assert members(journal, "eventTypes")[0] == ["AggregationEvent", "ObjectEvent", "TransformationEvent"]
    assert len(members(journal, "epcs")[0]) == 4
    assert members(journal, "bizSteps", viewer=Viewer(OTHER))[0] == ["shipping"]
    first, after = members(journal, "epcs", size=3)
    rest, end = members(journal, "epcs", size=3, after=after)
    assert len({*first, *rest}) == 4
    assert end is None
    assert collection(first)["type"] == "Collection"


def test_a_page_header_only_where_there_is_a_page():
    """A next link on the last page makes clients loop."""
    assert page_headers(None, None) == {}
    assert 'rel="next"' in page_headers("https://x/?nextPageToken=t", NOW + timedelta(hours=1))["Link"]


def test_a_collection_is_right_at_once():
    """A client reads back the place it has just captured."""
    fresh = Journal.open(":memory:")
    assert members(fresh, "bizSteps") == ([], None)
    fresh.capture(document(made("A", 1)), party=MINE, recorded_at=NOW)
    assert members(fresh, "bizSteps") == (["commissioning"], None)
