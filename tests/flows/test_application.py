"""The entry application form: made from the requirement each round, stamped, handed in; withdrawn."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from handlers.hand_in import StampedFormError
from handlers.intake import ReasonsMissingError, SendBackParams, send_back
from models.deficiency import DeficiencyNotice, SendBack
from models.document import Document
from models.flow.definition import RuleValue
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import forget_rules
from models.letter import Letter
from models.project import ProjectPhase
from models.session import reading, unit_of_work
from models.storage import open_storage
from processes.case_errors import FormInvalidError
from processes.demo.story import CENTRE, COMPLETE, OWNER, PAPERS, Story
from processes.documents import Upload, take_in
from processes.item_view import item_view
from processes.letters import check_letter
from processes.letters.owed import owed_letters
from processes.withdrawal import NotTheOwnerError, TooLateToWithdrawError, withdraw
from tests.city import MORNING, City, after

REASONS = "申请表第二页没有盖章。"


def filled(city: City) -> Story:
    story = city.story()
    story.start(MORNING)
    story.fill(after(hours=1))
    return story


def forms(story: Story) -> list[Letter]:
    with reading() as session:
        query = select(Letter).where(Letter.project_id == story.project)
        return list(session.scalars(query.order_by(Letter.issued_at)))


def hand_in(story: Story, at: datetime, **changed: Any) -> None:
    with story.player.at(at):
        papers = {kind: story.player.upload(OWNER, f"{kind}.pdf", kind) for kind in PAPERS}
        form = {"application_choice": "hand_in", **papers, **changed}
        story.player.complete(OWNER, story.instance, "stamp_application", form)


@pytest.mark.req("DZ-74.3b")
def test_the_case_waits_for_the_form_and_goes_on_by_itself(city: City) -> None:
    story = city.story()
    story.start(MORNING)
    with city.player.at(after(hours=1)):
        city.player.complete(OWNER, story.instance, "fill_requirement", story.requirement.form())
    assert city.steps(story) == []
    with reading() as session:
        (owed,) = owed_letters(session, story.instance)
    assert (owed.title, owed.attempts, owed.is_given_up) == ("小额工程进场交易申请表", 0, False)
    with city.player.at(after(hours=1)):
        city.player.make_letters(story.instance)
    assert city.steps(story) == ["stamp_application"]


@pytest.mark.req("DZ-74.3")
def test_every_paper_is_required_and_told_at_its_field(city: City) -> None:
    story = filled(city)
    form = {"application_choice": "hand_in"}
    with pytest.raises(FormInvalidError) as refused, city.player.at(after(hours=2)):
        city.player.complete(OWNER, story.instance, "stamp_application", form)
    assert set(refused.value.fields) == set(PAPERS)
    assert city.steps(story) == ["stamp_application"]


@pytest.mark.req("DZ-74.3")
def test_a_county_may_ask_for_fewer_papers_and_the_mark_follows_its_rule(city: City) -> None:
    with unit_of_work() as session:
        asked = update(RuleValue).where(RuleValue.key == "intake.budget_required")
        session.execute(asked.values(value=False))
    forget_rules()
    story = filled(city)
    with reading() as session:
        item = city.player.item(session, story.instance, "stamp_application")
        view = item_view(session, item.id, city.player.actor(session, OWNER))
    marks = {
        one["key"]: one["validate"]["required"]
        for one in view.schema["components"]
        if one["type"] == "filepicker"
    }
    assert marks == {
        "stamped_application": True, "budget_sheet": False, "bill_of_quantities": True
    }  # fmt: skip
    hand_in(story, after(hours=2), budget_sheet=[])
    assert city.steps(story) == ["intake_review"]


@pytest.mark.req("DZ-74.3")
@pytest.mark.req("DZ-74.4")
def test_after_a_return_a_new_form_is_made_and_the_old_one_is_void(city: City) -> None:
    story = filled(city)
    story.stamp(after(hours=2))
    story.send_back(after(hours=3), REASONS)
    story.fill(after(hours=4), ceiling_price=17_000_000)
    first, second = forms(story)
    assert (first.voided_at, second.voided_at) == (after(hours=4), None)
    assert dict(second.words["rows"])["最高限价"].startswith("¥\u00a0170,000.00")
    with reading() as session:
        old, new = check_letter(session, first.code), check_letter(session, second.code)
        assert old is not None
        assert new is not None
        assert (old.is_current, new.is_current) == (False, True)
    story.stamp(after(hours=5))
    with reading() as session:
        query = select(Document.replaced_at).where(Document.kind == "stamped_application")
        replaced = sorted(map(str, session.scalars(query)))
    assert replaced == [str(after(hours=5)), "None"]


@pytest.mark.req("DZ-74.3")
def test_the_stamped_form_of_an_earlier_round_is_not_used_again(city: City) -> None:
    story = filled(city)
    with city.player.at(after(hours=1)):
        old = city.player.upload(OWNER, "申请表.pdf", "盖章的申请表")
    hand_in(story, after(hours=2), stamped_application=old)
    story.send_back(after(hours=3), REASONS)
    story.fill(after(hours=4))
    with city.player.at(after(hours=5)):
        again = city.player.upload(OWNER, "申请表.pdf", "盖章的申请表")
    with pytest.raises(StampedFormError) as same:
        hand_in(story, after(hours=5), stamped_application=again)
    assert "与前一轮上传的完全相同" in same.value.fields["stamped_application"]
    with pytest.raises(StampedFormError) as early:
        hand_in(story, after(hours=5), stamped_application=old)
    assert "生成之前就已上传" in early.value.fields["stamped_application"]
    assert city.steps(story) == ["stamp_application"]


@pytest.mark.req("DZ-74.3")
def test_the_form_without_its_stamp_is_not_taken(city: City) -> None:
    story = filled(city)
    with reading() as session:
        document = session.get_one(Document, forms(story)[0].document_id)
    with open_storage(city.settings).open(document.sha256) as file:
        bare = upload_bytes(city, file.read(), after(hours=2))
    with pytest.raises(StampedFormError) as refused:
        hand_in(story, after(hours=2), stamped_application=bare)
    assert "还没有盖章" in refused.value.fields["stamped_application"]


def upload_bytes(city: City, data: bytes, at: datetime) -> list[dict[str, str]]:
    with city.player.at(at), unit_of_work() as session:
        upload = Upload(name="申请表.pdf", data=data, county="dazhou")
        actor = city.player.actor(session, OWNER)
        document = take_in(session, open_storage(city.settings), upload, actor=actor)
        return [{"id": document.id, "sha256": document.sha256}]


def test_the_owner_goes_back_to_the_requirement_instead_of_stamping(city: City) -> None:
    story = filled(city)
    story.reconsider(after(hours=2))
    assert city.steps(story) == ["fill_requirement"]
    story.submit(after(hours=3), title="柳河镇中心卫生院围墙修缮工程")
    assert city.steps(story) == ["intake_review"]
    assert city.project(story).title == "柳河镇中心卫生院围墙修缮工程"
    assert len(forms(story)) == 2


@pytest.mark.req("DZ-74.4")
@pytest.mark.parametrize("kind", list(SendBack))
def test_each_kind_of_return_tells_all_its_reasons_and_keeps_the_round(
    city: City, kind: SendBack
) -> None:
    story = filled(city)
    story.stamp(after(hours=2))
    with city.player.at(after(hours=3)):
        form = {**COMPLETE, "decision": kind.value, "reasons": REASONS}
        city.player.complete(CENTRE, story.instance, "intake_review", form)
    assert city.steps(story) == ["fill_requirement"]
    with reading() as session:
        round_ = session.scalars(select(DeficiencyNotice)).one()
        item = city.player.item(session, story.instance, "fill_requirement")
        view = item_view(session, item.id, city.player.actor(session, OWNER))
    assert (round_.kind, round_.reasons) == (kind, REASONS)
    assert view.data["returned"]["reasons"] == REASONS
    story.submit(after(hours=4))
    story.accept(after(hours=5))
    assert city.steps(story) == ["name_people"]


@pytest.mark.req("DZ-74.4")
def test_no_diagram_sends_back_without_reasons(city: City) -> None:
    story = filled(city)
    params = SendBackParams(decision="review_failed", reasons=" ")
    with pytest.raises(ReasonsMissingError, match="没有退回"), unit_of_work() as session:
        send_back(params, city.world(session, story, after(hours=3)))
    with reading() as session:
        assert session.scalars(select(DeficiencyNotice)).all() == []


def take_back(city: City, story: Story, at: datetime, who: str = OWNER) -> None:
    with city.player.at(at), unit_of_work() as session:
        actor = city.player.actor(session, who)
        reason = "建设资金调整，今年不再实施。"
        withdraw(session, city.settings, story.instance, reason, actor=actor)


@pytest.mark.parametrize("step", ["fill_requirement", "stamp_application", "intake_review"])
def test_the_owner_withdraws_before_acceptance_and_everything_is_kept(
    city: City, step: str
) -> None:
    story = city.story()
    story.start(MORNING)
    if step != "fill_requirement":
        story.fill(after(hours=1))
    if step == "intake_review":
        story.stamp(after(hours=2))
    assert city.steps(story) == [step]
    take_back(city, story, after(hours=3))
    assert city.steps(story) == []
    with reading() as session:
        case = session.get_one(Instance, story.instance)
        assert case.status is InstanceStatus.TERMINATED
    if step != "fill_requirement":
        project = city.project(story)
        assert project.phase is ProjectPhase.WITHDRAWN
        assert project.withdrawn_reason == "建设资金调整，今年不再实施。"
        assert all(letter.voided_at for letter in forms(story))


def test_what_is_accepted_is_not_withdrawn_any_more(city: City) -> None:
    story = filled(city)
    story.stamp(after(hours=2))
    story.accept(after(hours=3))
    with pytest.raises(TooLateToWithdrawError, match="已经受理"):
        take_back(city, story, after(hours=4))
    assert city.steps(story) == ["name_people"]


@pytest.mark.parametrize("who", ["dz.centre", "dz.contractor01", "dz.selector"])
def test_nobody_but_the_owner_withdraws(city: City, who: str) -> None:
    story = filled(city)
    with pytest.raises(NotTheOwnerError):
        take_back(city, story, after(hours=4), who)
    assert city.steps(story) == ["stamp_application"]
