"""GS1 identifiers in every spelling, and the one canonical spelling the journal and the event hash use.

URN (``urn:epc:id:sgtin:…``), Digital Link in any domain and with short names, bracketed and FNC1 element strings are read
into a ``Key``; ``Key.canonical`` is the constrained Digital Link of CBV 2.0 section 8.9::

    canonical("urn:epc:id:sgtin:4012345.012345.12")  ->  "https://id.gs1.org/01/04012345123456/21/12"

Whether a check digit is right is another question (``check_digit_fault``): the event hash needs the identity a text *means*,
a validator says that it is mistyped. References: GS1 General Specifications 7.9; EPC Tag Data Standard 2.0; GS1 Digital Link 1.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar
from urllib.parse import quote, unquote

from lodemark.custody.gs1 import ELEMENT_LENGTHS, KEYS, SHORT_NAMES, TEXT, URN_SCHEMES, UrnScheme
from lodemark.trouble import Error

DOMAIN = "https://id.gs1.org"
_PREFIX = re.compile(r"\d{6,12}")
_LINK = re.compile(r"https?://[^\s/?#]+((?:/[^\s/?#]*)+)(?:[?#]\S*)?", re.IGNORECASE)
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]+(?:\((?!\d{2,4}\))[^(]*)*)")
# TDS lets these stand in a URN unescaped; a Digital Link carries them escaped, all others are escaped in both.
_KEPT = "-._~';="


class IdentifierError(Error):
    """A text that is no GS1 identifier, or one that cannot be written in the wanted form."""

    code: ClassVar[str] = "identifier-unreadable"


@dataclass(frozen=True, slots=True)
class Key:
    """One GS1 key with its finest qualifier. ``value`` and ``qualifier`` are plain text, escapes removed.

    ``pattern`` is true for ``urn:epc:idpat:…``: a class written as "any serial of it".
    """

    ai: str
    value: str
    qualifier: tuple[str, str] | None = None
    pattern: bool = False

    @property
    def canonical(self) -> str:
        """The constrained canonical Digital Link, the only form that is stored and hashed."""
        return self.digital_link(DOMAIN)

    @property
    def level(self) -> str:
        """``instance`` (one thing), ``lot`` (a batch or part class) or ``class``."""
        if self.qualifier:
            return "lot" if self.qualifier[0] == "10" else "instance"
        if self.ai in ("01", "8006", "8010"):
            return "class"
        fixed = KEYS[self.ai].class_length
        return "class" if fixed is not None and len(self.value) == fixed else "instance"

    def digital_link(self, domain: str) -> str:
        """The same key under another domain, e.g. a maker's own resolver."""
        path = f"{domain}/{self.ai}/{quote(self.value, safe=_KEPT)}"
        if self.qualifier:
            path += f"/{self.qualifier[0]}/{quote(self.qualifier[1], safe=_KEPT)}"
        return path


def check_digit(digits: str) -> str:
    """GS1 General Specifications 7.9: weights 3, 1, 3… from the right, modulo 10. ``digits`` is without the check digit."""
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


@lru_cache(maxsize=65536)
def check_digit_fault(key: Key) -> tuple[str, str] | None:
    """(digit as sent, right digit) when the key carries a check digit and it is wrong."""
    at = KEYS[key.ai].check_at
    if at is None:
        return None
    right = check_digit(key.value[: at - 1])
    return None if key.value[at - 1] == right else (key.value[at - 1], right)


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """The canonical spelling of an identifier; any text that is none comes back unchanged. Cached: the same ids recur."""
    if not text.startswith(("urn:epc:", "http://", "https://", "HTTP", "URN:EPC:")):
        return text
    try:
        return parse(text).canonical
    except IdentifierError:
        return text


@lru_cache(maxsize=65536)
def parse(text: str) -> Key:
    """Read one identifier in any spelling. Raises ``IdentifierError`` naming the text; a wrong check digit is not refused here."""
    if text[:4].lower() == "urn:":
        return _from_urn(text)
    if text[:4].lower() == "http":
        return _from_link(text)
    if text.startswith("("):
        return _from_elements(text, _BRACKETED.findall(text))
    if text[:1] in "]\x1d" or text[:2].isdigit():
        return _from_elements(text, _split_elements(text))
    raise IdentifierError(text=text)


def to_digital_link(text: str, domain: str | None = None, *, check: bool = True) -> str:
    """The identifier as a Digital Link. ``check=False`` shows what a text with a wrong check digit would mean."""
    key = _checked(text, check)
    return key.digital_link((domain or DOMAIN).rstrip("/"))


