"""Every step from the close of a bidding to its result, ended at every statement: one transcript."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import session as sessions
from models.flow.rules import forget_rules
from models.selection.auction_tables import Auction
from models.selection.verifier import verify_opening
from models.session import reading
from models.settings import Settings
from tests.city import City, county, engine_at
from tests.crash.bidding_path import (
    SETTLES,
    TALES,
    BiddingStep,
    bid_for,
    transcript_and_everything,
)
from tests.crash.harness import check_every_ending, check_real_ending, opened, undisturbed

__all__ = ["county"]

pytestmark = pytest.mark.timeout(900)
EVERY = [
    pytest.param(tale, step, id=f"{tale}-{step.name}")
    for tale, (_, steps) in TALES.items()
    for step in steps
    # until bids are opened nobody can tell one tale from the other
    if tale == "lowest" or step.name not in {one.name for one in TALES["lowest"][1][:3]}
]


@pytest.fixture(scope="module")
def starts(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The world before each step, closed."""
    found = {}
    for tale, (offers, steps) in TALES.items():
        now = tmp_path_factory.mktemp(tale) / "now"
        shutil.copytree(county, now)
        forget_rules()
        engine = engine_at(now)
        sessions.bind(engine)
        bid_for(City(now, Settings(data_dir=str(now)), engine), offers)
        engine.dispose()
        for number, step in enumerate(steps):
            start = found[f"{tale} {step.name}"] = now.parent / str(number) / "start"
            shutil.copytree(now, start)
            with opened(now) as world:
                step(world)
        found[tale] = now
    yield found
    forget_rules()


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize(("tale", "step"), EVERY)
def test_a_step_ended_at_any_statement_leads_to_the_same_transcript_and_facts(
    starts: dict[str, Path], tale: str, step: BiddingStep
) -> None:
    start = starts[f"{tale} {step.name}"]
    whole = check_every_ending(start, step, again=step.again, facts=transcript_and_everything)
    assert len(whole.stages) > 1, "the step changes nothing"


@pytest.mark.req("DZ-76.2")
@pytest.mark.parametrize("tale", TALES)
def test_the_way_leads_to_a_published_result_that_verifies(
    starts: dict[str, Path], tale: str
) -> None:
    with opened(starts[tale]), reading() as session:
        auction = session.scalars(select(Auction)).one()
        report = verify_opening(
            json.loads(auction.transcript or ""), auction.floor_commit, auction.envelope_root
        )
    assert auction.state == "published"
    assert (report.price, len(auction.tied or [])) == (auction.price, 1 + (tale == "equal"))


@pytest.mark.req("DZ-76.2")
def test_a_process_that_really_ends_while_it_settles_changes_nothing(
    starts: dict[str, Path],
) -> None:
    start = starts[f"equal {SETTLES.name}"]
    whole = undisturbed(start, SETTLES, facts=transcript_and_everything)
    for at in (whole.endings // 2, whole.endings - 1):
        check_real_ending(
            start,
            "tests.crash.bidding_path:SETTLES",
            at,
            whole,
            again=SETTLES.again,
            facts=transcript_and_everything,
        )
