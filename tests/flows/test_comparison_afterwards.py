"""What follows a comparison: construction, completion and evaluation, all by the town."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import session as sessions
from models.contract import Contract, ContractState
from models.errors import ForbiddenError
from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.notice import Notice, NoticeKind
from models.performance_review import PerformanceReview
from models.project import ProjectPhase
from models.session import reading
from tests.city import City, copied
from tests.flows import comparing as play
from tests.flows.comparing import AWARDED, ENTRUSTED, OFFERS, Comparing
from tests.seeding import rows

Played = tuple[City, Comparing]


@pytest.fixture(scope="module")
def whole(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with copied(county, tmp_path_factory.mktemp("whole") / "data") as city:
        yield city, play.evaluated(city, ENTRUSTED)


@pytest.fixture
def over(whole: Played) -> Played:
    """An entrusted comparison played to its evaluation, for all that only look at it."""
    sessions.bind(whole[0].engine)
    return whole


@pytest.mark.req("HR-4.6")
def test_the_town_uploads_the_contract_with_the_winner_at_its_price(over: Played) -> None:
    city, one = over
    (contract,) = rows(Contract)
    assert contract.state is ContractState.CONFIRMED
    assert contract.owner_id == one.party(one.owner)
    assert contract.contractor_id == city.project(one).winner_id
    assert contract.contract_price == OFFERS[2]
    with reading() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.CONTRACT_NOTICE)
        assert session.scalars(query).one().published_at == AWARDED


@pytest.mark.req("HR-4.5.1b")
def test_construction_completion_and_evaluation_are_the_towns(over: Played) -> None:
    _, one = over
    query = (
        select(WorkItem.step, Account.party_id)
        .join(Account, Account.id == WorkItem.done_by)
        .where(WorkItem.instance_id == one.instance)
    )
    with reading() as session:
        done = {step: str(party) for step, party in session.execute(query)}
    for step in ("fill_contract", "register_start", "accept_works", "evaluate_contractor"):
        assert done[step] == one.party(one.owner)


@pytest.mark.req("HR-4.8")
def test_the_town_evaluates_with_its_suggestions_and_the_case_ends(over: Played) -> None:
    city, one = over
    (review,) = rows(PerformanceReview)
    assert review.contractor_id == city.project(one).winner_id
    assert review.comment
    assert city.project(one).phase is ProjectPhase.EVALUATED
    assert city.steps(one) == []
    with reading() as session:
        assert session.get_one(Instance, one.instance).status is InstanceStatus.COMPLETED


@pytest.mark.req("HR-4.6")
def test_an_agency_signs_no_contract_for_the_town(city: City) -> None:
    one = play.awarded(city, management=ENTRUSTED)
    form = one.contract_form(AWARDED.date())
    with one.player.at(AWARDED), pytest.raises(ForbiddenError):
        one.player.complete(one.agency, one.instance, "fill_contract", form)
    assert city.steps(one) == ["fill_contract"]
