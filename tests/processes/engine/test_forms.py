"""What a form lets into a case: its own keys, checked; secrets are handed on and never stored."""

from typing import Any

import orjson
import pytest

from models.identity.actor import Actor
from models.session import unit_of_work
from processes import case_errors as errors
from processes.engine import SUBMISSIONS
from processes.inbox import item_view
from tests.processes.engine import samples
from tests.processes.engine.world import (
    LINEAR5,
    add_form,
    complete,
    engine_does,
    items_of,
    publish,
    start,
)

REVIEW = orjson.dumps(
    {
        "type": "default",
        "components": [
            {
                "type": "radio",
                "id": "c1",
                "key": "decision",
                "label": "结论",
                "validate": {"required": True},
                "values": [
                    {"label": "受理", "value": "accepted"},
                    {"label": "退回", "value": "sent_back"},
                ],
            },
            {"type": "textarea", "id": "c2", "key": "remark", "label": "说明"},
            {
                "type": "textfield",
                "id": "c3",
                "key": "whisper",
                "label": "不入库",
                "properties": {"store": "none"},
            },
        ],
    }
)


@pytest.fixture
def reviewed(centre: Actor) -> str:
    add_form("review", REVIEW)
    publish(samples.with_form(outcome="decision"))
    return start(centre, "with_form")


def test_a_broken_rule_is_told_by_field_and_nothing_is_stored(reviewed: str, centre: Actor) -> None:
    item = items_of(reviewed)[0]
    with pytest.raises(errors.FormInvalidError) as caught:
        complete(centre, item.id, {"remark": "x"})
    assert list(caught.value.fields) == ["decision"]
    assert items_of(reviewed)[0].id == item.id


def test_keys_that_the_form_does_not_have_are_refused_by_name(reviewed: str, centre: Actor) -> None:
    item = items_of(reviewed)[0]
    form = {"decision": "accepted", "parties": {"owner": "me"}, "more": 1}
    with pytest.raises(errors.FormInvalidError) as refused:
        complete(centre, item.id, form)
    assert set(refused.value.details["fields"]) == {"parties", "more"}
    assert items_of(reviewed)[0].id == item.id


def test_what_is_not_to_be_stored_does_not_enter(reviewed: str, centre: Actor) -> None:
    item = items_of(reviewed)[0]
    complete(centre, item.id, {"decision": "accepted", "whisper": "hush"})
    stored = stored_data(item.id, centre)
    assert stored["decision"] == "accepted"
    assert "whisper" not in stored
    assert b"hush" not in state_of(reviewed)


def test_history_shows_the_words_of_the_choice(reviewed: str, centre: Actor) -> None:
    item = items_of(reviewed)[0]
    complete(centre, item.id, {"decision": "sent_back"})
    assert items_of(reviewed, only_open=False)[0].outcome == "退回"


def test_a_form_is_pinned_by_the_version(reviewed: str, centre: Actor) -> None:
    changed = REVIEW.replace(b'"accepted"', b'"taken"')
    with unit_of_work() as session:
        from models.flow.definition import Asset
        from processes import contents

        asset = session.query(Asset).filter_by(path="forms/review.json").one()
        asset.sha256 = contents.put(session, changed)
    complete(centre, items_of(reviewed)[0].id, {"decision": "accepted"})


def test_the_page_gets_schema_draft_and_whether_one_may_act(
    reviewed: str, centre: Actor, colleague: Actor
) -> None:
    item = items_of(reviewed)[0].id
    engine_does("save_draft", item, {"remark": "half"}, actor=centre)
    engine_does("claim", item, actor=centre)
    with unit_of_work() as session:
        mine, theirs = item_view(session, item, centre), item_view(session, item, colleague)
    assert mine.schema == orjson.loads(REVIEW)
    assert (mine.draft, mine.may_act) == ({"remark": "half"}, True)
    assert (theirs.draft, theirs.may_act, theirs.holder_name) == (None, False, "dz.centre姓名")


def test_a_sealed_secret_is_handed_on_and_never_stored(
    centre: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Any] = []
    monkeypatch.setitem(SUBMISSIONS, "draw_secret", lambda *given: taken.append(given[-2:]))
    publish(samples.two_roles(accepts="draw_secret"))
    case = start(make_owner(), "two_roles")
    complete(make_owner("o2"), items_of(case)[0].id)
    item = items_of(case)[0].id
    with pytest.raises(errors.FormInvalidError, match="填写内容有误"):
        complete(centre, item, {})
    complete(centre, item, {"draw_secret": {"commit": "c0ffee", "envelope": {}}})
    assert taken == [("trading_centre", {"commit": "c0ffee", "envelope": {}})]
    assert b"c0ffee" not in state_of(case)


def test_a_draft_never_holds_a_secret(centre: Actor) -> None:
    publish(LINEAR5.read_bytes())
    item = items_of(start(centre))[0].id
    draft = engine_does("save_draft", item, {"a": 1, "draw_secret": {"commit": "x"}}, actor=centre)
    assert draft.form == {"a": 1}


@pytest.mark.parametrize("form", [[], "text", None, {"a": float("nan")}, {"a": {1, 2}}, {1: 2}])
def test_what_is_no_json_object_is_refused(linear5: str, centre: Actor, form: object) -> None:
    item = items_of(start(centre))[0].id
    with pytest.raises(errors.DataInvalidError):
        engine_does("complete", item, form, actor=centre)


def make_owner(name: str = "dz.owner") -> Actor:
    from tests.processes.engine.world import make_actor

    return make_actor(name, "owner")


def stored_data(item: str, actor: Actor) -> dict[str, Any]:
    with unit_of_work() as session:
        return item_view(session, item, actor).data


def state_of(case: str) -> bytes:
    from models.flow.instance import Instance
    from processes.spiff import codec

    with unit_of_work() as session:
        return codec.plain(session.get_one(Instance, case).state)
