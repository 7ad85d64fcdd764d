"""The path of a project from its entry to its award as steps; whoever finds one done goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.document import Document
from models.errors import ConflictError
from models.flow.instance import Instance
from models.flow.work_item import OPEN_STATES, WorkItem
from models.selection.interest_errors import NotJoinedError
from models.selection.tables import Draw
from models.session import reading
from processes import claims, job_runner, wakeups
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import CENTRE, COMPLETE, MONITOR, PAPERS, SELECTOR, Story
from tests.city import FREEZE, MORNING, SELECTION, after
from tests.crash.harness import World, all_stored

FROZEN_AT = FREEZE + timedelta(minutes=3)
OPENED_AT = SELECTION + timedelta(minutes=5)
PUBLISHED_AT = SELECTION + timedelta(hours=1)
OVER = SELECTION + timedelta(days=5)
REASONS = "1. 工程量清单与预算表不一致。\n2. 申请表未加盖公章。"
PROOF = ("state", "frozen", "root", "tickets", "winner_ticket", "proof", "public_proof", "plan")

Play = Callable[[Story, datetime], None]


@dataclass(frozen=True)
class Step:
    """One act of a person or the worker; ``waits`` is the work item that must be open for it."""

    name: str
    at: datetime
    play: Play
    waits: str = ""
    is_aside: bool = False
    """Ended like the others, and left out of the way to the next step."""

    is_given: bool = False
    """Leads to the next step and is not ended itself."""

    def __call__(self, world: World) -> None:
        """Do it, unless it is done."""
        self._play(world, self.at)

    def again(self, world: World) -> None:
        """Do it after an ending: as soon as a dead worker's lease is over."""
        self._play(world, self.at + claims.LEASE + timedelta(seconds=1))

    def _play(self, world: World, machine_time: datetime) -> None:
        with time_machine.travel(machine_time, tick=False), business_clock(fixed(self.at)):
            story = story_in(world)
            if not self.waits or waits_at(story, self.waits):
                self.play(story, self.at)


def story_in(world: World) -> Story:
    """Return the one case of a world, to be played on."""
    story = Story(Player(world.settings), FINISHED)
    with reading() as session:
        case = session.scalars(select(Instance)).one_or_none()
    if case is not None:
        story.instance, story.project = case.id, str(case.project_id)
    return story


def waits_at(story: Story, step: str) -> bool:
    with reading() as session:
        query = select(WorkItem.id).where(
            WorkItem.instance_id == story.instance,
            WorkItem.step == step,
            WorkItem.state.in_(OPEN_STATES),
        )
        return session.scalar(query) is not None


def start(story: Story, at: datetime) -> None:
    if not story.instance:
        story.start(at)


def fill(story: Story, at: datetime) -> None:
    story.player.complete("dz.owner", story.instance, "fill_requirement", story.requirement.form())


def work(story: Story, _at: datetime) -> None:
    """Do the jobs that are due, as a worker's sweep does."""
    while due := job_runner.due_jobs():
        for job in due:
            job_runner.run_job(job, story.player.settings)


def wake(story: Story, _at: datetime) -> None:
    """Wake what is due, as a worker's sweep does."""
    wakeups.wake_due(story.player.settings)


def upload(story: Story, _at: datetime) -> None:
    code = story.player.application_code(story.instance)
    for name in PAPERS.values():
        story._paper(name, code)


def stamp(story: Story, _at: datetime) -> None:
    with reading() as session:
        uploaded = select(Document).where(
            Document.name.in_(f"{one}.pdf" for one in PAPERS.values())
        )
        found = {
            one.name: {"id": one.id, "sha256": one.sha256} for one in session.scalars(uploaded)
        }
    papers = {kind: [found[f"{name}.pdf"]] for kind, name in PAPERS.items()}
    form = {"application_choice": "hand_in", **papers}
    story.player.complete("dz.owner", story.instance, "stamp_application", form)


