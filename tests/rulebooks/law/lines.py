"""Every number that a condition compares with, the words that draw the line above each, and what they say of one under, at and one over.

By those words (Civil Code art. 1259: 以上、以下、以内 include the number, 不满、超过、以外 do not), not by the operator in the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lodemark.rules.value import Plain

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
    where: str = ""

    @property
    def provision(self) -> str:
        """The provision whose condition compares with it: its own, unless ``where`` names another."""
        return self.where or self.value.partition("#")[0]

    @property
    def three(self) -> tuple[Decimal, ...]:
        """One unit under the number, the number, one unit over it."""
        return self.at - self.unit, self.at, self.at + self.unit


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
    *(
        Line(
            "cn/ann61-2025/2-owned#share",
            f"party[{whose}].owned_share[cn-ann61]",
            Decimal("0.5"),
            TENTH,
            UPWARD,
            {f"party[{other}].owned_share[cn-ann61]": Decimal(0) for other in ("p2", "p4", "p5") if other != whose},
        )
        for whose in ("p2", "p5", "p4")
    ),
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
    # towards country group E:1, 10 % or less
    Line(
        "us/ear/734.4#e1",
        "line[L1].us_content_share",
        Decimal("0.1"),
        TENTH,
        ABOVE,
        {"party[p2].country": "CU"},
        "us/ear/734.4-e1",
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
