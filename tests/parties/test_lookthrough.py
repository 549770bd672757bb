"""Look-through: it shows how much flows to a listed party; taken for the legal test it would clear or condemn wrongly."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lodemark.parties.lookthrough import look_through
from tests.parties.test_ownership import RULE, cascade, share

HALF = Fraction(1, 2)


def test_two_steps_of_sixty_per_cent_are_thirty_six() -> None:
    """The cascade catches both firms, look-through says 36 %: two questions, two answers."""
    shares = [share("L", "a", Fraction(6, 10)), share("a", "b", Fraction(6, 10))]
    assert look_through(shares, ["L"])["b"] == (Fraction(36, 100),) * 2
    assert cascade(shares, ["L"], RULE)["b"].certainty == "sure"


def test_a_ring_lifts_look_through_and_not_the_cascade() -> None:
    """a and b own 80 % of each other, L owns 20 % of a: 5/9 of a flows to L, and L owns nobody."""
    shares = [
        share("L", "a", Fraction(1, 5)),
        share("b", "a", Fraction(4, 5)),
        share("a", "b", Fraction(4, 5)),
        share("u", "b", Fraction(1, 5)),
    ]
    assert look_through(shares, ["L"])["a"] == (Fraction(5, 9),) * 2
    assert cascade(shares, ["L"], RULE)["a"].certainty == "excluded"


def test_a_closed_ring_has_no_owner() -> None:
    """Two firms that wholly own each other belong to nobody we know: from 0 to 1, not 0."""
    shares = [share("a", "b", 1), share("b", "a", 1)]
    assert look_through(shares, ["L"]) == {"a": (0, 1), "b": (0, 1)}


def test_bounds_and_conflicting_statements() -> None:
    """A band stays a band through two layers; two statements about one holding give their hull."""
    shares = [
        share("L", "a", Fraction(1, 4), HALF),
        share("a", "b", HALF, 1),
        share("L", "c", Fraction(1, 10)),
        share("L", "c", Fraction(2, 10)),
    ]
    found = look_through(shares, ["L"])
    assert found["b"] == (Fraction(1, 8), HALF) and found["c"] == (Fraction(1, 10), Fraction(2, 10))


def test_loose_upper_ends_in_a_ring_are_capped() -> None:
    """Bands whose upper ends add up to more than the whole leave the upper end open; a negative share must not come out."""
    shares = [share("L", "a", Fraction(1, 10), HALF), share("b", "a", Fraction(1, 10), 1), share("a", "b", Fraction(1, 10), 1)]
    low, high = look_through(shares, ["L"])["a"]
    assert (low, high) == (Fraction(10, 99), 1)


@given(st.lists(st.tuples(st.sampled_from("Labc"), st.sampled_from("abcd"), st.integers(1, 4)), max_size=9))
def test_the_solution_solves_the_equations(edges) -> None:
    """Put back into its own equations every share must come out again, however the firms own each other."""
    held = {}
    for owner, owned, weight in edges:
        held.setdefault(owned, {})[owner] = weight
    shares = [
        share(owner, owned, Fraction(weight, 5 * len(owners)))
        for owned, owners in held.items()
        for owner, weight in owners.items()
    ]
    found = look_through(shares, ["L"])
    value = {name: bounds[0] for name, bounds in found.items()} | {"L": Fraction(1)}
    for owned, owners in held.items():
        assert value[owned] == sum(
            Fraction(weight, 5 * len(owners)) * value.get(owner, Fraction(0)) for owner, weight in owners.items()
        )
