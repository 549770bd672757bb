"""What an application may do: be filed, be returned once for completion, be withdrawn. Pure; every reason is told at once.

A guard's name is its refusal code. What a decision may see besides the state is ``FilingFacts``, which the shell gathers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lodemark.application.commands import AcceptUnscanned, Command, Contest, Return, Submit, Withdraw
from lodemark.application.diff import diff, within
from lodemark.application.model import Application
from lodemark.application.state import Deficiency, Filing
from lodemark.ledger import Record, digest, jsonable
from lodemark.rules import Calendar, Rulebook, due
from lodemark.trouble import Reason, Refusal

RECEIPT = "cn/all-2019/32-receipt"
RIGHTS: Final = "house/rights"
DOCUMENTS: Final = "house/documents"
WHO: Final[Mapping[type, tuple[str, ...]]] = {
    Submit: ("signatory",),
    Return: ("officer",),
    Withdraw: ("signatory",),
    AcceptUnscanned: ("officer",),
}
"""Who may do what with an application of their own, or that is before them."""


@dataclass(frozen=True, slots=True)
class FilingRules:
    """The rule values of filing. ``completion_workdays``: days to tell what is missing; ``calendar``: whose working days they are."""

    completion_workdays: int
    completion_provision: str
    relevance_provision: str
    calendar: Calendar

    @classmethod
    def of(cls, book: Rulebook, calendar: Calendar, on: date) -> FilingRules:
        """The values a rulebook sets on a day (Administrative Licensing Law, art. 31 and 32(4))."""
        period = book.value("cn/all-2019/32-4", "completion_workdays", on)
        return cls(int(str(period.value)), period.provision, "cn/all-2019/31", calendar)


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What the shell gathered. ``deficiencies`` of the version at hand come from ``application.defects``.

    ``before``: content of the version filed last, for the diff. ``documents``: scan state by document id
    (``received``, ``clean``, ``infected``, ``rejected``; ``missing``: a digest of which no file is here), ``digests``: the
    digest of each. ``invited``, ``answered``: sealed paths whose owner was invited,
    and has answered or declined (a receipt exists). ``provisions``: ids in force that an item may rest on.
    ``decided``: whether the case is decided already.
    """

    deficiencies: tuple[Deficiency, ...] = ()
    before: Mapping[str, object] | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    invited: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    provisions: frozenset[str] = frozenset()
    rulebook_digest: str = ""
    assessment_digest: str = ""
    accepted: bool = False
    decided: bool = False


def decide(state: Filing, command: Command, facts: FilingFacts, rules: FilingRules) -> tuple[Record, ...] | Refusal:
    """The records of a command, or every reason against it; whose role it is comes first."""
    match command:
        case Submit():
            outcome = decide_submit(state, command, facts, rules)
        case Return():
            outcome = decide_return(state, command, facts, rules)
        case Withdraw():
            outcome = decide_withdraw(state, command, facts, rules)
        case AcceptUnscanned():
            outcome = decide_accept_unscanned(state, command, facts, rules)
    if command.by.role in WHO[type(command)]:
        return outcome
    told = {"role": command.by.role, "act": type(command).__name__.lower(), "roles": list(WHO[type(command)])}
    rest = outcome.reasons if isinstance(outcome, Refusal) else ()
    return Refusal((Reason("role-may-not", RIGHTS, told), *rest))


