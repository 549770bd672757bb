"""Rulebook and application files: what YAML means here, and that no bytes whatever get past the reader as an exception."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.rules.yaml_tree import MAX_BYTES, read_yaml


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("NO", "NO"),
        ("Y", "Y"),
        ("yes", "yes"),
        ("on", "on"),
        ("1C905.a.4", "1C905.a.4"),
        ("2025-04-04", "2025-04-04"),
        ("12:30:45", "12:30:45"),
        ("0.10", Decimal("0.10")),
        ("1e-3", Decimal("0.001")),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("true", True),
        ("~", None),
        ('"0.10"', "0.10"),
        ("1_000", "1_000"),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(written: str, means: object):
    """If this failed, Norway would be false and yttrium true, as in YAML 1.1."""
    tree, problems = read_yaml(f"a: {written}")
    assert not problems
    found = tree.plain()["a"]
    assert (found, type(found)) == (means, type(means))


def test_a_decimal_keeps_its_digits():
    """If this failed, 0.10 would come out as 0.1 and a reported precision would be lost."""
    assert str(read_yaml("a: 0.10")[0].plain()["a"]) == "0.10"


def test_every_node_knows_its_place():
    """If this failed, an error would point nowhere."""
    tree, _ = read_yaml("a:\n  - b\n  - {c: d}\n")
    at = tree.at(["a", 1, "c"])
    assert (at.line, at.col, at.value) == (3, 9, "d")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: &x 1\nb: *x", "yaml-alias", 1),
        ("a: !!str 1", "yaml-tag", 1),
        ("a: 1\n<<: {b: 2}", "yaml-merge", 2),
        ("a: 1\na: 2", "yaml-duplicate-key", 2),
        ("a: 1\n---\nb: 2", "yaml-many-documents", 2),
        ("[a]: 1", "yaml-key", 1),
        ("a: .nan", "yaml-not-finite", 1),
        ("a: -.inf", "yaml-not-finite", 1),
        ("a: [1, }", "yaml-syntax", 1),
        ("[" * 60 + "]" * 60, "yaml-too-deep", 1),
    ],
)
def test_what_this_dialect_refuses(text: str, code: str, line: int):
    """If this failed, a file could mean something else than it shows."""
    _, problems = read_yaml(text, "x.yaml")
    assert (problems[0].code, problems[0].line) == (code, line)


def test_all_that_is_wrong_is_told_at_once():
    """If this failed, somebody would correct a file five times."""
    _, problems = read_yaml("a: !t 1\na: 2\nb: .inf\n")
    assert [problem.code for problem in problems] == ["yaml-tag", "yaml-duplicate-key", "yaml-not-finite"]


def test_too_large_and_not_utf8():
    """If this failed, a huge or foreign file would stop the program instead of being refused."""
    assert read_yaml(b"a" * (MAX_BYTES + 1))[1][0].code == "yaml-too-big"
    assert read_yaml(b"a: \xff")[1][0].code == "yaml-not-utf8"


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!<>|\"'#%@`,? \n\t0.~", max_size=120).map(str.encode)))
def test_no_bytes_crash_the_reader(data: bytes):
    """If this failed, a malformed upload would take the office down."""
    tree, problems = read_yaml(data)
    tree.plain()
    assert all(problem.line >= 1 and problem.explain("zh-Hans") for problem in problems)
