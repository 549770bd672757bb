"""If this fails, a customs officer waves through a paper that is forged, dead, or meant for another consignment."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lodemark.ledger import Basis, Checkpoint, NoteKey, Receipt, Stamp, Tree, body_of, chain, start
from lodemark.licence import DecidedLine, IssuedCredential, Void, fold
from lodemark.licence.commands import Close
from lodemark.licence.credential import (
    BadCredential,
    Binding,
    Expected,
    KeySet,
    Trust,
    bind,
    credential_digest,
    dead_slips,
    issued_record,
    licence_codes,
    licence_sd_jwt,
    open_dead_slips,
    open_issued,
    open_keys,
    open_status,
    present,
    publish_keys,
    read_keys,
    sign_dead_slips,
    sign_issued,
    sign_status_cwt,
    sign_status_jwt,
    slip_code,
    status_of,
    verify,
    witnessed,
)
from lodemark.licence.credential.document import LARGEST_CODE, _packed_size
from tests.licence.make import HOLDER, LINE, TIMER, at, granted, run, when
from tests.licence.papers import (
    HOLDER_KEY,
    INDEX,
    ISSUED,
    ISSUER,
    KEYS,
    LICENCE,
    NOW,
    P256,
    PACKING,
    ROOT,
    SLIP_ID,
    STRANGER,
    code,
    entropy,
    sd_jwt,
    slip,
    statuses,
    trust,
)
from tests.licence.test_acts import FREEZE, SUSPEND, WITHDRAW


@pytest.mark.parametrize("paper", [sd_jwt, code, slip])
def test_a_genuine_paper_is_in_force(paper: object) -> None:
    verdict = verify(paper(), trust(), NOW)  # type: ignore[operator]
    assert (verdict.result, verdict.exit_code) == ("in-force", 0), verdict.reasons
    assert verdict.shown is not None and verdict.shown.number == LICENCE.terms.number


def test_the_paper_shows_its_last_valid_day() -> None:
    verdict = verify(code(), trust(), NOW)
    assert verdict.shown is not None
    assert (verdict.shown.first_day, verdict.shown.last_day) == (date(2026, 3, 1), date(2027, 2, 28))
    assert verdict.shown.lines[0]["caps"] == LINE.caps


@pytest.mark.parametrize("paper", [sd_jwt, code, slip])
def test_without_a_fresh_status_list_it_says_so(paper: object) -> None:
    text = paper()  # type: ignore[operator]
    missing = verify(text, trust(statuses=()), NOW)
    assert (missing.result, missing.exit_code) == ("status-not-current", 1)
    old = verify(text, trust(statuses=(statuses(hours_old=24),)), NOW)
    assert old.result == "status-not-current" and old.status_age_s == 24 * 3600
    assert verify(text, trust(statuses=(statuses(hours_old=23),)), NOW).result == "in-force"
    assert verify(text, trust(statuses=(statuses(hours_old=-2),)), NOW).result == "status-not-current"


def test_a_list_older_than_a_day_is_old_whatever_it_says_of_itself() -> None:
    long_lived = replace(statuses(hours_old=24), until=NOW + timedelta(days=9))
    assert verify(code(), trust(statuses=(long_lived,)), NOW).result == "status-not-current"
    assert verify(code(), trust(statuses=(long_lived,)), NOW - timedelta(seconds=1)).result == "in-force"


@pytest.mark.parametrize("status", ["invalid", "suspended", "frozen"])
@pytest.mark.parametrize("paper", [sd_jwt, code, slip])
def test_an_act_of_the_office_reaches_the_barrier(paper: object, status: str) -> None:
    for hours in (1, 30):
        verdict = verify(paper(), trust(statuses=(statuses(status, hours),)), NOW)  # type: ignore[operator,arg-type]
        assert (verdict.result, verdict.reasons[0].code) == ("not-usable", f"status-{status}")


@pytest.mark.parametrize(
    ("when_", "code_"),
    [
        (at("2026-02-28", 15), "licence-not-yet-valid"),
        (at("2026-02-28", 16), None),
        (at("2027-02-28", 15), None),
        (at("2027-02-28", 16), "licence-expired"),
    ],
)
@pytest.mark.parametrize("paper", [sd_jwt, code])
def test_validity_begins_and_ends_at_midnight_in_beijing(paper: object, when_: object, code_: str | None) -> None:
    verdict = verify(paper(), trust(statuses=()), when_)  # type: ignore[operator,arg-type]
    assert [reason.code for reason in verdict.reasons if reason.code.startswith("licence")] == ([code_] if code_ else [])


# -- slips ---------------------------------------------------------------------------------------------------------------


def test_a_slip_is_for_one_shipment_and_one_packing_list() -> None:
    right = Expected(shipment="S-D-1", packing_list=PACKING)
    assert verify(slip(), trust(), NOW, right).result == "in-force"
    other = verify(slip(), trust(), NOW, replace(right, shipment="S-2"))
    assert (other.result, other.exit_code, other.reasons[0].code) == ("not-usable", 1, "slip-of-other-shipment")
    swapped = verify(slip(), trust(), NOW, replace(right, packing_list=hashlib.sha256(b"other").digest()))
    assert swapped.reasons[0].code == "slip-of-other-packing-list"


def test_a_slip_ends_with_its_reservation() -> None:
    last = LICENCE.drawdowns["D-1"].hold_until
    assert verify(slip(), trust(statuses=()), last - timedelta(seconds=1)).result == "status-not-current"
    assert verify(slip(), trust(statuses=()), last).reasons[0].code == "slip-expired"


def test_a_voided_reservation_kills_its_slip() -> None:
    dead = open_dead_slips(sign_dead_slips([SLIP_ID], ISSUER, NOW), KEYS)
    assert verify(slip(), trust(dead_slips=dead), NOW).reasons[0].code == "slip-dead"


def test_a_gate_keeps_its_own_list_of_slips_it_saw() -> None:
    verdict = verify(slip(), trust(seen=frozenset({SLIP_ID})), NOW)
    assert (verdict.result, verdict.reasons[0].code) == ("not-usable", "slip-seen-here")


def test_the_office_knows_its_dead_slips_and_the_status_of_a_licence() -> None:
    issue = Close(**when("2026-05-01", TIMER), ground="expired")
    slip_issued = IssuedCredential(credential_digest(slip()), "slip", INDEX, SLIP_ID.hex(), "D-1")
    licence = fold([issued_record(issue, slip_issued)], LICENCE)
    assert licence.gate == LICENCE.gate and licence.issued == (slip_issued,)
    assert dead_slips(licence) == frozenset()
    assert dead_slips(run(licence, Void(**when("2026-05-03", HOLDER), drawdown="D-1"))) == {SLIP_ID}
    assert [status_of(run(licence, *acts)) for acts in ((), (SUSPEND,), (FREEZE,), (WITHDRAW,))] == [
        "valid",
        "suspended",
        "frozen",
        "invalid",
    ]


def test_a_shipment_name_too_long_for_the_slip_is_told() -> None:
    draw = replace(LICENCE.drawdowns["D-1"], shipment="-".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(3)))
    with pytest.raises(BadCredential) as error:
        slip_code(LICENCE.terms, draw, SLIP_ID, PACKING, ISSUED, ISSUER)
    assert error.value.reason.code == "slip-too-large" and error.value.explain("zh-Hans")


# -- disclosure -------------------------------------------------------------------------------------------------------------


def test_what_is_withheld_appears_nowhere() -> None:
    """A competitor who is shown one field must not learn the customer from the rest."""
    shown = present(sd_jwt(), lambda path: path == ("lines", 0, "caps", "gross"))
    verdict = verify(shown, trust(), NOW)
    assert verdict.result == "in-force" and verdict.shown is not None
    assert verdict.shown.lines[0]["caps"] == {"gross": LINE.caps["gross"]}
    import base64

    readable = b"".join(base64.urlsafe_b64decode(part + "==") for part in shown.replace("~", ".").split("."))
    for secret in (b"beichen", b"alder", b"P1179", b"robot joints", b"case/1#9"):
        assert secret not in readable


def test_decoys_hide_how_many_caps_and_conditions_there_are() -> None:
    one_cap = granted(lines=(DecidedLine(replace(LINE, caps={"gross": 1}), "granted"),))
    few = licence_sd_jwt(one_cap.terms, ISSUED, ISSUER, entropy()).split("~")[0]
    many = sd_jwt().split("~")[0]
    assert len(few) == len(many)


def test_a_bound_presentation_is_for_one_verifier_now() -> None:
    bound_to = replace(ISSUED, holder_jwk=HOLDER_KEY.key.jwk())
    paper = licence_sd_jwt(LICENCE.terms, bound_to, ISSUER, entropy())
    assert verify(paper, trust(), NOW).reasons[0].code == "credential-binding-missing"
    shown = bind(present(paper, lambda path: path == ("holder",)), HOLDER_KEY, "customs", "n-1", NOW)
    ask = Binding("customs", "n-1", NOW + timedelta(minutes=5))
    assert verify(shown, trust(), NOW, Expected(binding=ask)).result == "in-force"
    for wrong, reason in (
        (None, "credential-binding-unexpected"),
        (replace(ask, aud="bank"), "credential-binding-audience"),
        (replace(ask, nonce="n-2"), "credential-binding-audience"),
        (replace(ask, at=NOW + timedelta(minutes=5, seconds=1)), "credential-binding-age"),
        (replace(ask, at=NOW - timedelta(seconds=61)), "credential-binding-age"),
    ):
        assert verify(shown, trust(), NOW, Expected(binding=wrong)).reasons[0].code == reason
    stolen = bind(present(paper, lambda path: path == ("holder",)), STRANGER, "customs", "n-1", NOW)
    assert verify(stolen, trust(), NOW, Expected(binding=ask)).result == "not-genuine"
    token, _, kb_jwt = shown.rpartition("~")
    more = present(paper, lambda path: True)
    assert verify(more + kb_jwt, trust(), NOW, Expected(binding=ask)).reasons[0].code == "credential-binding-other"
    assert token


# -- keys -----------------------------------------------------------------------------------------------------------------------


def test_the_key_set_is_signed_by_the_root_and_runs_out() -> None:
    signed = publish_keys([ISSUER.key, replace(P256.key, state="next")], ROOT, NOW)
    keys = open_keys(signed, ROOT.key, NOW + timedelta(days=89))
    assert set(keys.keys) == {ISSUER.key.kid, P256.key.kid}
    assert verify(sd_jwt(), trust(keys=keys), NOW).result == "in-force"
    for bad in (
        (signed, STRANGER.key, NOW),
        (signed, ROOT.key, NOW + timedelta(days=90)),
        (signed, ROOT.key, NOW - timedelta(days=1)),
    ):
        with pytest.raises(BadCredential):
            open_keys(*bad)
    assert read_keys(signed, ROOT.key, NOW) == keys


def test_a_next_key_signs_nothing_yet_and_a_retired_one_nothing_more() -> None:
    future = trust(keys=KeySet.of([replace(ISSUER.key, state="next")]))
    assert verify(code(), future, NOW).reasons[0].code == "credential-key-unknown"
    retired = replace(ISSUER.key, state="retired", signs_until=int(at("2026-03-01").timestamp()) + 1)
    assert verify(code(), trust(keys=KeySet.of([retired])), NOW).result == "in-force"
    too_late = trust(keys=KeySet.of([replace(retired, signs_until=int(at("2026-03-01").timestamp()))]))
    assert verify(code(), too_late, NOW).reasons[0].code == "credential-key-expired"


def test_rotation_old_papers_stay_good_and_the_new_key_signs() -> None:
    """The drill: next becomes active, active becomes retired, and every paper of the overlap still verifies."""
    noon = int(at("2026-06-01").timestamp())
    keys = KeySet.of([replace(ISSUER.key, state="retired", signs_until=noon), P256.key])
    (new,) = licence_codes(LICENCE.terms, replace(ISSUED, at=at("2026-06-02")), P256)
    assert verify(code(), trust(keys=keys), NOW).result == "in-force"
    assert verify(new, trust(keys=keys), NOW).result == "in-force"


def test_real_papers_survive_a_stolen_key() -> None:
    stolen = KeySet.of([replace(ISSUER.key, state="revoked", compromised_size=50), P256.key])
    assert verify(code(), trust(keys=stolen), NOW).reasons[0].code == "credential-key-revoked"
    listed = open_issued(sign_issued([credential_digest(code())], 50, P256, NOW), stolen)
    assert verify(code(), trust(keys=stolen, issued=listed), NOW).result == "in-force"
    too_late = open_issued(sign_issued([credential_digest(code())], 51, P256, NOW), stolen)
    assert verify(code(), trust(keys=stolen, issued=too_late), NOW).result == "not-genuine"
    with pytest.raises(BadCredential):
        open_issued(sign_issued([credential_digest(code())], 50, ISSUER, NOW), stolen)  # the thief's own list


def test_a_receipt_shows_that_the_paper_came_before_the_theft() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    log = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    log_key = NoteKey("log.example", log.public_key().public_bytes_raw())
    record = issued_record(
        Close(**when("2026-03-01", TIMER), ground="expired"),
        IssuedCredential(credential_digest(sd_jwt()), "sd-jwt", INDEX),
    )
    stamp = Stamp(at("2026-03-01"), TIMER, "issue", Basis(), "00" * 16)
    body = body_of(record, stamp)
    digest = hashlib.sha256(body).digest()
    tree, prev = Tree(), start("licence/1")
    for _ in range(6):
        tree.append(b"x" * 32)
    place = tree.size
    tree.append(chain("licence/1", 1, prev, digest))
    note = Checkpoint("log.example", tree.size, tree.root()).sign(log)
    receipt = Receipt("licence/1", 1, prev, digest, place, tuple(tree.inclusion(place)), note)
    issued = witnessed(body, receipt, [log_key])
    stolen = KeySet.of([replace(ISSUER.key, state="revoked", compromised_size=tree.size)])
    assert verify(sd_jwt(), Trust(stolen, (statuses(),), issued=issued), NOW).result == "in-force"
    assert verify(code(), Trust(stolen, (statuses(),), issued=issued), NOW).result == "not-genuine"
    with pytest.raises(BadCredential):
        witnessed(body + b" ", receipt, [log_key])


# -- status lists ------------------------------------------------------------------------------------------------------------------


def test_a_status_list_reads_back_in_both_forms() -> None:
    listed = statuses("suspended")
    for token in (sign_status_jwt(listed, ISSUER).encode(), sign_status_cwt(listed, ISSUER)):
        opened = open_status(token, KEYS)
        assert (opened.status(INDEX), opened.packed, opened.issued) == ("suspended", listed.packed, listed.issued)
        with pytest.raises(BadCredential):
            open_status(token, KeySet.of([STRANGER.key]))
    with pytest.raises(BadCredential):
        listed.code(2**17)


def test_decoys_stay_the_same_from_list_to_list() -> None:
    """If decoys moved each hour, the places that stay put would be the real licences."""
    first, second = statuses("valid"), statuses("suspended")
    changed = [n for n in range(2**17) if first.code(n) != second.code(n)]
    assert changed == [INDEX]
    noisy = sum(first.code(n) != 0 for n in range(0, 2**17, 7))
    assert 0.10 < noisy / (2**17 / 7) < 0.15


# -- codes -------------------------------------------------------------------------------------------------------------------------


def test_a_code_fits_its_symbol_and_more_lines_become_parts() -> None:
    import segno

    lines = tuple(
        DecidedLine(replace(LINE, no=n, end_user=f"end-user-{hashlib.sha256(bytes([n])).hexdigest()}"), "granted")
        for n in range(1, 9)
    )
    texts = licence_codes(granted(lines=lines).terms, ISSUED, ISSUER)
    assert len(texts) > 1
    found = []
    for place, text in enumerate(texts, start=1):
        assert _packed_size(text) <= LARGEST_CODE
        assert int(segno.make(text, error="m", boost_error=False).version) <= 20
        verdict = verify(text, trust(), NOW)
        assert verdict.result == "in-force" and verdict.shown is not None
        assert verdict.shown.part == (place, len(texts))
        found += [line["no"] for line in verdict.shown.lines]
    assert found == list(range(1, 9))


def test_a_slip_fits_version_14() -> None:
    import segno

    assert int(segno.make(slip(), error="m", boost_error=False).version) <= 14


def test_one_licence_gives_the_same_code_every_time() -> None:
    assert licence_codes(LICENCE.terms, ISSUED, ISSUER) == (code(),)
