"""Check a bundle: files, chains, receipts, tree proofs and the signed checkpoint.

``bundle.zip`` holds ``manifest.json`` (SHA-256 of every file), ``records/<name>.jsonl`` (one record a line: number, body as
text, prev and chain in hex), ``receipts/*.txt`` and ``documents/<sha256>``. Trusted keys come from the caller, never from
the bundle.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lodemark_verify import ed25519, jcs

LARGEST_BYTES = 512 * 1024 * 1024


def check(path: Path, keys: Mapping[str, bytes]) -> list[str]:
    """Everything that is wrong with the bundle, one sentence each; an empty list means it is whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_BYTES:
                return [f"{path}: larger than {LARGEST_BYTES} bytes unpacked; not read"]
            files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except (OSError, zipfile.BadZipFile) as error:
        return [f"{path}: not a readable bundle ({error})"]
    return list(problems(files, keys))


def problems(files: Mapping[str, bytes], keys: Mapping[str, bytes]) -> Iterator[str]:
    """The faults of an unpacked bundle, in a fixed order."""
    try:
        listed = json.loads(files["manifest.json"])["files"]
    except (KeyError, ValueError):
        yield "manifest.json: missing or unreadable"
        return
    for name in sorted(set(listed) | set(files) - {"manifest.json"}):
        if name not in files:
            yield f"{name}: named in the manifest but absent"
        elif hashlib.sha256(files[name]).hexdigest() != listed.get(name):
            yield f"{name}: not the content that the manifest names"
        elif name.startswith("documents/") and Path(name).name != listed[name]:
            yield f"{name}: not the document of that name"
    chains: dict[tuple[str, int], tuple[bytes, bytes]] = {}
    for name in sorted(files):
        if name.startswith("records/"):
            yield from _dossier(name, files[name], chains)
    for name in sorted(files):
        if name.startswith("receipts/"):
            yield from _receipt(name, files[name], chains, keys)


def _dossier(name: str, data: bytes, chains: dict[tuple[str, int], tuple[bytes, bytes]]) -> Iterator[str]:
    try:
        lines = [json.loads(line) for line in data.decode().splitlines()]
        dossier = str(lines[0]["dossier"])
        rows = [
            (int(line["number"]), str(line["body"]), bytes.fromhex(line["prev"]), bytes.fromhex(line["chain"]))
            for line in lines
        ]
    except (ValueError, KeyError, IndexError, TypeError):
        yield f"{name}: unreadable"
        return
    head = hashlib.sha256(b"lodemark/dossier/1\n" + dossier.encode()).digest()
    for place, (number, body, before, stated) in enumerate(rows, start=1):
        try:
            if jcs.canonical(jcs.strict(body)).decode() != body:
                yield f"{name}: record {place} is not in canonical form"
        except ValueError as error:
            yield f"{name}: record {place} cannot be read ({error})"
        body_digest = hashlib.sha256(body.encode()).digest()
        link = hashlib.sha256(
            b"lodemark/chain/1\n" + dossier.encode() + b"\n" + place.to_bytes(8, "big") + head + body_digest
        ).digest()
        if number != place or before != head or link != stated:
            yield f"{name}: record {place} does not follow from what stands before it"
        chains[dossier, place] = (head, body_digest)
        head = stated


def _receipt(
    name: str, data: bytes, chains: Mapping[tuple[str, int], tuple[bytes, bytes]], keys: Mapping[str, bytes]
) -> Iterator[str]:
    try:
        head, _, note = data.decode().partition("\n\n")
        lines = head.split("\n")
        extra = json.loads(base64.b64decode(lines[1].removeprefix("extra "), validate=True))
        index = int(lines[2].removeprefix("index "))
        path = [base64.b64decode(line, validate=True) for line in lines[3:]]
        place = (str(extra["dossier"]), int(extra["number"]))
        stated = (bytes.fromhex(extra["prev"]), bytes.fromhex(extra["body"]))
        text, _, signatures = note.rpartition("\n\n")
        origin, size_text, root_text = text.split("\n")[:3]
        size, root = int(size_text), base64.b64decode(root_text, validate=True)
    except (ValueError, KeyError, IndexError, TypeError):
        yield f"{name}: unreadable"
        return
    if chains.get(place, stated) != stated or (place not in chains and (place[0], 1) in chains):
        yield f"{name}: speaks of another record than the bundle holds"
    link = hashlib.sha256(
        b"lodemark/chain/1\n" + place[0].encode() + b"\n" + place[1].to_bytes(8, "big") + stated[0] + stated[1]
    ).digest()
    if included_root(hashlib.sha256(b"\x00" + link).digest(), index, size, path) != root:
        yield f"{name}: the proof does not lead to the signed root"
    if not _signed(text + "\n", origin, signatures, keys):
        yield f"{name}: no valid signature of {origin} by a key you trust"


def included_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an audit path leads to (RFC 6962 section 2.1.1), by recursion over the definition; ``None`` if it cannot."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return leaf if not path else None
    if not path or len(path[-1]) != 32:
        return None
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        left = included_root(leaf, index, split, path[:-1])
        return None if left is None else hashlib.sha256(b"\x01" + left + path[-1]).digest()
    right = included_root(leaf, index - split, size - split, path[:-1])
    return None if right is None else hashlib.sha256(b"\x01" + path[-1] + right).digest()


def _signed(text: str, origin: str, signatures: str, keys: Mapping[str, bytes]) -> bool:
    public = keys.get(origin)
    for line in signatures.splitlines():
        mark, _, rest = line.partition("— ")
        name, _, encoded = rest.partition(" ")
        if mark or name != origin or public is None:
            continue
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            return False
        return ed25519.verify(public, text.encode(), raw[4:])
    return False
