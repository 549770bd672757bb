"""Documents in another form and another spelling: JSON or XML, URN or Digital Link, bare words, web URIs or URNs.

Nothing but spelling changes: what was written is read again and must hash as before; what cannot be spelled as asked
raises, never guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lodemark.custody.identifier import IdentifierError, parse, to_digital_link, to_urn
from lodemark.custody.model import Body, Document, Sent
from lodemark.custody.namespace import BUILT_IN, LODE, Names
from lodemark.custody.prehash import event_hash
from lodemark.custody.reader import read
from lodemark.custody.rows import to_json
from lodemark.custody.trouble import ConvertError
from lodemark.custody.value import uri
from lodemark.custody.vocabulary import FIELDS, bare
from lodemark.custody.xml_write import write_xml

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_IDS = frozenset(
    [
        "id",
        "epc",
        "epcClass",
        "parentID",
        "transformationID",
        "bizTransaction",
        "source",
        "destination",
        "deviceID",
        "deviceMetadata",
        "rawData",
        "dataProcessingMethod",
        "bizRules",
    ]
)
_LISTS = frozenset({"epcList", "inputEPCList", "outputEPCList", "childEPCs"})
_MEMBERS = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_DEFAULT_CREATED = "1970-01-01T00:00:00Z"


def convert(
    document: Document,
    to: str = "json",
    epc: str = "as-is",
    cbv: str = "as-is",
    prefix_length: int | Callable[[str], int | None] | None = None,
) -> bytes:
    """The document in another form.

    ``to``: ``json`` or ``xml``. ``epc``: ``as-is``, ``digital-link`` or ``urn`` (needs ``prefix_length``, a number or a
    function of the identifier; raises ``IdentifierError("prefix-length-unknown")`` without). ``cbv``: ``as-is``, ``bare``
    (JSON only), ``web`` or ``urn``. In XML, bare words become web URIs: XML has no bare words. Raises ``ConvertError``
    where the event would hash differently.
    """
    words = "web" if to == "xml" and cbv in ("bare", "as-is") else cbv
    spelled = [replace(sent, body=spell(sent, epc, words, prefix_length)) for sent in document.sent]
    if to == "xml":
        written = write_xml(spelled, str(document.body.get("creationDate", _DEFAULT_CREATED)))
    else:
        written = to_json(envelope(document, spelled))
    for sent, again in zip(document.sent, read(written, lenient=True).sent, strict=True):
        if event_hash(sent) != event_hash(again):
            # A prefix inside a value is a CURIE in JSON and plain text in XML (section 8.9).
            raise ConvertError(detail=f"{sent.pointer}: a prefixed value means another thing there")
    return written


def envelope(document: Document, sent: list[Sent]) -> dict[str, Any]:
    """An ``EPCISDocument`` in JSON around events, with the prefixes they use."""
    prefixes = prefixes_of(sent)
    return {
        "@context": [CONTEXT, prefixes] if prefixes else [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": document.body.get("creationDate", _DEFAULT_CREATED),
        "epcisBody": {"eventList": [dict(one.body) for one in sent]},
    }


def prefixes_of(sent: Sequence[Sent]) -> dict[str, str]:
    """The prefixes a document around these events must declare."""
    prefixes = {p: u for one in sent for p, u in one.names.prefixes.items() if BUILT_IN.get(p) != u and p != "lode"}
    if any(LODE in one.names.prefixes.values() for one in sent) or b'"lode:' in to_json([dict(one.body) for one in sent]):
        prefixes["lode"] = LODE
    return prefixes


def spell(sent: Sent, epc: str, cbv: str, prefix_length: int | Callable[[str], int | None] | None = None) -> dict[str, Any]:
    """One event with its identifiers and words in the wanted spelling."""

    def identifier(text: str) -> str:
        if epc == "as-is":
            return text
        try:
            parse(text)
        except IdentifierError:
            return text
        if epc == "digital-link":
            return to_digital_link(text, check=False)
        length = prefix_length(text) if callable(prefix_length) else prefix_length
        return to_urn(text, length, check=False)

    def word(field: str, text: str, names: Names) -> str:
        if cbv == "as-is":
            return text
        full = uri(field, text, names)
        if cbv == "bare" and full.startswith(LODE):
            return f"lode:{full[len(LODE) :]}"
        if cbv == "bare":
            return bare(full, field)
        if cbv == "urn" and FIELDS[field].urn and full.startswith(FIELDS[field].stem):
            return f"{FIELDS[field].urn}{full[len(FIELDS[field].stem) :]}"
        return full

    return _spelled(sent.body, sent.names, identifier, word, "")


def _spelled(
    body: Body, names: Names, identifier: Callable[[str], str], word: Callable[[str, str, Names], str], inside: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in body.items():
        field = f"{inside}.{name}" if name == "type" else name
        if name in _LISTS and isinstance(value, list):
            found[name] = [identifier(str(item)) for item in value]
        elif name in _IDS and isinstance(value, str):
            found[name] = identifier(value)
        elif field in FIELDS and isinstance(value, str):
            found[name] = word(field, value, names)
        elif field in FIELDS and isinstance(value, list):
            found[name] = [word(field, str(item), names) for item in value]
        elif isinstance(value, list) and ":" not in name:
            kind = _MEMBERS.get(name, "sensorReport" if name == "sensorReport" else "")
            found[name] = [
                _spelled(item, names, identifier, word, kind) if isinstance(item, Mapping) else item for item in value
            ]
        elif isinstance(value, Mapping) and ":" not in name and name not in ("ilmd", "@context"):
            found[name] = _spelled(value, names, identifier, word, name)
        else:
            found[name] = value
    return found
