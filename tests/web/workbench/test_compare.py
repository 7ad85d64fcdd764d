"""Two versions side by side: what changed is told, and only to those who edit the county's flows."""

import pytest
from sqlalchemy import select

from models.flow.definition import BASE, Asset
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.identity.loading import actor_of
from models.session import unit_of_work
from processes import contents, flows, proposals
from processes.proposals import apply_files
from tests.processes.engine.world import ROOT
from tests.processes.moving.flows import steps

FORM = b'{"type":"default","components":[{"id":"f1","key":"a","type":"textfield","label":"\xe7\x94\xb2"}]}'
OLD, NEW = steps("write", "check"), steps("write", "sign", "check", sign="会签")


@pytest.fixture
def versions(people):
    """The base's two versions of one flow; an analyst of Dazhou, one of another county."""
    people("dz.analyst", "analyst")
    people("dz.owner", "owner")
    with unit_of_work() as session:
        digest = contents.put(session, (ROOT / "bpmn/base/roles.toml").read_bytes())
        session.add(Asset(county_code=BASE, path="roles.toml", sha256=digest))
    found = []
    for body in (OLD, NEW):
        with unit_of_work() as session:
            draft, _ = flows.create_draft(session, body, BASE, PLATFORM)
            found.append(flows.publish(session, "walk", BASE, draft.version, PLATFORM).id)
    return found


def test_the_page_lists_what_changed_between_the_newest_two(versions, sign_in):
    page = sign_in("dz.analyst").get("/flows/dazhou/walk/compare").text
    assert "用户任务“会签”" in page
    assert f"/flows/dazhou/walk/compare/diagram.bpmn?version={versions[0]}" in page
    assert 'data-go="sign"' in page


def test_the_same_version_twice_says_that_nothing_differs(versions, sign_in):
    address = f"/flows/dazhou/walk/compare?left={versions[1]}&right={versions[1]}"
    assert "两边没有不同" in sign_in("dz.analyst").get(address).text


def test_a_diagram_is_handed_out_as_a_file_never_as_a_page(versions, sign_in):
    address = f"/flows/dazhou/walk/compare/diagram.bpmn?version={versions[0]}"
    answer = sign_in("dz.analyst").get(address)
    assert answer.data == OLD
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["?left=x", "?path=forms/none.json", "?right=" + "0" * 32])
def test_what_is_not_there_is_not_found(versions, sign_in, query):
    assert sign_in("dz.analyst").get(f"/flows/dazhou/walk/compare{query}").status_code == 404


def test_others_are_refused(versions, sign_in, people):
    people("hr.analyst", "analyst", county="huairou")
    assert sign_in("dz.owner").get("/flows/dazhou/walk/compare").status_code == 403
    assert sign_in("hr.analyst").get("/flows/dazhou/walk/compare").status_code == 403


def proposed(path, body, before=None):
    with unit_of_work() as session:
        if before is not None:
            apply_files(session, "dazhou", {path: before}, PLATFORM)
        account = session.scalar(select(Account.id).where(Account.username == "dz.analyst"))
        actor = actor_of(session, account)
        made = proposals.create(session, "dazhou", "加会签", actor)
        proposals.save_file(session, made, path, body, version=0, actor=actor)
        return made.id


def test_a_form_of_a_proposal_is_shown_beside_the_one_that_holds(versions, sign_in):
    new = FORM.replace("甲".encode(), "乙".encode())
    proposal = proposed("forms/facts.json", new, before=FORM)
    page = sign_in("dz.analyst").get(f"/proposals/{proposal}/compare/forms/facts.json").text
    assert "<del>甲</del>" in page
    assert "<ins>乙</ins>" in page


def test_a_new_file_of_a_proposal_is_new(versions, sign_in):
    proposal = proposed("forms/facts.json", FORM)
    page = sign_in("dz.analyst").get(f"/proposals/{proposal}/compare/forms/facts.json").text
    assert "整个文件" in page
    assert "新增 1" in page


def test_script_in_a_name_is_text(versions, sign_in):
    hostile = NEW.replace("会签".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;")
    proposal = proposed("diagrams/walk.bpmn", hostile)
    page = sign_in("dz.analyst").get(f"/proposals/{proposal}/compare/diagrams/walk.bpmn").text
    assert "<script>alert" not in page
    assert "alert(1)" in page
    side = f"/proposals/{proposal}/compare-sides/after/diagrams/walk.bpmn"
    assert sign_in("dz.analyst").get(side).data == hostile
