"""If this fails, one mistyped character of a licence number names another firm's licence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.licence import BadNumber, check_code, licence_number, read_number
from lodemark.licence.number import check_character


def test_the_check_character_is_iso_7064_mod_37_36() -> None:
    """Known answers: the example of ISO 7064 and the Global Release Identifier standard's own example."""
    assert check_character("A12425GABC1234002") == "M"  # GRid A1-2425G-ABC1234002-M
    assert check_character("B12425GABC1234002") != "M"


@given(st.integers(1, 999_999), st.integers(2000, 2099), st.integers(0, 11), st.sampled_from("0123456789ABCDEFXYZ"))
def test_every_single_substitution_is_noticed(serial: int, year: int, place: int, other: str) -> None:
    number = licence_number("CN", year, serial)
    compact = number.replace("-", "")
    if compact[place] == other or (place < 2) != other.isalpha():
        return
    wrong = compact[:place] + other + compact[place + 1 :]
    with pytest.raises(BadNumber):
        read_number(f"{wrong[:2]}-{wrong[2:6]}-{wrong[6:12]}-{wrong[12]}")


@given(st.integers(1, 999_999), st.integers(2, 10))
def test_neighbours_that_swapped_places_are_noticed(serial: int, place: int) -> None:
    compact = licence_number("CN", 2026, serial).replace("-", "")
    if compact[place] == compact[place + 1]:
        return
    wrong = compact[:place] + compact[place + 1] + compact[place] + compact[place + 2 :]
    with pytest.raises(BadNumber):
        read_number(f"{wrong[:2]}-{wrong[2:6]}-{wrong[6:12]}-{wrong[12]}")


def test_a_number_is_read_as_people_type_it() -> None:
    number = licence_number("CN", 2026, 4217)
    assert read_number(f"  {number.lower()} ") == number


@pytest.mark.parametrize("text", ["", "CN-2026-4217-K", "CN/2026/004217/K", "C1-2026-004217-K"])
def test_what_is_no_number_says_so(text: str) -> None:
    with pytest.raises(BadNumber) as error:
        read_number(text)
    assert error.value.explain("zh-Hans") and error.value.explain("en")


def test_the_check_code_holds_all_80_bits() -> None:
    """If bits were lost, the code could be guessed."""
    assert check_code(b"\xff" * 10) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert check_code(b"\0" * 9 + b"\1") == "0000-0000-0000-0001"
