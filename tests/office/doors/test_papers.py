"""Documents, sheets and statistics at the doors: a file from the counter to the desk, a sheet into a draft, numbers for anybody."""

from __future__ import annotations

import csv
import io
import re

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from lodemark_office.acts.bundling import bundle
from lodemark_office.doors.parts.acting import office
from lodemark_office.store import models
from lodemark_office.store.audit import audit
from lodemark_office.store.files import folder
from tests.application.documents import samples as make
from tests.office.doors.demonstration import SCENARIOS, Told, log_in

NEW = "/counter/applications/new/"
PDF = make.pdf() + b"\n"


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def text() -> str:
    """An application of the stories as JSON, with one document."""
    from lodemark import application

    content = dict(application.read(SCENARIOS / "civil-by-name" / "application.yaml").content)
    return orjson.dumps(content).decode()


def attached(client: Client) -> str:
    """A draft with a file attached to its first document; the digest."""
    first = orjson.loads(text())["documents"][0]["id"]
    client.post(NEW, {"act": "check", "file": text(), "rev": "0"})
    answer = client.post(
        NEW, {"act": "attach", "file": text(), "rev": "1", "document": first, "paper": upload("../a.pdf", PDF)}
    )
    assert answer.status_code == 302
    draft = models.Draft.objects.get(form="application/new")
    (digest,) = {one["sha256"] for one in orjson.loads(draft.raw["file"])["documents"] if "sha256" in one}
    return str(digest)


def filed(client: Client) -> str:
    """The application filed on paper, with its file."""
    attached(client)
    draft = models.Draft.objects.get(form="application/new")
    answer = client.post(NEW, {"key": "k", "act": "paper", "file": draft.raw["file"], "rev": str(draft.rev)}, follow=True)
    return str(re.search(r"/counter/applications/(A-[0-9A-Z-]+)/", answer.redirect_chain[-1][0])[1])  # type: ignore[index]


def test_a_file_is_attached_filed_read_at_the_desk_and_taken_unscanned(told: Told) -> None:
    """A paper that the officer cannot open, or opens without knowing that nobody scanned it, is no evidence."""
    reference = filed(log_in("exporter"))
    officer, page = log_in("officer"), f"/desk/applications/{reference}/"
    html = officer.get(page).content.decode()
    (link,) = set(re.findall(rf'{page}documents/[^"/]+/', html))
    warned = officer.get(link)
    assert warned.status_code == 200 and warned["Content-Type"].startswith("text/html")
    assert not models.AccessLog.objects.exists()
    opened = officer.get(f"{link}?unscanned=1")
    assert opened.content == PDF and opened["Content-Type"] == "application/pdf"
    assert opened["Content-Disposition"].startswith("attachment") and "sandbox" in opened["Content-Security-Policy"]
    assert models.AccessLog.objects.get().person and "../" not in opened["Content-Disposition"]
    document = link.rstrip("/").rpartition("/")[2]
    officer.post(page, {"key": "u", "act": "accept-unscanned", "document": document, "reason": "read on a machine apart"})
    kinds = models.LedgerRecord.objects.filter(dossier=f"application/{reference}").values_list("kind", flat=True)
    assert list(kinds) == ["application-submitted", "document-accepted-unscanned"]
    assert officer.get(link).content == PDF


def test_anothers_file_is_not_there(told: Told) -> None:
    """Whoever knows a digest must not learn from the answer that somebody else handed in that paper."""
    client, rival = log_in("exporter"), log_in("longterm")
    digest = attached(client)
    theirs, nothing = (rival.get(f"/counter/documents/{one}/") for one in (digest, "0" * 64))
    assert theirs.status_code == nothing.status_code == 404
    assert client.get(f"/counter/documents/{digest}/", {"unscanned": "1"}).content == PDF
    reference = filed(log_in("exporter"))
    document = orjson.loads(text())["documents"][0]["id"]
    assert rival.get(f"/counter/applications/{reference}/documents/{document}/").status_code == 404
    assert log_in("customs").get(f"/desk/applications/{reference}/documents/{document}/").status_code == 404


def test_a_file_that_changed_or_went_is_found_by_the_audit(told: Told) -> None:
    """Evidence that can be swapped in the data folder proves nothing."""
    digest = attached(log_in("exporter"))
    path = folder() / digest[:2] / digest
    assert digest not in {one.subject for one in audit().found}
    path.write_bytes(b"other")
    assert (digest, "audit-document-differs") in {(one.subject, one.code) for one in audit().found}
    path.unlink()
    assert (digest, "audit-document-missing") in {(one.subject, one.code) for one in audit().found}
    path.write_bytes(PDF)


