"""If this fails, some input that nobody thought of stops the gate instead of being refused by name."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lodemark.licence.credential import (
    BadCredential,
    open_dead_slips,
    open_issued,
    open_keys,
    open_status,
    read_jwk,
    read_keys,
    sign_status_cwt,
    verify,
)
from lodemark.licence.credential.qr import armour
from lodemark.licence.paper import attached, credentials_in
from lodemark.trouble import Error
from tests.licence.papers import ISSUER, KEYS, NOW, ROOT, code, sd_jwt, slip, statuses, trust

TEXT = st.text(max_size=80)
PIECES = st.lists(
    st.sampled_from([*sd_jwt().replace("~", ".").split("."), "", "~", ".", "LD1:", "e30", "bnVsbA", "W10"]) | TEXT, max_size=6
)


@given(TEXT | PIECES.map(".".join) | PIECES.map("~".join) | st.binary(max_size=80).map(armour))
@example("LD1:")
@example("~")
@example("ü~")
@example("a.b.c~ü~")
@example("LD1:Ü")
@example(sd_jwt() + "a.b.c")
@settings(max_examples=400, deadline=None)
def test_no_text_stops_the_verifier(text: str) -> None:
    verdict = verify(text, trust(), NOW)
    assert verdict.result == "not-genuine" or text.strip() in (sd_jwt(), code(), slip())
    assert all(reason.explain("en") and reason.explain("zh-Hans") for reason in verdict.reasons)


OPENERS: dict[str, Callable[[bytes], Any]] = {
    "status list": lambda data: open_status(data, KEYS),
    "issued": lambda data: open_issued(data.decode("latin-1"), KEYS),
    "dead slips": lambda data: open_dead_slips(data.decode("latin-1"), KEYS),
    "signed keys": lambda data: open_keys(data.decode("latin-1"), ROOT.key, NOW),
    "plain keys": lambda data: read_keys(data.decode("latin-1"), None, NOW),
    "evidence": credentials_in,
    "pdf": attached,
}
SEEDS = (
    b"",
    b"\xd2\x84",
    b"\x89PNG\r\n\x1a\n",
    b"%PDF-1.7 stream\n",
    b"II*\0",
    b'{"keys":[]}',
    b'{"keys":[{"kty":"OKP"}]}',
    sign_status_cwt(statuses(), ISSUER),
)


@pytest.mark.parametrize("opener", OPENERS.values(), ids=OPENERS)
@given(seed=st.sampled_from(SEEDS), cut=st.integers(0, 200), tail=st.binary(max_size=40))
@settings(max_examples=40, deadline=None)
def test_no_bytes_stop_a_reader(opener: Callable[[bytes], Any], seed: bytes, cut: int, tail: bytes) -> None:
    try:
        opener(seed[:cut] + tail)
    except Error as error:
        assert error.explain("en") and error.explain("zh-Hans")


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "kid", "state", "signs_until", "compromised_size"]),
        st.none() | st.integers() | st.sampled_from(["OKP", "Ed25519", "EC", "P-256", "AAAA", "active", ""]) | TEXT,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_key_is_read_by_accident(jwk: dict[str, Any]) -> None:
    try:
        key = read_jwk(jwk)
    except BadCredential as error:
        assert error.explain("en")
    else:
        assert key.suite.name in ("Ed25519", "P-256")
