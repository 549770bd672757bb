"""Marks and balances through the API: what a laboratory and an inspector may ask, and what every answer says it cannot show."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from lodemark import accountancy
from lodemark.assay import Comparison, compose, limits, log10_lr, tag
from lodemark.assay.stored import dump
from lodemark.ledger import jsonable
from lodemark.wording import say
from lodemark_office.acts import marks
from lodemark_office.doors.parts.acting import office
from lodemark_office.store.models import LedgerRecord
from tests.accountancy.examples import components_a, example_a, flows_a, inventories_a
from tests.accountancy.test_from_custody import DY, WEIGHING
from tests.custody.make import document, event, kg, lot, process
from tests.office.api_kit import SCENARIOS, Clock, Hand
from tests.office.doors.demonstration import log_in
from tests.office.test_api import codes, done
from tests.office.test_api_matter import granted

STORY = SCENARIOS / "the-sample-and-the-scale"
SITE = "https://id.gs1.org/414/6900000000106"
PANEL = ("Y", "La", "Ho", "Er", "Lu")
CODES = np.array([[10.0, 100, 30, 10, 60], [60, 10, 100, 30, 10], [30, 60, 10, 100, 30]])


@pytest.fixture
def demo() -> Any:
    """Invented references are of use in the demonstration alone."""
    with override_settings(OFFICE=replace(settings.OFFICE, mode="demo")):
        yield


def uploaded(hand: Hand, file: str) -> str:
    answer = hand.post(f"/assays?name={file}", (STORY / file).read_bytes(), content_type="text/csv")
    return str(done(answer, 201)["result"]["assay"]).partition("/")[2]


def filed(hand: Hand, body: str) -> str:
    answer = hand.post("/assays?name=lab.csv", body.encode(), content_type="text/csv")
    return str(done(answer, 201)["result"]["assay"]).partition("/")[2]


@pytest.fixture
def files(hands: dict[str, Hand], clock: Clock) -> tuple[str, str]:
    """The reference lots and the samples of the story, as the laboratory's."""
    clock("2026-10-07")
    return uploaded(hands["laboratory"], "reference-lots.csv"), uploaded(hands["laboratory"], "samples.csv")


def questions(group: str, samples: str) -> dict[str, dict[str, Any]]:
    """Every question about a specimen."""
    first = {"specimen": "SYN-BORDER-1"}
    return {
        "compare": {**first, "beside": {"assay": samples, "specimen": "SYN-RETAINED-1"}, "group": group},
        "match": {**first, "group": group, "prior_none": "0.4"},
        "refute": {**first, "group": group, "lots": ["SYN-S10-L000", "SYN-S10-L001"]},
        "unmix": {**first, "sources": group, "lots": ["SYN-S10-L000", "SYN-S11-L000"], "given": ["SYN-S10-L000"]},
    }


def test_each_question_is_answered_with_its_limits_and_recorded_nowhere(
    hands: dict[str, Hand], files: tuple[str, str], demo: None
) -> None:
    """An answer without what it cannot show is quoted as proof; a question that left a record would be a verdict."""
    group, samples = files
    before = LedgerRecord.objects.count()
    wanted = {"mark-cannot-one-specimen", *(one.code for one in limits("mixed"))}
    for name in ("inspector", "laboratory"):
        for act, body in questions(group, samples).items():
            answer = done(hands[name].send("POST", f"/assays/{samples}/{act}", body, **{"idempotency-key": ""}))
            told = {one["code"]: one["said"] for one in answer["cannot_show"]}
            assert set(told) == wanted and all(said["en"] != said["zh-Hans"] for said in told.values()), act
            caveats = {one["code"] for one in answer.get("caveats", ())}
            assert "assay-synthetic-reference" in caveats or "caveats" not in answer
            assert ("assay-match-uncalibrated" in caveats) == (act == "match")
    assert LedgerRecord.objects.count() == before


