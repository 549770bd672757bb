"""The commands, on files, as a laboratory and an inspector use them."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from typer.testing import CliRunner

from lodemark.assay import BadInput, UnknownLot, check, compose, read_assays, tag
from lodemark.assay.stored import BadStored, dump, load_register
from lodemark.cli.assay import app

RUNNER = CliRunner()
REFERENCE = Path(__file__).parents[1] / "bad" / "assay-reference"
MAGNET = "sample_id,lot_id,stage,analyte,value,unit,u,u_given,sys_group\nS-1,L-1,alloy,Dy,0.50,%,0.01,u,g\nS-1,L-1,alloy,Nd,23,%,0.2,u,g\n"


def invoke(*words: str) -> tuple[int, str]:
    found = RUNNER.invoke(app, list(words))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    code, text = invoke("synth", "--seed", "4", "--sites", "12", "--lots", "6")
    assert code == 0
    (folder / "lots.csv").write_text(text, encoding="utf-8")
    head, *lines = text.splitlines()
    one = [line for line in lines if "SYN-S03-L002-P0" in line]
    (folder / "one.csv").write_text("\n".join([head, *one]), encoding="utf-8")
    assert invoke("background", "validate", str(folder / "lots.csv"), "--out", str(folder / "bg.json"))[0] == 0
    return folder


def test_check_names_every_refused_cell_and_leaves_with_one(tmp_path: Path) -> None:
    """A script that sees exit 0 files the assay."""
    file = tmp_path / "lab.csv"
    file.write_text(MAGNET + "S-1,L-1,alloy,Pr,6,widgets,,,g\n", encoding="utf-8")
    code, text = invoke("check", str(file))
    assert code == 1 and "widgets" in text and "never assumed" in text
    assert "2 results read, 1 refused" in text
    file.write_text(MAGNET, encoding="utf-8")
    assert invoke("check", str(file))[0] == 0


def test_a_failed_reference_material_sets_its_batch_aside_by_name() -> None:
    """A batch that misreads a known material misreads the unknown ones too, and looks no different."""
    shelf = REFERENCE / "A09@read-six-sigma-high"
    words = ("check", str(shelf / "lab.csv"), "--crm", str(shelf / "crm.csv"))
    code, text = invoke(*words)
    assert code == 1 and "batch lab:icp:7 reference material OREAS was read 6.36 sigma" in text and "set aside" in text
    assert "暂不使用" in invoke(*words, "--lang", "zh")[1]
    told = orjson.loads(invoke(*words, "--json")[1])
    # Read and kept, none refused: only the analyte of that batch is out of use, not its neighbours.
    assert (told["rows"], told["usable"], told["rejected"]) == (4, 2, [])
    assert [(one["code"], one["facts"]["analyte"], one["facts"]["group"]) for one in told["found"]] == [
        ("A09", "Dy", "lab:icp:7")
    ]
    assert invoke("check", str(shelf / "lab.csv"))[0] == 0


def test_a_certificate_that_cannot_be_used_names_its_lines() -> None:
    """A certificate dropped in silence passes every batch."""
    shelf = REFERENCE / "assay-certificate-unreadable@no-uncertainty"
    with pytest.raises(BadInput) as caught:
        invoke("check", str(shelf / "lab.csv"), "--crm", str(shelf / "crm.csv"))
    assert caught.value.reason.code == "assay-certificate-unreadable"
    assert [cell.line for cell in caught.value.rejected] == [3, 4] and caught.value.explain("zh-Hans")


def test_declared_compares_and_speaks_both_languages(tmp_path: Path) -> None:
    """The customs question in one line: does it agree with what was declared?"""
    (tmp_path / "lab.csv").write_text(MAGNET, encoding="utf-8")
    (tmp_path / "declared.csv").write_text("analyte,value,unit\nDy,0.36,%\nNd,23,%\n", encoding="utf-8")
    words = ("declared", str(tmp_path / "lab.csv"), str(tmp_path / "declared.csv"))
    code, text = invoke(*words)
    assert code == 1 and "more was found than declared" in text and "cannot prove origin" in text
    assert "与申报不一致" in invoke(*words, "--lang", "zh")[1]
    answer = orjson.loads(invoke(*words, "--json")[1])[0]
    assert answer["verdict"] == "differs" and answer["items"][0]["sigma"] == pytest.approx(14.0)
    assert answer["cannot_show"] and answer["found"][0]["said"]["zh-Hans"]


def test_synthetic_ids_stay_synthetic_through_a_file(lab: Path) -> None:
    """Written to a file and read back, invented lots must not turn into measured ones."""
    code, text = invoke("compare", str(lab / "one.csv"), str(lab / "lots.csv"), "--background", str(lab / "bg.json"))
    assert code == 1 and "synthetic" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("compare", "one.csv", "lots.csv", "--background", "bg.json", "--demo"), "log10 LR"),
        (("match", "one.csv", "--lots", "lots.csv", "--background", "bg.json"), "SYN-S03-L002"),
        (("refute", "one.csv", "--lots", "lots.csv", "--lot", "SYN-S03-L002"), "could be of"),
        (("unmix", "one.csv", "--sources", "lots.csv", "--max-k", "1"), "SYN-S03-L002"),
        (("pattern", "one.csv", "--norm", "ci.ms95"), "McDonough"),
    ],
)
def test_each_question_answers_with_its_limits(lab: Path, words: tuple[str, ...], expected: str) -> None:
    """An answer without 'what this cannot show' is quoted as proof."""
    paths = [str(lab / word) if word.endswith((".csv", ".json")) else word for word in words]
    code, text = invoke(*paths)
    assert code == 0 and expected in text and "What this cannot show" in text
    assert_limits(invoke(*paths, "--json")[1])


def assert_limits(text: str) -> None:
    """Every answer of the JSON names what it cannot show."""
    found = orjson.loads(text)
    for one in found if isinstance(found, list) else [found]:
        assert one["cannot_show"] and all(limit["said"]["zh-Hans"] for limit in one["cannot_show"])


def test_files_declarations_and_validations_name_their_limits_too(lab: Path, tmp_path: Path) -> None:
    """The answers that look least like verdicts are the ones quoted without their limits."""
    checked = orjson.loads(invoke("check", str(lab / "one.csv"), "--json")[1])
    assert checked["cannot_show"]["alloy"] and all(limit["said"]["en"] for limit in checked["cannot_show"]["alloy"])
    declared = tmp_path / "declared.csv"
    declared.write_text("analyte,value,unit\nNd,22,%\n", encoding="utf-8")
    assert_limits(invoke("declared", str(lab / "one.csv"), str(declared), "--json")[1])
    out = str(tmp_path / "bg.json")
    assert_limits(invoke("background", "validate", str(lab / "lots.csv"), "--out", out, "--json")[1])


def test_a_foreign_lot_is_refuted_with_exit_one(lab: Path) -> None:
    """Refutation is what composition does best."""
    code, text = invoke(
        "refute", str(lab / "one.csv"), "--lots", str(lab / "lots.csv"), "--lot", "SYN-S09-L001", "--lang", "zh"
    )
    assert code == 1 and "不一致" in text


def test_pattern_chart_is_data_in_both_languages(lab: Path) -> None:
    """The desk draws what the file says, gap and down-arrows included."""
    drawn = orjson.loads(invoke("pattern", str(lab / "one.csv"), "--norm", "paas.tm85", "--chart")[1])[0]
    assert drawn["axis"][4] == "" and drawn["points"][4] is None
    assert set(drawn["title"]) == {"en", "zh-Hans"} and "paas.tm85" in drawn["title"]["zh-Hans"]


def test_tags_from_design_to_reading(tmp_path: Path) -> None:
    """A codebook that cannot be stored and read back was never issued."""
    book = tmp_path / "book.json"
    dopants = ("Y", "La", "Ce", "Gd", "Ho", "Er")
    code, text = invoke(
        "tag",
        "design",
        "--dopants",
        ",".join(dopants),
        "--lots",
        "4",
        "--levels",
        "10,30,90",
        "--seed",
        "2",
        "--trials",
        "20",
        "--out",
        str(book),
    )
    assert code == 0 and "bits" in text, text
    table = orjson.loads(book.read_bytes())["code"]
    rows = [
        f"S-1,alloy,{part},{1 + 0.5 * level},mg/kg,{0.03 * (1 + 0.5 * level)},u,g"
        for part, level in zip(dopants, table[2], strict=True)
    ]
    (tmp_path / "lab.csv").write_text(
        "sample_id,stage,analyte,value,unit,u,u_given,sys_group\n" + "\n".join(rows), encoding="utf-8"
    )
    (tmp_path / "none.csv").write_text("part,value,u\n" + "\n".join(f"{part},1,0.2" for part in dopants), encoding="utf-8")
    code, text = invoke(
        "tag", "decode", str(tmp_path / "lab.csv"), "--book", str(book), "--untagged", str(tmp_path / "none.csv")
    )
    assert code == 0 and "code 2" in text
    (tmp_path / "key").write_bytes(b"k" * 32)
    kept = tmp_path / "register.json"
    words = ("--book", str(book), "--lots", "L-1,L-2,L-3,L-4", "--key-file", str(tmp_path / "key"), "--key-id", "k1")
    code, text = invoke("tag", "assign", *words, "--untagged", str(tmp_path / "none.csv"), "--register", str(kept))
    sealed = orjson.loads(text)["assignment"]
    assert len(sealed["root"]) == 64 and len(sealed["table"]) == 4
    register = load_register(kept.read_bytes())
    sample = compose(check(read_assays((tmp_path / "lab.csv").read_bytes(), "lab.csv").rows).rows)[0]
    owner = next(lot for lot, row in sealed["table"] if row == 2)
    assert register.decode(sample).lots == (owner,) == register.decode(sample, [owner]).lots
    assert register.decode(sample).cannot_show
    with pytest.raises(UnknownLot):
        register.decode(sample, ["L-9"])


def test_a_register_that_does_not_hold_together_is_refused(tmp_path: Path) -> None:
    """A codeword changed by hand would name another lot, with the certificate of the true book beside it."""
    book = tag.Codebook.from_table(("Y", "La", "Ho"), np.array([[10.0, 30, 90], [90, 30, 10]]))
    register = tag.Register(book, {"L-1": 0, "L-2": 1}, tag.TagBackground(np.zeros(3), np.full(3, 0.2)))
    plain = orjson.loads(dump(register))
    assert load_register(dump(register)).table == {"L-1": 0, "L-2": 1}
    changed = {**plain, "book": {**plain["book"], "code": [[10, 30, 91], [90, 30, 10]]}}
    for bad in (changed, {**plain, "untagged": {"b": [0]}}, {**plain, "table": [1]}, {"kind": "Codebook"}):
        with pytest.raises(BadStored):
            load_register(orjson.dumps(bad), "r.json")
    for table in ({"L-1": 0, "L-2": 0}, {"L-1": 7}):
        with pytest.raises(tag.BadRegister):
            load_register(orjson.dumps({**plain, "table": table}))


def test_a_file_that_is_no_population_is_named(lab: Path, tmp_path: Path) -> None:
    """'Key error' is not an answer."""
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadStored) as caught:
        invoke("compare", str(lab / "one.csv"), str(lab / "one.csv"), "--background", str(tmp_path / "x.json"))
    assert "x.json" in caught.value.explain("en")
