"""Room ``rules``: what exactness, grounds and three values cost, against the same law written as if/else and as an OpenFisca model.

    python -m benchmarks rules

Peer 1 is the hand-written function below: the provisions of ``cn-ann18`` as they stand on 2026-03-16, the same outcomes and the same verdict on
the papers asserted for several hundred variations of one file (they are counted in the table), but no grounds, no dates, no missing facts, no sentences. Peer 2 is OpenFisca-Core
(AGPL-3.0: never a dependency; install it beside and it is measured). Medians of single calls; one core.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from lodemark.rules import FactSet, Known, assess, load, next_questions, regimes
from lodemark.rules.loader import assemble
from tests.rules.world import VOCABULARY, documents, file, provision, stage, word

ON = date(2026, 3, 16)
NDFEB = ("ndfeb_sintered", "ndfeb_bonded", "ndfeb_hot_deformed")
TRACE = Decimal("0.0018")
MEASURES = ("export-barred", "no-general-licence", "risk-report-and-pledge")
ALLOYS = {
    "Sm-Co", "Sm-Fe", "Sm-Ni", "Sm-Al", "Sm-Mg", "Gd-Mg", "Gd-Al", "Tb-Co", "Tb-Co-Fe", "Sc-Al", "Sc-Cu", "Y-Al", "Y-Cu", "Y-Fe",
}  # fmt: skip
TARGETS = {"Sm", "Sm-Co", "Sm-Fe", "Gd", "Gd-Fe", "Gd-Co", "Tb", "Tb-Co", "Dy", "Lu"}
METALS = {"Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"}


def typical(**changed: Any) -> FactSet:
    """Two lines, one end user, five nodes, everything known."""
    facts: dict[str, Any] = {"application.kind": "single", "application.exported_from": "CN", "application.end_user_count": 1}
    facts |= {"application.identity_papers": True, "application.other_papers_open": False}
    for line, family in (("L1", "ndfeb_sintered"), ("L2", "ndfeb_bonded")):
        facts |= {f"line[{line}].family": family, f"line[{line}].form": "magnet", f"line[{line}].deep_processed": False}
    facts["line[L1].fraction[Dy]"] = Decimal("0.026")
    for party, country in (("p1", "CN"), ("p2", "AT"), ("p3", "CH"), ("p4", "NO")):
        facts |= {f"party[{party}].country": country, f"party[{party}].military": False}
        facts |= {f"party[{party}].listed[{measure}]": False for measure in MEASURES}
    facts |= {
        "end_use[u1].category": "civil.industrial_robot",
        "end_use[u1].function": "motor",
        "end_use[u1].position": "rotor",
    }
    facts |= {
        f"end_use[u1].{name}": False for name in ("military", "raises_military_strength", "wmd", "terrorism", "security_risk")
    }
    facts |= {f"document[d{n}].kind": kind for n, kind in enumerate(("contract", "test_report", "end_use_statement"), 1)}
    way = ["magnet", "rotor", "motor", "joint", "robot"]
    for number, node in enumerate(way):
        last = number == len(way) - 1
        facts |= {f"node[{node}].function": node, f"node[{node}].is_goods": number == 0, f"node[{node}].final": last}
        facts |= {f"node[{node}].holds_goods": number == 1, f"node[{node}].how": "surface_mounted_on_core"}
        facts |= {f"node[{node}].onward_export": last, f"node[{node}].destinations": frozenset({"NO"})}
    found = FactSet().state({**facts, **changed})
    for line in ("L1", "L2"):
        found = found.collect(f"line[{line}].fraction", ["Dy"] if line == "L1" else ["Nd", "Fe"], complete=True)
        found = found.collect(f"line[{line}].uses", ["u1"], complete=True).collect(
            f"line[{line}].end_users", ["p3"], complete=True
        )
    for number, node in enumerate(way):
        found = found.collect(f"node[{node}].parents", way[number + 1 : number + 2], complete=True)
    parts = {
        "lines": ["L1", "L2"],
        "exporters": ["p1"],
        "consignees": ["p2"],
        "end_users": ["p3"],
        "ultimate_end_users": ["p4"],
    }
    for name, ids in {**parts, "documents": ["d1", "d2", "d3"], "nodes": way, "end_uses": ["u1"]}.items():
        found = found.collect(f"application.{name}", ids, complete=True)
    return found


def by_hand(known: Mapping[str, Any], members: Mapping[str, tuple[str, ...]]) -> tuple[list[str], str | None]:
    """The law of cn-ann18 on 2026-03-16 as a programmer would write it, for files in which everything is known."""
    outcomes = []
    for line in members["application.lines"]:
        for user in members[f"line[{line}].end_users"]:
            outcomes.append(_outcome(known, members, line, user))
    if all(outcome in ("not_controlled", "out_of_scope", "exempt") for outcome in outcomes):
        return outcomes, None
    return outcomes, "met" if _papers(known, members) else "not_met"


def _outcome(known: Mapping[str, Any], members: Mapping[str, tuple[str, ...]], line: str, user: str) -> str:
    country = known[f"party[{user}].country"]
    if known["application.exported_from"] != "CN":
        return "out_of_scope"
    uses = members[f"line[{line}].uses"]
    catch_all = any(known[f"end_use[{use}].{name}"] for use in uses for name in ("security_risk", "wmd", "terrorism"))
    if not catch_all and not (_listed(known, line) and not _deep_processed(known, line)):
        return "not_controlled"
    if country == "CN":
        return "exempt"
    if known[f"party[{user}].listed[export-barred]"]:
        return "refuse_in_principle"
    for party in (*members["application.consignees"], *members["application.ultimate_end_users"]):
        if known[f"party[{party}].listed[export-barred]"]:
            return "refuse_in_principle"
    if country in ("JP", "US"):
        if known[f"party[{user}].military"] or any(known[f"end_use[{use}].military"] for use in uses):
            return "refuse_in_principle"
        if country == "JP" and any(known[f"end_use[{use}].raises_military_strength"] for use in uses):
            return "refuse_in_principle"
    for party in members["application.ultimate_end_users"]:
        if known[f"party[{party}].country"] in ("JP", "US") and known[f"party[{party}].military"]:
            return "refuse_in_principle"
    return "licence_required"


def _listed(known: Mapping[str, Any], line: str) -> bool:
    family = known[f"line[{line}].family"]
    if family in NDFEB:
        return _contains(known, line, "Tb") or _contains(known, line, "Dy")
    if family == "smco":
        return True
    if family in ("re_oxide", "re_compound"):
        return any(_contains(known, line, element) for element in METALS)
    if family in ("re_metal", "re_alloy"):
        system = known[f"line[{line}].system"]
        if known[f"line[{line}].form"] == "target":
            return system in TARGETS
        return system in (METALS if family == "re_metal" else ALLOYS)
    return False


def _contains(known: Mapping[str, Any], line: str, element: str) -> bool:
    return known.get(f"line[{line}].fraction[{element}]", 0) >= TRACE


def _deep_processed(known: Mapping[str, Any], line: str) -> bool:
    form = known[f"line[{line}].form"]
    if form in ("fired_catalyst", "phosphor", "fastening_good"):
        return True
    return form in ("assembly", "sensor") and known[f"line[{line}].deep_processed"]


def _papers(known: Mapping[str, Any], members: Mapping[str, tuple[str, ...]]) -> bool:
    if known["application.kind"] != "single":
        raise ValueError("written for single licences only")
    if (
        known["application.end_user_count"] > 1
        or not known["application.identity_papers"]
        or known["application.other_papers_open"]
    ):
        return False
    kinds = {known[f"document[{one}].kind"] for one in members["application.documents"]}
    if not kinds & {"contract", "other_proof"} or not kinds & {"technical_description", "test_report"}:
        return False
    if not kinds & {"end_use_statement", "government_certified_statement"}:
        return False
    watched = any(
        known[f"party[{p}].listed[risk-report-and-pledge]"]
        for role in ("end_users", "consignees")
        for p in members[f"application.{role}"]
    )
    if watched and not {"risk_report", "pledge"} <= kinds:
        return False
    for line in members["application.lines"]:
        uses = members[f"line[{line}].uses"]
        if (
            not uses
            or not all(known[f"end_use[{use}].function"] for use in uses)
            or not any(known[f"end_use[{use}].category"] for use in uses)
        ):
            return False
        if not any(known[f"end_use[{use}].position"] for use in uses):
            return False
    return all(_placed(known, members, node) for node in members["application.nodes"])


def _placed(known: Mapping[str, Any], members: Mapping[str, tuple[str, ...]], node: str) -> bool:
    final, goods = known[f"node[{node}].final"], known[f"node[{node}].is_goods"]
    if final and known[f"node[{node}].onward_export"]:
        stated = any(known[f"party[{party}].country"] for party in members["application.ultimate_end_users"])
        if not known[f"node[{node}].destinations"] or not stated:
            return False
    if not final and not any(known[f"node[{parent}].function"] for parent in members[f"node[{node}].parents"]):
        return False
    return goods or bool(
        known[f"node[{node}].function"] and (not known[f"node[{node}].holds_goods"] or known[f"node[{node}].how"])
    )


def plain(facts: FactSet) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The same facts as the dictionaries a hand-written program would hold."""
    known = {ref: said.value.value for ref, said in facts.statements.items() if isinstance(said.value, Known)}
    return known, {ref: found.ids for ref, found in facts.collections.items()}


