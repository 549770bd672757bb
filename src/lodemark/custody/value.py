"""How one value is read and written: instants, numbers, identifiers, words. Every layer uses these and no others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from lodemark.custody.identifier import canonical
from lodemark.custody.namespace import Names
from lodemark.custody.vocabulary import FIELDS, from_urn, is_bare

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_FRACTION = re.compile(r"\.(\d+)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIME_FIELDS = frozenset({"eventTime", "time", "startTime", "endTime"})


@lru_cache(maxsize=8192)
def instant(text: str) -> datetime:
    """An aware UTC instant to the microsecond. Raises ``ValueError`` for a day that does not exist, a missing offset, or an
    instant outside the years 1 to 9999 in UTC."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def microseconds(when: datetime) -> int:
    """Microseconds since 1970, exact: what the journal stores and sorts by."""
    return (when - EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """The instant a stored number stands for."""
    return EPOCH + timedelta(microseconds=value)


def offset_minutes(text: str) -> int:
    """``+01:00`` is 60. Raises ``ValueError`` when the text is no offset."""
    found = _OFFSET.fullmatch(text)
    if not found:
        raise ValueError(text)
    return (-1 if found[1] == "-" else 1) * (int(found[2]) * 60 + int(found[3]))


def hash_time(text: str) -> str:
    """UTC with milliseconds; the third decimal goes up when the fourth is 5 to 9, with carry (CBV 2.0 8.9)."""
    whole = instant(text)
    digits = _FRACTION.search(text)
    fraction = digits[1] if digits else ""
    milli = int(fraction[:3].ljust(3, "0")) + (fraction[3:4] >= "5")
    # Half-up on the text: the reference rounds ties to even and drops the event when .9995 carries into the next second.
    when = whole.replace(microsecond=0) + timedelta(milliseconds=milli)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def exact_time(text: str) -> str:
    """UTC with the microseconds the event hash rounds away; without any it is written like the hashed one."""
    when = instant(text)
    spec = "microseconds" if when.microsecond % 1000 else "milliseconds"
    return when.isoformat(timespec=spec).replace("+00:00", "Z")


def hash_number(text: str) -> str:
    """A decimal number as the event hash writes it: read as binary64, integer digits when integral, else shortest."""
    value = float(text)
    if value.is_integer():
        return str(int(value))
    return text.lower() if value in (float("inf"), float("-inf")) else repr(value)


def exact_number(text: str) -> str:
    """The same number with all its digits and no trailing zeros; never through a binary float."""
    plain = format(Decimal(text), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain.removeprefix("+")


@lru_cache(maxsize=65536)
def _word(field: str, value: str, form: str) -> str:
    words = FIELDS.get(field)
    if words and form == "json" and is_bare(value):
        return words.stem + value
    return value


def uri(field: str, value: str, names: Names) -> str:
    """A value of a vocabulary or identifier field in canonical form: words and CURIEs expanded, identifiers normalised."""
    text = value.strip()
    if field in FIELDS:
        text = _word(field, text, names.form)
    return canonical(from_urn(names.expand(text)))


@lru_cache(maxsize=65536)
def _plain(text: str) -> tuple[str, str]:
    if _NUMBER.fullmatch(text):
        stripped = text.lstrip("+")
        return hash_number(stripped), exact_number(stripped)
    same = canonical(from_urn(text))
    return same, same


def leaf(field: str, value: object, names: Names, curie: bool) -> tuple[str, str]:
    """(as hashed, exact) of one value. ``curie``: the field holds a word or identifier, so prefixes expand."""
    if isinstance(value, str):
        text = value.strip()
        if field in TIME_FIELDS:
            try:
                return hash_time(text), exact_time(text)
            except (ValueError, OverflowError):
                return text, text
        if curie:
            text = uri(field, text, names)
        return _plain(text)
    if value is True or value is False:
        text = "true" if value else "false"
        return text, text
    if isinstance(value, Decimal):
        written = str(value)
        return hash_number(written), exact_number(written)
    if isinstance(value, int):
        return hash_number(str(value)), str(value)
    return "", ""
