"""``/api/v1/work-items``: the caller's inbox, and what can be done with an item."""

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from models.flow.work_item import WorkItem, WorkItemState
from models.session import reading, unit_of_work
from processes.holding import account_named
from processes.inbox import STATE_VIEWS, ItemQuery, ItemView, item_view, list_items
from web.access import require_actor
from web.api.pieces import Name, Strict, WorkItemOut, answer, api, engine, item_out

blueprint = api("work-items", "待办")


class ListQuery(Strict):
    """Which of the caller's items: without a state all open ones."""

    state: Literal["ready", "claimed", "done"] | None = None
    flow: str = Field(default="", max_length=100)
    county: str = Field(default="", max_length=40)
    limit: int = Field(default=20, ge=1, le=200)
    cursor: str = Field(default="", max_length=400)


class ItemPath(BaseModel):
    """Which item."""

    item_id: Name


class FormBody(Strict):
    """What was filled in."""

    form: dict[str, Any] = Field(default_factory=dict)


class HandOverBody(Strict):
    """To whom: a user name or the id of an account."""

    account: Name


class ItemPage(BaseModel):
    """One page of the inbox."""

    items: list[WorkItemOut]
    next: str | None


class ItemDetail(WorkItemOut):
    """An item with its form and the data its caller may see."""

    schema_: dict[str, Any] | None = Field(alias="schema", description="表单（form-js）")
    data: dict[str, Any]
    draft: dict[str, Any] | None
    instructions: str
    may_act: bool


class Completed(BaseModel):
    """What came of it."""

    id: str
    state: str
    instance: str
    status: str


class DraftSaved(BaseModel):
    """When the draft was kept."""

    id: str
    saved_at: str


@blueprint.get("", summary="待办列表", responses={200: ItemPage})
def listed(query: ListQuery) -> Response:
    """Return a page of the caller's inbox."""
    view = STATE_VIEWS[WorkItemState(query.state) if query.state else None]
    asked = ItemQuery(view=view, flow=query.flow, county=query.county)
    with reading() as session:
        page = list_items(session, require_actor(), asked, limit=query.limit, cursor=query.cursor)
    return answer({"items": [item_out(row) for row in page.items], "next": page.next})


@blueprint.get("/<item_id>", summary="待办", responses={200: ItemDetail})
def show(path: ItemPath) -> Response:
    """Return an item with its form schema, data and the caller's draft."""
    with reading() as session:
        return answer(_detail(item_view(session, path.item_id, require_actor())))


@blueprint.post("/<item_id>/claim", summary="领取", responses={200: WorkItemOut})
def claim(path: ItemPath) -> Response:
    """Let the caller hold the item."""
    return _held("claim", path.item_id)


@blueprint.post("/<item_id>/release", summary="退回待领", responses={200: WorkItemOut})
def release(path: ItemPath) -> Response:
    """Give the item back."""
    return _held("release", path.item_id)


@blueprint.post("/<item_id>/hand-over", summary="移交", responses={200: WorkItemOut})
def hand_over(path: ItemPath, body: HandOverBody) -> Response:
    """Let a colleague hold the item."""
    actor = require_actor()
    with unit_of_work() as session:
        colleague = account_named(session, body.account)
        item = engine(session).hand_over(path.item_id, colleague, actor=actor)
        return answer(item_out(item))


@blueprint.post("/<item_id>/complete", summary="办结", responses={200: Completed})
def complete(path: ItemPath, body: FormBody) -> Response:
    """Finish the item and run its case to the next wait."""
    actor = require_actor()
    with unit_of_work() as session:
        case = engine(session).complete(path.item_id, body.form, actor=actor)
    done = {"id": path.item_id, "state": WorkItemState.DONE}
    return answer({**done, "instance": case.id, "status": case.status})


@blueprint.put("/<item_id>/draft", summary="存草稿", responses={200: DraftSaved})
def save_draft(path: ItemPath, body: FormBody) -> Response:
    """Keep what was typed so far."""
    actor = require_actor()
    with unit_of_work() as session:
        draft = engine(session).save_draft(path.item_id, body.form, actor=actor)
    return answer({"id": path.item_id, "saved_at": draft.saved_at})


def _held(verb: Literal["claim", "release"], item_id: str) -> Response:
    actor = require_actor()
    with unit_of_work() as session:
        item: WorkItem = getattr(engine(session), verb)(item_id, actor=actor)
        return answer(item_out(item))


def _detail(view: ItemView) -> dict[str, Any]:
    return {
        **item_out(view.item),
        "schema": view.schema,
        "data": view.data,
        "draft": view.draft,
        "instructions": view.instructions,
        "may_act": view.may_act,
    }
