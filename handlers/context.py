"""The world of an operator, handed to it so that a test can hand it another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models.calendar import Calendar
from models.clock import Clock, business_now
from models.flow.rules import CountyRules
from models.identity.actor import Actor
from models.ledger.log import record
from models.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Case:
    """The running case as operators see it."""

    instance_id: str
    county: str
    flow: str
    element: str
    method: str = ""
    """The way to select that the flow's diagram names for its projects."""
    subject: str = ""
    """What a case that is no project's is called."""
    words: Callable[[], Mapping[str, str]] = dict
    """Field → words of what the forms of the case were told, for texts."""
    project_id: str | None = None
    task_id: str = ""
    parties: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OperatorContext:
    """Session, actor, case, rules and clock; ``case.task_id`` is the idempotency key of a step."""

    session: Session
    actor: Actor
    case: Case
    rules: CountyRules
    calendar: Calendar
    settings: Settings
    clock: Clock = business_now

    def log(
        self,
        action: str,
        object_: str,
        *,
        role: str = "",
        before: Any = None,  # noqa: ANN401
        after: Any = None,  # noqa: ANN401
    ) -> None:
        """Log one business act (``subject:action``) in the same transaction."""
        record(
            self.session,
            self.actor,
            action,
            object_,
            at=self.clock(),
            role=role,
            before=before,
            after=after,
        )
