"""A selection that fails is told to the public with its count and rule, and to who fits."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.flow.job import OutboundMessage
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.selection import envelope, guardians
from models.selection.tables import DrawState, Interest
from models.session import reading, unit_of_work
from processes.demo.story import CENTRE, OWNER, Story
from tests.city import FREEZE, SELECTION, City

LATER = SELECTION + timedelta(days=3)


def notices_of(story: Story) -> list[Notice]:
    with reading() as session:
        query = select(Notice).where(Notice.project_id == story.project)
        return list(session.scalars(query.order_by(Notice.published_at)))


def decide(city: City, story: Story, choice: str) -> None:
    form = {"after_failure": choice, "failure_reason": "参与企业不足两家。"}
    with city.player.at(LATER):
        city.player.complete(OWNER, story.instance, "decide_after_failure", form)


@pytest.mark.req("DZ-76.1")
@pytest.mark.parametrize("joined", [(), (1,)])
def test_too_few_is_told_at_the_freeze_with_the_count_and_the_rule(
    city: City, joined: tuple[int, ...]
) -> None:
    story = city.announced(*joined)
    story.wake(FREEZE)

    tender, failed = notices_of(story)
    assert (failed.kind, failed.follows_id) == (NoticeKind.CORRIGENDUM, tender.id)
    assert failed.published_at == FREEZE
    assert f"有效意向企业{len(joined)}家，少于规定的2家，选取失败" in failed.body
    assert city.project(story).phase is ProjectPhase.UNSUCCESSFUL


@pytest.mark.req("DZ-80a")
def test_the_notice_of_a_failed_selection_names_nobody(city: City) -> None:
    story = city.announced(1)
    story.wake(FREEZE)
    failed = notices_of(story)[-1]
    with reading() as session:
        joined = city.contractor(session, 1)
    told = failed.title + failed.body + json.dumps(failed.facts, ensure_ascii=False)
    assert joined.name not in told
    assert joined.credit_code not in told


def test_everybody_who_fits_is_told_alike_whether_or_not_it_joined(city: City) -> None:
    story = city.announced(1)
    story.wake(FREEZE)
    with reading() as session:
        told = session.execute(
            select(OutboundMessage.party_id, OutboundMessage.values).where(
                OutboundMessage.template == "selection_failed"
            )
        ).all()
        fitting = {city.contractor(session, n).id for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)}
    assert {row.party_id for row in told} == fitting
    assert len({row.values["text"] for row in told}) == 1


@pytest.mark.req("DZ-76.1")
def test_a_first_ticket_that_names_nobody_is_told_as_what_it_is(city: City) -> None:
    story = city.frozen(1, 2)
    with unit_of_work() as session:
        keepers = guardians.public_guardians(session)
        for row in session.scalars(select(Interest)):
            context = {"project": story.project, "kind": "interest", "holder": row.ticket}
            value = {"org": "91511702MADM9999XX", "blind": "00" * 32, "at": "2026-11-09T10:00:00Z"}
            row.envelope = json.dumps(envelope.seal(context, value, keepers))
    story.hold(SELECTION)

    assert city.draw(story).state is DrawState.UNSUCCESSFUL
    assert "排序第一的票打不开" in notices_of(story)[-1].body


@pytest.mark.req("DZ-76.1")
def test_the_new_tender_notice_follows_the_failure_and_so_does_a_termination(city: City) -> None:
    again, ended = city.announced(1), city.announced(1)
    for story in (again, ended):
        story.wake(FREEZE)
    decide(city, again, "repeat")
    again.name_people(LATER)
    again.confirm_officer(LATER)
    again.confirm_monitor(LATER)
    again.announce(LATER, FREEZE + timedelta(days=7), SELECTION + timedelta(days=7))
    decide(city, ended, "terminate")
    with city.player.at(LATER):
        form = {"termination_checked": True}
        city.player.complete(CENTRE, ended.instance, "publish_termination", form)

    for story, kind in (
        (again, NoticeKind.TENDER_NOTICE),
        (ended, NoticeKind.TERMINATION_NOTICE),
    ):
        tender, failed, last = notices_of(story)
        assert last.kind is kind
        assert (tender.follows_id, failed.follows_id, last.follows_id) == (
            None,
            tender.id,
            failed.id,
        )
