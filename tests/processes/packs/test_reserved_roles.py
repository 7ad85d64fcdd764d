"""No county gives itself power by declaring a role with an id that the platform knows."""

import pytest

from models.identity.actor import Actor
from models.settings import BPMN
from processes import access
from processes.case_errors import NotKeeperError
from processes.packs.roles import read_roles
from processes.proposals.copying import Side
from processes.proposals.own_roles import RoleWrongError, with_role

BASE_FILE = (BPMN / "base/roles.toml").read_bytes()
BASE, _ = read_roles(BASE_FILE, None)
NAMES = ("system_keeper", "audit_keeper", "security_keeper", "keeper_all")


def declared(key: str, title: str = "某岗位") -> str:
    return f'[[role]]\nid = "{key}"\ntitle = "{title}"\nof = "person"\n'


@pytest.mark.parametrize("key", NAMES)
def test_a_reserved_role_is_told_and_dropped_while_the_others_stay(key: str) -> None:
    text = declared(key) + declared("ward_office", "街道办") + f'[synonyms]\n{key} = ["某人"]\n'
    roles, (found,) = read_roles(text.encode(), BASE)
    assert (found.rule, found.level) == ("reserved_role", "error")
    assert key in found.message
    assert roles.keys() - BASE.keys() == {"ward_office"}


@pytest.mark.parametrize(
    "text",
    [
        declared("ward_office", "keeper_system"),
        declared("ward_office") + '[synonyms]\nward_office = ["system_keeper"]\n',
    ],
)
def test_a_reserved_id_is_no_other_name_of_a_role_either(text: str) -> None:
    roles, (found,) = read_roles(text.encode(), BASE)
    assert (roles, found.rule) == (BASE, "reserved_role")


@pytest.mark.parametrize("key", NAMES)
def test_the_form_refuses_a_reserved_id(key: str) -> None:
    side = Side({"roles.toml": BASE_FILE}, {"roles.toml": BASE_FILE})
    with pytest.raises(RoleWrongError) as refused:
        with_role(b"", side, key, "某岗位", "person")
    assert "平台专用" in refused.value.fields["key"]


@pytest.mark.parametrize("key", NAMES)
def test_a_grant_of_such_a_role_from_before_gives_no_power(key: str) -> None:
    actor = Actor(account_id="a", name="甲", grants=frozenset({(key, "dazhou")}))
    assert not access.may_see(actor, "huairou", "b", {}, [])
    with pytest.raises(NotKeeperError):
        access.check_keeper(actor, "核查")
