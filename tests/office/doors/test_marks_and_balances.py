"""The pages of marks and balances: one set of numbers in every form, every limit on the page, bad files told by name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings

from lodemark.accountancy import Balance
from lodemark.assay import limits, stages
from lodemark.wording import say
from lodemark_office.acts import balances
from lodemark_office.acts.reference import reference
from lodemark_office.doors.parts import acting
from lodemark_office.doors.parts.acting import office
from tests.office.doors.demonstration import SCENARIOS, log_in
from tests.office.told import lay_out

STORY = "the-sample-and-the-scale"
MARKS = "/inspectorate/marks/"


@pytest.fixture(scope="module")
def told_here(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The story of the sample and the scale, once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        lay_out(STORY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def inspector(told_here: None, db: None) -> Client:
    acting._OFFICE.clear()
    return log_in("inspector")


def numbers(noun: str) -> list[str]:
    return [reference(dossier) for dossier in office().store.dossiers(noun)]


def specimen(of: str = "SYN-BORDER-1", beside: str = "SYN-RETAINED-1") -> str:
    group, samples = numbers("assay")
    return f"{MARKS}specimen/?of={samples}:{of}&beside={samples}:{beside}&group={group}"


def balance(element: str, period: int = 9) -> str:
    return f"/inspectorate/balances/{numbers('balance')[0]}/?element={element}&period={period}"


def table(page: str, name: str) -> list[list[str]]:
    """The cells of a figure's table as a reader sees them."""
    body = re.search(rf'id="figure-{name}">.*?<tbody>(.*?)</tbody>', page, re.S)
    assert body, name
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.S)
    plain = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).replace("&lt;", "<") for cell in row] for row in plain]


@pytest.mark.parametrize(
    ("address", "name"),
    [("mark", "pattern"), ("mark", "rows"), ("balance", "series"), ("balance", "shares"), ("balance", "period"), ("balance", "parts"), ("balance", "detection")],
)  # fmt: skip
def test_table_csv_and_json_are_the_same_numbers(inspector: Client, address: str, name: str) -> None:
    """Two forms of one figure that differ are two answers to one question."""
    url = specimen() if address == "mark" else balance("Nd")
    shown = table(inspector.get(url).content.decode(), name)
    as_csv = inspector.get(f"{url}&figure={name}&as=csv").content.decode("utf-8-sig")
    as_json = orjson.loads(inspector.get(f"{url}&figure={name}&as=json").content)
    assert len(shown) > 2
    assert shown == as_json["rows"] == list(csv.reader(io.StringIO(as_csv)))[1:]


def test_every_mark_of_a_drawing_carries_the_text_of_its_cell(inspector: Client) -> None:
    """A drawing that is not made of the table's numbers can say something else, and be believed first."""
    page = inspector.get(specimen()).content.decode()
    titles = " ".join(re.findall(r"<title>(.*?)</title>", page)).replace("&lt;", "<")
    for row in table(page, "pattern"):
        assert not row[1] or f"SYN-BORDER-1: {row[0]} {row[1]}" in titles
    page = inspector.get(balance("Nd")).content.decode()
    titles = " ".join(re.findall(r"<title>(.*?)</title>", page))
    for row in table(page, "series"):
        assert f"{row[0]}: {row[1]} ± {row[2]} kg" in titles and f"{row[0]}: {row[5]}" in titles


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_what_the_stage_cannot_show_stands_on_every_page(inspector: Client, lang: str) -> None:
    """Without its limits a likelihood ratio reads as proof of origin, and a quiet balance as an all-clear."""
    inspector.cookies["lang"] = lang
    files = numbers("assay")
    wanted = [reason.explain(lang) for reason in limits("mixed")]  # type: ignore[arg-type]
    for url in (specimen(), f"{MARKS}specimen/?of={files[1]}:SYN-BORDER-2", *(f"{MARKS}{one}/" for one in files)):
        page = inspector.get(url).content.decode()
        page = unescape(page)
        assert all(sentence in page for sentence in wanted), url
    drawn: Balance
    for drawn in balances.filed(office(), numbers("balance")[0]).drawn.balances:
        page = inspector.get(balance(drawn.element)).content.decode()
        page = unescape(page)
        assert drawn.cannot_show and all(reason.explain(lang) in page for reason in drawn.cannot_show)  # type: ignore[arg-type]
        assert say("balances-alarm-asks", {}, lang) in page  # type: ignore[arg-type]


def test_every_stage_has_something_it_cannot_show() -> None:
    """A stage without limits would print none."""
    assert all(limits(name) for name in stages())


def test_a_synthetic_group_gives_no_ratio_outside_the_demonstration(inspector: Client) -> None:
    """A number made of invented lots must never meet a real party."""
    page = inspector.get(specimen()).content.decode()
    assert say("assay-synthetic-reference") in page and 'id="figure-ratio"' not in page and 'id="figure-match"' not in page


