"""The CBV 2.0 event hash (section 8.9) and the strict digest beside it.

The published answers are the contract where text and answers differ: sources, destinations and transactions are sorted
into the tail, type before value. ``hash_variant`` tells which reading a foreign event id follows. The strict digest covers
the same fields with exact decimals and microseconds, so two events that differ in the 17th digit stay two.

    event_hash(event)  ->  "ni:///sha-256;…?ver=CBV2.0"
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from lodemark.custody.model import Event, Sent
from lodemark.custody.namespace import Names
from lodemark.custody.value import exact_time, leaf

# A mark between the pieces of a pre-hash text; the reader refuses it in documents, so it can mean only this.
_MARK = "\x00"

_EPC_LISTS = frozenset({"epcList", "inputEPCList", "childEPCs", "outputEPCList"})
_QUANTITY_LISTS = frozenset({"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"})
_MEMBERS = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_ORDER = [
    "eventTime",
    "eventTimeZoneOffset",
    "certificationInfo",
    "parentID",
    "epcList",
    "inputEPCList",
    "childEPCs",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "action",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    "sensorElementList",
]
_METADATA = ["time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"]
_REPORT = [
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
]
_LEFT_OUT = frozenset({"type", "eventID", "recordTime", "errorDeclaration", "@context", "rdfs:comment", "comment"})
_COMMENT = "{http://www.w3.org/2000/01/rdf-schema#}comment"
_CURIES = frozenset(
    [
        "bizStep",
        "disposition",
        "set",
        "unset",
        "id",
        "epc",
        "epcClass",
        "parentID",
        "transformationID",
        "certificationInfo",
        "bizTransaction",
        "source",
        "destination",
        "deviceID",
        "deviceMetadata",
        "rawData",
        "dataProcessingMethod",
        "bizRules",
        "microorganism",
        "chemicalSubstance",
        "uriValue",
        "exception",
        "component",
        "coordinateReferenceSystem",
        "bizTransaction.type",
        "source.type",
        "destination.type",
        "sensorReport.type",
    ]
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read section 8.9; the default is the one the published answers follow."""

    name: str = "published"
    order: tuple[str, ...] = tuple(_ORDER)
    type_first: bool = True
    certification: bool = True
    tail_extensions: bool = False


_TEXT_ORDER = (*_ORDER[:-1], "bizTransactionList", "sourceList", "destinationList", _ORDER[-1], "ilmd")
READINGS: tuple[Reading, ...] = (
    Reading(),
    Reading("text", order=_TEXT_ORDER, type_first=False),
    Reading("without-certification", certification=False),
    Reading("tail-extensions", tail_extensions=True),
)

_Leaf = Callable[[str, object, Names, bool], str]


def _hashed(field: str, value: object, names: Names, curie: bool) -> str:
    return leaf(field, value, names, curie)[0]


def _exact(field: str, value: object, names: Names, curie: bool) -> str:
    return leaf(field, value, names, curie)[1]


class _Rounding:
    """Shows leaves as hashed and remembers whether any of them lost a digit on the way."""

    anything = False

    def __call__(self, field: str, value: object, names: Names, curie: bool) -> str:
        hashed, exact = leaf(field, value, names, curie)
        if hashed != exact:
            self.anything = True
        return hashed


def prehash(event: Event | Sent, join: str = "", ignore: Sequence[str] = (), reading: Reading = READINGS[0]) -> str:
    """The text that is hashed; ``join="\\n"`` puts each piece on its own line for reading."""
    return _write(_sent(event), reading, _hashed, ignore).replace(_MARK, join)


def event_hash(event: Event | Sent, algorithm: str = "sha-256", ignore: Sequence[str] = ()) -> str:
    """The CBV 2.0 event hash as an ``ni`` URI. ``ignore`` names top-level fields to leave out and comes from the caller only."""
    return hash_uri(cbv_digest(event, algorithm, ignore), algorithm)


def hash_uri(digest: bytes, algorithm: str = "sha-256") -> str:
    """The ``ni`` URI of a stored 32-byte event hash."""
    return f"ni:///{algorithm};{digest.hex()}?ver=CBV2.0"


