"""Where the public EPCIS cases lie, and how to read their index."""

import json
import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("LODEMARK_CONFORMANCE_DIR", "/nowhere"))
INDEX = FOLDER / "index.json"


def cases(*sets):
    """The cases of some sets; one skipped case that says why when the folder is not there."""
    if not INDEX.exists():
        why = "public conformance data not found: set LODEMARK_CONFORMANCE_DIR to its folder"
        return [pytest.param(None, marks=pytest.mark.skip(reason=why), id="not-here")]
    listed = json.loads(INDEX.read_text())["cases"]
    return [pytest.param(case, id=case["id"]) for case in listed if case["set"] in sets]


def data(name):
    return (FOLDER / name).read_bytes()


def inside(case):
    """The case inside a JSON file (``path#pointer``) ."""
    path, _, pointer = case["id"].partition("#")
    found = json.loads(data(path))
    if pointer.isdigit():
        return found["vectors"][int(pointer)]
    for step in pointer.split("/"):
        found = found[int(step)] if step.isdigit() else found[step]
    return found
