"""Records, chains and the tree: what counts, in an order that nobody can rewrite unseen.

A *record* is one line that counts; its *dossier* is a numbered, hash-chained list; a Merkle tree (RFC 6962) over all
chain digests is signed as a *checkpoint*; a *receipt* proves that one record is in it::

    report = verify_dossier("licence/01J...", records)
    receipt.verify(trusted_keys)
"""

from lodemark.ledger.body import Entry, body_of, read_body
from lodemark.ledger.bundle import Bundle, BundleUnreadable, contradicted, pack, unpack
from lodemark.ledger.canonical import canonical, digest, instant, jsonable
from lodemark.ledger.chain import DossierReport, chain, chain_records, start, verify_dossier
from lodemark.ledger.disclosure import Disclosure, disclose, open_disclosure
from lodemark.ledger.model import Actor, Basis, ChainedRecord, Record, Stamp
from lodemark.ledger.note import Checkpoint, Note, NoteKey, key_id, open_note, sign_note
from lodemark.ledger.receipt import Receipt
from lodemark.ledger.tree import (
    Tree,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)
from lodemark.ledger.trouble import BadNote, BadProof, BrokenChain, NotCanonical, UnknownKind

__all__ = [
    "Actor",
    "BadNote",
    "BadProof",
    "Basis",
    "BrokenChain",
    "Bundle",
    "BundleUnreadable",
    "ChainedRecord",
    "Checkpoint",
    "Disclosure",
    "DossierReport",
    "Entry",
    "NotCanonical",
    "Note",
    "NoteKey",
    "Receipt",
    "Record",
    "Stamp",
    "Tree",
    "UnknownKind",
    "body_of",
    "canonical",
    "chain",
    "chain_records",
    "contradicted",
    "digest",
    "disclose",
    "instant",
    "jsonable",
    "key_id",
    "leaf_hash",
    "node_hash",
    "open_disclosure",
    "open_note",
    "pack",
    "read_body",
    "root_from_inclusion",
    "sign_note",
    "start",
    "unpack",
    "verify_consistency",
    "verify_dossier",
    "verify_inclusion",
]
