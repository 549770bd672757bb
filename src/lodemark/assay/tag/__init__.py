"""Taggant codes: a few harmless elements at chosen levels, added after separation, so that a lot can be told from others.

    book = tag.design(("Y", "La", "Ho", "Er", "Lu"), lots=24, levels=(10, 22, 47, 100), seed=7)
    tag.decode(composition, book, background)

Levels, retention and background are data to be measured; no panel here is established metallurgy. A code can be diluted,
spiked and copied: it never outweighs a composition that refutes.
"""

from lodemark.assay.tag.assign import Assignment, assign
from lodemark.assay.tag.capacity import Capacity, capacity
from lodemark.assay.tag.certify import certify
from lodemark.assay.tag.codebook import Certificate, Codebook
from lodemark.assay.tag.decode import Decoding, TagBackground, decode
from lodemark.assay.tag.design import design
from lodemark.assay.tag.facility import FACILITY_SIZES, facilities, facility_blocks
from lodemark.assay.tag.register import BadRegister, Named, Register

__all__ = [
    "FACILITY_SIZES",
    "Assignment",
    "BadRegister",
    "Capacity",
    "Certificate",
    "Codebook",
    "Decoding",
    "Named",
    "Register",
    "TagBackground",
    "assign",
    "capacity",
    "certify",
    "decode",
    "design",
    "facilities",
    "facility_blocks",
]
