"""Identifiers of organisations: normalised, and their check digits computed here, one function per scheme.

A wrong check digit is kept, marked ``no`` and reported; such an identifier matches nothing by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from lodemark.parties.model import Identifier

_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_GB11714: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def uscc(value: str) -> bool:
    """统一社会信用代码, GB 32100-2015: weights 3^i mod 31 over 17 characters, an alphabet without I O S V Z."""
    if len(value) != 18 or any(letter not in _USCC_ALPHABET for letter in value):
        return False
    total = sum(_USCC_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(value[:17]))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == value[17]


def organisation_code(value: str) -> bool:
    """组织机构代码, GB 11714-1997: weights 3 7 9 10 5 8 4 2, modulus 11, remainder 10 is X and 11 is 0."""
    if len(value) != 9 or any(letter not in _GB11714 for letter in value[:8]):
        return False
    total = sum(_GB11714.index(letter) * weight for letter, weight in zip(value, (3, 7, 9, 10, 5, 8, 4, 2), strict=False))
    return "0123456789X0"[11 - total % 11] == value[8]


def lei(value: str) -> bool:
    """Legal Entity Identifier, ISO 17442: ISO 7064 MOD 97-10 over letters as two digits."""
    if not re.fullmatch(r"[A-Z0-9]{18}\d{2}", value):
        return False
    return int("".join(str(int(letter, 36)) for letter in value)) % 97 == 1


def houjin_bangou(value: str) -> bool:
    """法人番号, Ministry of Finance ordinance of 2014: ``9 - sum mod 9`` with weights 1 and 2 from the right."""
    if not re.fullmatch(r"\d{13}", value):
        return False
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(value[1:])))
    return 9 - total % 9 == int(value[0])


def korea_business(value: str) -> bool:
    """사업자등록번호: weights 1 3 7 1 3 7 1 3 5 and the tens of the last product."""
    if not re.fullmatch(r"\d{10}", value):
        return False
    digits = [int(digit) for digit in value]
    total = (
        sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)) + digits[8] * 5 // 10
    )
    return (10 - total % 10) % 10 == digits[9]


def inn(value: str) -> bool:
    """ИНН of 10 (organisations) or 12 digits (persons): weighted sums modulo 11 modulo 10."""
    digits = [int(digit) for digit in value] if re.fullmatch(r"\d{10}|\d{12}", value) else []
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    ends = {10: (9,), 12: (10, 11)}.get(len(digits), ())

    def check(end: int) -> bool:
        total = sum(digit * weight for digit, weight in zip(digits[:end], weights[-end:], strict=True))
        return total % 11 % 10 == digits[end]

    return bool(ends) and all(check(end) for end in ends)


def ogrn(value: str) -> bool:
    """ОГРН of 13 or 15 digits: the number before the last digit modulo 11 (13) modulo 10."""
    if not re.fullmatch(r"\d{13}|\d{15}", value):
        return False
    return int(value[:-1]) % (11 if len(value) == 13 else 13) % 10 == int(value[-1])


def gln(value: str) -> bool:
    """Global Location Number, GS1 General Specifications 7.9: weights 3 and 1 from the right, modulo 10."""
    if not re.fullmatch(r"\d{13}", value):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(value[::-1])) % 10 == 0


CHECKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "uscc": uscc,
    "cn-organisation-code": organisation_code,
    "lei": lei,
    "jp-houjin-bangou": houjin_bangou,
    "kr-business": korea_business,
    "ru-inn": inn,
    "ru-ogrn": ogrn,
}
"""Schemes with check digits. An organisation has one value in each: two different valid ones contradict each other."""
SEVERAL: Final[Mapping[str, Callable[[str], bool]]] = {"gln": gln}
"""Schemes with check digits of which an organisation may have several values, one for each of its places."""


def identifier(scheme: str, value: str, source: str = "") -> Identifier:
    """An identifier with its check digits looked at; the value is normalised (width, case, separators)."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", value).upper() if letter.isalnum())
    check = CHECKS.get(scheme) or SEVERAL.get(scheme)
    return Identifier(scheme, plain, "unchecked" if check is None else "yes" if check(plain) else "no", source)
