"""Reads ``roles.toml``: which lane title means which role, with what counties add."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Asset
from models.identity.reserved import is_reserved
from processes import contents
from processes.lint import Finding

PATH = "roles.toml"
KINDS = ("party", "person", "platform")
OF_COUNTIES = ("party", "person")
"""What a county's own role may be: the platform acts by the base's alone."""
ID = re.compile(r"[a-z][a-z0-9_]{2,39}", re.ASCII)
MAX_TITLE = 30
RESERVED = (
    "“{words}”是平台专用的角色标识，区县不能再设，也不能用作名称或别称，已不起作用：请换一个标识或名称；"
    "要用平台原有的角色，直接使用基础包里的即可。"
)


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
    """Return the roles by id, a county's own and its synonyms added, and what is wrong."""
    try:
        table = tomllib.loads(data.decode())
        roles = _declared(table) if base is None else _laid_over(table, base)
        taken = [] if base is None else _reserved_in(roles, base)
    except (ValueError, RecursionError) as error:
        return dict(base or {}), [_error(f"roles.toml 写法不对（{error}），请改正。")]
    roles = {key: role for key, role in roles.items() if key not in taken}
    if taken:
        told = RESERVED.format(words="、".join(taken))
        return roles, [Finding(PATH, "reserved_role", "error", told)]
    titles = [word for role in roles.values() for word in (role.title, *role.synonyms)]
    twice = sorted({word for word in titles if titles.count(word) > 1})
    if twice:
        return roles, [_error(f"名称“{'、'.join(twice)}”指了两个角色，请只留一个。")]
    return roles, []


def _declared(table: dict[str, Any]) -> dict[str, Role]:
    if set(table) - {"role"}:
        raise ValueError("只能有 [[role]]")
    return _roles_in(table.get("role"), KINDS)


def _roles_in(entries: object, kinds: tuple[str, ...]) -> dict[str, Role]:
    if not isinstance(entries, list):
        raise ValueError("角色须写成 [[role]]")  # noqa: TRY004 - the file is wrong, not the program
    roles: dict[str, Role] = {}
    for one in entries:
        role = _role(one, kinds)
        if role.id in roles:
            raise ValueError(f"角色 {role.id} 写了两次")
        roles[role.id] = role
    return roles


def _role(one: object, kinds: tuple[str, ...]) -> Role:
    if not isinstance(one, dict) or set(one) - {"id", "title", "of", "synonyms"}:
        raise ValueError("角色须写成 [[role]]，只能有 id、title、of、synonyms")
    said = [one.get(name) for name in ("id", "title", "of")]
    if not all(isinstance(word, str) for word in said):
        raise ValueError("角色的 id、title、of 须是文字，不能少")
    key, title, of = map(str, said)
    if of not in kinds:
        raise ValueError(f"角色 {key} 的 of 须是 {'、'.join(kinds)} 之一")
    return Role(key, title, of, _words(key, one.get("synonyms", [])))


def _words(role: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise ValueError(f"角色 {role} 的别称须是文字的列表")
    return tuple(given)


def _laid_over(table: dict[str, Any], base: Mapping[str, Role]) -> dict[str, Role]:
    if set(table) - {"synonyms", "role"}:
        raise ValueError("区县的 roles.toml 只能有 [synonyms] 和 [[role]]")
    roles = {**base, **_own(table.get("role", []), base)}
    synonyms = table.get("synonyms", {})
    if not isinstance(synonyms, dict):
        raise ValueError("别称须写成 [synonyms]")  # noqa: TRY004 - the file is wrong
    for role, words in synonyms.items():
        if role not in roles:
            raise ValueError(f"[synonyms] 里的角色 {role} 不存在")
        known = roles[role]
        more = (*known.synonyms, *_words(role, words))
        roles[role] = Role(known.id, known.title, known.of, more)
    return roles


def _own(entries: object, base: Mapping[str, Role]) -> dict[str, Role]:
    """Return the roles that a county has beside the base's."""
    own = _roles_in(entries, OF_COUNTIES)
    for role in own.values():
        if role.id in base:
            raise ValueError(f"角色 {role.id} 基础包里已有，请改用它，或换一个标识")
        if not ID.fullmatch(role.id):
            raise ValueError("角色的标识用小写字母、数字和下划线，3至40个字符")
        if not role.title.strip() or len(role.title) > MAX_TITLE:
            raise ValueError(f"角色 {role.id} 的名称须有1至{MAX_TITLE}字")
    return own


def _reserved_in(roles: Mapping[str, Role], base: Mapping[str, Role]) -> list[str]:
    """Return the county's roles that go by an id of the platform's own."""
    return [
        key
        for key, role in roles.items()
        if key not in base and any(map(is_reserved, (key, role.title, *role.synonyms)))
    ]


def titles_of(roles: Mapping[str, Role]) -> dict[str, str]:
    """Return lane title → role id, synonyms included."""
    return {word: role.id for role in roles.values() for word in (role.title, *role.synonyms)}


def roles_of(session: Session, county: str) -> dict[str, Role]:
    """Return the roles of a county as its loaded packs declare them."""
    return dict(_stored(session, county)[1])


def _stored(session: Session, county: str) -> tuple[dict[str, Role], dict[str, Role]]:
    """Return the roles of the base and those of a county."""
    query = select(Asset.county_code, Asset.sha256).where(
        Asset.path == PATH, Asset.county_code.in_((county, BASE))
    )
    digests = {row.county_code: row.sha256 for row in session.execute(query)}
    if BASE not in digests:
        return {}, {}
    base = contents.get(session, digests[BASE])
    own = contents.get(session, digests.get(county, digests[BASE]))
    return _read(base, base), _read(base, own)


def own_roles(session: Session) -> dict[str, dict[str, Role]]:
    """Return county → the roles that it has beside the base's."""
    query = select(Asset.county_code, Asset.sha256).where(
        Asset.path == PATH, Asset.county_code != BASE
    )
    base = roles_of(session, BASE)
    below = contents.assets(session, BASE, PATH).get(PATH)
    if below is None:
        return {}
    text = contents.get(session, below)
    found = {
        row.county_code: _read(text, contents.get(session, row.sha256))
        for row in session.execute(query)
    }
    return {
        county: own
        for county, known in found.items()
        if (own := {key: role for key, role in known.items() if key not in base})
    }


@lru_cache(maxsize=64)
def _read(base: bytes, own: bytes) -> dict[str, Role]:
    roles, _ = read_roles(base, None)
    return roles if own == base else read_roles(own, roles)[0]


def roles(session: Session, county: str) -> dict[str, str]:
    """Return lane title → role id of a county, synonyms included."""
    return titles_of(roles_of(session, county))


def role_title(session: Session, role: str, county: str) -> str:
    """Return the title of a role in a county: its own word first, or the id when unknown."""
    base, own = _stored(session, county)
    known = own.get(role)
    if known is None:
        return role
    return _own_word(base, known) or known.title


def _own_word(base: Mapping[str, Role], role: Role) -> str | None:
    below = base.get(role.id)
    if below is None:
        return None  # the county's own role goes by its title
    return next((word for word in role.synonyms if word not in below.synonyms), None)


def _error(message: str) -> Finding:
    return Finding(PATH, "roles", "error", message)
