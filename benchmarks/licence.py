"""Verifying, drawing and printing licences, each against a named peer in the same run.

The floor for verifying is the bare signature check by ``cryptography`` over the same bytes; the peers are ``sd-jwt``
(OpenWallet Foundation) for disclosures and WeasyPrint for the paper, each only where it is installed::

    python benchmarks/licence.py
"""

from __future__ import annotations

import sys
import time
import timeit
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from joserfc import jws
from tests.licence.make import FACTS, KG, RULES, at, granted, reserve
from tests.licence.papers import ISSUED, ISSUER, LICENCE, NOW, P256, code, entropy, sd_jwt, statuses, trust

from lodemark.licence import decide, fold
from lodemark.licence.credential import KeySet, licence_codes, licence_sd_jwt, open_sd_jwt, verify
from lodemark.licence.credential.cose import parse_sign1
from lodemark.licence.credential.document import VC_TYP
from lodemark.licence.credential.qr import unarmour
from lodemark.licence.credential.text import unb64
from lodemark.licence.paper import Printing, licence_paper


def rates(*works: Callable[[], Any], number: int = 25, rounds: int = 40) -> list[float]:
    """Calls per second of processor time, best of many rounds taken in turns: other people's load hits all alike."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            best[place] = min(best[place], timeit.timeit(work, number=number, timer=time.process_time))
    return [number / seconds for seconds in best]


def row(what: str, ours: float, peer: str, theirs: float | None, target: str) -> str:
    if theirs is None:
        return f"{what:<44} {ours:>10,.0f}/s   {peer} not installed"
    return f"{what:<44} {ours:>10,.0f}/s   {theirs:>10,.0f}/s {peer:<28} x {ours / theirs:.2f}   {target}"


def verifying() -> Iterator[str]:
    trusted, key = trust(), ISSUER.key
    token = sd_jwt().split("~")[0]
    signed, _, signature = token.rpartition(".")
    raw, message = unb64(signature), parse_sign1(unarmour(code()))
    opened, verdict, on_paper, bare, jose, bare_code = rates(
        lambda: open_sd_jwt(sd_jwt(), trusted.keys.find, VC_TYP),
        lambda: verify(sd_jwt(), trusted, NOW),
        lambda: verify(code(), trusted, NOW),
        lambda: key.suite.verify(key.public, raw, signed.encode()),
        lambda: jws.deserialize_compact(token, key.jose, algorithms=["Ed25519"]),
        lambda: key.suite.verify(key.public, message.signature, message.to_be_signed()),
    )
    yield row("SD-JWT, all disclosures", opened, "bare JWS check, joserfc", jose, ">= 0.5")
    yield row("SD-JWT, all disclosures", opened, "bare Ed25519, cryptography", bare, "")
    yield row("SD-JWT, whole verdict", verdict, "bare Ed25519, cryptography", bare, "")
    yield row("code on the paper, whole verdict", on_paper, "bare Ed25519, cryptography", bare_code, "")
    text = licence_sd_jwt(LICENCE.terms, ISSUED, P256, entropy())
    keys = trust(keys=KeySet.of([P256.key]), statuses=(statuses(),))
    peer = _peer(text)
    ours, theirs = rates(lambda: verify(text, keys, NOW), peer) if peer else (*rates(lambda: verify(text, keys, NOW)), None)
    yield row("SD-JWT with ES256, whole verdict", ours, "sd-jwt", theirs, "")


def _peer(text: str) -> Callable[[], Any] | None:
    if not find_spec("sd_jwt"):
        return None
    from jwcrypto.jwk import JWK
    from sd_jwt.verifier import SDJWTVerifier

    key = JWK(**{name: P256.key.jwk()[name] for name in ("kty", "crv", "x", "y")})
    return lambda: SDJWTVerifier(text, lambda issuer, header: key).get_verified_payload()


def drawing() -> Iterator[str]:
    licence = granted()
    ask = reserve(gross_mg=KG)
    records = decide(licence, ask, FACTS, RULES)
    assert isinstance(records, tuple)
    decided, folded = rates(lambda: decide(licence, ask, FACTS, RULES), lambda: fold(records, licence))
    yield f"{'decide a reservation':<44} {decided:>10,.0f}/s"
    yield f"{'fold one record onto a licence':<44} {folded:>10,.0f}/s"


def printing() -> Iterator[str]:
    codes = licence_codes(LICENCE.terms, ISSUED, ISSUER)

    def print_one() -> bytes:
        return licence_paper(LICENCE.terms, "x", codes, sd_jwt(), Printing("licence.example", at("2026-03-01"))).pdf

    start = time.perf_counter()
    size = len(print_one())
    first = time.perf_counter() - start
    later = 1 / rates(print_one, number=1, rounds=5)[0]
    yield f"{'paper: size, first, next (with read-back)':<44} {size:>10,} B   {first:.3f} s, {later:.3f} s"
    if find_spec("weasyprint"):
        from weasyprint import HTML

        rows = "".join(f"<tr><td>两用物项出口许可证 {n}</td><td>{sd_jwt()[:40]}</td></tr>" for n in range(30))
        start = time.perf_counter()
        peer = HTML(string=f"<html lang=zh><body style='font-family: Noto Sans CJK SC'><table>{rows}</table>").write_pdf()
        yield f"{'WeasyPrint, same font':<44} {len(peer):>10,} B   {time.perf_counter() - start:.3f} s   x {len(peer) / size:.2f}, target >= 3"
    else:
        yield "WeasyPrint not installed: size not compared"


def main() -> None:
    for part in (verifying, drawing, printing):
        for line in part():
            print(line)


if __name__ == "__main__":
    main()
