"""The how-to page is run as it stands: a page that does not work costs its reader a day."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.office.api_kit import Clock, Hand

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```sh expect=(\d+)(?: holds=(\S+))?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"^(.*?) -d @- <<'JSON'\n(.*)\nJSON$", re.DOTALL)


def run(hand: Hand, command: str, variables: dict[str, str]) -> Any:
    """What curl would send."""
    found = HEREDOC.match(command)
    line, body = (found[1], found[2].encode()) if found else (command, b"")
    for name, value in variables.items():
        line = line.replace(f"${name}", value)
    words = shlex.split(line)
    headers = dict(word.split(": ", 1) for flag, word in pairwise(words) if flag == "-H")
    values = [tuple(word.split("=", 1)) for flag, word in pairwise(words) if flag == "--data-urlencode"]
    methods = [word for flag, word in pairwise(words) if flag == "-X"]
    url = next(word for word in words[1:] if word.startswith("/"))
    url += f"?{urlencode(values)}" if values else ""
    kind = headers.pop("Content-Type", "application/json")
    method = methods[0] if methods else "POST" if body else "GET"
    return hand.client.generic(method, url, body, kind, headers=headers)


@pytest.mark.parametrize("name", ["capture-a-chain-with-curl", "ask-about-marks-and-balances"])
def test_the_page_works(hands: dict[str, Hand], clock: Clock, name: str) -> None:
    """Every command of the page, in order, with the answer it promises."""
    clock("2026-03-20")
    variables = {who.upper(): hands[who].key for who in ("exporter", "inspector", "buyer", "laboratory")} | {"OFFICE": ""}
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```sh")
    for status, holds, command in blocks:
        response = run(hands["exporter"], command, variables)
        assert response.status_code == int(status), (command, response.content.decode()[:2_000])
        assert holds in response.content.decode(), (command, response.content.decode()[:2_000])
