"""Public answers of the CBV 2.0 event hash."""

import pytest

from lodemark.custody import event_hash, read
from tests.conformance.epcis_cases import cases, data


@pytest.mark.parametrize("case", cases("event-hash"))
def test_published_hashes(case):
    """An id computed elsewhere must be found here."""
    for name in case["inputs"]:
        found = [
            event_hash(sent, ignore=[sent.names.field(field) for field in case.get("ignore", [])])
            for sent in read(data(name), lenient=True).sent
        ]
        assert found == case["hashes"], name


@pytest.mark.parametrize("case", cases("event-hash-equal"))
def test_equal_events_hash_alike(case):
    """Representations of one event are one event."""
    assert len({event_hash(sent) for sent in read(data(case["id"]), lenient=True).sent}) == 1
