"""A reviewer's judgement about a match, as a record that lapses when its facts change."""

from lodemark.parties.review.decide import ReviewRules, decide
from lodemark.parties.review.fold import fold
from lodemark.parties.review.model import (
    Command,
    Countersign,
    Judgement,
    Lapse,
    MatchKey,
    ReviewMatch,
    Reviews,
    key_of,
    reviewed,
)

__all__ = [
    "Command",
    "Countersign",
    "Judgement",
    "Lapse",
    "MatchKey",
    "ReviewMatch",
    "ReviewRules",
    "Reviews",
    "decide",
    "fold",
    "key_of",
    "reviewed",
]
