"""Consultation at the desk: a department sees what it is asked about, and what it says is answered before anybody signs."""

from __future__ import annotations

from lodemark_office.acts import timers
from lodemark_office.doors.parts.acting import office
from tests.office.api_kit import Clock
from tests.office.doors.demonstration import Told, log_in
from tests.office.doors.test_acting import act
from tests.office.doors.test_loop import Walk, accepted, application, load_list


def reviewed(told: Told, clock: Clock) -> str:
    """A case under review; its reference."""
    walk = Walk()
    load_list(walk, "2026-11-02")
    return accepted(walk, application()).split("/")[-2]


def consult(case: str, key: str = "consult", **more: object) -> str:
    fields = {"act": "consult", "department": "ministry", "field": ["/lines", "/end_use"], "text": "Is the mass right?"}
    answer = act(log_in("officer"), f"/desk/cases/{case}/", key, **{**fields, "reply_by": "2026-11-16", **more})
    return answer.content.decode()


def test_a_department_sees_its_fields_and_nothing_else(told: Told, clock: Clock) -> None:
    """A contract price shown to another department is a trade secret given away; a case nobody asked about is not theirs."""
    case, adviser = reviewed(told, clock), log_in("adviser")
    assert adviser.get(f"/desk/consultations/{case}/").status_code == 404
    assert 'class="box refused"' in consult(case, field=["/contract"])
    assert 'class="box refused"' not in consult(case, key="again")
    html = adviser.get(f"/desk/consultations/{case}/").content.decode()
    assert "swivel drive" in html and "LV-204" not in html and "1260.00" not in html
    for url in ("/desk/", f"/desk/cases/{case}/", "/desk/lists/", f"/counter/cases/{case}/"):
        assert adviser.get(url).status_code == 404, url


def test_dissent_is_answered_before_a_proposal(told: Told, clock: Clock) -> None:
    """Advice that may be passed over in silence is not worth asking for."""
    case = reviewed(told, clock)
    consult(case)
    line = office().store.states(f"case/{case}").lines[0]
    fields = {f"stance:{line}": "refuse", f"ground:{line}": "ground-quantity-not-explained"}
    act(log_in("adviser"), f"/desk/consultations/{case}/", "advise", **fields)
    officer, url = log_in("officer"), f"/desk/cases/{case}/"
    proposal = {"act": "propose", f"outcome:{line}": "granted", f"ground:{line}": "ground-civil-use-stated"}
    html = act(officer, url, "p1", **proposal).content.decode()
    assert 'class="box refused"' in html
    state = office().store.states(f"case/{case}")
    (one,) = state.consultations.values()
    answered = act(
        officer, url, "p2", **{**proposal, f"advice:{one.id}": "The mass follows from the drawing."}
    ).content.decode()
    assert codes_of(case, "dissent-answered") == 1, answered


def codes_of(case: str, code: str) -> int:
    """How many refused attempts of a case named this code."""
    attempts = [
        entry.record.facts for entry in office().store.entries(f"case/{case}") if entry.record.kind == "attempt-refused"
    ]
    return sum(code in each["codes"] for each in attempts)  # type: ignore[operator]


def test_silence_is_recorded_as_silence(told: Told, clock: Clock) -> None:
    """A department that did not answer has not agreed; the file has to say which of the two it was."""
    case = reviewed(told, clock)
    consult(case)
    clock("2026-11-18")
    timers.tick(office(), clock.at)
    state = office().store.states(f"case/{case}")
    assert [one.state for one in state.consultations.values()] == ["expired"]
