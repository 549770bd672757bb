"""Papers: issued once, made again byte for byte, verified by anybody; a wrong code tells nothing."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lodemark_office.acts.papers import paper_code
from lodemark_office.store import models
from lodemark_office.store.database import DatabaseStore
from tests.office.doors.demonstration import Told, log_in


def result(answer) -> str:  # type: ignore[no-untyped-def]
    """Which of the four results a verifier reads."""
    found = re.search(r'class="box verdict-([a-z-]+)"', answer.content.decode())
    return found[1] if found else ""


@pytest.fixture
def papers(told: Told) -> dict[str, bytes]:
    """The papers of a licence in force, as its holder downloads them."""
    holder, number = log_in("exporter"), told.dossiers["licence"].partition("/")[2]
    url = f"/counter/licences/{number}/papers/"
    holder.post(url, {"key": "issue"})
    files = {form: holder.get(url + form).content for form in ("pdf", "sd-jwt", "svg")}
    again = {form: holder.get(url + form).content for form in files}
    assert again == files, "what is made again is what was issued"
    return {**files, "number": number.encode()}


def test_each_form_of_the_paper_verifies(papers: dict[str, bytes]) -> None:
    """A paper that only its issuer can check stops at every border."""
    public, number = Client(), papers["number"].decode()
    code = paper_code(DatabaseStore(), number)
    answers = [
        public.post("/verify/", {"number": number, "code": code}),
        public.post("/verify/", {"number": number.lower(), "code": code.replace("-", " ").lower()}),
        public.post("/verify/", {"credential": papers["sd-jwt"].decode()}),
        public.post("/verify/", {"upload": SimpleUploadedFile("l.pdf", papers["pdf"])}),
    ]
    assert [result(answer) for answer in answers] == ["in-force"] * len(answers)
    assert all(number in answer.content.decode() for answer in answers)


def test_a_changed_credential_is_not_genuine(papers: dict[str, bytes]) -> None:
    """One changed character must be enough."""
    text = papers["sd-jwt"].decode()
    place = len(text) // 3
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert result(Client().post("/verify/", {"credential": changed})) == "not-genuine"


def test_a_wrong_code_and_an_unknown_number_read_alike(papers: dict[str, bytes]) -> None:
    """If they differed, numbers could be tried until one exists."""
    public = Client()
    wrong = public.post("/verify/", {"number": papers["number"].decode(), "code": "0000-0000-0000-0000"})
    unknown = public.post("/verify/", {"number": "CN-2026-000009-Q", "code": "0000-0000-0000-0000"})
    bodies = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (wrong, unknown)]
    assert result(wrong) == "not-genuine" and bodies[0] == bodies[1]


def test_verifying_writes_nothing_and_runs_no_script(papers: dict[str, bytes]) -> None:
    """A public page that writes is a door for everybody."""
    before = models.LedgerRecord.objects.count()
    answer = Client().post("/verify/", {"credential": papers["sd-jwt"].decode()})
    assert "script-src" not in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert models.LedgerRecord.objects.count() == before


def test_issuing_twice_writes_once_and_only_the_holder_gets_the_papers(told: Told, papers: dict[str, bytes]) -> None:
    """A second paper under one number is how one licence becomes two."""
    number = papers["number"].decode()
    count = models.LedgerRecord.objects.filter(kind="credential-issued").count()
    for login in ("longterm", "exporter", "city"):
        log_in(login).post(f"/counter/licences/{number}/papers/", {"key": f"again-{login}"})
    assert models.LedgerRecord.objects.filter(kind="credential-issued").count() == count
    assert log_in("city").get(f"/counter/licences/{number}/papers/pdf").status_code == 404


def test_a_receipt_can_be_checked_where_it_was_given(told: Told) -> None:
    """Evidence that nobody can check is a promise."""
    public = Client()
    receipt = public.get("/log/receipt/", {"dossier": told.dossiers["case"], "number": "1"}).content.decode()
    good = public.post("/log/", {"receipt": receipt})
    assert good.status_code == 200 and told.dossiers["case"] in good.content.decode()
    assert public.post("/log/", {"receipt": receipt.replace("index ", "index 1")}).status_code == 422
