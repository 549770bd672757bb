"""Both served OpenAPI documents with many examples and every boundary of every parameter.

The boundaries are worked out while this file is collected, so the normal run does not collect it (conftest.py).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings

from tests.office import test_api_schema as api
from tests.office import test_epcis_schema as epcis
from tests.office.api_kit import Hand

pytestmark = pytest.mark.long
unhurried, asked_of = api.unhurried, epcis.asked_of
AT_LENGTH = settings(max_examples=100, phases=[Phase.explicit, Phase.generate], **api.OPTIONS)


@api.SCHEMA.parametrize()
@AT_LENGTH
def test_every_operation_of_the_api(case: Any, hands: dict[str, Hand], unhurried: None) -> None:
    """A client written from the document would break on an answer that it does not declare."""
    api.ask(case, hands)


@epcis.SCHEMA.parametrize()
@AT_LENGTH
def test_every_operation_of_the_epcis_door(case: Any, asked_of: Hand) -> None:
    """The same at the door for events."""
    epcis.ask(case, asked_of)
