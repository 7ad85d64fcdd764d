"""Every wrong type in ``roles.toml`` and ``rules.toml`` is a finding in Chinese, never a crash."""

import pytest

from processes.packs.roles import read_roles
from processes.packs.rules import read_rules

ANY = ("5", "1.5", "true", '"x"', "[]", "[1]", '["x"]', "[[1]]", "{}", "{ a = 1 }", "2026-01-01")
GOOD = {"id": '"ward_office"', "title": '"街道办"', "of": '"party"', "synonyms": '["社区"]'}
RULE = {
    "label": '"办理天数"',
    "unit": '"day"',
    "minimum": "1",
    "maximum": "9",
    "choices": "[]",
    "values": '[{ from = 2026-01-01, value = 2, source = "办法" }]',
}
VALUE = {"from": "2026-01-01", "value": "2", "source": '"办法"'}
BASE, _ = read_roles(b'[[role]]\nid = "owner"\ntitle = "\xe4\xb8\x9a\xe4\xb8\xbb"\nof = "party"\n', None)  # fmt: skip
BASE_RULES, _ = read_rules(b"[own.known]\n" + "".join(f"{k} = {v}\n" for k, v in RULE.items()).encode(), None)  # fmt: skip


def _lines(given: dict[str, str]) -> str:
    return "".join(f"{name} = {text}\n" for name, text in given.items())


def wrong_roles() -> list[str]:
    """Each place of the file with each type; sound ones are among them."""
    whole = [f"{name} = {text}\n" for name in ("role", "synonyms") for text in ANY]
    whole += [f"[synonyms]\n{role} = {text}\n" for role in ("owner", "nobody") for text in ANY]
    return whole + [f"[[role]]\n{_lines({**GOOD, k: text})}" for k in GOOD for text in ANY]


def wrong_rules() -> list[str]:
    """The same of rules, of a county's own and of the base's."""
    found = [f"own = {text}\n" for text in ANY] + [f"[own]\nb_c = {text}\n" for text in ANY]
    for key in ("own_one", "known"):
        found += [f"[own.{key}]\n{_lines({**RULE, name: text})}" for name in RULE for text in ANY]
        for name in VALUE:
            for text in ANY:
                one = ", ".join(f"{k} = {v}" for k, v in {**VALUE, name: text}.items())
                found.append(f"[own.{key}]\n{_lines({**RULE, 'values': f'[{{ {one} }}]'})}")
    return found


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text) and "请" in text


@pytest.mark.parametrize("base", [BASE, None], ids=["county", "base"])
def test_no_type_in_roles_breaks_the_reader(base) -> None:
    for text in wrong_roles():
        roles, found = read_roles(text.encode(), base)
        assert all(is_chinese(one.message) and one.rule == "roles" for one in found), text
        for role in roles.values():
            assert all(isinstance(x, str) for x in (role.id, role.title, *role.synonyms)), text


@pytest.mark.parametrize("base", [BASE_RULES, None], ids=["county", "base"])
def test_no_type_in_rules_breaks_the_reader(base) -> None:
    for text in wrong_rules():
        _, found = read_rules(text.encode(), base)
        assert all(is_chinese(one.message) and one.rule == "rules" for one in found), text


@pytest.mark.parametrize("text", ['role = "x"', "synonyms = 5", f"[[role]]\n{_lines({**GOOD, 'title': '5'})}",
                                  '[synonyms]\nowner = "x"'])  # fmt: skip
def test_a_wrong_type_is_told_and_leaves_the_bases_roles(text: str) -> None:
    roles, found = read_roles(text.encode(), BASE)
    assert [one.level for one in found] == ["error"]
    assert roles == BASE
