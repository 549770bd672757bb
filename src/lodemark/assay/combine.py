"""Evidence of several strands as one bounded weight, a class and words; nothing is counted twice, nothing is netted away.

Weights are log10 likelihood ratios for "as declared" against "other material". No prior is inside: a table shows what any
prior becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lodemark.assay.stages import table
from lodemark.ledger import digest
from lodemark.trouble import Reason

CAP = 6.0
STRONG = 2.0
REFUTED_P = 1e-4
PRIORS = ("0.001", "0.01", "0.1", "0.5", "0.9")

Kind = Literal["composition", "tag", "chain", "balance"]
Class = Literal["not-assessable", "conflict", "inconsistent", "consistent", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Weight:
    """One item: its log10 LR, validated bounds (None: not validated, counts 0), and what it rests on.

    ``inputs`` are specimen ids, laboratory batches, record digests: items that share one count once. ``specimen`` and
    ``batch`` say from which physical piece and laboratory batch a refuting assay came.
    """

    kind: Kind
    log10_lr: float
    lo: float | None
    hi: float | None
    inputs: frozenset[str]
    refute_p: float | None = None
    specimen: str = ""
    batch: str = ""
    assessable: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Items that share an input, and the one weight they count as."""

    kinds: tuple[Kind, ...]
    weight: float
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combined:
    """Total log10 LR (None in a conflict or when nothing can be assessed), its class, word and what it rests on."""

    log10_lr: float | None
    lo: float
    hi: float
    klass: Class
    word: str | None
    groups: tuple[Group, ...]
    posterior: tuple[tuple[str, float], ...]
    caveats: tuple[Reason, ...]
    cannot_show: tuple[Reason, ...]
    inputs_digest: str


def combine(items: Sequence[Weight]) -> Combined:
    """Clip each item to its bounds, count what shares an input once (the smaller magnitude), add, cap at six."""
    usable = [item for item in items if item.assessable]
    clipped = [_clipped(item) for item in usable]
    groups = _groups(usable, clipped)
    total = max(-CAP, min(CAP, sum(group.weight for group in groups)))
    klass = _class(items, usable, clipped, groups, total)
    shown = None if klass in ("conflict", "not-assessable") else total
    return Combined(
        log10_lr=shown,
        lo=max(-CAP, sum(item.lo or 0.0 for item in usable)),
        hi=min(CAP, sum(item.hi or 0.0 for item in usable)),
        klass=klass,
        word=None if shown is None else word(shown),
        groups=groups,
        posterior=() if shown is None else tuple((prior, _posterior(float(prior), shown)) for prior in PRIORS),
        caveats=_caveats(usable, clipped, groups, klass, total),
        # True at every stage and for every strand: neither origin nor use is ever shown.
        cannot_show=(Reason("mark-cannot-origin-proof"), Reason("mark-cannot-end-use")),
        inputs_digest=digest(
            [[item.kind, repr(item.log10_lr), repr(item.lo), repr(item.hi), sorted(item.inputs)] for item in items]
        ),
    )


def word(log10_lr: float) -> str:
    """The code of the verbal scale for a weight, ``support-weak`` to ``support-extremely-strong``."""
    bands = sorted((float(row["from"]), name) for name, row in table("words").items())  # type: ignore[arg-type]
    return [name for start, name in bands if abs(log10_lr) >= start][-1]


def _clipped(item: Weight) -> float:
    if item.lo is None or item.hi is None:
        return 0.0
    return max(item.lo, min(item.hi, item.log10_lr))


def _groups(items: Sequence[Weight], clipped: Sequence[float]) -> tuple[Group, ...]:
    """Connected by shared inputs, however indirectly: two assays of one specimen are one piece of evidence."""
    sets: list[tuple[set[str], list[int]]] = []
    for place, item in enumerate(items):
        touching = [one for one in sets if one[0] & item.inputs]
        merged = (set(item.inputs).union(*(one[0] for one in touching)), [*(n for one in touching for n in one[1]), place])
        sets = [one for one in sets if one not in touching] + [merged]
    return tuple(
        Group(
            kinds=tuple(items[n].kind for n in sorted(members)),
            weight=min((clipped[n] for n in sorted(members)), key=abs),
            inputs=tuple(sorted(inputs)),
        )
        for inputs, members in sets
    )


def _class(
    items: Sequence[Weight], usable: Sequence[Weight], clipped: Sequence[float], groups: Sequence[Group], total: float
) -> Class:
    if items and not usable:
        return "not-assessable"
    weights = [*clipped, *(group.weight for group in groups)]
    refuting = [item for item in usable if item.refute_p is not None and item.refute_p < REFUTED_P]
    opposed = max(weights, default=0.0) >= STRONG and (min(weights) <= -STRONG or refuting)
    if opposed:
        return "conflict"
    if total <= -STRONG or refuting:
        return "inconsistent" if _confirmed(usable, clipped) else "inconclusive"
    return "consistent" if total >= STRONG else "inconclusive"


def _confirmed(items: Sequence[Weight], clipped: Sequence[float]) -> bool:
    """One assay alone never speaks against a party: two specimens, from two laboratory batches, have to agree."""
    against = [
        (item.specimen, item.batch)
        for item, weight in zip(items, clipped, strict=True)
        if item.kind in ("composition", "tag") and (weight < 0 or (item.refute_p is not None and item.refute_p < REFUTED_P))
    ]
    return any(a[0] != b[0] and a[1] != b[1] for a in against for b in against)


def _posterior(prior: float, log10_lr: float) -> float:
    odds = prior / (1 - prior) * float(10.0**log10_lr)
    return odds / (1 + odds)


def _caveats(
    items: Sequence[Weight], clipped: Sequence[float], groups: Sequence[Group], klass: Class, total: float
) -> tuple[Reason, ...]:
    found = []
    if any(item.lo is None for item in items):
        found.append(Reason("assay-uncalibrated"))
    if any(item.lo is not None and weight != item.log10_lr for item, weight in zip(items, clipped, strict=True)):
        found.append(Reason("weight-clipped"))
    if any(len(group.kinds) > 1 for group in groups):
        found.append(Reason("weight-shared-input"))
    if klass == "inconclusive" and total <= -STRONG:
        found.append(Reason("weight-needs-second-specimen"))
    return tuple(found)
