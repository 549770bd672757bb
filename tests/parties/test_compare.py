"""One party beside one listing: a missed party may arm somebody, a wrong hit costs an honest firm months."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lodemark.parties import Identifier, Name, Party, compare


def party(*names: str, **more: object) -> Party:
    return Party("x", tuple(Name(text) for text in names), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("ENEOS株式会社", "引能仕株式会社（ENEOS Corporation）", "same-name"),
        ("斯巴鲁株式会社", "SUBARU Corporation", "same-name-other-script"),
        ("北辰磁材有限公司", "Beichen Magnetics Co., Ltd.", "same-name-other-script"),
        ("北辰磁材集團有限公司", "北辰磁材（集团）有限公司", "same-name"),
        ("启明第三一五研究所", "Qiming 315th Research Institute", "same-name-other-script"),
        ("启明第三一五研究所", "啟明第三百一十五研究所", "same-name"),
        ("Müller Magnete GmbH", "MUELLER MAGNETE GMBH", "similar"),
        ("Hua Wei", "Huawei", "same-name"),
        ("Кузнецкий завод магнитов", "Kuznetskiy Magnet Factory", "same-name-other-script"),
        ("广洲电子有限公司", "Kuang-chou Electronics Co.", "same-name-other-script"),
        ("Гуанмин Электроника ООО", "光明电子有限公司", "same-name-other-script"),
        ("Гуанмин Электроника ООО", "Guangming Electronics LLC", "same-name-other-script"),
        ("Hsing-kuang Optical", "Xingguang Optical", "same-name-other-script"),
        ("启明第三一五研究所", "Qiming 351st Research Institute", "brand-only"),
        ("东方理工", "东方工业", "brand-only"),
        ("Beijing Research Institute", "北京研究所", "similar"),
        ("Alder Robotics AG", "Northwind Timber Ltd", "none"),
    ],
)
def test_level(one: str, other: str, level: str) -> None:
    """Each row is a way in which a listed name and a stated name differ, or only seem to."""
    found = compare(party(one), party(other))
    assert found.level == level, found


def test_sister_institute_is_contradicted_by_its_number() -> None:
    """315 and 351 differ by one transposition and are two institutes: no spelling likeness may bridge it."""
    found = compare(party("启明第315研究所"), party("启明第351研究所"))
    assert [one.code for one in found.contradictions if one.strength == "hard"] == ["number-differs"]


def test_different_valid_identifiers_are_a_hard_contradiction() -> None:
    """Two firms with one name and two registration numbers are two firms."""
    mine = party("Alder", identifiers=(Identifier("lei", "5493001KJTIIGC8Y1R12", "yes"),))
    theirs = party("Alder", identifiers=(Identifier("lei", "529900T8BM49AURSDO55", "yes"),))
    assert "identifier-differs" in {one.code for one in compare(mine, theirs).contradictions}
    mistyped = party("Alder", identifiers=(Identifier("lei", "529900T8BM49AURSDO55", "no"),))
    assert compare(mine, mistyped).contradictions == ()


_NAME = st.sampled_from(
    [
        "北辰磁材有限公司",
        "Beichen Magnetics",
        "启明315研究所",
        "Qiming 351st Institute",
        "Alder Robotics AG",
        "Alder Robotik GmbH",
        "三星电子",
        "삼성전자",
        "ООО Уральский завод",
        "㈱ＳＵＢＡＲＵ",
        "Adler",
        "上海电机厂",
    ]
)


@given(_NAME, _NAME, st.sampled_from(["CH", "AT", None]), st.sampled_from(["CH", "DE", None]))
def test_symmetric_in_level_and_score(one: str, other: str, here: str | None, there: str | None) -> None:
    """If the order mattered, screening our parties against a list and the list against our parties would disagree."""
    mine = party(one, countries=(here,) if here else ())
    theirs = party(other, countries=(there,) if there else ())
    there_and_back = compare(mine, theirs), compare(theirs, mine)
    assert there_and_back[0].level == there_and_back[1].level and there_and_back[0].score == there_and_back[1].score


@given(_NAME, _NAME, _NAME)
def test_a_further_name_never_lowers_the_best(one: str, other: str, further: str) -> None:
    """Who states one name more must not disappear from the list of matches."""
    assert compare(party(one, further), party(other)).score >= compare(party(one), party(other)).score


@given(_NAME)
def test_self_match_survives_rewriting(name: str) -> None:
    """Width, case and spacing are no disguise."""
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in name.upper())
    assert compare(party(name), party(wide)).level == "same-name"


def test_two_latin_spellings_are_looked_at_by_a_person() -> None:
    """Wade-Giles without marks reads in several ways; it may lead to a person, never to a hit."""
    assert not compare(party("Hsing-kuang Optical"), party("Xingguang Optical")).confirmed
    assert compare(party("Benton Optical"), party("Bandon Optical")).level in ("none", "similar")
