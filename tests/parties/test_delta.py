"""Delta: if it differed from a full re-screening, somebody newly listed would stay clear until the next one."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.parties import Name, Party, build_index, candidates, diff, screen
from lodemark.parties.delta import build_party_index, rescreen
from lodemark.parties.model import ListVersion
from lodemark.parties.synthetic import list_of, organisations

DAY = date(2026, 3, 16)
WORLD = organisations(seed=7, size=60)
PARTIES = tuple(Party(f"p{truth.id}", (Name(truth.latin),)) for truth in WORLD)


def version(members: list[int]) -> ListVersion:
    return list_of(tuple(WORLD[member] for member in members), list_id="l", published=DAY)


def answers(screenings) -> set[tuple[str, str, str, str]]:
    return {
        (found.party, match.listing.id, match.outcome, repr(match.features))
        for found in screenings
        for match in (*found.matches, *found.near_misses)
    }


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 59), min_size=5, max_size=30), st.sets(st.integers(0, 59), max_size=6))
def test_previous_plus_delta_is_full(members: set[int], flipped: set[int]) -> None:
    """Lines added and removed at random: keeping the untouched answers and renewing the touched ones gives everybody's new answer."""
    before, after = version(sorted(members)), version(sorted(members ^ flipped))
    old = build_index([before])
    new = build_index([after], old.stats)
    previous = {party.id: screen(party, old, on=DAY) for party in PARTIES}
    renewed = {
        found.party: found
        for found in rescreen(diff(before, after), build_party_index(PARTIES, old.stats), previous, new, on=DAY)
    }
    full = [screen(party, new, on=DAY) for party in PARTIES]
    assert answers({**previous, **renewed}.values()) == answers(full)


@given(st.sampled_from(PARTIES), st.integers(0, 59))
def test_candidates_are_the_same_from_both_sides(party: Party, number: int) -> None:
    """Listing found for the party if and only if the party is found for the listing."""
    lists = build_index([version(list(range(60)))])
    people = build_party_index(PARTIES, lists.stats)
    listing = lists.listings[number]
    assert (listing in list(candidates(party, lists))) == (
        party.id in {found.id for found in candidates(listing.party, people)}
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_synthetic_truth_is_found(seed: int) -> None:
    """Every made-up organisation is found under the name that another script gives it."""
    truths = organisations(seed, 150)
    index = build_index([list_of(truths, list_id="l", published=DAY)])
    sample = Random(seed).sample(truths, 40)
    missed = [
        truth
        for truth in sample
        if truth.id not in {match.listing.id for match in screen(Party("q", (Name(truth.latin),)), index, on=DAY).matches}
    ]
    assert missed == []


def test_candidates_lose_no_match_of_the_exhaustive_search() -> None:
    """The index may only spare work: every pair that comparing all lines would show is shown."""
    index = build_index([version(list(range(60)))])
    for party in PARTIES[:25]:
        fast, full = screen(party, index, on=DAY), screen(party, index, on=DAY, exhaustive=True)
        assert answers([full]) == answers([fast])
