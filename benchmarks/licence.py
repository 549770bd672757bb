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

from lodemark.licence import decide, fold
from lodemark.licence.credential import KeySet, licence_codes, licence_sd_jwt, open_sd_jwt, verify
from lodemark.licence.credential.cose import parse_sign1
from lodemark.licence.credential.document import VC_TYP
from lodemark.licence.credential.qr import unarmour
from lodemark.licence.credential.text import unb64
from lodemark.licence.paper import FONTS, Printing, licence_paper, qr_symbol
from lodemark.licence.paper.render import _licence_rows
from lodemark.licence.paper.words import amount_text, commodity_label, pair
from tests.licence.make import FACTS, KG, RULES, at, granted, reserve
from tests.licence.papers import ISSUED, ISSUER, LICENCE, NOW, P256, code, entropy, sd_jwt, statuses, trust


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

    def ours() -> bytes:
        return licence_paper(LICENCE.terms, "x", codes, sd_jwt(), Printing("licence.example", at("2026-03-01"))).pdf

    start = time.perf_counter()
    size = len(ours())
    first = time.perf_counter() - start
    if not find_spec("weasyprint"):
        yield f"paper, WeasyPrint not installed: {size:,} B, first {first:.3f} s, next {1 / rates(ours, number=1, rounds=5)[0]:.3f} s"
        return
    html = _as_html(codes)
    start = time.perf_counter()
    peer_size = len(html())
    peer_first = time.perf_counter() - start
    mine, peer = rates(ours, html, number=1, rounds=5)
    yield f"paper: size {size:,} B, WeasyPrint {peer_size:,} B, x {peer_size / size:.1f} (target >= 3)"
    yield f"paper: first {first:.3f} s against {peer_first:.3f} s; next {1 / mine:.3f} s, read back and checked, against {1 / peer:.3f} s"


def _as_html(codes: tuple[str, ...]) -> Callable[[], bytes]:
    """The same words, rows, font and code as a WeasyPrint document; without attachment, tags or read-back."""
    from weasyprint import HTML

    line = LICENCE.terms.lines[0]
    rows = [
        (*label, value) for label, value in _licence_rows(LICENCE.terms, "x", Printing("licence.example", at("2026-03-01")))
    ]
    rows += [(*commodity_label(c), amount_text(c, amount)) for c, amount in line.caps.items()]
    rows += [(*pair(f"paper-{name}"), value) for name, value in (("entry", line.control_list_entry), ("hs", line.hs))]
    notes = [
        sentence for code_ in ("paper-how-to-verify", "verdict-left-unknown", "paper-attached") for sentence in pair(code_)
    ]
    font = next(FONTS.glob("*.otf")).as_uri()
    style = f"@font-face {{ font-family: N; src: url('{font}') }} body {{ font-family: N; font-size: 8.5pt }}"
    table = "".join(f"<tr><td>{zh} {en}</td><td>{value}</td></tr>" for en, zh, value in rows)
    body = f"<h1>{pair('paper-licence')[1]}</h1><table>{table}</table>{''.join(qr_symbol(c, 20).svg for c in codes)}<p>{'<br>'.join(notes)}"
    document = f"<html lang=zh><head><style>{style}</style></head><body>{body}</body></html>"

    def write() -> bytes:
        pdf: bytes = HTML(string=document).write_pdf()
        return pdf

    return write


def main() -> None:
    for part in (verifying, drawing, printing):
        for line in part():
            print(line)


if __name__ == "__main__":
    main()
