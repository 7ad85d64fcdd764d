"""Two runs that differ only in who joined: seeded ids and secrets, both clocks standing still."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import time_machine
from flask_openapi3 import OpenAPI
from sqlalchemy import select

from models import calendar
from models import session as sessions
from models.clock import business_clock, fixed
from models.flow.rules import forget_rules
from models.identity.account import Account, ApiToken
from models.identity.loading import hash_token
from models.ids import new_id
from models.settings import Settings
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import OWNER, Story
from processes.sequencer import sequence
from tests.city import FREEZE, MORNING, SELECTION, after, engine_at
from tests.leaks.listening import listening
from tests.leaks.repeating import seeded
from web.app import create_app

CONTACT, REMARK = "金丝雀联系人甲", "金丝雀备注乙"
"""Typed into the joining form and nowhere else."""


@dataclass
class World:
    """A county with one project, and what was said while it was played."""

    folder: Path
    settings: Settings
    story: Story
    app: OpenAPI = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)
    receipts: list[dict[str, object]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


@contextmanager
def standing_at(
    county: Path, folder: Path, now: datetime, begin: Callable[[Player], Story]
) -> Iterator[World]:
    """Copy the county, seed it, listen to it and let both its clocks stand at a moment."""
    shutil.copytree(county, folder)
    engine = engine_at(folder)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(data_dir=str(folder), secret_key="s" * 64)
    world = World(folder, settings, begin(Player(settings)))
    with (
        seeded(1),
        listening(world.log),
        time_machine.travel(now, tick=False),
        business_clock(fixed(now)),
    ):
        yield world
    engine.dispose()


@contextmanager
def world_at(
    county: Path, folder: Path, joined: Sequence[int], *, stage: str
) -> Iterator[tuple[World, datetime]]:
    """Play a project with these joiners up to ``stage`` and stay there."""
    now = {
        "announced": after(hours=7),
        "frozen": FREEZE,
        "due": SELECTION,
        "filed": SELECTION,
    }[stage]
    with standing_at(county, folder, now, lambda player: Story(player, FINISHED)) as world:
        play(world, joined, stage)
        yield world, now


def play(world: World, joined: Sequence[int], stage: str) -> None:
    story = world.story
    story.prepare(MORNING)
    story.announce(after(hours=1), FREEZE, SELECTION)
    open_doors(world)
    join_all(world, joined, after(hours=6))
    if stage in ("frozen", "due", "filed"):
        story.wake(FREEZE)
    if stage == "filed":
        story.cancel_selection(SELECTION - timedelta(hours=2))
    if stage in ("due", "filed"):
        story.wake(SELECTION)
    sequence(world.settings)


def open_doors(world: World) -> None:
    """Give tokens to those who act by programs, and let the application answer."""
    world.tokens = give_tokens()
    world.app = create_app(world.settings)


def join_all(world: World, joined: Sequence[int], at: datetime, seed: int = 2) -> None:
    """Let contractors join through the interface; what they use of chance is their own."""
    with seeded(seed), world.story.player.at(at):
        for number in joined:
            token = world.tokens[f"dz.contractor{number:02d}"]
            world.receipts.append(join(world.app, token, world.story.project))


KEEPER = "keeper.system"


def give_tokens() -> dict[str, str]:
    """Give every contractor, the owner and a keeper a token, in each run alike."""
    names = [*(f"dz.contractor{number:02d}" for number in range(1, 13)), OWNER, KEEPER]
    tokens = {name: new_id() for name in names}
    with sessions.unit_of_work() as session:
        for name, token in tokens.items():
            query = select(Account.id).where(Account.username == name)
            row = ApiToken(account_id=session.scalars(query).one(), name="程序")
            row.token_hash, row.created_at = hash_token(token), MORNING
            row.expires_at = MORNING + timedelta(days=90)
            session.add(row)
    return tokens


def join(app: OpenAPI, token: str, project: str) -> dict[str, object]:
    """Join through the interface, as a contractor's program does."""
    answer = app.test_client().post(
        f"/api/v1/projects/{project}/interest",
        json={"accept": True, "contact": CONTACT, "remark": REMARK},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.get_json()
    return told


__all__ = ["CONTACT", "KEEPER", "REMARK", "World", "world_at"]
