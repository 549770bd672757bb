"""Reading one mapping of the file, field by field: each reader answers a value, ``None`` (not known), or notes a fault.

Three things look alike and are kept apart: *not stated* (the field is missing), *not known* (``TBD``, ``n/a``, an
empty string, an unreadable number: kept with its text) and *wrong* (a unit nobody knows, a negative mass: a fault).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from lodemark.application.model import Money, Sealed
from lodemark.application.reading import Reading, escape, kind, near, parts
from lodemark.measure import NumberError, UnitError, read_decimal, read_mass_mg
from lodemark.rules.yaml_tree import Node as Written
from lodemark.trouble import Error

T = TypeVar("T")

NOT_SAID: Final = frozenset(
    {"", "-", "--", "?", "n/a", "na", "n.a.", "tbd", "tbc", "tba", "unknown", "not known", "none known"}
    | {"待定", "待确认", "不详", "未知", "不明", "暂无", "无法提供", "/", "——"}
)
"""What people write when they do not know; kept as *not known*, the text beside it."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf(inity)?)\b", re.IGNORECASE)
_DIGEST = re.compile(r"sha-256:[0-9a-f]{64}")


class Block:
    """One mapping; every field is asked for once, what nobody asked for is a fault at ``done``."""

    def __init__(self, reading: Reading, at: Written, path: str) -> None:
        assert isinstance(at.value, Mapping), path
        self.reading, self.at, self.path = reading, at, path
        self.fields: Mapping[str, Written] = at.value
        self._asked: set[str] = set()

    def fault(self, code: str, key: str, **facts: object) -> None:
        """Note a fault at one field, or at the block where the field is missing."""
        self.reading.fault(code, self.fields.get(key, self.at), self.pointer(key), **facts)

    def pointer(self, key: str) -> str:
        """The JSON pointer of a field."""
        return f"{self.path}/{escape(key)}"

    def piece(self, key: str) -> Written | None:
        """The field as written; ``None`` when it is not stated, is null, or is a sealed answer (which is noted)."""
        self._asked.add(key)
        found = self.fields.get(key)
        if found is None or found.value is None:
            return None
        if isinstance(found.value, Mapping) and "sealed" in found.value:
            self._seal(key, found)
            return None
        if isinstance(found.value, str) and found.value.strip().casefold() in NOT_SAID:
            self.reading.unread[self.pointer(key)] = found.text
            return None
        return found

    def text(self, key: str) -> str | None:
        """Text as written; a bare number counts as its text (a model called ``35`` is a name)."""
        found = self._scalar(key, "text", "number")
        return found.text if found else None

    def id(self, key: str, among: str, *, define: bool = False) -> str | None:
        """An id of a family (``party``, ``line``): defined here once, or pointing to one that ``dangling`` checks later."""
        found = self._scalar(key, "text", "number")
        if found is None:
            if define:
                self.fault("application-id-missing", key, among=among)
            return None
        return self.use_id(found, self.pointer(key), among, define=define)

    def use_id(self, at: Written, path: str, among: str, *, define: bool) -> str | None:
        """The id in a piece; a malformed or repeated one is a fault."""
        if not _ID.fullmatch(at.text):
            self.reading.fault("application-id-unreadable", at, path, text=at.text)
            return None
        known = self.reading.ids.setdefault(among, set())
        if define and at.text in known:
            self.reading.fault("application-id-repeated", at, path, id=at.text, among=among)
        if define:
            known.add(at.text)
        else:
            self.reading.pointing.append((among, at.text, at, path))
        return at.text

    def flag(self, key: str) -> bool | None:
        """Yes, no or not known."""
        found = self._scalar(key, "flag", "text")
        if found is None:
            return None
        if isinstance(found.value, bool):
            return found.value
        if found.text.casefold() in ("yes", "是"):
            return True
        if found.text.casefold() in ("no", "否"):
            return False
        self._keep(key, found)
        return None

    def choice(self, key: str, known: Sequence[str]) -> str | None:
        """One word of a closed list; another word is a fault with the nearest ones."""
        text = self.text(key)
        if text is None or text in known:
            return text
        self.fault("application-choice-unknown", key, text=text, known=tuple(near(text, known)))
        return None

    def count(self, key: str, *, least: int = 1) -> int | None:
        """A whole number of things; zero and less are faults, a fraction cannot count."""
        number = self.number(key)
        if number is None:
            return None
        if number < least:
            self.fault("application-quantity-not-positive", key, text=self.fields[key].text)
            return None
        if number != number.to_integral_value():
            self.fault("application-count-not-whole", key, text=self.fields[key].text)
            return None
        return int(number)

    def number(self, key: str) -> Decimal | None:
        """An exact decimal; what is no number is kept as text and not known."""
        found = self._scalar(key, "text", "number")
        if found is None:
            return None
        if self.not_finite(key, found.text):
            return None
        try:
            return read_decimal(found.text)
        except NumberError:
            self._keep(key, found)
            return None

    def mass(self, key: str) -> int | None:
        """Milligrams of ``96 kg``; no unit, an unknown unit, zero and less are faults."""
        found = self._scalar(key, "text", "number")
        if found is None:
            return None
        if self.not_finite(key, found.text):
            return None
        try:
            return read_mass_mg(found.text)
        except (UnitError, NumberError) as problem:
            self.unreadable(key, problem)
            return None

    def share(self, key: str) -> Fraction | None:
        """A share of one, from 0 to 1."""
        number = self.number(key)
        if number is not None and not 0 <= number <= 1:
            self.fault("application-share-outside-one", key, text=self.fields[key].text)
            return None
        return None if number is None else Fraction(number)

    def country(self, key: str) -> str | None:
        """An ISO 3166-1 code of two capital letters."""
        found = self._scalar(key, "text")
        return None if found is None else self._country(found, self.pointer(key))

    def countries(self, key: str) -> tuple[str, ...] | None:
        """Several country codes, or not known."""
        return self._each(key, self._country)

    def day(self, key: str) -> date | None:
        """A whole date; a month without a day is a fault, because a period is counted from it."""
        span = self.span(key)
        if span is None:
            return None
        if span[0] != span[1]:
            self.fault("application-date-without-day", key, text=self.fields[key].text)
            return None
        return span[0]

    def span(self, key: str) -> tuple[date, date] | None:
        """First and last day of a date that may leave the day open (``2026-06``)."""
        found = self._scalar(key, "text", "number")
        if found is None:
            return None
        span = _span(found.text)
        if span is None:
            self.fault("application-date-unreadable", key, text=found.text)
        return span

    def money(self, key: str) -> Money | None:
        """An amount above zero with its currency code."""
        block = self.block(key)
        if block is None:
            return None
        amount, currency = block.number("amount"), block.text("currency")
        block.done()
        if amount is not None and amount < 0:
            block.fault("application-quantity-not-positive", "amount", text=str(amount))
        if currency is not None and not _CURRENCY.fullmatch(currency):
            block.fault("application-currency-unreadable", "currency", text=currency)
        return Money(amount, currency) if amount is not None and currency is not None else None

    def names(self, key: str) -> Mapping[str, str]:
        """Names by language."""
        return self.words(key)

    def words(self, key: str) -> Mapping[str, str]:
        """A small mapping from word to text."""
        block = self.block(key)
        if block is None:
            return {}
        read = {name: block.text(name) for name in block.fields}
        return {name: text for name, text in read.items() if text is not None}

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._each(key, lambda at, path: at.text) or ()

    def point(self, key: str, among: str) -> tuple[str, ...]:
        """A list of ids defined elsewhere in the file."""
        return self._each(key, lambda at, path: self.use_id(at, path, among, define=False)) or ()

    def block(self, key: str) -> Block | None:
        """A mapping inside this one."""
        found = self.piece(key)
        if found is None or not self._is(found, self.pointer(key), "map"):
            return None
        return Block(self.reading, found, self.pointer(key))

    def blocks(self, key: str) -> Iterator[Block]:
        """A list of mappings; a single mapping counts as a list of one."""
        found = self.piece(key)
        if found is None:
            return
        if isinstance(found.value, Mapping):
            yield Block(self.reading, found, self.pointer(key))
        elif self._is(found, self.pointer(key), "list"):
            for place, part in enumerate(parts(found)):
                path = f"{self.pointer(key)}/{place}"
                if self._is(part, path, "map"):
                    yield Block(self.reading, part, path)

    def named(self, key: str, among: str) -> Iterator[tuple[str, Block]]:
        """A mapping from id to mapping (the nodes of the tree)."""
        block = self.block(key)
        if block is None:
            return
        for name, part in block.fields.items():
            path = block.pointer(name)
            if not _ID.fullmatch(name):
                self.reading.fault("application-id-unreadable", part, path, text=name)
            elif self._is(part, path, "map"):
                self.reading.ids.setdefault(among, set()).add(name)
                yield name, Block(self.reading, part, path)

    def done(self) -> None:
        """Every field of the mapping must have been asked for."""
        for key in self.fields:
            if key not in self._asked:
                self.fault("application-field-unknown", key, field=key, known=tuple(near(key, sorted(self._asked))))

    def not_finite(self, key: str, text: str) -> bool:
        """Whether a number is NaN or infinite, which is a fault and not merely unknown."""
        if not _NOT_FINITE.match(text.strip()):
            return False
        self.fault("yaml-not-finite", key, text=text)
        return True

    def unreadable(self, key: str, problem: Error) -> None:
        """A text that is no number is kept as not known; a number that cannot be true, or has no unit, is a fault."""
        if problem.reason.code == "number-unreadable":
            self._keep(key, self.fields[key])
        else:
            self.wrong(key, problem)

    def wrong(self, key: str, problem: Error) -> None:
        """A fault that another room found in the value (unit, number, formula)."""
        self.fault(problem.reason.code, key, **problem.facts)

    def _seal(self, key: str, found: Written) -> None:
        block = Block(self.reading, found, self.pointer(key))
        digest, to = block.text("sealed"), block.text("to")
        block.done()
        if digest is None or not _DIGEST.fullmatch(digest) or to is None:
            self.fault("application-seal-unreadable", key)
        else:
            self.reading.sealed[self.pointer(key)] = Sealed(digest, to)

    def _scalar(self, key: str, *kinds: str) -> Written | None:
        found = self.piece(key)
        return found if found is not None and self._is(found, self.pointer(key), *kinds) else None

    def _is(self, at: Written, path: str, *kinds: str) -> bool:
        if kind(at) in kinds:
            return True
        self.reading.fault("application-kind-expected", at, path, expected=kinds, found=kind(at))
        return False

    def _keep(self, key: str, found: Written) -> None:
        self.reading.unread[self.pointer(key)] = found.text

    def _country(self, at: Written, path: str) -> str | None:
        if _COUNTRY.fullmatch(at.text):
            return at.text
        self.reading.fault("application-country-unreadable", at, path, text=at.text)
        return None

    def _each(self, key: str, read: Callable[[Written, str], T | None]) -> tuple[T, ...] | None:
        found = self.piece(key)
        if found is None or not self._is(found, self.pointer(key), "list"):
            return None
        answers = []
        for place, part in enumerate(parts(found)):
            path = f"{self.pointer(key)}/{place}"
            answer = read(part, path) if self._is(part, path, "text", "number") else None
            if answer is not None:
                answers.append(answer)
        return tuple(answers)


def _span(text: str) -> tuple[date, date] | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12 or year < 1:
        return None
    last = calendar.monthrange(year, month)[1]
    if match[3] is None:
        return date(year, month, 1), date(year, month, last)
    return (date(year, month, int(match[3])),) * 2 if 1 <= int(match[3]) <= last else None
