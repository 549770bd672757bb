"""Military indicators: each pattern must be seen in every state alike, and its honest twin must stay quiet."""

import pytest

from lodemark.parties import Listing, Match, Name, Party
from lodemark.parties.facts import military_user
from lodemark.parties.military import UseContext, military_use
from lodemark.rules import UNKNOWN, Known
from lodemark.wording import has


def party(name: str, *addresses: str) -> Party:
    return Party("p", (Name(name),), addresses=addresses)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("第701研究所", "numbered-unit"),
        ("国营第三一五厂", "numbered-unit"),
        ("68303部队", "numbered-unit"),
        ("Завод № 9", "numbered-unit"),
        ("Air Force Plant 42", "numbered-unit"),
        ("北方兵器工业集团", "military-term"),
        ("Northern Ordnance Works", "military-term"),
        ("防衛装備庁", "military-term"),
        ("방위산업 주식회사", "military-term"),
        ("Оборонэкспорт Трейд", "military-term"),
        ("Wehrtechnische Dienststelle", "military-term"),
    ],
)
def test_patterns_in_every_state(name: str, code: str) -> None:
    """A table that only knows one country's words would look for one country only."""
    found = military_use(party(name))
    assert found.grade == "indicated" and code in {one.code for one in found.indicators}
    assert all(has(one.code) and one.source for one in found.indicators)


@pytest.mark.parametrize(
    "name",
    [
        "第三人民医院",
        "第一中学",
        "No. 3 Hospital",
        "Power Plant No. 2",
        "Crop Defence Ltd",
        "Dental Defense Inc",
        "Alder Robotics AG",
        "3M Company",
        "360 Technology",
        "第二纺织厂",
        "Salvation Army Shops",
        "Harmony Textiles",
        "Pharmanova",
    ],
)
def test_honest_twins_stay_quiet(name: str) -> None:
    """A detector that fires on a hospital teaches everybody to click it away."""
    assert military_use(party(name)).indicators == ()


def test_former_barracks() -> None:
    """An address is what a site is today."""
    assert military_use(party("Alder", "Old Air Base Business Park 3, Olten")).indicators == ()
    assert [one.code for one in military_use(party("Alder", "Hangar 3, Olten Air Base")).indicators] == ["military-address"]


def test_shared_address_is_told_unless_many_share_it() -> None:
    """A forwarder's address is everybody's address."""
    body = Listing("m1", "list", Party("m", (Name("Body"),), addresses=("Hafenstr. 5, Ort",)))
    who = party("Alder", "Hafenstr. 5, Ort")
    assert [one.code for one in military_use(who, military_listings=[body]).indicators] == ["shared-address"]
    many = UseContext(sharing={"Hafenstr. 5, Ort": 4})
    assert military_use(who, many, military_listings=[body]).indicators == ()


def test_one_moderate_does_not_ask_two_of_different_kinds_do() -> None:
    """A lone number proves nothing; a number with an arms code is worth a look."""
    assert not military_use(party("第701研究所")).needs_review
    assert military_use(party("第701研究所"), UseContext(activities=("ISIC 2520",))).needs_review


def test_an_answer_is_kept_beside_the_indicator() -> None:
    """Who has explained the number must not be asked again by the machine."""
    told = military_use(
        party("北方兵器第九研究所"),
        UseContext(answers={"military-term": "historic name; makes machine tools", "numbered-unit": "renamed 1998"}),
    )
    assert not told.needs_review and all(one.against for one in told.indicators)


def test_military_is_said_only_where_evidence_names_it() -> None:
    """A listing that marks the party, or its own word; a score or a pattern never."""
    listing = Listing("m1", "list", party("Body"), measures=("military-end-user",))
    hit = Match("p", listing, "HIT", "same-name", 1, (), ())  # type: ignore[arg-type]
    assert military_use(party("Body"), matches=[hit]).grade == "named"
    assert military_use(party("Body"), UseContext(declared_civil=False)).named_by == ("statement",)
    assert military_use(party(" . ")).grade == "not-known"


@pytest.mark.parametrize(
    ("name", "declared", "reviewed", "value"),
    [
        ("Alder Robotics AG", False, False, Known(False)),
        ("Alder Robotics AG", None, False, UNKNOWN),
        ("北方导弹工业集团", False, False, UNKNOWN),
        ("北方导弹工业集团", False, True, Known(False)),
        ("第701研究所", False, False, Known(False)),
    ],
)
def test_fact_for_the_rules(name: str, declared: bool | None, reviewed: bool, value: object) -> None:
    """An indicator nobody has looked at leaves the question open; it never answers it."""
    use = military_use(party(name))
    found = military_user("p", use, reviewed=reviewed, declared=declared)["party[p].military"]
    assert found == value
