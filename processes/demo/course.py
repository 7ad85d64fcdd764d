"""The usual course of a selection, so that a project tells only its moments and what is special."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from processes.demo.story import Story

WAKING = timedelta(minutes=1)
"""After the minute at which a list freezes the worker comes by."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """The moments of one round."""

    prepared: datetime
    announced: datetime
    joined: datetime
    freeze: datetime
    selection: datetime
    held: datetime
    published: datetime

    @classmethod
    def usual(
        cls, prepared: datetime, freeze: datetime, selection: datetime, **moments: datetime
    ) -> Self:
        """Return a course without delay; ``moments`` says what happens at another time."""
        times = {
            "announced": prepared + timedelta(hours=5),
            "joined": prepared + timedelta(hours=26),
            "held": selection + timedelta(minutes=4),
            "published": selection + timedelta(hours=1),
        }
        return cls(prepared=prepared, freeze=freeze, selection=selection, **{**times, **moments})


def announce(story: Story, course: Course, *contractors: int) -> None:
    """Play from the owner's first step to the announcement, which these contractors join."""
    story.prepare(course.prepared)
    gather(story, course, *contractors)


def gather(story: Story, course: Course, *contractors: int) -> None:
    """Announce a round that is prepared, and let these contractors join."""
    story.announce(course.announced, course.freeze, course.selection)
    story.join(course.joined, *contractors)


def become_due(story: Story, course: Course) -> None:
    """Let the list freeze and the moment of the selection come."""
    story.wake(course.freeze + WAKING)
    story.wake(course.selection)


def finish(story: Story, course: Course) -> None:
    """Play from the freeze to the published result."""
    become_due(story, course)
    story.hold(course.held)
    story.publish(course.published)