def test_the_answer_is_the_librarys(hands: dict[str, Hand], files: tuple[str, str], demo: None) -> None:
    """Two ways to the same number are two numbers."""
    group, samples = files
    answer = done(hands["inspector"].post(f"/assays/{samples}/compare", questions(group, samples)["compare"]))
    known = {one.specimen_id: one for one in compose(marks.upload(office(), samples).checked.rows)}
    population = marks.group(marks.upload(office(), group), "mixed").validation
    assert population is not None
    found = log10_lr(known["SYN-BORDER-1"], known["SYN-RETAINED-1"], population.background, demo=True)
    assert isinstance(found, Comparison)
    assert (answer["log10_lr"], answer["digest"]) == (found.log10_lr, found.digest)
    assert answer["bounds"] == list(found.bounds or ())
    matched = done(hands["inspector"].post(f"/assays/{samples}/match", questions(group, samples)["match"]))
    assert matched["prior_none"] == 0.4 and "SYN-S10-L000" in matched["tie_set"]


def test_invented_references_are_refused_outside_the_demonstration(hands: dict[str, Hand], files: tuple[str, str]) -> None:
    """A number made of invented lots must never meet a real party."""
    group, samples = files
    for act, body in questions(group, samples).items():
        assert codes(hands["inspector"].post(f"/assays/{samples}/{act}", body)) == ["assay-synthetic-reference"], act


def test_a_laboratory_opens_its_own_files_and_an_outsider_none(hands: dict[str, Hand], files: tuple[str, str]) -> None:
    """Who measures blind must not learn what another found; who is measured must not watch the measuring."""
    group, samples = files
    other = uploaded(hands["inspector"], "samples.csv")
    body = questions(group, samples)
    for path in (f"/assays/{samples}", f"/assays/{samples}/pattern?specimen=SYN-BORDER-1"):
        assert hands["laboratory"].get(path).status_code == hands["inspector"].get(path).status_code == 200
        assert hands["laboratory"].get(path.replace(samples, other)).status_code == 404
        assert hands["officer"].get(path).status_code == hands["exporter"].get(path).status_code == 404
    beside = {**body["compare"], "beside": {"assay": other, "specimen": "SYN-RETAINED-1"}}
    assert hands["laboratory"].post(f"/assays/{samples}/compare", beside).status_code == 404
    for act in body:
        assert hands["exporter"].post(f"/assays/{samples}/{act}", body[act]).status_code == 404


def test_a_file_shows_what_was_refused_and_what_each_stage_cannot_say(hands: dict[str, Hand], clock: Clock) -> None:
    """A cell that was dropped in silence is what a court asks about first."""
    clock("2026-10-07")
    head = "sample_id,lot_id,stage,analyte,value,unit,u,u_given,sys_group\n"
    number = filed(hands["laboratory"], head + "S-1,L-1,alloy,Nd,28,%,0.1,u,g\nS-1,L-1,alloy,Pr,5,at%,0.1,u,g\n")
    shown = done(hands["inspector"].get(f"/assays/{number}?size=1"))
    assert (shown["rows_in_all"], shown["rows"][0]["reported_text"]) == (1, "28")
    assert shown["rejected"][0]["reasons"][0]["said"]["zh-Hans"]
    assert [one["code"] for one in shown["cannot_show"]["alloy"]] == [one.code for one in limits("alloy")]
    drawn = done(hands["inspector"].get(f"/assays/{number}/pattern?specimen=S-1"))
    assert drawn["elements"] == ["Nd"] and drawn["cannot_show"] and drawn["chart"]["axis"][4] == ""


