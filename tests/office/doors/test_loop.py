"""The whole way through the pages, as people walk it: apply, be returned, complete, be decided, draw down, be verified; and refused, appeal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from lodemark_office.store import models
from tests.office.api_kit import Clock
from tests.office.doors.demonstration import PASSWORD, SCENARIOS, Told, log_in

LIST = (SCENARIOS / "lists" / "party-control.csv").read_bytes()
NEW = "/counter/applications/new/"


@dataclass
class Walk:
    """People at their pages; every act goes through a form that the page really shows."""

    clients: dict[str, Client] = field(default_factory=dict)

    def at(self, login: str) -> Client:
        if login not in self.clients:
            self.clients[login] = log_in(login)
        return self.clients[login]

    def see(self, login: str, url: str) -> str:
        answer = self.at(login).get(url)
        assert answer.status_code == 200, (login, url, answer.status_code)
        return answer.content.decode()

    def send(self, login: str, url: str, act: str, **fields: object) -> str:
        """Press the button ``act`` of the form that has it, with its hidden fields; the answer must be a receipt."""
        html = self.see(login, url)
        forms = [form for form in re.findall(r"<form.*?</form>", html, re.S) if f'value="{act}"' in form]
        assert forms, f"{login} has no button {act} at {url}"
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', forms[0]))
        answer = self.at(login).post(url, {**hidden, "act": act, **fields}, follow=True)
        self.done(answer)
        return str(answer.redirect_chain[-1][0])

    def done(self, answer: HttpResponse) -> None:
        html = answer.content.decode()
        refused = re.search(r'class="box (?:refused|errors)".*?</section>', html, re.S)
        assert 'class="box done"' in html, re.sub(r"<[^>]+>|\s+", " ", refused[0] if refused else html)


def application(**replaced: str) -> str:
    text = (SCENARIOS / "civil-by-name" / "application.yaml").read_text(encoding="utf-8").replace("2026-03-20", "2026-11-02")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return text


def load_list(walk: Walk, published: str) -> None:
    upload = SimpleUploadedFile("list.csv", LIST)
    fields = {"list": "control", "published": published, "upload": upload, "key": f"list-{published}"}
    walk.done(walk.at("officer").post("/desk/lists/", fields, follow=True))


def accepted(walk: Walk, text: str) -> str:
    """File it, accept it, take it; the address of the case at the desk."""
    filed = walk.at("exporter").post(NEW, {"act": "submit", "file": text, "signed": "1", "key": "file"}, follow=True)
    walk.done(filed)
    reference = filed.redirect_chain[-1][0].split("/")[-2]
    case = walk.send("officer", f"/desk/applications/{reference}/", "accept")
    walk.send("officer", case, "take")
    return case


def judged(walk: Walk, case: str) -> dict[str, str]:
    """A person's reading of every check that is open."""
    names = re.findall(r'name="(judge:[^"]+)"', walk.see("officer", case))
    return dict.fromkeys(names, "Read by the officer.")


def decided(walk: Walk, case: str, outcome: str, ground: str) -> None:
    line = "L1/lumenveld"
    walk.send("officer", case, "propose", **{f"outcome:{line}": outcome, f"ground:{line}": ground, **judged(walk, case)})
    walk.at("countersigner")
    walk.send("countersigner", case, "sign", password=PASSWORD)


def test_from_the_first_draft_to_the_border(told: Told, clock: Clock) -> None:
    """If this way is broken at one step, nobody gets a licence, or nobody can check one."""
    walk = Walk()
    set_password("countersigner")
    load_list(walk, "2026-11-01")
    broken = application(**{"    use: u1\n": ""})
    filed = walk.at("exporter").post(NEW, {"act": "paper", "file": broken, "signed": "1", "key": "p"}, follow=True)
    walk.done(filed)
    mine = filed.redirect_chain[-1][0]
    reference = mine.split("/")[-2]
    walk.send("officer", f"/desk/applications/{reference}/", "return")
    assert 'class="box ask"' in walk.see("exporter", mine)
    walk.done(walk.at("exporter").post(mine, {"act": "submit", "file": application(), "signed": "1", "key": "c"}, follow=True))
    case = walk.send("officer", f"/desk/applications/{reference}/", "accept")
    walk.send("officer", case, "take")
    decided(walk, case, "granted", "ground-civil-use-stated")
    tracked = walk.see("exporter", case.replace("/desk/", "/counter/"))
    number = re.search(r"/counter/licences/([^/]+)/", tracked)[1]  # type: ignore[index]
    licence = f"/counter/licences/{number}/"
    walk.send("exporter", licence, "reserve", shipment="S-1", lot="X", gross="2 kg")
    assert "S-1" in walk.see("customs", "/gate/")
    walk.send("customs", f"/gate/licences/{number}/", "post", gross="1.5 kg")
    assert "10.500\xa0kg" in walk.see("exporter", licence)


