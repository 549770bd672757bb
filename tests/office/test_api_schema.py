"""The served OpenAPI document holds: whatever it allows is answered as it declares, and never by our own failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lodemark_office.api.door import api
from lodemark_office.wsgi import application
from tests.office.api_kit import API, Hand

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", application)
OPTIONS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}


def ask(case: Any, hands: dict[str, Hand]) -> None:
    """Send one generated request as the officer, who may open most."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {hands['officer'].key}"}
    case.call_and_validate(checks=CHECKS)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Generated requests come faster than any rate allows, and share the connection of the test."""
    for throttle in api.throttle:
        monkeypatch.setattr(throttle, "num_requests", 10**9)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@SCHEMA.parametrize()
@settings(max_examples=2, phases=[Phase.generate], **OPTIONS)
def test_every_operation(case: Any, hands: dict[str, Hand], unhurried: None) -> None:
    """A client written from the document would break on an answer that it does not declare."""
    ask(case, hands)
