"""An owner enrols: it passes by itself and the menus appear; later changes likewise."""

import pytest

from models.identity.party import Party, PartyStatus
from models.roster.enrolment import RoundState
from models.roster.enrolment_errors import NothingChangedError
from models.session import reading
from processes.case_errors import MayNotStartError
from tests.city import MORNING, City, after
from tests.flows.enrolling import Applicant


@pytest.fixture
def owner(city: City) -> Applicant:
    one = Applicant(city, kind="owner")
    one.register(MORNING)
    return one


def party(one: Applicant) -> Party:
    with reading() as session:
        return session.get_one(Party, one.account().party_id)


@pytest.mark.req("DZ-A2")
def test_an_owner_passes_by_itself_and_may_begin_projects(owner: Applicant, city: City) -> None:
    with pytest.raises(MayNotStartError):
        city.player.start("qingxi", "random_selection")
    owner.fill_owner(after(hours=1))
    assert owner.steps() == []
    assert owner.roles() == {"applicant", "owner"}
    assert party(owner).status is PartyStatus.ACTIVE
    assert party(owner).profile["owner_kind"] == "subdistrict"
    with city.player.at(after(hours=2)):
        assert city.player.start("qingxi", "random_selection")


@pytest.mark.req("DZ-A2")
def test_an_owner_changes_its_details_later_likewise(owner: Applicant) -> None:
    owner.fill_owner(after(hours=1))
    owner.begin(after(hours=2))
    owner.fill_owner(after(hours=3), address="清溪镇新街8号")
    assert party(owner).address == "清溪镇新街8号"
    assert [(one.is_change, one.state) for one in owner.rounds()] == [(True, RoundState.PASSED)]
    assert owner.roles() == {"applicant", "owner"}
    owner.begin(after(hours=4))
    with pytest.raises(NothingChangedError):
        owner.fill_owner(after(hours=5), address="清溪镇新街8号")
