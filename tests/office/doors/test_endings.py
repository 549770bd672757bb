"""The five ends of a licence at the desk: opened, heard, proposed, signed by another, and told to whoever verifies."""

from __future__ import annotations

import re

import pytest

from lodemark_office.doors.parts.acting import office
from lodemark_office.store import models
from tests.office.api_kit import Clock
from tests.office.doors.demonstration import PASSWORD, Told, log_in
from tests.office.doors.test_acting import act

FIELDS = {
    "withdraw": {"which": "withdraw public-interest", "compensation": "not-due"},
    "annul": {"which": "annul deceit", "harm": "no"},
    "revoke": {"which": "revoke penalty-on-licence", "penalty": "No. 7", "hearing": "1"},
}


def opened(told: Told, which: str) -> str:
    """The reference of a proceeding about the licence of the stories."""
    url = f"/desk/licences/{told.dossiers['licence'].partition('/')[2]}/end/"
    answer = act(log_in("officer"), url, "open", text="The file shows it.", answer_by="2026-11-30", **FIELDS[which])
    return re.search(r"/desk/proceedings/([0-9A-Z-]+)/", answer.redirect_chain[-1][0])[1]  # type: ignore[index]


def sign(reference: str, key: str = "sign") -> str:
    account = models.Account.objects.get(login="countersigner")
    account.set_password(PASSWORD)
    account.save()
    client, url = log_in("countersigner"), f"/desk/proceedings/{reference}/"
    digest = office().store.states(f"proceeding/{reference}").digest
    return act(client, url, key, act="sign", digest=digest, password=PASSWORD).content.decode()


@pytest.mark.parametrize("which", FIELDS)
def test_an_adverse_end_is_heard_proposed_and_signed(told: Told, clock: Clock, which: str) -> None:
    """A licence that one person could end unheard is worth nothing to whoever ships under it."""
    reference, licence = opened(told, which), told.dossiers["licence"]
    holder = log_in("exporter")
    page, desk = f"/counter/proceedings/{reference}/", f"/desk/proceedings/{reference}/"
    assert "The file shows it." in holder.get(page).content.decode()
    act(holder, page, "answer", act="answer", text="We did not.")
    act(log_in("officer"), desk, "p0", act="propose")
    assert office().store.states(f"proceeding/{reference}").state == "answered"
    act(log_in("officer"), desk, "p1", act="propose", text="The invoice shows it.")
    assert 'class="box done"' in sign(reference)
    state = office().store.states(licence)
    assert (
        state.ending is not None
        and state.ending.act == {"withdraw": "withdrawn", "annul": "annulled", "revoke": "revoked"}[which]
    )
    assert all(one.available == one.reserved == 0 for one in state.accounts.values())
    for client, url in (
        (holder, told.page("counter", "licence")),
        (log_in("customs"), f"/gate/licences/{licence.partition('/')[2]}/"),
    ):
        assert {"withdraw": "withdrawn", "annul": "annulled", "revoke": "revoked"}[which] in client.get(url).content.decode()


def test_a_stranger_finds_no_proceeding(told: Told) -> None:
    """That a firm is about to lose its licence is nobody else's business."""
    reference = opened(told, "annul")
    for login in ("longterm", "buyer", "customs", "inspector"):
        assert log_in(login).get(f"/counter/proceedings/{reference}/").status_code == 404
        assert log_in(login).get(f"/desk/proceedings/{reference}/").status_code == 404


def test_handed_back_rests_and_is_closed(told: Told) -> None:
    """A paper that lies with the office and still works can be used by whoever finds a copy."""
    holder, page = log_in("exporter"), told.page("counter", "licence")
    state = office().store.states(told.dossiers["licence"])
    for draw in state.open_drawdowns():
        act(holder, page, f"void {draw.id}", act="void", drawdown=draw.id)
    act(holder, page, "back", act="hand-back", text="business ended")
    assert office().store.states(told.dossiers["licence"]).state == "frozen"
    url = f"/desk/licences/{told.dossiers['licence'].partition('/')[2]}/end/"
    answer = act(log_in("officer"), url, "open", which="close handed-back", text="handed back")
    reference = re.search(r"/desk/proceedings/([0-9A-Z-]+)/", answer.redirect_chain[-1][0])[1]  # type: ignore[index]
    act(log_in("officer"), f"/desk/proceedings/{reference}/", "p", act="propose")
    assert 'class="box done"' in sign(reference)
    ending = office().store.states(told.dossiers["licence"]).ending
    assert ending is not None and (ending.act, ending.ground) == ("closed", "handed-back")


def test_an_appeal_gives_back_what_an_annulment_took(told: Told, clock: Clock) -> None:
    """An appeal that wins and leaves the licence dead is no remedy; nor is one heard by whoever ended it."""
    before = office().store.states(told.dossiers["licence"])
    reference = opened(told, "annul")
    act(log_in("exporter"), f"/counter/proceedings/{reference}/", "w", act="waive")
    act(log_in("officer"), f"/desk/proceedings/{reference}/", "p", act="propose")
    sign(reference)
    answer = act(log_in("exporter"), f"/counter/proceedings/{reference}/", "a", act="appeal", text="We did not.")
    appeal = re.search(r"/counter/appeals/([0-9A-Z-]+)/", answer.redirect_chain[-1][0])[1]  # type: ignore[index]
    url = f"/desk/appeals/{appeal}/"
    clock("2026-11-03")
    reviewer = log_in("appeal")
    for key, fields in (
        ("admit", {"act": "admit"}),
        ("hear", {"act": "hear-applicant", "text": "heard"}),
        ("rerun", {"act": "rerun"}),
    ):
        assert 'class="box refused"' not in act(reviewer, url, key, **fields).content.decode(), key
    act(log_in("officer"), url, "respond", act="respond", text="The file shows it.")
    state = office().store.states(f"appeal/{appeal}")
    assert state.replay_same
    conclude = {"act": "conclude", "outcome": "annulled", "ground": "ground-decision-not-confirmed"}
    act(reviewer, url, "conclude", **conclude)
    digest = office().store.states(f"appeal/{appeal}").proposed.digest
    account = models.Account.objects.get(login="second-appeal")
    account.set_password(PASSWORD)
    account.save()
    html = act(log_in("second-appeal"), url, "sign", act="sign", digest=digest, password=PASSWORD).content.decode()
    assert 'class="box refused"' not in html, re.findall(r"<li>.*?</li>", html)
    after = office().store.states(told.dossiers["licence"])
    assert after.ending is None
    assert {key: one.posted for key, one in after.accounts.items()} == {key: one.posted for key, one in before.accounts.items()}
    assert all(one.available >= before.accounts[key].available for key, one in after.accounts.items())