def test_results_as_json_are_read_like_a_table_with_their_certificates(hands: dict[str, Hand], clock: Clock) -> None:
    """A limit that turned into a number, or a failed reference material that nobody saw, on the way from one system to another."""
    clock("2026-10-07")
    row = {
        "sample_id": "S-1",
        "lot_id": "L,1",
        "stage": "alloy",
        "unit": "%",
        "u": "0.1",
        "u_given": "u",
        "method": "ICP-OES",
        "lab": "L",
        "sys_group": "g",
    }
    rows = [{**row, "analyte": "Nd", "value": "28.0"}, {**row, "analyte": "Dy", "value": "<0.50", "lod_rule": "3s"}]
    known = [{"crm_id": "CRM-9", "analyte": "Nd", "value": "280000", "u": "500"}]
    check = {**row, "sample_id": "C-1", "lot_id": "", "analyte": "Nd", "value": "27.0", "crm_id": "CRM-9"}
    body = {"rows": [*rows, check], "certificates": known}
    made = done(hands["laboratory"].post("/assays", body), 201)["result"]
    assert [one["code"] for one in made["disagreements"]].count("A09") == 1
    shown = done(hands["inspector"].get(f"/{made['assay'].replace('assay/', 'assays/')}"))
    told = {(one["analyte"], one["sample_id"]): (one["reported_text"], one["flag"]) for one in shown["rows"]}
    assert told["Dy", "S-1"] == ("<0.50", "lt") and told["Nd", "S-1"][1] == "quarantined"
    for bad in ({"rows": [{"value": 28.0}]}, {"lines": []}, {"rows": []}):
        assert hands["laboratory"].post("/assays", bad).status_code == 400, bad


@pytest.mark.parametrize(
    ("act", "change", "status"),
    [
        ("match", {"prior_none": "1"}, 400),
        ("match", {"specimen": "NOBODY"}, 404),
        ("refute", {"lots": ["NO-LOT"]}, 404),
        ("refute", {"lots": []}, 400),
        ("unmix", {"given": ["NO-LOT"]}, 404),
        ("unmix", {"max_k": 9}, 400),
        ("compare", {"model": "guess"}, 400),
        ("compare", {"group": "M-2026-000009-0"}, 404),
    ],
)
def test_what_cannot_be_asked_is_told_in_both_languages(
    hands: dict[str, Hand], files: tuple[str, str], demo: None, act: str, change: dict[str, Any], status: int
) -> None:
    """'Bad request' costs its reader an hour; an empty answer costs a case."""
    group, samples = files
    answer = hands["inspector"].post(f"/assays/{samples}/{act}", {**questions(group, samples)[act], **change})
    assert answer.status_code == status and answer["content-type"] == "application/problem+json"
    assert all(one["said"]["en"] != one["said"]["zh-Hans"] for one in answer.json()["reasons"])


def test_a_population_too_small_gives_no_ratio(hands: dict[str, Hand], files: tuple[str, str], demo: None) -> None:
    """Three lots do not say how lots differ."""
    _, samples = files
    body = {**questions(samples, samples)["compare"], "group": samples}
    assert codes(hands["inspector"].post(f"/assays/{samples}/compare", body)) == ["marks-group-too-small"]


@pytest.fixture
def register() -> tag.Register:
    untagged = tag.TagBackground(np.full(5, 1.0), np.full(5, 0.2))
    book = tag.certify(tag.Codebook.from_table(PANEL, CODES), untagged, seed=3, trials=30)
    return tag.Register(book, {"L-A": 0, "L-B": 1}, untagged)


def test_a_code_is_read_as_a_lot_and_the_register_stays_with_the_laboratory(
    hands: dict[str, Hand], clock: Clock, register: tag.Register
) -> None:
    """Whoever holds the codewords can forge every one of them."""
    clock("2026-10-07")
    kept = hands["laboratory"].post("/codebooks", dump(register))
    number = done(kept, 201)["result"]["codebook"].partition("/")[2]
    head = "sample_id,stage,analyte,value,unit,u,u_given,sys_group\n"
    rows = [
        f"S-{n},alloy,{part},{1 + level},mg/kg,{0.03 * (1 + level)},u,g"
        for n in (0, 2)
        for part, level in zip(PANEL, CODES[n], strict=True)
    ]
    assay = filed(hands["laboratory"], head + "\n".join(rows))
    answer = hands["inspector"].post(f"/assays/{assay}/tag", {"specimen": "S-0", "codebook": number})
    assert done(answer)["lots"] == ["L-A"] and done(answer)["status"] == "exact"
    assert {"mark-cannot-one-specimen", "mark-cannot-origin-proof"} <= {one["code"] for one in done(answer)["cannot_show"]}
    given = {"specimen": "S-0", "codebook": number, "given": ["L-B"]}
    assert done(hands["laboratory"].post(f"/assays/{assay}/tag", given))["status"] == "unregistered"
    never = done(hands["inspector"].post(f"/assays/{assay}/tag", {"specimen": "S-2", "codebook": number}))
    assert never["lots"] == [""] and "tag-code-not-issued" in [one["code"] for one in never["caveats"]]
    told = b"".join(each.content for each in (kept, answer, hands["inspector"].get(f"/assays/{assay}")))
    assert b'"code":[[' not in told and b'"table"' not in told
    assert hands["inspector"].post("/codebooks", dump(register)).status_code == 404
    assert hands["inspector"].get(f"/dossiers/codebook/{number}/bundle").status_code == 404
    assert hands["laboratory"].post("/codebooks", b"{}").status_code == 400


