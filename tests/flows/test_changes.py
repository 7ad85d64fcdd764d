"""During the announcement: changed, paused, resumed, ended; refused, withdrawn, too late."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.flow.work_item import WorkItem, WorkItemState
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.project_request import ProjectRequest, RequestState
from models.selection import draw_keys, receipts, registrations
from models.selection.interest_errors import JoiningClosedError
from models.selection.registration_words import next_step, result
from models.selection.tables import Draw, DrawState, Interest
from models.selection.verifier import verify
from models.session import reading
from processes.case_errors import FormInvalidError
from tests.city import FREEZE, SELECTION, City, after

ASKED, DECIDED = after(days=1), after(days=1, hours=1)
NEW_FREEZE, NEW_SELECTION = FREEZE + timedelta(days=4), SELECTION + timedelta(days=6)
PRICE = 17_000_000


def request_of(case: str) -> ProjectRequest:
    with reading() as session:
        query = select(ProjectRequest).where(ProjectRequest.instance_id == case)
        return session.scalars(query).one()


def draws_of(story) -> list[Draw]:
    with reading() as session:
        query = select(Draw).where(Draw.project_id == story.project).order_by(Draw.round)
        return list(session.scalars(query))


def notices_of(story) -> list[Notice]:
    with reading() as session:
        query = select(Notice).where(
            Notice.project_id == story.project, Notice.published_at.is_not(None)
        )
        return list(session.scalars(query.order_by(Notice.published_at)))


def told(template: str) -> set[str | None]:
    with reading() as session:
        query = select(OutboundMessage.party_id).where(OutboundMessage.template == template)
        return set(session.scalars(query))


def registrations_of(city: City, number: int) -> list[registrations.Registration]:
    with city.player.at(DECIDED), reading() as session:
        party = city.contractor(session, number)
        return registrations.my_registrations(session, city.settings, party)


def receipt_of(city: City, one: registrations.Registration) -> dict:
    with reading() as session:
        row = session.get_one(Interest, one.ticket)
        draw = session.get_one(Draw, one.draw.id)
        return receipts.make(session, city.settings, draw, one.project, row)


def announce_again(story) -> None:
    story.confirm_officer(DECIDED)
    story.confirm_monitor(DECIDED)
    story.announce(DECIDED, NEW_FREEZE, NEW_SELECTION)


@pytest.mark.req("DZ-81.1")
def test_a_change_goes_through_the_leader_to_a_corrigendum_with_fresh_secrets(city: City) -> None:
    story = city.announced(1, 2, 3)
    request = story.change(DECIDED, new_price=PRICE)

    first = draws_of(story)[0]
    assert (first.state, first.cancelled_at) == (DrawState.CANCELLED, DECIDED)
    assert request_of(request).state is RequestState.APPLIED
    assert city.project(story).ceiling_price == PRICE
    assert city.steps(story) == ["confirm_monitor", "confirm_officer"]
    announce_again(story)
    old, new = draws_of(story)
    tender, corrigendum = notices_of(story)
    assert (old.round, new.round, new.state) == (0, 1, DrawState.OPEN)
    assert old.plan_hash != new.plan_hash
    assert corrigendum.kind is NoticeKind.CORRIGENDUM
    assert corrigendum.follows_id == tender.id
    assert new.plan_hash in corrigendum.body
    assert old.plan_hash not in corrigendum.body
    assert corrigendum.facts["plan_hash"] == new.plan_hash
    assert "最高限价由“¥ 183,600.00”改为“¥ 170,000.00”" in corrigendum.body.replace("\xa0", " ")
    assert corrigendum.ends_at == NEW_FREEZE
    assert city.project(story).phase is ProjectPhase.ANNOUNCED


@pytest.mark.req("DZ-81.1")
def test_a_changed_selection_is_drawn_and_its_proof_fits_the_corrigendum(city: City) -> None:
    story = city.announced(1, 2, 3)
    story.change(DECIDED, new_price=PRICE)
    announce_again(story)
    story.join(DECIDED, 4, 5)
    story.wake(NEW_FREEZE)
    story.wake(NEW_SELECTION)
    story.hold(NEW_SELECTION)
    story.publish(NEW_SELECTION)

    draw = city.draw(story)
    assert draw.tickets == 2
    printed = str(notices_of(story)[1].facts["plan_hash"])
    assert verify(json.loads(draw.public_proof or ""), expected_plan=printed)


@pytest.mark.req("DZ-81.1")
def test_every_version_of_the_project_is_kept(city: City) -> None:
    story = city.announced()
    request = story.change(DECIDED, new_price=PRICE, new_duration=60)
    with reading() as session:
        body = json.loads(
            session.scalars(
                select(LedgerEntry.body).where(LedgerEntry.body.contains("project:amended"))
            ).one()
        )
    assert body["before"]["计划工期"] == "45个日历天"
    assert body["after"]["计划工期"] == "60个日历天"
    assert [one["label"] for one in request_of(request).changes] == ["最高限价", "计划工期"]


@pytest.mark.req("DZ-81.1")
def test_new_conditions_drop_who_joined_and_tell_all_who_fitted_before_or_fit_now(
    city: City,
) -> None:
    story = city.announced(1, 2, 4)
    fitted = told("tender_published")
    story.change(DECIDED, qualification="municipal_general", level="3")
    assert told("selection_stopped") == fitted
    announce_again(story)

    with reading() as session:
        fits = {city.contractor(session, number).id for number in (1, 3, 8)}
        query = select(OutboundMessage.party_id).where(
            OutboundMessage.template == "tender_published"
        )
        received = list(session.scalars(query))
        counted = select(Interest.draw_id, func.count()).group_by(Interest.draw_id)
        rows = dict(session.execute(counted).all())
    old, new = draws_of(story)
    assert {one for one in received if received.count(one) == 2} == fits
    assert rows == {old.id: 3}
    assert not old.keeps_interest
    assert "原公告期内的参与全部失效" in notices_of(story)[1].body
    story.wake(NEW_FREEZE)
    assert city.draw(story).tickets == 0
    assert new.round == 1


@pytest.mark.req("DZ-81.1")
def test_a_new_time_alone_keeps_who_joined_with_ticket_and_key(city: City) -> None:
    story = city.announced(1, 2, 3)
    with reading() as session:
        before = set(session.scalars(select(Interest.ticket)))
    story.change(DECIDED)
    announce_again(story)

    old, new = draws_of(story)
    with reading() as session:
        rows = session.execute(select(Interest.ticket, Interest.draw_id, Interest.live)).all()
    assert {tuple(row) for row in rows} == {(ticket, new.id, True) for ticket in before}
    assert draw_keys.exists(city.settings, new.id)
    assert not draw_keys.exists(city.settings, old.id)
    with city.player.at(DECIDED):
        city.player.leave("dz.contractor03", story.project)
    story.wake(NEW_FREEZE)
    story.wake(NEW_SELECTION)
    story.hold(NEW_SELECTION)
    story.publish(NEW_SELECTION)
    assert city.draw(story).tickets == 2
    assert "不必重新办理" in notices_of(story)[1].body


@pytest.mark.req("DZ-80a")
def test_nobody_learns_from_a_change_who_or_how_many_had_joined(city: City) -> None:
    story = city.announced(1, 2)
    with reading() as session:
        names = [city.contractor(session, number).name for number in (1, 2)]
    story.change(DECIDED, new_price=PRICE)
    announce_again(story)
    with reading() as session:
        seen = [
            *session.scalars(select(LedgerEntry.body)),
            *(f"{one.title}{one.body}{one.facts}" for one in notices_of(story)),
            *(str(one) for one in session.scalars(select(OutboundMessage.values))),
        ]
        asked = str(session.scalars(select(ProjectRequest.changes)).all())
    assert not [text for text in [*seen, asked] if any(name in text for name in names)]
    assert draws_of(story)[0].tickets is None


@pytest.mark.req("DZ-81.1")
def test_joining_closes_with_the_consent_and_says_why(city: City) -> None:
    story = city.announced(1)
    story.change(DECIDED, new_price=PRICE)
    with pytest.raises(JoiningClosedError, match="正在办理变更"):
        story.join(DECIDED, 2)
    with city.player.at(DECIDED), pytest.raises(JoiningClosedError, match="正在办理变更"):
        city.player.leave("dz.contractor01", story.project)


@pytest.mark.req("DZ-81.1")
def test_a_pause_is_announced_and_resumed_with_new_times_and_all_who_joined(city: City) -> None:
    story = city.announced(1, 2)
    story.change(ASKED, "pause")
    assert city.project(story).phase is ProjectPhase.PAUSED
    assert city.steps(story) == ["publish_pause"]
    story.publish_pause(ASKED)
    assert city.steps(story) == []
    assert "暂停公告" in notices_of(story)[1].title
    assert told("selection_paused") == told("tender_published")
    with pytest.raises(JoiningClosedError, match="已暂停"):
        story.join(ASKED, 3)
    story.wake(SELECTION + timedelta(days=1))
    assert city.steps(story) == []

    story.change(DECIDED, "resume")
    announce_again(story)
    kinds = [one.kind for one in notices_of(story)]
    assert kinds == [NoticeKind.TENDER_NOTICE, NoticeKind.CORRIGENDUM, NoticeKind.CORRIGENDUM]
    assert notices_of(story)[2].follows_id == notices_of(story)[1].id
    story.join(DECIDED, 3)
    story.wake(NEW_FREEZE)
    assert city.draw(story).tickets == 3


@pytest.mark.req("DZ-74.1")
@pytest.mark.parametrize("kind", ["change", "pause"])
def test_who_is_kept_reads_so_and_gets_a_receipt_for_the_new_draw(city: City, kind: str) -> None:
    story = city.announced(1, 2)
    (joined,) = registrations_of(city, 1)
    old = receipt_of(city, joined)
    story.change(DECIDED, kind)
    (kept,) = registrations_of(city, 1)
    assert (kept.ticket, kept.state) == (joined.ticket, "正在办理变更或暂停，参与资格保留")
    assert result(kept) == "waiting"
    assert "不必重新参与" in next_step(kept)
    if kind == "pause":
        story.publish_pause(DECIDED)
        story.change(DECIDED, "resume")
    announce_again(story)

    (again,) = registrations_of(city, 1)
    new = receipt_of(city, again)
    assert (again.draw.id, again.state) == (draws_of(story)[1].id, "已参与，等待名单冻结")
    assert (new["draw"], old["draw"]) == (again.draw.id, joined.draw.id)
    same = ("ticket", "org_commit", "project", "number")
    assert [new[name] for name in same] == [old[name] for name in same]
    story.wake(NEW_FREEZE)
    story.wake(NEW_SELECTION)
    story.hold(NEW_SELECTION)
    story.publish(NEW_SELECTION)
    listed = json.loads(city.draw(story).public_proof or "")["list"]["tickets"]
    commits = {one["ticket"]: one.get("org_commit") for one in listed}
    assert new["ticket"] in commits
    assert commits[new["ticket"]] in (new["org_commit"], None)
    with reading() as session:
        assert receipts.is_genuine(session, city.settings, old)
        assert receipts.is_genuine(session, city.settings, new)


@pytest.mark.req("DZ-81.1")
def test_who_joined_a_terminated_selection_waits_for_nothing(city: City) -> None:
    story = city.announced(1, 2)
    story.change(DECIDED, "terminate")
    assert not city.draw(story).keeps_interest
    story.publish_termination(DECIDED)
    (one,) = registrations_of(city, 1)
    assert result(one) == "ended"
    assert next_step(one) == "没有；项目已经终止"


@pytest.mark.req("DZ-81.1")
@pytest.mark.parametrize("paused", [False, True])
def test_a_termination_ends_the_project_with_a_notice(city: City, *, paused: bool) -> None:
    story = city.announced(1, 2)
    if paused:
        story.change(ASKED, "pause")
        story.publish_pause(ASKED)
    request = story.change(DECIDED, "terminate")
    story.publish_termination(DECIDED)

    with reading() as session:
        assert session.get_one(Instance, story.instance).status is InstanceStatus.TERMINATED
        assert session.get_one(Instance, request).status is InstanceStatus.COMPLETED
    notice = notices_of(story)[-1]
    assert notice.kind is NoticeKind.TERMINATION_NOTICE
    assert "资金计划调整" in notice.body
    assert city.project(story).phase is ProjectPhase.TERMINATED
    assert city.draw(story).state is DrawState.CANCELLED
    assert told("change_applied") == {city.project(story).owner_id}


@pytest.mark.req("DZ-81.1")
def test_a_refusal_needs_reasons_and_leaves_the_announcement_alone(city: City) -> None:
    story = city.announced(1, 2)
    request = story.request_change(ASKED, new_price=PRICE)
    form = {"change_decision": "refused"}
    with city.player.at(ASKED), pytest.raises(FormInvalidError) as refused:
        city.player.complete("dz.leader", request, "decide_change", form)
    assert list(refused.value.fields) == ["refusal_reason"]
    story.decide_change(ASKED, request, "函件没有写明变更的依据。")

    row = request_of(request)
    assert (row.state, row.decision_reason) == (RequestState.REFUSED, "函件没有写明变更的依据。")
    assert city.draw(story).state is DrawState.OPEN
    assert told("change_refused") == {city.project(story).owner_id}
    story.request_change(ASKED)


@pytest.mark.req("DZ-81.1")
def test_a_letter_is_required(city: City) -> None:
    story = city.announced()
    request = story.begin_request(ASKED)
    form = {"kind": "pause", "reason": "场地还没有移交。"}
    with city.player.at(ASKED), pytest.raises(FormInvalidError) as refused:
        city.player.complete("dz.owner", request, "fill_change", form)
    assert list(refused.value.fields) == ["change_letter"]


@pytest.mark.req("DZ-81.1")
@pytest.mark.parametrize("filled", [False, True])
def test_the_owner_takes_a_request_back_before_the_decision(city: City, *, filled: bool) -> None:
    story = city.announced(1, 2)
    request = story.request_change(ASKED) if filled else story.begin_request(ASKED)
    story.withdraw_change(ASKED, request)

    assert request_of(request).state is RequestState.WITHDRAWN
    with reading() as session:
        states = set(session.scalars(select(WorkItem.state).where(WorkItem.instance_id == request)))
    assert WorkItemState.CANCELLED in states
    assert city.draw(story).state is DrawState.OPEN
    story.request_change(ASKED)


@pytest.mark.req("DZ-81.1")
def test_a_consent_one_second_after_the_freeze_is_too_late(city: City) -> None:
    story = city.announced(1, 2)
    request = story.request_change(ASKED, new_price=PRICE)
    story.decide_change(FREEZE + timedelta(seconds=1), request)

    assert request_of(request).state is RequestState.LATE
    assert city.draw(story).state is DrawState.FROZEN
    assert city.project(story).ceiling_price != PRICE
    assert told("change_late") == {city.project(story).owner_id}


def test_what_the_announcement_left_behind_is_closed(city: City) -> None:
    story = city.announced(1)
    story.change(DECIDED, new_price=PRICE)
    story.wake(FREEZE + timedelta(hours=1))
    with reading() as session:
        instance = session.get_one(Instance, story.instance)
        assert instance.next_check is None
    assert draws_of(story)[0].state is DrawState.CANCELLED
    assert city.steps(story) == ["confirm_monitor", "confirm_officer"]
