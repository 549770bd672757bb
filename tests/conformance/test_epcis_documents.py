"""Public documents: what must be accepted is, what must be refused names its place, nothing crashes."""

import pytest

from lodemark.custody import read, validate
from lodemark.custody.trouble import ReadError
from lodemark.trouble import Error
from tests.conformance.epcis_cases import cases, data


def structure_errors(name):
    report = validate(read(data(name)))
    return [line for line in report.lines if line.layer == "structure" and line.severity == "error"], report


def verdict(name):
    """``accept`` when the structure layer passes; ``reject`` when anything refuses the document."""
    try:
        structural, report = structure_errors(name)
    except ReadError:
        return "reject", "reject"
    return ("reject" if structural else "accept"), ("accept" if report.ok else "reject")


# Queries are tested with the grammar; profiles are other people's rules.
DOCUMENTS = [
    case
    for case in cases("documents", "fastnt-fixtures", "event-sentry")
    if case.values[0] is None or case.values[0]["kind"] not in ("query", "profile")
]


@pytest.mark.parametrize("case", DOCUMENTS)
def test_documents(case):
    """A partner's valid file refused, or an invalid one taken, is a broken border."""
    structural, whole = verdict(case["id"])
    if case["expect"] == "accept":
        assert structural == "accept"
    elif case["expect"] == "reject":
        assert whole == "reject"


@pytest.mark.parametrize("case", cases("event-hash"))
def test_hash_examples_are_documents_too(case):
    """The same files also carry a structure verdict."""
    for name, expected in case["structure"].items():
        if expected == "accept":
            assert verdict(name)[0] == "accept", name


@pytest.mark.parametrize("case", cases("xml-attacks"))
def test_attacks(case):
    """An entity bomb must cost nothing and open nothing."""
    with pytest.raises(Error):
        read(data(case["id"]))
