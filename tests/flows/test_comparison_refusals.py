"""What a comparison refuses, in words that say what to do: wrong forms, moments and people."""

from datetime import timedelta

import pytest

from handlers.corrigenda import CorrigendumVoidError
from models.case_action import (
    CaseNotRunningError,
    NotYourOfficeError,
    NotYourProjectError,
    RequestOpenError,
    WrongPhaseError,
)
from models.errors import ConflictError, ForbiddenError
from models.flow.instance import Instance
from models.project import Project, ProjectPhase
from models.selection.comparison_errors import (
    ComparingInvalidError,
    RegistrationTimesError,
    ReviewInvalidError,
    WinnerUnfitError,
)
from models.session import reading
from processes.case_actions import actions_on
from processes.case_errors import FormInvalidError
from tests.city import City, after
from tests.flows import comparing as play
from tests.flows.comparing import (
    ANNOUNCED,
    CLOSES,
    COMPARED,
    ENTRUSTED,
    EVALUATED,
    OFFERS,
    PUBLISHED,
    REVIEWED,
    WORKS_BEGIN,
    Comparing,
    local,
)

TEXT, REASON = "更正联系电话，其余不变。", "本年度资金计划调整，项目不再实施。"
AT = after(days=1)


@pytest.mark.req("HR-4.5.2")
def test_registration_is_not_shorter_than_the_rule(city: City) -> None:
    one = play.initiated(city)
    with pytest.raises(RegistrationTimesError) as refused:
        one.draft(ANNOUNCED, AT)
    assert "3个工作日" in refused.value.fields["closes_at"]
    assert city.steps(one) == ["draft_tender_notice"]


@pytest.mark.req("HR-4.5.2")
def test_a_draft_that_lay_too_long_must_be_drafted_anew(city: City) -> None:
    one = play.initiated(city)
    one.draft(ANNOUNCED, CLOSES)
    with pytest.raises(RegistrationTimesError):
        one.publish_notice(after(days=2))
    one.publish_notice(after(days=2), "revise")
    assert city.steps(one) == ["draft_tender_notice"]


@pytest.mark.req("HR-4.5.3")
@pytest.mark.parametrize(
    ("at", "to"),
    [(AT, CLOSES - timedelta(hours=1)), (CLOSES - timedelta(hours=2), CLOSES)],
    ids=["earlier than now announced", "less time than the rule leaves"],
)
def test_a_corrigendum_does_not_shorten_the_registration(city: City, at, to) -> None:
    one = play.announced(city, 1)
    request = one.ask_to_correct(at)
    with pytest.raises(RegistrationTimesError) as refused:
        one.file_corrigendum(at, request, TEXT, new_closes_at=local(to))
    assert set(refused.value.fields) == {"new_closes_at"}
    one.wake(CLOSES)
    assert play.comparison_of(one).closed_at == CLOSES


@pytest.mark.req("HR-4.5.3")
def test_only_the_organiser_corrects_and_only_while_others_register(city: City) -> None:
    one = play.announced(city, 1, 2, 3, management=ENTRUSTED)
    for stranger in ("hr.town", "hr.agency2", "hr.contractor01"):
        with one.player.at(AT), pytest.raises(ForbiddenError):
            one.player.start(stranger, "corrigendum_request", about=one.instance)
    with pytest.raises(ConflictError, match="报名已经截止"):
        one.ask_to_correct(CLOSES)


@pytest.mark.req("HR-4.5.3")
def test_one_request_at_a_time_is_settled(city: City) -> None:
    one = play.announced(city, 1)
    first = one.ask_to_correct(AT)
    with pytest.raises(RequestOpenError, match="更正公告"):
        one.ask_to_correct(AT)
    one.file_corrigendum(AT, first, TEXT)
    with pytest.raises(RequestOpenError, match="更正公告"):
        one.begin_termination(AT)


