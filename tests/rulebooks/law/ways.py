"""Which facts meet each condition, and which other answers would: typed by hand, one ``Way`` per way of meeting it.

``holds`` are the facts that carry the way; each is put to every answer its word allows, and only the ones named here may meet the condition.
``beside`` are the facts that must be known so that no other way is open. ``supposing``: other provisions it uses, taken as in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lodemark.rules.facts import Collection, FactSet
from lodemark.rules.value import Plain
from tests.rulebooks.law import table
from tests.rulebooks.probe import FILE

Answer = Plain | tuple[Plain, ...]
Given = Mapping[str, Plain]
MEMBERS = {
    "application.ultimate_end_users": ("p4",),
    "application.consignees": ("p5",),
    "application.documents": ("d1", "d2"),
    "node[n1].parents": ("n2",),
}
PEOPLED = replace(
    FILE, collections={**FILE.collections, **{name: Collection(ids, complete=True) for name, ids in MEMBERS.items()}}
)
"""The file of ``FILE`` with an ultimate end user, a consignee, two papers, and a part that sits in another."""


@dataclass(frozen=True)
class Way:
    """One way of meeting one condition. An answer given as a tuple is any of these; the first is used where one is needed."""

    provision: str
    holds: Mapping[str, Answer]
    beside: Given = field(default_factory=dict)
    supposing: Mapping[str, str] = field(default_factory=dict)

    def accepted(self, ref: str) -> tuple[Plain, ...]:
        """The answers to ``ref`` that meet the condition."""
        answer = self.holds[ref]
        return answer if isinstance(answer, tuple) else (answer,)

    def facts(self, changed: Given | None = None) -> FactSet:
        """The facts that meet it, some of them changed."""
        first = {ref: self.accepted(ref)[0] for ref in self.holds}
        return PEOPLED.state({**self.beside, **first, **(changed or {})})


# fmt: off
EU = (
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT",
    "RO", "SK", "SI", "ES", "SE",
)
COUNTRIES = (*EU, "CN", "US", "JP", "KR", "CH", "NO", "GB", "SG", "VN", "IN", "RU", "IR", "KP", "CU", "SY", "HK", "MO", "TW")
# fmt: on
CATEGORIES = (
    *(
        f"civil.{use}"
        for use in (
            "industrial_robot",
            "humanoid_robot",
            "electric_vehicle",
            "automotive",
            "wind_turbine",
            "medical",
            "consumer_electronics",
            "industrial_motor",
            "semiconductor",
            "aviation",
            "research",
            "other",
        )
    ),
    "military",
)  # fmt: skip
FORMS = (
    "magnet", "target", "ingot", "powder", "scrap", "assembly", "sensor", "fired_catalyst", "phosphor", "fastening_good", "crystal",
    "fibre", "ceramic", "hydrogen_storage", "magnetocaloric", "magnetostrictive", "other",
)  # fmt: skip
TRACED = ("Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y")
SOME, STATED = Decimal("0.01"), ("x",)
NDFEB = ("ndfeb_sintered", "ndfeb_bonded", "ndfeb_hot_deformed")
JAPAN, AMERICA = {"party[p2].country": "JP"}, {"party[p2].country": "US"}
# Samarium-cobalt is controlled whatever its content and form; beside it nothing else is said to be there.
SMCO: Mapping[str, Answer] = {"line[L1].family": "smco"}
NOTHING_ELSE: Given = {
    "line[L1].form": "magnet",
    "line[L1].system": "other",
    **{f"line[L1].fraction[{element}]": Decimal(0) for element in TRACED},
}
PART: Given = {
    "node[n1].form": "magnet",
    "node[n1].system": "other",
    "node[n1].fraction[Dy]": Decimal(0),
    "node[n1].fraction[Tb]": Decimal(0),
}
SMCO_PART: Mapping[str, Answer] = {"node[n1].family": "smco", "node[n1].is_assembly": False}
METAL_PART: Mapping[str, Answer] = {
    "node[n1].family": ("re_metal", "re_alloy"),
    "node[n1].system": ("Sm", "Dy", "Gd", "Tb", "Lu", "Sc", "Y", "Sm-Co", "Tb-Fe", "Dy-Fe", "Tb-Dy-Fe"),
    "node[n1].is_assembly": False,
}
SEMICONDUCTOR = {"line[L1].family": "semiconductor_equipment"}
CHIP_SIZE: Given = {"line[L1].tpp": Decimal(5000), "line[L1].performance_density": Decimal(1)}
REACHED: Given = {
    **CHIP_SIZE,
    "application.exported_from": "CN",
    "line[L1].us_origin": False,
    "line[L1].us_content_share": Decimal("0.2"),
    "line[L1].us_technology": False,
    "party[p2].country": "CH",
}
PARTIES = ("application.end_users", "application.consignees", "application.ultimate_end_users")
SINGLE, GENERAL, REGISTRATION = ({"application.kind": kind} for kind in ("single", "general", "registration"))
CONCERN = ("CN", "KP", "RU", "IR")


def except_for(*gone: str) -> tuple[str, ...]:
    """Every country that is tried but these."""
    return tuple(country for country in COUNTRIES if country not in gone)


def one_of(
    provision: str, facts: tuple[str, ...], also: Mapping[str, Answer] | None = None, beside: Given | None = None
) -> Iterator[Way]:
    """Any one of several yes-or-no facts is enough; each in its turn, the others answered no."""
    for fact in facts:
        others = {other: False for other in facts if other != fact}
        yield Way(provision, {**(also or {}), fact: True}, {**others, **(beside or {})})


def papers(provision: str, *kinds: str, for_: Given = SINGLE) -> Way:
    """A paper of one of these kinds is there; the other paper is none of them."""
    return Way(provision, {"document[d1].kind": kinds}, {"document[d2].kind": "drawing", **for_})


def bound(provision: str, kinds: tuple[str, ...], unmet: Given) -> Way:
    """What is required of some licence kinds is required of no other: unmet, it holds for exactly ``kinds``."""
    return Way(provision, {"application.kind": kinds}, unmet)


USE = tuple(f"end_use[u1].{name}" for name in ("security_risk", "wmd", "terrorism"))
EVIL = tuple(f"end_use[u1].{name}" for name in ("wmd", "terrorism", "military", "raises_military_strength"))
LISTED = tuple(f"party[{who}].listed[{code}]" for who in ("p2", "p5", "p4") for code in ("cn-control-list", "cn-watch-list"))
OWNED = tuple(f"party[{who}].owned_share[cn-ann61]" for who in ("p2", "p5", "p4"))
OTHER_PAPERS: Given = {"document[d1].kind": "contract", "document[d2].kind": "drawing"}

LAW: tuple[Way, ...] = (
    # 公告2026年第1号：日本军事用户、军事用途，以及一切有助于提升日本军事实力的其他最终用户用途
    Way("cn/ann1-2026/japan", JAPAN),
    Way("cn/ann1-2026/ultimate-user", {"party[p4].country": "JP", "party[p4].military": True}),
    *one_of("cn/ann1-2026/use", ("end_use[u1].military", "end_use[u1].raises_military_strength"), JAPAN),
    Way("cn/ann1-2026/user", {**JAPAN, "party[p2].military": True}),
    # 公告2025年第18号
    Way("cn/ann18-2025/case", {**SMCO, "application.exported_from": "CN"}, NOTHING_ELSE),
    Way("cn/ann18-2025/licence", SMCO, NOTHING_ELSE),
    # 公告2024年第46号：对美国军事用户或军事用途；镓、锗、锑、超硬材料、石墨
    Way("cn/ann46-2024/us", AMERICA),
    Way("cn/ann46-2024/1-ultimate-user", {"party[p4].country": "US", "party[p4].military": True}),
    Way("cn/ann46-2024/1-use", {**AMERICA, "end_use[u1].military": True}),
    Way("cn/ann46-2024/1-user", {**AMERICA, "party[p2].military": True}),
    Way("cn/ann46-2024/items", {"line[L1].family": ("gallium", "germanium", "antimony", "superhard", "graphite")}),
    Way("cn/ann46-2024/2", {**AMERICA, "line[L1].family": ("gallium", "germanium", "antimony", "superhard", "graphite")}),
    # 公告55、56、58号
    Way("cn/ann55-2025/superhard", {"line[L1].family": "superhard"}),
    Way("cn/ann56-2025/2B902.a", {"line[L1].family": "re_equipment", "line[L1].equipment_class": "centrifugal_extractor"}),
    Way(
        "cn/ann56-2025/2B902.b",
        {"line[L1].family": "re_equipment", "line[L1].equipment_class": "ion_clay_precipitation"},
        {"line[L1].flow_m3_day": Decimal(5000)},
    ),
    Way("cn/ann56-2025/2B902.c", {"line[L1].family": "re_equipment", "line[L1].equipment_class": "roasting_kiln"}),
    Way("cn/ann58-2025/battery", {"line[L1].family": ("lithium_battery", "graphite")}),
    # 公告61号：从境外向中国以外的其他国家
    Way("cn/ann61-2025/1", {"crossing[x1].from": "CN"}, {"crossing[x1].to": "CH"}),
    Way("cn/ann61-2025/1", {"crossing[x1].to": "CN"}, {"crossing[x1].from": "AT"}),
    Way("cn/ann61-2025/1-1", SMCO_PART, {**PART, "crossing[x1].cn_part1_value_share": Decimal("0.001")}),
    Way("cn/ann61-2025/1-2", {**SMCO_PART, "node[n1].cn_technology": True}, PART),
    Way("cn/ann61-2025/1-2", {"node[n1].system": METAL_PART["node[n1].system"], "node[n1].cn_technology": True}, {**PART, "node[n1].family": "re_metal", "node[n1].is_assembly": False}),
    Way("cn/ann61-2025/1-3", {**SMCO_PART, "node[n1].origin": "CN"}, PART),
    Way("cn/ann61-2025/1-3", {"node[n1].system": METAL_PART["node[n1].system"], "node[n1].origin": "CN"}, {**PART, "node[n1].family": "re_metal", "node[n1].is_assembly": False}),
    Way("cn/ann61-2025/part1-item", METAL_PART, PART),
    *(
        Way("cn/ann61-2025/part1-item", {"node[n1].family": "re_oxide", "node[n1].is_assembly": False}, {**PART, f"node[n1].fraction[{element}]": SOME})
        for element in ("Dy", "Tb")
    ),
    Way("cn/ann61-2025/part2-item", SMCO_PART, PART),
    *(
        Way("cn/ann61-2025/part2-item", {"node[n1].family": (*NDFEB, "smco"), "node[n1].is_assembly": False}, {**PART, f"node[n1].fraction[{element}]": SOME})
        for element in ("Dy", "Tb")
    ),
    Way("cn/ann61-2025/part2-item", {"node[n1].family": ("re_metal", "re_alloy", "smco"), "node[n1].is_assembly": False}, {**PART, "node[n1].form": "target"}),
    Way("cn/ann61-2025/part2-item", {"node[n1].form": "target"}, {**PART, "node[n1].family": "re_alloy", "node[n1].is_assembly": False}),
    # 境外军事用户；管控名单和关注名单所列的进口商和最终用户（包括其控股50%及以上的…）
    *one_of("cn/ann61-2025/2-listed", LISTED),
    *one_of("cn/ann61-2025/2-military", ("party[p2].military", "party[p4].military")),
    *(Way("cn/ann61-2025/2-owned", {share: Decimal("0.5")}, {other: Decimal(0) for other in OWNED if other != share}) for share in OWNED),
    *one_of("cn/ann61-2025/3", EVIL),
    Way("cn/ann61-2025/4-ai", {"end_use[u1].military_ai": True}),
    Way("cn/ann61-2025/4-equipment", {"end_use[u1].chip": "equipment_or_material"}),
    Way("cn/ann61-2025/4-logic", {"end_use[u1].chip": "logic"}, {"end_use[u1].logic_node_nm": Decimal(14)}),
    Way("cn/ann61-2025/4-memory", {"end_use[u1].chip": "memory"}, {"end_use[u1].memory_layers": Decimal(256)}),
    Way("cn/ann61-2025/5", {"end_use[u1].relief": True}),
    Way("cn/ann62-2025/1-help", {"end_use[u1].rare_earth_production": True}),
    # 条例
    Way("cn/duir-2024/14-2", SMCO, NOTHING_ELSE, {"cn/ann18-2025": "in_force"}),
    *one_of("cn/duir-2024/14-3", USE),
    Way("cn/duir-2024/15-2", {"application.end_user_count": 1}, SINGLE),
    bound("cn/duir-2024/15-2", ("general", "registration"), {"application.end_user_count": 2}),
    Way("cn/duir-2024/16-1-1", {"application.identity_papers": True}, SINGLE),
    bound("cn/duir-2024/16-1-1", ("registration",), {"application.identity_papers": False}),
    papers("cn/duir-2024/16-1-2", "contract", "other_proof"),
    bound("cn/duir-2024/16-1-2", ("registration",), {"document[d1].kind": "drawing", "document[d2].kind": "drawing"}),
    papers("cn/duir-2024/16-1-3", "technical_description", "test_report"),
    bound("cn/duir-2024/16-1-3", ("registration",), OTHER_PAPERS),
    papers("cn/duir-2024/16-1-4", "end_use_statement", "government_certified_statement"),
    bound("cn/duir-2024/16-1-4", ("registration",), OTHER_PAPERS),
    Way("cn/duir-2024/16-1-5", {"application.other_papers_open": False}, SINGLE),
    bound("cn/duir-2024/16-1-5", ("registration",), {"application.other_papers_open": True}),
    Way(
        "cn/duir-2024/16-2",
        {f"application.{name}": True for name in ("compliance_programme", "compliance_programme_sound", "export_record", "fixed_channels")},
        GENERAL,
    ),
    bound(
        "cn/duir-2024/16-2",
        ("single", "registration"),
        {f"application.{name}": False for name in ("compliance_programme", "compliance_programme_sound", "export_record", "fixed_channels")},
    ),
    papers("cn/duir-2024/16-2-1", "compliance_report", for_=GENERAL),
    bound("cn/duir-2024/16-2-1", ("single", "registration"), OTHER_PAPERS),
    papers("cn/duir-2024/16-2-2", "licence_use_report", for_=GENERAL),
    bound("cn/duir-2024/16-2-2", ("single", "registration"), OTHER_PAPERS),
    papers("cn/duir-2024/16-2-3", "channel_report", for_=GENERAL),
    bound("cn/duir-2024/16-2-3", ("single", "registration"), OTHER_PAPERS),
    Way("cn/duir-2024/17-2", {"application.major_impact": True}),
    Way(
        "cn/duir-2024/19-1",
        {"application.registration_ground": ("repair_out", "repair_in", "exhibition_in_china", "exhibition_abroad", "civil_aircraft", "other_named")},
        REGISTRATION,
    ),
    bound("cn/duir-2024/19-1", ("single", "general"), {"application.registration_ground": "none"}),
    Way(
        "cn/duir-2024/20-1",
        {f"application.{name}": False for name in ("criminal_penalty", "serious_penalty_5y", "listed_parent")},
        GENERAL,
    ),
    bound("cn/duir-2024/20-1", ("single",), {f"application.{name}": True for name in ("criminal_penalty", "serious_penalty_5y", "listed_parent")}),
    *one_of("cn/duir-2024/26-2-clock", ("party[p2].listed[no-45-day-limit]", "party[p5].listed[no-45-day-limit]")),
    Way("cn/duir-2024/26-2-kinds", {"party[p2].listed[no-general-licence]": False, "party[p5].listed[no-general-licence]": False}, GENERAL),
    bound("cn/duir-2024/26-2-kinds", ("single",), {"party[p2].listed[no-general-licence]": True, "party[p5].listed[no-general-licence]": True}),
    Way(
        "cn/duir-2024/26-2-papers",
        {"party[p2].listed[risk-report-and-pledge]": False, "party[p5].listed[risk-report-and-pledge]": False},
        {**SINGLE, **OTHER_PAPERS},
    ),
    Way(
        "cn/duir-2024/26-2-papers",
        {"document[d1].kind": "risk_report", "document[d2].kind": "pledge"},
        {**SINGLE, "party[p2].listed[risk-report-and-pledge]": True, "party[p5].listed[risk-report-and-pledge]": False},
    ),
    bound(
        "cn/duir-2024/26-2-papers",
        ("general", "registration"),
        {**OTHER_PAPERS, "party[p2].listed[risk-report-and-pledge]": True, "party[p5].listed[risk-report-and-pledge]": True},
    ),
    Way("cn/duir-2024/29-2", {"party[p2].listed[export-barred]": True}),
    *one_of("cn/duir-2024/29-2-others", ("party[p5].listed[export-barred]", "party[p4].listed[export-barred]")),
    Way("cn/duir-2024/48-2", {"party[p2].country": "CN"}),
    # 出口管制法
    Way("cn/ecl-2020/12-2", SMCO, NOTHING_ELSE, {"cn/ann18-2025": "in_force"}),
    *one_of("cn/ecl-2020/12-3", USE),
    Way("cn/ecl-2020/2", {"application.exported_from": except_for("CN")}),
    Way("cn/ecl-2020/2-territories", {"party[p2].country": ("HK", "MO", "TW")}),
    # 公开解答
    Way("cn/faq5-2025/fastening", {"line[L1].form": "fastening_good"}),
    Way("cn/faq5-2025/powder", {"line[L1].form": ("fired_catalyst", "phosphor")}),
    Way("cn/faq5-2025/rotor-stator", {"line[L1].form": "assembly", "line[L1].deep_processed": True}),
    Way("cn/faq5-2025/sensor", {"line[L1].form": "sensor", "line[L1].deep_processed": True}),
    # European Union: the customs territory of the Union; Annex I; Article 4
    Way("eu/2021-821/2", {"application.exported_from": except_for(*EU)}),
    Way("eu/2021-821/3", {"line[L1].eu_annex_i": True}),
    *one_of("eu/2021-821/4", ("end_use[u1].wmd", "end_use[u1].military")),
    Way("eu/2021-821/case", {"line[L1].eu_annex_i": True, "application.exported_from": EU}),
    # house rules: what has to be stated about the use and the position of the goods
    bound(
        "house/end-use-stated",
        ("registration",),
        {"end_use[u1].category": None, "end_use[u1].function": None, "end_use[u1].position": None, "node[n1].holds_goods": False},
    ),
    Way(
        "house/end-use-stated",
        {"end_use[u1].category": CATEGORIES},
        {**SINGLE, "end_use[u1].function": "x", "end_use[u1].position": "x", "node[n1].holds_goods": False},
    ),
    Way(
        "house/end-use-stated",
        {"end_use[u1].function": STATED, "end_use[u1].position": STATED},
        {**SINGLE, "end_use[u1].category": "civil.industrial_robot", "node[n1].holds_goods": False, "node[n1].function": None, "node[n1].how": None},
    ),
    Way(
        "house/end-use-stated",
        {"node[n1].holds_goods": True, "node[n1].function": STATED, "node[n1].how": STATED},
        {**SINGLE, "end_use[u1].category": "civil.industrial_robot", "end_use[u1].function": "x", "end_use[u1].position": None},
    ),
    bound(
        "house/onward-export",
        ("registration",),
        {"node[n1].final": True, "node[n1].onward_export": True, "node[n1].destinations": None},
    ),
    Way(
        "house/onward-export",
        {"party[p4].country": COUNTRIES},
        {**SINGLE, "node[n1].final": True, "node[n1].onward_export": True, "node[n1].destinations": frozenset({"NO"})},
    ),
    Way("house/onward-export", {"node[n1].final": False}, {**SINGLE, "node[n1].onward_export": True, "node[n1].destinations": None, "party[p4].country": "NO"}),
    Way("house/onward-export", {"node[n1].onward_export": False}, {**SINGLE, "node[n1].final": True, "node[n1].destinations": None, "party[p4].country": "NO"}),
    Way(
        "house/onward-export",
        {"node[n1].destinations": (frozenset({"NO"}),)},
        {**SINGLE, "node[n1].final": True, "node[n1].onward_export": True, "party[p4].country": "NO"},
    ),
    bound(
        "house/product-position",
        ("registration",),
        {"node[n1].final": False, "node[n2].function": None, "node[n1].is_goods": True},
    ),
    Way(
        "house/product-position",
        {"node[n1].final": True, "node[n1].is_goods": True},
        {**SINGLE, "node[n2].function": None, "node[n1].function": None, "node[n1].holds_goods": True, "node[n1].how": None},
    ),
    Way(
        "house/product-position",
        {"node[n2].function": STATED},
        {**SINGLE, "node[n1].final": False, "node[n1].is_goods": True, "node[n1].function": None, "node[n1].holds_goods": True, "node[n1].how": None},
    ),
    Way(
        "house/product-position",
        {"node[n1].function": STATED, "node[n1].holds_goods": False},
        {**SINGLE, "node[n1].final": True, "node[n1].is_goods": False, "node[n2].function": None, "node[n1].how": None},
    ),
    Way(
        "house/product-position",
        {"node[n1].how": STATED},
        {**SINGLE, "node[n1].final": True, "node[n1].is_goods": False, "node[n1].function": "x", "node[n2].function": None, "node[n1].holds_goods": True},
    ),
    # Netherlands
    Way("nl/semicon-2023/equipment", {**SEMICONDUCTOR, "line[L1].equipment_class": ("euv", "duv_immersion_2023", "deposition_2023")}),
    Way("nl/semicon-2023/immersion-2024", {**SEMICONDUCTOR, "line[L1].equipment_class": "duv_immersion_2024"}),
    Way("nl/semicon-2023/metrology-2025", {**SEMICONDUCTOR, "line[L1].equipment_class": "metrology_2025"}),
    Way("nl/semicon-2023/territory", {"application.exported_from": except_for("NL")}),
    Way(
        "nl/semicon-2023/case",
        {
            **SEMICONDUCTOR,
            "line[L1].equipment_class": ("euv", "duv_immersion_2023", "deposition_2023", "duv_immersion_2024", "metrology_2025"),
            "application.exported_from": "NL",
        },
    ),
    # United Kingdom
    Way("uk/euu/listed", {"line[L1].uk_listed": True}),
    Way("uk/euu/territory", {"application.exported_from": except_for("GB")}),
    Way("uk/euu/case", {"line[L1].uk_listed": True, "application.exported_from": "GB"}),
    Way("uk/euu/matches", {"application.statement_matches": True}, SINGLE),
    Way("uk/euu/signed-within", {"application.statement_current": True}, SINGLE),
    papers("uk/euu/undertaking", "end_use_statement"),
    # United States
    Way("us/bis-affiliates/50-percent", {"party[p2].owned_share[us-bis-affiliates]": Decimal("0.5")}),
    Way("us/chips-guardrails/231.102", {"application.capacity_country": CONCERN}),
    Way("us/chips-guardrails/231.108", {"application.capacity_country": CONCERN, "application.new_facility": True}, {"application.capacity_growth": Decimal(0)}),
    Way("us/chips-guardrails/231.108", {"application.capacity_country": CONCERN}, {"application.new_facility": False, "application.capacity_growth": Decimal("0.06")}),
    Way(
        "us/chips-guardrails/case",
        {"application.chips_recipient": True, "application.capacity_country": CONCERN, "application.new_facility": True},
        {"application.capacity_growth": Decimal(0)},
    ),
    Way("us/chips-guardrails/legacy", {"application.legacy_facility": True}),
    Way("us/chips-guardrails/recipient", {"application.chips_recipient": False}),
    Way("us/dfars/magnets", {"line[L1].family": ("smco", *NDFEB)}),
    Way("us/dfars/225.7018", {"line[L1].family": ("smco", *NDFEB), "application.us_defence_goods": True, "line[L1].origin": CONCERN}),
    Way("us/eaa-1979/licence", {"line[L1].us_1979_controlled": True}),
    Way("us/ear/3A090-elsewhere", {"party[p2].country": except_for("CN", "MO")}),
    Way("us/ear/3A090-policy-2023", {"party[p2].country": ("CN", "MO")}),
    Way("us/ear/3A090.a", {"line[L1].family": "integrated_circuit"}, CHIP_SIZE),
    Way(
        "us/ear/734.4",
        {"application.exported_from": except_for("US"), "line[L1].us_origin": False},
        {"line[L1].us_content_share": Decimal("0.2")},
    ),
    Way("us/ear/734.4-e1", {"party[p2].country": ("CU", "IR", "KP", "SY")}, {"line[L1].us_content_share": Decimal("0.2")}),
    Way("us/ear/744.11", {"party[p2].listed[us-listed]": True}),
    Way("us/ear/fdpr", {"line[L1].us_technology": True}),
    Way("us/ear/case", {"line[L1].family": "integrated_circuit", "line[L1].us_origin": True}, REACHED, {"us/ear/3A090.a": "in_force"}),
    Way("us/ear/case", {"party[p2].country": ("CU", "IR", "KP", "SY")}, {**REACHED, "line[L1].family": "integrated_circuit"}, {"us/ear/3A090.a": "in_force"}),
    Way("us/ear/case", {"line[L1].us_technology": True}, {**REACHED, "line[L1].family": "integrated_circuit"}, {"us/ear/3A090.a": "in_force"}),
    Way(
        "us/rule-2026-01-15/case-by-case",
        {
            "application.exported_from": "US",
            "party[p2].kyc": True,
            **{f"line[L1].{name}": True for name in ("us_market", "us_supply_adequate", "no_foundry_diversion", "us_tested")},
        },
        {"line[L1].tpp": Decimal(20000), "line[L1].dram_bandwidth": Decimal(6000), "line[L1].us_volume_share": Decimal("0.1")},
    ),
    Way("us/rule-2026-01-15/denial", {"application.exported_from": except_for("US"), "party[p2].country": ("CN", "MO")}),
    Way("us/rule-2026-01-15/recipient", {"party[p2].kyc": True}),
    Way("us/rule-2026-01-15/rest", {"application.exported_from": "US", "party[p2].country": ("CN", "MO")}),
)  # fmt: skip


def entries() -> Iterator[Way]:
    """The control-list entries of Announcements 18 and 57, from their table."""
    for code, families, forms, what, _ in table("entries.txt"):
        holds: dict[str, Answer] = {"line[L1].family": tuple(families.split())}
        beside: dict[str, Plain] = {}
        if forms != "-":
            gone = forms.removeprefix("!")
            holds["line[L1].form"] = tuple(form for form in FORMS if form != gone) if forms != gone else gone
        if what.startswith("%"):
            beside[f"line[L1].fraction[{what[1:]}]"] = SOME
        elif what != "-":
            holds["line[L1].system"] = tuple(what.split())
        yield Way(code, holds, beside)


WAYS: tuple[Way, ...] = (*LAW, *entries())


@dataclass(frozen=True)
class Members:
    """What a condition about some or about every member makes of other members; ``by`` names a fact of the way that is looked at."""

    provision: str
    collections: tuple[str, ...]
    verdict: str
    by: str = ""
    ids: tuple[str, ...] = ()
    said: Given = field(default_factory=dict)


USES, PAPERS, NODES, ULTIMATE = (f"application.{name}" for name in ("end_uses", "documents", "nodes", "ultimate_end_users"))
MEMBERSHIP: tuple[Members, ...] = (
    # nobody and nothing
    *(Members(of, (ULTIMATE,), "not_met") for of in ("cn/ann1-2026/ultimate-user", "cn/ann46-2024/1-ultimate-user")),
    *(
        Members(of, ("line[L1].uses",), "not_met")
        for of in ("cn/ann1-2026/use", "cn/ann46-2024/1-use", "cn/ann62-2025/1-help", "cn/duir-2024/14-3", "cn/ecl-2020/12-3", "eu/2021-821/4")
    ),
    *(Members(f"cn/ann61-2025/{of}", ("crossing[x1].subtree",), "not_met") for of in ("1-1", "1-2", "1-3")),
    *(Members(f"cn/ann61-2025/2-{of}", PARTIES, "not_met") for of in ("listed", "military", "owned")),
    *(Members(f"cn/ann61-2025/{of}", (USES,), "not_met") for of in ("3", "4-ai", "4-equipment", "4-logic", "4-memory", "5")),
    *(Members(f"cn/duir-2024/16-{of}", (PAPERS,), "not_met", "document[d1].kind") for of in ("1-2", "1-3", "1-4", "2-1", "2-2", "2-3")),
    Members("cn/duir-2024/26-2-clock", PARTIES, "not_met"),
    Members("cn/duir-2024/26-2-kinds", PARTIES, "met", "party[p2].listed[no-general-licence]"),
    Members("cn/duir-2024/26-2-papers", PARTIES, "met", "party[p2].listed[risk-report-and-pledge]"),
    Members("cn/duir-2024/26-2-papers", (PAPERS,), "not_met", "document[d1].kind"),
    Members("cn/duir-2024/29-2-others", PARTIES, "not_met"),
    Members("house/end-use-stated", ("line[L1].uses",), "not_met", "end_use[u1].category"),
    Members("house/end-use-stated", (NODES,), "not_met", "node[n1].holds_goods"),
    Members("house/onward-export", (NODES,), "met", "node[n1].destinations"),
    Members("house/onward-export", (ULTIMATE,), "not_met", "node[n1].destinations"),
    Members("house/product-position", (NODES,), "met", "node[n1].how"),
    Members("house/product-position", ("node[n1].parents",), "not_met", "node[n2].function"),
    Members("uk/euu/undertaking", (PAPERS,), "not_met"),
    # one that is as it must be and one that is not
    Members("cn/ann61-2025/5", (USES,), "not_met", "", ("u1", "u2"), {"end_use[u2].relief": False}),
    Members("house/end-use-stated", ("line[L1].uses",), "not_met", "end_use[u1].category", ("u1", "u2"), {"end_use[u2].function": None}),
    Members(
        "house/end-use-stated",
        ("line[L1].uses",),
        "met",
        "end_use[u1].category",
        ("u1", "u2"),
        {"end_use[u2].category": None, "end_use[u2].function": "x", "end_use[u2].position": None},
    ),
    Members(
        "house/onward-export",
        (NODES,),
        "not_met",
        "node[n1].destinations",
        ("n1", "n2"),
        {"node[n2].final": True, "node[n2].onward_export": True, "node[n2].destinations": None},
    ),
    Members("house/product-position", (NODES,), "not_met", "node[n1].how", ("n1", "n2"), {"node[n2].final": True, "node[n2].is_goods": False}),
)  # fmt: skip


def traced(way: Way) -> tuple[str, ...]:
    """The contents a way rests on, to be put to every side of the trace range."""
    return tuple(ref for ref, value in way.beside.items() if ".fraction[" in ref and value == SOME)