def tables() -> dict[str, Any]:
    """Example A as rows."""
    rows = {"flows": flows_a(), "inventories": inventories_a(), "components": components_a()}
    return {**{name: jsonable([asdict(one) for one in found]) for name, found in rows.items()}, "goal_mg": 6_000_000}


def test_the_worked_balance_through_the_api(hands: dict[str, Hand], clock: Clock) -> None:
    """The same rows have to give the same balance at every door, sent once or twice."""
    clock("2026-06-01")
    answer = hands["inspector"].post("/balances", tables(), key="b-1")
    made = done(answer, 201)["result"]
    assert made["classes"] == ["closed-weakly"] and "balance-cannot-show-who" in made["cannot_show"]["SITE/Dy"]
    again = hands["inspector"].post("/balances", tables(), key="b-1")
    assert again.content == answer.content and again["idempotent-replayed"] == "true"
    shown = done(hands["inspector"].get(f"/balances/{made['balance'].partition('/')[2]}"))
    (balance,) = shown["balances"]
    straight = accountancy.run(example_a(), "Dy", "SITE", goal_mg=6_000_000)
    assert (balance["digest"], balance["klass"]) == (straight.digest, straight.klass)
    assert [line["muf_kg"] for line in balance["lines"]] == [line.muf_kg for line in straight.lines]
    assert [one["code"] for one in balance["cannot_show"]] == [one.code for one in straight.cannot_show]
    for name in ("laboratory", "officer", "exporter"):
        assert hands[name].post("/balances", tables()).status_code == 404
        assert hands[name].get(f"/balances/{shown['balance']}").status_code == 404


def test_every_row_that_cannot_be_used_is_told(hands: dict[str, Hand], clock: Clock) -> None:
    """One fault told at a time is a day lost for each."""
    body = tables()
    body["flows"][0]["element_mg"] = -5
    body["flows"][1]["element"] = "Xx"
    answer = hands["inspector"].post("/balances", body)
    told = [reason["code"] for reason in answer.json()["reasons"]]
    assert answer.status_code == 400 and told == ["balance-bad-input", "balance-mass-negative", "balance-element-unknown"]


def captured(hands: dict[str, Hand], clock: Clock, *more: Any) -> None:
    """The worked site of ``tests/accountancy/test_from_custody.py`` as the office hears of it."""
    clock("2026-04-02")
    here = {"readPoint": {"id": SITE}}

    def seen(step: str, hours: int, *goods: tuple[str, float], **said: Any) -> Any:
        return event(hours=hours, action="OBSERVE", bizStep=step, quantityList=[kg(*pair) for pair in goods], **here, **said)

    loss = {"lode:massLoss": [{"quantity": 5, "uom": "KGM", "reason": "moisture"}]}
    events = (
        seen("stock_taking", 0, ("OPEN", 100.0)),
        seen("receiving", 100, ("IN", 200.0)),
        process({"IN": 200.0, "OPEN": 60.0}, {"OUT": 250.0}, hours=200, **loss, **here),
        seen("shipping", 300, ("OUT", 240.0)),
        seen("stock_taking", 720, ("OPEN", 40.0), ("OUT", 10.0)),
        *(each(seen) for each in more),
    )
    answer = hands["exporter"].post("/epcis/v2/capture", document(*events))
    assert answer.status_code == 202, answer.content.decode()


