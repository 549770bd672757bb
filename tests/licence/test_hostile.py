"""If this fails, somebody can change a paper, or make one, and the barrier still opens. Accepted must be 0."""

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import base45
import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.licence.credential import BadCredential, KeySet, credential_digest, verify
from lodemark.licence.credential.cbor import Tag, decode, encode
from lodemark.licence.credential.document import VC_TYP
from lodemark.licence.credential.jws import sign_jws
from lodemark.licence.credential.qr import armour, unarmour
from lodemark.licence.credential.sdjwt import Hidden, issue, open_sd_jwt
from lodemark.licence.credential.text import b64, unb64
from tests.licence.papers import HOLDER_KEY, ISSUER, KEYS, NOW, P256, STRANGER, code, entropy, sd_jwt, slip, trust


def refused(text: str) -> bool:
    return verify(text, trust(), NOW).result == "not-genuine"


@pytest.mark.parametrize("paper", [code, slip])
def test_every_byte_of_a_code_counts(paper: Any) -> None:
    data = unarmour(paper())
    for place in range(len(data)):
        for flip in (1, 0x80):
            changed = bytearray(data)
            changed[place] ^= flip
            assert refused(armour(bytes(changed))), (place, flip)


@pytest.mark.parametrize("paper", [code, slip])
def test_every_character_of_the_text_counts(paper: Any) -> None:
    text = paper()
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    for place in range(len(text)):
        other = alphabet[(alphabet.index(text[place]) + 1) % 45] if text[place] in alphabet else "A"
        changed = text[:place] + other + text[place + 1 :]
        assert refused(changed) or unarmour(changed) == unarmour(text), place


def test_another_zlib_packs_the_same_paper() -> None:
    """A reader built with another zlib must not refuse a genuine code, nor take its digest for another paper's."""
    repacked = "LD1:" + base45.b45encode(zlib.compress(unarmour(code()), 1)).decode()
    assert repacked != code()
    assert verify(repacked, trust(), NOW).result == "in-force"
    assert credential_digest(repacked) == credential_digest(code())


def test_every_character_of_an_sd_jwt_counts() -> None:
    """A lenient base64 reader lets the last character of a part vary: a changed paper that still verifies."""
    text = sd_jwt()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ends = [place for place, mark in enumerate(text) if mark in ".~"]
    near_ends = {place - 1 for place in ends}  # where a lenient reader ignores the loose bits
    places = {*range(0, len(text), 13), *near_ends} - {len(text) - 1}
    for place in sorted(place for place in places if 0 <= place < len(text)):
        swaps = alphabet if place in near_ends and text[place] in alphabet else "A~."
        for other in swaps:
            if other != text[place]:
                assert refused(text[:place] + other + text[place + 1 :]), (place, other)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.sampled_from(["insert", "delete", "replace", "cut"]))
@settings(max_examples=200, deadline=None)
def test_no_edit_of_the_bytes_passes(place: int, news: bytes, how: str) -> None:
    data = unarmour(code())
    place %= len(data)
    tail = {
        "insert": news + data[place:],
        "delete": data[place + len(news) :],
        "replace": news + data[place + len(news) :],
        "cut": b"",
    }
    changed = data[:place] + tail[how]
    assert changed == data or refused(armour(changed))


