"""Comparisons played twice: who registers and how many differ, and nothing else does."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from models.identity.account import Account, ApiToken
from models.identity.loading import hash_token
from models.ids import new_id
from models.session import unit_of_work
from processes.demo.comparing import ENTRUSTED, Comparing
from processes.demo.player import Player
from processes.sequencer import sequence
from tests.city import MORNING, after
from tests.flows.comparing import ANNOUNCED, CLOSES, COUNTY, WORKS
from tests.leaks.repeating import seeded
from tests.leaks.visits import NOBODY
from tests.leaks.worlds import KEEPER, World, join, standing_at
from web.app import create_app

NOW = CLOSES - timedelta(minutes=1)
"""The last minute in which somebody may register."""

RUNS = ((1, 2), (1, 3, 4, 5))
"""Contractor 01 registers in both: its own pages, too, must tell nothing of the others."""

JOINER = "hr.contractor01"
LOOKING = (NOBODY, "hr.town", "hr.agency", "hr.regulator", JOINER, KEEPER)
COMPANIES = (JOINER, "hr.contractor02", "hr.contractor03")
TOKENS = (*(f"hr.contractor{number:02d}" for number in range(1, 7)), "hr.agency", KEEPER)


def begin(player: Player) -> Comparing:
    there = Player(player.settings, COUNTY)
    return Comparing(there, WORKS, management=ENTRUSTED)


@contextmanager
def registering(county: Path, folder: Path, joined: Sequence[int]) -> Iterator[World]:
    """Play an entrusted comparison to the last minute of its registration and stay there."""
    with standing_at(county, folder, NOW, begin) as world:
        story = world.story
        assert isinstance(story, Comparing)
        story.start(MORNING)
        story.initiate(MORNING)
        story.announce(ANNOUNCED, CLOSES)
        world.tokens = give_tokens()
        world.app = create_app(world.settings)
        register(world, joined)
        sequence(world.settings)
        yield world


def register(world: World, joined: Sequence[int]) -> None:
    """Register through the interface; what they use of chance is their own."""
    with seeded(2), world.story.player.at(after(hours=6)):
        for number in joined:
            token = world.tokens[f"hr.contractor{number:02d}"]
            world.receipts.append(join(world.app, token, world.story.project))


def give_tokens() -> dict[str, str]:
    tokens = {name: new_id() for name in TOKENS}
    with unit_of_work() as session:
        for name, token in tokens.items():
            account = session.scalars(select(Account.id).where(Account.username == name)).one()
            row = ApiToken(account_id=account, name="程序", token_hash=hash_token(token))
            row.created_at, row.expires_at = MORNING, MORNING + timedelta(days=90)
            session.add(row)
    return tokens
