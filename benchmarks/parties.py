"""Screening one party: ours beside brute force with rapidfuzz, in one run, on made-up parties in several scripts.

The peer compares the query with every listed name, once as written and once with both sides transliterated by anyascii;
its cut-off is set where it reaches its best F1 on these data, which flatters it. Times are medians and 95 % of one query, warm.

    python benchmarks/parties.py [listings] [queries]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from random import Random

from anyascii import anyascii
from rapidfuzz import fuzz, process

from lodemark.parties import Name, Party, build_index, screen
from lodemark.parties.synthetic import Truth, list_of, organisations

DAY = date(2026, 3, 16)


def main(listings: int = 20_000, queries: int = 100) -> None:
    """Print one table: time per query, recall and precision of what a reader would be shown."""
    world = organisations(seed=1, size=listings + queries)
    listed, absent = world[:listings], world[listings:]
    sample = Random(2).sample(listed, queries)
    started = time.perf_counter()
    index = build_index([list_of(listed, list_id="l", published=DAY)])
    print(
        f"{listings} listings, {queries} listed and {queries} absent queries; index built in {time.perf_counter() - started:.1f} s\n"
    )

    def ours(text: str) -> set[str]:
        return {match.listing.id for match in screen(Party("q", (Name(text),)), index, on=DAY).matches}

    names = {truth.id: truth.native for truth in listed}
    ascii_names = {name: anyascii(text).lower() for name, text in names.items()}
    print("| matcher | median | 95 % | recall | precision |\n|---|---|---|---|---|")
    _row("lodemark.parties.screen", ours, sample, absent)
    for cutoff in (80, 90):
        _row(f"rapidfuzz WRatio >= {cutoff}, as written", _peer(names, cutoff, str), sample, absent)
        _row(
            f"rapidfuzz WRatio >= {cutoff}, anyascii",
            _peer(ascii_names, cutoff, lambda text: anyascii(text).lower()),
            sample,
            absent,
        )


def _peer(names: dict[str, str], cutoff: int, prepare: Callable[[str], str]) -> Callable[[str], set[str]]:
    def search(text: str) -> set[str]:
        found = process.extract(prepare(text), names, scorer=fuzz.WRatio, score_cutoff=cutoff, limit=None)
        return {name for _, _, name in found}

    return search


def _row(label: str, search: Callable[[str], set[str]], listed: list[Truth], absent: tuple[Truth, ...]) -> None:
    search(listed[0].latin)
    times, hits, shown = [], 0, 0
    for truth in (*listed, *absent):
        started = time.perf_counter()
        found = search(truth.latin)
        times.append(time.perf_counter() - started)
        hits += truth.id in found
        shown += len(found)
    low, high = statistics.median(times) * 1e3, statistics.quantiles(times, n=20)[-1] * 1e3
    precision = hits / shown if shown else 1.0
    print(f"| {label} | {low:.1f} ms | {high:.1f} ms | {hits / len(listed):.2f} | {precision:.2f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
