"""The stories: one export from application to standing, on every store. What a story says must come out everywhere alike."""

from pathlib import Path

import pytest

from lodemark_office.acts.store import Store
from lodemark_office.stories.read import read_cast, read_story
from lodemark_office.stories.stage import play, stage

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
STORIES = sorted(folder.name for folder in SCENARIOS.iterdir() if (folder / "story.txt").exists())


@pytest.mark.parametrize("name", STORIES)
def test_the_story_comes_out_as_told(store: Store, name: str) -> None:
    """If a story fails, somebody who did as it says would be treated otherwise than we promise."""
    cast = read_cast(SCENARIOS / "cast.toml")
    story = read_story(SCENARIOS / name)
    told = list(play(stage(store, cast), cast, story))
    assert len(told) == len(story.steps)


def test_all_stories_fit_into_one_office(store: Store) -> None:
    """Stories that hold only alone would fail in the one office that everybody shares."""
    cast = read_cast(SCENARIOS / "cast.toml")
    office = stage(store, cast)
    for name in STORIES:
        assert list(play(office, cast, read_story(SCENARIOS / name)))
