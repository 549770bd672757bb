"""Names: two spellings of one firm that look different to a computer must become equal, two firms must not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.parties.identifier import CHECKS, identifier
from lodemark.parties.names import forms
from lodemark.parties.names.affix import strip_legal
from lodemark.parties.names.fold import clean, fold, variants
from lodemark.parties.names.numeral import han_value, latin_value
from lodemark.parties.names.reading import readings


@pytest.mark.parametrize(
    "written",
    [
        "株式会社SUBARU",
        "SUBARU株式会社",
        "㈱ＳＵＢＡＲＵ",
        "(株)スバル".replace("スバル", "Subaru"),
        "SUBARU Corporation",
        "Subaru Co., Ltd.",
    ],
)
def test_legal_form_may_stand_anywhere(written: str) -> None:
    """Annexes print 斯巴鲁株式会社（SUBARU Corporation）, the application says ㈱ＳＵＢＡＲＵ."""
    assert forms(written).forms[0].core == "subaru"


def test_core_is_never_stripped_to_nothing() -> None:
    """A firm called 有限公司 and nothing else is still a name, or everybody would be equal to it."""
    assert strip_legal(fold("有限公司"))[0]
    assert forms("株式会社").forms[0].core


def test_form_does_not_cut_a_word() -> None:
    """Bosch does not end in a legal form, nor does Visa."""
    assert [forms(name).forms[0].core for name in ("Visa", "Bosch", "Sinag")] == ["visa", "bosch", "sinag"]


def test_variants_of_han_fold_to_one_and_shanghai_stays_shanghai() -> None:
    """沪 is Shanghai; a chain of converters makes it 滤 (to filter)."""
    assert fold("東京電機") == fold("东京电机") and fold("横濱") == fold("横浜") == fold("横滨")
    assert fold("沪") == fold("滬") != fold("滤") == fold("濾")
    assert fold("髙﨑") == fold("高崎")


def test_fold_is_idempotent_on_every_han_variant() -> None:
    """If folding twice gave something else, the same name would match on one day and not on the next."""
    for letter in variants():
        assert fold(fold(letter)) == fold(letter)


@given(st.text(max_size=40))
def test_fold_and_clean_are_idempotent(text: str) -> None:
    """Whatever people paste, folding it again changes nothing."""
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


def test_kana_marks_are_letters() -> None:
    """が is not か: taking its mark off would join two names."""
    assert fold("ガ") != fold("カ") and fold("ｶﾞ") == fold("ガ")


def test_zero_width_and_direction_marks_hide_nothing() -> None:
    """An invisible character inside a listed name would otherwise make it a new name."""
    assert fold("SUB\u200bAR\u202eU") == "subaru"


@pytest.mark.parametrize(
    ("text", "value"),
    [("三一五", 315), ("三百一十五", 315), ("廿一", 21), ("十二", 12), ("二〇一", 201), ("壹贰叁", 123), ("315", 315)],
)
def test_han_numbers(text: str, value: int) -> None:
    """第三一五研究所 and 第三百一十五研究所 are one institute."""
    assert han_value(text) == value


@pytest.mark.parametrize(
    ("word", "value"), [("21st", 21), ("third", 3), ("iii", 3), ("no.7", 7), ("3m", None), ("360x", None), ("mix", None)]
)
def test_latin_numbers(word: str, value: int | None) -> None:
    """3M and Mix are brands, 21st is a number."""
    assert latin_value(word) == value


def test_surname_and_heteronym_readings() -> None:
    """曾 as a surname is Zeng; dictionaries say ceng first."""
    assert "zengzimo" in readings("曾子墨")[0] and "chongqing" in readings("重庆")[0]
    assert {"lu", "lyu"} <= {reading[: -len("wei")] for reading in readings("吕伟")[0]}


def test_number_of_readings_is_limited_and_said() -> None:
    """A cut-off that is not told would look like a full search."""
    found, cut = readings("重长行乐朝单")
    assert len(found) <= 16 and cut


def test_very_long_or_empty_names_read_as_nothing() -> None:
    """A name of a megabyte must cost nothing and clear nobody."""
    assert forms("a" * 1_000_000).forms == () and forms(" .,- ").forms == ()


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        ("uscc", "91350100M000100Y43", "91350100M000100Y44"),
        ("lei", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"),
        ("jp-houjin-bangou", "7000012050002", "8000012050002"),
        ("kr-business", "124-81-00998", "124-81-00999"),
        ("ru-inn", "7707083893", "7707083894"),
        ("ru-inn", "500100732259", "500100732258"),
        ("ru-ogrn", "1027700132195", "1027700132196"),
    ],
)
def test_check_digits(scheme: str, good: str, bad: str) -> None:
    """A mistyped identifier must not identify another firm; a right one must not be thrown away."""
    assert identifier(scheme, good).valid == "yes"
    assert identifier(scheme, bad).valid == "no"
    assert identifier("eori", good).valid == "unchecked" and scheme in CHECKS


def test_identifier_is_the_same_in_any_width() -> None:
    """Full-width digits from an input method are the same number."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "7707083893")
    assert unicodedata.normalize("NFKC", wide) == identifier("ru-inn", wide).value


@pytest.mark.parametrize("written", ["Nоrthwind", "Nοrthwind", "Nor\u200bthwind", "ＮＯＲＴＨＷＩＮＤ", "N\u043er\u0442hwind"])
def test_look_alikes_are_no_disguise(written: str) -> None:
    """One Cyrillic letter inside a Latin word makes a name that nobody on any list has."""
    assert forms(written).forms[0].core == "northwind"


def test_a_russian_word_stays_russian() -> None:
    """СОРЕ all in Cyrillic is a Russian word, not the English cope; only mixed words are repaired, and that is said."""
    assert forms("соре").forms[0].core == "соре" and not forms("соре").repaired
    assert forms("Nоrthwind").repaired
    assert forms("сeвeр").forms[0].core == "север"
