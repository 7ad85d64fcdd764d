"""The comparison played through the engine, by the town itself and through an agency."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from models import session as sessions
from models.errors import ForbiddenError
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.identity.party import Party
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import Management, ProjectPhase, SelectionMethod
from models.selection.comparison_tables import ComparisonState
from models.selection.tables import DrawState, Mask
from models.session import reading
from tests.city import MORNING, City, copied
from tests.flows import comparing as play
from tests.flows.comparing import (
    ANNOUNCED,
    CLOSES,
    COMPARED,
    ENTRUSTED,
    OFFERS,
    PUBLISHED,
    SELF,
    Comparing,
)
from tests.seeding import rows

Played = tuple[City, Comparing]
STEPS = [
    "draft_tender_notice",
    "publish_tender_notice",
    "qualification_review",
    "compare_candidates",
    "publish_award",
]
"""The five steps of HR-4.5.1b, from drafting the notice to publishing the award."""


@pytest.fixture(scope="module")
def by_town(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with copied(county, tmp_path_factory.mktemp("town") / "data") as city:
        yield city, play.awarded(city)


@pytest.fixture(scope="module")
def by_agency(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with copied(county, tmp_path_factory.mktemp("agency") / "data") as city:
        yield city, play.awarded(city, management=ENTRUSTED)


@pytest.fixture
def town(by_town: Played) -> Played:
    """One for all that only look at it: carried out by the town, awarded."""
    sessions.bind(by_town[0].engine)
    return by_town


@pytest.fixture
def agency(by_agency: Played) -> Played:
    """The same through an agency."""
    sessions.bind(by_agency[0].engine)
    return by_agency


def notice(kind: NoticeKind) -> Notice:
    with reading() as session:
        return session.scalars(select(Notice).where(Notice.kind == kind)).one()


def who_did(one: Comparing) -> dict[str, str]:
    """Whose people finished each step."""
    query = (
        select(WorkItem.step, Account.party_id)
        .join(Account, Account.id == WorkItem.done_by)
        .where(WorkItem.instance_id == one.instance)
    )
    with reading() as session:
        return {step: str(party) for step, party in session.execute(query)}


@pytest.mark.req("HR-4.5.1")
def test_the_initiation_makes_a_numbered_project_with_its_organisation_form(town, agency) -> None:
    for (city, one), management in ((town, Management.SELF), (agency, Management.ENTRUSTED)):
        sessions.bind(city.engine)
        project = city.project(one)
        assert (project.method, project.management) == (
            SelectionMethod.COMPARATIVE_SELECTION,
            management,
        )
        assert project.number.startswith("HRX-2026-")
        entrusted = one.party(one.agency) if management is Management.ENTRUSTED else None
        assert project.agency_id == entrusted


@pytest.mark.req("HR-4.5.1b")
def test_the_town_does_every_step_of_what_it_manages_itself(town) -> None:
    _, one = town
    done = who_did(one)
    assert {done[step] for step in STEPS} == {one.party(one.owner)}


@pytest.mark.req("HR-4.5.1b")
def test_an_agency_does_the_five_steps_and_the_town_the_others(agency) -> None:
    city, one = agency
    done = who_did(one)
    assert {done[step] for step in STEPS} == {one.party(one.agency)}
    assert done["fill_initiation"] == one.party(one.owner)
    assert city.steps(one) == ["fill_contract"]
    with reading() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.step == "fill_contract"))
        assert (item.role, item.party_id) == ("owner", one.party(one.owner))


@pytest.mark.req("HR-4.5.1b")
@pytest.mark.req("HR-4.11")
def test_agency_and_town_cannot_do_each_others_steps(county: Path, tmp_path: Path) -> None:
    with copied(county, tmp_path / "data") as city:
        one = play.initiated(city, ENTRUSTED)
        form = {"closes_at": play.local(CLOSES), "notice_remark": "报名时上传资质证书。"}
        for stranger in (one.owner, "hr.agency2", "hr.town2", "hr.contractor01"):
            with one.player.at(ANNOUNCED), pytest.raises(ForbiddenError):
                one.player.complete(stranger, one.instance, "draft_tender_notice", form)
        second = play.story(city, ENTRUSTED)
        second.start(MORNING)
        form = {**second.works.form(), "management": SELF}
        with second.player.at(MORNING), pytest.raises(ForbiddenError):
            second.player.complete("hr.agency", second.instance, "fill_initiation", form)


@pytest.mark.req("HR-4.5.2")
def test_the_tender_notice_tells_project_owner_agency_conditions_and_close(agency) -> None:
    _, one = agency
    row = notice(NoticeKind.TENDER_NOTICE)
    with reading() as session:
        names = {
            session.get_one(Party, one.party(username)).name for username in (one.owner, one.agency)
        }
    assert (row.published_at, row.ends_at) == (ANNOUNCED, CLOSES)
    told = row.body + str(row.facts["facts"])
    for part in {one.works.title, "委托发包", "建筑工程施工总承包", "2026年11月12日 17:30", *names}:
        assert part in told
    assert "报名截止后公开报名企业家数和名称" in row.body
    assert row.facts["conditions"]


@pytest.mark.req("HR-4.5.2")
def test_whoever_fits_is_told_of_the_notice(town) -> None:
    told = [row for row in rows(OutboundMessage) if row.template == "comparison_published"]
    assert len(told) == 5


@pytest.mark.req("HR-4.5.5")
def test_everybody_is_reviewed_with_a_reason_and_ranked_with_another(town) -> None:
    _, one = town
    comparison = play.comparison_of(one)
    assert comparison.state is ComparisonState.PUBLISHED
    assert all(row.passed and row.review_reason for row in comparison.candidates)
    ranked = sorted(comparison.candidates, key=lambda row: row.rank or 0)
    assert [row.price for row in ranked] == list(OFFERS.values())
    assert all(row.rank_reason for row in ranked)
    assert comparison.record_id is not None
    assert comparison.compared_at == COMPARED


@pytest.mark.req("HR-4.5.6")
def test_the_first_in_rank_is_announced_at_its_price_and_gets_the_letter(agency) -> None:
    city, one = agency
    project, row = city.project(one), notice(NoticeKind.AWARD_NOTICE)
    winner = one.party("hr.contractor02")
    assert (project.winner_id, project.award_price) == (winner, OFFERS[2])
    assert project.phase is ProjectPhase.AWARDED
    assert row.published_at == PUBLISHED
    assert "251,000.00" in row.body
    assert "第2名" in row.body
    (letter,) = [each for each in rows(Letter) if each.kind is LetterKind.AWARD_LETTER]
    assert letter.party_id == winner
    with reading() as session:
        assert letter.words["head"] == session.get_one(Party, one.party(one.agency)).name
    told = [each for each in rows(OutboundMessage) if each.template == "comparison_won"]
    assert [each.party_id for each in told] == [winner]


@pytest.mark.req("HR-4.5.4")
def test_names_and_count_open_when_registration_closes_and_no_draw_is_held(town) -> None:
    city, one = town
    (mask,) = [row for row in rows(Mask) if row.field == "interests"]
    assert (mask.until, mask.set_at, mask.lifted_at) == ("frozen", ANNOUNCED, CLOSES)
    assert "4.5.4" in mask.article
    assert city.draw(one).state is DrawState.UNUSED