def _token(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [b64(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join((*parts, b64(signature)))


def _claims() -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(sd_jwt().split(".")[1] + "=="))  # type: ignore[no-any-return]


def _swaps() -> Iterator[tuple[str, str, str]]:
    claims, kid = _claims(), ISSUER.key.kid
    good = {"alg": "Ed25519", "kid": kid, "typ": VC_TYP}
    yield "none", _token({**good, "alg": "none"}, claims), "credential-algorithm"
    for alg in ("EdDSA", "ES256", "HS256", "none ", "NONE"):
        yield alg, _token({**good, "alg": alg}, claims, bytes(64)), "credential-algorithm"
    yield "no alg", _token({"kid": kid, "typ": VC_TYP}, claims, bytes(64)), "credential-algorithm"
    yield "unsigned", _token(good, claims, bytes(64)), "credential-signature"
    yield "no typ", _token({"alg": "Ed25519", "kid": kid}, claims, bytes(64)), "credential-type"
    yield "other typ", _token({**good, "typ": "JWT"}, claims, bytes(64)), "credential-type"
    yield "embedded key", _token({**good, "jwk": STRANGER.key.jwk()}, claims, bytes(64)), "credential-header"
    yield "crit", _token({**good, "crit": ["exp"]}, claims, bytes(64)), "credential-header"
    yield "x5c", _token({**good, "x5c": ["AA"]}, claims, bytes(64)), "credential-header"
    yield "unknown key", sign_jws(claims, STRANGER, VC_TYP), "credential-key-unknown"
    yield "kid of another", _token({**good, "kid": P256.key.kid}, claims, bytes(64)), "credential-algorithm"
    yield "holder's key", sign_jws(claims, HOLDER_KEY, VC_TYP), "credential-key-unknown"
    yield "status token as licence", sign_jws(claims, ISSUER, "statuslist+jwt"), "credential-type"
    yield "other vct", sign_jws({**claims, "vct": "urn:other"}, ISSUER, VC_TYP), "credential-type"
    yield "other hash", sign_jws({**claims, "_sd_alg": "md5"}, ISSUER, VC_TYP), "credential-hash"
    yield "no expiry", sign_jws({n: v for n, v in claims.items() if n != "exp"}, ISSUER, VC_TYP), "credential-claim"
    yield "expiry as text", sign_jws({**claims, "exp": "never"}, ISSUER, VC_TYP), "credential-claim"
    yield "no status", sign_jws({n: v for n, v in claims.items() if n != "status"}, ISSUER, VC_TYP), "credential-claim"
    yield "name in the signed part", sign_jws({**claims, "...": "x"}, ISSUER, VC_TYP), "credential-claim-name"


@pytest.mark.parametrize(("text", "reason"), [pytest.param(t, r, id=name) for name, t, r in _swaps()])
def test_swapped_algorithms_types_and_keys_are_named(text: str, reason: str) -> None:
    verdict = verify(text + "~", trust(), NOW)
    assert (verdict.result, verdict.reasons[0].code) == ("not-genuine", reason)
    assert verdict.reasons[0].explain("en") and verdict.reasons[0].explain("zh-Hans")


def _disclosure_attacks() -> Iterator[tuple[str, str, str]]:
    token, *disclosures = sd_jwt().rstrip("~").split("~")
    first = disclosures[0]

    def made(*parts: str) -> str:
        return "~".join((token, *parts, ""))

    yield "twice", made(first, first), "credential-disclosure-twice"
    yield "unreferenced", made(b64(b'["c2FsdA","holder","somebody else"]')), "credential-disclosure-unreferenced"
    yield "empty", made(""), "credential-disclosure-unreferenced"
    yield "no tilde", token, "credential-unreadable"
    changed = base64.urlsafe_b64decode(first + "==").replace(b"gross", b"grosz")
    yield "changed", made(b64(changed)), "credential-disclosure-unreferenced"


@pytest.mark.parametrize(("text", "reason"), [pytest.param(t, r, id=name) for name, t, r in _disclosure_attacks()])
def test_disclosures_belong_to_what_was_signed_once(text: str, reason: str) -> None:
    assert verify(text, trust(), NOW).reasons[0].code == reason


def _signed_with(claims: dict[str, Any], *disclosures: str) -> str:
    return "~".join((sign_jws({**claims, "_sd_alg": "sha-256"}, ISSUER, VC_TYP), *disclosures, ""))


def _digest(encoded: str) -> str:
    import hashlib

    return b64(hashlib.sha256(encoded.encode()).digest())


def _signed_attacks() -> Iterator[tuple[str, str, str]]:
    """Even the issuer cannot say a thing in two ways (RFC 9901 section 7.1)."""
    named = {name: b64(json.dumps(["salt", name, 1]).encode()) for name in ("_sd", "...", "a", "_sd_alg")}
    element = b64(b'["salt",1]')
    yield "_sd as name", _signed_with({"_sd": [_digest(named["_sd"])]}, named["_sd"]), "credential-claim-name"
    yield "... as name", _signed_with({"_sd": [_digest(named["..."])]}, named["..."]), "credential-claim-name"
    yield "_sd_alg as name", _signed_with({"_sd": [_digest(named["_sd_alg"])]}, named["_sd_alg"]), "credential-claim-name"
    yield "name stands already", _signed_with({"a": 0, "_sd": [_digest(named["a"])]}, named["a"]), "credential-claim-name"
    yield "digest twice", _signed_with({"_sd": ["x", "x"]}), "credential-digest-twice"
    yield "digest twice apart", _signed_with({"_sd": ["x"], "b": {"_sd": ["x"]}}), "credential-digest-twice"
    yield "digest is a number", _signed_with({"_sd": [1]}), "credential-digest-twice"
    yield "_sd is no list", _signed_with({"_sd": "x"}), "credential-claim-name"
    yield "element as member", _signed_with({"_sd": [_digest(element)]}, element), "credential-disclosure"
    yield "member as element", _signed_with({"l": [{"...": _digest(named["a"])}]}, named["a"]), "credential-disclosure"
    yield "element with more", _signed_with({"l": [{"...": "x", "b": 1}]}), "credential-claim-name"
    twice = b64(b'["salt","a",{"k":1,"k":2}]')
    yield "name twice", _signed_with({"_sd": [_digest(twice)]}, twice), "credential-json"
    lone = b64(b'["salt","a","\\ud800"]')
    yield "lone surrogate", _signed_with({"_sd": [_digest(lone)]}, lone), "credential-json"
    deep = b64(b'["salt","a",' + b"[" * 3000 + b"]" * 3000 + b"]")
    yield "deep", _signed_with({"_sd": [_digest(deep)]}, deep), "credential-json"


@pytest.mark.parametrize(("text", "reason"), [pytest.param(t, r, id=name) for name, t, r in _signed_attacks()])
def test_what_reads_in_two_ways_is_refused_even_when_signed(text: str, reason: str) -> None:
    with pytest.raises(BadCredential) as error:
        open_sd_jwt(text, KEYS.find, VC_TYP)
    assert error.value.reason.code == reason


@pytest.mark.parametrize("text", ["A", "AB", "AAB", "AA==", "AA=", "A A", "AA\n", "A+", "A/", "ÄA", "AAAAA"])
def test_base64_has_one_spelling(text: str) -> None:
    """If a second spelling were read, a disclosure or key could be changed without its bytes changing."""
    with pytest.raises(BadCredential):
        unb64(text)
    assert [unb64(right) for right in ("", "AA", "AAA", "AAAA", "_-8")] == [b"", b"\0", b"\0\0", b"\0\0\0", b"\xff\xef"]


# -- COSE -----------------------------------------------------------------------------------------------------------------------


def _cose_attacks() -> Iterator[tuple[str, bytes]]:
    data = unarmour(code())
    message = decode(data)
    assert isinstance(message, Tag) and isinstance(message.value, list)
    protected, _, payload, signature = message.value
    header = decode(protected)  # type: ignore[arg-type]
    assert isinstance(header, dict)

    def made(**changes: Any) -> bytes:
        parts = {"protected": protected, "unprotected": {}, "payload": payload, "signature": signature, **changes}
        return encode(Tag(changes.get("tag", 18), [parts[n] for n in ("protected", "unprotected", "payload", "signature")]))

    for alg in (-8, -9, -7, 0, "none"):
        yield f"alg {alg}", made(protected=encode({**header, 1: alg}))
    yield "no alg", made(protected=encode({4: header[4], 16: header[16]}))
    yield "crit", made(protected=encode({**header, 2: [1]}))
    yield "type of a slip", made(protected=encode({**header, 16: "lodemark-slip+cose"}))
    yield "other kid", made(protected=encode({**header, 4: b"\0" * 8}))
    yield "short kid", made(protected=encode({**header, 4: header[4][:4]}))  # type: ignore[index]
    yield "kid of P-256", made(protected=encode({**header, 4: base64.urlsafe_b64decode(P256.key.kid + "=")[:8]}))
    yield "unprotected alg", made(unprotected={1: -19})
    yield "unprotected anything", made(unprotected={99: 1})
    yield "tag 17", made(tag=17)
    yield "no tag", encode([protected, {}, payload, signature])
    yield "signature cut", made(signature=signature[:63])  # type: ignore[index]
    yield "signature longer", made(signature=signature + b"\0")  # type: ignore[operator]
    yield "payload empty", made(payload=b"")
    yield "trailing", data + b"\0"
    yield "twice", data + data
    yield "cut", data[:-1]
    yield "indefinite array", data.replace(b"\x84", b"\x9f", 1) + b"\xff"
    yield "not shortest tag", b"\xd8\x12" + data[1:]
    yield "not canonical", cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, bytearray(signature), 0]))  # type: ignore[arg-type]
    yield "empty", b""


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in _cose_attacks()])
def test_a_code_has_one_form_and_one_algorithm(data: bytes) -> None:
    assert refused(armour(data))


