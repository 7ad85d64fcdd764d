"""A project whose publicity is over, and what its owner owes afterwards."""

from datetime import datetime

from models.clock import CHINA
from processes.demo.story import Story
from tests.city import City

AWARDED = datetime(2026, 11, 17, 9, 0, tzinfo=CHINA)
"""The morning after the publicity of the result ended."""
PUBLICITY_OVER = datetime(2026, 11, 18, 17, 31, tzinfo=CHINA)
"""The contract was publicised on the 17th for one working day."""


def awarded(city: City) -> Story:
    """A project drawn among three, its award final."""
    story = city.published(1, 2, 3)
    story.wake(AWARDED)
    return story


def contracted(city: City) -> Story:
    """The same, its contract signed and publicised."""
    story = awarded(city)
    story.sign_contract(AWARDED)
    story.wake(PUBLICITY_OVER)
    return story


def accepted(city: City, on: datetime) -> Story:
    """The same, its works accepted at a moment: the evaluation is owed."""
    story = contracted(city)
    story.complete_works(on)
    return story
