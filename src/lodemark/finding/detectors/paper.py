"""Questions that papers raise: licences, reports, orders, parcels, certificates, invoices, end users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from lodemark.finding.facts import Certificate, Draw, LicenceUse, Observed, Parcel
from lodemark.finding.model import Evidence, Raised
from lodemark.finding.rules import FindingRules
from lodemark.ledger import digest

SINGLE_USE = "cn/duir-2024/15"


def licence_used_twice(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A single licence with two shipments; the same message sent twice, or a reservation voided and made again, is one."""
    for one in seen.licences:
        shipments = sorted({draw.shipment for draw in _draws(one)})
        if one.single and len(shipments) > 1:
            facts = {"licence": one.licence, "shipments": shipments}
            yield _licence("licence-used-twice", one, facts, ("void-record",))


def overdrawn_licence(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Uses that together exceed the grant."""
    for one in seen.licences:
        drawn = sum(draw.mass_mg for draw in _draws(one))
        if drawn > one.granted_mg:
            facts = {"licence": one.licence, "granted_mg": one.granted_mg, "drawn_mg": drawn}
            yield _licence("overdraw", one, facts, ("reversal-record", "weighing-record"))


def used_while_stopped(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Goods presented while the licence could not be used; what was presented before the stop stands."""
    for one in seen.licences:
        late = [
            draw
            for draw in _draws(one)
            if any(a <= draw.presented_at and (b is None or draw.presented_at < b) for a, b in one.stopped)
        ]
        if late:
            facts = {"licence": one.licence, "shipments": sorted(draw.shipment for draw in late)}
            yield _licence("used-while-stopped", one, facts, ("release-record",))


def _draws(use: LicenceUse) -> list[Draw]:
    return list({draw.key: draw for draw in use.draws if not draw.voided}.values())


def _licence(kind: str, one: LicenceUse, facts: Mapping[str, object], exonerates: tuple[str, ...]) -> Raised:
    evidence = Evidence("licence", one.ref, digest(one), kind, facts)
    return Raised(kind, one.licence, SINGLE_USE, facts, (evidence,), exonerates)


def missing_report(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """A report that is due, not in, and not excused or moved by a record."""
    for one in seen.reports:
        last = one.due_on + timedelta(days=rules.report_grace_days)
        if seen.on <= last or one.excused or (one.received_on is not None and one.received_on <= last):
            continue
        facts = {"party": one.party, "duty": one.duty, "about": one.about, "due_on": one.due_on, "received_on": one.received_on}
        code = "report-not-received" if one.received_on is None else "report-received-late"
        evidence = Evidence("report", one.ref, digest(one), code, facts)
        exonerates = ("the-report", "excusing-record")
        yield Raised("missing-report", f"{one.party}/{one.duty}/{one.about}", one.provision, facts, (evidence,), exonerates)


def over_ordering(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """More than products, spares, scrap, declared stock and plan need, and more than the smallest order the maker takes."""
    for one in seen.orders:
        units = max(one.output_units, one.planned_units)
        need = Decimal(one.per_unit_mg) * units * (1 + one.spares + one.scrap) + one.stock_mg
        if one.ordered_mg <= max(need, Decimal(one.minimum_mg)):
            continue
        facts = {"party": one.party, "element": one.element, "ordered_mg": one.ordered_mg, "need_mg": int(need), "units": units}
        evidence = Evidence("document", one.ref, digest(one), "order-above-need", facts)
        exonerates = ("production-plan", "stock-declaration")
        yield Raised("over-ordering", f"{one.party}/{one.element}", "promise-need", facts, (evidence,), exonerates)


def split_parcels(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Several parcels below the attention level that together pass it, to one group, outside any one contract."""
    groups: dict[tuple[str, str, str], list[Parcel]] = defaultdict(list)
    for parcel in seen.parcels:
        if parcel.mass_mg < rules.attention_mg:
            groups[parcel.exporter, parcel.consignee_group, parcel.entry].append(parcel)
    for (exporter, group, entry), parcels in sorted(groups.items()):
        for run in _runs(sorted(parcels, key=lambda p: (p.on, p.shipment)), rules.parcel_days):
            total, contracts = sum(p.mass_mg for p in run), {p.contract for p in run}
            one_contract = len(contracts) == 1 and "" not in contracts
            if len(run) < rules.parcels or total < rules.attention_mg or one_contract:
                continue
            facts = {
                "exporter": exporter,
                "group": group,
                "shipments": [p.shipment for p in run],
                "total_mg": total,
                "days": rules.parcel_days,
            }
            evidence = tuple(Evidence("document", p.ref, digest(p), "parcel-below-level", facts) for p in run)
            exonerates = ("contract", "warranty-record")
            yield Raised("split-parcels", f"{exporter}/{group}/{entry}", "cn/duir-2024/39-4", facts, evidence, exonerates)
            break


def _runs(parcels: list[Parcel], days: int) -> Iterator[list[Parcel]]:
    """Each parcel with those of the following ``days``."""
    for place, first in enumerate(parcels):
        yield [one for one in parcels[place:] if (one.on - first.on).days < days]


def certificate_reused(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """One paper for two end users outside one group and without a re-issue, one used after its last day, or a number its
    issuer does not know."""
    by_digest: dict[str, list[Certificate]] = defaultdict(list)
    for one in seen.certificates:
        by_digest[one.digest].append(one)
    for paper, uses in sorted(by_digest.items()):
        users, groups = sorted({one.end_user for one in uses}), {one.group for one in uses}
        shared = len(users) > 1 and not (len(groups) == 1 and "" not in groups) and not any(one.reissue_of for one in uses)
        expired = [one.number for one in uses if one.used_on > one.valid_until]
        unknown = [one.number for one in uses if one.number_known is False]
        if not (shared or expired or unknown):
            continue
        facts = {"digest": paper, "end_users": users, "expired": sorted(expired), "unknown": sorted(unknown)}
        evidence = tuple(Evidence("document", one.ref, paper, "certificate-does-not-match", facts) for one in uses)
        yield Raised(
            "certificate-does-not-match", paper, "cn/duir-2024/25", facts, evidence, ("issuer-confirmation", "reissue-record")
        )


def invoice_without_flow(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Invoice, customs and trace quantities that differ on one basis, credit notes and part shipments set aside."""
    for one in seen.flows:
        books = (one.invoice_mg - one.credited_mg, one.customs_mg, one.trace_mg)
        apart = max(books) - min(books)
        if not one.same_basis or one.part_shipment or Decimal(apart) <= rules.flow_tolerance * max(books):
            continue
        facts = {"shipment": one.shipment, "invoice_mg": books[0], "customs_mg": books[1], "trace_mg": books[2]}
        evidence = Evidence("document", one.ref, digest(one), "books-disagree", facts)
        exonerates = ("basis-statement", "part-shipment-record", "credit-note")
        yield Raised("invoice-without-flow", one.shipment, "promise-books", facts, (evidence,), exonerates)


def end_user_changed(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """Another user than declared, of which nobody was told beforehand."""
    for one in seen.end_users:
        told = one.notified_on is not None and one.notified_on <= one.found_on
        if one.found == one.declared or told:
            continue
        facts = {"licence": one.licence, "declared": one.declared, "found": one.found, "found_on": one.found_on}
        evidence = Evidence("inspection", one.ref, digest(one), "end-user-differs", facts)
        exonerates = ("change-notice", "same-company-record")
        yield Raised("end-user-changed", one.licence, "cn/duir-2024/24", facts, (evidence,), exonerates)
