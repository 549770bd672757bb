"""The four endings 撤回 撤销 吊销 注销, and what an appeal gives back. Four acts in law, so four functions.

Deceit leads to *annul*, not *revoke*, in this law: the names are not synonyms. Nothing here touches what is posted.
"""

from __future__ import annotations

from collections.abc import Mapping

from lodemark.ledger import Record
from lodemark.licence.commands import Adverse, Annul, Close, Command, Facts, Grounded, Proceeding, Restore, Revoke, Withdraw
from lodemark.licence.model import Licence, Transfer
from lodemark.licence.records import acted, lapse
from lodemark.licence.rules import Rules
from lodemark.licence.usable import exhausted
from lodemark.trouble import Reason, Refusal


def decide_withdraw(licence: Licence, command: Withdraw, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """撤回 (cn Licensing Law 8): a lawful licence ends for the public; the act says whether compensation is due."""
    provision = rules.ground("withdraw", command.ground)
    reasons = _adverse(licence, command, rules, "withdraw")
    if command.compensation is None:
        reasons.append(Reason("compensation-unstated", provision, {}))
    told = {"compensation": command.compensation}
    return Refusal(tuple(reasons)) if reasons else _end("licence-withdrawn", licence, command, {**told, "provision": provision})


def decide_annul(licence: Licence, command: Annul, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """撤销 (Licensing Law 69): it should never have been granted; posted grams go to ``finding`` as a referral."""
    provision = rules.ground("annul", command.ground)
    reasons = _adverse(licence, command, rules, "annul")
    if command.ground == "general-eligibility-lost" and licence.terms.kind != "general":
        reasons.append(Reason("licence-ground-of-other-kind", provision, {"kind": licence.terms.kind}))
    if command.gravely_harms_public is None:
        reasons.append(Reason("public-harm-unjudged", provision, {}))
    elif command.gravely_harms_public:
        reasons.append(Reason("annulment-harms-public", provision, {}))
    posted = {
        f"{line}/{commodity}": account.posted
        for (line, commodity), account in sorted(licence.accounts.items())
        if account.posted
    }
    told = {"referral": {"to": "finding", "posted": posted}}
    return Refusal(tuple(reasons)) if reasons else _end("licence-annulled", licence, command, {**told, "provision": provision})


def decide_revoke(licence: Licence, command: Revoke, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """吊销 (Penalty Law 9): a penalty; it names the penalty decision and a hearing was offered first."""
    provision = rules.ground("revoke", command.ground)
    reasons = _adverse(licence, command, rules, "revoke")
    if not command.penalty_decision:
        reasons.append(Reason("penalty-decision-unnamed", provision, {}))
    if not command.proceeding.hearing_offered:
        reasons.append(Reason("licence-hearing-not-offered", provision, {}))
    told = {"penalty_decision": command.penalty_decision}
    return Refusal(tuple(reasons)) if reasons else _end("licence-revoked", licence, command, {**told, "provision": provision})


def decide_close(licence: Licence, command: Close, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """注销 (Licensing Law 70): the formality, by timer or officer, once its ground is true."""
    provision = rules.ground("close", command.ground)
    reasons = [*ground(rules, "close", command.ground), *actor(command, "officer", "system")]
    if licence.ending is not None:
        if licence.ending.act == "closed":
            reasons.append(Reason("licence-ended", None, {"number": licence.terms.number, "since": licence.ending.at}))
    elif not reasons and not _true_ground(licence, command, facts):
        reasons.append(Reason("licence-ground-not-true", provision, {"ground": command.ground}))
    return Refusal(tuple(reasons)) if reasons else _end("licence-closed", licence, command, {"provision": provision})


def decide_restore(licence: Licence, command: Restore, facts: Facts, rules: Rules) -> tuple[Record, ...] | Refusal:
    """An appeal set the ending aside: exactly what it let lapse is available again; old reservations are not revived."""
    ending = licence.ending
    if ending is None or ending.act == "closed":
        return Refusal((Reason("nothing-to-restore", None, {"number": licence.terms.number}),))
    reasons = [*_signed(command.proceeding), *actor(command, "officer", "countersigner", "appeal_officer", "system")]
    if reasons:
        return Refusal(tuple(reasons))
    back = [Transfer(t.line, t.commodity, t.amount, "lapsed", "available") for t in ending.lapsed]
    return (acted("licence-restored", command, back, {"appeal": command.appeal}),)


def open_still(licence: Licence) -> list[Reason]:
    """A reason if the licence has ended."""
    if licence.ending is None:
        return []
    return [Reason("licence-ended", None, {"number": licence.terms.number, "since": licence.ending.at})]


def ground(rules: Rules, act: str, name: str) -> list[Reason]:
    """A reason if the regime knows no such ground for the act."""
    if rules.ground(act, name):
        return []
    return [Reason("licence-ground-unknown", None, {"act": act, "ground": name, "known": sorted(rules.grounds.get(act, {}))})]


def actor(command: Command, *roles: str) -> list[Reason]:
    """A reason if the act is not this role's to do; ``system`` stands for timers and rules."""
    if command.by.role in roles or (command.by.is_system and "system" in roles):
        return []
    return [Reason("licence-not-this-role", None, {"role": command.by.role, "needed": sorted(roles)})]


def _adverse(licence: Licence, command: Adverse, rules: Rules, act: str) -> list[Reason]:
    reasons = [*open_still(licence), *ground(rules, act, command.ground), *actor(command, "officer", "countersigner")]
    if not command.proceeding.notice_over:
        reasons.append(Reason("licence-notice-first", rules.ground(act, command.ground), {"proceeding": command.proceeding.id}))
    return reasons + _signed(command.proceeding)


def _signed(proceeding: Proceeding) -> list[Reason]:
    if set(proceeding.signed_by) - {proceeding.proposed_by}:
        return []
    return [Reason("licence-signer-is-proposer", "house/four-eyes", {"proceeding": proceeding.id})]


def _true_ground(licence: Licence, command: Close, facts: Facts) -> bool:
    match command.ground:
        case "expired":
            return command.on >= licence.terms.valid_until
        case "exhausted":
            return exhausted(licence)
        case "handed-back":
            frozen = licence.hold("frozen")
            return frozen is not None and frozen.ground in ("re-application", "handed-back")
        case "holder-gone":
            return facts.holder_gone is True
    # export-completed and replaced come with their own acts and are never closed by hand.
    return False


def _end(kind: str, licence: Licence, command: Grounded, told: Mapping[str, object]) -> tuple[Record, ...]:
    proceeding = {"proceeding": command.proceeding.id} if isinstance(command, Adverse) else {}
    return (acted(kind, command, lapse(licence), {"ground": command.ground, **proceeding, **told}),)
