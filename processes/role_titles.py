"""The words for roles as the base pack ships them, for menus and screens outside any case."""

from collections.abc import Mapping
from functools import lru_cache

from models.settings import BPMN
from processes.packs.roles import PATH, read_roles

NOBODYS = "platform"


@lru_cache(maxsize=1)
def role_titles() -> Mapping[str, str]:
    """Return role id → title of every role that an account may hold."""
    roles, _ = read_roles((BPMN / "base" / PATH).read_bytes(), None)
    return {role.id: role.title for role in roles.values() if role.id != NOBODYS}
