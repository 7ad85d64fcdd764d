"""Messages (消息): what the platform told this account, word for word; read ones are marked."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select, update

from models.clock import business_now
from models.errors import NotFoundError
from models.message import InAppMessage
from models.session import reading, unit_of_work
from web.access import guard, require_actor
from web.addresses import local_address
from web.list_rows import fetch, fetch_all
from web.lists import Column, Filter, Listing, ListSpec, wants_export

PAGE = "/messages"
blueprint = Blueprint("messages", __name__, url_prefix=PAGE)
guard(blueprint, signed_in=True)


class MessageNotFoundError(NotFoundError):
    """No such message of this account."""

    message = "没有找到这条消息，或它不是发给您的，请回到消息列表重新打开。"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List one's messages, the newest first."""
    listing = Listing(SPEC)
    with reading() as session:
        if wants_export():
            return listing.export(fetch_all(session, _mine(), listing))
        page = fetch(session, _mine(), listing)
        return render_template("messages/index.html", listing=listing, page=page)


@blueprint.post("/<message_id>/open")
def open_one(message_id: str) -> ResponseReturnValue:
    """Mark a message as read and lead to what it is about."""
    with unit_of_work() as session:
        one = session.scalar(_mine().where(InAppMessage.id == message_id))
        if one is None:
            raise MessageNotFoundError
        one.read_at = one.read_at or business_now()
        link = one.link
    return redirect(local_address(link, PAGE), 303)


@blueprint.post("/read")
def read_all() -> ResponseReturnValue:
    """Mark every message of this account as read."""
    mine = InAppMessage.account_id == require_actor().account_id
    with unit_of_work() as session:
        unread = update(InAppMessage).where(mine, InAppMessage.read_at.is_(None))
        session.execute(unread.values(read_at=business_now()))
    flash("全部消息已标为已读。", "ok")
    return redirect(PAGE, 303)


def _mine() -> Select[Any]:
    return select(InAppMessage).where(InAppMessage.account_id == require_actor().account_id)


def _narrow(query: Select[Any], value: str) -> Select[Any]:
    read = InAppMessage.read_at
    return query.where(read.is_(None) if value == "unread" else read.is_not(None))


SPEC = ListSpec(
    title="消息",
    search_in=(InAppMessage.text.expression,),
    search_hint="消息内容",
    default_sort="-sent",
    tie=InAppMessage.id.expression,
    columns=(
        Column(label="内容", value=lambda one: one.text),
        Column(
            label="时间",
            name="sent",
            sort=InAppMessage.sent_at.expression,
            value=lambda one: one.sent_at,
        ),
        Column(label="状态", value=lambda one: "已读" if one.read_at else "未读"),
    ),
    filters=(
        Filter(
            name="state",
            label="状态",
            options=(("unread", "未读"), ("read", "已读")),
            narrow=_narrow,
        ),
    ),
)