def to_urn(text: str, prefix_length: int | None = None, *, check: bool = True) -> str:
    """The identifier as an EPC URN.

    The length of the company prefix is not in a Digital Link: without ``prefix_length`` the answer is
    ``IdentifierError("prefix-length-unknown")``, never a guess. A text that is a URN already comes back as it is.
    """
    key = _checked(text, check)
    if text[:4].lower() == "urn:":
        return text
    if prefix_length is None:
        raise IdentifierError("prefix-length-unknown", text=text)
    scheme = _scheme_for(key)
    digits = key.value[1:] if key.ai in ("00", "01", "8003", "8006") else key.value
    if not 6 <= prefix_length <= 12:
        raise IdentifierError("prefix-length-wrong", text=text, length=prefix_length)
    prefix = digits[:prefix_length]
    if not _PREFIX.fullmatch(prefix) or len(prefix) != prefix_length:
        raise IdentifierError("prefix-length-wrong", text=text, length=prefix_length)
    return _write_urn(key, scheme, prefix)


def _checked(text: str, check: bool) -> Key:
    try:
        key = parse(text)
    except IdentifierError:
        key = _from_unescaped(text)
    fault = check_digit_fault(key) if check else None
    if fault:
        raise IdentifierError("check-digit-wrong", text=text, found=fault[0], right=fault[1])
    return key


def _from_urn(text: str) -> Key:
    parts = text.split(":", 4)
    if len(parts) != 5 or parts[1].lower() != "epc":
        raise IdentifierError(text=text)
    form, name, body = parts[2].lower(), parts[3].lower(), parts[4]
    scheme = URN_SCHEMES.get(name)
    if scheme is None or form not in ("id", "idpat", "class") or (form == "class") != (name == "lgtin"):
        raise IdentifierError(text=text)
    match = scheme.body.fullmatch(body)
    if not match:
        raise IdentifierError(text=text)
    prefix, reference, *rest = match.groups()
    if len(prefix) + len(reference) != scheme.digits and scheme.digits:
        raise IdentifierError("identifier-length", text=text, found=len(prefix) + len(reference), right=scheme.digits)
    serial = unquote(rest[-1]) if rest else ""
    if (form == "idpat") != (serial == "*"):
        raise IdentifierError(text=text)
    return _build(text, scheme, prefix, unquote(reference), [unquote(part) for part in rest], form == "idpat")


def _build(text: str, scheme: UrnScheme, prefix: str, reference: str, rest: list[str], pattern: bool) -> Key:
    serial = "" if pattern or not rest else rest[-1]
    digits = reference[0] + prefix + reference[1:] if scheme.indicator else prefix + reference
    if KEYS[scheme.ai].check_at:
        digits += check_digit(digits)
    if scheme.ai == "8003":
        digits = "0" + digits
    digits += "".join(rest[:-1])
    if scheme.qualifier is None:
        return _key(text, scheme.ai, digits + serial, None, pattern)
    # The SGLN extension 0 means "no extension" (TDS 6.3.3).
    none = pattern or (scheme.ai == "414" and serial == "0")
    return _key(text, scheme.ai, digits, None if none else (scheme.qualifier, serial), pattern)


def _key(text: str, ai: str, value: str, qualifier: tuple[str, str] | None, pattern: bool = False) -> Key:
    form = KEYS[ai]
    if not form.value.fullmatch(value):
        raise IdentifierError("identifier-form", text=text, ai=ai, value=value)
    if qualifier and not form.qualifiers[qualifier[0]].fullmatch(qualifier[1]):
        raise IdentifierError("identifier-form", text=text, ai=qualifier[0], value=qualifier[1])
    return Key(ai, value, qualifier, pattern)


def _from_link(text: str) -> Key:
    match = _LINK.fullmatch(text)
    if not match:
        raise IdentifierError(text=text)
    steps = match.group(1).split("/")[1:]
    # The last place where a key fits wins: a resolver's own path may look like a key, the goods stand at the end.
    for at in range(len(steps) - 2, -1, -1):
        ai = SHORT_NAMES.get(steps[at], steps[at])
        if ai in KEYS:
            key = _link_key(text, ai, [unquote(step) for step in steps[at + 1 :]])
            if key:
                return key
    raise IdentifierError(text=text)


