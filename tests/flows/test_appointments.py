"""Selection officer and monitor: two natural persons, each confirming in person."""

from typing import Any

import pytest
from sqlalchemy import select

from models.errors import ForbiddenError, SmallworksError
from models.flow.work_item import WorkItem
from models.identity.account import Account, Grant
from models.ids import new_id
from models.selection import draw_v1, envelope, guardians
from models.selection.draw_errors import SamePersonError, SecretInvalidError
from models.selection.envelope import ShareBadError
from models.selection.envelope_form import EnvelopeRefusedError
from models.selection.tables import DrawContributor
from models.session import reading, unit_of_work
from processes.answers import FormInvalidError
from processes.demo.story import MONITOR, OWNER, SELECTOR, Story
from tests.city import MORNING, City, after


def accepted(city: City) -> Story:
    story = city.story()
    story.start(MORNING)
    story.submit(after(hours=1))
    story.accept(after(hours=2))
    return story


def named(city: City) -> Story:
    story = accepted(city)
    story.name_people(after(hours=3))
    return story


def name(city: City, story: Story, officer: str, monitor: str) -> None:
    form = {"selection_officer": officer, "monitor": monitor}
    with city.player.at(after(hours=3)):
        city.player.complete(OWNER, story.instance, "name_people", form)


@pytest.mark.req("DZ-79")
def test_one_person_with_two_accounts_cannot_be_officer_and_monitor(city: City) -> None:
    story = accepted(city)
    with unit_of_work() as session:
        officer = session.scalars(select(Account).where(Account.username == SELECTOR)).one()
        twin = Account(
            id=new_id(),
            username="dz.twin",
            name="陆知微",
            person=officer.person,
            party_id=officer.party_id,
            fs_uniquifier=new_id(),
            created_at=MORNING,
        )
        session.add(twin)
        session.flush()
        session.add(Grant(account_id=twin.id, role="monitor", county_code="dazhou"))

    with pytest.raises(SamePersonError) as refused:
        name(city, story, officer.id, twin.id)

    assert "不得与选取人员为同一人" in refused.value.fields["monitor"]
    assert city.steps(story) == ["name_people"]


@pytest.mark.req("DZ-79")
def test_only_people_of_the_owner_who_hold_the_role_can_be_named(city: City) -> None:
    story = accepted(city)
    with pytest.raises(FormInvalidError) as refused:
        name(city, story, story.account("dz.contractor01"), story.account(MONITOR))
    assert list(refused.value.fields) == ["selection_officer"]


def test_nobody_confirms_in_anothers_place(city: City) -> None:
    story = named(city)
    with city.player.at(after(hours=4)), pytest.raises(ForbiddenError):
        city.player.confirm(OWNER, story.instance, "confirm_officer", {"officer_accepts": True})


def test_secret_never_enters_the_case_and_lies_sealed_in_the_draw(city: City) -> None:
    story = named(city)
    story.confirm_officer(after(hours=4))

    with reading() as session:
        row = session.scalars(select(DrawContributor)).one()
        item = session.scalars(select(WorkItem).where(WorkItem.step == "confirm_officer")).one()
    assert (row.role, row.secret, row.account_id) == ("owner", None, item.done_by)
    assert row.envelope is not None
    assert set(row.envelope["ctx"].values()) == {story.project, "draw_secret", "owner"}


def handed_in(city: City, story: Story, **changes: Any) -> dict[str, Any]:
    with reading() as session:
        whole = city.player.sealed_secret(session, story.project, "selection_officer")
    return {**whole, **changes}


def confirm(city: City, story: Story, secret: object) -> None:
    form = {"officer_accepts": True, "draw_secret": secret}
    with city.player.at(after(hours=4)):
        city.player.complete(SELECTOR, story.instance, "confirm_officer", form)


def sealed_to(city: City, story: Story, **ctx: str) -> dict[str, Any]:
    with reading() as session:
        keepers = guardians.public_guardians(session)
    context = {"project": story.project, "kind": "draw_secret", "holder": "owner", **ctx}
    return envelope.seal(context, {"secret": "ab" * 32}, keepers)


def test_envelope_of_another_project_or_holder_is_refused(city: City) -> None:
    story = named(city)
    for ctx in ({"project": new_id()}, {"holder": "monitor"}):
        with pytest.raises(EnvelopeRefusedError):
            confirm(city, story, handed_in(city, story, envelope=sealed_to(city, story, **ctx)))
    assert city.steps(story) == ["confirm_monitor", "confirm_officer"]


def test_each_guardian_test_opens_its_own_share_and_refuses_a_bad_one_at_once(city: City) -> None:
    story = named(city)
    bad = sealed_to(city, story)
    one, two = bad["shares"][0], bad["shares"][1]
    one["c"], two["c"] = two["c"], one["c"]

    with pytest.raises(ShareBadError):
        confirm(city, story, handed_in(city, story, envelope=bad))
    with reading() as session:
        assert session.scalars(select(DrawContributor)).all() == []


def test_secret_that_is_none_is_refused(city: City) -> None:
    story = named(city)
    whole = handed_in(city, story)
    for wrong in (None, "x", {}, {**whole, "commit": "zz"}, {**whole, "secret": "ab" * 32}):
        with pytest.raises(SmallworksError) as refused:
            confirm(city, story, wrong)
        assert isinstance(refused.value, FormInvalidError | SecretInvalidError)


def test_commitment_binds_draw_and_role(city: City) -> None:
    story = named(city)
    draw = city.draw(story)
    first = draw_v1.commit("sha256", draw.id, "owner", "ab" * 32)
    assert first != draw_v1.commit("sha256", draw.id, "monitor", "ab" * 32)
