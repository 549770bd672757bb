"""The certificate: one codebook put through a seeded simulation of what it will meet, foreign codes included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lodemark.assay.model import Floats
from lodemark.assay.tag.codebook import Certificate, Codebook
from lodemark.assay.tag.decode import GAP, Decoding, TagBackground, read

TRIALS = 300
_SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
_DILUTED = 0.35
_RESOLVED = 0.9  # share of singles read exactly from which a dilution counts as resolvable

_Sample = tuple[Floats, tuple[int, ...]]  # dopants added by the tag, mg/kg, and the codes they are


def stream(seed: int, block: int) -> np.random.Generator:
    """Random numbers of one block of a seed: the same on every machine, in whatever order blocks are run."""
    return np.random.Generator(np.random.Philox(key=[seed, block]))


def nothing(size: int) -> TagBackground:
    """No dopant in untagged material, known to 0.2 mg/kg."""
    return TagBackground(np.zeros(size), np.full(size, 0.2))


def certify(book: Codebook, background: TagBackground, seed: int, trials: int = TRIALS) -> Codebook:
    """The book with its certificate; ``trials`` samples of each kind."""
    bare = replace(book, certificate=None)

    def rates(block: int, draw: Callable[[np.random.Generator], _Sample]) -> Counter[str]:
        rng = stream(seed, block)
        return Counter(_outcome(*_read(bare, background, draw(rng), rng)) for _ in range(trials))

    def mix(codes: int, share: float = 1.0) -> Callable[[np.random.Generator], _Sample]:
        return lambda rng: _mixed(bare, min(codes, len(book.code)), share, rng)

    single, pair, triple = rates(1, mix(1)), rates(2, mix(2)), rates(3, mix(3))
    diluted = {share: rates(10 + place, mix(1, share)) for place, share in enumerate(_SHARES)}
    untagged = rates(4, lambda rng: (np.zeros(len(book.parts)), ()))
    foreign = rates(5, lambda rng: (_foreign(bare, rng), ()))
    return replace(
        book,
        certificate=Certificate(
            seed=seed,
            trials=trials,
            single_exact=single["right"] / trials,
            single_wrong=_wrong(single) / trials,
            diluted_exact=diluted[_DILUTED]["right"] / trials,
            diluted_wrong=_wrong(diluted[_DILUTED]) / trials,
            pair_exact=pair["right"] / trials,
            pair_wrong=_wrong(pair) / trials,
            triple_wrong=_wrong(triple) / trials,
            untagged_read=_wrong(untagged) / trials,
            unregistered_as_single=foreign["wrong-single"] / trials,
            unregistered_as_pair=foreign["wrong-pair"] / trials,
            resolvable_share=min(
                (share for share, found in diluted.items() if found["right"] >= _RESOLVED * trials), default=1.0
            ),
        ),
    )


def _read(
    book: Codebook, background: TagBackground, sample: _Sample, rng: np.random.Generator
) -> tuple[Decoding, tuple[int, ...]]:
    added, truth = sample
    level = np.maximum(background.b + background.u * rng.standard_normal(len(added)), 0.0) + book.retention * added
    y = level * (1 + book.u_rel * rng.standard_normal(len(added)))
    return read(y, np.maximum(book.u_rel * np.abs(y), 1e-9), book, background), truth


def _outcome(found: Decoding, truth: tuple[int, ...]) -> str:
    """``right``, ``wrong-single``, ``wrong-pair`` or ``open``; a pair that passes gate and gap counts as read.

    The certificate has to say what the search alone would find, so the rule that holds a pair back for want of a
    certificate is not applied to itself.
    """
    passed = found.status == "exact" or (found.status == "inconclusive" and len(found.candidate) == 2 and found.gap >= GAP)
    if not passed:
        return "open"
    if tuple(sorted(found.candidate)) == tuple(sorted(truth)):
        return "right"
    return "wrong-single" if len(found.candidate) == 1 else "wrong-pair"


def _wrong(found: Counter[str]) -> int:
    return found["wrong-single"] + found["wrong-pair"]


def _mixed(book: Codebook, count: int, share: float, rng: np.random.Generator) -> _Sample:
    codes = rng.choice(len(book.code), size=count, replace=False)
    shares = share * rng.dirichlet(np.full(count, 4.0))
    own = 1 + book.heterogeneity * rng.standard_normal((count, len(book.parts)))
    return (shares[:, None] * book.code[codes] * own).sum(axis=0), tuple(codes.tolist())


def _foreign(book: Codebook, rng: np.random.Generator) -> Floats:
    """A code nobody issued, within the range of levels of this book."""
    low, high = np.log(book.code.min(axis=0)), np.log(book.code.max(axis=0))
    return np.asarray(np.exp(rng.uniform(low, high)))
