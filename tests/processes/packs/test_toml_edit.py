"""A changed TOML file keeps what nobody changed: remarks, order, ways of writing."""

import tomllib
from copy import deepcopy

import pytest
from hypothesis import given, settings

from processes.packs.merging import merge_file
from processes.packs.toml_edit import edited
from tests.processes.packs.test_merge import tables

TEXT = """# 头
[a.b]  # 行
x = 'y' # 一

[[a.b.values]] # 第一
from = 2021-01-01 # 起
value = 3

[[a.b.values]]
# 第二
value = 4

# 关于丙
[a.c]
rows = [
  # 甲
  ["a", "b"], # 乙
  ["c", "d"],
]
"""


@settings(max_examples=40, deadline=None)
@given(tables, tables)
def test_the_file_says_what_is_wanted(before, after):
    held = edited(b"# a\n", before)
    assert tomllib.loads(edited(held, after).decode()) == after


def test_only_lines_that_differ_are_written_anew():
    wanted = tomllib.loads(TEXT)
    wanted["a"]["b"]["values"][0]["value"] = 9
    wanted["a"]["c"]["rows"].append(["e", "f"])

    made = edited(TEXT.encode(), wanted).decode()

    assert made == TEXT.replace("value = 3", "value = 9").replace(
        '  ["c", "d"],\n', '  ["c", "d"],\n  ["e", "f"],\n'
    )


@pytest.mark.parametrize("path", [("a", "b"), ("a", "c", "rows"), ("a", "b", "x")])
def test_what_goes_takes_no_other_remark_with_it(path):
    wanted = deepcopy(tomllib.loads(TEXT))
    table = wanted
    for name in path[:-1]:
        table = table[name]
    del table[path[-1]]

    made = edited(TEXT.encode(), wanted).decode()

    assert tomllib.loads(made) == wanted
    assert made.startswith("# 头\n")
    assert "# 关于丙\n[a.c]" in made


def test_a_value_given_up_for_the_bases_leaves_the_countys_other_remarks():
    ours = "# 县\n[a.one] # 甲\nvalues = [1]\n\n# 乙的依据\n[a.two]\nvalues = [2] # 二\n"
    then, now = "[a.one]\nvalues = [7]\n", "[a.one]\nvalues = [8]\n"

    made = merge_file("rules.toml", then.encode(), ours.encode(), now.encode(), {"a.one"})

    assert made.body.decode() == "# 县\n# 乙的依据\n[a.two]\nvalues = [2] # 二\n"
