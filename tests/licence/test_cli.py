"""If this fails, the command line says something else about a paper than the library, or hides that it could not look."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from lodemark.cli import main
from lodemark.ledger import Actor, Basis, Bundle, Record, Stamp, body_of, chain_records, pack
from lodemark.licence import decide, fold
from lodemark.licence.credential import build, licence_codes, publish_keys, sign_dead_slips, sign_status_jwt
from lodemark.licence.paper import Printing, licence_paper, qr_symbol
from tests.licence.make import FACTS, KG, RULES, at, grant, post, records, reserve
from tests.licence.papers import INDEX, ISSUED, ISSUER, LICENCE, PACKING, ROOT, SLIP_ID, code, sd_jwt, slip, statuses

NOW = "2026-05-02T02:00:00+00:00"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """What a customs officer has loaded in the morning."""
    (tmp_path / "keys").write_text(publish_keys([ISSUER.key], ROOT, at("2026-05-01")))
    (tmp_path / "root").write_text(json.dumps(ROOT.key.jwk()))
    (tmp_path / "status").write_text(sign_status_jwt(statuses(), ISSUER))
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    before, sys.argv = sys.argv, ["lodemark", "licence", *map(str, arguments)]
    try:
        main()
        code_ = 0
    except SystemExit as leave:
        code_ = int(leave.code or 0)
    finally:
        sys.argv = before
    told = capsys.readouterr()
    return code_, told.out, told.err


def check(capsys: pytest.CaptureFixture[str], desk: Path, evidence: Path | str, *more: str | Path) -> tuple[int, Any]:
    base = ("verify", evidence, "--keys", desk / "keys", "--root", desk / "root", "--at", NOW, "--json")
    exit_code, out, _ = run(capsys, *base, "--status", desk / "status", *more)
    return exit_code, json.loads(out)


def test_pdf_picture_and_text_get_the_same_verdict(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = licence_paper(LICENCE.terms, "x", (code(),), sd_jwt(), Printing("licence.example", at("2026-03-01"))).pdf
    (desk / "paper.pdf").write_bytes(pdf)
    (desk / "code.txt").write_text(code())
    (desk / "sd-jwt.txt").write_text(sd_jwt() + "\n")
    import segno

    segno.make(code(), error="m", boost_error=False).save(str(desk / "code.png"), scale=4)
    for name in ("paper.pdf", "code.txt", "sd-jwt.txt", "code.png"):
        exit_code, (answer,) = check(capsys, desk, desk / name)
        assert (exit_code, answer["result"], answer["shown"]["number"]) == (0, "in-force", LICENCE.terms.number), name
    assert qr_symbol(code(), 20).text == code()


def test_a_slip_is_compared_with_the_shipment_and_its_list(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "slip").write_text(slip())
    (desk / "list").write_bytes(b"packing list of S-D-1")
    assert check(capsys, desk, desk / "slip", "--shipment", "S-D-1", "--packing-list", desk / "list")[0] == 0
    exit_code, (answer,) = check(capsys, desk, desk / "slip", "--shipment", "S-2")
    assert (exit_code, answer["reasons"][0]["code"]) == (1, "slip-of-other-shipment")
    (desk / "dead").write_text(sign_dead_slips([SLIP_ID], ISSUER, at("2026-05-02")))
    assert check(capsys, desk, desk / "slip", "--dead", desk / "dead")[0] == 1
    assert len(PACKING) == 32


def test_a_changed_paper_leaves_with_3_and_names_the_check(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "code.txt").write_text(code()[:-2] + "00")
    exit_code, (answer,) = check(capsys, desk, desk / "code.txt")
    assert (exit_code, answer["result"]) == (3, "not-genuine")
    assert answer["reasons"][0]["said"]["zh-Hans"]


def test_a_folder_answers_for_every_file_in_it(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = desk / "scans"
    folder.mkdir()
    (folder / "a.txt").write_text(code())
    (folder / "b.bin").write_bytes(b"\xff\xfe\x00")
    (folder / "c.png").write_bytes(b"\x89PNG broken")
    exit_code, answers = check(capsys, desk, folder)
    assert exit_code == 3
    assert [answer["result"] for answer in answers] == ["in-force", "not-genuine", "not-genuine"]


def test_people_read_both_languages_and_what_cannot_be_known(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "code.txt").write_text(code())
    for lang, words in (
        ("en", ("Genuine, but its status", "cannot be known offline")),
        ("zh", ("真实，状态未更新", "余额无法离线得知")),
    ):
        base = ("verify", desk / "code.txt", "--keys", desk / "keys", "--root", desk / "root", "--at", NOW, "--lang", lang)
        exit_code, out, _ = run(capsys, *base)
        assert exit_code == 1 and all(word in out for word in words)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"%PDF-1.7 nothing here"])
def test_a_file_without_a_paper_says_what_to_hand_in(content: bytes, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "odd").write_bytes(content)
    exit_code, _, err = run(capsys, "verify", desk / "odd", "--keys", desk / "keys", "--root", desk / "root", "--at", NOW)
    assert exit_code == 3 and "odd" in err


def test_keys_nobody_signed_are_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "code.txt").write_text(code())
    (desk / "root").write_text(json.dumps(ISSUER.key.jwk()))
    exit_code, _, err = run(capsys, "verify", desk / "code.txt", "--keys", desk / "keys", "--root", desk / "root", "--at", NOW)
    assert exit_code == 3 and err


def test_an_office_that_does_not_answer_is_no_verdict(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "code.txt").write_text(code())
    exit_code, out, err = run(capsys, "verify", desk / "code.txt", "--online", "http://127.0.0.1:9", "--root", desk / "root")
    assert (exit_code, out) == (4, "") and "127.0.0.1" in err
    assert run(capsys, "verify", desk / "code.txt", "--online", "http://127.0.0.1:9")[0] == 2  # no root, no trust


def test_online_keys_and_status_come_from_the_named_office_only(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever writes an address into a paper must not choose where its status is looked up."""
    with _office(desk) as (address, asked):
        here = replace(ISSUED, status_uri=f"{address}/status/1")
        listed = build(here.status_uri, {INDEX: "suspended"}, b"decoys", at("2026-05-02", 1))
        (desk / "answers" / "status").mkdir()
        (desk / "answers" / "status" / "1").write_text(sign_status_jwt(listed, ISSUER))
        (own,) = licence_codes(LICENCE.terms, here, ISSUER)
        (foreign,) = licence_codes(LICENCE.terms, ISSUED, ISSUER)
        (desk / "own.txt").write_text(own)
        (desk / "foreign.txt").write_text(foreign)
        base = ("--online", address, "--root", desk / "root", "--at", NOW, "--json")
        answers = [json.loads(run(capsys, "verify", desk / name, *base)[1])[0] for name in ("own.txt", "foreign.txt")]
    assert [answer["reasons"][0]["code"] for answer in answers] == ["status-suspended", "status-missing-list"]
    assert set(asked) == {"/.well-known/lodemark-keys", "/status/1"}


