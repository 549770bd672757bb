"""The whole loop through the API, with keys: file, return, complete, accept, decide, sign, draw."""

from __future__ import annotations

from typing import Any

from tests.office.api_kit import PASSWORD, SCENARIOS, Clock, Hand

JOINT = SCENARIOS / "the-joint-nobody-could-name"
COMPLIANCE = "cn/duir-2024/16-2"
GROUND = {"code": "ground-civil-use-stated", "provision": "cn/ecl-2020/13-6"}


def done(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content.decode()
    return response.json()


def codes(response: Any) -> list[str]:
    assert response.status_code == 422, response.content.decode()
    return [reason["code"] for reason in response.json()["reasons"]]


def load_list(hands: dict[str, Hand], day: str) -> None:
    data = (SCENARIOS / "lists" / "party-control.csv").read_bytes()
    done(hands["officer"].post(f"/lists/control?published={day}", data, content_type="text/csv"))


def filed_and_completed(hands: dict[str, Hand], clock: Clock) -> str:
    """File what is incomplete, get it back with the list, complete it: the path of the application."""
    exporter, officer = hands["exporter"], hands["officer"]
    clock("2026-03-16")
    load_list(hands, "2026-03-16")
    first, second = (JOINT / "first.yaml").read_bytes(), (JOINT / "second.yaml").read_bytes()
    missing = done(exporter.post("/applications/check", first, content_type="application/yaml"))
    assert not missing["complete"] and missing["missing"][0]["said"]["zh-Hans"]
    assert "answer-missing" in codes(exporter.post("/applications?declaration_signed=true", first))
    filed = done(exporter.post("/applications?declaration_signed=true&on_paper=true", first), 201)["result"]["application"]
    path = f"/applications/{filed.partition('/')[2]}"
    clock("2026-03-18")
    done(officer.post(f"{path}/return"))
    returned = done(exporter.get(path))
    assert returned["status"] == "returned" and returned["returns"][0]["items"]
    clock("2026-03-25")
    done(exporter.post(f"{path}/submit?declaration_signed=true", second))
    assert done(exporter.get(f"{path}/diff?old=1&new=2"))
    return path


def decided(hands: dict[str, Hand], clock: Clock, path: str) -> Any:
    """Accept, take, propose with reasons, sign by another person: the answer to the signature."""
    exporter, officer, signer = hands["exporter"], hands["officer"], hands["countersigner"]
    clock("2026-03-27")
    case = done(officer.post(f"{path}/accept"), 201)["result"]["case"].replace("case/", "/cases/")
    done(officer.post(f"{case}/take"))
    assert done(exporter.get(case))["turn"] == "authority"
    clock("2026-04-20")
    load_list(hands, "2026-04-20")
    lines = done(officer.get(case))["lines"]
    outcomes = [{"line": line, "outcome": "granted", "grounds": [GROUND], "conditions": []} for line in lines]
    assert codes(officer.post(f"{case}/propose", {"outcomes": outcomes})) == ["not-known-judged"]
    judged = [{"check": COMPLIANCE, "line": line, "verdict": "met", "reason": "The report was read."} for line in ("", *lines)]
    done(officer.post(f"{case}/propose", {"outcomes": outcomes, "judgements": judged}))
    decision = done(officer.get(case))["decisions"][-1]
    assert "decisions" in done(exporter.get(case)) and done(exporter.get(case))["decisions"] == []
    signature = {"decision": decision["id"], "digest": decision["digest"], "password": PASSWORD}
    assert "role-may-not" in codes(officer.post(f"{case}/countersign", signature))
    assert codes(signer.post(f"{case}/countersign", {**signature, "password": "not mine at all"}))
    return done(signer.post(f"{case}/countersign", signature))


def test_one_export_from_filing_to_customs(hands: dict[str, Hand], clock: Clock) -> None:
    """If one step had no door, a machine could not carry an export through, and would fall back to a person typing."""
    exporter, customs = hands["exporter"], hands["customs"]
    signed = decided(hands, clock, filed_and_completed(hands, clock))
    licence = f"/licences/{signed['result']['licences'][0]['number']}"
    state = done(exporter.get(licence))
    line = state["terms"]["lines"][0]
    clock("2026-05-04")
    caps = {one["commodity"]: one for one in state["balance"]}
    assert caps["gross"]["available"] == 96_000_000
    masses = [{"model": line["models"][0], "lot": "LOT-118-1", "gross_mg": 60_000_000}]
    amounts = {
        "gross": 60_000_000,
        **{name: 60_000_000 * one["granted"] // 96_000_000 for name, one in caps.items() if name != "gross"},
    }
    ask = {
        "drawdown": "S-1", "line": 1, "shipment": "S-1", "control_list_entry": line["control_list_entry"],
        "end_user": line["end_user"], "destination": line["destination"], "masses": masses, "amounts": amounts,
        "hold_until": "2026-06-01T00:00:00Z",
    }  # fmt: skip
    done(exporter.post(f"{licence}/reserve", ask))
    clock("2026-05-06")
    left = {"drawdown": "S-1", "masses": masses, "amounts": amounts, "released_at": "2026-05-06T01:00:00Z"}
    assert "customs-acts" in codes(exporter.post(f"{licence}/post", left))
    done(customs.post(f"{licence}/post", left))
    balance = {one["commodity"]: one for one in done(exporter.get(f"{licence}/balance"))}
    assert balance["gross"]["posted"] == 60_000_000 and balance["gross"]["available"] == 36_000_000
    done(exporter.post(f"{licence}/papers"))
    assert done(exporter.get(f"{licence}/credential?form=sd-jwt"))["content"]
