"""A selection that fails is told to the public with its count and rule, and to who fits."""

import json

import pytest
from sqlalchemy import select

from models.flow.job import OutboundMessage
from models.notice import NoticeKind
from models.project import ProjectPhase
from models.selection.tables import DrawState
from models.session import reading
from tests.city import FREEZE, SELECTION, City
from tests.flows.failing import announced_again, ended, failed, notices_of, seal_strangers


@pytest.mark.req("DZ-76.1")
@pytest.mark.parametrize("joined", [(), (1,)])
def test_too_few_is_told_at_the_freeze_with_the_count_and_the_rule(
    city: City, joined: tuple[int, ...]
) -> None:
    story = failed(city, *joined)

    tender, told = notices_of(story)
    assert (told.kind, told.follows_id) == (NoticeKind.CORRIGENDUM, tender.id)
    assert told.published_at == FREEZE
    assert f"有效意向企业{len(joined)}家，少于规定的2家，选取失败" in told.body
    assert city.project(story).phase is ProjectPhase.UNSUCCESSFUL


@pytest.mark.req("DZ-80a")
def test_the_notice_of_a_failed_selection_names_nobody(city: City) -> None:
    notice = notices_of(failed(city, 1))[-1]
    with reading() as session:
        joined = city.contractor(session, 1)
    told = notice.title + notice.body + json.dumps(notice.facts, ensure_ascii=False)
    assert joined.name not in told
    assert joined.credit_code not in told


def test_everybody_who_fits_is_told_alike_whether_or_not_it_joined(city: City) -> None:
    failed(city, 1)
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
    seal_strangers(story)
    story.hold(SELECTION)

    assert city.draw(story).state is DrawState.UNSUCCESSFUL
    assert "排序第一的票打不开" in notices_of(story)[-1].body


@pytest.mark.req("DZ-76.1")
def test_the_new_tender_notice_follows_the_failure_and_so_does_a_termination(city: City) -> None:
    again, over = announced_again(failed(city, 1)), ended(failed(city, 1))

    for story, kind in (
        (again, NoticeKind.TENDER_NOTICE),
        (over, NoticeKind.TERMINATION_NOTICE),
    ):
        tender, failure, last = notices_of(story)
        assert last.kind is kind
        assert (tender.follows_id, failure.follows_id, last.follows_id) == (
            None,
            tender.id,
            failure.id,
        )