def assayed(hands: dict[str, Hand], *left_out: str) -> None:
    """Lots at 30 % dysprosium: own u .4 %, laboratory .3 % (.1 % for what is made)."""
    head = "assay_id,sample_id,lot_id,stage,analyte,value,unit,u,u_given,u_sys,sys_group\n"
    rows = []
    for name, shared in (("OPEN", 900.0), ("IN", 900.0), ("OUT", 300.0)):
        u = float(np.hypot(1200, shared))
        rows.append(f"A,S-{name},{lot(name)},alloy,Dy,300000,mg/kg,{u!r},u,{shared},lab L")
    filed(hands["laboratory"], head + "\n".join(row for row in rows if not any(f"S-{name}," in row for name in left_out)))


def asked() -> dict[str, Any]:
    components = jsonable([asdict(part) for part in WEIGHING])
    return {"site": SITE, "elements": ["Dy"], "components": components, "goal_mg": 6_000_000}


def test_a_balance_from_recorded_events_and_assays(hands: dict[str, Hand], clock: Clock) -> None:
    """What codes and marks already say has not to be typed again, where a typing error becomes a question to a party."""
    captured(hands, clock)
    assayed(hands)
    made = done(hands["inspector"].post("/balances/from-records", asked()), 201)["result"]
    shown = done(hands["inspector"].get(f"/balances/{made['balance'].partition('/')[2]}"))
    (balance,) = shown["balances"]
    assert [line["muf_kg"] for line in balance["lines"]] == pytest.approx([3.0])
    assert balance["lines"][0]["sd_kg"] ** 2 == pytest.approx(DY, rel=1e-4)
    assert [one["code"] for one in shown["caveats"]] == ["balance-loss-not-assayed"] and shown["caveats"][0]["said"]["zh-Hans"]
    assert {one["code"] for one in balance["cannot_show"]} == {"balance-cannot-show-who", "balance-cannot-show-below"}


def test_what_the_records_lack_is_told_by_name_and_nothing_is_recorded(hands: dict[str, Hand], clock: Clock) -> None:
    """Guessed, a share or a weight would be an accusation made of nothing."""
    captured(hands, clock, lambda seen: seen("receiving", 150, ("LATE", 7.0)))
    assayed(hands, "IN")
    before = LedgerRecord.objects.count()
    answer = hands["inspector"].post("/balances/from-records", asked())
    told = {(one["code"], one["facts"].get("lot")) for one in answer.json()["reasons"]}
    assert answer.status_code == 400 and LedgerRecord.objects.count() == before
    assert told == {
        ("balance-bad-input", None),
        ("balance-lot-not-assayed", lot("IN")),
        ("balance-lot-not-assayed", lot("LATE")),
    }


PLANT = "https://id.gs1.org/414/4012345000115"
LICENSED = "https://id.gs1.org/01/04012345000016/10/X"


def delivered(hands: dict[str, Hand], clock: Clock, number: str, shipped_kg: float) -> None:
    """The licensed lot of 6 kg leaves, arrives at a plant, and becomes a product of which this much leaves again."""
    clock("2026-09-14")

    def seen(day: str, step: str, site: str, name: str, amount: float, **said: Any) -> Any:
        body = event(action="OBSERVE", bizStep=step, quantityList=[kg(name, amount)], readPoint={"id": site}, **said)
        return {**body, "eventTime": f"2026-{day}T02:00:00.000Z"}

    under = {
        "bizTransactionList": [{"type": "lode:export-licence", "bizTransaction": f"https://office.example/licence/{number}"}]
    }
    made = {
        **event(action="ADD", bizStep="commissioning", quantityList=[kg(LICENSED, 6.0)], readPoint={"id": SITE}),
        "eventTime": "2026-05-04T02:00:00.000Z",
    }
    run = {**process({LICENSED: 6.0}, {"MADE": 5.9}, readPoint={"id": PLANT}), "eventTime": "2026-06-20T02:00:00.000Z"}
    events = (
        made,
        seen("05-20", "shipping", SITE, LICENSED, 6.0, **under),
        seen("06-10", "receiving", PLANT, LICENSED, 6.0),
        run,
        seen("07-01", "shipping", PLANT, "MADE", shipped_kg),
    )
    assert hands["exporter"].post("/epcis/v2/capture", document(*events)).status_code == 202
    head = "assay_id,sample_id,lot_id,stage,analyte,value,unit,u,u_given,sys_group\n"
    filed(hands["laboratory"], head + f"A,S-1,{lot('MADE')},alloy,Dy,26000,mg/kg,130,u,lab L\n")


