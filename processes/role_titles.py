"""The words for roles, the base's and those that counties have of their own, outside any case."""

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from models.session import Read, reading
from models.settings import BPMN
from processes.kept_titles import KEPT
from processes.packs.roles import PATH, own_roles, read_roles

NOBODYS = "platform"
KEPT_SECONDS = 20.0
"""Another process's new role is known after this long; this process's own at once."""


@lru_cache(maxsize=1)
def base_titles() -> Mapping[str, str]:
    """Return role id → title of the base's roles that an account may hold."""
    roles, _ = read_roles((BPMN / "base" / PATH).read_bytes(), None)
    return {role.id: role.title for role in roles.values() if role.id != NOBODYS}


def role_titles() -> Mapping[str, str]:
    """Return role id → title of every role that an account may hold in some county."""
    titles = dict(base_titles())
    for own in county_titles().values():
        for role, title in own.items():
            titles.setdefault(role, title)
    return titles


def title_of(role: str) -> str:
    """Return the title of a role, or its id when unknown; the base's roles ask no database."""
    return base_titles().get(role) or role_titles().get(role, role)


def county_titles() -> Mapping[str, Mapping[str, str]]:
    """Return county → role id → title of the roles that counties have of their own."""
    bind = Read.kw.get("bind")
    if bind is None:
        return {}  # a program without a database
    place = str(bind.engine.url)
    found = KEPT.get(place)
    if found is None or monotonic() - found[0] > KEPT_SECONDS:
        found = KEPT[place] = (monotonic(), _read())
    return found[1]


def _read() -> dict[str, dict[str, str]]:
    try:
        with reading() as session:
            own = own_roles(session)
    except SQLAlchemyError:
        return {}  # not set up yet, or away: the page says so by itself
    return {county: {one.id: one.title for one in roles.values()} for county, roles in own.items()}