def cbv_digest(event: Event | Sent, algorithm: str = "sha-256", ignore: Sequence[str] = ()) -> bytes:
    """The event hash as bytes. ``algorithm``: ``sha-256``, ``sha-384``, ``sha-512`` or their SHA-3 namesakes."""
    name = algorithm.replace("sha3-", "sha3_").replace("sha-", "sha")
    return hashlib.new(name, prehash(event, ignore=ignore).encode()).digest()


def digests(event: Event | Sent) -> tuple[bytes, bytes, bytes]:
    """(event hash, strict digest, declaration digest), 32 bytes each; the last is of nothing when there is no declaration."""
    sent = _sent(event)
    rounded = _Rounding()
    hashed = exact = _write(sent, READINGS[0], rounded, ())
    if rounded.anything:  # only then do the two texts differ
        exact = _write(sent, READINGS[0], _exact, ())
    declaration = sent.body.get("errorDeclaration")
    names = sent.names
    said = _exact_fields(declaration, names) if isinstance(declaration, dict) else ""
    return (
        hashlib.sha256(hashed.replace(_MARK, "").encode()).digest(),
        # A list of strings: here orjson's compact form is the RFC 8785 form, and ten times faster.
        hashlib.sha256(orjson.dumps(exact.split(_MARK))).digest(),
        hashlib.sha256(said.encode()).digest(),
    )


def hash_variant(event: Event | Sent, claimed: str) -> str | None:
    """Which reading of the standard ``claimed`` follows, by name, or None: a mismatch is a finding, not a refusal."""
    for reading in READINGS:
        text = prehash(event, reading=reading)
        if hash_uri(hashlib.sha256(text.encode()).digest()) == claimed:
            return reading.name
    return None


def _sent(event: Event | Sent) -> Sent:
    return event.sent if isinstance(event, Event) else event


def _exact_fields(fields: Mapping[str, object], names: Names) -> str:
    inner = names.under(fields["@context"]) if "@context" in fields else names
    told = {k: exact_time(v) if k == "declarationTime" and isinstance(v, str) else v for k, v in fields.items()}
    return _MARK.join(_sorted([_generic(inner.field(k), v, inner, _exact) for k, v in told.items() if k != "@context"]))


def _write(sent: Sent, reading: Reading, show: _Leaf, ignore: Sequence[str]) -> str:
    body, names = sent.body, sent.names
    if "@context" in body:
        names = names.under(body["@context"])
    left_out = _LEFT_OUT | {*ignore}
    if not reading.certification:
        left_out |= {"certificationInfo"}
    tail: list[str] = []
    pieces = [f"eventType={body.get('type', '')}"]
    for field in reading.order:
        if field in body and field not in left_out:
            pieces.append(_field(field, body[field], names, show, reading, tail))
    for field, value in body.items():
        if field in left_out or field in reading.order:
            continue
        name = names.field(field)
        if name == _COMMENT or name in left_out:
            continue
        tail.append(_field(field, value, names, show, reading, tail))
    return _MARK.join(piece for piece in (*pieces, *_sorted(tail)) if piece)


def _sorted(pieces: list[str]) -> list[str]:
    """By code point of the text without marks: the mark must not decide an order."""
    kept = [piece for piece in pieces if piece]
    return sorted(kept, key=_unmarked) if len(kept) > 1 else kept


def _unmarked(piece: str) -> str:
    return piece.replace(_MARK, "")


def _field(field: str, value: object, names: Names, show: _Leaf, reading: Reading, tail: list[str]) -> str:
    if field in _EPC_LISTS:
        return _container(field, [_leaf("epc", item, names, show) for item in _list(value)])
    if field in _QUANTITY_LISTS:
        return _container(field, [_quantity(item, names, show) for item in _list(value)])
    if field in _MEMBERS:
        return _container(field, [_member(_MEMBERS[field], item, names, show, reading) for item in _list(value)])
    if field in ("readPoint", "bizLocation"):
        return _parts(field, value, ("id",), names, show, reading, tail)
    if field == "persistentDisposition" and isinstance(value, dict):
        words = [_sorted([_leaf(k, item, names, show) for item in _list(value.get(k))]) for k in ("set", "unset")]
        return _join(field, [*words[0], *words[1]])
    if field == "sensorElementList":
        return _container(field, [_sensor(item, names, show, reading, tail) for item in _list(value)])
    if field in _CURIES and not isinstance(value, dict):
        return _MARK.join(_sorted([_any(field, item, names, show) for item in _list(value)]))
    return _generic(names.field(field), value, names, show)


