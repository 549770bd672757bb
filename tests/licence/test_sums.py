"""If this fails, a licence's sums stop closing after some order of events nobody thought of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lodemark.licence import AskedMass, Licence, Reverse, Void, decide, fold, transfers_of
from lodemark.trouble import Refusal
from tests.licence.make import CUSTOMS, FACTS, HOLDER, KG, RULES, amounts, balanced, grant, granted, post, records, reserve
from tests.licence.test_acts import FREEZE, NO_AMENDMENT, RESTORE, RESUME, REVOKE, SUSPEND

START = datetime(2026, 5, 1, 2, tzinfo=UTC)
STEP = st.tuples(
    st.sampled_from(
        [
            "reserve",
            "reserve",
            "reserve",
            "post",
            "post",
            "late",
            "void",
            "reverse",
            "suspend",
            "resume",
            "freeze",
            "unfreeze",
            "revoke",
            "restore",
        ]
    ),
    st.sampled_from(["D-1", "D-2", "D-3", "D-4"]),
    st.integers(1, 300 * KG),
)


def _command(name: str, drawdown: str, gross_mg: int, hour: int) -> Any:
    now = START + timedelta(hours=hour)
    by: dict[str, Any] = {"on": now.date(), "at": now}
    mass = (AskedMass("P1179", "LOT-7", gross_mg),)
    match name:
        case "reserve":
            return reserve(drawdown, gross_mg, **by, hold_until=now + timedelta(days=30))
        case "post":
            return post(drawdown, gross_mg, **by, masses=mass, released_at=now)
        case "late":
            return post(drawdown, gross_mg, **by, masses=mass, released_at=now - timedelta(hours=3))
        case "void":
            return Void(**by, by=HOLDER, drawdown=drawdown)
        case "reverse":
            return Reverse(
                **by, by=CUSTOMS, drawdown=drawdown, amounts=amounts(gross_mg), reason="counted again", second=_other()
            )
    acts = {
        "suspend": SUSPEND,
        "resume": RESUME,
        "freeze": FREEZE,
        "unfreeze": NO_AMENDMENT,
        "revoke": REVOKE,
        "restore": RESTORE,
    }
    return replace(acts[name], **by)


def _other() -> Any:
    return replace(CUSTOMS, person="c-2")


@given(st.lists(STEP, max_size=25), st.sampled_from(["general", "single"]))
@settings(max_examples=150, deadline=None)
def test_every_history_closes(steps: list[tuple[str, str, int]], kind: str) -> None:
    """granted = available + reserved + posted + lapsed, nothing below zero, and the transfers alone say the same."""
    licence: Licence = granted(kind=kind)
    history = []
    for hour, (name, drawdown, gross_mg) in enumerate(steps):
        answer = decide(licence, _command(name, drawdown, gross_mg, hour), FACTS, RULES)
        if isinstance(answer, Refusal):
            continue
        assert isinstance(answer, tuple)
        history += answer
        licence = fold(answer, licence)
        balanced(licence)
    _transfers_agree(licence, history)
    for draw in licence.drawdowns.values():
        if draw.state == "posted":
            assert all(value >= 0 for value in draw.net.values())
    assert sum(draw.net.get("gross", 0) for draw in licence.drawdowns.values()) == licence.account(1, "gross").posted


def _transfers_agree(licence: Licence, history: list[Any]) -> None:
    for (line, commodity), account in licence.accounts.items():
        posted = reserved = 0
        for record in history:
            for transfer in transfers_of(record):
                if (transfer.line, transfer.commodity) == (line, commodity):
                    assert transfer.amount > 0
                    posted += transfer.amount * (transfer.target.startswith("posted/") - transfer.source.startswith("posted/"))
                    reserved += transfer.amount * (
                        transfer.target.startswith("reserved/") - transfer.source.startswith("reserved/")
                    )
        assert (posted, reserved) == (account.posted, account.reserved)


@given(st.lists(STEP, max_size=12), st.integers(0, 12))
@settings(max_examples=50, deadline=None)
def test_folding_in_two_halves_is_folding_once(steps: list[tuple[str, str, int]], cut: int) -> None:
    history = list(records(decide(None, grant(), FACTS, RULES)))
    licence = fold(history)
    for hour, (name, drawdown, gross_mg) in enumerate(steps):
        answer = decide(licence, _command(name, drawdown, gross_mg, hour), FACTS, RULES)
        if isinstance(answer, tuple):
            history += answer
            licence = fold(answer, licence)
    cut = max(1, min(cut, len(history)))
    assert fold(history) == licence == fold(history[cut:], fold(history[:cut]))


@given(st.permutations([("D-1", 100 * KG), ("D-2", 200 * KG), ("D-3", 150 * KG), ("D-4", 120 * KG)]))
def test_no_order_of_reservations_overdraws(asks: list[tuple[str, int]]) -> None:
    licence = granted()
    for drawdown, gross_mg in asks:
        answer = decide(licence, reserve(drawdown, gross_mg), FACTS, RULES)
        licence = fold(answer, licence) if isinstance(answer, tuple) else licence
    balanced(licence)
    assert licence.account(1, "gross").reserved <= 500 * KG


def test_voiding_and_reversing_everything_leaves_nothing_drawn() -> None:
    """What came back must be wholly there, or a holder would pay for a correction."""
    licence = granted()
    steps: list[Any] = [
        reserve(),
        post(),
        reserve("D-2", 50 * KG),
        Void(on=START.date(), at=START + timedelta(days=3), by=HOLDER, drawdown="D-2"),
        _command("reverse", "D-1", 199 * KG, 72),
    ]
    for command in steps:
        answer = decide(licence, command, FACTS, RULES)
        assert isinstance(answer, tuple), answer
        licence = fold(answer, licence)
    assert licence.account(1, "gross").available == 500 * KG
