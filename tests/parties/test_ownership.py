"""Ownership: many small listed holdings must add up exactly, and a ring of firms must not own itself into a list."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.parties import Share
from lodemark.parties.ownership import OwnershipRule, cascade

HALF = Fraction(1, 2)
RULE = OwnershipRule("us-bis-affiliates", HALF)


def share(owner: str, owned: str, low: Fraction | int, high: Fraction | int | None = None, kind: str = "capital") -> Share:
    return Share(owner, owned, Fraction(low), Fraction(low if high is None else high), kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(("percent", "certainty"), [(49, "excluded"), (50, "sure"), (51, "sure")])
def test_threshold(percent: int, certainty: str) -> None:
    """At least a half: 49 % does not, 50 % does. The rest is held by an unlisted firm."""
    shares = [share("L", "e", Fraction(percent, 100)), share("other", "e", Fraction(100 - percent, 100))]
    assert cascade(shares, ["L"], RULE)["e"].certainty == certainty


def test_strict_threshold() -> None:
    """More than a half: exactly a half does not."""
    shares = [share("L", "e", HALF), share("other", "e", HALF)]
    assert cascade(shares, ["L"], OwnershipRule("uk", HALF, strict=True))["e"].certainty == "excluded"


def test_worked_example_of_faq_401() -> None:
    """X owns 50 % of A, A owns 50 % of B: B is blocked. X owns 25 % of A, A owns 50 % of B: neither is."""
    full = [share("X", "A", HALF), share("A", "B", HALF), share("u", "A", HALF), share("u", "B", HALF)]
    assert {name: owned.certainty for name, owned in cascade(full, ["X"], RULE).items()} == {"A": "sure", "B": "sure"}
    quarter = [share("X", "A", Fraction(1, 4)), share("A", "B", HALF), share("u", "A", Fraction(3, 4)), share("u", "B", HALF)]
    assert {owned.certainty for owned in cascade(quarter, ["X"], RULE).values()} == {"excluded"}


def test_two_steps_of_sixty_per_cent() -> None:
    """Look-through says 36 %; the legal cascade catches both."""
    shares = [
        share("L", "a", Fraction(6, 10)),
        share("a", "b", Fraction(6, 10)),
        share("u", "a", Fraction(4, 10)),
        share("u", "b", Fraction(4, 10)),
    ]
    assert cascade(shares, ["L"], RULE)["b"].certainty == "sure"


@given(st.integers(2, 40))
def test_equal_holders_that_just_make_the_threshold(count: int) -> None:
    """n holders of 1/2n each own exactly a half; with floats some n fall short by a rounding error."""
    holders = [f"h{number}" for number in range(count)]
    shares = [share(holder, "e", Fraction(1, 2 * count)) for holder in holders] + [share("u", "e", HALF)]
    assert cascade(shares, holders, RULE)["e"].certainty == "sure"
    assert cascade(shares, holders[1:], RULE)["e"].certainty == "excluded"


def test_aggregate_per_person() -> None:
    """49 % and 2 % of two listed persons add up where the rule says so, and do not where it looks at each."""
    shares = [share("a", "e", Fraction(49, 100)), share("b", "e", Fraction(2, 100)), share("u", "e", Fraction(49, 100))]
    assert cascade(shares, ["a", "b"], RULE)["e"].certainty == "sure"
    assert cascade(shares, ["a", "b"], OwnershipRule("uk", HALF, aggregate="per-person"))["e"].certainty == "excluded"


def test_a_ring_owns_nothing_by_itself() -> None:
    """Two unlisted firms that own each other are not owned by a listed holder of one per cent."""
    shares = [share("a", "b", Fraction(99, 100)), share("b", "a", Fraction(99, 100)), share("L", "a", Fraction(1, 100))]
    assert {owned.certainty for owned in cascade(shares, ["L"], RULE).values()} == {"excluded"}


@pytest.mark.parametrize(
    ("low", "high", "others", "certainty"),
    [
        (0, 1, 0, "possible"),
        (0, 1, Fraction(6, 10), "excluded"),
        (Fraction(1, 4), HALF, 0, "possible"),
        (HALF, Fraction(3, 4), 0, "sure"),
    ],
)
def test_intervals(low: Fraction, high: Fraction, others: Fraction, certainty: str) -> None:
    """A register band decides only where both of its ends do; what others surely hold caps what is possible."""
    shares = [share("L", "e", low, high), share("u", "e", others)]
    assert cascade(shares, ["L"], RULE)["e"].certainty == certainty


def test_undisclosed_rest() -> None:
    """A listed owner of 30 % beside 70 % that nobody disclosed: possible only if they were listed too."""
    assert cascade([share("L", "e", Fraction(3, 10))], ["L"], RULE)["e"].certainty == "possible-undisclosed"


def test_capital_and_voting_are_never_added_and_a_branch_is_its_owner() -> None:
    """30 % of the capital and 30 % of the votes are not 60 % of anything."""
    shares = [
        share("L", "e", Fraction(3, 10)),
        share("L", "e", Fraction(3, 10), kind="voting"),
        share("u", "e", Fraction(7, 10)),
        share("u", "e", Fraction(7, 10), kind="voting"),
    ]
    assert cascade(shares, ["L"], RULE)["e"].certainty == "excluded"
    assert cascade([share("L", "office", 0, kind="branch")], ["L"], RULE)["office"].certainty == "sure"


@given(
    st.lists(st.tuples(st.sampled_from("Labcd"), st.sampled_from("abcd"), st.integers(0, 10), st.integers(0, 10)), max_size=8),
    st.integers(0, 7),
    st.integers(1, 5),
)
def test_a_larger_listed_share_never_unblocks(edges, which: int, more: int) -> None:
    """If it did, a firm could leave a list by selling more of itself to the listed owner."""

    def built(extra: int):
        return [
            share(
                owner,
                owned,
                Fraction(min(a, b), 20),
                Fraction(max(a, b) + (extra if place == which and owner == "L" else 0), 20),
            )
            for place, (owner, owned, a, b) in enumerate(edges)
        ]

    order = ("excluded", "possible-undisclosed", "possible", "sure")
    before, after = cascade(built(0), ["L"], RULE), cascade(built(more), ["L"], RULE)
    assert all(order.index(after[name].certainty) >= order.index(before[name].certainty) for name in before)