def plausible() -> dict[str, Any]:
    stated = [replace(WEIGHING[1], group="W9"), replace(WEIGHING[2], stream="shipment")]
    step = {"site": "plant", "step": "cutting", "mean": "0.95", "u": "0.01", "scatter": "0.01", "source": "declared"}
    return {
        "element": "Dy", "site": PLANT, "boundaries": ["2026-05-01T00:00:00Z", "2026-08-01T00:00:00Z"],
        "components": jsonable([asdict(part) for part in stated]), "yields": [step],
    }  # fmt: skip


def test_the_material_balance_of_a_licence(hands: dict[str, Hand], clock: Clock) -> None:
    """More grams may leave than the licensed feed explains; the drawdowns alone cannot see that, and neither number replaces
    the other."""
    number = granted(hands, clock)
    path = f"/licences/{number}/material-balance"
    assert hands["inspector"].get(path).status_code == 404, "nothing was drawn yet"
    delivered(hands, clock, number, 5.5)
    made = done(hands["inspector"].post(path, plausible()), 201)["result"]
    shown = done(hands["inspector"].get(f"{path}?element=Dy"))
    paper = sum(one.masses[0].element_mg["Dy"] for one in office().store.states(f"licence/{number}").drawdowns.values())
    assert shown["explained_kg"] == pytest.approx(paper / 1e6 * 0.95)
    assert shown["shipped_kg"] == pytest.approx(5.5 * 0.026)
    feed, own = paper / 1e6 * 0.95, 5.5 * 0.026
    u = np.sqrt((feed * 0.01) ** 2 + (feed * 0.01 / 0.95) ** 2 + own**2 * (0.002**2 + 0.001**2 + 0.005**2))
    assert shown["u_kg"] == pytest.approx(u, rel=1e-9) and shown["verdict"] == made["verdict"]
    limits_ = {one["code"]: one["said"] for one in shown["cannot_show"]}
    assert set(limits_) == {"balance-cannot-show-who", "licence-balance-cannot-show-drawdown"}
    assert {"granted", "available"} <= set(shown["drawdown"][0]) and set(made["cannot_show"]) == set(limits_)
    for name in ("officer", "exporter", "laboratory"):
        assert hands[name].get(path).status_code == hands[name].post(path, plausible()).status_code == 404
    the_page_draws_the_same(number, shown)


def the_page_draws_the_same(number: str, shown: dict[str, Any]) -> None:
    """The form of the inspectorate asks the same question and shows the same numbers."""
    inspector, url = log_in("inspector"), f"/inspectorate/licences/{number}/balance/"
    page = inspector.get(url).content.decode()
    assert say("licence-balance-explained") in page and shown["digest"] in page and str(shown["drawn"]) in page
    asked = plausible()
    stated = [{name: value for name, value in part.items() if value is not None} for part in asked["components"]]
    columns = ("stream", "name", "kind", "u_rel", "group", "source")
    files = {
        "components.csv": [",".join(columns), *(",".join(str(part.get(name, "")) for name in columns) for part in stated)],
        "boundaries.csv": ["at", *asked["boundaries"]],
        "yields.csv": [",".join(asked["yields"][0]), ",".join(asked["yields"][0].values())],
    }
    form = {name: SimpleUploadedFile(name, "\n".join(lines).encode()) for name, lines in files.items()}
    answer = inspector.post(url, {**form, "element": "Dy", "site": PLANT, "key": "k-page"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and shown["digest"] in page and str(shown["drawn"]) not in page
    refused = inspector.post(url, {"element": "Dy", "site": PLANT, "key": "k-none"})
    assert refused.status_code == 422 and log_in("laboratory").get(url).status_code == 404
