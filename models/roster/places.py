"""Which rosters (名册库) an enterprise belongs to: by the trade it names and by what it holds."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.roster.entry import RosterEntry, RosterPlace

GENERAL = "general"
ROSTER_TITLES = {
    "building": "房屋建筑",
    "municipal": "市政公用",
    "water": "水利水电",
    "road": "公路交通",
    "electrical": "机电安装",
    "decoration": "装修装饰",
    "waterproof": "防水防腐",
    "landscaping": "园林绿化",
    GENERAL: "综合",
}
"""Trades (行业), each with a roster of its own."""
TRADES_OF_CATEGORIES = {
    "建筑工程施工总承包": "building",
    "市政公用工程施工总承包": "municipal",
    "水利水电工程施工总承包": "water",
    "公路工程施工总承包": "road",
    "建筑机电安装工程专业承包": "electrical",
    "建筑装修装饰工程专业承包": "decoration",
    "防水防腐保温工程专业承包": "waterproof",
    "园林绿化工程施工": "landscaping",
}


def rosters_of(trade: str, categories: Iterable[str]) -> list[str]:
    """Return the rosters that follow from a trade and the categories held, in their order."""
    held = {TRADES_OF_CATEGORIES.get(one) for one in categories} | {trade}
    return [one for one in ROSTER_TITLES if one in held]


def put_on_rosters(session: Session, entry: RosterEntry, rosters: Iterable[str]) -> None:
    """Let an enterprise stand on these rosters and on no others."""
    wanted = set(rosters)
    held = session.scalars(select(RosterPlace).where(RosterPlace.entry_id == entry.id)).all()
    for place in held:
        if place.roster not in wanted:
            session.delete(place)
    for roster in sorted(wanted - {place.roster for place in held}):
        session.add(RosterPlace(entry_id=entry.id, roster=roster))
    session.flush()
    session.expire(entry, ["places"])
