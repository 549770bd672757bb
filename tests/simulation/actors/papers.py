"""Applications as exporters here write them: one template, and what is wrong with some."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from lodemark import application
from lodemark.application import Application
from tests.simulation.people import BUYERS, PARTIES

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
PIECES = 6000
FAULTS = ("complete", "complete", "complete", "complete", "no-report", "no-use", "too-many", "no-tree")


@cache
def _template() -> Mapping[str, Any]:
    written = YAML(typ="safe", pure=True).load((SCENARIOS / "civil-by-name" / "application.yaml").read_text())
    found: Mapping[str, Any] = json.loads(json.dumps(written, default=str))  # days as text, as a form sends them
    return found


@cache
def lists() -> bytes:
    """The one list of parties that officers here load."""
    return (SCENARIOS / "lists" / "party-control.csv").read_bytes()


@cache
def paper(exporter: str, buyer: str, kind: str, fault: str) -> Application:
    """An application of 12 kg of magnets; ``fault``: what is missing or does not fit."""
    written: Any = copy.deepcopy(_template())
    written["kind"] = kind
    written["filed_on"] = "2026-03-02"
    written["documents"][2]["signed_on"] = "2026-02-25"
    names = {lang: PARTIES[exporter][lang] for lang in ("en", "zh-Hans")}
    written["parties"]["exporter"] = {"id": exporter, "names": names, "country": "CN"}
    end = {"id": buyer, "names": {"en": PARTIES[buyer]["en"]}, "country": PARTIES[buyer]["country"], "military": False}
    written["parties"] |= {"consignee": end, "end_user": [buyer], "ultimate_end_user": [buyer]}
    for node in written["tree"]["nodes"].values():
        if "maker" in node:
            node |= {"maker": buyer, "incorporated": PARTIES[buyer]["country"]}
    written["tree"]["crossings"][0]["to"] = PARTIES[buyer]["country"]
    written["documents"][2]["says"] |= {"end_user": PARTIES[buyer]["en"], "destination": PARTIES[buyer]["country"]}
    match fault:
        case "no-report":
            written["documents"] = [one for one in written["documents"] if one["id"] != "d12"]
        case "no-use":
            del written["end_use"][0]["category"]
        case "too-many":
            written["lines"][0]["quantity"] = {"pieces": PIECES + 1000, "gross": "14 kg"}
            written["documents"][2]["says"]["quantity"] = "14 kg"
        case "no-tree":
            written["tree"]["nodes"]["lamp"].pop("units")
    return application.read(written)


def drawn(exporter: str, chance: Random, lies: bool) -> Application:
    """What an exporter files: its honest best, which may still lack something, or more than the use takes."""
    buyer, kind = chance.choice(BUYERS), chance.choice(("general", "general", "single"))
    return paper(exporter, buyer, kind, "too-many" if lies else chance.choice(FAULTS))
