"""If these fail, a court would be handed a file that contradicts itself, and nobody would notice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from lodemark.cli.finding import app
from lodemark.finding import Evidence
from lodemark.finding.model import Answer, Point
from lodemark.finding.pack import PAPER, SHOWN, make_pack, verify_pack
from lodemark.finding.paper import finding_paper
from lodemark.ledger import Basis, Bundle, ChainedRecord, Record, Stamp, body_of, chain_records, pack, unpack
from lodemark.ledger.bundle import BundleUnreadable
from lodemark.licence.paper import PaperError
from tests.finding.test_window import CLOSE, OF, OPEN, PUT, RAISED, SPEAK, Dossier

ASSAY = b"Dy 0.36 % m/m, U 0.04 % (k=2), bulk"
DIGEST = hashlib.sha256(ASSAY).hexdigest()
PIECE = Evidence("assay", "assay/1", DIGEST, "measured-above-declared", RAISED.facts, sample="S-1")


def chained() -> list[ChainedRecord]:
    dossier = Dossier().do(replace(OPEN, raised=replace(RAISED, evidence=(PIECE,)))).do(replace(PUT, shown=(DIGEST,)))
    return link(dossier.do(SPEAK).do(CLOSE).records)


def link(records: Sequence[Record]) -> list[ChainedRecord]:
    stamp = Stamp(datetime(2026, 6, 1, tzinfo=UTC), OF, "key", Basis(), "00" * 16)
    return chain_records("finding/1", [body_of(record, stamp) for record in records])


PACK = make_pack("finding/1", chained(), {DIGEST: ASSAY}, "Office")


def test_a_pack_holds_and_names_what_is_not_in_it() -> None:
    """The party's document lies with the party; its digest is enough to notice another one."""
    report = verify_pack(PACK)
    assert report.holds and report.absent == ("d1",)
    assert report.finding.closure and report.finding.closure.closed_as == "upheld"


def test_the_same_finding_gives_the_same_bytes() -> None:
    """A pack that differs each time cannot be named by its digest."""
    assert make_pack("finding/1", chained(), {DIGEST: ASSAY}, "Office") == PACK


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda b: replace(
                b,
                dossiers={
                    "finding/1": [replace(r, chain_digest=bytes(32)) if r.number == 2 else r for r in b.dossiers["finding/1"]]
                },
            ),
            "chain-broken",
        ),
        (lambda b: replace(b, files={**b.files, SHOWN: b.files[SHOWN].replace(b"upheld", b"explained")}), "pack-shows-another"),
        (
            lambda b: replace(b, documents={**b.documents, hashlib.sha256(b"extra").hexdigest(): b"extra"}),
            "pack-document-unnamed",
        ),
        (lambda b: replace(b, files={}), "pack-incomplete"),
    ],
)
def test_what_contradicts_is_named(change: object, code: str) -> None:
    """A pack that was repacked by hand must not pass for the office's."""
    altered: Bundle = change(unpack(PACK))  # type: ignore[operator]
    problems = verify_pack(pack(altered)).problems
    assert code in [one.code for one in problems]
    assert all(one.explain("en") and one.explain("zh-Hans") for one in problems)


def test_a_cut_file_is_refused_in_words() -> None:
    """A half-copied file is the commonest fault of all."""
    with pytest.raises(BundleUnreadable):
        verify_pack(PACK[:-40])


def test_the_command_tells_the_finding_and_exits_by_the_table(tmp_path: Path) -> None:
    """A reader without our office must see the question, the evidence and whether the file holds."""
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    whole.write_bytes(PACK)
    bundle = unpack(PACK)
    altered.write_bytes(
        pack(replace(bundle, files={**bundle.files, SHOWN: bundle.files[SHOWN].replace(b"upheld", b"explained")}))
    )
    told = CliRunner().invoke(app, ["verify", str(whole), "--lang", "zh"])
    assert told.exit_code == 0 and "与申报不一致" in told.stdout
    assert CliRunner().invoke(app, ["verify", str(altered)]).exit_code == 1
    as_json = CliRunner().invoke(app, ["verify", str(whole), "--json"])
    assert orjson.loads(as_json.stdout)["finding"]["closure"]["closed_as"] == "upheld"


def test_the_paper_is_there_to_be_read() -> None:
    """A court reads paper; a pack without it would be handed on as a printout of somebody's screen."""
    assert unpack(PACK).files[PAPER].startswith(b"%PDF-")


def test_a_character_no_font_has_is_named() -> None:
    """A box in place of a name would be noticed by the party it misnames."""
    finding = replace(verify_pack(PACK).finding, answers=(Answer(OPEN.on, (Point("a", "\U0001f9f2"),)),))
    with pytest.raises(PaperError) as caught:
        finding_paper(finding, "Office", datetime(2026, 6, 1, tzinfo=UTC))
    assert caught.value.explain("en") and caught.value.explain("zh-Hans")
