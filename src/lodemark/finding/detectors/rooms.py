"""Questions that other rooms' disagreements raise: each room says what cannot both be true, this table says what is asked.

The sentence is the room's own; what is added here is the pattern it belongs to, the promise it measures against, and what
would answer it. A code that is not in the table is shown in its room and asks nobody: most disagreements are slips of a
form, a clock or a scanner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lodemark.finding.facts import Observed
from lodemark.finding.model import Evidence, Raised
from lodemark.finding.rules import FindingRules
from lodemark.ledger import digest

ASKED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    # custody: codes and journal
    "code-clone": ("cloned-code", "promise-one-serial", ("reader-clock-record", "return-record")),
    "code-travel": ("cloned-code", "promise-one-serial", ("reader-clock-record", "return-record")),
    "code-burst": ("cloned-code", "promise-one-serial", ("reader-clock-record",)),
    "code-unissued": ("unissued-code", "promise-issued-codes", ("issue-record",)),
    "code-forged": ("unissued-code", "promise-issued-codes", ("issue-record", "issuer-confirmation")),
    "code-prefix": ("unissued-code", "promise-issued-codes", ("issuer-confirmation",)),
    "code-reuse": ("code-after-end", "promise-end", ("terminal-event-correction", "recommissioning-record")),
    "code-swap": ("code-after-end", "promise-one-serial", ("missing-events",)),
    "code-ghost": ("missing-report", "promise-events", ("missing-events",)),
    "J-OVERDRAW": ("undeclared-feed", "promise-feeds", ("missing-events", "weighing-record")),
    "M-GAIN": ("undeclared-feed", "promise-feeds", ("feed-record", "weighing-record")),
    "J-WRITE-OFF": ("invoice-without-flow", "promise-books", ("weighing-record", "release-record")),
    # assay against the declaration
    "assay-above-declared": ("under-declared-composition", "promise-composition", ("second-assay", "declaration-correction")),
    "assay-found-undeclared": ("under-declared-composition", "promise-composition", ("second-assay", "declaration-correction")),
    "assay-unmix-clash": ("laundering-by-mixing", "promise-feeds", ("feed-record", "second-assay")),
    # material balance and physical bounds
    "balance-open-loss": ("unaccounted-for", "promise-balance", ("missing-events", "stock-taking")),
    "balance-open-gain": ("laundering-by-mixing", "promise-balance", ("feed-record", "stock-taking")),
    "B01": ("over-declared-yield", "promise-yield", ("feed-record", "stock-taking")),
    "B02": ("over-declared-yield", "promise-yield", ("stock-taking", "process-step-record")),
    "B04": ("over-declared-yield", "promise-yield", ("stock-taking", "process-step-record")),
    "B05": ("output-above-capacity", "promise-capacity", ("toll-record", "capacity-record")),
    "B06": ("invoice-without-flow", "promise-books", ("weighing-record", "second-assay")),
    "licence-more-shipped-than-explained": ("over-declared-yield", "promise-feeds", ("feed-record", "process-step-record")),
    # licence
    "release-outside-licence": ("overdraw", "cn/duir-2024/15", ("release-record", "reversal-record")),
    "slip-presented-twice": ("licence-used-twice", "cn/duir-2024/15", ("release-record", "void-record")),
}
"""Code of a disagreement -> the pattern, the promise, what would answer the question."""


def told_by_rooms(seen: Observed, rules: FindingRules) -> Iterator[Raised]:
    """One question per disagreement that the table asks about."""
    for told in seen.told:
        said = told.disagreement
        if said.code not in ASKED:
            continue
        kind, promise, exonerates = ASKED[said.code]
        evidence = Evidence(told.source, told.ref, said.digest or digest(said.facts), said.code, said.facts)
        subject = f"{said.subject}/{said.code}"
        yield Raised(kind, subject, promise, said.facts, (evidence,), exonerates, asks=said.code)