@pytest.mark.req("HR-4.9")
def test_a_corrigendum_left_unfilled_keeps_no_town_from_ending_its_project(city: City) -> None:
    one = play.announced(city, 1, management=ENTRUSTED)
    left = one.ask_to_correct(AT)
    begun = one.begin_termination(AT)
    with pytest.raises(CorrigendumVoidError):
        one.file_corrigendum(AT, left, TEXT)
    with one.player.at(AT):
        one.player.take_back(one.owner, begun)
    one.correct(AT, TEXT)
    one.terminate(AT, REASON)
    assert city.project(one).phase is ProjectPhase.TERMINATED


@pytest.mark.req("HR-4.9")
def test_only_the_town_whose_project_it_is_ends_it(city: City) -> None:
    one = play.announced(city, 1, management=ENTRUSTED)
    with one.player.at(AT), pytest.raises(ForbiddenError):
        one.player.start("hr.agency", "termination_request", about=one.instance)
    with one.player.at(AT), pytest.raises((NotYourProjectError, NotYourOfficeError)):
        one.player.start("hr.town2", "termination_request", about=one.instance)


@pytest.mark.req("HR-4.9")
def test_what_is_accepted_or_evaluated_is_not_ended_any_more(city: City) -> None:
    one = play.contracted(city)
    one.complete_works(WORKS_BEGIN)
    with pytest.raises(WrongPhaseError, match="已验收"):
        one.begin_termination(WORKS_BEGIN)
    one.evaluate(EVALUATED)
    with pytest.raises((WrongPhaseError, CaseNotRunningError)):
        one.begin_termination(EVALUATED)
    assert city.project(one).phase is ProjectPhase.EVALUATED


@pytest.mark.req("HR-4.5.5")
def test_every_candidate_is_reviewed_with_a_reason(city: City) -> None:
    one = play.closed(city)
    rows = [{"decision": "pass", "reason": "齐全。"}, {"decision": "fail"}, {}]
    form = {"candidates": rows, "review_is_final": True}
    with one.player.at(REVIEWED), pytest.raises((FormInvalidError, ReviewInvalidError)) as refused:
        one.player.complete(one.organiser, one.instance, "qualification_review", form)
    assert set(refused.value.fields) == {
        "candidates[1].reason",
        "candidates[2].decision",
        "candidates[2].reason",
    }


@pytest.mark.req("HR-4.5.5")
def test_an_offer_above_the_ceiling_cannot_be_ranked(city: City) -> None:
    one = play.reviewed(city)
    with pytest.raises(ComparingInvalidError) as refused:
        one.compare(COMPARED, {**OFFERS, 3: play.WORKS.ceiling_price + 1})
    (field,) = refused.value.fields
    assert field.endswith(".price")
    assert city.steps(one) == ["compare_candidates"]


@pytest.mark.req("HR-2.5.4")
def test_a_winner_suspended_meanwhile_is_not_announced_and_the_next_may_be(city: City) -> None:
    one = play.compared(city)
    play.suspend(one, "hr.contractor02", COMPARED)
    with pytest.raises(WinnerUnfitError, match="整改期间"):
        one.publish(PUBLISHED)
    one.publish(PUBLISHED, "again")
    with pytest.raises(ComparingInvalidError):
        one.compare(PUBLISHED, OFFERS)
    one.compare(PUBLISHED, {1: OFFERS[1], 3: OFFERS[3]})
    one.publish(PUBLISHED)
    assert city.project(one).winner_id == one.party("hr.contractor01")


@pytest.mark.req("HR-4.9")
@pytest.mark.req("HR-4.5.3")
def test_a_case_offers_each_side_what_its_flow_hears(city: City) -> None:
    one = play.announced(city, 1, management=ENTRUSTED)
    assert offered(one, one.owner) == ["termination_request"]
    assert offered(one, one.agency) == ["corrigendum_request"]
    assert offered(one, "hr.contractor01") == []
    assert offered(one, "hr.town2") == []


def offered(one: Comparing, username: str) -> list[str]:
    with one.player.at(AT), reading() as session:
        case, project = (
            session.get_one(Instance, one.instance),
            session.get_one(Project, one.project),
        )
        found = actions_on(session, case, project, one.player.actor(session, username))
        return [each.flow for each in found if not each.refusal]
