"""The chain, notes and receipts: who knew what, when, provable without trusting the database."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lodemark.ledger import (
    Actor,
    BadNote,
    BadProof,
    Basis,
    ChainedRecord,
    Checkpoint,
    NoteKey,
    Receipt,
    Record,
    Stamp,
    Tree,
    body_of,
    chain_records,
    disclose,
    open_disclosure,
    verify_dossier,
)

DOSSIER = "licence/demo"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = NoteKey("office.example/log", KEY.public_key().public_bytes_raw())


def dossier(count: int = 5) -> list[ChainedRecord]:
    stamp = Stamp(datetime(2026, 3, 2, 9, 15, tzinfo=UTC), Actor("p1", "office", "officer"), "k", Basis(), "00" * 16)
    records = [Record("licence-noted", date(2026, 3, 2), {"number": number}) for number in range(count)]
    return chain_records(DOSSIER, [body_of(record, stamp) for record in records])


def test_an_untouched_dossier_is_intact() -> None:
    """Without this every later check is noise."""
    report = verify_dossier(DOSSIER, dossier())
    assert report.intact and report.count == 5 and report.head == dossier()[-1].chain_digest


@given(st.integers(0, 4), st.data())
def test_a_flipped_byte_is_found_and_named(place: int, data: st.DataObject) -> None:
    """One edited record must be found, and only that one be named."""
    records = dossier()
    body = bytearray(records[place].body)
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    records[place] = replace(records[place], body=bytes(body))
    assert {item.facts["number"] for item in verify_dossier(DOSSIER, records).breaks} == {place + 1}


@pytest.mark.parametrize(
    "tamper",
    [lambda records: records[1:], lambda records: records[:2] + records[3:], lambda records: records[::-1]],
    ids=["head cut", "one deleted", "order changed"],
)
def test_missing_and_swapped_records_are_found(tamper) -> None:  # type: ignore[no-untyped-def]
    """Deleting a line is the oldest way to rewrite a file."""
    assert not verify_dossier(DOSSIER, tamper(dossier())).intact


def receipt(index: int = 2) -> Receipt:
    records = dossier()
    tree = Tree.of(record.chain_digest for record in records)
    note = Checkpoint(TRUSTED.name, tree.size, tree.root()).sign(KEY)
    record = records[index]
    path = tuple(tree.inclusion(index))
    return Receipt(DOSSIER, record.number, record.prev_digest, record.body_digest, index, path, note)


def test_a_receipt_survives_its_text_form_and_proves_the_record() -> None:
    """A receipt that cannot be mailed and read back is no evidence."""
    assert Receipt.parse(str(receipt())).verify([TRUSTED]).size == 5


@pytest.mark.parametrize("field", ["number", "index", "prev_digest", "body_digest", "dossier"])
def test_a_receipt_for_another_place_or_content_is_refused(field: str) -> None:
    """The leaf is recomputed from what the receipt says; one word changed and it proves nothing."""
    good = receipt()
    wrong = {"number": 9, "index": 0, "prev_digest": b"\1" * 32, "body_digest": b"\1" * 32, "dossier": "licence/other"}[field]
    with pytest.raises(BadProof):
        replace(good, **{field: wrong}).verify([TRUSTED])


@given(st.integers(0, 400), st.integers(0, 127))
def test_no_bent_receipt_text_crashes_or_passes(place: int, character: int) -> None:
    """Whatever arrives at the public page is either proven or refused by name."""
    text = str(receipt())
    bent = text[:place] + chr(character) + text[place + 1 :]
    try:
        checkpoint = Receipt.parse(bent).verify([TRUSTED])
    except (BadProof, BadNote):
        return
    assert Receipt.parse(bent) == receipt() and checkpoint.size == 5


def test_a_foreign_key_does_not_vouch() -> None:
    """A log signed by someone else is someone else's log."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(BadNote):
        Checkpoint.open(receipt().note, [NoteKey(TRUSTED.name, other.public_key().public_bytes_raw())])


def test_a_disclosure_belongs_to_one_digest_only() -> None:
    """Handing over another value under the same digest would let a secret be swapped."""
    shown = disclose("end_user", {"name": "Alder Robotics AG"}, bytes(16))
    assert open_disclosure(shown.encoded, shown.digest).value == {"name": "Alder Robotics AG"}
    with pytest.raises(BadProof):
        open_disclosure(disclose("end_user", "Other", bytes(16)).encoded, shown.digest)
