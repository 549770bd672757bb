"""The facility layer: which plant, by presence and absence of three dopants of its own (a Steiner triple system).

Any two blocks together never cover a third, so a blend of two plants cannot imitate one. A blend of three can.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

FACILITY_SIZES: tuple[int, ...] = (7, 9, 13, 15)

Block = tuple[int, int, int]


def facility_blocks(v: int) -> tuple[Block, ...]:
    """The blocks of STS(v), v in 7, 9, 13, 15 (7, 12, 26, 35 plants): every pair of dopants lies in exactly one block."""
    match v:
        case 7 | 15:
            # Lines of the projective space over two elements: points 1..v, three on a line when they cancel.
            lines = (line for line in combinations(range(1, v + 1), 3) if line[0] ^ line[1] ^ line[2] == 0)
            return tuple((a - 1, b - 1, c - 1) for a, b, c in lines)
        case 9:
            # Lines of the affine plane over three elements: points 3i + j, three on a line when both coordinates sum to 0.
            lines = (
                line
                for line in combinations(range(9), 3)
                if sum(point // 3 for point in line) % 3 == 0 and sum(point % 3 for point in line) % 3 == 0
            )
            return tuple(lines)
        case 13:
            # Cyclic: the differences of 0,1,4 and 0,2,7 are all the residues once.
            blocks = {
                tuple(sorted((point + shift) % 13 for point in base)) for base in ((0, 1, 4), (0, 2, 7)) for shift in range(13)
            }
            return tuple(sorted((a, b, c) for a, b, c in blocks))
    raise ValueError(f"no triple system is listed for {v} dopants; there are {FACILITY_SIZES}")


def facilities(v: int, present: Collection[int]) -> tuple[tuple[int, ...], bool]:
    """The plants whose three dopants are all present, and whether that set is certain.

    Certain means: one or two plants whose blocks are exactly the dopants found. Three or more can imitate others.
    """
    blocks = facility_blocks(v)
    found = tuple(number for number, block in enumerate(blocks) if set(block) <= set(present))
    covered = {point for number in found for point in blocks[number]}
    return found, len(found) in (1, 2) and covered == set(present)
