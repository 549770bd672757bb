"""Licence numbers with a check character, and the check code that makes guessing useless.

``CN-2026-004217-K``: the last character is ISO 7064 MOD 37,36 over regime, year and serial, so one wrong character or
two neighbours swapped are seen by any reader without a network. The check code is 80 random bits in 16 characters.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from lodemark.trouble import Error

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Crockford's base 32 leaves out I, L, O, U: a code read over the telephone survives.
_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER = re.compile(r"([A-Z]{2})-(\d{4})-(\d{6})-([0-9A-Z])")


class BadNumber(Error):
    """A text that is no licence number, or one whose check character does not fit."""

    code = "licence-number-unreadable"


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 check character of ``text`` (digits and capital letters)."""
    carry = 36
    for character in text:
        carry = (carry + _ALPHABET.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def licence_number(regime: str, year: int, serial: int) -> str:
    """The number of the ``serial``-th licence of a year: ``licence_number("CN", 2026, 4217)``."""
    assert 0 < serial < 1_000_000 and re.fullmatch("[A-Z]{2}", regime), (regime, serial)
    return f"{regime}-{year:04d}-{serial:06d}-{check_character(f'{regime}{year:04d}{serial:06d}')}"


def read_number(text: str) -> str:
    """The number in its written form; spaces and small letters are folded. Raises ``BadNumber``."""
    folded = text.strip().upper()
    found = _NUMBER.fullmatch(folded)
    if not found:
        raise BadNumber(text=text)
    if check_character("".join(found.groups()[:3])) != found[4]:
        raise BadNumber("licence-number-mistyped", text=text)
    return folded


def check_code(entropy: bytes) -> str:
    """Sixteen characters for ten random bytes from the shell, in groups of four."""
    assert len(entropy) == 10, "80 bits"
    value = int.from_bytes(entropy)
    digits = "".join(_CODE_ALPHABET[value >> shift & 31] for shift in range(75, -5, -5))
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def check_digest(code: str) -> str:
    """SHA-256 of a check code as the dossier keeps it: the code itself is only on the paper."""
    return hashlib.sha256(code.replace("-", "").replace(" ", "").upper().encode()).hexdigest()
