"""The planted bugs: name, function, fragment, what stands there instead, and the invariants that may tell it."""

from __future__ import annotations

from typing import Final

LICENCE, CASE, ACTS = "lodemark.licence.", "lodemark.case.", "lodemark_office.acts."

ROWS: Final[tuple[tuple[str, ...], ...]] = (
    # paper: amounts
    ("limit off by one", LICENCE + "drawdown:no_room", ").available)", ").available + 1)", "crash", "I1", "I2"),
    ("no limit at all", LICENCE + "drawdown:no_room", "if amount >", "if amount < 0 and amount >", "crash", "I1", "I2"),
    ("void released twice", LICENCE + "drawdown:decide_void", 'if draw.state != "reserved":', "if False:", "crash", "I1", "I2"),
    ("void gives back one mg more", LICENCE + "drawdown:void_record", 'amount, f"reserved', 'amount + 1, f"reserved', "crash", "I1"),
    ("more reversed than posted", LICENCE + "drawdown:decide_reverse", "if over:", "if False:", "crash", "I1", "I2"),
    ("unused part kept", LICENCE + "drawdown:_posting", "reserved - kept, held, unused", "0, held, unused", "crash", "I1"),
    ("a posting over its reservation", LICENCE + "drawdown:_within_reservation", "if excess >", "if excess > 10**12 +", "crash", "I1", "I2", "I6"),
    ("what lapses is forgotten", LICENCE + "records:lapse", "account.available, ", "account.available // 2, ", "I1", "I2"),
    ("lapsed is counted as left", LICENCE + "accounts:move", 'elif family != "available"', 'elif family not in ("available", "lapsed")', "I1", "crash"),
    ("slip shown twice", LICENCE + "drawdown:_reservation_governs", 'if draw.state == "posted":', "if False:", "crash", "I1", "I2"),
    # paper: time and states
    ("one day too early", LICENCE + "usable:in_force", "if on < terms.valid_from", "if False", "I9"),
    ("drawn while suspended", LICENCE + "usable:in_force", 'if state != "active":', 'if state == "ended":', "I9"),
    ("suspension lifted by silence of the clock", ACTS + "timers:_licence", "day > hold.confirm_by", "False", "I13"),
    ("stop counted as days", CASE + "clock:_count", 'if interval.ground not in ("", "rfi") or', 'if interval.ground == "decided" or', "I9"),
    ("day of the act counted", CASE + "clock:_days", "range(1, (until", "range(0, (until", "I9"),
    ("decided days counted", CASE + "clock:_standstill", 'if case.state in ("decided", "closed"):', "if False:", "I9"),
    # paper: hands
    ("two hats on one file", CASE + "guards:one_hat_per_file", "if others", "if False", "I8"),
    ("own suspension confirmed", LICENCE + "holds:decide_confirm_suspension", "if command.by.person == hold.by", "if False", "I8"),
    ("own appeal heard", CASE + "appeal.decide:reviewer_is_third", "if worn", "if False", "I8"),
    ("own end signed", LICENCE + "proceeding.decide:_sign", "in (state.proposer, state.opener)", "in ()", "I8"),
    ("something else signed", CASE + "decision:same_digest", "None if same", "None if True", "I8"),
    ("signed without showing who", CASE + "decision:fresh_login", "<= timedelta(minutes=minutes)", "<= timedelta(days=minutes)", "I8"),
    ("anybody draws", LICENCE + "drawdown:_holder_acts", "and command.by.party == terms.holder", "", "I8"),
    # paper: heard first
    ("refused unheard", CASE + "decision:adverse_needs_notice", "if unheard", "if False", "I11"),
    ("too little time to answer", CASE + "notice:time_to_answer", "if enough", "if True", "I11"),
    ("not known counted as met", CASE + "decision:not_known_judged", "if open_checks", "if False", "I11"),
    ("granted against a must", CASE + "decision:not_met_not_granted", "if barred", "if False", "I11"),
    ("upheld unheard", "lodemark.finding.decide:heard_before_upheld", "if heard or", "if True or", "I11"),
    ("ended unheard", LICENCE + "proceeding.decide:_propose", "ask.on <= state.answer_by", "False", "I11"),
    ("accepted twice", ACTS + "filing:case_of", 'return next(iter(office.store.about("case", dossier)), "")', 'return ""', "I1", "I13"),
    # ledger
    ("key ignored", "lodemark_office.store.memory:MemoryStore.answer", "return self._answers.get((scope, key))", "return None", "I1", "I4", "crash"),
    ("reused key answered", ACTS + "write:_same", "if stored[0] != content:", "if False:", "I4"),
    ("hour is part of the message", ACTS + "office:_said", 'not in ("on", "at")', "not in ()", "I4"),
    ("half a transaction", "lodemark_office.store.memory:MemoryStore.transaction", "self.chains, self._answers", "_, self._answers", "I4", "I3", "crash"),
    ("yesterday's view", ACTS + "state:States.__call__", "list(self._store.entries(dossier, number))", "[] if number else list(self._store.entries(dossier))", "I5", "I1", "I4", "I6", "I13", "crash"),
    ("chain without its place", "lodemark.ledger.chain:chain", 'dossier.encode()', 'b""', "I3", "crash"),
    ("witness skipped", "lodemark.ledger.tree:verify_consistency", "if not 0 < old <= size", "if True: return True\n    if not 0 < old <= size", "I14"),
    # liveness
    ("reservation never given back", ACTS + "timers:_licence", "if at >= draw.hold_until:", "if False:", "I13"),
    ("silence of the office unrecorded", CASE + "timers:due_in_appeal", 'appeal.state == "admitted" and', "False and", "I13"),
    ("notice that never runs out", CASE + "timers:_notices", "on > notice.answer_by", "False", "I13"),
    ("reminder stops the timers", ACTS + "timers:_by_clock", ":{digest(due)[:16]}", "", "I4"),
    # matter
    ("bound too tight", ACTS + "tracing:Evidence._reach", "high_mg=bounds.max_mg", "high_mg=round((bounds.expected_kg or 0.0) * MG_PER_KG)", "I10"),
    ("must where it only may", ACTS + "tracing:Evidence._reach", "low_mg=bounds.min_mg", "low_mg=bounds.max_mg", "I10"),
    ("the rest is in the thing", "lodemark.custody.containment:Whereabouts.outermost", "and not (s.built_in and not s.whole)", "", "I10"),
    ("unassayed counts as none", ACTS + "tracing:Evidence._asked", "masses[lot] or 0", "0", "I10"),
    ("neighbour's remarks shown", "lodemark.custody.visibility:visible", "if viewer.officer:", "if True:", "I7", "crash"),
)  # fmt: skip
