"""If this fails, another implementation of RFC 9901 reads our licences differently, or accepts what we refuse.

The peer is ``sd-jwt`` of the OpenWallet Foundation. It is no dependency of ours (it needs an LGPL library), so this runs
only where somebody has installed it beside the project.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from lodemark.licence.credential import BadCredential, licence_sd_jwt, open_sd_jwt, present
from lodemark.licence.credential.document import VC_TYP
from lodemark.licence.credential.jws import only, sign_jws
from lodemark.licence.credential.sdjwt import Hidden, issue
from lodemark.licence.credential.text import b64
from tests.licence.papers import ISSUED, LICENCE, P256, entropy

pytestmark = pytest.mark.long  # the peer needs an LGPL library, so it is installed by whoever compares
CLAIMS = {"a": Hidden(1), "list": [Hidden("x"), "y", Hidden({"deep": Hidden([1, 2])})], "o": {"b": Hidden(None), "c": "ü"}}


def ours(text: str) -> Any:
    try:
        return open_sd_jwt(text, only(P256.key), VC_TYP).claims
    except BadCredential:
        return None


def theirs(text: str) -> Any:
    # Imported here, so that a run that leaves this file out does not count it as skipped.
    verifier = pytest.importorskip("sd_jwt.verifier", reason="the peer sd-jwt is not installed")
    key = pytest.importorskip("jwcrypto.jwk").JWK(**{name: P256.key.jwk()[name] for name in ("kty", "crv", "x", "y")})
    try:
        return verifier.SDJWTVerifier(text, lambda issuer, header: key).get_verified_payload()
    except Exception:  # the peer has no error family of its own
        return None


def test_both_read_the_same_from_a_licence() -> None:
    paper = licence_sd_jwt(LICENCE.terms, ISSUED, P256, entropy())
    for shown in (paper, present(paper, lambda path: False), present(paper, lambda path: path[-1] == "destination")):
        assert ours(shown) == theirs(shown) is not None


def test_both_read_the_same_from_nested_claims_with_decoys() -> None:
    text = issue(CLAIMS, P256, VC_TYP, entropy(), lambda path, count: count + 3)
    assert ours(text) == theirs(text) is not None


def _attacks() -> list[Any]:
    text = issue(CLAIMS, P256, VC_TYP, entropy())
    token, *disclosures = text.rstrip("~").split("~")
    named = b64(json.dumps(["salt", "_sd", 1]).encode())
    import hashlib

    digest = b64(hashlib.sha256(named.encode()).digest())
    swapped = base64.urlsafe_b64decode(disclosures[-1] + "==").replace(b",1]", b",2]")
    cases = {
        "twice": [token, disclosures[0], disclosures[0]],
        "unreferenced": [token, *disclosures, b64(b'["s","z",1]')],
        "changed": [token, *disclosures[:-1], b64(swapped)],
        "signature": [token[:-4] + "AAAA", *disclosures],
        "reserved name": [sign_jws({"_sd": [digest], "_sd_alg": "sha-256"}, P256, VC_TYP), named],
        "digest twice": [sign_jws({"_sd": ["x", "x"], "_sd_alg": "sha-256"}, P256, VC_TYP)],
    }
    return [pytest.param(name, "~".join((*parts, "")), id=name) for name, parts in cases.items()]


PEER_LETS_PASS = {"unreferenced", "changed", "reserved name"}
"""RFC 9901 section 7.1 refuses these; version 0.10 of the peer reads on."""


@pytest.mark.parametrize(("name", "text"), _attacks())
def test_we_refuse_at_least_what_the_peer_refuses(name: str, text: str) -> None:
    assert ours(text) is None
    assert name in PEER_LETS_PASS or theirs(text) is None
