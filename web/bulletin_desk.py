"""Writing bulletins: an office's or a party's own, with preview, versions and withdrawal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session

from models import bulletins
from models.bulletin import STATE_TITLES, Bulletin, BulletinState, BulletinVersion
from models.bulletin_errors import BulletinFaultyError, BulletinNotFoundError
from models.bulletins import OFFICES, RECEIVERS, Written
from models.clock import business_now
from models.identity.names import account_names
from models.session import reading, unit_of_work
from processes.role_titles import role_titles
from web.access import guard, require_actor
from web.bulletin_filters import PUBLIC, receiving, words_and_days
from web.bulletins import writer
from web.list_rows import fetch, fetch_all
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.new_project import NoCountyError
from web.shell import chosen_county

PAGE = "/bulletin-desk"
LABELS: Mapping[str, str] = {
    "title": "标题",
    "text": "正文",
    "roles": "发给谁看",
    "from_on": "开始日期",
    "until_on": "截止日期",
    "reason": "撤回原因",
}
blueprint = Blueprint("bulletin_desk", __name__, url_prefix=PAGE)
guard(blueprint, roles=tuple(sorted(OFFICES)))


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what one's office wrote, in every state, what was changed last first."""
    listing = Listing(_spec())
    query = bulletins.written_by_office(require_actor())
    with reading() as session:
        if wants_export():
            return listing.export(fetch_all(session, query, listing))
        page = fetch(session, query, listing)
        return render_template(
            "bulletins/desk.html",
            listing=listing,
            page=page,
            states=STATE_TITLES,
            receivers=receivers,
            today=business_now().date(),
        )


