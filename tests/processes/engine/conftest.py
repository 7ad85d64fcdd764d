"""Fixtures of the engine's tests."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.flow.rules import forget_rules
from models.identity.actor import Actor
from tests.processes.engine.world import LINEAR5, found_world, make_actor, publish


@pytest.fixture
def world(database: Engine, business_day: object) -> Iterator[Engine]:
    forget_rules()
    found_world()
    yield database
    forget_rules()


@pytest.fixture
def centre(world: Engine) -> Actor:
    return make_actor("dz.centre", "trading_centre")


@pytest.fixture
def colleague(world: Engine) -> Actor:
    return make_actor("dz.centre2", "trading_centre")


@pytest.fixture
def keeper(world: Engine) -> Actor:
    return make_actor("keeper.system", "keeper_system", county="*")


@pytest.fixture
def linear5(world: Engine) -> str:
    return publish(LINEAR5.read_bytes())