def _link_key(text: str, ai: str, steps: list[str]) -> Key | None:
    value = steps[0].zfill(14) if ai == "01" and steps[0].isdigit() and len(steps[0]) in (8, 12, 13) else steps[0]
    form = KEYS[ai]
    if len(steps) % 2 == 0 or not form.value.fullmatch(value):
        return None
    found = {}
    for name, item in zip(steps[1::2], steps[2::2], strict=True):
        qualifier = SHORT_NAMES.get(name, name)
        if qualifier == "22" and TEXT.fullmatch(item):
            continue  # the consumer product variant is dropped from the canonical form (CBV 2.0 8.9)
        if qualifier not in form.qualifiers or not form.qualifiers[qualifier].fullmatch(item):
            return None
        found[qualifier] = item
    # Qualifiers are listed finest first; only the finest names the thing.
    finest = next(((q, found[q]) for q in form.qualifiers if q in found), None)
    return _key(text, ai, value, finest)


def _from_unescaped(text: str) -> Key:
    """A link whose value carries ``/ # ?`` unescaped. Only translation tries this: identity never rests on a guess."""
    for match in reversed(list(re.finditer(r"(?<=/)(\d{2,4})/", text))):
        form = KEYS.get(match[1])
        if form is None or not text.lower().startswith("http"):
            continue
        tail = text[match.end() :]
        for qualifier in form.qualifiers:
            value, found, item = tail.rpartition(f"/{qualifier}/")
            if found and form.value.fullmatch(value) and form.qualifiers[qualifier].fullmatch(item):
                return Key(match[1], value, (qualifier, item))
        if form.value.fullmatch(tail):
            return Key(match[1], tail)
    raise IdentifierError(text=text)


def _split_elements(text: str) -> list[tuple[str, str]]:
    """Cut an FNC1 scan (group separators, optional symbology identifier) into (AI, value)."""
    rest = re.sub(r"^\](?:C1|d2|Q3|e0|J1)", "", text).lstrip("\x1d")
    found = []
    while rest:
        ai = next((rest[:n] for n in (2, 3, 4) if rest[:n] in ELEMENT_LENGTHS), None)
        if ai is None:
            raise IdentifierError("identifier-element-unknown", text=text.replace("\x1d", "<FNC1>"), at=rest[:4])
        length = ELEMENT_LENGTHS[ai]
        body = rest[len(ai) :]
        value = body[:length] if length else body.split("\x1d", 1)[0]
        found.append((ai, value))
        rest = body[len(value) :].lstrip("\x1d")
    return found


def _from_elements(text: str, elements: list[tuple[str, str]]) -> Key:
    found = dict(elements)
    ai = next((name for name in found if name in KEYS), None)
    if ai is None or ("".join(f"({a}){v}" for a, v in elements) != text and text.startswith("(")):
        raise IdentifierError(text=text.replace("\x1d", "<FNC1>"))
    finest = next(((q, found[q]) for q in KEYS[ai].qualifiers if q in found), None)
    return _key(text, ai, found[ai], finest)


def _scheme_for(key: Key) -> UrnScheme:
    qualifier = key.qualifier[0] if key.qualifier else None
    for scheme in URN_SCHEMES.values():
        if scheme.ai == key.ai and (qualifier is None or scheme.qualifier == qualifier):
            return scheme
    raise IdentifierError("urn-without-scheme", text=key.canonical)


def _write_urn(key: Key, scheme: UrnScheme, prefix: str) -> str:
    size, value = len(prefix), key.value
    serial: str | None = key.qualifier[1] if key.qualifier else None
    if scheme.indicator:
        head = 13 if key.ai != "00" else 17
        reference, tail = value[0] + value[1 + size : head], value[head + 1 :]
    elif scheme.digits:
        start = 1 if key.ai == "8003" else 0
        reference = value[start + size : start + scheme.digits]
        serial = serial or value[start + scheme.digits + 1 :] or None
        tail = ""
    else:
        reference, tail = value[size:], ""
    if not reference and size != 12:
        raise IdentifierError("prefix-length-wrong", text=key.canonical, length=size)
    middle = [tail[:2], tail[2:]] if scheme.ai == "8006" else []
    if scheme.plain:
        return ".".join([f"urn:epc:id:{scheme.name}:{prefix}", _escape(reference)])
    if key.ai == "414":
        serial = serial or "0"
    form = "class" if scheme.name == "lgtin" else "id" if serial is not None else "idpat"
    last = "*" if serial is None else _escape(serial)
    return ".".join([f"urn:epc:{form}:{scheme.name}:{prefix}", _escape(reference), *middle, last])


def _escape(text: str) -> str:
    """TDS 5.4: in a URN only these stand escaped; the others stand as they are."""
    return re.sub(r'["%&/<>?#]', lambda found: f"%{ord(found.group()):02X}", text)