def _any(field: str, item: object, names: Names, show: _Leaf) -> str:
    return _generic(field, item, names, show) if isinstance(item, dict) else _leaf(field, item, names, show)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _join(name: str, children: list[str]) -> str:
    kept = [child for child in children if child]
    return _MARK.join([name, *kept]) if kept else ""


def _container(name: str, children: list[str]) -> str:
    return _join(name, _sorted(children))


def _leaf(field: str, value: object, names: Names, show: _Leaf, shown: str = "") -> str:
    text = show(field, value, names, field in _CURIES)
    return f"{shown or field}={text}" if text else ""


def _quantity(item: object, names: Names, show: _Leaf) -> str:
    if not isinstance(item, dict):
        return ""
    known = ("epcClass", "quantity", "uom")
    return _join("quantityElement", [_leaf(k, item[k], names, show) for k in known if k in item])


def _member(value_field: str, item: object, names: Names, show: _Leaf, reading: Reading) -> str:
    if not isinstance(item, dict):
        return _leaf(value_field, item, names, show)
    pair = [
        _leaf(f"{value_field}.type", item.get("type"), names, show, shown="type"),
        _leaf(value_field, item.get(value_field), names, show),
    ]
    return _MARK.join(filter(None, pair if reading.type_first else reversed(pair)))


def _parts(
    name: str,
    value: object,
    known: Sequence[str],
    names: Names,
    show: _Leaf,
    reading: Reading,
    tail: list[str],
    kind: str = "",
) -> str:
    """A container with named parts in order, extensions last and sorted."""
    if not isinstance(value, dict):
        return _leaf(name, value, names, show)
    inner = names.under(value["@context"]) if "@context" in value else names
    parts = [
        _leaf(f"{kind}.{k}" if k == "type" else k, value[k], inner, show, shown=k)
        for k in known
        if k in value and not isinstance(value[k], dict)
    ]
    more = [(inner.field(k), v) for k, v in value.items() if k not in known and k != "@context"]
    extras = [_generic(n, v, inner, show) for n, v in more if n != _COMMENT]
    if reading.tail_extensions:
        tail.extend(extras)
        extras = []
    return _join(name, [*parts, *_sorted(extras)])


def _sensor(item: object, names: Names, show: _Leaf, reading: Reading, tail: list[str]) -> str:
    if not isinstance(item, dict):
        return ""
    inner = names.under(item["@context"]) if "@context" in item else names
    metadata = _parts("sensorMetadata", item.get("sensorMetadata") or {}, _METADATA, inner, show, reading, tail)
    reports = [
        _parts("sensorReport", report, _REPORT, inner, show, reading, tail, kind="sensorReport")
        for report in _list(item.get("sensorReport"))
    ]
    rest = {k: v for k, v in item.items() if k not in ("sensorMetadata", "sensorReport", "@context")}
    extras = [_generic(inner.field(k), v, inner, show) for k, v in rest.items()]
    if reading.tail_extensions:
        tail.extend(extras)
        extras = []
    return _join("sensorElement", [metadata, *_sorted(reports), *_sorted(extras)])


def _generic(name: str, value: object, names: Names, show: _Leaf) -> str:
    """A field nothing is known about: ``name[=value]`` and its children, sorted."""
    if isinstance(value, list):
        return _MARK.join(_sorted([_generic(name, item, names, show) for item in value]))
    if not isinstance(value, dict):
        text = show(name, value, names, name == "reason")
        return f"{name}={text}" if text else ""
    inner = names.under(value["@context"]) if "@context" in value else names
    own = _generic(name, value["@value"], inner, show) if "@value" in value else name
    children = [_generic(inner.field(k), v, inner, show) for k, v in value.items() if k not in ("@context", "@value")]
    kept = _sorted(children)
    return _MARK.join([own, *kept]) if kept or "=" in own else ""
