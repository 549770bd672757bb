"""Public queries, valid and invalid, and the contract's list of parameters."""

import json

import pytest

from lodemark.custody.jsonld import parse
from lodemark.custody.query import Query, read_poll
from lodemark.custody.query.parameter import CONTROLS, FIXED
from lodemark.custody.trouble import QueryError, ReadError
from tests.conformance.epcis_cases import cases, data

QUERIES = [c for c in cases("documents") if c.values[0] is None or c.values[0]["kind"] == "query"]


@pytest.mark.parametrize("case", QUERIES)
def test_queries(case):
    """A valid question refused is an answer withheld."""

    def ask():
        text = data(case["id"])
        return read_poll(text) if case["format"].startswith("xml") else Query.from_json(parse(text))

    if case["expect"] == "accept":
        assert ask().conditions
    else:
        with pytest.raises((QueryError, ReadError)):
            ask()


@pytest.mark.parametrize("case", cases("openapi-contract"))
def test_every_parameter_of_the_contract_is_known(case):
    """One parameter forgotten is one kind of client that does not work."""
    contract = json.loads(data(case["id"]))
    known = {*FIXED, *CONTROLS}
    schedule = {"second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek", "reportIfEmpty", "stream", "initialRecordTime"}
    named = {p["name"] for p in contract["components"]["parameters"].values() if p["in"] == "query"} - schedule
    quantities = {f"{op}_quantity" for op in ("EQ", "GT", "GE", "LT", "LE")}
    assert named - known - quantities == set()
