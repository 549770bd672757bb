"""One under, at, one over every number of law that a condition compares with; the words that draw the line stand above each row.

Expected by those words (Civil Code art. 1259: 以上、以下、以内 include the number, 不满、超过、以外 do not), not by the operator in the
rulebook: if one broke, goods exactly on a line would fall on the wrong side of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from lodemark.rules.condition import Atom, Of, walk
from lodemark.rules.value import Plain
from tests.rulebooks.probe import FILE, books, conditions, verdict

ON = date(2026, 3, 16)
IN_FORCE = {"cn/ann61-2025": "in_force", "cn/ann56-2025": "in_force", "us/bis-affiliates": "in_force"}
CHIP: Mapping[str, Plain] = {"line[L1].family": "integrated_circuit"}
MAGNET: Mapping[str, Plain] = {"line[L1].family": "ndfeb_sintered"}
CROSSING: Mapping[str, Plain] = {
    "crossing[x1].from": "AT",
    "crossing[x1].to": "CH",
    "node[n1].is_assembly": False,
    "node[n1].family": "smco",
}
EXPORT: Mapping[str, Plain] = {
    "application.exported_from": "US",
    "line[L1].tpp": Decimal(20000),
    "line[L1].dram_bandwidth": Decimal(6000),
    "line[L1].us_market": True,
    "line[L1].us_supply_adequate": True,
    "line[L1].no_foundry_diversion": True,
    "line[L1].us_volume_share": Decimal("0.1"),
    "line[L1].us_tested": True,
    "party[p2].kyc": True,
}


@dataclass(frozen=True)
class Line:
    """A number, the fact compared with it, one unit of it, and what the words say of under, at and over."""

    value: str
    fact: str
    at: Decimal
    unit: Decimal
    under_at_over: tuple[str, str, str]
    given: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def provision(self) -> str:
        return self.value.partition("#")[0]


UPWARD = ("not_met", "met", "met")
ABOVE = ("not_met", "not_met", "met")
DOWNWARD = ("met", "met", "not_met")
BELOW = ("met", "not_met", "not_met")
ONE, TENTH = Decimal(1), Decimal("0.0001")
LINES = (
    # 向单一最终用户
    Line("cn/duir-2024/15-2#end_users", "application.end_user_count", ONE, ONE, DOWNWARD, {"application.kind": "single"}),
    # 价值比例达到0.1%及以上的
    Line("cn/ann61-2025/1-1#share_min", "crossing[x1].cn_part1_value_share", Decimal("0.001"), TENTH, UPWARD, CROSSING),
    # 包括其控股50%及以上的子公司、分公司等分支机构
    Line("cn/ann61-2025/2-owned#share", "party[p2].owned_share[cn-ann61]", Decimal("0.5"), TENTH, UPWARD),
    # 14纳米及以下
    Line(
        "cn/ann61-2025/4-logic#node_nm", "end_use[u1].logic_node_nm", Decimal(14), ONE, DOWNWARD, {"end_use[u1].chip": "logic"}
    ),
    # 256层及以上
    Line(
        "cn/ann61-2025/4-memory#layers", "end_use[u1].memory_layers", Decimal(256), ONE, UPWARD, {"end_use[u1].chip": "memory"}
    ),
    # 5,000 m3/day or more
    Line(
        "cn/ann56-2025/2B902.b#flow",
        "line[L1].flow_m3_day",
        Decimal(5000),
        ONE,
        UPWARD,
        {"line[L1].family": "re_equipment", "line[L1].equipment_class": "ion_clay_precipitation"},
    ),
    # de minimis: 25 % or less
    Line(
        "us/ear/734.4#general",
        "line[L1].us_content_share",
        Decimal("0.25"),
        TENTH,
        DOWNWARD,
        {"application.exported_from": "CN", "line[L1].us_origin": False},
    ),
    # TPP of 4800 or more; or TPP of 1600 or more and performance density of 5.92 or more
    Line(
        "us/ear/3A090.a#tpp", "line[L1].tpp", Decimal(4800), ONE, UPWARD, {**CHIP, "line[L1].performance_density": Decimal(1)}
    ),
    Line(
        "us/ear/3A090.a#tpp_dense",
        "line[L1].tpp",
        Decimal(1600),
        ONE,
        UPWARD,
        {**CHIP, "line[L1].performance_density": Decimal(6)},
    ),
    Line(
        "us/ear/3A090.a#density",
        "line[L1].performance_density",
        Decimal("5.92"),
        Decimal("0.01"),
        UPWARD,
        {**CHIP, "line[L1].tpp": Decimal(1600)},
    ),
    # 50 % or more, in the aggregate
    Line("us/bis-affiliates/50-percent#share", "party[p2].owned_share[us-bis-affiliates]", Decimal("0.5"), TENTH, UPWARD),
    # TPP less than 21,000 and total DRAM bandwidth less than 6,500 GB/s; not more than 50 % of the volume
    Line("us/rule-2026-01-15/case-by-case#tpp", "line[L1].tpp", Decimal(21000), ONE, BELOW, EXPORT),
    Line("us/rule-2026-01-15/case-by-case#bandwidth", "line[L1].dram_bandwidth", Decimal(6500), ONE, BELOW, EXPORT),
    Line("us/rule-2026-01-15/case-by-case#volume_share", "line[L1].us_volume_share", Decimal("0.5"), TENTH, DOWNWARD, EXPORT),
    # a material expansion: more than 5 percent of the recorded capacity
    Line(
        "us/chips-guardrails/231.108#growth",
        "application.capacity_growth",
        Decimal("0.05"),
        TENTH,
        ABOVE,
        {"application.capacity_country": "CN", "application.new_facility": False},
    ),
)
# 含镝的钕铁硼永磁材料: no minimum in the text; customs treated 0.18 % as controlled, nothing is published below it.
TRACES = ("Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y")


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.value)
def test_under_at_over(line: Line) -> None:
    """The number itself falls on the side the words put it."""
    seen = []
    for number in (line.at - line.unit, line.at, line.at + line.unit):
        facts = FILE.state({**line.given, line.fact: number})
        supposed = {name: status for name, status in IN_FORCE.items() if line.provision.startswith(name)}
        seen.append(verdict(line.provision, facts, ON, assume=supposed))
    assert tuple(seen) == line.under_at_over


@pytest.mark.parametrize("element", TRACES)
@pytest.mark.parametrize(
    ("content", "expected"),
    [("0", "not_met"), ("0.000001", "not_known"), ("0.0017", "not_known"), ("0.0018", "met"), ("0.0019", "met")],
)
def test_trace_range(element: str, content: str, expected: str) -> None:
    """Between nothing and 0.18 % the law is silent: the question goes to the authority instead of being guessed."""
    entry = {
        "Sm": "1C902.b",
        "Gd": "1C903.b",
        "Tb": "1C904.a.4",
        "Dy": "1C905.a.4",
        "Lu": "1C906.b",
        "Sc": "1C907.b",
        "Y": "1C908.b",
    }[element]
    family = "ndfeb_sintered" if entry.endswith("a.4") else "re_oxide"
    facts = FILE.state({"line[L1].family": family, f"line[L1].fraction[{element}]": Decimal(content)})
    assert verdict(f"cn/ann18-2025/{entry}", facts, ON) == expected


@pytest.mark.parametrize(("limit", "expected"), [("0.00009", "not_met"), ("0.0001", "not_met"), ("0.00011", "not_known")])
def test_not_detected_counts_as_absent_only_with_a_fine_enough_limit(limit: str, expected: str) -> None:
    """House rule: a laboratory that cannot see below 0.01 % has not shown that nothing is there."""
    from lodemark.rules import NotDetected

    facts = FILE.state({**MAGNET, "line[L1].fraction[Dy]": NotDetected(Decimal(limit))})
    assert verdict("cn/ann18-2025/1C905.a.4", facts, ON) == expected


def test_every_number_a_condition_compares_with_has_its_row() -> None:
    """A number that is typed in without its triple would be believed unread."""
    compared = {
        str(part.value)
        for book in books().values()
        for _, tree in conditions(book)
        for part in walk(tree)
        if isinstance(part, Atom) and isinstance(part.value, Of) and part.op != "contains"
    }
    assert compared == {line.value for line in LINES}


def test_a_number_compared_in_a_condition_is_a_named_value() -> None:
    """A literal inside a condition has no dates and no quote, so nobody could amend it."""
    for book in books().values():
        for holder, tree in conditions(book):
            for part in walk(tree):
                literal = isinstance(part, Atom) and part.op in ("lt", "le", "gt", "ge") and not isinstance(part.value, Of)
                assert not literal, f"{holder} compares with a number without name and dates"
