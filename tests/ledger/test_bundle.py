"""A bundle is what a court gets: both verifiers must find it whole, and every tampering."""

import io
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lodemark.cli.ledger import app
from lodemark.ledger import Bundle, BundleUnreadable, pack, unpack
from lodemark_verify.bundle import problems
from tests.ledger.test_dossier import DOSSIER, TRUSTED, dossier, receipt

KEYS = {TRUSTED.name: TRUSTED.public}
BUNDLE = Bundle({DOSSIER: dossier()}, receipts=[receipt(0), receipt(4)], files={"rulebooks/cn.yaml": b"x"})


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_whole_for_both_verifiers_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    """A bundle that only its maker can verify is a claim, not evidence."""
    data = pack(BUNDLE)
    assert data == pack(unpack(data)) == pack(BUNDLE)
    assert list(problems(files(data), KEYS)) == []
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    result = CliRunner().invoke(app, ["verify", str(path), "--key", str(TRUSTED)])
    assert result.exit_code == 0 and "5 records" in result.output


@pytest.mark.parametrize("name", ["records/0001.jsonl", "receipts/0001.txt", "rulebooks/cn.yaml"])
def test_a_changed_file_is_found_even_with_a_matching_manifest(name: str) -> None:
    """Whoever can change a file can change the manifest too: the chain and the proofs must still show it."""
    import hashlib
    import json

    content = files(pack(BUNDLE))
    content[name] = content[name].replace(b"0", b"1", 1) if b"0" in content[name] else b"y"
    assert any(name in line for line in problems(content, KEYS))
    listed = json.loads(content["manifest.json"])
    listed["files"][name] = hashlib.sha256(content[name]).hexdigest()
    content["manifest.json"] = json.dumps(listed).encode()
    found = list(problems(content, KEYS))
    assert bool(found) == (name != "rulebooks/cn.yaml")


def test_a_foreign_key_is_told(tmp_path: Path) -> None:
    """A bundle signed by someone else must not pass as the office's."""
    assert any("signature" in line for line in problems(files(pack(BUNDLE)), {TRUSTED.name: bytes(32)}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    """A crash on a stranger's file is an open door."""
    with pytest.raises(BundleUnreadable):
        unpack(data)
