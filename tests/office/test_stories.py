"""The stories: one export from application to standing, on every store. What a story says must come out everywhere alike."""

from pathlib import Path

import pytest

from lodemark_office.acts.office import Office
from lodemark_office.acts.store import Store
from lodemark_office.stories.read import read_cast, read_story
from lodemark_office.stories.stage import play, stage

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
STORIES = sorted(folder.name for folder in SCENARIOS.iterdir() if (folder / "story.txt").exists())


@pytest.mark.parametrize("name", STORIES)
def test_the_story_comes_out_as_told(store: Store, name: str) -> None:
    """If a story fails, somebody who did as it says would be treated otherwise than we promise."""
    told = list(play(stage(store), read_cast(SCENARIOS / "cast.toml"), read_story(SCENARIOS / name)))
    assert len(told) > 3
    assert isinstance(stage(store), Office)
