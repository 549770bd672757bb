"""A bundle: dossiers, their documents and receipts in one file that another person can check and re-run.

``manifest.json`` names every file with its SHA-256; ``records/<n>.jsonl`` holds one dossier, a record a line; the bytes are
the same for the same content, so a bundle can itself be named by its digest. Checked by ``lodemark-verify`` as well,
which shares no code with this module.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from lodemark.ledger.canonical import canonical
from lodemark.ledger.model import ChainedRecord
from lodemark.ledger.receipt import Receipt
from lodemark.trouble import Disagreement, Error

FORMAT = "lodemark.bundle/1"
LARGEST_BYTES = 512 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BundleUnreadable(Error):
    """A file that is no bundle, or one whose content is not what its manifest names."""

    code = "bundle-unreadable"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is handed over: chained records by dossier, documents by digest, receipts, and further named files."""

    dossiers: Mapping[str, Sequence[ChainedRecord]]
    documents: Mapping[str, bytes] = field(default_factory=dict)
    receipts: Sequence[Receipt] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def pack(bundle: Bundle) -> bytes:
    """The bundle as a ZIP file; equal content gives equal bytes."""
    content: dict[str, bytes] = dict(bundle.files)
    for place, dossier in enumerate(sorted(bundle.dossiers), start=1):
        content[f"records/{place:04d}.jsonl"] = b"".join(_line(dossier, record) for record in bundle.dossiers[dossier])
    for sha256, data in bundle.documents.items():
        assert hashlib.sha256(data).hexdigest() == sha256, sha256
        content[f"documents/{sha256}"] = data
    for place, receipt in enumerate(bundle.receipts, start=1):
        content[f"receipts/{place:04d}.txt"] = str(receipt).encode()
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    content["manifest.json"] = canonical({"format": FORMAT, "files": listed})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(data: bytes) -> Bundle:
    """Read a bundle back; a file that is missing, extra or altered is ``BundleUnreadable``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_BYTES:
                raise BundleUnreadable(why=f"more than {LARGEST_BYTES} bytes unpacked")
            content = {name: archive.read(name) for name in archive.namelist()}
        listed = orjson.loads(content.pop("manifest.json"))["files"]
    except (zipfile.BadZipFile, KeyError, orjson.JSONDecodeError, EOFError) as error:
        raise BundleUnreadable(why=type(error).__name__) from None
    found = {name: hashlib.sha256(part).hexdigest() for name, part in content.items()}
    if found != listed:
        wrong = sorted(name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name))
        raise BundleUnreadable(why=", ".join(wrong))
    dossiers: dict[str, list[ChainedRecord]] = {}
    receipts, documents, files = [], {}, {}
    for name in sorted(content):
        folder, _, rest = name.partition("/")
        match folder:
            case "records":
                for line in content[name].splitlines():
                    dossier, record = _record(line)
                    dossiers.setdefault(dossier, []).append(record)
            case "documents":
                documents[rest] = content[name]
            case "receipts":
                receipts.append(Receipt.parse(content[name].decode()))
            case _:
                files[name] = content[name]
    return Bundle(dossiers, documents, receipts, files)


def _line(dossier: str, record: ChainedRecord) -> bytes:
    row = {"dossier": dossier, "number": record.number, "body": record.body.decode(), "chain": record.chain_digest.hex()}
    return orjson.dumps({**row, "prev": record.prev_digest.hex()}, option=orjson.OPT_SORT_KEYS) + b"\n"


def _record(line: bytes) -> tuple[str, ChainedRecord]:
    try:
        row = orjson.loads(line)
        body = row["body"].encode()
        prev, link = bytes.fromhex(row["prev"]), bytes.fromhex(row["chain"])
        return row["dossier"], ChainedRecord(row["number"], body, hashlib.sha256(body).digest(), prev, link)
    except (orjson.JSONDecodeError, KeyError, ValueError, AttributeError):
        raise BundleUnreadable(why="records") from None


def contradicted(bundle: Bundle) -> list[Disagreement]:
    """Receipts that speak of another record than the bundle holds in that place, or of one that it leaves out.

    A chain made again from some record on is whole in itself; only what was signed before shows that it is another.
    """
    found = []
    for receipt in bundle.receipts:
        records = bundle.dossiers.get(receipt.dossier)
        if records is None:
            continue
        held = [(one.prev_digest, one.body_digest) for one in records if one.number == receipt.number]
        if held != [(receipt.prev_digest, receipt.body_digest)]:
            facts = {"dossier": receipt.dossier, "number": receipt.number}
            found.append(Disagreement("receipt-other-record", receipt.dossier, facts))
    return found
