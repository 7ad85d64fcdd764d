"""The filters of both lists of bulletins: title, text, receiving role, days (HR-2.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from models.bulletin import BulletinVersion
from web.lists import Filter, date_of

PUBLIC = "public"


def words_and_days() -> tuple[Filter, ...]:
    """Return the filters by title, by text and by the days on which it is read."""
    return (
        Filter(name="title", label="标题", kind="text", narrow=_titled),
        Filter(name="text", label="正文", kind="text", narrow=_saying),
        Filter(name="first", label="有效期自", kind="date", narrow=_from),
        Filter(name="last", label="有效期至", kind="date", narrow=_until),
    )


def receiving(roles: Sequence[str], titles: Mapping[str, str]) -> Filter:
    """Return the filter by who may read it."""
    named = tuple((role, titles.get(role, role)) for role in roles)
    options = ((PUBLIC, "公众"), *named)
    return Filter(name="role", label="发给", options=options, narrow=_for)


def _titled(query: Select[Any], words: str) -> Select[Any]:
    return query.where(BulletinVersion.title.icontains(words, autoescape=True))


def _saying(query: Select[Any], words: str) -> Select[Any]:
    return query.where(BulletinVersion.text.icontains(words, autoescape=True))


def _from(query: Select[Any], day: str) -> Select[Any]:
    return query.where(BulletinVersion.until_on >= date_of(day))


def _until(query: Select[Any], day: str) -> Select[Any]:
    return query.where(BulletinVersion.from_on <= date_of(day))


def _for(query: Select[Any], role: str) -> Select[Any]:
    if role == PUBLIC:
        return query.where(BulletinVersion.is_public)
    return query.where(BulletinVersion.roles.contains(f",{role},", autoescape=True))
