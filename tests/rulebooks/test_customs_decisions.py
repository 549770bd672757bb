"""Two published customs decisions as sets of facts, model by model, put to the law of the day of the declaration.

If one broke, an averaged shipment would hide the one model that is controlled, or free models would be held with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from lodemark import rules
from lodemark.rules import FactSet, Rulebook
from tests.rulebooks.probe import books

YANGSHAN = date(2025, 7, 4)
MEISHAN = date(2025, 4, 30)
NDFEB = {"Pr": "0.0449", "Nd": "0.135", "Ce": "0.1536", "Fe": "0.657", "B": "0.0095"}
TRACES = {
    "Nd": "0.14003328",
    "Pr": "0.04713977",
    "Gd": "0.00326348",
    "Sc": "8.3E-7",
    "Sm": "9.409E-5",
    "Tb": "9.584E-5",
    "Y": "8.062E-5",
}
CLEAR = {"party[p2].listed[export-barred]": False}


def declared(models: int, contents: Mapping[str, str], complete: bool, destination: str) -> FactSet:
    """So many models of one declaration, each a line of its own with the same declared contents."""
    ids = [f"L{number}" for number in range(1, models + 1)]
    facts = FactSet().state({"application.exported_from": "CN", "party[p2].country": destination})
    facts = facts.state({f"end_use[u1].{name}": False for name in ("wmd", "terrorism", "security_risk")}).state(CLEAR)
    facts = facts.collect("application.lines", ids, complete=True).collect("application.ultimate_end_users", [], complete=True)
    facts = facts.collect("application.consignees", [], complete=True).collect("application.end_users", ["p2"], complete=True)
    for line in ids:
        facts = facts.state({f"line[{line}].family": "ndfeb_sintered", f"line[{line}].form": "magnet"})
        facts = facts.state({f"line[{line}].fraction[{element}]": Decimal(share) for element, share in contents.items()})
        facts = facts.collect(f"line[{line}].fraction", contents, complete=complete)
        facts = facts.collect(f"line[{line}].end_users", ["p2"], complete=True).collect(
            f"line[{line}].uses", ["u1"], complete=True
        )
    return facts


def assayed(facts: FactSet, found: Mapping[str, str]) -> FactSet:
    """A laboratory's dysprosium for some models: a correction of what a complete declaration said, an answer to an open one."""
    for line, share in found.items():
        facts = facts.correct(f"line[{line}].fraction[Dy]", Decimal(share), "customs laboratory")
    return facts


def outcomes(facts: FactSet, on: date, book: Rulebook | None = None) -> dict[str, str]:
    found = rules.assess(book or books()["cn-ann18"], facts, on=on)
    return {str(cell.line): cell.outcome for cell in found.cells}


def test_yangshan_as_declared() -> None:
    """Contents that sum to 100.00 % leave no room for a listed element: sixteen free lines."""
    assert set(outcomes(declared(16, NDFEB, True, "CH"), YANGSHAN).values()) == {"not_controlled"}


def test_yangshan_with_the_assay_of_one_model() -> None:
    """含镝的钕铁硼永磁材料: P1179 at 0.36 % needs a licence by 1C905.a.4, the other fifteen are what they were."""
    facts = assayed(declared(16, NDFEB, True, "CH"), {"L1": "0.0036"})
    found = rules.assess(books()["cn-ann18"], facts, on=YANGSHAN)
    assert [cell.outcome for cell in found.cells] == ["licence_required", *["not_controlled"] * 15]
    assert [one.provision for one in found.cells[0].fired if "/1C9" in one.provision] == ["cn/ann18-2025/1C905.a.4"]


def test_yangshan_penalty_is_a_range_below_which_discretion_took_it() -> None:
    """A fine of 20,000 yuan lies under the floor of art. 34: no rulebook may compute an amount, it shows range and discretion."""
    book = books()["cn-ann18"]
    floor, ceiling = (book.value("cn/ecl-2020/34", name, YANGSHAN).value for name in ("fixed_min", "fixed_max"))
    threshold = book.value("cn/ecl-2020/34", "turnover_threshold", YANGSHAN).value
    assert (floor, ceiling) == (500_000, 5_000_000)
    assert Decimal("66143.2") < threshold and Decimal(20_000) < floor
    assert book.provision("cn/apl-2021/32").kind == "penalty"


def test_meishan_as_declared_is_open() -> None:
    """等 says that more is in it: seventeen lines on which dysprosium is asked for, and terbium 0.0096 % is for the authority."""
    facts = declared(17, TRACES, False, "DE")
    found = rules.assess(books()["cn-ann18"], facts, on=MEISHAN)
    assert {cell.outcome for cell in found.cells} == {"not_known"}
    asked = {item.fact_ref for item in found.missing}
    assert {f"line[L{number}].fraction[Dy]" for number in range(1, 18)} | {"cn/ann18-2025/trace#Tb"} <= asked
    assert not {ref for ref in asked for element in ("Gd", "Sc", "Sm", "Y") if f"[{element}]" in ref}


def test_meishan_with_the_assay_of_two_models() -> None:
    """0.18 % and 0.24 %: two lines need a licence, and no line for its gadolinium, scandium, samarium or yttrium."""
    found = outcomes(assayed(declared(17, TRACES, False, "DE"), {"L4": "0.0018", "L11": "0.0024"}), MEISHAN)
    assert {line for line, outcome in found.items() if outcome == "licence_required"} == {"L4", "L11"}
    assert {outcome for line, outcome in found.items() if line not in ("L4", "L11")} == {"not_known"}


HOUSE_TRACE = """
- id: house/trace-tb
  kind: value
  title: {zh-Hans: 铽的微量界限, en: Trace limit for terbium}
  basis: {zh-Hans: 本机关试行, en: Tried by this office}
  evidence: computed
  over: line
  values: [{name: Tb, from: 2025-04-04, until: null, value: "0.05", unit: "% m/m", basis: house, narrows: "cn/ann18-2025/trace#Tb"}]
"""


def test_a_house_value_decides_the_open_trace_visibly(tmp_path: Path) -> None:
    """An office may narrow what the text leaves open; whoever reads the result must see that it was the office, not the law."""
    (tmp_path / "house").mkdir()
    (tmp_path / "regimes").mkdir()
    (tmp_path / "house" / "trace.yaml").write_text(HOUSE_TRACE, encoding="utf-8")
    shipped = (rules.SHIPPED / "regimes" / "cn-ann18.yaml").read_text(encoding="utf-8")
    own = shipped.replace("id: cn-ann18\n", "id: cn-ann18-office\n").replace("house: [", "house: [house/trace-tb, ")
    (tmp_path / "regimes" / "office.yaml").write_text(own, encoding="utf-8")
    facts = declared(1, {**TRACES, "Dy": "0"}, True, "DE")
    assert outcomes(facts, MEISHAN) == {"L1": "not_known"}
    found = rules.assess(rules.load("cn-ann18-office", (rules.SHIPPED, tmp_path)), facts, on=MEISHAN)
    assert [cell.outcome for cell in found.cells] == ["not_controlled"]
    assert "house" in " ".join(reason.code for reason in found.cells[0].caveats)


def test_an_hs_code_alone_is_undecidable() -> None:
    """A customs code is no word of the vocabulary, so a file that states nothing else states nothing: every line stays open."""
    facts = declared(1, {}, False, "CH")
    bare = FactSet({ref: said for ref, said in facts.statements.items() if not ref.startswith("line[")}, facts.collections)
    assert outcomes(bare, YANGSHAN) == {"L1": "not_known"}
