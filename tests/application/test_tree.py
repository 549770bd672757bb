"""The product tree: a wrong count or a wrong stop would grant too much, or control a motor as if it were a magnet."""

from fractions import Fraction

import pytest

from lodemark.application import read
from lodemark.application.model import Range
from lodemark.application.tree import cn_value_share, controlled_leaves, count_in, element_mg, need, stop_rule
from tests.application.test_read import HEAD, example


def tree(nodes: str, more: str = ""):
    return read((HEAD + "tree:\n  complete: true\n  nodes: {" + nodes + "}\n" + more).encode()).tree


def test_need_of_the_full_example() -> None:
    """600 robots of ten joints, one motor, one rotor, eight magnets each: 48,000, and 50,400 with spares and scrap."""
    found = need(example("full").tree, "magnet")
    assert (found.pieces, found.allowed, found.open) == (48_000, 50_400, ())


def test_allowed_is_rounded_up_once() -> None:
    """Rounding per parent would allow more pieces than the shares do."""
    shape = tree(
        'm: {in: [{parent: a, per_parent: 1}, {parent: b, per_parent: 1}]}, a: {units: 1, spares: "0.1", scrap: "0"}, b: {units: 1, spares: "0.1", scrap: "0"}'
    )
    assert need(shape, "m").allowed == 3


def test_unstated_spares_are_asked_for() -> None:
    """Read as zero, unstated spares would make an honest order look too large."""
    assert need(tree("m: {in: [{parent: a, per_parent: 2}]}, a: {units: 5}"), "m").open == ("spares:a", "scrap:a")


def test_two_ways_up_are_added() -> None:
    """A magnet used in the motor and in the brake of one arm is needed for both."""
    shape = tree(
        "m: {in: [{parent: motor, per_parent: 8}, {parent: brake, per_parent: 2}]}, motor: {in: [{parent: arm, per_parent: 6}]}, brake: {in: [{parent: arm, per_parent: 3}]}, arm: {units: 1}"
    )
    assert count_in(shape, "m", "arm") == 54


@pytest.mark.parametrize(
    ("answers", "still_controlled"),
    [
        ({"rotor": True}, False),
        ({"rotor": True, "motor": False}, False),
        ({"rotor": False, "motor": False}, True),
        ({"rotor": None, "motor": False}, None),
        ({"rotor": None, "motor": True}, False),
        ({"magnet": True, "rotor": False, "motor": False}, True),
    ],
)
def test_stop_rule(answers: dict[str, bool | None], still_controlled: bool | None) -> None:
    """The first deep-processed assembly takes the magnet out, a magnet itself never does, and not known stays not known."""
    shape = example("full").tree
    assert stop_rule(shape, "magnet", "motor", lambda node: answers.get(node.id)) is still_controlled


def test_every_way_up_must_stop() -> None:
    """One loose magnet beside a hundred built-in ones is still a loose magnet."""
    shape = tree(
        "m: {in: [{parent: rotor, per_parent: 8}, {parent: box, per_parent: 1}]}, rotor: {deep_processed: true, in: [{parent: kit, per_parent: 1}]}, box: {deep_processed: false, in: [{parent: kit, per_parent: 1}]}, kit: {deep_processed: false}"
    )
    assert stop_rule(shape, "m", "kit", lambda node: node.deep_processed) is True


@pytest.mark.parametrize("loose", [True, False])
def test_a_short_way_and_a_long_way(loose: bool) -> None:
    """The loose magnet one level down must not be forgotten because the built-in ones sit three levels down."""
    kit = "kit: {deep_processed: false}" if loose else "kit: {deep_processed: true}"
    motor = "motor: {deep_processed: false, in: [{parent: kit, per_parent: 1}]}, "
    rotor = "rotor: {deep_processed: true, in: [{parent: motor, per_parent: 1}]}, "
    shape = tree("m: {in: [{parent: kit, per_parent: 1}, {parent: rotor, per_parent: 8}]}, " + rotor + motor + kit)
    assert stop_rule(shape, "m", "kit", lambda node: node.deep_processed) is loose
    assert count_in(shape, "m", "kit") == 9


def test_controlled_at_the_first_crossing_only() -> None:
    """The loose magnets leave under control, the motors they became do not."""
    app = example("full")
    at = [controlled_leaves(app.tree, crossing, lambda line: True) for crossing in app.tree.crossings]
    assert at == [(("magnet", True),), (("magnet", False),), (("magnet", False),)]


def test_element_mass_rolls_up_exactly() -> None:
    """80 magnets of 2 g with 2.58 % Dy hold 4,128 mg; rounding each magnet first would say 4,160."""
    assert element_mg(example("full"), "robot", "Dy") == (4_128, 4_128)


def test_value_share_between_stated_and_possible() -> None:
    """An unstated part-1 value lies between nothing and the whole magnet: one end alone would decide the 0.1 % threshold."""
    shape = tree("m: {in: [{parent: motor, per_parent: 4}]}, motor: {}")
    worth = {"m": Fraction(2), "motor": Fraction(100)}
    part1 = {"m": Range(Fraction(0), Fraction(2)), "motor": Range(Fraction(0), Fraction(0))}
    found = cn_value_share(shape, "motor", lambda name: Range(worth[name], worth[name]), lambda name: part1[name])
    assert found == Range(Fraction(0), Fraction(8, 100))


def test_many_ways_cost_no_time() -> None:
    """Forty levels with two ways each are a million million ways: a file of four kilobytes must not stop the office."""
    levels = [
        f"n{place}: {{in: [{{parent: a{place}, per_parent: 1}}, {{parent: b{place}, per_parent: 1}}]}}" for place in range(40)
    ]
    sides = [f"{side}{place}: {{in: [{{parent: n{place + 1}, per_parent: 1}}]}}" for place in range(39) for side in "ab"]
    shape = tree(
        ", ".join(
            [
                *levels,
                *sides,
                "a39: {in: [{parent: top, per_parent: 1}]}",
                "b39: {in: [{parent: top, per_parent: 1}]}",
                "top: {}",
            ]
        )
    )
    assert count_in(shape, "n0", "top") == 2**40
    assert stop_rule(shape, "n0", "top", lambda node: False) is True
