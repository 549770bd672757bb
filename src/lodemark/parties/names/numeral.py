"""Numbers in names: 第三一五研究所 and 315th Research Institute carry the same number, 351 is another institute."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {**{letter: value for value, letter in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2, "廿": 20}
_DIGITS_FORMAL: Final = {letter: value for value, letter in enumerate("零壹贰叁肆伍陆柒捌玖")}
_TENS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_HAN: Final = "".join({**_DIGITS, **_DIGITS_FORMAL, **_TENS})
HAN_NUMBER: Final = re.compile(rf"第([{_HAN}\d]+)号?|([{_HAN}]{{2,}}|\d+)(?=号|所|院|厂|研究|部队|工厂|基地|库)号?")
LATIN_NUMBER: Final = re.compile(r"(?:no\.?|nr\.?|№)?\s*(\d+)(?:st|nd|rd|th|-?й|-?я|-?е)?")
_ROMAN: Final = re.compile(r"(?=[ivx])x{0,3}(ix|iv|v?i{0,3})")
ORDINALS: Final = {
    word: number
    for number, words in enumerate(
        (
            "",
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        )
    )
    for word in words.split()
}


def han_value(text: str) -> int | None:
    """The value of Han numerals, by digits (三一五) or by places (三百一十五), or of plain digits.

    >>> han_value("三一五"), han_value("三百一十五"), han_value("廿一"), han_value("十二")
    (315, 315, 21, 12)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    digits = {**_DIGITS, **_DIGITS_FORMAL}
    if not any(letter in _TENS or letter == "廿" for letter in text):
        known = [digits.get(letter, int(letter) if letter.isdigit() else None) for letter in text]
        return None if None in known else int("".join(map(str, known)))
    total = current = 0
    for letter in text:
        if letter in _TENS:
            total += (current or 1) * _TENS[letter]
            current = 0
        elif letter in digits:
            # 廿 is twenty by itself and takes a unit after it.
            total, current = (total + 20, 0) if letter == "廿" else (total, digits[letter])
        else:
            return None
    return total + current


def latin_value(word: str) -> int | None:
    """The value of a word that is a number, an ordinal (21st, third) or a Roman numeral of two letters and more.

    >>> latin_value("21st"), latin_value("iii"), latin_value("third"), latin_value("3m")
    (21, 3, 3, None)
    """
    if found := LATIN_NUMBER.fullmatch(word):
        return int(found[1])
    if word in ORDINALS:
        return ORDINALS[word]
    if len(word) > 1 and _ROMAN.fullmatch(word):
        values = {"i": 1, "v": 5, "x": 10}
        each = [values[letter] for letter in word]
        return sum(-one if one < max(each[place + 1 :], default=0) else one for place, one in enumerate(each))
    return None