def variations() -> list[FactSet]:
    """Files on both sides of most provisions the function knows."""
    choices = {
        "party[p3].country": ("CH", "JP", "US"),
        "party[p3].military": (False, True),
        "line[L1].fraction[Dy]": (Decimal("0.026"), TRACE, Decimal(0)),
        "line[L1].form": ("magnet", "assembly", "fastening_good"),
        "party[p2].listed[export-barred]": (False, True),
        "application.end_user_count": (1, 2),
        "end_use[u1].raises_military_strength": (False, True),
    }
    every = [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]
    return [typical(**changed, **{"line[L1].deep_processed": True}) for changed in every]


def median(call: Callable[[], object], times: int = 400) -> float:
    """Seconds of one call."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def agreed() -> int:
    """Assert that rulebook and function give the same answers; the number of files compared."""
    book, files = load("cn-ann18"), variations()
    for facts in files:
        found = assess(book, facts, on=ON)
        expected, papers = by_hand(*plain(facts))
        assert [cell.outcome for cell in found.cells] == expected, (
            expected,
            [cell.outcome for cell in found.cells],
            dict(plain(facts)[0]),
        )
        assert found.admissible == papers, (found.admissible, papers, [item.fact_ref for item in found.missing])
    return len(files)


def open_form(count: int) -> float:
    """Seconds for the residual and the five best questions of a file with ``count`` open facts."""
    words = [word(f"application.w{n}", "bool", burden=1 + n % 5) for n in range(count)]
    fact = [{"fact": f"application.w{n}"} for n in range(count)]
    groups = [{"all": [fact[n], {"any": [fact[n + 1], {"not": fact[n + 2]}]}]} for n in range(0, count - 2, 3)]
    law = [provision(f"p{n}", {"any": groups[n::3]}) for n in range(3)]
    stages = [
        stage(outcome, {"provision": f"xx/law/p{n}"})
        for n, outcome in enumerate(("exempt", "refuse_in_principle", "case_by_case"))
    ]
    book = assemble("xx", documents(law, [*stages, stage("licence_required")], [*VOCABULARY, *words]))
    facts = file()
    assert len(assess(book, facts, on=ON).missing) == count
    return median(lambda: next_questions(assess(book, facts, on=ON)), 30)


def cold_load() -> float:
    """Seconds to read and validate every shipped rulebook in a fresh process, imports not counted."""
    code = "import time; from lodemark import rules; s = time.perf_counter(); rules.load_all(); print(time.perf_counter() - s)"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def openfisca() -> tuple[float, float, float] | None:
    """Seconds of ours, of one OpenFisca simulation per application, and of one over 1e5 applications at once, for the same decisions."""
    try:
        from openfisca_core import entities, periods, simulation_builder, taxbenefitsystems, variables
    except ImportError:
        return None
    import numpy

    item = entities.Entity("item", "items", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([item])
    inputs = {"ndfeb": bool, "dy": float, "tb": float, "exported": bool, "barred": bool, "japan": bool, "military": bool}
    for name, kind in inputs.items():
        system.add_variable(
            type(name, (variables.Variable,), {"value_type": kind, "entity": item, "definition_period": periods.DateUnit.DAY})
        )

    def formula(items: Any, period: Any, parameters: Any) -> Any:
        listed = items("ndfeb", period) * ((items("dy", period) >= 0.0018) + (items("tb", period) >= 0.0018))
        refused = items("barred", period) + items("japan", period) * items("military", period)
        return numpy.select([numpy.logical_not(items("exported", period)), numpy.logical_not(listed), refused], [0, 1, 2], 3)

    body = {"value_type": int, "entity": item, "definition_period": periods.DateUnit.DAY, "formula": formula}
    system.add_variable(type("outcome", (variables.Variable,), body))
    values = {"ndfeb": True, "dy": 0.026, "tb": 0.0, "exported": True, "barred": False, "japan": True, "military": False}

    def one() -> int:
        builder = simulation_builder.SimulationBuilder()
        simulation = builder.build_default_simulation(system, 1)
        for name, value in values.items():
            simulation.set_input(name, "2026-03-16", numpy.array([value]))
        return int(simulation.calculate("outcome", "2026-03-16")[0])

    def many() -> int:
        simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, 100_000)
        for name, value in values.items():
            simulation.set_input(name, "2026-03-16", numpy.full(100_000, value))
        return int(simulation.calculate("outcome", "2026-03-16").sum())

    names = {
        name: word(
            f"application.{name}",
            "bool" if kind is bool else "fraction",
            **({} if kind is bool else {"unit": "1", "basis": "element"}),
        )
        for name, kind in inputs.items()
    }
    at_least = [{"fact": f"application.{name}", "op": "ge", "value": "0.0018", "unit": "1"} for name in ("dy", "tb")]
    fact = {name: {"fact": f"application.{name}"} for name in names}
    stages = [
        stage("out_of_scope", {"not": fact["exported"]}),
        stage("not_controlled", {"not": {"all": [fact["ndfeb"], {"any": at_least}]}}),
        stage("refuse_in_principle", {"any": [fact["barred"], {"all": [fact["japan"], fact["military"]]}]}),
        stage("licence_required"),
    ]
    book = assemble("xx", documents([], stages, [*VOCABULARY, *names.values()]))
    facts = file(**{name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()})
    assert assess(book, facts, on=ON).cells[0].outcome == "licence_required" and one() == 3
    return median(lambda: assess(book, facts, on=ON)), median(one, 100), median(many, 3)


def main() -> None:
    compared = agreed()
    book, facts = load("cn-ann18"), typical()
    known, members = plain(facts)
    ours, hand = median(lambda: assess(book, facts, on=ON)), median(lambda: by_hand(known, members))
    rows = [
        ("same answers as the hand-written law", f"{compared} files", "all"),
        ("assess, typical file", f"{1 / ours:,.0f} /s", ">= 2,000 /s"),
        ("hand-written if/else", f"{1 / hand:,.0f} /s", ""),
        ("ratio", f"{ours / hand:.1f} x", "<= 6 x"),
        ("residual and 5 questions, 30 open facts", f"{open_form(30) * 1e3:.1f} ms", "< 20 ms"),
        (f"load and validate {len(regimes())} regimes, cold", f"{cold_load():.2f} s", "< 1.5 s"),
        ("second load", f"{median(lambda: load('cn-ann18')) * 1e6:.1f} us", "< 1 ms"),
    ]
    peer = openfisca()
    if peer is None:
        rows.append(("OpenFisca-Core", "not installed", ">= 3 x faster"))
    else:
        rows += [
            ("small model: ours, one by one", f"{1 / peer[0]:,.0f} /s", ""),
            (
                "small model: OpenFisca-Core, one by one",
                f"{1 / peer[1]:,.0f} /s ({peer[1] / peer[0]:.1f} x slower)",
                ">= 3 x faster",
            ),
            ("small model: OpenFisca-Core, 1e5 at once", f"{1e5 / peer[2]:,.0f} /s", "reported"),
        ]
    if "--json" in sys.argv:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for what, measured, target in rows:
        print(f"{what:<45} {measured:>32}   {target}")


if __name__ == "__main__":
    main()
