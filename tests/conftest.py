"""For every test: no network but loopback, seeded generators."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest
from hypothesis import settings

# The same examples every time: a red run can be repeated. --long draws afresh.
settings.register_profile("normal", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("long", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that asks a network would fail elsewhere, or worse, tell somebody something."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if not str(host).startswith(LOOPBACK):
            raise RuntimeError(f"a test asked the network for {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
