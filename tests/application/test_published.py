"""Two published customs decisions. If these broke, the system would clear goods that were penalised, or hold goods that were free."""

import copy
from datetime import date

import pytest

from lodemark import rules
from lodemark.application import checks, defects, facts, read
from tests.application.test_read import example

BOOK = rules.load("cn-ann18")
CLEAR = {f"party[{party}].listed[{measure}]": False for party in ("p1", "p2") for measure in BOOK.lists["list/measures"].items}


def assessed(name: str, on: date, assays: dict[str, str]):
    """The published file, with assays by line, under clear lists."""
    content = copy.deepcopy(dict(example(name).content))
    for line in content["lines"]:
        if line["id"] in assays:
            line["composition"]["measured"] = [{"Dy": assays[line["id"]], "method": "ICP-OES"}]
    app = read(content)
    return app, rules.assess(BOOK, facts(app, BOOK), on=on, gathered=CLEAR)


def test_yangshan_as_declared_and_complete_is_not_controlled() -> None:
    """Pr Nd Ce Fe B that sum to 100.00 %: no entry names them."""
    _, found = assessed("yangshan-declared", date(2025, 7, 4), {})
    assert [cell.outcome for cell in found.cells] == ["not_controlled"] * 16


def test_yangshan_with_the_assay() -> None:
    """Dy 0.36 % in one model of sixteen: that line needs a licence by 1C905.a.4, the fifteen others stay what they were."""
    app, found = assessed("yangshan-declared", date(2025, 7, 4), {"L1": "0.36"})
    assert [cell.outcome for cell in found.cells] == ["licence_required"] + ["not_controlled"] * 15
    assert "cn/ann18-2025/1C905.a.4" in {fired.provision for fired in found.cells[0].fired}
    not_met = {result.code for result in checks.run(app, BOOK) if result.verdict == "not_met"}
    assert not_met == {"composition-sum", "declared-vs-measured"}


def test_meishan_as_declared_asks_for_dysprosium() -> None:
    """A list that ends in 等 is open: what it does not name is asked for, never taken as absent."""
    _, found = assessed("meishan-declared", date(2025, 4, 30), {})
    assert {cell.outcome for cell in found.cells} == {"not_known"}
    assert {"line[L1].fraction[Dy]", "cn/ann18-2025/trace#Tb"} <= {item.fact_ref for item in found.missing}


def test_meishan_with_the_assay() -> None:
    """Two lines need a licence; Gd, Sc, Sm, Y traces in NdFeB meet no entry, Tb 0.0096 % stays a question to the authority."""
    _, found = assessed("meishan-declared", date(2025, 4, 30), {"L3": "0.18", "L9": "0.24"})
    decided = {cell.line: cell.outcome for cell in found.cells}
    assert {line for line, outcome in decided.items() if outcome == "licence_required"} == {"L3", "L9"}
    assert {outcome for line, outcome in decided.items() if line not in ("L3", "L9")} == {"not_known"}
    fired = {one.provision for cell in found.cells for one in cell.fired if "/1C9" in one.provision}
    assert fired == {"cn/ann18-2025/1C905.a.4"}


@pytest.mark.parametrize(
    ("dysprosium", "outcome"), [("0.179", "not_known"), ("0.18", "licence_required"), ("0.181", "licence_required")]
)
def test_trace_boundary(dysprosium: str, outcome: str) -> None:
    """0.18 % is the least content that customs penalised; below it the text is silent and the authority is asked."""
    _, found = assessed("meishan-declared", date(2025, 4, 30), {"L3": dysprosium})
    assert next(cell.outcome for cell in found.cells if cell.line == "L3") == outcome


def test_full_example_needs_a_licence_for_the_magnets() -> None:
    """Loose magnets leave China; that motors leave Austria later does not take them out at the first border."""
    app = example("full")
    clear = {
        f"party[{party}].listed[{measure}]": False
        for party in app.parties.members
        for measure in BOOK.lists["list/measures"].items
    }
    found = rules.assess(BOOK, facts(app, BOOK), on=date(2026, 3, 16), gathered=clear)
    assert [cell.outcome for cell in found.cells] == ["licence_required"]
    assert (found.admissible, found.missing) == ("met", ())


@pytest.mark.parametrize(("penalty", "codes"), [(False, []), (True, ["requirement-not-met"])])
def test_general_licence_after_a_serious_penalty(penalty: bool, codes: list[str]) -> None:
    """不得申请通用许可: the file says so itself; the item names the kind and leads to a single licence, and opens nothing else."""
    content = copy.deepcopy(dict(example("general").content))
    content["answers"]["application.serious_penalty_5y"] = penalty
    app = read(content)
    found = rules.assess(BOOK, facts(app, BOOK), on=date(2026, 3, 16))
    items = defects(app, found, checks.run(app, BOOK))
    assert [item.code for item in items] == codes
    assert all(
        item.path == "/kind" and "/parties" not in item.reopens and item.provision.startswith("cn/duir-2024/20")
        for item in items
    )


NOTHING_KNOWN_AGAINST = {
    **{
        f"party[{party}].listed[{measure}]": False
        for party in ("p1", "p2", "p3", "p4")
        for measure in BOOK.lists["list/measures"].items
    },
    **{f"end_use[u1].{name}": False for name in ("wmd", "terrorism", "security_risk", "military", "raises_military_strength")},
}
ASSEMBLIES = (
    # 将磁体内嵌、内置或表贴于铁芯/钢板进行固定装配的组件…属于深度加工产品范畴，一般不属于18号公告管制范围
    ("assembly", True, {"not_controlled"}, "generally"),
    # 传感器…并经注塑等工艺成型
    ("sensor", True, {"not_controlled"}, "generally"),
    # 烧成的催化剂粉体、荧光粉等发光材料；带磁性扣件的下游产品
    ("fired_catalyst", None, {"not_controlled"}, "generally"),
    ("phosphor", None, {"not_controlled"}, "generally"),
    ("fastening_good", None, {"not_controlled"}, "generally"),
    # not mentioned: a magnet that is only coated, magnetised or packed; parts of which nobody said how the magnet is held
    ("magnet", None, {"licence_required"}, "must"),
    ("assembly", False, {"licence_required"}, "must"),
    ("assembly", None, {"not_controlled", "licence_required"}, None),
    ("sensor", None, {"not_controlled", "licence_required"}, None),
)


@pytest.mark.parametrize(("form", "deep", "outcomes", "modality"), ASSEMBLIES)
def test_the_assemblies_of_the_published_answers(
    form: str, deep: bool | None, outcomes: set[str], modality: str | None
) -> None:
    """FAQ 5: what is built in is generally free, what is not mentioned stays bound or is asked; one model at a time."""
    content = copy.deepcopy(dict(example("full").content))
    content["tree"] = {"complete": True}
    line = content["lines"][0]
    line["material"], line["node"] = {"family": "ndfeb_sintered", "form": form}, None
    content["lines"] = [{**line, "id": "L2", "material": {"family": "ferrite", "form": form}, "composition": None}, line]
    answers = {} if deep is None else {"line[L1].deep_processed": deep}
    app = read({**content, "answers": answers})
    found = rules.assess(BOOK, facts(app, BOOK), on=date(2026, 3, 16), gathered=NOTHING_KNOWN_AGAINST)
    cells = {cell.line: cell for cell in found.cells}
    assert set(cells["L1"].reachable) == outcomes
    assert modality is None or cells["L1"].modality == modality
    assert cells["L2"].outcome == "not_controlled", "the neighbour of a controlled model is classified alone"
