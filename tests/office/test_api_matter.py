"""The matter strand through the API: from events and assays to bounds, a question, its answer; and agreements."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import orjson

from lodemark.measure import read_mass_mg
from lodemark_office.doors.parts.acting import office
from lodemark_office.stories.read import read_story
from lodemark_office.stories.stage import play
from tests.office.api_kit import SCENARIOS, Clock, Hand, cast_of_stories
from tests.office.test_api import codes, done

CIVIL = SCENARIOS / "civil-by-name"
QUOTA = SCENARIOS / "quota-and-transparency"


def granted(hands: dict[str, Hand], clock: Clock) -> str:
    """The licence of the story, up to its shipment: what is tested here begins after it."""
    cast, story = cast_of_stories(), read_story(CIVIL)
    for told in play(office(), cast, story):
        if told.step.verb == "post":
            break
    return office().store.states(office().store.dossiers("licence")[0]).terms.number


def test_from_codes_and_marks_to_a_question(hands: dict[str, Hand], clock: Clock) -> None:
    """The central question must be answerable by machines alone: where the licensed grams went, with bounds."""
    number = granted(hands, clock)
    for name, file in (("exporter", "exporter-events"), ("city", "city-events"), ("inspector", "installed")):
        clock("2026-09-14")
        data = (CIVIL / f"{file}.json").read_text(encoding="utf-8")
        data = re.sub(r"\{licence:L\}", number, data)
        assert hands[name].post("/epcis/v2/capture", data.encode()).status_code == 202
    file = (CIVIL / "assays.csv").read_bytes()
    filed = done(hands["laboratory"].post("/assays?name=assays.csv", file, content_type="text/csv"), 201)
    shown = filed["result"]["cannot_show"]
    assert set(shown) == {"alloy"} and {"mark-cannot-origin-proof", "mark-cannot-end-use"} <= set(shown["alloy"])
    seen = {
        "thing": "https://id.gs1.org/8004/4012345AIRFRAME7", "found_use": "military", "found_user": "Kestrel Wing 7",
        "text": "Two swivel drives read on the wing fold; the type certificate names the user.",
    }  # fmt: skip
    assert hands["laboratory"].post("/inspections", seen).status_code == 404
    done(hands["inspector"].post("/inspections", seen), 201)
    clock("2026-09-15")
    reach = done(hands["inspector"].get(f"/lots/reach?licence={number}&element=Dy&use=military"))["reach"]
    assert (reach["low_mg"], reach["high_mg"], reach["conflict"]) == (78_000, 156_000, None)
    assert hands["exporter"].get(f"/lots/reach?licence={number}&element=Dy").status_code == 404
    opened = done(hands["inspector"].post("/findings/detect"))["opened"]
    assert done(hands["inspector"].post("/findings/detect"))["opened"] == []
    found = {
        done(hands["officer"].get(path))["kind"]: path for path in ("/findings/" + one.partition("/")[2] for one in opened)
    }
    path = found["reach-beyond-declared"]
    assert hands["exporter"].get(path).status_code == 404, "a question not put yet is the office's own"
    shown = [one["digest"] for one in done(hands["officer"].get(path))["evidence"]]
    done(hands["officer"].post(f"{path}/put-question", {"shown": shown, "answer_due": "2026-10-26"}))
    clock("2026-09-17")
    early = {"closed_as": "upheld", "reason": "The bounds are proven."}
    assert codes(hands["officer"].post(f"{path}/close", early)) == ["heard-before-upheld"]
    done(hands["exporter"].post(f"{path}/answer", {"points": [{"id": "1", "text": "The drives were resold."}]}))
    assert done(hands["officer"].get(path))["state"] == "answered"
    assert [one["dossier"] for one in done(hands["exporter"].get("/findings"))["items"]] == [
        "finding/" + path.rpartition("/")[2]
    ]


def test_records_that_contradict_each_other_give_no_number(hands: dict[str, Hand], clock: Clock) -> None:
    """A machine that reads "0 to all" takes for a range what is a mistake in the records, and nobody corrects it."""
    number = granted(hands, clock)
    clock("2026-09-14")
    for name, file in (("exporter", "exporter-events"), ("city", "city-events")):
        data = (CIVIL / f"{file}.json").read_text(encoding="utf-8")
        assert hands[name].post("/epcis/v2/capture", data.replace("{licence:L}", number).encode()).status_code == 202
    richer = (CIVIL / "assays.csv").read_text(encoding="utf-8").replace("10/A,alloy,Dy,2.60", "10/A,alloy,Dy,9.00")
    done(hands["laboratory"].post("/assays?name=assays.csv", richer.encode(), content_type="text/csv"), 201)
    told = done(hands["inspector"].get(f"/lots/reach?licence={number}&element=Dy&use=military"))
    reach, said = told["reach"], told["said"]
    assert [reach[name] for name in ("low_mg", "expected_mg", "high_mg")] == [None, None, None]
    assert reach["conflict"]["code"] == "conflict-gain" and reach["conflict"]["facts"]["excess_mg"] > 0
    assert "No number can be given" in said["en"][0] and "无法给出数值" in said["zh-Hans"][0]
    assert done(hands["inspector"].post("/findings/detect"))["opened"] == []


def test_a_customs_message_of_many_lines(hands: dict[str, Hand], clock: Clock) -> None:
    """One bad line of a message must not cost the good ones, and a message sent again must count once."""
    number = granted(hands, clock)
    clock("2026-06-01")
    line = {"licence": number, "drawdown": "NO-SUCH", "reason": "not used"}
    message = {"message": "gate-1", "lines": [line, {**line, "licence": "CN-0000-000000-0"}]}
    first = done(hands["customs"].post("/customs/messages", message))
    again = done(hands["customs"].post("/customs/messages", message))
    assert [one["status"] for one in first["results"]] == ["refused", "refused"]
    assert first == again and first["results"][0]["reasons"][0]["said"]["zh-Hans"]
    assert hands["exporter"].post("/customs/messages", message).status_code == 404


def test_an_agreement_and_a_batch(hands: dict[str, Hand], clock: Clock) -> None:
    """Quota for promises kept is of no use if a machine cannot ask for the next shipment."""
    clock("2026-01-05")
    terms = {name: value for name, value in tomllib.loads((QUOTA / "terms.toml").read_text()).items() if name != "id"}
    terms = orjson.loads(orjson.dumps(terms))
    assert codes(hands["countersigner"].post("/agreements", terms)) == ["licence-not-this-role"]
    made = done(hands["officer"].post("/agreements", terms), 201)["result"]["agreement"]
    path = f"/agreements/{made.partition('/')[2]}"
    assert done(hands["longterm"].get(path))["state"] == "proposed"
    assert hands["city"].get(path).status_code == 404
    for name in ("longterm", "countersigner"):
        hands[name].post(f"{path}/sign")
    ask = tomllib.loads((QUOTA / "ask.toml").read_text())
    line = orjson.loads(orjson.dumps(ask["line"]))
    body = {
        "line": line, "key_elements": ask["key_elements"],
        "masses": [{"model": line["models"][0], "lot": "LOT-1", "gross_mg": read_mass_mg("5 kg")}],
    }  # fmt: skip
    referred = hands["longterm"].post(f"{path}/batches", body, key="b-1")
    assert referred.status_code == 202, referred.content.decode()
    assert {one["answer"] for one in referred.json()["result"]["checks"]} & {"not met", "not known"}
    again = hands["longterm"].post(f"{path}/batches", body, key="b-1")
    assert (again.status_code, again.content) == (202, referred.content)
    assert done(hands["longterm"].get("/standing"))["tier"]
    assert hands["longterm"].get("/standing?party=beichen").status_code == 404


def test_what_anybody_may_ask(hands: dict[str, Hand], clock: Clock) -> None:
    """Rules, comparison and verification are of use only to those who need no account for them."""
    clock("2026-06-01")
    nobody = Hand("")
    application = (CIVIL / "application.yaml").read_bytes()
    plain: dict[str, Any] = {"authorization": "", "content_type": "application/yaml"}
    assert done(nobody.post("/assess?on=2026-03-20", application, **plain))[0]["cells"]
    assert "questions" in done(nobody.post("/questions?on=2026-03-20&as_seen_by=exporter", application, **plain))[0]
    table = done(nobody.post("/compare?on=2026-03-20&regimes=cn-ann18&regimes=eu-2021-821", application, **plain))
    assert table["regimes"] == ["cn-ann18", "eu-2021-821"]
    books = done(nobody.get("/rules", authorization=""))
    assert len(books) > 5 and done(nobody.get("/rules/cn/duir-2024/16-2?on=2026-03-20", authorization=""))
    assert nobody.get("/rules/no/such", authorization="").status_code == 404
    unknown = nobody.post("/verify", {"credential": "nothing"}, authorization="")
    assert unknown.status_code in (200, 400) and b"500" not in unknown.content
    told = done(nobody.get("/statistics?by=route", authorization=""))
    assert told["dossiers"] == 0 and len(told["inputs"]) == 64 and len(told["tables"]) == 8
    assert nobody.get("/statistics?since=soon", authorization="").status_code == 400


def test_bundle_and_receipt(hands: dict[str, Hand], clock: Clock) -> None:
    """An outsider must be able to check a file without trusting us; and not everybody may hold it."""
    number = granted(hands, clock)
    clock("2026-06-01")
    path = f"/dossiers/licence/{number}"
    bundle = hands["officer"].get(f"{path}/bundle")
    assert bundle.status_code == 200 and bundle.content[:2] == b"PK"
    assert hands["exporter"].get(f"{path}/bundle").status_code == 404
    assert "lodemark" in done(hands["exporter"].get(f"{path}/receipts/1"))["receipt"]
