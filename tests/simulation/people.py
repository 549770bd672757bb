"""Who there is: parties and persons, and the two who wear two hats. All of them are invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lodemark.ledger import Actor

EXPORTERS: Final = ("beichen", "cangyun")
BUYERS: Final = ("alder", "lumenveld")
PARTIES: Final[Mapping[str, Mapping[str, str]]] = {
    "beichen": {"en": "Beichen Magnetics Co., Ltd.", "zh-Hans": "北辰磁材有限公司", "country": "CN", "gln": "6900000000007"},
    "cangyun": {"en": "Cangyun Alloys Co., Ltd.", "zh-Hans": "苍云合金有限公司", "country": "CN", "gln": "6900000000014"},
    "alder": {"en": "Alder Robotics AG", "zh-Hans": "阿尔德机器人股份公司", "country": "CH", "gln": "7610000000011"},
    "lumenveld": {"en": "Lumenveld Stadslicht BV", "zh-Hans": "光野城市照明公司", "country": "NL", "gln": "8710000000031"},
}


def _often(person: str, party: str, role: str) -> tuple[Actor, ...]:
    """Whose act it mostly is: three draws in four."""
    return (Actor(person, party, role),) * 3


SIGNATORIES: Final = {
    "beichen": Actor("person-lin", "beichen", "signatory"),
    "cangyun": Actor("person-yu", "cangyun", "signatory"),
    "alder": Actor("person-keller", "alder", "signatory"),
    "lumenveld": Actor("person-devries", "lumenveld", "signatory"),
}
STAFF: Final[Mapping[str, tuple[Actor, ...]]] = {
    "officer": (Actor("person-wei", "office", "officer"), Actor("person-luo", "office", "officer")),
    # Luo has two accounts and Wei would like to hear appeals: persons are compared, not accounts.
    "countersigner": (*_often("person-shen", "office", "countersigner"), Actor("person-luo", "office", "countersigner")),
    "adviser": (*_often("person-he", "ministry", "adviser"), Actor("person-shen", "ministry", "adviser")),
    "appeal_officer": (*_often("person-gao", "office", "appeal_officer"), Actor("person-wei", "office", "appeal_officer")),
    "second_appeal": (*_often("person-tang", "office", "countersigner"), Actor("person-gao", "office", "countersigner")),
    "customs": (Actor("person-xu", "customs", "customs"),),
    "inspector": (Actor("person-ji", "inspectorate", "inspector"),),
    "laboratory": (Actor("person-fan", "laboratory", "laboratory"),),
}
CLOCK: Final = Actor.system("clock", "house/timer")
EVERYBODY: Final = (*SIGNATORIES.values(), *(one for ones in STAFF.values() for one in ones))
