"""Makes SpiffWorkflow's timers ask the business clock instead of the machine's."""

from datetime import datetime, tzinfo
from typing import Self

from SpiffWorkflow.bpmn.specs.event_definitions import timer

from models.clock import business_now


class BusinessDatetime(datetime):
    """A ``datetime`` whose ``now`` is the business clock of the running context."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return the business moment in ``tz``."""
        moment = business_now()
        if tz is not None:
            moment = moment.astimezone(tz)
        return _Now.combine(moment.date(), moment.timetz())  # type: ignore[return-value]


class _Now(BusinessDatetime):
    """The present moment; the library asks ``due < now``, and what is due now is due."""

    __slots__ = ()

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]
        return super().__ge__(other)


def install() -> None:
    """Replace the library's clock; doing it twice changes nothing."""
    timer.datetime = BusinessDatetime