def test_the_bundle_carries_the_files_its_versions_name(told: Told) -> None:
    """An appeal without the papers repeats the decision without its evidence."""
    dossier = told.dossiers["case"]
    before = set(bundle(office(), dossier).documents)
    state = office().store.states(dossier)
    digest = attached(log_in("exporter"))
    content = orjson.loads(office().store.document(state.content_digest))
    content["documents"][0]["sha256"] = digest
    models.Document.objects.filter(sha256=state.content_digest).update(content=orjson.dumps(content))
    after = bundle(office(), dossier).documents
    assert set(after) - before == {digest} and after[digest] == PDF


def shown(client: Client, data: bytes, name: str) -> tuple[str, HttpResponse]:
    answer = client.post(f"{NEW}import/", {"key": name, "upload": upload(name, data)}, follow=True)
    return answer.redirect_chain[-1][0], answer


def test_a_sheet_is_read_shown_and_taken_into_the_draft(told: Told) -> None:
    """Lines that land in another draft, or half of them, are a wrong application that looks right."""
    client = log_in("exporter")
    url, answer = shown(client, b"line,gross_mass\nL1,96 kg\nL2,two\n", "goods.csv")
    html = answer.content.decode()
    assert "B3" in html and 'value="good-rows"' in html and 'value="take"' not in html
    assert client.post(url, {"key": "x", "act": "take"}).status_code == 200
    assert not models.Draft.objects.filter(form="application/new").exists()
    back = client.get(url, {"as": "xlsx"})
    assert back.content[:2] == b"PK"
    client.post(url, {"key": "y", "act": "good-rows"})
    lines = orjson.loads(models.Draft.objects.get(form="application/new").raw["file"])["lines"]
    assert [line["id"] for line in lines] == ["L1"]
    url, _ = shown(client, b"line,gross_mass\nL1,97 kg\nL5,1 kg\n", "more.csv")
    client.post(url, {"key": "z", "act": "take"})
    lines = orjson.loads(models.Draft.objects.get(form="application/new").raw["file"])["lines"]
    assert [(line["id"], line["quantity"]["gross"]) for line in lines] == [("L1", "97 kg"), ("L5", "1 kg")]


def test_anothers_sheet_and_an_open_bomb_are_refused(told: Told) -> None:
    """The importer is the widest door of the counter."""
    url, _ = shown(log_in("exporter"), b"line,gross_mass\nL1,96 kg\n", "goods.csv")
    assert log_in("longterm").get(url).status_code == 404
    answer = log_in("exporter").post(
        f"{NEW}import/", {"key": "b", "upload": upload("b.xlsx", make.with_part("x", b"\0" * 10**7))}
    )
    assert answer.status_code == 302 and not models.KeptFile.objects.exclude(state="received").filter(kind="xlsx").exists()


def test_statistics_are_one_thing_in_three_forms(told: Told) -> None:
    """A number that differs between the page and the file is no number."""
    client = Client()
    query = {"since": "2026-01-01", "until": "2027-01-01", "by": "route"}
    table = list(csv.reader(io.StringIO(client.get("/statistics/", {**query, "as": "csv"}).content.decode("utf-8-sig"))))
    told_json = client.get("/statistics/", {**query, "as": "json"}).json()
    rows = [
        (one["table"], row["group"], row["code"], row["value"] or "<5") for one in told_json["tables"] for row in one["rows"]
    ]
    assert [tuple(row) for row in table[1:] if row[0] != "about"] == rows and rows
    html = client.get("/statistics/", query).content.decode()
    assert told_json["inputs"] in html and told_json["dossiers"] > 2
    assert {row[3] for row in rows} <= {"<5", "0"}  # three cases: every cell would tell about one firm


def test_statistics_read_only_what_moved(told: Told, django_assert_max_num_queries: object) -> None:
    """Folding the whole office for every reader is how a public page takes it down."""
    client = Client()
    client.get("/statistics/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/statistics/")


def test_settings_keep_an_address_and_take_it_back(told: Told) -> None:
    """Somebody whose address is wrong must see it at once, not when a period has run."""
    client = log_in("exporter")
    bad = client.post("/settings/", {"act": "mail", "email": "nobody", "language": "en"})
    assert bad.status_code == 422 and "nobody" in bad.content.decode()
    client.post("/settings/", {"act": "mail", "email": "lin@example.org", "language": "zh-Hans", "other": "1"})
    account = models.Account.objects.select_related("address").get(login="exporter")
    assert (account.address.email, account.address.other_news, account.language) == ("lin@example.org", True, "zh-Hans")
    client.post("/settings/", {"act": "mail", "email": "", "language": "zh-Hans"})
    assert not models.Address.objects.exists()
