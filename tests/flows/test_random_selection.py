"""The straight path of the random selection, played through the engine."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem
from models.identity.account import Account
from models.letter import Letter, LetterKind
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.selection.tables import DrawState, Interest, Mask
from models.selection.verifier import verify
from models.session import reading
from tests.city import FREEZE, MORNING, SELECTION, City, after

PUBLISHED = SELECTION + timedelta(hours=1)

AWARD_LETTERS = select(Letter).where(Letter.kind == LetterKind.AWARD_LETTER)


@pytest.mark.req("DZ-74.1")
@pytest.mark.req("DZ-76.1")
@pytest.mark.req("DZ-A4")
def test_whole_path_runs_online_from_the_requirement_to_the_evaluation(city: City) -> None:
    story = city.published(1, 2, 3)
    story.wake(PUBLISHED + timedelta(days=5))
    project = city.project(story)
    assert project.phase is ProjectPhase.AWARDED
    assert project.award_price == project.ceiling_price
    assert project.number == "DZX-2026-0001"

    story.sign_contract(PUBLISHED + timedelta(days=5))
    story.wake(PUBLISHED + timedelta(days=9))
    story.complete_works(PUBLISHED + timedelta(days=10))
    story.evaluate(PUBLISHED + timedelta(days=11))
    with reading() as session:
        instance = session.get_one(Instance, story.instance)
        assert instance.status is InstanceStatus.COMPLETED
    assert city.project(story).phase is ProjectPhase.EVALUATED


def test_published_proof_satisfies_the_verifier_with_the_hash_that_the_notice_printed(
    city: City,
) -> None:
    story = city.published(1, 2, 3, 4, 5)
    with reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.TENDER_NOTICE)
        ).one()
    draw = city.draw(story)
    printed = str(notice.facts["plan_hash"])

    assert printed in notice.body
    for text in (draw.public_proof, draw.proof):
        report = verify(json.loads(text or ""), expected_plan=printed)
        assert report.plan_hash == printed


@pytest.mark.req("DZ-80a")
def test_public_proof_names_the_winner_alone_and_the_regulators_names_all(city: City) -> None:
    draw = city.draw(city.published(1, 2, 3))
    public, full = json.loads(draw.public_proof or ""), json.loads(draw.proof or "")

    named = [one["ticket"] for one in public["list"]["tickets"] if "org" in one]
    assert named == [draw.winner_ticket]
    assert all("org" in one for one in full["list"]["tickets"])
    assert public["list"]["root"] == full["list"]["root"]


@pytest.mark.req("DZ-A4")
def test_the_winner_alone_is_told_by_text_message(city: City) -> None:
    story = city.published(1, 2, 3)
    with reading() as session:
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.template == "award_winner")
        ).one()
    project = city.project(story)

    assert told.party_id == project.winner_id
    assert project.title in str(told.values["text"])


@pytest.mark.req("DZ-78")
def test_award_letter_is_issued_with_the_result_and_before_it_none(city: City) -> None:
    story = city.drawn(1, 2, 3)
    with reading() as session:
        assert session.scalars(AWARD_LETTERS).all() == []
    story.publish(PUBLISHED)
    with reading() as session:
        letter = session.scalars(AWARD_LETTERS).one()
        assert letter.party_id == city.project(story).winner_id


@pytest.mark.req("DZ-77")
def test_result_is_publicised_for_one_working_day(city: City) -> None:
    story = city.published(1, 2)
    with reading() as session:
        award = session.scalars(select(Notice).where(Notice.kind == NoticeKind.AWARD_NOTICE)).one()

    # the selection was held on a Friday: one working day ends when the office closes on Monday
    assert award.ends_at is not None
    assert award.ends_at.isoformat() == "2026-11-16T17:30:00+08:00"
    assert city.project(story).phase is ProjectPhase.PUBLICISED
    assert award.facts["winner"]["ticket"] == city.draw(story).winner_ticket


@pytest.mark.req("DZ-75")
def test_notice_text_is_made_from_the_requirement_and_due_the_same_day(city: City) -> None:
    story = city.story()
    story.prepare(MORNING)
    with reading() as session:
        item = city.player.item(session, story.instance, "draft_notice")
        assert item.due_at is not None
        assert item.due_at.isoformat() == "2026-11-09T17:30:00+08:00"
    story.announce(after(hours=1), FREEZE, SELECTION)

    with reading() as session:
        notice = session.scalars(select(Notice)).one()
    for part in (story.requirement.scope, "2026年11月12日 17:30", "第八十条"):
        assert part in notice.body + json.dumps(notice.facts, ensure_ascii=False)
    assert ["最高限价", "¥ 183,600.00（人民币壹拾捌万叁仟陆佰元整）"] in [
        [label, text.replace("\xa0", " ")] for label, text in notice.facts["facts"]
    ]


def test_announcement_goes_to_every_fitting_company_whether_or_not_it_joins(city: City) -> None:
    city.announced(1)
    with reading() as session:
        told = session.scalars(
            select(OutboundMessage.party_id).where(OutboundMessage.template == "tender_published")
        ).all()
        fitting = {city.contractor(session, number).id for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)}

    assert set(told) == fitting


@pytest.mark.req("DZ-80a")
def test_names_are_masked_before_the_notice_and_shown_with_the_result(city: City) -> None:
    story = city.drawn(1, 2)
    with reading() as session:
        mask = session.scalars(select(Mask)).one()
        notice = session.scalars(select(Notice)).one()
    assert (mask.field, mask.until, mask.lifted_at) == ("interests", "published", None)
    assert mask.article == "达州市小额工程交易规程第八十条"
    assert notice.published_at is not None
    assert mask.set_at <= notice.published_at

    story.publish(PUBLISHED)
    with reading() as session:
        assert session.scalars(select(Mask.lifted_at)).one() == PUBLISHED


def test_each_joiner_is_named_to_its_row_and_the_key_is_gone_after_the_result(city: City) -> None:
    story = city.drawn(1, 2, 3)
    key = city.settings.keys / "draws" / f"{city.draw(story).id}.key"
    with reading() as session:
        assert set(session.scalars(select(Interest.party_id))) == {None}
    assert key.exists()

    story.publish(PUBLISHED)
    with reading() as session:
        named = set(session.scalars(select(Interest.party_id)))
        assert named == {city.contractor(session, number).id for number in (1, 2, 3)}
    assert not key.exists()


@pytest.mark.req("DZ-79")
def test_two_named_people_act_each_in_an_item_of_their_own(city: City) -> None:
    story = city.frozen(1, 2)
    with reading() as session:
        people = dict(
            session.execute(
                select(WorkItem.step, Account.username)
                .join(Account, Account.id == WorkItem.account_id)
                .where(WorkItem.instance_id == story.instance)
            ).all()
        )
    assert people == {
        "confirm_officer": "dz.selector",
        "confirm_monitor": "dz.monitor",
        "open_draw": "dz.selector",
    }
    assert city.steps(story) == ["open_draw"]
    assert city.draw(story).state is DrawState.FROZEN


def test_list_freezes_as_of_the_printed_minute_when_the_machine_was_down(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE - timedelta(minutes=1))
    assert city.draw(story).state is DrawState.OPEN

    story.wake(FREEZE + timedelta(hours=9))
    draw = city.draw(story)
    assert (draw.state, draw.tickets) == (DrawState.FROZEN, 2)
    assert city.steps(story) == []

    story.wake(SELECTION)
    assert city.steps(story) == ["open_draw"]
