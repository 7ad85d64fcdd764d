"""The winner's own declaration: who may give an award back, when, and what the centre answers."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from models.case_action import NotYourProjectError, RequestOpenError, WrongPhaseError
from models.errors import ForbiddenError
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.project import ProjectPhase
from models.project_request import ProjectRequest, RequestState
from models.roster.declined import DeclinedAward
from models.session import reading, unit_of_work
from processes.case_errors import FormInvalidError
from processes.demo.declining import REASON
from processes.demo.story import Story
from processes.history import case_view
from processes.taking_back import take_back
from tests.city import SELECTION, City
from tests.flows.declining import PUBLISHED

AT = PUBLISHED + timedelta(minutes=30)
LACKING = "放弃中选函没有加盖单位公章，请盖章后重新上传。"


def request_of(story: Story) -> ProjectRequest:
    with reading() as session:
        query = select(ProjectRequest).where(ProjectRequest.instance_id == story.decline_case)
        return session.scalars(query).one()


def status_of(instance: str) -> InstanceStatus:
    with reading() as session:
        return session.get_one(Instance, instance).status


def declined() -> int:
    with reading() as session:
        return session.scalar(select(func.count(DeclinedAward.id))) or 0


@pytest.mark.req("DZ-77")
@pytest.mark.parametrize("phase", [ProjectPhase.PUBLICISED, ProjectPhase.AWARDED])
def test_winner_declares_and_the_accepted_declaration_withdraws_the_award(
    city: City, phase: ProjectPhase
) -> None:
    story = city.published(1, 2, 3)
    at = AT if phase is ProjectPhase.PUBLICISED else AT + timedelta(days=4)
    story.wake(at)
    assert city.project(story).phase is phase
    story.decline(at, story.winner())

    assert city.project(story).phase is ProjectPhase.DECLINED
    assert city.steps(story) == ["decide_after_decline"]
    assert request_of(story).state is RequestState.APPLIED
    assert status_of(story.decline_case) is InstanceStatus.COMPLETED
    with reading() as session:
        assert session.scalars(select(DeclinedAward.reason)).one() == REASON


def test_nobody_but_the_winner_may_give_the_award_back(city: City) -> None:
    story = city.published(1, 2, 3)
    losers = {f"dz.contractor{n:02d}" for n in (1, 2, 3)} - {story.winner()}
    for who in (*losers, "dz.contractor07"):
        with pytest.raises(NotYourProjectError):
            story.begin_decline(AT, who)
    for who in ("dz.owner", "dz.centre", "dz.selector"):
        with pytest.raises(ForbiddenError):
            story.begin_decline(AT, who)
    assert declined() == 0


def test_before_the_result_there_is_nothing_to_give_back_in_the_same_words_for_all(
    city: City,
) -> None:
    story = city.drawn(1, 2, 3)
    told = set()
    for number in (1, 2, 3, 7):
        with pytest.raises(NotYourProjectError) as refused:
            story.begin_decline(SELECTION + timedelta(minutes=10), f"dz.contractor{number:02d}")
        told.add(refused.value.text)
    assert len(told) == 1


def test_after_the_contract_is_publicised_it_is_too_late(city: City) -> None:
    story = city.published(1, 2)
    story.wake(AT + timedelta(days=4))
    story.sign_contract(AT + timedelta(days=5))
    story.wake(AT + timedelta(days=30))
    assert city.project(story).phase is not ProjectPhase.AWARDED
    with pytest.raises(WrongPhaseError) as refused:
        story.begin_decline(AT + timedelta(days=30), story.winner())
    assert "放弃中选声明" in refused.value.text


@pytest.mark.parametrize(
    ("missing", "value"),
    [("decline_reason", "太忙"), ("decline_letter", []), ("decline_understood", False)],
)
def test_reason_letter_and_consent_are_each_required(
    city: City, missing: str, value: object
) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.begin_decline(AT, who)
    with city.player.at(AT):
        form = {
            "decline_choice": "decline",
            "decline_reason": REASON,
            "decline_letter": city.player.upload(who, "函.pdf", "放弃中选函"),
            "decline_understood": True,
        }
        with pytest.raises(FormInvalidError) as refused:
            city.player.complete(
                who, story.decline_case, "declare_decline", {**form, missing: value}
            )
    assert set(refused.value.fields) == {missing}


def test_a_declaration_sent_back_with_reasons_is_handed_in_again(city: City) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.begin_decline(AT, who)
    story.declare_decline(AT, who)
    story.return_decline(AT, LACKING)
    with reading() as session:
        item = city.player.item(session, story.decline_case, "declare_decline")
        assert item.party_id == city.project(story).winner_id
    story.declare_decline(AT, who, REASON + "函件已盖章。")
    story.review_decline(AT)
    with reading() as session:
        assert session.scalars(select(DeclinedAward.reason)).one().endswith("函件已盖章。")


def test_a_declaration_sent_back_may_be_taken_back(city: City) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.begin_decline(AT, who)
    story.declare_decline(AT, who)
    story.return_decline(AT, LACKING)
    story.keep_award(AT, who)

    assert request_of(story).state is RequestState.WITHDRAWN
    assert city.project(story).winner_id is not None
    assert declined() == 0
    story.begin_decline(AT, who)


def test_a_declaration_under_review_may_be_taken_back_on_its_own_case_page(city: City) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.begin_decline(AT, who)
    story.declare_decline(AT, who)
    with city.player.at(AT), unit_of_work() as session:
        take_back(session, city.settings, story.decline_case, actor=city.player.actor(session, who))

    assert request_of(story).state is RequestState.WITHDRAWN
    assert status_of(story.decline_case) is InstanceStatus.COMPLETED
    assert declined() == 0
    with pytest.raises(NoResultFound):
        story.review_decline(AT)


def test_two_declarations_at_once_are_refused(city: City) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.begin_decline(AT, who)
    with pytest.raises(RequestOpenError):
        story.begin_decline(AT, who)


def test_an_accepted_declaration_that_comes_too_late_changes_nothing_and_says_so(
    city: City,
) -> None:
    story = city.published(1, 2)
    who = story.winner()
    story.wake(AT + timedelta(days=4))
    story.begin_decline(AT + timedelta(days=4), who)
    story.declare_decline(AT + timedelta(days=4), who)
    story.sign_contract(AT + timedelta(days=5))
    late = AT + timedelta(days=30)
    story.wake(late)
    story.review_decline(late)

    assert request_of(story).state is RequestState.LATE
    assert city.project(story).winner_id is not None
    assert declined() == 0
    with reading() as session:
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.template == "decline_late")
        ).one()
    assert told.party_id == city.project(story).winner_id


def test_delivering_the_message_twice_withdraws_once(city: City) -> None:
    story = city.published(1, 2)
    story.decline(AT, story.winner())
    with city.player.at(AT):
        city.player.deliver_messages()
    assert declined() == 1
    with reading() as session:
        logged = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.body.contains('"award:withdrawn"'))
        ).all()
    assert [json.loads(one)["object"] for one in logged] == [story.project]


def test_a_winner_sees_the_case_in_which_it_may_act(city: City) -> None:
    story = city.published(1, 2, 3)
    who = story.winner()
    loser = next(f"dz.contractor{n:02d}" for n in (1, 2, 3) if f"dz.contractor{n:02d}" != who)
    with reading() as session:
        assert case_view(session, story.instance, city.player.actor(session, who))
        with pytest.raises(ForbiddenError):
            case_view(session, story.instance, city.player.actor(session, loser))
