"""The served OpenAPI document of the EPCIS door holds: answered as it declares, never by our own failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import Phase, settings

from lodemark_office.wsgi import application
from tests.office.api_kit import Clock, Hand
from tests.office.test_api_schema import CHECKS, OPTIONS
from tests.office.test_epcis_api import EPCIS, captured, document

SCHEMA = schemathesis.openapi.from_wsgi(f"{EPCIS}/openapi.json", application)


@pytest.fixture
def asked_of(hands: dict[str, Hand], clock: Clock) -> Iterator[Hand]:
    """An exporter with events and a named query, on the connection of the test."""
    clock("2026-05-21")
    captured(hands["exporter"], document(hands))
    hands["exporter"].post(f"{EPCIS}/queries", {"name": "0", "query": {"EQ_bizStep": ["shipping"]}})
    # Only now: each request of the test client connects them again.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield hands["exporter"]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(case: Any, hand: Hand) -> None:
    """Send one generated request."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {hand.key}"}
    case.call_and_validate(checks=CHECKS)


@SCHEMA.parametrize()
@settings(max_examples=2, phases=[Phase.generate], **OPTIONS)
def test_every_operation(case: Any, asked_of: Hand) -> None:
    """A client written from the document would break on an answer that it does not declare."""
    ask(case, asked_of)