@contextmanager
def _office(desk: Path) -> Iterator[tuple[str, list[str]]]:
    """A small office on the loopback that serves a folder and notes what it was asked for."""
    folder, asked = desk / "answers", []
    (folder / ".well-known").mkdir(parents=True)
    (folder / ".well-known" / "lodemark-keys").write_text((desk / "keys").read_text())

    class Door(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Door, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -- dossiers ----------------------------------------------------------------------------------------------------------------


def _bundle(folder: Path) -> Path:
    history: list[Record] = list(records(decide(None, grant(), FACTS, RULES)))
    for command in (reserve(), post()):
        history += records(decide(fold(history), command, FACTS, RULES))
    stamp = Stamp(datetime(2026, 5, 2, tzinfo=UTC), Actor("o-1", "office", "officer"), "k", Basis(), "00" * 16)
    rows = chain_records("licence/1", [body_of(record, stamp) for record in history])
    (folder / "bundle.zip").write_bytes(pack(Bundle({"licence/1": rows})))
    return folder / "bundle.zip"


def test_balance_show_and_replay_read_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = _bundle(tmp_path)
    rows = json.loads(run(capsys, "balance", bundle, "--json")[1])
    gross = next(row for row in rows if row["commodity"] == "gross")
    assert (gross["available"], gross["posted"], gross["granted"]) == (301 * KG, 199 * KG, 500 * KG)
    assert "301.000000 kg" in run(capsys, "balance", bundle)[1]
    assert LICENCE.terms.number in run(capsys, "show", bundle, "--lang", "zh")[1]
    steps = json.loads(run(capsys, "replay", bundle, "--json")[1])
    assert [step["kind"] for step in steps] == ["licence-granted", "drawdown-reserved", "drawdown-posted"]
    assert [step["left"]["1/gross"] for step in steps] == [500 * KG, 300 * KG, 301 * KG]


def test_a_bundle_without_the_licence_asked_for_says_which_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, _, err = run(capsys, "show", _bundle(tmp_path), "--licence", "licence/9")
    assert exit_code == 3 and "licence/1" in err
