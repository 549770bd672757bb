"""The slip that travels with the goods: issued once, read by anybody, good for one shipment."""

from __future__ import annotations

import re

from django.test import Client

from lodemark_office.doors.parts.acting import office
from tests.office.doors.demonstration import Told, log_in
from tests.office.doors.test_acting import act


def issued(told: Told) -> tuple[str, str]:
    """The address of the slip of a new reservation, and the text of its code."""
    holder, page = log_in("exporter"), told.page("counter", "licence")
    act(holder, page, "r", act="reserve", shipment="S-9", lot="X", gross="10 g")
    act(holder, f"{page}papers/", "papers")
    url = f"{page}slips/S-9/"
    html = act(holder, url, "slip").content.decode()
    return url, re.search(r"LD1:[^<]+", html)[0]  # type: ignore[index]


def number(told: Told) -> str:
    return told.dossiers["licence"].partition("/")[2]


def test_a_slip_is_issued_once_and_verified_by_anybody(told: Told) -> None:
    """Customs without a network must know that a paper is genuine and meant for this shipment."""
    url, code = issued(told)
    before = len(list(office().store.entries(told.dossiers["licence"])))
    again = act(log_in("exporter"), url, "another").content.decode()
    assert code in again and len(list(office().store.entries(told.dossiers["licence"]))) == before
    html = Client().post("/verify/", {"credential": code}).content.decode()
    assert "verdict-in-force" in html, re.findall(r"verdict-[a-z-]+|<li>.*?<.li>", html)
    flipped = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert "verdict-not-genuine" in Client().post("/verify/", {"credential": flipped}).content.decode()
    for login in ("longterm", "buyer"):
        assert log_in(login).get(url).status_code == 404
    assert log_in("exporter").get(f"{url}pdf").content.startswith(b"%PDF")


def test_a_slip_shown_twice_is_a_question(told: Told) -> None:
    """One paper for two consignments is how goods leave uncounted; and a slip of the hand must not read as a crime."""
    _, code = issued(told)
    customs = log_in("customs")
    found = customs.get("/gate/", {"q": code})
    assert found.status_code == 302 and "?slip=" in found["Location"]
    page = customs.get(found["Location"]).content.decode()
    slip = re.search(r'name="slip" value="([0-9a-f]{32})"', page)[1]  # type: ignore[index]
    fields = {"act": "post", "drawdown": "S-9", "gross": "10 g", "slip": slip}
    act(customs, found["Location"], "p1", **fields)
    draw = office().store.states(told.dossiers["licence"]).drawdowns["S-9"]
    assert (draw.state, draw.presented) == ("posted", slip)
    assert "presented before" in customs.get(found["Location"]).content.decode()
    act(customs, found["Location"], "p2", **fields)
    state = office().store.states(told.dossiers["licence"])
    assert [one.reasons for one in state.outside][-1:] == [("slip-presented-twice",)]
    assert "verdict-not-usable" in Client().post("/verify/", {"credential": code}).content.decode()


def test_a_slip_dies_with_its_reservation(told: Told) -> None:
    """A released reservation is room for other goods; its paper must not ship them a second time."""
    _, code = issued(told)
    act(log_in("exporter"), told.page("counter", "licence"), "v", act="void", drawdown="S-9")
    html = Client().post("/verify/", {"credential": code}).content.decode()
    assert "verdict-not-usable" in html and "voided or replaced" in html
