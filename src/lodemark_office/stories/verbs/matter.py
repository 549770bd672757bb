"""Lines about what happened to the material: capture, assay, inspect; the bounds, the findings and their answers."""

from __future__ import annotations

from datetime import date

from lodemark import Reason
from lodemark import assay as lab
from lodemark.accountancy.tables import read_beside
from lodemark.finding import commands as ask
from lodemark.finding.model import Finding, Point, Referral
from lodemark.measure import read_mass_mg
from lodemark_office.acts import balances, capturing, findings, marks, matter, tracing
from lodemark_office.acts.store import Answer
from lodemark_office.stories.play import Player, Step


def capture(player: Player, step: Step) -> Answer:
    """``capture file=events.json``; ``{licence:L}`` in the file stands for the number of the licence called L."""
    text = player.file(step).decode()
    for name, dossier in player.names.items():
        noun, _, short = name.partition("/")
        text = text.replace(f"{{{noun}:{short}}}", dossier.partition("/")[2])
    return capturing.capture(player.office, player.sent(step), text.encode(), profile="regime")


def assay(player: Player, step: Step) -> Answer:
    """``assay file=assays.csv``."""
    return matter.record_assay(player.office, player.sent(step), player.file(step), step.words["file"])


def file_balance(player: Player, step: Step) -> Answer:
    """``file-balance balance=B goal="5 kg"``: the tables of a balance, which lie beside the story under their own names."""
    files = {
        name: (player.story.folder / name).read_bytes() for name in balances.FILES if (player.story.folder / name).exists()
    }
    answer = balances.file_balance(player.office, player.sent(step), files, read_mass_mg(step.words["goal"]))
    if answer.done:
        player.names[f"balance/{step.words['balance']}"] = answer.result["balance"]
    return answer


def draw_balance(player: Player, step: Step) -> Answer:
    """``draw-balance balance=B site=URI element=Dy file=weighing.csv goal="5 kg"``: from the recorded events and assays."""
    problems: list[Reason] = []
    weighing = read_beside({"components.csv": player.file(step)}, problems).components
    assert not problems, "the weighing file of a story is readable"
    words = step.words
    asked = balances.FromRecords(
        site=words["site"], elements=(words["element"],), components=weighing, goal_mg=read_mass_mg(words["goal"])
    )
    answer = balances.draw_balance(player.office, player.sent(step), asked)
    if answer.done:
        player.names[f"balance/{words['balance']}"] = answer.result["balance"]
    return answer


def inspect(player: Player, step: Step) -> Answer:
    """``inspect thing=URI found-use=military found-user=... text=...``."""
    words = step.words
    return matter.inspect(
        player.office, player.sent(step), words["thing"], words["found-use"], words["found-user"], words["text"]
    )


def detect(player: Player, step: Step) -> Answer:
    """``detect``: run every detector; the findings opened are called by their kind."""
    answers = findings.open_all(player.office, player.sent(step))
    for answer in answers:
        state: Finding = player.office.store.states(answer.result["finding"])
        player.names[f"finding/{state.kind}"] = answer.result["finding"]
    written = tuple(each for answer in answers for each in answer.written)
    return Answer("done", written, result={"opened": [answer.result["finding"] for answer in answers]})


def question(player: Player, step: Step) -> Answer:
    """``question finding=KIND answer-by=DATE``: put it to the party with all evidence it may see."""
    state: Finding = player.office.store.states(player.dossier(step, "finding"))
    shown = tuple(one.digest for one in state.evidence)
    command = ask.PutQuestion(**_who(player, step), shown=shown, answer_due=date.fromisoformat(step.words["answer-by"]))
    return _act(player, step, command)


def answer(player: Player, step: Step) -> Answer:
    """``answer finding=KIND text=...``."""
    return _act(player, step, ask.AnswerQuestion(**_who(player, step), points=(Point("1", step.words["text"]),)))


def close(player: Player, step: Step) -> Answer:
    """``close finding=KIND as=upheld reason=... response=...``."""
    command = ask.CloseFinding(
        **_who(player, step),
        closed_as=step.words["as"],  # type: ignore[arg-type]
        reason=step.words["reason"],
        responses={"1": step.words["response"]} if "response" in step.words else {},
    )
    return _act(player, step, command)


def refer(player: Player, step: Step) -> Answer:
    """``refer finding=KIND act=suspend provision=ID licence=L``."""
    target = player.dossier(step, "licence")
    referral = Referral(step.words["act"], step.words["provision"], target)  # type: ignore[arg-type]
    return _act(player, step, ask.Refer(**_who(player, step), referral=referral))


