"""What the verbs of a draw may reach; an operator's context has just this shape."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models.calendar import Calendar
from models.clock import Clock
from models.flow.rules import CountyRules
from models.identity.actor import Actor
from models.settings import Settings


class World(Protocol):
    """Session, actor, rules, calendar, settings and clock of one act."""

    @property
    def session(self) -> Session: ...  # noqa: D102
    @property
    def actor(self) -> Actor: ...  # noqa: D102
    @property
    def rules(self) -> CountyRules: ...  # noqa: D102
    @property
    def calendar(self) -> Calendar: ...  # noqa: D102
    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102

    def log(
        self,
        action: str,
        object_: str,
        *,
        role: str = "",
        before: Any = None,  # noqa: ANN401
        after: Any = None,  # noqa: ANN401
    ) -> None:
        """Log one business act in the same transaction."""


def now(world: World) -> datetime:
    """Return the moment of the act."""
    return world.clock()
