"""Which addresses a guard closes to somebody: its refusal is given before anything is read.

That each guard refuses whoever it does not name is proven on every route by the table of routes.
"""

from collections.abc import Callable

from models.errors import SmallworksError
from models.session import reading
from tests.leaks.worlds import World
from web.access import guard_of


def opened_to(world: World, username: str) -> Callable[[str], bool]:
    """Return what says whether the guard of an endpoint lets somebody in; ``""`` is nobody."""
    with reading() as session:
        actor = world.story.player.actor(session, username) if username else None

    def is_open(endpoint: str) -> bool:
        declared = guard_of(world.app.blueprints[endpoint.rpartition(".")[0]])
        if declared is None:
            return True
        try:
            declared.check(actor)
        except SmallworksError:
            return False
        return True

    return is_open
