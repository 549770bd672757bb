"""If this fails, a message sent twice is booked twice, or one bad line takes the good ones down with it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.licence.message import Answer, answer_message, message_key
from lodemark.trouble import Refusal
from tests.licence.make import FACTS, KG, RULES, balanced, granted, post, reserve, run

KEYS = [message_key("CNSHA", "M-1", line) for line in range(4)]


def test_good_lines_are_booked_and_each_bad_one_is_named() -> None:
    licence = run(granted(), reserve("D-0", 100 * KG), reserve("D-1", 100 * KG))
    asks = [(KEYS[0], post("D-0", 100 * KG)), (KEYS[1], post("D-9", 100 * KG)), (KEYS[2], post("D-1", 99 * KG))]
    licence, answers = answer_message(licence, asks, {}, FACTS, RULES)
    assert [isinstance(answer.outcome, Refusal) for answer in answers] == [False, True, False]
    assert licence.account(1, "gross").posted == 199 * KG
    refused = answers[1].outcome
    assert isinstance(refused, Refusal) and refused.codes == ("drawdown-unknown",)


def test_the_same_key_with_other_content_is_told_apart() -> None:
    licence = run(granted(), reserve("D-0", 100 * KG))
    licence, (first,) = answer_message(licence, [(KEYS[0], post("D-0", 100 * KG))], {}, FACTS, RULES)
    stored = {KEYS[0]: first}
    again, (second,) = answer_message(licence, [(KEYS[0], post("D-0", 100 * KG))], stored, FACTS, RULES)
    assert second is first and again == licence
    _, (third,) = answer_message(licence, [(KEYS[0], post("D-0", 99 * KG))], stored, FACTS, RULES)
    assert isinstance(third.outcome, Refusal) and third.outcome.codes == ("key-reused",)


def test_a_refusal_is_a_stored_answer_too() -> None:
    licence = run(granted(), reserve("D-0", 100 * KG))
    wrong = post("D-0", 101 * KG)
    licence, (first,) = answer_message(licence, [(KEYS[0], wrong)], {}, FACTS, RULES)
    _, (second,) = answer_message(licence, [(KEYS[0], wrong)], {KEYS[0]: first}, FACTS, RULES)
    assert second is first


@given(st.lists(st.sampled_from(range(4)), min_size=4, max_size=14), st.data())
@settings(max_examples=60, deadline=None)
def test_any_order_with_replays_gives_the_same_sums(order: list[int], data: st.DataObject) -> None:
    started = run(granted(), *(reserve(f"D-{n}", 100 * KG) for n in range(4)))
    asks = {n: (KEYS[n], post(f"D-{n}", (90 + n) * KG)) for n in range(4)}
    sent = [asks[n] for n in (*order, *range(4))]
    licence, stored = started, dict[str, Answer]()
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        licence, answers = answer_message(licence, sent[:size], stored, FACTS, RULES)
        stored |= {answer.key: answer for answer in answers}
        sent = sent[size:]
    balanced(licence)
    assert licence.account(1, "gross").posted == sum((90 + n) * KG for n in range(4))
