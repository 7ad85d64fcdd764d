"""What the rules foresee besides a winner: too few, a bad envelope, a secret that opens nothing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.flow.instance import Instance, InstanceStatus
from models.flow.work_item import WorkItem
from models.identity.actor import PLATFORM
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.roster.entry import Suspension
from models.selection import draws, envelope, guardians, opening
from models.selection.draw_errors import DrawStateError, ScheduleError, TooEarlyError
from models.selection.tables import Draw, DrawContributor, DrawState, Interest
from models.selection.verifier import verify
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE
from tests.city import FREEZE, MORNING, SELECTION, City, after
from tests.flows.failing import (
    LATER,
    NEXT_FREEZE,
    NEXT_SELECTION,
    REASON,
    announced_again,
    ended,
    failed,
    seal_strangers,
)


@pytest.mark.req("DZ-76.1")
@pytest.mark.parametrize("joined", [(), (1,)])
def test_fewer_than_two_interested_and_the_owner_decides(
    city: City, joined: tuple[int, ...]
) -> None:
    story = failed(city, *joined)

    assert city.steps(story) == ["decide_after_failure"]
    assert city.draw(story).state is DrawState.UNSUCCESSFUL
    assert city.project(story).phase is ProjectPhase.UNSUCCESSFUL


@pytest.mark.req("DZ-76.1")
def test_selection_is_organised_again_with_fresh_secrets_and_a_new_notice(city: City) -> None:
    story = failed(city, 1)
    first = city.draw(story)
    announced_again(story, 1, 2)
    story.wake(NEXT_FREEZE)
    story.wake(NEXT_SELECTION)
    story.hold(NEXT_SELECTION)
    story.publish(NEXT_SELECTION)

    second = city.draw(story)
    assert (first.round, second.round, second.state) == (0, 1, DrawState.PUBLISHED)
    with reading() as session:
        commits = session.scalars(select(DrawContributor.commit)).all()
        numbers = session.scalars(select(Draw.platform_index).order_by(Draw.round)).all()
        notices = session.scalars(
            select(Notice.draw_id).where(Notice.kind == NoticeKind.TENDER_NOTICE)
        ).all()
    assert len(set(commits)) == len(commits) == 6
    assert list(numbers) == [0, 1]
    assert set(notices) == {first.id, second.id}
    assert json.loads(second.plan)["round"] == 1


@pytest.mark.req("DZ-76.1")
def test_owner_terminates_and_the_reason_stands_in_the_notice(city: City) -> None:
    story = ended(failed(city, 1))

    with reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.TERMINATION_NOTICE)
        ).one()
        assert session.get_one(Instance, story.instance).status is InstanceStatus.TERMINATED
    assert REASON in notice.body
    assert notice.published_at == LATER
    assert city.project(story).phase is ProjectPhase.TERMINATED


@pytest.mark.req("DZ-75")
def test_announcement_shorter_than_two_working_days_is_refused_beside_its_field(
    city: City,
) -> None:
    story = city.story()
    story.prepare(MORNING)
    with pytest.raises(ScheduleError) as refused:
        story.announce(after(hours=1), after(days=1), SELECTION)
    assert "公告不少于2个工作日" in refused.value.fields["freeze_at"]
    assert city.steps(story) == ["draft_notice"]


@pytest.mark.req("DZ-75")
def test_draft_that_lay_too_long_is_not_published(city: City) -> None:
    story = city.story()
    story.prepare(MORNING)
    form = {"freeze_at": "2026-11-11T10:00", "selection_at": "2026-11-12T10:00"}
    with city.player.at(MORNING):
        city.player.complete(CENTRE, story.instance, "draft_notice", form)
    with city.player.at(after(hours=5)), pytest.raises(ScheduleError):
        city.player.complete(
            CENTRE, story.instance, "publish_notice", {"notice_decision": "publish"}
        )

    assert city.draw(story).state is DrawState.PLANNED
    assert city.steps(story) == ["publish_notice"]


def test_notice_is_revised_before_it_is_published_with_one_platform_number(city: City) -> None:
    story = city.story()
    story.prepare(MORNING)
    form = {"freeze_at": "2026-11-11T17:30", "selection_at": "2026-11-12T10:00"}
    with city.player.at(MORNING):
        city.player.complete(CENTRE, story.instance, "draft_notice", form)
        first = city.draw(story).plan_hash
        city.player.complete(
            CENTRE, story.instance, "publish_notice", {"notice_decision": "revise"}
        )
    story.announce(after(hours=1), FREEZE, SELECTION)

    draw = city.draw(story)
    assert draw.plan_hash != first
    assert draw.platform_index == 0
    with reading() as session:
        assert session.scalars(select(Notice.facts)).one()["plan_hash"] == draw.plan_hash


@pytest.mark.req("DZ-76.1")
def test_company_suspended_before_the_freeze_drops_out_by_rule(city: City) -> None:
    story = city.announced(1, 2, 3)
    with unit_of_work() as session:
        suspension = Suspension(
            party_id=city.contractor(session, 2).id,
            county_code="dazhou",
            from_at=FREEZE - timedelta(hours=1),
            until_at=FREEZE + timedelta(days=30),
            reason="核查",
        )
        session.add(suspension)
    story.wake(FREEZE + timedelta(hours=2))

    assert city.draw(story).tickets == 2
    with reading() as session:
        body = json.loads(
            session.scalars(
                select(LedgerEntry.body).where(LedgerEntry.body.contains("draw:frozen"))
            ).one()
        )
        assert sorted(session.scalars(select(Interest.live))) == [False, True, True]
    assert body["after"]["tombstones"] == 1
    assert body["actor"] == PLATFORM.account_id


def test_company_suspended_after_the_freeze_stays_in_the_list(city: City) -> None:
    story = city.announced(1, 2)
    with unit_of_work() as session:
        suspension = Suspension(
            party_id=city.contractor(session, 2).id,
            county_code="dazhou",
            from_at=FREEZE + timedelta(minutes=1),
            until_at=FREEZE + timedelta(days=30),
            reason="核查",
        )
        session.add(suspension)
    story.wake(FREEZE + timedelta(hours=2))
    assert city.draw(story).tickets == 2


def test_secret_that_opens_nothing_counts_as_empty_and_the_proof_says_why(city: City) -> None:
    story = city.frozen(1, 2, 3)
    with unit_of_work() as session:
        keepers = guardians.public_guardians(session)
        row = session.scalars(
            select(DrawContributor).where(DrawContributor.role == "monitor")
        ).one()
        context = {"project": story.project, "kind": "draw_secret", "holder": "monitor"}
        row.envelope = envelope.seal(context, {"secret": "00" * 32}, keepers)
    story.hold(SELECTION)
    story.publish(SELECTION)

    proof = json.loads(city.draw(story).public_proof or "")
    reveal = next(one for one in proof["reveals"] if one["role"] == "monitor")
    assert reveal["secret"] == ""
    assert len(reveal["released"]) == 3
    assert verify(proof)
    with reading() as session:
        assert session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.body.contains("draw:secret_unopenable"))
        ).one()


def test_draw_waits_while_a_guardian_is_missing_and_goes_on_when_it_answers(city: City) -> None:
    story = city.frozen(1, 2)
    folder = city.settings.keys / "guardians"
    with unit_of_work() as session:
        for one in session.scalars(select(guardians.Guardian)):
            one.is_local = one.name == "centre"
    story.hold(SELECTION)
    assert city.draw(story).state is DrawState.OPENING
    assert city.steps(story) == []
    story.wake(SELECTION + timedelta(minutes=2))
    assert city.draw(story).state is DrawState.OPENING

    assert folder.exists()
    with unit_of_work() as session:
        for one in session.scalars(select(guardians.Guardian)):
            one.is_local = True
    story.wake(SELECTION + timedelta(minutes=4))
    assert city.draw(story).state is DrawState.DRAWN
    assert city.steps(story) == ["publish_result"]


def test_first_ticket_with_rubbish_in_its_envelope_ends_the_draw_without_a_winner(
    city: City,
) -> None:
    story = city.frozen(1, 2)
    seal_strangers(story)
    story.hold(SELECTION)

    assert city.steps(story) == ["decide_after_failure"]
    assert city.draw(story).state is DrawState.UNSUCCESSFUL
    with reading() as session:
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.body.contains("draw:winner_unopenable"))
        ).one()
        joined = {city.contractor(session, number).id for number in (1, 2)}
    assert json.loads(told)["after"]["party"] in joined


def test_nothing_of_the_ceremony_is_open_before_the_announced_time(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    story.wake(SELECTION - timedelta(minutes=1))
    with reading() as session:
        open_now = session.scalars(select(WorkItem.step).where(WorkItem.step == "open_draw")).all()
    assert open_now == []


def test_each_verb_done_again_changes_nothing_and_logs_nothing(city: City) -> None:
    story = city.published(1, 2, 3)
    before = city.draw(story)
    with reading() as session:
        logged = session.scalar(select(func.count(LedgerEntry.id)))
    with unit_of_work() as session:
        world = city.world(session, story, SELECTION + timedelta(days=1))
        draw = session.get_one(Draw, before.id)
        draws.freeze(world, draw)
        opening.open_(world, draw)
        held = opening.hold(world, draw)
        opening.publish(world, draw)

    again = city.draw(story)
    assert (again.proof, again.public_proof) == (before.proof, before.public_proof)
    assert held.winner_ticket == before.winner_ticket
    with reading() as session:
        assert session.scalar(select(func.count(LedgerEntry.id))) == logged


def test_verbs_out_of_their_order_are_refused(city: City) -> None:
    story = city.announced(1, 2)
    with unit_of_work() as session:
        world = city.world(session, story, FREEZE - timedelta(minutes=1))
        draw = session.get_one(Draw, city.draw(story).id)
        with pytest.raises(TooEarlyError):
            draws.freeze(world, draw)
        for verb in (opening.open_, opening.hold, opening.publish, draws.announce):
            with pytest.raises(DrawStateError):
                verb(world, draw)
