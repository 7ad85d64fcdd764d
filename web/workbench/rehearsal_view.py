"""What the page of a rehearsal shows at one of its steps."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from sqlalchemy.orm import Session

from models.errors import NotFoundError, SmallworksError
from models.flow.proposal import Proposal
from models.flow.rehearsal import FlowRehearsal
from models.settings import Settings
from processes import contents
from processes.rehearsal import keeping, rows, showing
from processes.rehearsal.errors import WorldGoneError
from processes.rehearsal.rows import Kept
from processes.rehearsal.seen import Open, Seen
from web.access import require_actor
from web.whole_numbers import whole_number


class StepGoneError(NotFoundError):
    """The rehearsal has no such step."""

    message = "这次试运行没有这一步，可能已经从更早的一步重新办理。请回到最后一步。"


@dataclass(frozen=True)
class View:
    """A rehearsal at one of its steps."""

    row: FlowRehearsal
    steps: list[Kept]
    at: int

    @property
    def seen(self) -> Seen:
        """What was seen after the step."""
        return self.steps[self.at].seen

    @property
    def before(self) -> Seen | None:
        """What was seen after the step before."""
        return self.steps[self.at - 1].seen if self.at else None

    @property
    def last(self) -> int:
        """The number of the last step."""
        return self.steps[-1].number

    @property
    def item(self) -> Open | None:
        """The open step that is shown: the asked one, or the one opened first."""
        asked = request.args.get("item", "")
        found = [one for one in self.seen.open if one.item == asked]
        return next(iter(found or self.seen.open), None)

    @property
    def flow(self) -> str:
        """The flow whose diagram is shown: the asked one, or where it failed, or goes on."""
        trail, failure = self.seen.trail, self.seen.error
        item = self.item
        waiting = [key for key, one in trail.items() if item and item.step in one.current]
        asked = request.args.get("flow", "")
        wanted = [asked, failure.flow if failure else "", *waiting, self.row.flow, *trail]
        return next((key for key in wanted if key in trail), self.row.flow)

    @property
    def trail(self) -> dict[str, list[str]]:
        """What became of each element of the shown diagram."""
        one, failure = self.seen.trail.get(self.flow), self.seen.error
        failed = [failure.element] if failure and failure.element else []
        if one is None:
            return {"done": [], "current": [], "failed": failed, "flows": []}
        return {
            "done": one.done,
            "current": one.current,
            "failed": [*one.failed, *failed],
            "flows": one.flows,
        }

    @property
    def lines(self) -> list[tuple[Kept, str]]:
        """Every step with its act in words."""
        seen = [None, *(one.seen for one in self.steps)]
        return [
            (one, showing.words_of(one.act, before, one.seen))
            for one, before in zip(self.steps, seen, strict=False)
        ]


def settings() -> Settings:
    """Return this installation's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def view_of(session: Session, rehearsal_id: str) -> View:
    """Return the rehearsal at the step that the address names, or at its last."""
    row = rows.find(session, rehearsal_id, require_actor())
    steps = rows.steps_of(session, row.id)
    at = whole_number(request.values.get("at", ""), len(steps) - 1)
    if at >= len(steps):
        raise StepGoneError
    return View(row, steps, at)


def form_of(view: View) -> tuple[dict[str, Any] | None, str, bool]:
    """Return the open step's form filled in, why there is none, whether the world is gone."""
    place = settings().directory / "rehearsals" / "worlds" / view.row.world
    if view.item is None:
        return None, "", not place.is_dir()
    try:
        return keeping.answers(settings(), view.row.id, view.at, view.item.item), "", False
    except WorldGoneError as error:
        return None, error.text, True
    except SmallworksError as error:
        return None, error.text, False


def diagram_of(session: Session, row: FlowRehearsal, first: Seen, flow: str) -> bytes | None:
    """Return a diagram as the rehearsal began with it; of older rehearsals, as it is now."""
    if flow in first.diagrams:
        return contents.get(session, first.diagrams[flow])
    wanted = rows.wanted_of(session, row)
    files = rows.files_of(session, wanted, row.county_code)
    return None if first.diagrams else files.get(f"diagrams/{flow}.bpmn")


def is_redrawn(session: Session, view: View) -> bool:
    """Return whether the shown diagram is another one by now."""
    now = rows.wanted_of(session, view.row)
    path = f"diagrams/{view.flow}.bpmn"
    found = rows.files_of(session, now, view.row.county_code).get(path)
    return found != diagram_of(session, view.row, view.steps[0].seen, view.flow)


def proposal_of(session: Session, row: FlowRehearsal) -> Proposal | None:
    """Return the proposal that is rehearsed, if it is not what holds."""
    return session.get(Proposal, row.proposal_id) if row.proposal_id else None