@pytest.mark.parametrize(
    "text",
    [
        "LD1:",
        "LD1:" + "0" * 4093,
        "LD1:::::",
        "LD1:" + base45.b45encode(zlib.compress(b"\0" * 20_000, 9)).decode(),  # a bomb: 20 kB from 45 bytes
        "LD1:" + base45.b45encode(zlib.compress(unarmour(code()), 9) + b"\0").decode(),
        "LD1:" + base45.b45encode(zlib.compress(unarmour(code()), 9)[:-4]).decode(),
        "LD2:" + code()[4:],
        "",
        "~",
        "a.b.c~",
        "..~",
        "x" * 70_000 + "~",
    ],
)
def test_bombs_and_fragments_are_refused(text: str) -> None:
    assert refused(text)


def test_a_strangers_signature_is_not_the_offices() -> None:
    """The same claims under another key: everything is right but who said it."""
    from lodemark.licence.credential import licence_codes, licence_sd_jwt
    from tests.licence.papers import ISSUED, LICENCE

    assert refused(licence_sd_jwt(LICENCE.terms, ISSUED, STRANGER, entropy()))
    (forged,) = licence_codes(LICENCE.terms, ISSUED, STRANGER)
    assert refused(forged)
    renamed = trust(keys=KeySet({STRANGER.key.kid: replace(ISSUER.key)}))
    assert verify(forged, renamed, NOW).result == "not-genuine"