def decide_submit(state: Filing, ask: Submit, facts: FilingFacts, rules: FilingRules) -> tuple[Record, ...] | Refusal:
    """File a version. A filing on paper is received whatever it lacks (receipt is a right, ALL art. 32) and can then be returned."""
    reasons = list(_filing_closed(state))
    open_items = _open_items(facts.deficiencies, ask.contested)
    changed = diff(facts.before, ask.application.content) if facts.before is not None else ()
    if not ask.on_paper:
        reasons += [Reason(item.code, item.provision, _told(item)) for item in open_items]
        reasons += _unanswered_items(state, facts, ask.contested)
        reasons += _only_reopened_changed(state, changed)
        reasons += _documents(facts)
        reasons += _sealed_parts(ask.application, facts)
        if not ask.declaration_signed:
            reasons.append(Reason("declaration-signed", "cn/all-2019/31", {"by": ask.by.person}))
    if reasons:
        return Refusal(tuple(reasons))
    filed = {
        "version": len(state.versions) + 1,
        "content_digest": digest(ask.application.content),
        "rulebook_digest": facts.rulebook_digest,
        "assessment_digest": facts.assessment_digest,
        "on_paper": ask.on_paper,
        "declaration_signed": ask.declaration_signed,
        "documents": sorted(document.sha256 for document in ask.application.documents.values() if document.sha256),
        "sealed": {path: seal.digest for path, seal in sorted(ask.application.sealed.items())},
        "changed": changed,
        "contested": ask.contested,
        "open_items": [_named(item) for item in open_items],
    }
    return (Record("application-submitted", ask.on, _json(filed)),)


def decide_return(state: Filing, ask: Return, facts: FilingFacts, rules: FilingRules) -> tuple[Record, ...] | Refusal:
    """Return for completion (补正): one shot, everything at once, within the period, each item with its rule and its cure."""
    if state.status != "submitted" or facts.accepted:
        status = "accepted" if facts.accepted else state.status
        return Refusal((Reason("not-submitted", rules.completion_provision, {"status": status}),))
    reasons: list[Reason] = []
    received = state.versions[-1].on
    last = due(received, rules.completion_workdays, "workday", (), rules.calendar)
    if ask.on > last.latest:
        told = {"received": received, "last": last.latest, "workdays": rules.completion_workdays}
        reasons.append(Reason("within-completion-period", rules.completion_provision, told))
    if not ask.items:
        reasons.append(Reason("return-names-nothing", rules.completion_provision))
    asked = {item.key for item in ask.items}
    for item in facts.deficiencies:
        if item.key not in asked and not state.returns:
            reasons.append(Reason("return-tells-everything", rules.completion_provision, _named(item)))
    for item in ask.items:
        reasons += _item(item, state, facts, rules)
    if reasons:
        return Refusal(tuple(reasons))
    items = [jsonable(item) for item in ask.items]
    return (Record("application-returned", ask.on, {"version": len(state.versions), "items": items}),)


def decide_withdraw(state: Filing, ask: Withdraw, facts: FilingFacts, rules: FilingRules) -> tuple[Record, ...] | Refusal:
    """Take an application back at any time before the decision; nothing is deleted."""
    if facts.decided or state.status in ("draft", "withdrawn"):
        return Refusal((Reason("nothing-to-withdraw", None, {"status": "decided" if facts.decided else state.status}),))
    return (Record("application-withdrawn", ask.on, {"version": len(state.versions), "reason": ask.reason}),)


def decide_accept_unscanned(
    state: Filing, ask: AcceptUnscanned, facts: FilingFacts, rules: FilingRules
) -> tuple[Record, ...] | Refusal:
    """未扫描接受: only a document that waits for its scan; what was found harmful or is no document stays out."""
    stage = facts.documents.get(ask.document, "missing")
    reasons = []
    if state.status not in ("submitted", "returned") or stage == "missing":
        reasons.append(Reason("document-not-in-version", DOCUMENTS, {"document": ask.document}))
    elif stage != "received":
        reasons.append(Reason("document-scan-settled", DOCUMENTS, {"document": ask.document, "state": stage}))
    if not ask.reason.strip():
        reasons.append(Reason("acceptance-needs-reason", DOCUMENTS, {"document": ask.document}))
    if reasons:
        return Refusal(tuple(reasons))
    taken = {"document": ask.document, "sha256": facts.digests[ask.document], "reason": ask.reason}
    return (Record("document-accepted-unscanned", ask.on, taken),)


