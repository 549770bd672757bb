"""A fitted population, a codebook or a laboratory's register as a JSON file, and back; floats as their shortest exact text."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

import numpy as np
import orjson

from lodemark.assay.background import Background
from lodemark.assay.calibration import Calibrator
from lodemark.assay.tag.codebook import Certificate, Codebook
from lodemark.assay.tag.decode import TagBackground
from lodemark.assay.tag.register import Register
from lodemark.trouble import Error
from lodemark.wording.result import as_json


class BadStored(Error):
    """A file that is not a stored population or codebook."""

    code: ClassVar[str] = "assay-stored-bad"


def dump(value: Background | Codebook | Register) -> bytes:
    """The file's bytes."""
    return orjson.dumps({"kind": type(value).__name__, **as_json(value)}, option=orjson.OPT_INDENT_2)


def load_background(data: bytes, name: str = "") -> Background:
    """A population stored by ``dump``; raises ``BadStored``."""
    plain = _plain(data, name, "Background")
    calibrator = plain.pop("calibrator")
    return Background(
        **_typed(Background, plain), calibrator=None if calibrator is None else Calibrator(**_typed(Calibrator, calibrator))
    )


def load_codebook(data: bytes, name: str = "") -> Codebook:
    """A codebook stored by ``dump``; raises ``BadStored``."""
    return _codebook(_plain(data, name, "Codebook"))


def _codebook(plain: dict[str, Any]) -> Codebook:
    certificate = plain.pop("certificate")
    return Codebook(**_typed(Codebook, plain), certificate=None if certificate is None else Certificate(**certificate))


def load_register(data: bytes, name: str = "") -> Register:
    """A register stored by ``dump``, its codebook checked again; raises ``BadStored``, ``BadCodebook`` and ``BadRegister``."""
    plain = _plain(data, name, "Register")
    try:
        book = _codebook(plain["book"])
        table = {str(lot): int(row) for lot, row in plain["table"].items()}
        untagged = TagBackground(**_typed(TagBackground, plain["untagged"]))
        sound = Codebook.from_table(
            book.parts, book.code, u_rel=book.u_rel, heterogeneity=book.heterogeneity, retention=book.retention
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadStored(file=name, kind="Register") from None
    if sound.digest != book.digest:
        # The certificate belongs to the book it was made for; a table changed by hand has none.
        raise BadStored(file=name, kind="Register")
    return Register(book, table, untagged)


def _plain(data: bytes, name: str, kind: str) -> dict[str, Any]:
    try:
        plain = orjson.loads(data)
        assert isinstance(plain, dict) and plain.pop("kind") == kind
    except (orjson.JSONDecodeError, AssertionError, KeyError):
        raise BadStored(file=name, kind=kind) from None
    return plain


def _typed(cls: type, plain: dict[str, Any]) -> dict[str, Any]:
    """Lists become arrays or tuples by the type of their field."""
    types = {field.name: str(field.type) for field in fields(cls)}

    def typed(name: str, value: Any) -> Any:
        if types[name].startswith(("Floats", "NDArray")):
            return np.asarray(value, dtype=np.int64 if "int64" in types[name] else np.float64)
        return tuple(map(_tuple, value)) if isinstance(value, list) else value

    return {name: typed(name, value) for name, value in plain.items()}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