def test_the_lots_that_fit_are_shown_as_a_set_with_none_of_them(inspector: Client) -> None:
    """The first of several lots that fit alike is quoted as the lot it came from."""
    with override_settings(OFFICE=replace(settings.OFFICE, mode="demo")):
        page = unescape(inspector.get(specimen()).content.decode())
        as_json = orjson.loads(inspector.get(f"{specimen()}&figure=match&as=json").content)
    rows = table(page, "match")
    assert rows == as_json["rows"] and rows[-1][0] == say("marks-none-of-these")
    assert [row[0] for row in rows if row[4]] == ["SYN-S10-L000"]
    assert say("assay-match-one", {"lots": ["SYN-S10-L000"], "none": "0.000"}) in page


def test_refused_cells_and_a_failed_reference_material_are_told_by_name(inspector: Client) -> None:
    """What is silently dropped or put right in an upload is what a court asks about first."""
    head = "assay_id,sample_id,specimen_id,stage,analyte,value,unit,u,u_given,crm_id,method,lab,sys_group\n"
    body = (
        "T-1,S-1,P-1,alloy,Nd,28.0,%,0.1,u,,ICP-OES,L,G-1\n"
        "T-1,S-1,P-1,alloy,Dy,0,%,0.1,u,,ICP-OES,L,G-1\n"
        "T-1,S-1,P-1,alloy,Tb,<,%,0.1,u,,ICP-OES,L,G-1\n"
        "T-1,S-1,P-1,alloy,Pr,5,at%,0.1,u,,ICP-OES,L,G-1\n"
        "T-1,S-1,P-1,alloy,Co,1.5,%,,,,ICP-OES,L,G-1\n"
        "T-1,C-1,C-1,alloy,Nd,27.0,%,0.1,u,CRM-9,ICP-OES,L,G-1\n"
    )
    form = {
        "act": "assay", "key": "k-bad",
        "upload": SimpleUploadedFile("lab.csv", (head + body).encode()),
        "certificates": SimpleUploadedFile("crm.csv", b"crm_id,analyte,value,u\nCRM-9,Nd,280000,500\n"),
    }  # fmt: skip
    answer = inspector.post("/inspectorate/", form, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and answer.redirect_chain[-1][0].startswith(MARKS)
    for line in ("Dy,0,", "Tb,&lt;,", "Pr,5,at%"):
        assert line in page, f"{line} is not shown as it was printed"
    assert "CRM-9" in page and say("flag-quarantined") in page and "A03" in page
    assert not re.search(r"\b(nan|inf)\b", page)


def test_tables_that_cannot_be_balanced_are_told_with_every_row(inspector: Client) -> None:
    """One fault told at a time is a day lost for each."""
    files = {
        name: (SCENARIOS / STORY / name).read_text(encoding="utf-8")
        for name in ("flows.csv", "inventory.csv", "components.csv")
    }
    files["components.csv"] = files["components.csv"].replace("waste,drum scale,random,0.02", "waste,drum scale,random,0")
    files["flows.csv"] = files["flows.csv"].replace(
        "R-Dy-01-1,6900000000106,Dy,receipt,feed,", "R-Dy-01-1,6900000000106,Dy,receipt,feed,-", 1
    )
    before = numbers("balance")
    form = {name: SimpleUploadedFile(name, text.encode()) for name, text in files.items()}
    answer = inspector.post("/inspectorate/balances/", {**form, "goal": "2 kg", "key": "k-bal"})
    assert answer.status_code == 422 and numbers("balance") == before
    form = {name: SimpleUploadedFile(name, text.encode()) for name, text in files.items()}
    answer = inspector.post("/inspectorate/balances/", {**form, "goal": "2 stone", "key": "k-bal2"})
    assert answer.status_code == 422 and "stone" in answer.content.decode()


def test_a_balance_of_records_is_drawn_or_refused_on_the_page(inspector: Client) -> None:
    """Whoever has no tables asks for the balance by hand; what the records lack must be read there, each by its name."""
    weighing = b"stream,name,kind,u_rel\nshipment,reading,random,0.001\n"
    form = {
        "act": "records", "site": "https://id.gs1.org/414/6900000000106", "elements": "Dy, Nd", "key": "k-records",
        "components.csv": SimpleUploadedFile("c.csv", weighing),
    }  # fmt: skip
    before = numbers("balance")
    answer = inspector.post("/inspectorate/balances/", form)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and numbers("balance") == before
    assert say("balance-no-inventory") in page and 'value="Dy, Nd"' in page
    form = {**form, "components.csv": SimpleUploadedFile("c.csv", b"stream,kind\nshipment,guess\n")}
    page = unescape(inspector.post("/inspectorate/balances/", form).content.decode())
    assert say("balance-line-unreadable", {"line": 2, "file": "components.csv", "what": "'name'"}) in page


def test_a_laboratory_sees_its_own_files_and_no_comparison(told_here: None, db: None) -> None:
    """Who measures blind must not learn which case a sample belongs to."""
    acting._OFFICE.clear()
    laboratory = log_in("laboratory")
    assert laboratory.get(f"{MARKS}{numbers('assay')[1]}/").status_code == 200
    assert laboratory.get(specimen()).status_code == laboratory.get(MARKS).status_code == 404
    assert laboratory.get("/inspectorate/balances/").status_code == 404