@blueprint.get("/new")
def new() -> str:
    """Show an empty form; a bulletin lasts from today unless somebody says otherwise."""
    return _form({"from_on": business_now().date().isoformat(), "until_on": ""}, [], {})


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Keep a new draft and show it as its readers will see it."""
    county = chosen_county()
    if county is None:
        raise NoCountyError
    try:
        with unit_of_work() as session:
            made = bulletins.save(session, _written(), require_actor(), county.code)
            bulletin_id = made.id
    except BulletinFaultyError as error:
        return _again(error)
    return _shown(bulletin_id, "已保存为草稿，请核对后发布。")


@blueprint.get("/<bulletin_id>")
def show(bulletin_id: str) -> str:
    """Show a bulletin as its readers see it, with its versions and what can be done."""
    return _page(bulletin_id)


@blueprint.get("/<bulletin_id>/edit")
def edit(bulletin_id: str) -> str:
    """Show the form with the newest version."""
    with reading() as session:
        newest = _found(session, bulletin_id).newest
        given = {name: getattr(newest, name) for name in ("title", "text")}
        days = {name: getattr(newest, name).isoformat() for name in ("from_on", "until_on")}
        chosen = [*newest.role_ids, *([PUBLIC] if newest.is_public else [])]
    return _form({**given, **days}, chosen, {}, bulletin_id)


@blueprint.post("/<bulletin_id>")
def save(bulletin_id: str) -> ResponseReturnValue:
    """Keep a new version; readers go on seeing the published one."""
    actor = require_actor()
    try:
        with unit_of_work() as session:
            found = _found(session, bulletin_id)
            bulletins.save(session, _written(), actor, found.county_code, found)
    except BulletinFaultyError as error:
        return _again(error, bulletin_id)
    return _shown(bulletin_id, "已保存为新的一版，请核对后发布。")


@blueprint.post("/<bulletin_id>/publish")
def publish(bulletin_id: str) -> ResponseReturnValue:
    """Let the receivers read the newest version."""
    try:
        with unit_of_work() as session:
            bulletins.publish(session, _found(session, bulletin_id), require_actor())
    except BulletinFaultyError as error:
        return _page(bulletin_id, error.fields), 422
    return _shown(bulletin_id, "通知已发布。")


@blueprint.post("/<bulletin_id>/withdraw")
def withdraw(bulletin_id: str) -> ResponseReturnValue:
    """Take a bulletin away from its readers."""
    reason = request.form.get("reason", "")[:1000]
    try:
        with unit_of_work() as session:
            bulletins.withdraw(session, _found(session, bulletin_id), reason, require_actor())
    except BulletinFaultyError as error:
        return _page(bulletin_id, error.fields), 422
    return _shown(bulletin_id, "通知已撤回，撤回原因已保留。")


def receivers(version: BulletinVersion) -> str:
    """Return for whom a version is, in words."""
    titles = role_titles()
    words = ["公众"] if version.is_public else []
    return "、".join([*words, *(titles.get(role, role) for role in version.role_ids)])


def _found(session: Session, bulletin_id: str) -> Bulletin:
    mine = bulletins.written_by_office(require_actor())
    one: Bulletin | None = session.scalar(mine.where(Bulletin.id == bulletin_id))
    if one is None:
        raise BulletinNotFoundError
    return one


def _page(bulletin_id: str, errors: Mapping[str, str] | None = None) -> str:
    with reading() as session:
        one = _found(session, bulletin_id)
        versions = bulletins.versions_of(session, one)
        people = {each.written_by for each in versions} | {one.published_by, one.withdrawn_by}
        return render_template(
            "bulletins/preview.html",
            one=one,
            versions=versions,
            names=account_names(session, people),
            states=STATE_TITLES,
            receivers=receivers,
            writer=writer,
            errors=errors or {},
            labels=LABELS,
            today=business_now().date(),
        )


def _form(
    given: Mapping[str, Any], chosen: list[str], errors: Mapping[str, str], bulletin_id: str = ""
) -> str:
    titles = role_titles()
    return render_template(
        "bulletins/form.html",
        given=given,
        chosen=chosen,
        errors=errors,
        labels=LABELS,
        bulletin_id=bulletin_id,
        receivers=[(PUBLIC, "公众（门户首页和公告栏）")]
        + [(role, titles[role]) for role in RECEIVERS],
    )


def _again(error: BulletinFaultyError, bulletin_id: str = "") -> ResponseReturnValue:
    given = {name: request.form.get(name, "")[:20_000] for name in LABELS}
    return _form(given, request.form.getlist("roles"), error.fields, bulletin_id), 422


def _written() -> Written:
    chosen = request.form.getlist("roles")
    return Written(
        title=request.form.get("title", ""),
        text=request.form.get("text", ""),
        roles=tuple(dict.fromkeys(one for one in chosen if one != PUBLIC)),
        is_public=PUBLIC in chosen,
        from_on=_day("from_on"),
        until_on=_day("until_on"),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _shown(bulletin_id: str, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(f"{PAGE}/{bulletin_id}", 303)


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Bulletin.state == value) if value in set(BulletinState) else query


def _spec() -> ListSpec:
    return ListSpec(
        title="通知编写",
        search_in=(BulletinVersion.title.expression, BulletinVersion.text.expression),
        search_hint="标题、正文",
        default_sort="-changed",
        tie=Bulletin.id.expression,
        columns=(
            Column(label="标题", value=lambda one: one.newest.title),
            Column(label="发给", value=lambda one: receivers(one.newest)),
            Column(label="自", value=lambda one: one.newest.from_on),
            Column(label="至", value=lambda one: one.newest.until_on),
            Column(label="状态", value=lambda one: STATE_TITLES[one.state]),
            Column(
                label="修改时间",
                name="changed",
                sort=Bulletin.changed_at.expression,
                value=lambda one: one.changed_at,
            ),
        ),
        filters=(
            *words_and_days(),
            receiving(RECEIVERS, role_titles()),
            Filter(
                name="state",
                label="状态",
                options=tuple((state.value, word) for state, word in STATE_TITLES.items()),
                narrow=_in_state,
            ),
        ),
    )
