"""The close and the settlement of a bidding, ended at every statement on PostgreSQL."""

from collections.abc import Iterator

import pytest

from models.flow.rules import forget_rules
from models.ids import new_id
from models.settings import Settings
from tests.city import City, fill
from tests.crash.bidding_path import SETTLES, TALES, bid_for, transcript_and_everything
from tests.crash.harness import check_every_ending
from tests.postgres.conftest import run
from tests.postgres.test_path import Start

pytestmark = pytest.mark.timeout(900)
OFFERS, STEPS = TALES["equal"]
DECIDING = {step.name: step for step in (STEPS[0], SETTLES)}


@pytest.fixture(scope="module")
def starts(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Start]]:
    """The world before each deciding step."""
    folder = tmp_path_factory.mktemp("bidding") / "now"
    folder.mkdir()
    now = Start(postgres_server, f"c_{new_id()}", folder)
    run(postgres_server, f"CREATE DATABASE {now.database} TEMPLATE {postgres_template}")
    settings = Settings(data_dir=str(folder))
    with now.opened() as world:
        fill(world.engine, settings)
        bid_for(City(folder, settings, world.engine), OFFERS)
    found = {}
    for step in STEPS[: STEPS.index(SETTLES) + 1]:
        if step.name in DECIDING:
            found[step.name] = now.kept("start")
        with now.opened() as world:
            step(world)
    yield found
    forget_rules()


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize("name", DECIDING)
def test_a_step_ended_at_any_statement_leads_to_the_same_transcript_and_facts(
    starts: dict[str, Start], name: str
) -> None:
    step = DECIDING[name]
    facts = transcript_and_everything
    whole = check_every_ending(starts[name], step, again=step.again, facts=facts)
    assert len(whole.stages) > 1, "the step changes nothing"
