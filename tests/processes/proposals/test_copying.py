"""A flow is taken over with the roles and the words for them that its diagram needs."""

from processes.packs.roles import read_roles
from processes.proposals.copying import Side, copied
from processes.proposals.first_draft import first_draft

BASE = b"""[[role]]
id = "agency"
title = "\xe4\xbb\xa3\xe7\x90\x86\xe6\x9c\xba\xe6\x9e\x84"
of = "party"
"""
THEIRS = """[synonyms]
agency = ["招标代理", "中介"]
crew = ["夜班"]

[[role]]
id = "crew"
title = "抢修队"
of = "party"
synonyms = ["抢险队"]
"""


def taken_over(lane: str, own: str = "") -> dict[str, bytes]:
    base = {"roles.toml": BASE}
    flow = first_draft("flood", "汛期值守", "agency", lane, "")
    source = Side({**base, **flow, "roles.toml": THEIRS.encode()}, base)
    files = {"roles.toml": own.encode()} if own else {}
    return copied(source, Side(files, base), "flood", "flood_two", "汛期值守二")


def roles_after(lane: str, own: str = "") -> dict[str, tuple[str, ...]]:
    below = read_roles(BASE, None)[0]
    roles, wrong = read_roles(taken_over(lane, own)["roles.toml"], below)
    assert wrong == []
    return {role.id: role.synonyms for role in roles.values()}


def test_a_role_of_the_other_county_comes_with_the_other_words_for_it() -> None:
    assert roles_after("夜班") == {"agency": (), "crew": ("抢险队", "夜班")}


def test_the_other_countys_word_for_a_role_of_the_base_comes_with_the_flow() -> None:
    own = '# ours\n[synonyms]\nagency = ["经办"] # old\n'
    assert roles_after("招标代理") == {"agency": ("招标代理",)}
    assert roles_after("招标代理", own) == {"agency": ("经办", "招标代理")}
    assert b"# ours" in taken_over("招标代理", own)["roles.toml"]


def test_a_word_that_means_another_role_here_stays_with_that_one() -> None:
    own = '[[role]]\nid = "watch"\ntitle = "抢险队"\nof = "person"\n'
    assert roles_after("夜班", own) == {"agency": (), "watch": (), "crew": ("夜班",)}


def test_nothing_is_written_where_every_word_is_known_or_into_the_base() -> None:
    assert "roles.toml" not in taken_over("代理机构")
    assert "roles.toml" not in taken_over("招标代理", BASE.decode())
