"""A county's own roles, put into or taken out of its ``roles.toml``.

The rest of the text stays with its remarks; those right above a role go with it.
"""

import tomllib
from typing import Any

from models.errors import InvalidError
from models.identity.reserved import is_reserved
from processes.packs.roles import ID, MAX_TITLE, OF_COUNTIES, Role
from processes.packs.toml_edit import Block, blocks, edited
from processes.proposals.copying import Side, role_lines


class RoleWrongError(InvalidError):
    """A role cannot be declared like that."""

    message = "没有加上角色，请按提示改正。"


class RolesUnreadableError(InvalidError):
    """The file has a mistake of its own, so no role can be put into it."""

    message = "roles.toml 现在写法不对，请先作为文件打开改正，再增删角色。"


def with_role(body: bytes, side: Side, key: str, title: str, of: str) -> bytes:
    """Return the file with one more role; ``side`` is what the county sees now."""
    _table(body)
    taken = side.roles
    words = {word for role in taken.values() for word in (role.title, *role.synonyms)}
    wrong: dict[str, str] = {}
    if not ID.fullmatch(key):
        wrong["key"] = "标识用小写字母、数字和下划线，以字母开头，3至40个字符，请改正。"
    elif is_reserved(key):
        wrong["key"] = "这个标识由平台专用，请换一个；要用平台原有的角色，直接使用即可。"
    elif key in taken:
        wrong["key"] = "已有这个标识的角色，请换一个。"
    if not title or len(title) > MAX_TITLE:
        wrong["title"] = f"请填写角色名称，不超过{MAX_TITLE}字。"
    elif title in words:
        wrong["title"] = "已有叫这个名称的角色，请换一个，或直接用它。"
    if of not in OF_COUNTIES:
        wrong["of"] = "请选由单位还是由个人担任。"
    if wrong:
        raise RoleWrongError(fields=wrong)
    start = body.rstrip() + b"\n\n" if body.strip() else b""
    return start + role_lines(key, title, of).encode()


def without_role(body: bytes, key: str) -> bytes:
    """Return the file without one of the county's own roles, nor the other words for it."""
    table = _table(body)
    kept = [one for one in table.get("role", []) if one.get("id") != key]
    table["role"] = kept
    if not kept:
        del table["role"]
    if isinstance(table.get("synonyms"), dict):
        table["synonyms"].pop(key, None)
    return edited(_without_block(body, key), table)


def _without_block(body: bytes, key: str) -> bytes:
    """Return the text without the role's heading, lines and remarks, as far as it is readable."""
    kept = [line for one in blocks(body.decode()) if not _declares(one, key) for line in one.lines]
    less = "\n".join(kept) + "\n"
    try:
        tomllib.loads(less)
    except tomllib.TOMLDecodeError:
        return body
    return less.encode()


def _declares(block: Block, key: str) -> bool:
    if block.name != "role":
        return False
    try:
        held = tomllib.loads("\n".join(block.lines)).get("role")
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(held, list) and [one.get("id") for one in held] == [key]


def own_of(side: Side, below: dict[str, Role]) -> list[Role]:
    """Return the roles that a place sees and that ``below``, the base's roles, has not."""
    return [role for role in side.roles.values() if role.id not in below]


def _table(body: bytes) -> dict[str, Any]:
    try:
        table = tomllib.loads(body.decode())
    except (ValueError, RecursionError):
        raise RolesUnreadableError from None
    listed = table.get("role", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise RolesUnreadableError
    return table
