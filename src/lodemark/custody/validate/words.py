"""Layers V and I: words of the vocabulary, and identifiers in their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lodemark.custody.identifier import IdentifierError, check_digit_fault, parse
from lodemark.custody.model import Sent
from lodemark.custody.namespace import CBV, GS1_VOC, LODE
from lodemark.custody.validate.report import Finding
from lodemark.custody.vocabulary import FIELDS, LODE_TERMS, from_urn, is_bare

_LOCATION_KEYS = frozenset({"414"})
_PARTY_KEYS = frozenset({"417", "414"})
_INSTANCES = ("epcList", "inputEPCList", "outputEPCList", "childEPCs")
_CLASSES = ("quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList")


def check_words(sent: Sent, index: int) -> Iterator[Finding]:
    """Layer V of one event."""
    for field, pointer, value in _words(sent):
        words = FIELDS[field]
        if is_bare(value):
            if value not in words.words:
                yield Finding("V-BARE", pointer, {"field": field, "near": _near(value, words.words)}, value, index)
            continue
        if words.urn and value.startswith(words.urn):
            word = value[len(words.urn) :]
            rule = "V-URN" if word in words.words else "V-GS1-URI"
            yield Finding(rule, pointer, {"word": word}, value, index, reference="CBV 2.0 7.1")
            continue
        full = sent.names.expand(from_urn(value))
        if full.startswith((CBV, GS1_VOC)) and full[len(words.stem) :] not in words.words:
            yield Finding("V-GS1-URI", pointer, {"field": field}, value, index, reference="CBV 2.0 7.1")
        elif full.startswith(LODE) and full[len(LODE) :] not in LODE_TERMS:
            yield Finding("V-LODE", pointer, {"word": full[len(LODE) :]}, value, index)
    for name in sent.body:
        full = sent.names.field(name)
        if full == name and ":" in name:
            yield Finding("V-PREFIX", f"{sent.pointer}/{name}", {"prefix": name.partition(":")[0]}, name, index)
        elif full.startswith(f"{{{LODE}}}") and full[len(LODE) + 2 :] not in LODE_TERMS:
            yield Finding("V-LODE", f"{sent.pointer}/{name}", {"word": full[len(LODE) + 2 :]}, name, index)


def _near(value: str, words: Iterable[str]) -> str | None:
    """The word most likely meant: the one sharing the longest opening."""
    best = max(sorted(words), key=lambda word: _shared(word, value), default=None)
    return best if best and _shared(best, value) >= 3 else None


def _shared(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _words(sent: Sent) -> Iterator[tuple[str, str, str]]:
    """Every (field, pointer, value) that should hold a word of the vocabulary."""
    body, at = sent.body, sent.pointer
    for name in ("bizStep", "disposition"):
        if isinstance(body.get(name), str):
            yield name, f"{at}/{name}", str(body[name]).strip()
    for name in ("set", "unset"):
        for i, value in _items(_get(body, "persistentDisposition", name)):
            yield name, f"{at}/persistentDisposition/{name}/{i}", str(value)
    for list_name, kind in (
        ("bizTransactionList", "bizTransaction"),
        ("sourceList", "source"),
        ("destinationList", "destination"),
    ):
        for i, member in _items(body.get(list_name)):
            if isinstance(member, dict) and isinstance(member.get("type"), str):
                yield f"{kind}.type", f"{at}/{list_name}/{i}/type", member["type"].strip()
    reason = _get(body, "errorDeclaration", "reason")
    if isinstance(reason, str):
        yield "reason", f"{at}/errorDeclaration/reason", reason
    for i, element in _items(body.get("sensorElementList")):
        reports = element.get("sensorReport") if isinstance(element, dict) else None
        for j, report in _items(reports):
            for name, field in (("type", "sensorReport.type"), ("exception", "exception"), ("component", "component")):
                if isinstance(report, dict) and isinstance(report.get(name), str):
                    yield field, f"{at}/sensorElementList/{i}/sensorReport/{j}/{name}", report[name]


def _get(body: Mapping[str, object], outer: str, inner: str) -> object:
    value = body.get(outer)
    return value.get(inner) if isinstance(value, dict) else None


def _items(value: object) -> Iterable[tuple[int, object]]:
    return enumerate(value) if isinstance(value, list) else ()


def check_identifiers(sent: Sent, index: int) -> Iterator[Finding]:
    """Layer I of one event: form and check digit everywhere, level and place where the field says what belongs there."""
    body, at = sent.body, sent.pointer
    if isinstance(body.get("parentID"), str):
        yield from _check(sent, str(body["parentID"]), f"{at}/parentID", index, "instance")
    for name in _INSTANCES:
        for i, value in _items(body.get(name)):
            yield from _check(sent, str(value), f"{at}/{name}/{i}", index, "instance")
    for name in _CLASSES:
        for i, item in _items(body.get(name)):
            if isinstance(item, dict):
                yield from _check(sent, str(item.get("epcClass", "")), f"{at}/{name}/{i}/epcClass", index, "class")
    for name in ("readPoint", "bizLocation"):
        value = _get(body, name, "id")
        if isinstance(value, str):
            yield from _check(sent, value, f"{at}/{name}/id", index, "place")
    for list_name, kind in (("sourceList", "source"), ("destinationList", "destination")):
        for i, member in _items(body.get(list_name)):
            if isinstance(member, dict) and isinstance(member.get(kind), str):
                yield from _check(sent, member[kind], f"{at}/{list_name}/{i}/{kind}", index, "party")


def _check(sent: Sent, text: str, pointer: str, index: int, wanted: str) -> Iterator[Finding]:
    value = sent.names.expand(text.strip())
    try:
        key = parse(value)
    except IdentifierError as error:
        # Any absolute URI may name a thing; only what claims to be a GS1 key must be one.
        if value.lower().startswith("urn:epc:"):
            rule = "I-LENGTH" if error.reason.code == "identifier-length" else "I-CHARSET"
            yield Finding(rule, pointer, dict(error.facts), text, index, reference="TDS 2.0 6.3")
        return
    fault = check_digit_fault(key)
    if fault:
        facts = {"found": fault[0], "right": fault[1]}
        yield Finding("I-CHECK", pointer, facts, text, index, reference="GS1 General Specifications 7.9")
    if (wanted == "instance" and key.level != "instance") or (
        wanted == "class" and key.level == "instance" and key.ai not in ("401", "402")
    ):
        yield Finding("I-LEVEL", pointer, {"level": key.level, "wanted": wanted}, text, index)
    elif (wanted == "place" and key.ai not in _LOCATION_KEYS) or (wanted == "party" and key.ai not in _PARTY_KEYS):
        yield Finding("I-PLACE", pointer, {"ai": key.ai}, text, index)
