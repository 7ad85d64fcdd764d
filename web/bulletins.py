"""The bulletin board (公告栏): what offices tell everybody, or the roles of who is signed in."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.bulletin import Bulletin, BulletinVersion
from models.bulletin_errors import BulletinNotFoundError
from models.bulletins import RECEIVERS, readable
from models.session import reading
from processes.role_titles import role_titles
from web.access import guard
from web.bulletin_filters import receiving, words_and_days
from web.list_rows import fetch, fetch_all
from web.lists import Column, Listing, ListSpec, wants_export
from web.shell import chosen_county, current_shell

blueprint = Blueprint("bulletins", __name__, url_prefix="/bulletins")
guard(blueprint, public=True)

SHOWN = 5


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List what may be read today, the newest first."""
    listing = Listing(_spec())
    with reading() as session:
        if wants_export():
            return listing.export(fetch_all(session, readable(g.get("actor"), place()), listing))
        page = fetch(session, readable(g.get("actor"), place()), listing)
        return render_template(
            "bulletins/index.html",
            listing=listing,
            page=page,
            counties={one.code: one.name for one in current_shell().counties},
            writer=writer,
        )


@blueprint.get("/<bulletin_id>")
def show(bulletin_id: str) -> str:
    """Show one bulletin."""
    with reading() as session:
        one = session.scalar(readable(g.get("actor"), "").where(Bulletin.id == bulletin_id))
        if one is None:
            raise BulletinNotFoundError
        return render_template("bulletins/show.html", one=one, writer=writer)


def newest(session: Session, county: str) -> list[Bulletin]:
    """Return the newest bulletins for whoever looks, for desk and portal."""
    query = readable(g.get("actor"), county)
    order = (BulletinVersion.from_on.desc(), Bulletin.id.desc())
    return list(session.scalars(query.order_by(*order).limit(SHOWN)))


def place() -> str:
    """Return the county looked at, or nothing where all are looked at."""
    county = chosen_county()
    return county.code if county and not county.is_whole else ""


def writer(one: Bulletin) -> str:
    """Return who tells it: a town or an agency by its name, an office by its role."""
    return one.party.name if one.party else role_titles().get(one.office, one.office)


def _spec() -> ListSpec:
    titles = role_titles()
    mine = sorted({role for role in g.actor.roles if role in RECEIVERS}) if g.get("actor") else []
    by_role = (receiving(mine, titles),) if mine else ()
    return ListSpec(
        title="公告栏",
        search_in=(BulletinVersion.title.expression, BulletinVersion.text.expression),
        search_hint="标题、正文",
        default_sort="-from",
        tie=Bulletin.id.expression,
        columns=(
            Column(label="标题", value=lambda one: one.shown.title),
            Column(label="发布单位", value=writer),
            Column(
                label="日期",
                name="from",
                sort=BulletinVersion.from_on.expression,
                value=lambda one: one.shown.from_on,
            ),
            Column(label="有效期至", value=lambda one: one.shown.until_on),
        ),
        filters=(*words_and_days(), *by_role),
    )
