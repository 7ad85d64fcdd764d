"""From a draft to what is in force: submitted, agreed to, scheduled, published, taken back."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.clock import business_clock, fixed
from models.flow.definition import BASE, Asset, Definition, DefinitionStatus
from models.flow.proposal import Origin, Proposal, ProposalState
from models.flow.rules import forget_rules, load_rules
from models.identity.account import Account
from models.identity.actor import Actor
from models.message import InAppMessage
from models.session import reading, unit_of_work
from processes import proposals, sweeper
from processes.catalogue import published_flows
from processes.proposals import deciding, errors, rolling_back, submitting
from processes.setting_up import load_shipped_packs
from tests.city import MORNING, City
from tests.processes.proposals.drafts import EVALUATION, FORM, base_file, changed, draft_with, row

OPENED = changed(FORM, "监督人员已在场", "监督人员已经在场")
RENAMED = changed(EVALUATION, 'name="办结"', 'name="已办结"')
ENQUIRY = "diagrams/enquiry.bpmn"
"""A flow that no worked case of huairou leads through."""
ASKED = changed(ENQUIRY, 'name="已答复"', 'name="已办结"')


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with business_clock(fixed(MORNING)):
        yield


def act(proposal_id: str, what: Callable[..., object], actor: Actor, **given: object) -> object:
    with unit_of_work() as session:
        return what(session, session.get_one(Proposal, proposal_id), actor, **given)


def sweep(city: City, at: datetime = MORNING) -> None:
    with business_clock(fixed(at)):
        sweeper.STEPS["published"](city.settings)
        sweeper.STEPS["jobs"](city.settings)


def version_in_force(key: str, county: str) -> Definition:
    with reading() as session:
        return session.get_one(Definition, published_flows(session, county)[key])


def messages_of(actor: Actor) -> list[str]:
    with reading() as session:
        query = select(InAppMessage.text).where(InAppMessage.account_id == actor.account_id)
        return list(session.scalars(query))


def test_an_analyst_publishes_alone_where_the_county_lets_him(city: City, analyst: Actor) -> None:
    before = version_in_force("draw_ceremony", "city")
    draft = draft_with("city", analyst, {FORM: OPENED})
    act(draft, deciding.publish, analyst)
    sweep(city)
    assert row(draft).state is ProposalState.PUBLISHED
    now = version_in_force("draw_ceremony", "city")
    assert (now.county_code, before.county_code) == ("city", BASE)
    assert now.resources[FORM] != before.resources[FORM]
    assert version_in_force("draw_ceremony", "huairou").county_code != "city"
    with reading() as session:
        kept = session.scalar(select(Asset).where(Asset.county_code == "city", Asset.path == FORM))
        assert kept is not None
        assert kept.base_sha256 == before.resources[FORM]


@pytest.mark.req("PL-3")
def test_where_two_are_wanted_the_maker_neither_publishes_nor_approves(
    city: City, person: Callable[..., Actor]
) -> None:
    maker = person("许望舒", "publisher", "huairou")
    second = person("沈砚", "publisher", "huairou")
    draft = draft_with("huairou", maker, {ENQUIRY: ASKED})
    with pytest.raises(errors.ApprovalNeededError):
        act(draft, deciding.publish, maker)
    act(draft, submitting.submit, maker)
    with pytest.raises(errors.OwnWorkError):
        act(draft, deciding.approve, maker)
    assert "许望舒提交了改动单" in messages_of(second)[0]
    act(draft, deciding.approve, second)
    sweep(city)
    now = version_in_force("enquiry", "huairou")
    assert row(draft).published_by == second.account_id
    assert now.created_by == maker.account_id


def test_whoever_saved_one_file_does_not_approve_by_any_of_his_accounts(
    person: Callable[..., Actor],
) -> None:
    maker = person("许望舒", "analyst", "huairou")
    helper, other = person("沈砚", "analyst", "huairou"), person("沈砚二", "publisher", "huairou")
    with unit_of_work() as session:
        for actor in (helper, other):
            session.get_one(Account, actor.account_id).person = "p-1"
    draft = draft_with("huairou", maker, {ENQUIRY: ASKED})
    with unit_of_work() as session:
        proposal = session.get_one(Proposal, draft)
        proposals.save_file(session, proposal, FORM, OPENED, version=0, actor=helper)
        body = ASKED.replace("已办结".encode(), "办结了".encode())
        proposals.save_file(session, proposal, ENQUIRY, body, version=1, actor=maker)
    act(draft, submitting.submit, maker)
    with pytest.raises(errors.OwnWorkError):
        act(draft, deciding.approve, other)


def test_an_analyst_does_not_approve(person: Callable[..., Actor]) -> None:
    maker, other = person("甲", "analyst", "huairou"), person("乙", "analyst", "huairou")
    draft = draft_with("huairou", maker, {ENQUIRY: ASKED})
    act(draft, submitting.submit, maker)
    with pytest.raises(errors.NotPublisherError):
        act(draft, deciding.approve, other)
    stranger = person("丙", "publisher", "city")
    with pytest.raises(Exception, match="流程分析员和流程发布人"):
        act(draft, deciding.approve, stranger)


@pytest.mark.req("PL-3")
def test_a_scheduled_proposal_holds_from_its_minute_on(city: City, analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: OPENED})
    later = MORNING + timedelta(days=2)
    act(draft, deciding.publish, analyst, effective_at=later)
    sweep(city, later - timedelta(minutes=1))
    assert row(draft).state is ProposalState.SCHEDULED
    sweep(city, later)
    assert row(draft).state is ProposalState.PUBLISHED
    assert row(draft).published_at == later


def test_what_no_longer_passes_at_its_minute_goes_back_with_a_message(
    city: City, analyst: Actor, person: Callable[..., Actor]
) -> None:
    draft = draft_with("city", analyst, {FORM: OPENED})
    later = MORNING + timedelta(days=2)
    act(draft, deciding.publish, analyst, effective_at=later)
    quicker = person("林知夏", "analyst", "city")
    body = changed(FORM, "监督人员已在场", "监督人员均已在场")
    act(draft_with("city", quicker, {FORM: body}), deciding.publish, quicker)
    sweep(city)
    sweep(city, later)
    assert row(draft).state is ProposalState.DRAFT
    assert "已有别的内容发布生效" in row(draft).decision_note
    assert any("没有发布，已退回草稿" in one for one in messages_of(analyst))
    with reading() as session:
        assert proposals.read_file(session, "city", FORM).body == body


def test_what_was_published_meanwhile_is_found_and_can_be_taken_in(
    city: City, analyst: Actor, person: Callable[..., Actor]
) -> None:
    slower = person("林知夏", "analyst", "city")
    theirs = draft_with("city", slower, {FORM: changed(FORM, "监督人员已在场", "监督在场")})
    act(draft_with("city", analyst, {FORM: OPENED}), deciding.publish, analyst)
    sweep(city)
    with pytest.raises(errors.ProposalFaultyError, match="别的内容"):
        act(theirs, deciding.publish, slower)
    with unit_of_work() as session:
        proposals.accept_present(session, session.get_one(Proposal, theirs), FORM, slower)
    act(theirs, deciding.publish, slower)
    sweep(city)
    assert row(theirs).state is ProposalState.PUBLISHED


def test_all_files_or_none(city: City, analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: OPENED, "forms/draft_notice.json": b"{}"})
    with pytest.raises(errors.ProposalFaultyError):
        act(draft, deciding.publish, analyst)
    with reading() as session:
        assert proposals.read_file(session, "city", FORM).body == base_file(FORM)


def test_a_rule_holds_from_its_day_and_a_rule_out_of_bounds_is_refused(
    city: City, analyst: Actor
) -> None:
    with reading() as session:
        text = proposals.read_file(session, "city", "rules.toml").body.decode()
    value = (
        '[[publicity.period.values]]\nfrom = 2026-12-01\nvalue = {}\nsource = "新办法第二条"\n\n'
    )
    with_value = f"{text}\n[publicity.period]\n{value}"
    bad = draft_with("city", analyst, {"rules.toml": with_value.format(900).encode()})
    with pytest.raises(errors.ProposalFaultyError) as refused:
        act(bad, deciding.publish, analyst)
    assert refused.value.findings[0].element == "rules.toml:publicity.period"
    good = draft_with("city", analyst, {"rules.toml": with_value.format(4).encode()})
    act(good, deciding.publish, analyst)
    sweep(city)
    forget_rules()
    with reading() as session:
        assert load_rules(session, "city", MORNING.date())["publicity.period"] != 4
        assert load_rules(session, "city", datetime(2026, 12, 1).date())["publicity.period"] == 4  # noqa: DTZ001
        assert load_rules(session, "huairou", datetime(2026, 12, 1).date())["publicity.period"] != 4  # noqa: DTZ001
        again = proposals.read_file(session, "city", "rules.toml").body.decode()
    assert again == with_value.format(4)


def test_what_analysts_published_is_not_overwritten_by_the_shipped_packs(
    city: City, analyst: Actor
) -> None:
    act(draft_with("city", analyst, {FORM: OPENED}), deciding.publish, analyst)
    sweep(city)
    load_shipped_packs(city.settings)
    with reading() as session:
        assert proposals.read_file(session, "city", FORM).body == OPENED


@pytest.mark.req("PL-5")
def test_a_worked_case_that_fails_forbids_publishing_and_says_which(
    city: City, person: Callable[..., Actor]
) -> None:
    maker = person("许望舒", "analyst", "xiangxi")
    path = "cases/second_look.toml"
    case = """[[case]]
