"""Reads ``roles.toml``: which lane title means which role, with each county's own words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from models.flow.definition import BASE
from processes import contents
from processes.lint import Finding

PATH = "roles.toml"
KINDS = ("party", "person", "platform")


@dataclass(frozen=True)
class Role:
    """A role: its identifier, its title and the other words for it."""

    id: str
    title: str
    of: str
    synonyms: tuple[str, ...] = ()


def read_roles(
    data: bytes, base: Mapping[str, Role] | None
) -> tuple[dict[str, Role], list[Finding]]:
    """Return the roles by id, a county's synonyms added, and what is wrong with the file."""
    try:
        table = tomllib.loads(data.decode())
        roles = _declared(table) if base is None else _with_synonyms(table, base)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        return dict(base or {}), [_error(f"roles.toml 写法不对（{error}），请改正。")]
    titles = [word for role in roles.values() for word in (role.title, *role.synonyms)]
    twice = sorted({word for word in titles if titles.count(word) > 1})
    if twice:
        return roles, [_error(f"名称“{'、'.join(twice)}”指了两个角色，请只留一个。")]
    return roles, []


def _declared(table: dict[str, Any]) -> dict[str, Role]:
    if set(table) - {"role"}:
        raise ValueError("只能有 [[role]]")
    roles: dict[str, Role] = {}
    for one in table["role"]:
        unknown = set(one) - {"id", "title", "of", "synonyms"}
        if unknown or one["of"] not in KINDS or one["id"] in roles:
            raise ValueError(f"角色 {one.get('id')}")
        roles[one["id"]] = Role(one["id"], one["title"], one["of"], tuple(one.get("synonyms", ())))
    return roles


def _with_synonyms(table: dict[str, Any], base: Mapping[str, Role]) -> dict[str, Role]:
    if set(table) - {"synonyms"}:
        raise ValueError("区县的 roles.toml 只能有 [synonyms]")
    roles = dict(base)
    for role, words in table.get("synonyms", {}).items():
        known = roles[role]
        roles[role] = Role(known.id, known.title, known.of, (*known.synonyms, *map(str, words)))
    return roles


def titles_of(roles: Mapping[str, Role]) -> dict[str, str]:
    """Return lane title → role id, synonyms included."""
    return {word: role.id for role in roles.values() for word in (role.title, *role.synonyms)}


def roles_of(session: Session, county: str) -> dict[str, Role]:
    """Return the roles of a county as its loaded packs declare them."""
    digests = contents.assets(session, BASE, PATH)
    if PATH not in digests:
        return {}
    own = contents.assets(session, county, PATH).get(PATH, digests[PATH])
    return dict(_read(contents.get(session, digests[PATH]), contents.get(session, own)))


@lru_cache(maxsize=64)
def _read(base: bytes, own: bytes) -> dict[str, Role]:
    roles, _ = read_roles(base, None)
    return roles if own == base else read_roles(own, roles)[0]


def roles(session: Session, county: str) -> dict[str, str]:
    """Return lane title → role id of a county, synonyms included."""
    return titles_of(roles_of(session, county))


def role_title(session: Session, role: str, county: str) -> str:
    """Return the title of a role in a county: its own word first, or the id when unknown."""
    known = roles_of(session, county).get(role)
    if known is None:
        return role
    return _own_word(session, known) or known.title


def _own_word(session: Session, role: Role) -> str | None:
    base = roles_of(session, BASE)[role.id].synonyms
    return next((word for word in role.synonyms if word not in base), None)


def _error(message: str) -> Finding:
    return Finding(PATH, "roles", "error", message)
