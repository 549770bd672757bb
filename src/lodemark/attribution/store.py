"""A genealogy on disk: one ``.npy`` file per array, memory-mapped; a generation is swapped in by renaming a pointer.

    path/CURRENT               names the generation that readers open
    path/g-<digest>/*.npy      the arrays of ``graph``
    path/g-<digest>/manifest.json   counts, digests, elements, classes, loops, watermark, conservation residual

A reader that has an old generation open keeps it; a writer that dies leaves the pointer where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from lodemark.attribution.graph import ARRAYS, Graph
from lodemark.trouble import Error

FORMAT = "lodemark/genealogy/2"
_POINTER, _MANIFEST = "CURRENT", "manifest.json"


class StoreError(Error):
    """A stored genealogy is missing, damaged, or cannot be written."""

    code: ClassVar[str] = "genealogy-store-missing"
    kind: ClassVar[str] = "storage"


def save(graph: Graph, path: Path, conservation: float) -> Path:
    """Write a new generation and point to it; returns its directory. Older generations are removed."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=path))
        try:
            digests = {f"{name}.npy": _write(draft / f"{name}.npy", getattr(graph, name)) for name in ARRAYS}
            for name in ("lot_ids", "process_ids"):
                digests |= _write_ids(draft, name, getattr(graph, name))
            manifest = _manifest(graph, digests, conservation)
            body = json.dumps(manifest, indent=1, sort_keys=True).encode()
            _write_bytes(draft / _MANIFEST, body)
            generation = path / f"g-{hashlib.sha256(body).hexdigest()[:16]}"
            if not generation.exists():
                draft.rename(generation)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _point(path, generation.name)
    except OSError as failed:
        raise StoreError("genealogy-store-unwritable", path=str(path), why=failed.strerror) from failed
    for old in path.glob("g-*"):
        if old.name != generation.name:
            shutil.rmtree(old, ignore_errors=True)
    return generation


def load(path: Path, check: bool = False) -> Graph:
    """Open the current generation, memory-mapped; ``check`` compares every digest first."""
    try:
        generation = path / (path / _POINTER).read_text().strip()
        manifest = json.loads((generation / _MANIFEST).read_text())
        if manifest.get("format") != FORMAT:
            raise StoreError("genealogy-store-damaged", path=str(generation), file=_MANIFEST)
        if check:
            for name, digest in manifest["digests"].items():
                if _digest(generation / name) != digest:
                    raise StoreError("genealogy-store-damaged", path=str(generation), file=name)
        arrays: dict[str, Any] = {name: np.load(generation / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        ids = {name: _read_ids(generation, name) for name in ("lot_ids", "process_ids")}
    except (OSError, ValueError, KeyError) as failed:
        raise StoreError(path=str(path), why=str(failed)) from failed
    return Graph(
        elements=tuple(manifest["elements"]),
        classes=tuple(manifest["classes"]),
        loops=tuple((first, stop) for first, stop in manifest["loops"]),
        **arrays,
        **ids,
    )


def is_store(path: Path) -> bool:
    """Whether this directory holds a stored genealogy."""
    return (path / _POINTER).is_file()


def _manifest(graph: Graph, digests: dict[str, str], conservation: float) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "elements": list(graph.elements),
        "classes": list(graph.classes),
        "counts": {"lots": len(graph.base_mg), "processes": len(graph.sink), "inputs": len(graph.in_lot)},
        "loops": [list(loop) for loop in graph.loops],
        "watermark": int(graph.proc_time.max(initial=0)),
        "conservation": conservation,
        "digests": digests,
    }


def _write(file: Path, array: NDArray[Any]) -> str:
    with file.open("wb") as out:
        np.save(out, np.ascontiguousarray(array), allow_pickle=False)
        out.flush()
        os.fsync(out.fileno())
    return _digest(file)


def _write_bytes(file: Path, body: bytes) -> None:
    with file.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())


def _write_ids(folder: Path, name: str, ids: NDArray[Any]) -> dict[str, str]:
    """Numbers as they are; names as one run of UTF-8 and the ends of each."""
    if ids.dtype.kind in "iu":
        return {f"{name}.npy": _write(folder / f"{name}.npy", ids)}
    words = [str(word).encode() for word in ids.tolist()]
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    text = np.frombuffer(b"".join(words), np.uint8)
    return {
        f"{name}_text.npy": _write(folder / f"{name}_text.npy", text),
        f"{name}_ends.npy": _write(folder / f"{name}_ends.npy", ends),
    }


def _read_ids(folder: Path, name: str) -> NDArray[Any]:
    if (folder / f"{name}.npy").exists():
        numbers: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r")
        return numbers
    text = np.load(folder / f"{name}_text.npy").tobytes()
    ends = np.load(folder / f"{name}_ends.npy").tolist()
    names = np.empty(len(ends), object)
    names[:] = [text[start:end].decode() for start, end in zip([0, *ends], ends, strict=False)]
    return names


def _point(path: Path, name: str) -> None:
    draft = path / f".{_POINTER}"
    _write_bytes(draft, f"{name}\n".encode())
    draft.replace(path / _POINTER)


def _digest(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()
