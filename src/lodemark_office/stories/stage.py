"""Putting a story on stage: the office it needs, its cast, its verbs."""

from __future__ import annotations

from collections.abc import Iterator

from lodemark_office.acts.office import Office
from lodemark_office.acts.store import Store
from lodemark_office.stories.play import Player, Told
from lodemark_office.stories.read import Cast, Story
from lodemark_office.stories.verbs import ACTS, LOOKS


def stage(store: Store, cast: Cast) -> Office:
    """An office on this store in which the cast's parties are known."""
    with store.transaction():
        for party, names in cast.parties.items():
            gln = [names["gln"]] if "gln" in names else []
            store.register_party(party, {lang: names[lang] for lang in ("en", "zh-Hans")}, {"gln": gln} if gln else {})
    return Office(store)


def play(office: Office, cast: Cast, story: Story) -> Iterator[Told]:
    """Play a story line by line on the store of ``office``."""
    yield from Player(office, cast, story, ACTS, LOOKS).play()
