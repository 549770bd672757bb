"""What each regime makes of plain cases, on the side of the line where the text puts them.

If one broke, a bar would be shown where there is a licence, or nothing where there is a bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from lodemark import rules
from lodemark.rules import FactSet, NotDetected
from lodemark.rules.value import FactValue, Plain
from tests.rulebooks.probe import FILE, books

ON = date(2026, 3, 16)
CLEAR: Mapping[str, Plain] = {
    f"party[p2].listed[{code}]": False for code in ("export-barred", "cn-control-list", "cn-watch-list")
}
CIVIL: Mapping[str, Plain] = {
    **{
        f"end_use[u1].{name}": False
        for name in ("wmd", "terrorism", "security_risk", "military", "raises_military_strength", "military_ai", "relief")
    },
    "end_use[u1].chip": "none",
    "party[p2].military": False,
    "party[p2].owned_share[cn-ann61]": Decimal(0),
}
FROM_CHINA: Mapping[str, Plain] = {"application.exported_from": "CN", "party[p2].country": "CH", "line[L1].form": "magnet"}
DY_MAGNET: Mapping[str, FactValue | Plain] = {
    **FROM_CHINA,
    **CIVIL,
    **CLEAR,
    "line[L1].family": "ndfeb_sintered",
    "line[L1].fraction[Dy]": Decimal("0.026"),
    "line[L1].fraction[Tb]": Decimal(0),
}
ABROAD: Mapping[str, FactValue | Plain] = {
    **CIVIL,
    **CLEAR,
    "crossing[x1].from": "AT",
    "crossing[x1].to": "CH",
    "crossing[x1].cn_part1_value_share": Decimal("0.002"),
    "node[n1].is_assembly": False,
    "node[n1].family": "smco",
    "node[n1].form": "magnet",
    "node[n1].origin": "AT",
    "node[n1].cn_technology": False,
}
CHIP: Mapping[str, FactValue | Plain] = {
    "application.exported_from": "US",
    "party[p2].country": "CN",
    "line[L1].family": "integrated_circuit",
    "line[L1].tpp": Decimal(20000),
    "line[L1].dram_bandwidth": Decimal(6000),
    "line[L1].us_market": True,
    "line[L1].us_supply_adequate": True,
    "line[L1].no_foundry_diversion": True,
    "line[L1].us_volume_share": Decimal("0.1"),
    "line[L1].us_tested": True,
    "party[p2].kyc": True,
    "line[L1].us_origin": True,
    "party[p2].owned_share[us-bis-affiliates]": Decimal(0),
    "line[L1].us_technology": False,
    "line[L1].us_content_share": Decimal(1),
}
CASES: tuple[tuple[str, str, Mapping[str, FactValue | Plain], date, Mapping[str, Plain], set[str]], ...] = (
    # Announcement 18, entry by entry
    ("dysprosium magnet", "cn-ann18", {}, ON, DY_MAGNET, {"licence_required"}),
    ("the day before the announcement", "cn-ann18", {}, date(2025, 4, 3), DY_MAGNET, {"not_controlled"}),
    ("no heavy rare earth", "cn-ann18", {"line[L1].fraction[Dy]": Decimal(0)}, ON, DY_MAGNET, {"not_controlled"}),
    (
        "not detected, fine limit",
        "cn-ann18",
        {"line[L1].fraction[Dy]": NotDetected(Decimal("0.0001"))},
        ON,
        DY_MAGNET,
        {"not_controlled"},
    ),
    (
        "not detected, coarse limit",
        "cn-ann18",
        {"line[L1].fraction[Dy]": NotDetected(Decimal("0.001"))},
        ON,
        DY_MAGNET,
        {"not_controlled", "licence_required"},
    ),
    ("any samarium-cobalt", "cn-ann18", {"line[L1].family": "smco"}, ON, DY_MAGNET, {"licence_required"}),
    ("ferrite", "cn-ann18", {"line[L1].family": "ferrite"}, ON, DY_MAGNET, {"not_controlled"}),
    ("rotor", "cn-ann18", {"line[L1].form": "assembly", "line[L1].deep_processed": True}, ON, DY_MAGNET, {"not_controlled"}),
    (
        "rotor before the published answer",
        "cn-ann18",
        {"line[L1].form": "assembly", "line[L1].deep_processed": True},
        date(2025, 9, 15),
        DY_MAGNET,
        {"licence_required"},
    ),
    (
        "magnets loose in a housing",
        "cn-ann18",
        {"line[L1].form": "assembly"},
        ON,
        DY_MAGNET,
        {"not_controlled", "licence_required"},
    ),
    (
        "rotor known to serve a weapon",
        "cn-ann18",
        {"line[L1].form": "assembly", "line[L1].deep_processed": True, "end_use[u1].wmd": True},
        ON,
        DY_MAGNET,
        {"licence_required"},
    ),
    (
        "dysprosium metal",
        "cn-ann18",
        {"line[L1].family": "re_metal", "line[L1].form": "ingot", "line[L1].system": "Dy"},
        ON,
        DY_MAGNET,
        {"licence_required"},
    ),
    (
        "neodymium metal",
        "cn-ann18",
        {"line[L1].family": "re_metal", "line[L1].form": "ingot", "line[L1].system": "Nd"},
        ON,
        DY_MAGNET,
        {"not_controlled"},
    ),
    (
        "alloy nobody has read on the list",
        "cn-ann18",
        {"line[L1].family": "re_alloy", "line[L1].form": "ingot", "line[L1].system": "Dy-Fe"},
        ON,
        DY_MAGNET,
        {"not_controlled", "licence_required"},
    ),
    (
        "terbium-cobalt target",
        "cn-ann18",
        {"line[L1].family": "re_alloy", "line[L1].form": "target", "line[L1].system": "Tb-Co"},
        ON,
        DY_MAGNET,
        {"licence_required"},
    ),
    # Catch-all, bans, lists
    (
        "unlisted goods for terrorism",
        "cn-ann18",
        {"line[L1].family": "ferrite", "end_use[u1].terrorism": True},
        ON,
        DY_MAGNET,
        {"licence_required"},
    ),
    (
        "military user in Japan",
        "cn-ann18",
        {"party[p2].country": "JP", "party[p2].military": True},
        ON,
        DY_MAGNET,
        {"refuse_in_principle"},
    ),
    (
        "military user in Japan, the day before",
        "cn-ann18",
        {"party[p2].country": "JP", "party[p2].military": True},
        date(2026, 1, 5),
        DY_MAGNET,
        {"licence_required"},
    ),
    ("civil user in Japan", "cn-ann18", {"party[p2].country": "JP"}, ON, DY_MAGNET, {"licence_required"}),
    (
        "use in Japan that raises military strength",
        "cn-ann18",
        {"party[p2].country": "JP", "end_use[u1].raises_military_strength": True},
        ON,
        DY_MAGNET,
        {"refuse_in_principle"},
    ),
    (
        "military use in the United States",
        "cn-ann18",
        {"party[p2].country": "US", "end_use[u1].military": True},
        ON,
        DY_MAGNET,
        {"refuse_in_principle"},
    ),
    ("listed and barred", "cn-ann18", {"party[p2].listed[export-barred]": True}, ON, DY_MAGNET, {"refuse_in_principle"}),
    ("into a bonded zone", "cn-ann18", {"party[p2].country": "CN"}, ON, DY_MAGNET, {"exempt"}),
    ("to Hong Kong", "cn-ann18", {"party[p2].country": "HK"}, ON, DY_MAGNET, {"out_of_scope", "licence_required"}),
    ("from Austria", "cn-ann18", {"application.exported_from": "AT"}, ON, DY_MAGNET, {"out_of_scope"}),
    # Announcement 61, as if it were back
    ("0.2 % of the value", "cn-ann61", {}, ON, ABROAD, {"not_controlled"}),
    ("out of China", "cn-ann61", {"crossing[x1].from": "CN"}, ON, ABROAD, {"out_of_scope"}),
    ("home to China", "cn-ann61", {"crossing[x1].to": "CN"}, ON, ABROAD, {"out_of_scope"}),
    # Gallium and the like to the United States
    (
        "gallium, ban in force",
        "cn-ann46",
        {"line[L1].family": "gallium", "party[p2].country": "US"},
        date(2025, 11, 8),
        DY_MAGNET,
        {"refuse_in_principle"},
    ),
    (
        "gallium, ban suspended",
        "cn-ann46",
        {"line[L1].family": "gallium", "party[p2].country": "US"},
        date(2025, 11, 9),
        DY_MAGNET,
        {"licence_required"},
    ),
    (
        "gallium, nobody knows",
        "cn-ann46",
        {"line[L1].family": "gallium", "party[p2].country": "US"},
        date(2026, 11, 28),
        DY_MAGNET,
        {"refuse_in_principle", "licence_required"},
    ),
    # The others
    ("chip to China, 2025", "us-3a090-2023", {}, date(2025, 6, 2), CHIP, {"refuse_in_principle"}),
    ("chip to China, all conditions", "us-3a090-2026", {}, ON, CHIP, {"case_by_case"}),
    (
        "chip to China, untested",
        "us-3a090-2026",
        {"line[L1].us_tested": False},
        ON,
        CHIP,
        {"refuse_in_principle", "licence_required"},
    ),
    ("chip re-exported to China", "us-3a090-2026", {"application.exported_from": "SG"}, ON, CHIP, {"refuse_in_principle"}),
    ("a small chip", "us-3a090-2026", {"line[L1].tpp": Decimal(1000)}, ON, CHIP, {"not_controlled"}),
    ("magnet under the chip rules", "us-3a090-2026", {}, ON, DY_MAGNET, {"not_controlled"}),
    (
        "immersion tool, before",
        "nl-litho",
        {
            "line[L1].family": "semiconductor_equipment",
            "line[L1].equipment_class": "duv_immersion_2024",
            "application.exported_from": "NL",
        },
        date(2024, 9, 6),
        {},
        {"not_controlled"},
    ),
    (
        "immersion tool, from then on",
        "nl-litho",
        {
            "line[L1].family": "semiconductor_equipment",
            "line[L1].equipment_class": "duv_immersion_2024",
            "application.exported_from": "NL",
        },
        date(2024, 9, 7),
        {},
        {"case_by_case"},
    ),
    ("no award", "us-chips", {"application.chips_recipient": False}, ON, {}, {"out_of_scope"}),
    (
        "new plant abroad",
        "us-chips",
        {
            "application.chips_recipient": True,
            "application.capacity_country": "CN",
            "application.new_facility": True,
            "application.legacy_facility": False,
        },
        ON,
        {},
        {"refuse_in_principle"},
    ),
    (
        "legacy plant abroad",
        "us-chips",
        {
            "application.chips_recipient": True,
            "application.capacity_country": "CN",
            "application.new_facility": True,
            "application.legacy_facility": True,
        },
        ON,
        {},
        {"exempt", "refuse_in_principle"},
    ),
    (
        "listed in Annex I",
        "eu-2021-821",
        {"application.exported_from": "DE", "line[L1].eu_annex_i": True},
        ON,
        {},
        {"licence_required"},
    ),
    (
        "listed, from Britain",
        "uk-euu",
        {"application.exported_from": "GB", "line[L1].uk_listed": True},
        ON,
        {},
        {"licence_required"},
    ),
    ("validated licence", "us-1979", {"line[L1].us_1979_controlled": True}, date(1982, 5, 3), {}, {"case_by_case"}),
    ("after the repeal", "us-1979", {"line[L1].us_1979_controlled": True}, ON, {}, {"not_controlled"}),
    (
        "Chinese magnet for defence",
        "us-dfars",
        {"line[L1].origin": "CN", "application.us_defence_goods": True},
        ON,
        DY_MAGNET,
        {"refuse_in_principle"},
    ),
    (
        "Chinese magnet for a washing machine",
        "us-dfars",
        {"line[L1].origin": "CN", "application.us_defence_goods": False},
        ON,
        DY_MAGNET,
        {"out_of_scope"},
    ),
)


@pytest.mark.parametrize(
    ("name", "regime", "changed", "on", "base", "reachable"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_case(
    name: str,
    regime: str,
    changed: Mapping[str, FactValue | Plain],
    on: date,
    base: Mapping[str, FactValue | Plain],
    reachable: set[str],
) -> None:
    """The outcomes still possible are exactly these."""
    found = rules.assess(books()[regime], FILE.state({**base, **changed}), on=on)
    assert {outcome for cell in found.cells for outcome in cell.reachable} == reachable


BACK = {"cn/ann61-2025": "in_force"}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "licence_required"),
        ({"crossing[x1].cn_part1_value_share": Decimal("0.0009")}, "not_controlled"),
        ({"crossing[x1].cn_part1_value_share": Decimal(0), "node[n1].cn_technology": True}, "licence_required"),
        ({"party[p2].military": True}, "refuse_in_principle"),
        ({"party[p2].listed[cn-watch-list]": True}, "refuse_in_principle"),
        ({"party[p2].owned_share[cn-ann61]": Decimal("0.5")}, "refuse_in_principle"),
        ({"end_use[u1].raises_military_strength": True}, "refuse_in_principle"),
        ({"end_use[u1].chip": "equipment_or_material"}, "case_by_case"),
        ({"end_use[u1].military_ai": True}, "case_by_case"),
        ({"end_use[u1].relief": True}, "exempt"),
        ({"end_use[u1].relief": True, "party[p2].military": True}, "refuse_in_principle"),
    ],
)
def test_announcement_61_if_it_came_back(changed: Mapping[str, Plain], outcome: str) -> None:
    """A what-if shows today what its return would bring; refusal is looked at before relief, which is our reading."""
    found = rules.assess(books()["cn-ann61"], FILE.state({**ABROAD, **changed}), on=date(2026, 12, 1), assume=BACK)
    assert {cell.outcome for cell in found.cells} == {outcome}


def test_nothing_but_an_hs_code_decides_nothing() -> None:
    """8505111000 covers controlled and free magnets alike: with the code alone every line stays open."""
    found = rules.assess(books()["cn-ann18"], FILE.state({**FROM_CHINA, **CIVIL, **CLEAR}), on=ON)
    assert {cell.outcome for cell in found.cells} == {"not_known"}
    assert "line[L1].family" in {item.fact_ref for item in found.missing}


def test_a_rotor_is_free_only_generally() -> None:
    """一般 is not 'must': the answer carries it, so that nobody relies on more than the published answer gives."""
    facts = FILE.state({**DY_MAGNET, "line[L1].form": "assembly", "line[L1].deep_processed": True})
    cell = rules.assess(books()["cn-ann18"], facts, on=ON).cells[0]
    assert (cell.outcome, cell.modality, cell.weakest_evidence) == ("not_controlled", "generally", "secondary")


def test_a_licence_is_known_to_be_needed_before_anybody_is_screened() -> None:
    """An exporter hears at once that a licence is needed; lists and owners come later."""
    facts = FILE.state({**FROM_CHINA, "line[L1].family": "smco"})
    cell = rules.assess(books()["cn-ann18"], facts, on=ON).cells[0]
    assert (cell.outcome, cell.licence_needed) == ("not_known", "met")


SINGLE: Mapping[str, Plain] = {
    "application.kind": "single",
    "application.end_user_count": 1,
    "application.identity_papers": True,
    "application.other_papers_open": False,
    "party[p2].listed[risk-report-and-pledge]": False,
}
TOLD: Mapping[str, Plain] = {
    "end_use[u1].category": "civil.wind_turbine",
    "end_use[u1].function": "generator",
    "end_use[u1].position": "rotor yoke",
    "node[n1].is_goods": False,
    "node[n1].function": "turbine",
    "node[n1].final": True,
    "node[n1].onward_export": False,
    "node[n1].holds_goods": True,
    "node[n1].how": "glued",
}
GENERAL: Mapping[str, Plain] = {
    "application.kind": "general",
    "application.compliance_programme": True,
    "application.compliance_programme_sound": True,
    "application.export_record": True,
    "application.fixed_channels": True,
    "application.criminal_penalty": False,
    "application.serious_penalty_5y": False,
    "application.listed_parent": False,
    "party[p2].listed[no-general-licence]": False,
}
PAPERS = ("contract", "technical_description", "end_use_statement")


def filed(facts: Mapping[str, Plain], papers: tuple[str, ...]) -> FactSet:
    """The file with its papers; what is listed is all there is."""
    bare = FactSet({}, {name: found for name, found in FILE.collections.items() if name != "application.documents"})
    kinds = {f"document[d{number}].kind": kind for number, kind in enumerate(papers)}
    return bare.state({**DY_MAGNET, **TOLD, **facts, **kinds}).collect(
        "application.documents", [f"d{number}" for number in range(len(papers))], complete=True
    )


@pytest.mark.parametrize(
    ("facts", "papers", "admissible"),
    [
        (SINGLE, PAPERS, "met"),
        (SINGLE, ("contract", "test_report", "end_use_statement"), "met"),
        (SINGLE, PAPERS[1:], "not_met"),
        (SINGLE, PAPERS[:1] + PAPERS[2:], "not_met"),
        (SINGLE, PAPERS[:2], "not_met"),
        ({**SINGLE, "application.identity_papers": False}, PAPERS, "not_met"),
        ({**SINGLE, "application.other_papers_open": True}, PAPERS, "not_met"),
        ({**SINGLE, "application.end_user_count": 2}, PAPERS, "not_met"),
        ({**SINGLE, "party[p2].listed[risk-report-and-pledge]": True}, PAPERS, "not_met"),
        ({**SINGLE, "party[p2].listed[risk-report-and-pledge]": True}, (*PAPERS, "risk_report", "pledge"), "met"),
        ({**SINGLE, **GENERAL}, PAPERS, "not_met"),
        ({**SINGLE, **GENERAL}, (*PAPERS, "compliance_report", "licence_use_report", "channel_report"), "met"),
        (
            {**SINGLE, **GENERAL, "application.fixed_channels": False},
            (*PAPERS, "compliance_report", "licence_use_report", "channel_report"),
            "not_met",
        ),
        (
            {**SINGLE, **GENERAL, "application.listed_parent": True},
            (*PAPERS, "compliance_report", "licence_use_report", "channel_report"),
            "not_met",
        ),
        (
            {**SINGLE, **GENERAL, "party[p2].listed[no-general-licence]": True},
            (*PAPERS, "compliance_report", "licence_use_report", "channel_report"),
            "not_met",
        ),
        ({**GENERAL, "application.kind": "registration", "application.registration_ground": "repair_out"}, (), "met"),
        ({**GENERAL, "application.kind": "registration", "application.registration_ground": "none"}, (), "not_met"),
        ({**SINGLE, "node[n1].how": None}, PAPERS, "not_met"),
    ],
)
def test_admissible(facts: Mapping[str, Plain], papers: tuple[str, ...], admissible: str) -> None:
    """条例第十五、十六、十九、二十、二十六条: every paper and condition of each kind, and none beyond."""
    assert rules.assess(books()["cn-ann18"], filed(facts, papers), on=ON).admissible == admissible