def test_refused_after_a_hearing_and_appealed(told: Told, clock: Clock) -> None:
    """A refusal without a hearing, or an appeal heard by the same hands, is void."""
    clock("2026-06-15")  # the calendar of the following year is not out yet: last days of periods must lie in this one
    walk = Walk()
    for login in ("countersigner", "second-appeal"):
        set_password(login)
    load_list(walk, "2026-06-12")
    case = accepted(walk, application(**{"2026-11-02": "2026-06-15"}))
    ours, mine = case, case.replace("/desk/", "/counter/")
    walk.send("officer", ours, "notice", ground="ground-end-user-not-verified", answer_by="2026-07-15")
    walk.send("exporter", mine, "answer-notice", text="The site can be visited.")
    walk.send("officer", ours, "weigh", text="The visit was offered and not held.")
    decided(walk, case, "refused", "ground-end-user-not-verified")
    assert "/desk/licences/" not in walk.see("officer", ours)
    walk.send("exporter", mine, "appeal", text="The visit was never scheduled.")
    reference = re.search(r"/counter/appeals/([^/]+)/", walk.see("exporter", mine))[1]  # type: ignore[index]
    appeal = f"/desk/appeals/{reference}/"
    walk.send("appeal", appeal, "admit")
    walk.send("officer", appeal, "respond", text="The file shows two offers.")
    for act in ("hear-applicant", "hear-office"):
        walk.send("appeal", appeal, act, text="Heard.")
    walk.send("appeal", appeal, "rerun")
    walk.send("appeal", appeal, "conclude", outcome="upheld", ground="ground-decision-confirmed")
    walk.send("second-appeal", appeal, "sign", password=PASSWORD)
    assert "/counter/cases/" in walk.see("exporter", f"/counter/appeals/{reference}/")


def set_password(login: str) -> None:
    """Only who signs needs one."""
    account = models.Account.objects.get(login=login)
    account.set_password(PASSWORD)
    account.save()


def test_a_question_after_acceptance_is_answered_in_the_file_itself(told: Told, clock: Clock) -> None:
    """A question whose answer lands beside the file is a question the decision does not see."""
    clock("2026-06-15")
    walk = Walk()
    set_password("countersigner")
    load_list(walk, "2026-06-12")
    whole = application(**{"2026-11-02": "2026-06-15"})
    open_file = whole.replace("    use: u1\n", "")
    filed = walk.at("exporter").post(NEW, {"act": "paper", "file": open_file, "signed": "1", "key": "p"}, follow=True)
    walk.done(filed)
    case = walk.send("officer", f"/desk/applications/{filed.redirect_chain[-1][0].split('/')[-2]}/", "accept")
    walk.send("officer", case, "take")
    mine = case.replace("/desk/", "/counter/")
    items = re.findall(r'name="item" value="([^"]+)"', walk.see("officer", case))
    walk.send("officer", case, "ask", item=items, text="A line without its use cannot be decided.", reply_by="2026-07-10")
    walk.send("exporter", mine, "note-rfi", text="We are asking the customer.")
    assert 'value="answer-rfi"' in walk.see("exporter", mine), "a note is not an answer"
    walk.send("exporter", mine, "answer-rfi", file=whole)
    walk.send("officer", case, "accept-answer")
    assert 'value="ask"' not in walk.see("officer", case), "nothing is missing any more"
    decided(walk, case, "granted", "ground-civil-use-stated")
    assert "/counter/licences/" in walk.see("exporter", mine)
