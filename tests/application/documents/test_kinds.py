"""If this fails, a file that runs, hides or explodes is kept as evidence, or honest evidence is turned away."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.application.documents import FileRejected, kind_of, open_archive
from lodemark.application.documents.archive import MOST_PARTS
from lodemark.wording import has, say
from tests.application.documents import samples as make


@pytest.mark.parametrize("code", sorted(make.HONEST))
def test_each_kind_is_known_by_its_content(code: str) -> None:
    """A kind that its own check refuses would shut out the evidence that needs it."""
    kind = kind_of(make.HONEST[code])
    assert kind.code == code and kind.media


def lying(name: str, size: int) -> bytes:
    """A workbook whose part ``name`` states a size that is not its own."""
    data = bytearray(make.with_part(name, b"\0" * 300_000))
    at = data.rindex(name.encode()) - 46
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def overlapping() -> bytes:
    """Two entries of the directory that unpack the same bytes."""
    data = bytearray(make.with_part("xl/one.bin", b"x" * 200))
    first = data.index(b"PK\x01\x02")
    last = data.rindex(b"PK\x01\x02")
    data[last + 42 : last + 46] = data[first + 42 : first + 46]
    return bytes(data)


def many_parts() -> bytes:
    return make.zipped({f"p{n}": b"" for n in range(MOST_PARTS + 1)})


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


JS = b"5 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"
BAD: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "file-empty"),
    ("program", b"MZ\x90\0\3\0\0\0" * 40, "file-kind-unknown"),
    ("text of one column", b"hello\nworld\n", "file-kind-unknown"),
    ("binary that looks like a table", b"a,b\n\0\1\2\n", "file-kind-unknown"),
    ("old office", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "file-old-container"),
    ("pdf with a script", make.pdf(JS), "file-pdf-active"),
    ("script in other letters", make.pdf(JS.replace(b"JavaScript", b"J#61vaScript")), "file-pdf-active"),
    ("pdf that starts a program", make.pdf(b"5 0 obj\n<< /S /Launch /F (cmd) >>\nendobj"), "file-pdf-active"),
    ("script in an object stream", make.pdf(make.object_stream(b"5 0 << /S /JavaScript >>")), "file-pdf-active"),
    ("script in a stream we cannot read", make.pdf(make.object_stream(b"x", b"/Filter /LZWDecode ")), "file-structure"),
    ("object stream that is broken", make.pdf(make.object_stream(b"x").replace(b"stream\nx", b"stream\nz")), "file-structure"),
    ("pdf with a file inside", make.pdf(b"5 0 obj\n<< /Type /EmbeddedFile >>\nendobj"), "file-pdf-active"),
    ("locked pdf", make.pdf(tail=b"/Encrypt 7 0 R "), "file-encrypted"),
    ("pdf cut off", make.pdf()[:-20], "file-structure"),
    ("pdf with a page behind it", make.pdf() + b"<html><script>" + b" " * 100, "file-structure"),
    ("png and something", make.png() + b"<script>", "file-structure"),
    ("png cut off", make.png()[:-4], "file-structure"),
    ("png too large", make.png(40_000, 40_000), "file-picture-large"),
    ("jpeg and an archive", make.jpeg() + make.xlsx(), "file-structure"),
    ("jpeg without a frame", b"\xff\xd8\xff\xe0\x00\x02\xff\xd9", "file-structure"),
    ("tiff in a ring", make.tiff()[:-4] + struct.pack("<I", 8), "file-structure"),
    ("tiff of a few bytes", b"II*\0", "file-structure"),
    ("workbook with a macro", make.with_part("xl/vbaProject.bin"), "file-workbook-active"),
    ("workbook with a link", make.with_part("xl/externalLinks/externalLink1.xml"), "file-workbook-active"),
    ("workbook with an object", make.with_part("xl/embeddings/oleObject1.bin"), "file-workbook-active"),
    ("archive that is no workbook", make.zipped({"a.txt": b"a"}), "file-kind-unknown"),
    ("name that climbs out", make.with_part("../../etc/passwd"), "file-archive-name"),
    ("name of a drive", make.with_part("C:/x"), "file-archive-name"),
    ("name with a backslash", make.with_part("xl\\..\\x"), "file-archive-name"),
    ("a link", linked(), "file-archive-name"),
    ("too many parts", many_parts(), "file-archive-parts"),
    ("bomb that says so", make.with_part("xl/big", b"\0" * 30_000_000), "file-archive-bomb"),
    ("bomb that lies", lying("xl/liar", 10), "file-archive-unreadable"),
    ("parts that share their bytes", overlapping(), "file-archive-bomb"),
    ("two things in one", b"%PDF-1.7" + make.xlsx(), "file-structure"),
    ("archive with a tail", make.xlsx() + b"tail", "file-archive-unreadable"),
    ("json with a name twice", b'{"a":1,"a":2}', "file-structure"),
    ("json that never ends", b"[" * 100_000, "file-structure"),
    ("json with NaN", b'{"a":NaN}', "file-structure"),
    ("xml with entities", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "file-markup-declares"),
    ("xml that hides its declaration", "<!DOCTYPE a><a/>".encode("utf-16"), "file-kind-unknown"),
    ("a page", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "file-markup-active"),
    ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "file-markup-active"),
]


@pytest.mark.parametrize(("data", "code"), [(data, code) for _, data, code in BAD], ids=[name for name, _, _ in BAD])
def test_what_cannot_be_evidence_is_refused_with_its_cause(data: bytes, code: str) -> None:
    """One hole here is a program on an officer's machine."""
    with pytest.raises(FileRejected) as caught:
        kind_of(data)
    assert caught.value.reason.code == code
    for lang in ("en", "zh-Hans"):
        assert "{" not in say(code, caught.value.facts, lang)
    assert has(code)


def test_what_comes_out_is_counted_over_all_parts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes that are each honest can still fill a disk together."""
    monkeypatch.setattr("lodemark.application.documents.archive.MOST_UNPACKED", 150_000)
    archive = object.__new__(type(open_archive(make.xlsx())))
    noise = bytes(range(256)) * 400
    data = make.zipped({"a": noise, "b": noise}, zipfile.ZIP_STORED)
    with pytest.raises(FileRejected, match="bytes"):
        open_archive(data)
    monkeypatch.setattr(type(archive), "_check", lambda self, size: None)
    opened = open_archive(data)
    assert opened.read("a") == noise
    with pytest.raises(FileRejected) as caught:
        opened.read("b")
    assert caught.value.reason.code == "file-archive-bomb"


@given(st.binary(max_size=200), st.sampled_from(sorted(make.HONEST)), st.integers(0, 400))
def test_nothing_makes_it_fall(junk: bytes, code: str, at: int) -> None:
    """A file that crashes the check is a file that was never checked."""
    honest = make.HONEST[code]
    for data in (junk, honest[: at % len(honest)] + junk, honest[: at % len(honest)] + junk + honest[at % len(honest) :]):
        try:
            kind_of(data)
        except FileRejected as error:
            assert has(error.reason.code)
