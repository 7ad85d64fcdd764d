"""A winner gives the award back: result withdrawn, told, and drawn again with fresh secrets."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.letter import Letter
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase
from models.roster.declined import DeclinedAward, declined_by
from models.roster.eligibility import fits
from models.selection import draws
from models.selection.draw_errors import DrawStateError
from models.selection.interest_errors import NotFittingError
from models.selection.registration_words import next_step
from models.selection.registrations import my_registrations
from models.selection.tables import Draw, DrawContributor, DrawState, Mask
from models.selection.verifier import verify
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE, Story
from processes.disclosure import MASKED, Viewer, disclose
from tests.city import City
from tests.flows.declining import (
    DECLINED,
    NEXT_FREEZE,
    NEXT_PUBLISHED,
    NEXT_SELECTION,
    PUBLISHED,
    REASON,
    announced_again,
    decide,
    give_back,
    published_again,
    winner_of,
)


def notices_of(story: Story, kind: NoticeKind) -> list[Notice]:
    with reading() as session:
        query = select(Notice).where(Notice.project_id == story.project, Notice.kind == kind)
        return list(session.scalars(query.order_by(Notice.published_at)))


def entry(action: str) -> dict:
    with reading() as session:
        found = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.body.contains(f'"{action}"'))
        )
        return json.loads(found.one())


@pytest.mark.req("DZ-77")
@pytest.mark.parametrize("moment", [DECLINED, PUBLISHED + timedelta(days=4)])
def test_award_is_withdrawn_with_before_and_after_in_the_log(city: City, moment) -> None:
    story = city.published(1, 2, 3)
    before = city.project(story)
    story.wake(moment)
    give_back(city, story, moment)

    after = city.project(story)
    assert (after.winner_id, after.award_price) == (None, None)
    assert after.phase is ProjectPhase.DECLINED
    logged = entry("award:withdrawn")
    assert logged["before"]["winner"] == before.winner_id
    assert logged["before"]["price"] == before.award_price
    assert logged["after"]["winner"] is None
    assert city.steps(story) == ["decide_after_decline"]


@pytest.mark.req("DZ-77")
def test_changed_result_is_told_in_a_notice_that_follows_the_first_and_both_stay(
    city: City,
) -> None:
    story = city.published(1, 2, 3)
    (award,) = notices_of(story, NoticeKind.AWARD_NOTICE)
    give_back(city, story)

    (change,) = notices_of(story, NoticeKind.CORRIGENDUM)
    assert change.follows_id == award.id
    assert change.published_at == DECLINED
    for part in (award.facts["winner"]["name"], REASON, "原中选通知书作废"):
        assert part in change.body
    (kept,) = notices_of(story, NoticeKind.AWARD_NOTICE)
    assert (kept.title, kept.body, kept.facts) == (award.title, award.body, award.facts)


@pytest.mark.req("DZ-78")
def test_letter_of_the_former_winner_is_void(city: City) -> None:
    story = city.published(1, 2)
    give_back(city, story)
    with reading() as session:
        (letter,) = session.scalars(select(Letter).where(Letter.draw_id.is_not(None)))
    assert letter.voided_at == DECLINED
    assert letter.void_reason == "中选企业放弃中选"


def test_owner_and_every_fitting_company_are_told_but_not_the_decliner(city: City) -> None:
    story = city.published(1, 2, 3)
    winner = winner_of(story)
    give_back(city, story)
    with reading() as session:
        told = session.execute(
            select(OutboundMessage.template, OutboundMessage.party_id).where(
                OutboundMessage.template.in_(("award_declined", "result_changed"))
            )
        ).all()
        decliner = city.contractor(session, winner).id
        fitting = {city.contractor(session, n).id for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)}
    assert [party for template, party in told if template == "award_declined"] == [
        city.project(story).owner_id
    ]
    assert {p for template, p in told if template == "result_changed"} == fitting - {decliner}


@pytest.mark.req("DZ-77")
def test_second_round_has_fresh_secrets_a_new_notice_and_a_result_of_its_own(city: City) -> None:
    story = city.published(1, 2, 3)
    winner = winner_of(story)
    others = [one for one in (1, 2, 3) if one != winner]
    give_back(city, story)
    decide(city, story, "repeat")
    assert city.steps(story) == ["confirm_monitor", "confirm_officer"]
    published_again(city, story, *others)

    with reading() as session:
        first, second = session.scalars(select(Draw).order_by(Draw.round))
        commits = session.scalars(select(DrawContributor.commit)).all()
    assert (first.state, second.state, second.round) == (*[DrawState.PUBLISHED] * 2, 1)
    assert len(set(commits)) == len(commits) == 6
    tenders = notices_of(story, NoticeKind.TENDER_NOTICE)
    awards = notices_of(story, NoticeKind.AWARD_NOTICE)
    assert [one.draw_id for one in tenders] == [first.id, second.id]
    assert awards[1].follows_id == awards[0].id
    for draw, tender in zip((first, second), tenders, strict=True):
        proof = json.loads(draw.public_proof or "")
        assert verify(proof, expected_plan=tender.facts["plan_hash"]).plan_hash
    assert winner_of(story) in others
    assert city.project(story).award_price == city.project(story).ceiling_price


@pytest.mark.req("DZ-77")
def test_second_result_is_publicised_for_its_own_working_day(city: City) -> None:
    story = city.published(1, 2, 3)
    others = [one for one in (1, 2, 3) if one != winner_of(story)]
    give_back(city, story)
    decide(city, story, "repeat")
    published_again(city, story, *others)
    award = notices_of(story, NoticeKind.AWARD_NOTICE)[1]
    assert award.ends_at is not None
    assert award.ends_at.isoformat() == "2026-11-23T17:30:00+08:00"
    assert award.title.endswith("中选结果公示（变更后）")
    assert "原中选企业放弃中选，原中选结果已于2026年11月13日 17:00变更" in award.body
    assert "变更" not in notices_of(story, NoticeKind.AWARD_NOTICE)[0].body


@pytest.mark.req("DZ-76.1")
def test_decliner_may_not_join_the_redraw_and_is_told_why(city: City) -> None:
    story = city.published(1, 2, 3)
    winner = winner_of(story)
    give_back(city, story)
    decide(city, story, "repeat")
    with pytest.raises(NotFittingError) as refused:
        announced_again(city, story, winner)
    assert "放弃本项目中选" in refused.value.text
    other = city.announced(requirement=story.requirement)
    with reading() as session:
        project, party = session.get_one(Project, story.project), city.contractor(session, winner)
        lacking = fits(session, party.id, project, NEXT_FREEZE)
        others = [city.contractor(session, n).id for n in (1, 2, 3) if n != winner]
        assert [one.code for one in lacking] == ["declined"]
        assert all(not fits(session, one, project, NEXT_FREEZE) for one in others)
        elsewhere = session.get_one(Project, other.project)
        assert not fits(session, party.id, elsewhere, DECLINED)
    tender = notices_of(story, NoticeKind.TENDER_NOTICE)[1]
    assert "没有放弃过本项目的中选" in tender.facts["conditions"]


@pytest.mark.req("DZ-76.1")
def test_where_the_rule_allows_it_the_decliner_may_join_again(city: City) -> None:
    story = city.published(1, 2)
    winner = winner_of(story)
    give_back(city, story)
    with unit_of_work() as session:
        session.scalars(select(DeclinedAward)).one().is_excluded = False
    with reading() as session:
        party = city.contractor(session, winner)
        (own,) = [one for one in my_registrations(session, city.settings, party) if one.declined]
        assert next_step(own) == "项目重新选取的，可以重新参与"
    decide(city, story, "repeat")
    published_again(city, story, 1, 2)
    tender = notices_of(story, NoticeKind.TENDER_NOTICE)[1]
    assert "没有放弃过本项目的中选" not in tender.facts["conditions"]
    assert city.draw(story).tickets == 2
    assert winner_of(story) in (winner, 3 - winner)


@pytest.mark.req("DZ-77")
def test_owner_may_terminate_instead(city: City) -> None:
    story = city.published(1, 2)
    give_back(city, story)
    decide(city, story, "terminate")
    with city.player.at(DECLINED):
        form = {"termination_checked": True}
        city.player.complete(CENTRE, story.instance, "publish_termination", form)
    (notice,) = notices_of(story, NoticeKind.TERMINATION_NOTICE)
    (change,) = notices_of(story, NoticeKind.CORRIGENDUM)
    assert "原中选企业放弃中选" in notice.body
    assert notice.follows_id == change.id
    assert city.project(story).phase is ProjectPhase.TERMINATED
    with reading() as session:
        assert session.get_one(Instance, story.instance).status is InstanceStatus.TERMINATED


@pytest.mark.req("DZ-80a")
def test_names_are_hidden_again_until_the_redraws_own_result(city: City) -> None:
    story = city.published(1, 2, 3)
    others = [one for one in (1, 2, 3) if one != winner_of(story)]
    give_back(city, story)
    decide(city, story, "repeat")
    announced_again(city, story, *others)

    def seen() -> object:
        with reading() as session:
            project = session.get_one(Project, story.project)
            return disclose(session, project, Viewer.REGULATOR)["interests"]

    for moment in (NEXT_FREEZE, NEXT_SELECTION):
        assert seen() == MASKED
        story.wake(moment)
    story.hold(NEXT_SELECTION)
    assert seen() == MASKED
    story.publish(NEXT_PUBLISHED)
    assert len(seen()) == len(others)
    with reading() as session:
        masks = session.scalars(select(Mask).order_by(Mask.set_at)).all()
    assert [one.lifted_at for one in masks] == [PUBLISHED, NEXT_PUBLISHED]


def test_the_decline_stands_on_the_contractors_record_and_nothing_else_follows(city: City) -> None:
    story = city.published(1, 2)
    winner = winner_of(story)
    give_back(city, story)
    other = city.announced(requirement=story.requirement)
    with reading() as session:
        party = city.contractor(session, winner)
        (row,) = declined_by(session, party.id)
        assert (row.project.id, row.reason, row.declined_at) == (story.project, REASON, DECLINED)
        assert row.price == row.project.ceiling_price
        assert not fits(session, party.id, session.get_one(Project, other.project), DECLINED)


def test_a_result_that_nobody_gave_back_is_never_drawn_again(city: City) -> None:
    story = city.published(1, 2)
    with unit_of_work() as session, pytest.raises(DrawStateError):
        draws.prepare(city.world(session, story, DECLINED), story.project)
