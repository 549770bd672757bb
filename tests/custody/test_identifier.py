"""One thing, many spellings, one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.custody.identifier import IdentifierError, canonical, check_digit, parse, to_digital_link, to_urn

MAGNET = "https://id.gs1.org/01/04012345123456/21/A%2F1"


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:sgtin:4012345.012345.A%2F1",
        "https://id.gs1.org/01/04012345123456/21/A%2F1",
        "http://maker.example/shop/gtin/4012345123456/ser/A%2F1?lang=zh#top",
        "https://id.gs1.org/01/04012345123456/22/V2/10/LOT/21/A%2F1",
        "(01)04012345123456(21)A/1",
        "]d20104012345123456" + "10LOT\x1d21A/1",
        "\x1d010401234512345621A/1",
    ],
)
def test_every_spelling_names_the_same_magnet(text):
    """Two names for one magnet would be two magnets in every sum."""
    assert parse(text).canonical == MAGNET


def test_a_wrong_check_digit_has_a_name_and_is_refused_only_when_asked():
    """The hash needs what a text means, the validator what is wrong with it."""
    wrong = "https://id.gs1.org/01/04012345123455/10/A"
    assert canonical(wrong) == wrong
    assert to_digital_link(wrong, check=False) == wrong
    with pytest.raises(IdentifierError) as caught:
        to_digital_link(wrong)
    assert (caught.value.facts["found"], caught.value.facts["right"]) == ("5", "6")


def test_a_urn_is_never_guessed():
    """A guessed company prefix would accuse the wrong company."""
    with pytest.raises(IdentifierError) as caught:
        to_urn(MAGNET)
    assert caught.value.reason.code == "prefix-length-unknown"
    assert to_urn(MAGNET, 7) == "urn:epc:id:sgtin:4012345.012345.A%2F1"


def test_other_uris_are_left_alone():
    """EPCIS allows any URI; changing one would make it another thing."""
    for text in ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "https://example.com/01/12/x", "geo:50.9,6.9", "磁体-7"):
        assert canonical(text) == text


def test_a_location_extension_of_zero_is_none():
    """TDS 6.3.3: otherwise a gate and its site would be two places."""
    assert canonical("urn:epc:id:sgln:4012345.00011.0") == canonical("https://id.gs1.org/414/4012345000115")


SERIAL = st.text(st.sampled_from("ABCxyz019!\"%&'()*+,-./:;<=>?_"), min_size=1, max_size=20)


@given(st.integers(6, 12), SERIAL, st.integers(0, 10**13 - 1))
def test_there_and_back(size, serial, number):
    """A translation that does not come back loses the thing."""
    digits = f"{number:013d}"
    gtin = digits + check_digit(digits)
    link = parse(f"(01){gtin}(21){serial}") if "(" not in serial else None
    if link is not None:
        urn = to_urn(link.canonical, size)
        assert canonical(urn) == link.canonical
        assert to_urn(urn) == urn