# -- CBOR ---------------------------------------------------------------------------------------------------------------------------


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=30) | st.binary(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.integers(-(2**20), 2**20) | st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_our_cbor_is_everybodys_cbor(value: Any) -> None:
    """A second implementation reads the same value, and ours reads back exactly what it wrote."""
    data = encode(value)
    assert decode(data, 10_000) == value == cbor2.loads(data)


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_what_we_read_we_would_have_written(data: bytes) -> None:
    """One value, one byte string: else a signed content could be spelled in two ways."""
    try:
        value = decode(data)
    except BadCredential:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        "1800",
        "190017",
        "1a0000ffff",
        "5f4100ff",
        "7f6100ff",
        "9f00ff",
        "bf0000ff",
        "a2000000 00",
        "a2010000 00",
        "f97e00",
        "fb7ff0000000000000",
        "f7",
        "f818",
        "61ff",
        "a1 f500",
        "a1 4100 00",
        "0000",
        "81" * 20 + "00",
        "9bffffffffffffffff",
        "5bffffffffffffffff",
    ],
)
def test_each_loose_form_of_cbor_is_refused(data: str) -> None:
    with pytest.raises(BadCredential):
        decode(bytes.fromhex(data.replace(" ", "")))


# -- disclosure layer -----------------------------------------------------------------------------------------------------------------


@given(
    st.recursive(
        st.integers(-100, 100) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner | inner.map(Hidden), max_size=3)
            | st.dictionaries(st.text("abcdef", min_size=1, max_size=2), inner | inner.map(Hidden), max_size=3)
        ),
        max_leaves=12,
    ).map(lambda value: {"x": value})
)
@settings(max_examples=80, deadline=None)
def test_everything_disclosed_gives_the_claims_back(claims: dict[str, Any]) -> None:
    text = issue(claims, ISSUER, VC_TYP, entropy(), lambda path, count: count + 2)
    assert open_sd_jwt(text, KEYS.find, VC_TYP).claims == _plain(claims)


def _plain(value: Any) -> Any:
    if isinstance(value, Hidden):
        return _plain(value.value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