def _filing_closed(state: Filing) -> Iterator[Reason]:
    if state.status not in ("draft", "returned"):
        yield Reason("filing-closed", None, {"status": state.status})


def _open_items(items: tuple[Deficiency, ...], contested: tuple[Contest, ...]) -> list[Deficiency]:
    """What is neither cured nor contested with a reason."""
    answered = {(contest.rule_id, contest.path) for contest in contested if contest.reason.strip()}
    return [item for item in items if item.key not in answered]


def _unanswered_items(state: Filing, facts: FilingFacts, contested: tuple[Contest, ...]) -> list[Reason]:
    """A contest must name an item that was told, with a reason."""
    known = {item.key for item in facts.deficiencies}
    known |= {item.key for returned in state.returns for item in returned.items}
    return [
        Reason("items-answered", None, {"rule_id": contest.rule_id, "path": contest.path})
        for contest in contested
        if not contest.reason.strip() or (contest.rule_id, contest.path) not in known
    ]


def _only_reopened_changed(state: Filing, changed: tuple[str, ...]) -> list[Reason]:
    if state.status != "returned":
        return []
    opened = state.reopened
    return [
        Reason("field-not-reopened", "cn/all-2019/32-4", {"path": path, "reopened": opened})
        for path in changed
        if not within(path, opened)
    ]


def _documents(facts: FilingFacts) -> list[Reason]:
    bad = [(name, state) for name, state in sorted(facts.documents.items()) if state in ("infected", "rejected")]
    absent = [name for name, state in sorted(facts.documents.items()) if state == "missing"]
    return [
        *(Reason("no-rejected-document", DOCUMENTS, {"document": name, "state": state}) for name, state in bad),
        *(Reason("document-not-handed-in", DOCUMENTS, {"document": name, "sha256": facts.digests[name]}) for name in absent),
    ]


def _sealed_parts(app: Application, facts: FilingFacts) -> list[Reason]:
    """The owner of every sealed part has been invited, and has answered or declined: only then is there a receipt to count."""
    reasons = [Reason("sealed-parts-invited", None, {"path": path}) for path in app.sealed if path not in facts.invited]
    waited_for = [path for path in app.sealed if path in facts.invited and path not in facts.answered]
    return reasons + [Reason("sealed-answer-awaited", None, {"path": path}) for path in waited_for]


def _item(item: Deficiency, state: Filing, facts: FilingFacts, rules: FilingRules) -> Iterator[Reason]:
    """The guards of one item of a return."""
    if not (item.provision and item.cure and item.reopens):
        yield Reason("item-has-rule-and-cure", rules.completion_provision, _named(item))
    found = {one.key for one in facts.deficiencies}
    if item.key not in found and item.provision not in facts.provisions:
        yield Reason("application-item-irrelevant", rules.relevance_provision, _named(item))
    if state.returns and not _may_be_told_again(item, state, found):
        yield Reason("return-not-one-shot", rules.completion_provision, _named(item))


def _may_be_told_again(item: Deficiency, state: Filing, found: set[tuple[str, str]]) -> bool:
    """A second return may name what the first named and is still open, and what the answer to it broke; nothing else."""
    told = {one.key for returned in state.returns for one in returned.items}
    if item.key in told:
        return item.key in found or item.key in set(state.versions[-1].open_items)
    return any(within(path, (item.path,)) or within(item.path, (path,)) for path in state.versions[-1].changed)


def _told(item: Deficiency) -> dict[str, object]:
    return {**item.facts, **_named(item), "cure": item.cure}


def _named(item: Deficiency) -> dict[str, object]:
    return {"rule_id": item.rule_id, "path": item.path, "code": item.code}


def _json(value: Mapping[str, object]) -> Mapping[str, object]:
    plain = jsonable(value)
    assert isinstance(plain, dict)
    return plain
