"""Everything that another value of a rule would change for cases under way, with its sums."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from processes.county_rules.dating import Dating
from processes.county_rules.notice_periods import running_notices
from processes.county_rules.simulating import Affected, affected
from processes.county_rules.timers import waiting_timers
from processes.county_rules.uses import Use


@dataclass(frozen=True)
class Simulation:
    """The deadlines, reminders, timers and notices that hang on the rule, case by case."""

    lines: list[Affected]
    has_more: bool

    @property
    def cases(self) -> int:
        """How many cases they belong to."""
        return len({one.case for one in self.lines})

    @property
    def real(self) -> int:
        """How many of them are of cases that began under the new value."""
        return sum(one.is_real for one in self.lines)

    @property
    def later(self) -> int:
        """How many would come later."""
        return sum(one.shift > 0 for one in self.lines)

    @property
    def earlier(self) -> int:
        """How many would come earlier."""
        return sum(one.shift < 0 for one in self.lines)

    @property
    def unknown(self) -> int:
        """How many cannot be dated."""
        return sum(bool(one.trouble) for one in self.lines)


def simulate(dating: Dating, counties: Collection[str], uses: Sequence[Use]) -> Simulation:
    """Return what a value would change, the case whose first date is nearest first."""
    found = [
        affected(dating, counties, uses),
        waiting_timers(dating, counties, uses),
        running_notices(dating, counties),
    ]
    lines = [line for some, _ in found for line in some]
    first: dict[str, float] = {}
    for one in lines:
        at = one.before.timestamp() if one.before else float("inf")
        first[one.case] = min(first.get(one.case, at), at)
    lines.sort(key=lambda one: (first[one.case], one.case, one.before or one.opened_at, one.step))
    return Simulation(lines, any(more for _, more in found))
