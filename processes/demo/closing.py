"""Projects after their award: contract, works, evaluation, each left at another point."""

from datetime import datetime

from models.clock import CHINA
from processes.demo import works
from processes.demo.course import Course, announce, finish
from processes.demo.neighbours import PEOPLE
from processes.demo.player import Player
from processes.demo.story import Story


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the year 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def build_closing(player: Player) -> None:
    """Play every project from its award on."""
    _evaluated(Story(player, works.EVALUATED))
    _overdue(Story(player, works.OVERDUE, PEOPLE))
    _completed(Story(player, works.COMPLETED))
    _in_works(Story(player, works.IN_WORKS))
    _contracted(Story(player, works.CONTRACTED))
    _signing(Story(player, works.SIGNING))


def _awarded(story: Story, course: Course, final: datetime, *contractors: int) -> None:
    announce(story, course, *contractors)
    finish(story, course)
    story.wake(final)


def _evaluated(story: Story) -> None:
    course = Course.usual(at(10, 12), at(10, 15, 17, 30), at(10, 16, 10))
    _awarded(story, course, at(10, 19, 17, 31), 2, 4, 6)
    story.sign_contract(at(10, 20, 10))
    story.wake(at(10, 21, 17, 31))
    story.start_works(at(10, 22))
    story.accept_works(at(10, 30, 15))
    story.evaluate(at(11, 2, 10))


def _overdue(story: Story) -> None:
    course = Course.usual(at(10, 13), at(10, 16, 17, 30), at(10, 19, 10))
    _awarded(story, course, at(10, 20, 17, 31), 3, 8)
    story.sign_contract(at(10, 21, 10))
    story.wake(at(10, 22, 17, 31))
    story.start_works(at(10, 23))
    story.accept_works(at(11, 5, 10))


def _completed(story: Story) -> None:
    course = Course.usual(at(10, 14), at(10, 19, 17, 30), at(10, 20, 10))
    _awarded(story, course, at(10, 21, 17, 31), 1, 5, 7)
    story.sign_contract(at(10, 22, 10))
    story.wake(at(10, 23, 17, 31))
    story.start_works(at(10, 26))
    story.accept_works(at(11, 17, 11))


def _in_works(story: Story) -> None:
    course = Course.usual(at(10, 19), at(10, 22, 17, 30), at(10, 23, 10))
    _awarded(story, course, at(10, 26, 17, 31), 2, 6, 8, 10)
    story.sign_contract(at(10, 27, 10))
    story.wake(at(10, 28, 17, 31))
    story.start_works(at(10, 30))


def _contracted(story: Story) -> None:
    course = Course.usual(at(10, 26), at(10, 29, 17, 30), at(10, 30, 10))
    _awarded(story, course, at(11, 2, 17, 31), 3, 5, 7)
    story.sign_contract(at(11, 17, 10))


def _signing(story: Story) -> None:
    course = Course.usual(at(11, 2), at(11, 5, 17, 30), at(11, 6, 15))
    _awarded(story, course, at(11, 9, 17, 31), 1, 4, 10)
    story.submit_contract(at(11, 17, 14))
