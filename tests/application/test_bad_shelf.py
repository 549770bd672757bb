"""If one of these failed, a wrong file would be taken as an application, or be refused without saying where and how to mend it."""

from pathlib import Path

import pytest

from lodemark.application import ApplicationFormatError, read
from lodemark.wording import LANGUAGES, has

SHELF = Path(__file__).parents[1] / "bad" / "application"


def expected(file: Path) -> tuple[str, int]:
    """YAML tells it in the first comment; JSON, which has none, in its name: ``code.what@line.json``."""
    if file.suffix == ".json":
        code, _, rest = file.stem.partition(".")
        return code, int(rest.rpartition("@")[2])
    code, line = file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ").split()
    return code, int(line)


@pytest.mark.parametrize("file", sorted(SHELF.iterdir()), ids=lambda file: file.name)
def test_fault_is_named_at_its_line(file: Path) -> None:
    code, line = expected(file)
    with pytest.raises(ApplicationFormatError) as refused:
        read(file)
    assert (code, line) in {(fault.code, fault.line) for fault in refused.value.errors}, str(refused.value)
    for fault in refused.value.errors:
        for lang in LANGUAGES:
            assert fault.explain(lang) and fault.remedy(lang)
            assert "not known" not in fault.explain("en") or "Unit" in fault.code or fault.facts, fault


def test_every_fault_is_told_at_once() -> None:
    """Who mends one fault must not be told the next one tomorrow."""
    with pytest.raises(ApplicationFormatError) as refused:
        read(
            b"schema: lodemark.application/1\nfiled_on: soon\nlines: [{id: L1, quantity: {gross: 5 stone}, origin: China, colour: red}]\n"
        )
    assert [fault.code for fault in refused.value.errors] == [
        "application-date-unreadable",
        "unit-unknown",
        "application-country-unreadable",
        "application-field-unknown",
    ]
    assert [fault.path for fault in refused.value.errors] == [
        "/filed_on",
        "/lines/0/quantity/gross",
        "/lines/0/origin",
        "/lines/0/colour",
    ]
    assert has(refused.value.code) and " 4" in refused.value.explain("en")


def test_too_large_is_refused_before_it_is_parsed() -> None:
    """A file of six megabytes must cost no parsing time."""
    with pytest.raises(ApplicationFormatError) as refused:
        read(b"schema: lodemark.application/1\nref: " + b"a" * 6_000_000)
    assert refused.value.errors[0].code == "yaml-too-big"


def test_not_utf8_is_named() -> None:
    """A file saved in a national encoding must be told so, not turned into wrong names."""
    with pytest.raises(ApplicationFormatError) as refused:
        read("schema: lodemark.application/1\nref: 北辰".encode("gb18030"))
    assert refused.value.errors[0].code == "yaml-not-utf8"
