"""The engine's small world, with a form."""

import pytest

from models.identity.actor import Actor
from tests.processes.engine.conftest import colleague, keeper, world
from tests.processes.engine.world import add_form, make_actor
from tests.processes.moving.flows import FORM

__all__ = ["colleague", "keeper", "world"]


@pytest.fixture
def centre(world: object) -> Actor:
    add_form("facts", FORM)
    return make_actor("dz.centre", "trading_centre")
