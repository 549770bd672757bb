"""Reports: every rule has one document that breaks only it, and names the smallest wrong place."""

import json
from pathlib import Path

import pytest

from lodemark.custody import read, validate
from lodemark.custody.namespace import LODE_CONTEXT
from lodemark.custody.validate.semantics import RULES
from lodemark.custody.vocabulary import LODE_TERMS
from tests.custody.make import CONTEXT, NOW, document, event, kg, lot, made

SHELF = sorted((Path(__file__).parents[1] / "bad" / "custody").glob("*.json"))


@pytest.mark.parametrize("path", SHELF, ids=lambda path: path.stem)
def test_each_rule_is_broken_alone_and_in_its_place(path):
    """A maker whose file is refused would otherwise hunt for the wrong line, or be told of errors that are none."""
    case = json.loads(path.read_text())
    report = validate(read(json.dumps(case["document"]).encode()), case["profile"], recorded_at=NOW)
    assert [(line.rule, line.pointer, line.severity) for line in report.lines] == [
        (case["rule"], case["pointer"], case["severity"])
    ]
    line = report.lines[0]
    assert report.ok == (case["severity"] != "error")
    assert line.explain("en") != line.explain("zh-Hans")
    assert "not known" not in line.explain("en")


def test_every_semantic_rule_stands_on_the_shelf():
    """A rule nobody breaks in a test can be deleted without anybody noticing."""
    shelf = {json.loads(path.read_text())["rule"] for path in SHELF}
    assert set(RULES) <= shelf


def test_a_report_has_all_errors_once_in_document_order():
    """Reported one at a time, twenty errors would cost twenty uploads."""
    report = validate(read(document(event(action="CREATE", quantityList=[kg("A", 1)]), event(action="ADD"), made("B", 1))))
    assert [(line.rule, line.event) for line in report.lines] == [("S-ENUM", 0), ("S-WHAT", 1)]
    assert report.refused == {0, 1}


def test_ten_thousand_errors_are_counted_and_a_thousand_shown():
    """An answer of ten thousand sentences helps nobody and fills the memory of the client."""
    items = [{"epcClass": lot(f"L{n}"), "quantity": 1, "weight": 1} for n in range(10_000)]
    report = validate(read(document(event(action="ADD", quantityList=items))))
    assert (len(report.lines), report.more) == (1_000, 9_000)


def test_the_line_in_the_file_is_named():
    """Without the line a person searches a pointer by hand in a file of thousands of lines."""
    text = json.dumps(json.loads(document(event(action="CREATE", quantityList=[kg("A", 1)]))), indent=1)
    line = validate(read(text.encode())).lines[0].line
    assert '"action": "CREATE"' in text.splitlines()[line - 1]


def test_a_bare_event_and_a_list_are_read():
    """An ERP that posts one event would otherwise have to wrap it."""
    one = {"@context": CONTEXT, **made("A", 1)}
    assert validate(read(json.dumps(one).encode())).ok
    assert validate(read(json.dumps([one, one]).encode())).events == 2


def test_every_term_of_ours_is_documented_in_both_languages():
    """A partner meets `lode:` terms in his own data; unexplained they would be ignored."""
    assert len(LODE_TERMS) > 40
    for term, told in LODE_TERMS.items():
        assert set(told) == {"en", "zh-Hans"}, term
        assert all(told.values()), term


def test_the_published_context_is_known_without_fetching():
    """A validator that needs the network fails where the network is."""
    body = json.loads(document(made("A", 1, **{"lode:process": "x"})))
    body["@context"] = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", LODE_CONTEXT]
    document_ = read(json.dumps(body).encode())
    assert document_.sent[0].names.field("lode:process") == "{https://w3id.org/lodemark/ns#}process"
    assert validate(document_).lines == ()


def test_a_thousand_notes_do_not_hide_one_error():
    """A file of old spellings with one wrong unit would be refused without the reader ever seeing why."""
    events = [{**made(f"L{n}", 1, n % 9), "bizStep": "urn:epcglobal:cbv:bizstep:commissioning"} for n in range(1_200)]
    loud = [event(action="OBSERVE", quantityList=[{"epcClass": lot(f"L{n}"), "quantity": 1}]) for n in range(1_200)]
    report = validate(read(document(*events, *loud, event(action="CREATE", quantityList=[kg("A", 1)]))))
    assert [found.rule for found in report.findings].count("V-URN") == 1
    assert report.lines[-1].rule == "S-ENUM"
    assert (len(report.lines), len(report.findings), report.more) == (1_000, 1_202, 202)