def bounds(player: Player, step: Step) -> object:
    """``expect bounds licence=L element=Dy use=military at-least="78 g" at-most="156 g" proven=yes``."""
    state = player.office.store.states(player.dossier(step, "licence"))
    known = tracing.evidence(player.office)
    found = known.reach(state.terms.number, step.words["element"], (step.words["use"],))
    if found is None:
        player.fail(step, "nothing was shipped under this licence")
        return None
    reach, answer = found
    wanted = {
        word: 0 if step.words[word] == "0" else read_mass_mg(step.words[word])
        for word in ("at-least", "at-most")
        if word in step.words
    }
    seen = {"at-least": reach.low_mg, "at-most": reach.high_mg}
    for word, mass in wanted.items():
        player.expect(step, f"{word} ({'; '.join(reach.gaps)})", seen[word], mass)
    if "proven" in step.words:
        player.expect(step, "proven", "yes" if reach.exact else "no", step.words["proven"])
    return answer


def mark(player: Player, step: Step) -> object:
    """``expect mark of=SPECIMEN beside=SPECIMEN group=lots.csv one-lot=supported|opposed|open refuting="143Nd/144Nd"``."""
    known = marks.uploads(player.office)
    specimens = {one.specimen_id: one for source in known for one in source.specimens}
    a, b = specimens[step.words["of"]], specimens[step.words["beside"]]
    group = marks.group(next(source for source in known if source.name == step.words["group"]), a.stage)
    assert group.validation is not None, "the group of a story is large enough"
    found = lab.log10_lr(a, b, group.validation.background, demo=True)
    assert isinstance(found, lab.Comparison)
    said = "open" if abs(found.log10_lr) < 1 else "supported" if found.log10_lr > 0 else "opposed"
    player.expect(step, f"one lot (log10 LR {found.log10_lr:.2f})", said, step.words["one-lot"])
    rows = lab.beside(a, b, next(iter(group.lots.values())))
    isotopes = [row.analyte for row in rows if row.kind == "isotope" and row.verdict == "refutes"]
    player.expect(step, "the isotope ratios that refute", " ".join(isotopes), step.words["refuting"])
    return found


def closes(player: Player, step: Step) -> object:
    """``expect closes balance=B element=Dy class=closed``."""
    filed = balances.filed(player.office, player.dossier(step, "balance").partition("/")[2])
    classes = {one.element: one.klass for one in filed.drawn.balances}
    player.expect(step, "the class", classes.get(step.words["element"]), step.words["class"])
    return filed.drawn.balances


def finding_stands(player: Player, step: Step) -> object:
    """``expect finding finding=KIND state=closed grade=proven``."""
    state: Finding = player.office.store.states(player.dossier(step, "finding"))
    for word, seen in (
        ("state", state.state),
        ("grade", state.grade),
        ("as", state.closure.closed_as if state.closure else ""),
    ):
        if word in step.words:
            player.expect(step, word, seen, step.words[word])
    return state


def findings_open(player: Player, step: Step) -> object:
    """``expect findings opened=0``: how many findings there are about the licences of this story."""
    mine = {dossier for name, dossier in player.names.items() if name.startswith("licence/")}
    states = [player.office.store.states(dossier) for dossier in player.office.store.dossiers("finding")]
    about = [state.kind for state in states if str(state.facts.get("licence")) in mine or state.subject in mine]
    player.expect(step, f"the number of findings ({', '.join(about)})", len(about), int(step.words["opened"]))
    return about


def events(player: Player, step: Step) -> object:
    """``expect events contradictions=1``: statements kept although another under the same id says otherwise."""
    rows = player.office.store.journal().store.rows(
        "SELECT DISTINCT event FROM custody_finding_seed WHERE rule = ?", ["J-CONTRADICTION"]
    )
    player.expect(step, "contradictions", len(rows), int(step.words["contradictions"]))
    return rows


def _who(player: Player, step: Step) -> dict[str, object]:
    return {"on": player.office.day(step.at), "by": player.actor(step)}


def _act(player: Player, step: Step, command: ask.Command) -> Answer:
    return findings.act(player.office, player.sent(step), player.dossier(step, "finding"), command)


ACTS = {
    "capture": capture,
    "assay": assay,
    "file-balance": file_balance,
    "draw-balance": draw_balance,
    "inspect": inspect,
    "detect": detect,
    "question": question,
    "answer": answer,
    "close": close,
    "refer": refer,
}
LOOKS = {
    "bounds": bounds,
    "mark": mark,
    "closes": closes,
    "finding": finding_stands,
    "findings": findings_open,
    "events": events,
}
