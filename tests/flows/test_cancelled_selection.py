"""Cancelled after the freeze: ended at once, still computed without buttons, filed, forgotten."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.flow.instance import Instance, InstanceStatus
from models.flow.job import OutboundMessage
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.project import ProjectPhase
from models.selection import filed_results, local_guardians
from models.selection.cancelling import CancelTooLateError
from models.selection.filed_results import FiledResult
from models.selection.postponements import OpeningBegunError
from models.selection.tables import Draw, DrawContributor, DrawState, Interest
from models.selection.verifier import verify
from models.session import reading, unit_of_work
from tests.city import FREEZE, SELECTION, City
from tests.flows.interrupting import REASON, cancel, interrupt, set_new_time
from tests.seeding import rows

CANCELLED = SELECTION - timedelta(hours=5)


@pytest.fixture
def story(city: City):
    story = city.announced(1, 2, 3)
    story.wake(FREEZE)
    cancel(city, story, CANCELLED)
    return story


def instance(story) -> Instance:
    with reading() as session:
        return session.get_one(Instance, story.instance)


def logged(word: str) -> list[dict]:
    with reading() as session:
        bodies = [json.loads(one) for one in session.scalars(select(LedgerEntry.body))]
    return [one for one in bodies if one["action"] == word]


@pytest.mark.req("DZ-81.1")
def test_draw_and_project_end_at_once_with_a_notice_that_says_what_still_happens(
    city: City, story
) -> None:
    draw = city.draw(story)
    assert (draw.state, draw.cancelled_at) == (DrawState.CANCELLED, CANCELLED)
    assert draw.cancel_reason == REASON
    assert city.project(story).phase is ProjectPhase.TERMINATED
    (entry,) = logged("draw:cancelled")
    assert entry["after"] == {"after_freeze": True, "root": draw.root, "tickets": 3}
    with reading() as session:
        notice = session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.TERMINATION_NOTICE)
        ).one()
        told = session.scalars(
            select(OutboundMessage).where(OutboundMessage.template == "selection_cancelled")
        ).all()
    assert notice.published_at == CANCELLED
    for words in ("冻结之后", REASON, "行业主管部门备案", "继续保密"):
        assert words in notice.body
    assert len(told) == 9 + 1 + 2, "all that fit, the owner, officer and monitor"
    assert city.steps(story) == []
    assert instance(story).status is InstanceStatus.RUNNING


def test_nothing_is_opened_before_the_announced_time(city: City, story) -> None:
    story.wake(SELECTION - timedelta(seconds=1))
    assert rows(FiledResult) == []
    assert {one.released is None for one in rows(DrawContributor)} == {True}
    assert {one.secret for one in rows(DrawContributor)} == {None}


def test_the_result_is_computed_without_buttons_and_filed_as_a_whole_proof(
    city: City, story
) -> None:
    story.wake(SELECTION)
    draw, (filed,) = city.draw(story), rows(FiledResult)
    proof = json.loads(filed_results.proof_of(city.settings, filed))
    assert verify(proof, expected_plan=draw.plan_hash).plan_hash == draw.plan_hash
    with reading() as session:
        joined = {city.contractor(session, number).credit_code for number in (1, 2, 3)}
    assert {one["org"] for one in proof["list"]["tickets"]} == joined
    assert (filed.county_code, filed.filed_at) == ("dazhou", SELECTION)
    (entry,) = logged("draw:filed")
    assert entry["after"] == {"proof": filed.proof_hash, "tickets": 3}
    assert draw.state is DrawState.CANCELLED
    assert instance(story).status is InstanceStatus.TERMINATED


def test_what_was_opened_stays_in_the_filing_alone_and_the_keys_are_forgotten(
    city: City, story
) -> None:
    key = city.settings.keys / "draws" / f"{city.draw(story).id}.key"
    assert key.exists()
    story.wake(SELECTION)
    assert not key.exists()
    draw = city.draw(story)
    assert (draw.proof, draw.public_proof, draw.winner_ticket) == (None, None, None)
    assert {(one.party_id, one.blind) for one in rows(Interest)} == {(None, None)}
    told = {(one.secret, one.released is None) for one in rows(DrawContributor)}
    assert told == {(None, True)}
    with reading() as session:
        codes = [city.contractor(session, number).credit_code for number in (1, 2, 3)]
    (filed,) = rows(FiledResult)
    assert not any(code.encode() in filed.sealed for code in codes)


def test_waking_again_files_nothing_twice(city: City, story) -> None:
    for minutes in range(3):
        story.wake(SELECTION + timedelta(minutes=minutes))
    assert len(rows(FiledResult)) == len(logged("draw:filed")) == 1


def test_a_guardian_that_does_not_answer_is_waited_for(city: City, story, monkeypatch) -> None:
    answer = local_guardians.answer
    monkeypatch.setattr(local_guardians, "answer", lambda keys, sealed: answer(keys[:1], sealed))
    story.wake(SELECTION)
    assert rows(FiledResult) == []
    assert city.draw(story).state is DrawState.CANCELLED
    monkeypatch.undo()
    story.wake(SELECTION + timedelta(minutes=1))
    assert len(rows(FiledResult)) == 1


def test_cancelled_after_the_time_had_come_is_computed_at_once(city: City) -> None:
    story = city.frozen(1, 2)
    cancel(city, story, SELECTION + timedelta(minutes=10))
    story.wake(SELECTION + timedelta(minutes=10))
    assert len(rows(FiledResult)) == 1


def test_a_postponed_selection_can_be_cancelled_and_waits_for_its_new_time(city: City) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    back, later = SELECTION + timedelta(hours=1), SELECTION + timedelta(days=3)
    interrupt(city, story, SELECTION, back)
    set_new_time(city, story, back, later)
    cancel(city, story, back)
    story.wake(later - timedelta(seconds=1))
    assert rows(FiledResult) == []
    story.wake(later)
    assert len(rows(FiledResult)) == 1


@pytest.mark.parametrize(
    ("state", "error"),
    [(DrawState.OPENING, OpeningBegunError), (DrawState.DRAWN, CancelTooLateError)],
)
def test_a_draw_that_opens_or_is_drawn_goes_on(city: City, state, error) -> None:
    story = city.frozen(1, 2)
    with unit_of_work() as session:
        session.get_one(Draw, city.draw(story).id).state = state
    with pytest.raises(error):
        cancel(city, story, SELECTION)
    assert city.draw(story).state is state
    assert city.steps(story) == ["open_draw"]


def test_a_first_ticket_that_names_nobody_is_filed_as_it_is(city: City, monkeypatch) -> None:
    story = city.announced(1, 2)
    story.wake(FREEZE)
    cancel(city, story, CANCELLED)
    monkeypatch.setattr("models.selection.counterfactual.joiners.opened", lambda *_: {})
    story.wake(SELECTION)
    (filed,) = rows(FiledResult)
    proof = json.loads(filed_results.proof_of(city.settings, filed))
    assert all("org_commit" in one for one in proof["list"]["tickets"])
