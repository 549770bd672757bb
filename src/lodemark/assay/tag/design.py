"""Design a codebook: codewords as far apart in the ratios as the levels allow, refused when they mislead too often."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from lodemark.assay.model import Floats
from lodemark.assay.tag.certify import TRIALS, certify, nothing, stream
from lodemark.assay.tag.codebook import PAIR_RATE_MAX, Codebook, centred
from lodemark.assay.tag.decode import TagBackground
from lodemark.trouble import Reason, Refusal

_CANDIDATES = 20_000


def design(
    parts: Sequence[str],
    lots: int,
    levels: Sequence[float],
    seed: int,
    *,
    u_rel: float = 0.03,
    background: TagBackground | None = None,
    trials: int = TRIALS,
) -> Codebook | Refusal:
    """A certified book of ``lots`` codewords over ``parts`` at the given ``levels`` (mg/kg).

    Refused when too few distinct ratios exist, or when a code that was never issued would be read as a pair in more than
    1 % of the trials: then more dopants, fewer lots or a smaller u are needed.
    """
    rng = stream(seed, 0)
    pool = _candidates(len(parts), levels, rng)
    chosen = _farthest(centred(pool), lots, rng)
    if len(chosen) < lots:
        return Refusal((Reason("tag-design-too-few", None, {"lots": lots, "distinct": len(chosen), "dopants": len(parts)}),))
    book = certify(
        Codebook.from_table(tuple(parts), pool[chosen], u_rel=u_rel), background or nothing(len(parts)), seed, trials
    )
    assert book.certificate is not None
    rate = book.certificate.unregistered_as_pair
    if rate > PAIR_RATE_MAX:
        facts = {"rate": f"{rate:.4f}", "lots": lots, "dopants": len(parts), "u": f"{u_rel:g}"}
        return Refusal((Reason("tag-design-refused", None, facts),))
    return book


def _candidates(dopants: int, levels: Sequence[float], rng: np.random.Generator) -> Floats:
    if len(levels) ** dopants <= _CANDIDATES:
        return np.asarray(list(product(levels, repeat=dopants)), dtype=np.float64)
    return np.unique(rng.choice(np.asarray(levels, dtype=np.float64), size=(_CANDIDATES, dopants)), axis=0)


def _farthest(z: Floats, count: int, rng: np.random.Generator) -> list[int]:
    """Greedy farthest points; stops early when all that is left repeats a ratio already taken."""
    chosen = [int(rng.integers(len(z)))]
    gap = ((z - z[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count and gap.max() > 1e-12:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, ((z - z[chosen[-1]]) ** 2).sum(axis=1))
    return chosen