def send_back(decision: str) -> Play:
    def play(story: Story, _at: datetime) -> None:
        form = {**COMPLETE, "decision": decision, "reasons": REASONS}
        story.player.complete(CENTRE, story.instance, "intake_review", form)

    return play


def draft(story: Story, _at: datetime) -> None:
    days = {"freeze_at": FREEZE, "selection_at": SELECTION}
    form = {name: f"{moment:%Y-%m-%dT%H:%M}" for name, moment in days.items()}
    story.player.complete(CENTRE, story.instance, "draft_notice", form)


def post(story: Story, _at: datetime) -> None:
    form = {"notice_decision": "publish"}
    story.player.complete(CENTRE, story.instance, "publish_notice", form)


def join(*contractors: int) -> Play:
    def play(story: Story, at: datetime) -> None:
        for number in contractors:
            with suppress(ConflictError):  # it has joined before
                story.join(at, number)

    return play


def leave(story: Story, _at: datetime) -> None:
    with suppress(NotJoinedError):  # it has left before
        story.player.leave("dz.contractor04", story.project)


def open_draw(story: Story, _at: datetime) -> None:
    story.player.complete(SELECTOR, story.instance, "open_draw", {"officer_opens": True})


def confirm(story: Story, _at: datetime) -> None:
    story.player.complete(MONITOR, story.instance, "confirm_opening", {"monitor_confirms": True})


TO_INTAKE = (
    Step("the owner starts the project", MORNING, start),
    Step("the owner fills in the requirement", MORNING, fill, "fill_requirement"),
    Step("the worker makes the application form", MORNING, work),
    Step("the owner uploads the papers", MORNING, upload, is_given=True),
    Step("the owner hands in", MORNING, stamp, "stamp_application"),
)
RETURNS = tuple(
    Step(
        f"the centre sends back: {kind}",
        after(hours=1),
        send_back(kind),
        "intake_review",
        is_aside=True,
    )
    for kind in ("review_failed", "documents_missing", "out_of_scope")
)
TO_NOTICE = (
    Step("the centre accepts", after(hours=1), Story.accept, "intake_review"),
    Step("the owner names people", after(hours=1), Story.name_people, "name_people"),
    Step("the officer confirms", after(hours=2), Story.confirm_officer, "confirm_officer"),
    Step("the monitor confirms", after(hours=2), Story.confirm_monitor, "confirm_monitor"),
    Step("the centre drafts the notice", after(hours=3), draft, "draft_notice"),
    Step("the centre publishes the notice", after(hours=3), post, "publish_notice"),
)
TO_AWARD = (
    Step("a contractor joins", after(hours=6), join(1)),
    Step("another joins", after(hours=6), join(2)),
    Step("others join", after(hours=6), join(3, 4), is_given=True),
    Step("a contractor leaves", after(hours=7), leave),
    Step("the list freezes", FROZEN_AT, wake),
    Step("the moment of the selection comes", SELECTION, wake),
    Step("the officer opens", OPENED_AT, open_draw, "open_draw"),
    Step("the monitor confirms the opening", OPENED_AT, confirm, "confirm_opening"),
    Step("the centre publishes the result", PUBLISHED_AT, Story.publish, "publish_result"),
    Step("the worker makes the award letter", PUBLISHED_AT, work),
    Step("the publicity ends", OVER, wake),
)
PATH = (*TO_INTAKE, *RETURNS, *TO_NOTICE, *TO_AWARD)
BY_NAME = {step.name: step for step in PATH}


def proof_and_everything(world: World) -> object:
    """Return the bytes of the proof, if there is a draw, and every row."""
    with reading() as session:
        draws = session.scalars(select(Draw).order_by(Draw.round)).all()
        proofs = [[getattr(draw, name) for name in PROOF] for draw in draws]
        return proofs, all_stored(world)


__all__ = ["BY_NAME", "PATH", "Step", "proof_and_everything"]
