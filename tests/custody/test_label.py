"""Labels and serials: what is printed reads back, and what nobody issued does not pass."""

import hashlib

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lodemark.custody.identifier import IdentifierError, parse
from lodemark.custody.label import Label, LabelError, _modules, _picture, label, read_image, read_scan, sheet, sheet_pdf
from lodemark.custody.serial import (
    ALPHABET,
    SerialError,
    SerialKey,
    check_lot,
    check_mark,
    check_serial,
    issue_serials,
    issuer_key,
    mark_link,
    tag_lot,
)

GTIN = "04012345123456"
LINK = f"https://id.gs1.org/01/{GTIN}/21/A1"
OFFICE = bytes(32)


def randomness():
    """A seeded stream in place of the system's."""
    state = [0]

    def draw(n):
        state[0] += 1
        return hashlib.sha256(str(state[0]).encode()).digest()[:n]

    return draw


KEY = issuer_key(OFFICE, "4012345000009")
KEYS = {"A": KEY}


def test_a_serial_passes_and_no_single_change_of_it_does():
    """One wrong letter that passes is a false magnet with a true number."""
    (serial,) = issue_serials(GTIN, 1, KEY, randomness())
    assert len(serial) == 20
    assert set(serial) <= set(ALPHABET)
    assert check_serial(GTIN, serial, KEYS) == "ok"
    for place in range(1, 20):
        changed = ALPHABET[(ALPHABET.index(serial[place]) + 1) % 32]
        assert check_serial(GTIN, serial[:place] + changed + serial[place + 1 :], KEYS) == "tag-wrong"
    assert check_serial("04012345123463", serial, KEYS) == "tag-wrong"


def test_known_answer():
    """Golden: labels in the field must verify for years; a silent change of the recipe would void them all."""
    (serial,) = issue_serials(GTIN, 1, SerialKey("A", bytes(range(32))), lambda n: bytes(range(n)))
    assert serial == "A000G40R40M351KYCV5J"


def test_letters_people_misread_are_read_as_meant():
    """A serial read out over the telephone must not become a question."""
    serial = next(s for s in issue_serials(GTIN, 200, KEY, randomness()) if "0" in s and "1" in s)
    assert check_serial(GTIN, serial.replace("0", "O").replace("1", "l").lower(), KEYS) == "ok"


def test_other_issuers_letters_and_revoked_keys():
    """A key in stock that was rotated still verifies; one revoked before use does not."""
    serials = issue_serials(GTIN, 1, KEY, randomness())
    assert check_serial(GTIN, serials[0], {}) == "key-unknown"
    assert check_serial(GTIN, serials[0], {"A": issuer_key(OFFICE, "4000001000005")}) == "tag-wrong"
    revoked = {"A": SerialKey("A", KEY.secret, revoked_us=100)}
    assert [check_serial(GTIN, serials[0], revoked, used_us=t) for t in (99, 100)] == ["ok", "key-revoked"]
    with pytest.raises(SerialError):
        check_serial(GTIN, "A1", KEYS)


def test_serials_do_not_repeat_and_say_nothing_of_their_number():
    """A counter in the serial tells a competitor the output of the plant."""
    serials = issue_serials(GTIN, 500, KEY, randomness())
    assert len({s[1:12] for s in serials}) == 500


def test_a_lot_keeps_its_number_and_may_carry_a_tag():
    """Makers do not renumber their lots for us."""
    tagged = tag_lot(GTIN, "2026-03-A7", KEY)
    assert tagged.startswith("2026-03-A7-")
    assert check_lot(GTIN, tagged, KEY)
    assert not check_lot(GTIN, tagged.replace("A7", "A8"), KEY)
    assert not check_lot(GTIN, "2026", KEY)


def test_the_second_mark_verifies_offline_and_changes_no_identifier():
    """A customs officer without a network must be able to check; the goods keep one name."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    keys = {"k1": private.public_key()}
    marked = mark_link(LINK, private, "k1")
    assert parse(marked) == parse(LINK)
    assert check_mark(marked, keys) == "ok"
    assert check_mark(marked.replace("id.gs1.org", "maker.example"), keys) == "ok"
    assert check_mark(marked.replace("/A1", "/A2"), keys) == "signature-wrong"
    assert check_mark(marked, {}) == "key-unknown"
    assert check_mark(LINK, keys) is None
    assert check_mark(LINK + "?lm=AAAA", keys) == "unreadable"
    assert check_mark(LINK + "?lm=%%%", keys) == "unreadable"


@pytest.mark.parametrize("kind", ["qr", "datamatrix"])
@pytest.mark.parametrize("text", [LINK, f"https://id.gs1.org/01/{GTIN}/10/L-7%2FA", "https://id.gs1.org/00/040123450000003338"])
def test_each_symbol_is_read_back_before_it_is_handed_out(kind, text):
    """A label nobody can read is found at the border, with the container waiting."""
    assert label(text, kind).startswith("<svg")


def test_a_symbol_that_reads_otherwise_is_not_handed_out(monkeypatch):
    """A printer driver bug must not become ten thousand wrong labels."""
    monkeypatch.setattr("lodemark.custody.label.read_image", lambda _: "something else")
    with pytest.raises(LabelError):
        label(LINK)


@pytest.mark.parametrize("kind", ["qr", "datamatrix"])
def test_a_label_survives_the_camera(kind):
    """Printed, rotated, blurred, scaled: the dock is dark and the phone is old."""
    picture = _picture(_modules(LINK, kind), 8).astype(float)
    kernel = np.ones(5) / 5
    blurred = np.apply_along_axis(lambda row: np.convolve(row, kernel, "same"), 1, picture)
    blurred = np.apply_along_axis(lambda column: np.convolve(column, kernel, "same"), 0, blurred)
    noisy = np.clip(blurred * 0.7 + 30 + np.random.default_rng(1).normal(0, 8, blurred.shape), 0, 255).astype(np.uint8)
    wanted = LINK if kind == "qr" else f"(01){GTIN}(21)A1"
    for view in (noisy, np.rot90(noisy), np.rot90(noisy, 2), noisy[::2, ::2]):
        assert read_image(np.ascontiguousarray(view)) == wanted


def test_a_scanner_hands_over_what_it_likes():
    """Link, element string, GS1 scan with FNC1: one key."""
    for text in (LINK, f"(01){GTIN}(21)A1", f"]d201{GTIN}21A1", f"01{GTIN}21A1\r\n"):
        assert read_scan(text) == parse(LINK)
    with pytest.raises(IdentifierError):
        read_scan("99" + GTIN)


def test_sheets_carry_text_people_read():
    """A symbol alone helps nobody whose scanner is broken; markup in a name must stay text."""
    text = sheet([Label(LINK, ("<b>磁体</b>",))] * 4)
    assert "&lt;b&gt;磁体" in text
    assert text.count("<path") == 4
    assert sheet_pdf([Label(LINK, ('#panic("x")',))])[:5] == b"%PDF-"
