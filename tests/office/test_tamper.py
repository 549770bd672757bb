"""Whoever runs the database can change any row. If one change stays unseen, no file of this office proves anything."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from django.db import transaction

from lodemark.ledger import Bundle, ChainedRecord, Receipt, Tree, chain_records, contradicted, pack, unpack, verify_dossier
from lodemark_office.store import log, models
from lodemark_office.store.audit import audit
from lodemark_office.store.database import DatabaseStore
from lodemark_verify.bundle import problems
from tests.licence.make import KG, post, reserve
from tests.office.conftest import AT
from tests.office.test_audit import behind_the_back
from tests.office.test_draw import LICENCE, office, sent


@dataclass(frozen=True)
class Outside:
    """What an exporter and a witness hold at home: the receipts of their records and the last checkpoint."""

    receipts: tuple[Receipt, ...]
    note: str


@pytest.fixture
def outside(db: None) -> Outside:
    of = office(DatabaseStore())
    for number in range(8):
        assert sent(of, f"r{number}", reserve(f"D-{number}", KG)).done
        assert sent(of, f"p{number}", post(f"D-{number}", KG)).done
    note = log.checkpoint(AT)
    count = models.LedgerRecord.objects.filter(dossier=LICENCE).count()
    behind_the_back("SELECT 1")
    return Outside(tuple(log.receipt(LICENCE, number) for number in range(1, count + 1)), note)


def bit(rows: list[ChainedRecord], chance: random.Random) -> None:
    """One bit of one column of one record."""
    row, column = chance.choice(rows), chance.choice(["body", "body_digest", "prev_digest", "chain_digest"])
    data = bytearray(getattr(row, column))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    _at(row.number).update(**{column: bytes(data)})


def delete(rows: list[ChainedRecord], chance: random.Random) -> None:
    """One record gone."""
    _at(chance.choice(rows).number).delete()


def swap(rows: list[ChainedRecord], chance: random.Random) -> None:
    """Two records have changed places, whole as they are."""
    one, other = chance.sample(rows, 2)
    for row, place in ((one, other.number), (other, one.number)):
        _at(place).update(body=row.body, body_digest=row.body_digest, chain_digest=row.chain_digest)


def cut_tail(rows: list[ChainedRecord], chance: random.Random) -> None:
    """The last records gone, and the head says so."""
    _cut(rows, chance.randrange(1, len(rows)))


def rehash(rows: list[ChainedRecord], chance: random.Random) -> None:
    """One record changed and everything behind it, the tree and the office's own checkpoints made new, without a fault."""
    first = chance.randrange(len(rows))
    bodies = [row.body for row in rows[first:]]
    bodies[0] = bodies[0].replace(b"2026-05-0", b"2026-06-0", 1).replace(b"2026-03-0", b"2026-04-0", 1)
    assert bodies[0] != rows[first].body
    number, prev = (rows[first - 1].number, rows[first - 1].chain_digest) if first else (0, None)
    made = chain_records(LICENCE, bodies, number, prev)
    for link in made:
        parts = {name: getattr(link, name) for name in ("body", "body_digest", "prev_digest", "chain_digest")}
        _at(link.number).update(**parts)
        models.TreeLeaf.objects.filter(dossier=LICENCE, number=link.number).update(chain_digest=link.chain_digest)
    models.DossierHead.objects.filter(dossier=LICENCE).update(digest=made[-1].chain_digest)
    _sign_again()


def old_copy(rows: list[ChainedRecord], chance: random.Random) -> None:
    """An earlier state of the whole office, put back as a backup would."""
    _cut(rows, chance.randrange(1, len(rows)))
    _sign_again()


EDITS: list[Callable[[list[ChainedRecord], random.Random], None]] = [bit, delete, swap, cut_tail, rehash, old_copy]
SEEN_ONLY_FROM_OUTSIDE = (rehash, old_copy)


@pytest.mark.parametrize("rounds", [17, pytest.param(167, marks=pytest.mark.long, id="long")])
@pytest.mark.parametrize("edit", EDITS, ids=lambda one: one.__name__)
def test_every_change_is_found(outside: Outside, rounds: int, edit: Callable[..., None]) -> None:
    """By the office's own audit, or by a checkpoint that somebody else kept; and by a stranger's verifier from receipts."""
    chance = random.Random(edit.__name__)
    keys = {log.log_key().name: log.log_key().public}
    before = handed_over(outside)
    assert audit((outside.note,)).whole and not problems_of(before, keys)
    for place in range(rounds):
        with undone():
            rows = list(DatabaseStore().chained(LICENCE))
            edit(rows, chance)
            kept = (outside.note,) if edit in SEEN_ONLY_FROM_OUTSIDE else ()
            assert not audit(kept).whole, place
            given = handed_over(outside)
            # A digest that the office keeps beside a body is made anew by whoever reads the file: it is not handed over.
            assert given == before or problems_of(given, keys), place


def handed_over(outside: Outside) -> bytes:
    """The licence as the office would hand it over today, beside the receipts that its holder has at home."""
    # A flipped bit may leave no text at all; such a file is written as well, and told of.
    rows = [replace(row, body=row.body.decode(errors="replace").encode()) for row in DatabaseStore().chained(LICENCE)]
    return pack(Bundle({LICENCE: rows}, receipts=outside.receipts))


def problems_of(data: bytes, keys: Mapping[str, bytes]) -> list[str]:
    """What the separate verifier says; the library must agree."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = list(problems({name: archive.read(name) for name in archive.namelist()}, keys))
    held = unpack(data)
    ours = [*verify_dossier(LICENCE, held.dossiers[LICENCE]).breaks, *contradicted(held)]
    assert bool(found) == bool(ours), (found, ours)
    return found


def _at(number: int):  # type: ignore[no-untyped-def]
    return models.LedgerRecord.objects.filter(dossier=LICENCE, number=number)


def _cut(rows: list[ChainedRecord], keep: int) -> None:
    models.LedgerRecord.objects.filter(dossier=LICENCE, number__gt=keep).delete()
    models.TreeLeaf.objects.filter(dossier=LICENCE, number__gt=keep).delete()
    models.DossierHead.objects.filter(dossier=LICENCE).update(number=keep, digest=rows[keep - 1].chain_digest)


def _sign_again() -> None:
    """The tree and one checkpoint over it, as if nothing else had ever been signed."""
    models.SignedCheckpoint.objects.all().delete()
    models.TreeNode.objects.all().delete()
    leaves = [bytes(leaf.chain_digest) for leaf in models.TreeLeaf.objects.order_by("index")]
    tree = Tree.of(leaves)
    models.TreeNode.objects.bulk_create(
        models.TreeNode(level=level, index=index, hash=value) for (level, index), value in tree.nodes.items()
    )
    log.checkpoint(AT)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_receipt_names_what_was_changed(outside: Outside) -> None:
    """ "Something is wrong" helps nobody before a court: the record that is another must be named."""
    with undone():
        _cut(list(DatabaseStore().chained(LICENCE)), 5)
        held = Bundle({LICENCE: DatabaseStore().chained(LICENCE)}, receipts=outside.receipts)
        assert [one.facts["number"] for one in contradicted(held)] == list(range(6, len(outside.receipts) + 1))