name = "咨询当场答复"
flow = "enquiry"
source = "核对"
acts = [{start = "enquiry", by = "trading_centre"}]
expect = { number = "ZX-0" }
"""
    draft = draft_with("xiangxi", maker, {path: case.encode()})
    act(draft, deciding.publish, maker)
    sweep(city)
    assert row(draft).state is ProposalState.DRAFT
    assert "咨询当场答复" in row(draft).decision_note


@pytest.mark.req("PL-5")
def test_taking_the_countys_own_away_gives_the_bases_back(
    city: City, person: Callable[..., Actor]
) -> None:
    xiangxi = person("许望舒", "analyst", "xiangxi")
    form = "forms/register_visit.json"
    draft = draft_with("xiangxi", xiangxi, {EVALUATION: None, form: None})
    act(draft, deciding.publish, xiangxi)
    sweep(city)
    now = version_in_force("evaluation", "xiangxi")
    with reading() as session:
        theirs = session.scalars(
            select(Definition).where(
                Definition.county_code == "xiangxi",
                Definition.key == "evaluation",
                Definition.status == DefinitionStatus.PUBLISHED,
            )
        ).all()
        assert all(one.diagram == now.diagram for one in theirs)
        base = session.get_one(Definition, published_flows(session, BASE)["evaluation"])
        assert now.diagram == base.diagram


def test_a_flow_that_others_call_is_not_taken_away(
    city: City, person: Callable[..., Actor]
) -> None:
    huairou = person("许望舒", "analyst", "huairou")
    draft = draft_with("huairou", huairou, {"diagrams/comparison_award.bpmn": None})
    with pytest.raises(errors.ProposalFaultyError, match="comparison_award"):
        act(draft, submitting.submit, huairou)


@pytest.mark.req("PL-3")
def test_rolling_back_gives_every_file_back_and_the_old_version_is_in_force_again(
    city: City, analyst: Actor
) -> None:
    before = version_in_force("evaluation", "city")
    new = "forms/second_look.json"
    draft = draft_with("city", analyst, {EVALUATION: RENAMED, FORM: OPENED, new: base_file(FORM)})
    act(draft, deciding.publish, analyst)
    sweep(city)
    assert version_in_force("evaluation", "city").diagram != before.diagram
    with unit_of_work() as session:
        back = rolling_back.roll_back(session, session.get_one(Proposal, draft), analyst)
        assert (back.origin, back.undoes_id) == (Origin.ROLLBACK, draft)
        back_id = back.id
    act(back_id, deciding.publish, analyst)
    sweep(city)
    assert version_in_force("evaluation", "city").id == before.id
    with reading() as session:
        held = proposals.files_in(session, "city")
    assert held[FORM] == base_file(FORM)
    assert new not in held


def test_rolling_back_does_not_undo_unseen_what_came_after(city: City, analyst: Actor) -> None:
    first = draft_with("city", analyst, {FORM: OPENED})
    act(first, deciding.publish, analyst)
    sweep(city)
    body = changed(FORM, "监督人员已在场", "监督人员均已在场")
    act(draft_with("city", analyst, {FORM: body}), deciding.publish, analyst)
    sweep(city)
    with unit_of_work() as session:
        back = rolling_back.roll_back(session, session.get_one(Proposal, first), analyst)
        found = [one for one in proposals.check(session, back) if one.level == "error"]
    assert [one.rule for one in found] == ["changed_meanwhile"]


def test_one_flow_goes_back_to_an_earlier_version_with_the_form_it_had(
    city: City, analyst: Actor
) -> None:
    for body, form in ((RENAMED, OPENED), (RENAMED + b"\n", base_file(FORM))):
        draft = draft_with("city", analyst, {EVALUATION: body, FORM: form})
        act(draft, deciding.publish, analyst)
        sweep(city)
    with unit_of_work() as session:
        rolling_back.roll_back_flow(session, "city", "evaluation", 1, analyst)
    second = version_in_force("evaluation", "city")
    assert second.version == 2
    with unit_of_work() as session:
        made = rolling_back.roll_back_flow(session, "city", "evaluation", 1, analyst)
        assert proposals.overlay(session, made) == {EVALUATION: RENAMED}


def test_sent_back_recalled_withdrawn(city: City, person: Callable[..., Actor]) -> None:
    maker, second = person("许望舒", "analyst", "huairou"), person("沈砚", "publisher", "huairou")
    draft = draft_with("huairou", maker, {ENQUIRY: ASKED})
    act(draft, submitting.submit, maker)
    with pytest.raises(errors.ReasonMissingError), unit_of_work() as session:
        deciding.send_back(session, session.get_one(Proposal, draft), " ", second)
    with unit_of_work() as session:
        deciding.send_back(session, session.get_one(Proposal, draft), "请写明依据", second)
    assert row(draft).state is ProposalState.DRAFT
    assert any("请写明依据" in one for one in messages_of(maker))
    act(draft, submitting.submit, maker)
    act(draft, submitting.recall, maker)
    act(draft, submitting.withdraw, maker)
    for again in (submitting.withdraw, submitting.recall, submitting.submit):
        with pytest.raises((errors.WrongStateError, errors.ProposalClosedError)):
            act(draft, again, maker)


def test_what_was_taken_back_after_the_approval_is_not_published(
    city: City, person: Callable[..., Actor]
) -> None:
    maker, second = person("许望舒", "analyst", "huairou"), person("沈砚", "publisher", "huairou")
    draft = draft_with("huairou", maker, {ENQUIRY: ASKED})
    act(draft, submitting.submit, maker)
    act(draft, deciding.approve, second)
    act(draft, submitting.recall, maker)
    sweep(city)
    assert row(draft).state is ProposalState.DRAFT


def test_nothing_changed_is_not_submitted(analyst: Actor) -> None:
    with pytest.raises(errors.NothingChangedError):
        act(draft_with("city", analyst, {}), submitting.submit, analyst)


def test_a_moment_in_the_past_is_refused(analyst: Actor) -> None:
    draft = draft_with("city", analyst, {FORM: OPENED})
    with pytest.raises(errors.BadMomentError):
        act(draft, deciding.publish, analyst, effective_at=MORNING)


def test_a_change_of_the_base_that_breaks_a_county_is_found(
    city: City, person: Callable[..., Actor]
) -> None:
    maker = person("许望舒", "analyst", BASE)
    draft = draft_with(BASE, maker, {"forms/fill_contract.json": None})
    with pytest.raises(errors.ProposalFaultyError) as refused:
        act(draft, submitting.submit, maker)
    assert any(one.element.startswith("diagrams/") for one in refused.value.findings)
