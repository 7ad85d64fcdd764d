"""Two runs that differ only in who joined: seeded ids and secrets, both clocks standing still."""

import logging
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import structlog
import time_machine
from flask_openapi3 import OpenAPI
from SpiffWorkflow import task
from sqlalchemy import select

from models import calendar, ids
from models import session as sessions
from models.clock import business_clock, fixed
from models.flow.rules import forget_rules
from models.identity.account import Account, ApiToken
from models.identity.loading import hash_token
from models.ids import new_id
from models.selection import envelope, filed_results
from models.settings import Settings
from processes.demo.player import Player
from processes.demo.projects import FINISHED
from processes.demo.story import Story
from processes.letters import stamp as stamping
from processes.sequencer import sequence
from tests.city import FREEZE, MORNING, SELECTION, after, engine_at
from web import access_log
from web.app import create_app

CONTACT, REMARK = "金丝雀联系人甲", "金丝雀备注乙"
"""Typed into the joining form and nowhere else."""


OF_EACH_REQUEST = ("ms", "request")
"""How long it took and its random number: different each time, whoever joined."""


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


class Seeded:
    """In place of ``secrets``: the same bytes in both worlds."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def token_bytes(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def token_hex(self, size: int) -> str:
        return self.chance.randbytes(size).hex()

    def randbits(self, size: int) -> int:
        return self.chance.getrandbits(size)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let ids, secrets and salts come from a seed inside this block."""
    chance = random.Random(seed)
    patch = pytest.MonkeyPatch()
    former = ids.install_source(chance.randbytes)
    patch.setattr(envelope, "secrets", Seeded(chance))
    patch.setattr(envelope.shamir, "secrets", Seeded(chance))
    patch.setattr(filed_results, "secrets", Seeded(chance))
    # a signature is different bytes each time, whatever it signs
    patch.setattr(stamping, "stamp", lambda pdf, *_args, **_place: pdf)
    patch.setattr(task, "uuid4", lambda: UUID(bytes=chance.randbytes(16), version=4))
    try:
        yield
    finally:
        ids.install_source(former)
        patch.undo()


class Listener(logging.Handler):
    """Keeps every line that any logger writes."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def listening(lines: list[str]) -> Iterator[None]:
    """Keep what structlog and the standard library's loggers write."""
    former = structlog.get_config()

    def keep(_logger: object, _method: str, event: dict[str, object]) -> dict[str, object]:
        told = {name: value for name, value in event.items() if name not in OF_EACH_REQUEST}
        lines.append(repr(sorted(told.items(), key=str)))
        raise structlog.DropEvent

    patch = pytest.MonkeyPatch()
    patch.setattr(access_log, "configure_logging", lambda: None)
    handler = Listener(lines)
    structlog.configure(processors=[keep], cache_logger_on_first_use=False)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(**former)
        patch.undo()


@contextmanager
def world_at(
    county: Path, folder: Path, joined: Sequence[int], *, stage: str
) -> Iterator[tuple[World, datetime]]:
    """Play a project with these joiners up to ``stage`` and stay there."""
    shutil.copytree(county, folder)
    engine = engine_at(folder)
    sessions.bind(engine)
    calendar.forget_calendar()
    forget_rules()
    settings = Settings(data_dir=str(folder), secret_key="s" * 64)
    world = World(folder, settings, Story(Player(settings), FINISHED))
    now = {
        "announced": after(hours=7),
        "frozen": FREEZE,
        "due": SELECTION,
        "filed": SELECTION,
    }[stage]
    with (
        seeded(1),
        listening(world.log),
        time_machine.travel(now, tick=False),
        business_clock(fixed(now)),
    ):
        play(world, joined, stage)
        yield world, now
    engine.dispose()


def play(world: World, joined: Sequence[int], stage: str) -> None:
    story = world.story
    story.prepare(MORNING)
    story.announce(after(hours=1), FREEZE, SELECTION)
    tokens = world.tokens = give_tokens()
    app = world.app = create_app(world.settings)
    with seeded(2), story.player.at(after(hours=6)):
        for number in joined:
            world.receipts.append(join(app, tokens[f"dz.contractor{number:02d}"], story.project))
    if stage in ("frozen", "due", "filed"):
        story.wake(FREEZE)
    if stage == "filed":
        story.cancel_selection(SELECTION - timedelta(hours=2))
    if stage in ("due", "filed"):
        story.wake(SELECTION)
    sequence(world.settings)


KEEPER = "keeper.system"


def give_tokens() -> dict[str, str]:
    """Give every contractor and a keeper a token, in each run alike."""
    names = [*(f"dz.contractor{number:02d}" for number in range(1, 13)), KEEPER]
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


__all__ = ["CONTACT", "KEEPER", "REMARK", "World", "seeded", "world_at"]
